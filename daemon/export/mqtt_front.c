/* The loop's side of the MQTT client: what others call, and how the thread's news reach them. Speaks with no
 * broker. */
#include "export/mqtt_private.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

void mqtt_wake(int fd)
{
    uint64_t one = 1;

    if (write(fd, &one, sizeof(one)) != sizeof(one))
        return; /* full: it is awake already */
}

void mqtt_drain(int fd)
{
    uint64_t count;

    if (read(fd, &count, sizeof(count)) != sizeof(count))
        return;
}

void mqtt_count_dropped(struct mqtt *mqtt)
{
    atomic_fetch_add(&mqtt->dropped, 1);
}

void mqtt_tell_state(struct mqtt *mqtt, bool is_up, const char *reason)
{
    pthread_mutex_lock(&mqtt->lock);
    bool changed = mqtt->is_up != is_up || strcmp(mqtt->reason, reason) != 0;
    mqtt->state_changed |= changed;
    mqtt->is_up = is_up;
    snprintf(mqtt->reason, sizeof(mqtt->reason), "%s", reason);
    pthread_mutex_unlock(&mqtt->lock);
    if (changed)
        mqtt_wake(mqtt->loop_fd);
}

void mqtt_tell_anonymous(struct mqtt *mqtt, enum mqtt_anonymous answer)
{
    if (answer == MQTT_ANONYMOUS_UNKNOWN)
        return;
    pthread_mutex_lock(&mqtt->lock);
    mqtt->anonymous_changed |= mqtt->anonymous != answer;
    mqtt->anonymous = answer;
    pthread_mutex_unlock(&mqtt->lock);
    mqtt_wake(mqtt->loop_fd);
}

static void pass_anonymous_on(struct mqtt *mqtt)
{
    pthread_mutex_lock(&mqtt->lock);
    enum mqtt_anonymous answer = mqtt->anonymous;
    bool changed = mqtt->anonymous_changed;
    mqtt->anonymous_changed = false;
    pthread_mutex_unlock(&mqtt->lock);
    if (changed && mqtt->events.anonymous)
        mqtt->events.anonymous(mqtt->ctx, answer);
}

static void pass_state_on(struct mqtt *mqtt)
{
    char reason[ERR_TEXT_MAX];

    pthread_mutex_lock(&mqtt->lock);
    bool is_up = mqtt->is_up, changed = mqtt->state_changed;
    mqtt->state_changed = false;
    memcpy(reason, mqtt->reason, sizeof(reason));
    pthread_mutex_unlock(&mqtt->lock);
    if (changed)
        mqtt->events.state(mqtt->ctx, is_up, reason);
}

static void pass_on(void *ctx, uint32_t events)
{
    struct mqtt *mqtt = ctx;
    struct letter letter;

    (void)events;
    mqtt_drain(mqtt->loop_fd);
    pass_state_on(mqtt);
    pass_anonymous_on(mqtt);
    for (int i = 0; i < LETTERS_MAX && letters_take(mqtt->inbox, &letter); i++) {
        mqtt->events.message(mqtt->ctx, letter.topic, letter.payload, letter.len, letter.is_retained);
        free(letter.payload);
    }
}

struct mqtt *mqtt_new(struct loop *loop, const struct config_mqtt *settings, const char *password,
                      const struct mqtt_events *events, void *ctx, struct err *err)
{
    struct mqtt *mqtt = calloc(1, sizeof(*mqtt));

    if (!mqtt) {
        err_set(err, "mqtt: out of memory");
        return NULL;
    }
    mqtt->settings = *settings;
    mqtt->password = strdup(password);
    mqtt->events = *events;
    mqtt->ctx = ctx;
    pthread_mutex_init(&mqtt->lock, NULL);
    snprintf(mqtt->status_topic, sizeof(mqtt->status_topic), "%s/status", settings->base);
    mqtt->outbox = outbox_new();
    mqtt->tells = letters_new();
    mqtt->inbox = letters_new();
    mqtt->hearings = hearings_new();
    mqtt->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    mqtt->loop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    mqtt->ended_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (!mqtt->password || !mqtt->outbox || !mqtt->tells || !mqtt->inbox || !mqtt->hearings ||
        mqtt->wake_fd < 0 || mqtt->loop_fd < 0 || mqtt->ended_fd < 0)
        err_set(err, "mqtt: %s", strerror(errno));
    else if ((mqtt->watch = loop_watch_new(loop, mqtt->loop_fd, EPOLLIN, pass_on, mqtt, err)) &&
             mqtt_thread_start(mqtt, err) == 0)
        return mqtt;
    mqtt_free(mqtt);
    return NULL;
}

/* A name look-up can hang for longer than we may: then the thread and what it uses are left to the end of the
 * process. */
static bool join_in_time(struct mqtt *mqtt)
{
    struct pollfd ended = {.fd = mqtt->ended_fd, .events = POLLIN};

    return poll(&ended, 1, 2 * MQTT_GOODBYE_MS) == 1 && pthread_join(mqtt->thread, NULL) == 0;
}

void mqtt_free(struct mqtt *mqtt)
{
    if (!mqtt)
        return;
    loop_watch_free(mqtt->watch);
    if (mqtt->has_thread) {
        atomic_store(&mqtt->stopping, true);
        mqtt_wake(mqtt->wake_fd);
        if (!join_in_time(mqtt))
            return;
    }
    mqtt_thread_free(mqtt);
    outbox_free(mqtt->outbox);
    letters_free(mqtt->tells);
    letters_free(mqtt->inbox);
    hearings_free(mqtt->hearings);
    if (mqtt->wake_fd >= 0)
        close(mqtt->wake_fd);
    if (mqtt->loop_fd >= 0)
        close(mqtt->loop_fd);
    if (mqtt->ended_fd >= 0)
        close(mqtt->ended_fd);
    pthread_mutex_destroy(&mqtt->lock);
    free(mqtt->password);
    free(mqtt);
}

void mqtt_publish(struct mqtt *mqtt, const char *topic, const char *payload)
{
    if (!outbox_put(mqtt->outbox, topic, payload))
        mqtt_count_dropped(mqtt);
    mqtt_wake(mqtt->wake_fd);
}

void mqtt_tell(struct mqtt *mqtt, const char *topic, const char *payload)
{
    pthread_mutex_lock(&mqtt->lock);
    bool is_up = mqtt->is_up;
    pthread_mutex_unlock(&mqtt->lock);
    if (is_up && !letters_post(mqtt->tells, topic, payload, strlen(payload), false))
        mqtt_count_dropped(mqtt);
    mqtt_wake(mqtt->wake_fd);
}

static void want(struct mqtt *mqtt, const char *filter, bool is_wanted)
{
    if (!hearings_want(mqtt->hearings, filter, is_wanted))
        mqtt_count_dropped(mqtt);
    mqtt_wake(mqtt->wake_fd);
}

void mqtt_hear(struct mqtt *mqtt, const char *filter)
{
    want(mqtt, filter, true);
}

void mqtt_unhear(struct mqtt *mqtt, const char *filter)
{
    want(mqtt, filter, false);
}

void mqtt_repeat(struct mqtt *mqtt)
{
    outbox_all_due(mqtt->outbox);
    mqtt_wake(mqtt->wake_fd);
}

unsigned mqtt_turns(struct mqtt *mqtt)
{
    mqtt_wake(mqtt->wake_fd);
    return atomic_load(&mqtt->turns);
}

uint64_t mqtt_dropped(const struct mqtt *mqtt)
{
    return atomic_load(&mqtt->dropped);
}
