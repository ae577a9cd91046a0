/* The MQTT client: its own thread, its own reconnect loop (mosquitto_loop_start ends silently on a TLS
 * failure). It publishes retained values with QoS 1 and the will, passes events on while connected, and hears
 * the topics it was told to. */
#ifndef EXPORT_MQTT_H
#define EXPORT_MQTT_H

#include "config.h"
#include "util/core/err.h"
#include "util/loop.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct mqtt;

/* What a broker does with whoever says nothing of himself. */
enum mqtt_anonymous { MQTT_ANONYMOUS_UNKNOWN, MQTT_ANONYMOUS_REFUSED, MQTT_ANONYMOUS_SERVED };

struct mqtt_events {
    void (*state)(void *ctx, bool is_up, const char *reason); /* reason: "" when up */
    /* A message of a topic named by mqtt_hear; the payload ends with a NUL that len does not count. */
    void (*message)(void *ctx, const char *topic, const char *payload, size_t len, bool is_retained);
    /* After the first connection, and when it is another one than the last time; asked daily. May be NULL. */
    void (*anonymous)(void *ctx, enum mqtt_anonymous answer);
};

/* Starts the thread; `password` may be "". Nothing says that garaged is online: that is a value of
 * <base>/status like others; the will and mqtt_free say offline there. */
struct mqtt *mqtt_new(struct loop *loop, const struct config_mqtt *settings, const char *password,
                      const struct mqtt_events *events, void *ctx, struct err *err);

/* Says offline, disconnects within 2 s, ends the thread. NULL is fine. */
void mqtt_free(struct mqtt *mqtt);

/* Sets the retained value of a topic; it is sent now, or after the next connection. "" empties it. */
void mqtt_publish(struct mqtt *mqtt, const char *topic, const char *payload);

/* Sends an event (not retained); lost while there is no connection. */
void mqtt_tell(struct mqtt *mqtt, const char *topic, const char *payload);

/* Subscribes now and after each connection, before anything is published there (HEARINGS_MAX filters). */
void mqtt_hear(struct mqtt *mqtt, const char *filter);
void mqtt_unhear(struct mqtt *mqtt, const char *filter);

/* How often the thread has turned; it is asked to turn once more: for the watchdog. */
unsigned mqtt_turns(struct mqtt *mqtt);

/* Everything is due again: Home Assistant was born. */
void mqtt_repeat(struct mqtt *mqtt);

/* Messages in and out that were dropped because they were too long or too many. */
uint64_t mqtt_dropped(const struct mqtt *mqtt);

/* The library's version. */
void mqtt_library(char *text, size_t size);

#endif
