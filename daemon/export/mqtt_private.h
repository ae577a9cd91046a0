/* What the two halves of the MQTT client share: mqtt.c speaks with libmosquitto on the thread, mqtt_front.c
 * stands on the loop's side. */
#ifndef EXPORT_MQTT_PRIVATE_H
#define EXPORT_MQTT_PRIVATE_H

#include "export/hearings.h"
#include "export/letters.h"
#include "export/mqtt.h"
#include "export/outbox.h"

#include <pthread.h>
#include <stdatomic.h>

#define MQTT_GOODBYE_MS 2000

struct mosquitto;

/* One connection, as the thread sees it. */
struct mqtt_connection {
    bool is_up;
    const char *refusal; /* NULL: the broker did not refuse */
    int64_t since_ns;
    unsigned in_flight; /* published, not acknowledged */
    int64_t answer_ns;  /* when the broker last had nothing to answer, or answered */
    uint64_t whole;     /* bytes received when the last packet was complete */
};

struct mqtt {
    struct config_mqtt settings; /* copies: a thread that hangs outlives whoever lent them */
    char *password;
    struct mqtt_events events;
    void *ctx;
    struct outbox *outbox;
    struct letters *tells, *inbox; /* events to the thread, messages to the loop */
    struct hearings *hearings;
    struct mosquitto *client;
    char status_topic[OUTBOX_TOPIC_BYTES];
    pthread_t thread;
    bool has_thread;
    atomic_bool stopping;
    atomic_uint turns; /* waits that ended */
    atomic_uint_fast64_t dropped;
    int ended_fd; /* from the thread: its last deed */
    int wake_fd;  /* to the thread: something is due, or stop */
    int loop_fd;  /* to the loop: state or inbox changed */
    struct loop_watch *watch;
    pthread_mutex_t lock; /* the next three */
    bool is_up, state_changed;
    char reason[ERR_TEXT_MAX];
    struct mqtt_connection connection; /* the thread's own */
};

/* Wakes who polls this eventfd; takes the wake-ups back. */
void mqtt_wake(int fd);
void mqtt_drain(int fd);

/* One more message that nobody gets. */
void mqtt_count_dropped(struct mqtt *mqtt);

/* From the thread: events.state is to be called, if this is news. */
void mqtt_tell_state(struct mqtt *mqtt, bool is_up, const char *reason);

/* Checks the settings and starts the thread; it ends once `stopping` is set, and says so at ended_fd. */
int mqtt_thread_start(struct mqtt *mqtt, struct err *err);

/* After its end, or when it was never started. */
void mqtt_thread_free(struct mqtt *mqtt);

#endif
