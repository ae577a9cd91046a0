/* The MQTT client: its own thread, its own reconnect loop (mosquitto_loop_start ends silently on a TLS
 * failure). It publishes retained values with QoS 1 and the will; it subscribes to nothing. */
#ifndef EXPORT_MQTT_H
#define EXPORT_MQTT_H

#include "config.h"
#include "util/core/err.h"
#include "util/loop.h"

#include <stdbool.h>

struct mqtt;

struct mqtt_events {
    void (*state)(void *ctx, bool is_up, const char *reason); /* reason: "" when up */
};

/* Starts the thread. The settings live as long as the client; `password` may be "". */
struct mqtt *mqtt_new(struct loop *loop, const struct config_mqtt *settings, const char *password,
                      const struct mqtt_events *events, void *ctx, struct err *err);

/* Says offline, disconnects within 2 s, ends the thread. NULL is fine. */
void mqtt_free(struct mqtt *mqtt);

/* Sets the retained value of `<base>/` + topic; it is sent now, or after the next connection. */
void mqtt_publish(struct mqtt *mqtt, const char *topic, const char *payload);

#endif
