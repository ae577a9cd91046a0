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
struct pollfd;

/* One connection, as the thread sees it. */
struct mqtt_connection {
    bool is_up, is_hung_up; /* it took us; it closed the connection */
    const char *refusal;    /* NULL: the broker did not refuse */
    int64_t since_ns;
    unsigned in_flight; /* published, not acknowledged */
    int64_t answer_ns;  /* when the broker last had nothing to answer, or answered */
    uint64_t whole;     /* bytes received when the last packet was complete */
    int64_t second_ns;  /* when the second began ... */
    unsigned heard;     /* ... in which so many messages came */
};

/* The second connection, without a name; at most one, and only while ours is up. */
struct mqtt_probe {
    struct mosquitto *client; /* NULL: none under way */
    int code;                 /* of the answer; -1: none yet */
    int failure;              /* libmosquitto's code for its beginning */
    bool lacks_certificate;   /* the broker has ours otherwise, and may hang up without a word */
    int64_t until_ns, next_ns;
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
    pthread_mutex_t lock; /* the next five */
    bool is_up, state_changed, anonymous_changed;
    char reason[ERR_TEXT_MAX];
    enum mqtt_anonymous anonymous;
    struct mqtt_connection connection; /* the thread's own, as what follows */
    struct mqtt_probe probe;
    unsigned short_lives; /* connections in a row that were made and soon lost */
};

/* Wakes who polls this eventfd; takes the wake-ups back. */
void mqtt_wake(int fd);
void mqtt_drain(int fd);

/* One more message that nobody gets. */
void mqtt_count_dropped(struct mqtt *mqtt);

/* From the thread: events.state is to be called, if this is news. */
void mqtt_tell_state(struct mqtt *mqtt, bool is_up, const char *reason);

/* From the thread: the same of events.anonymous; "unknown" is no news. */
void mqtt_tell_anonymous(struct mqtt *mqtt, enum mqtt_anonymous answer);

/* Has a client judge the broker's certificate and its name; with our own certificate, if there is one and it
 * may be shown. */
int mqtt_use_tls(struct mosquitto *client, const struct config_mqtt *settings, bool shows_ours,
                 struct err *err);

/* Connects once a day; does nothing before and while it is under way. */
void mqtt_probe_begin(struct mqtt_probe *probe, const struct config_mqtt *settings, int64_t now_ns);
/* What to wait for. */
void mqtt_probe_prepare(const struct mqtt_probe *probe, struct pollfd *fd);
/* Goes on after the wait; unknown as long as nothing is known. */
enum mqtt_anonymous mqtt_probe_turn(struct mqtt_probe *probe, short events, int64_t now_ns);
void mqtt_probe_end(struct mqtt_probe *probe);

/* Checks the settings and starts the thread; it ends once `stopping` is set, and says so at ended_fd. */
int mqtt_thread_start(struct mqtt *mqtt, struct err *err);

/* After its end, or when it was never started. */
void mqtt_thread_free(struct mqtt *mqtt);

#endif
