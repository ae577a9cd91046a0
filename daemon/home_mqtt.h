/* From the view to MQTT: which topics there are (CONTRACT 11) and when their values are worth sending. */
#ifndef HOME_MQTT_H
#define HOME_MQTT_H

#include "export/mqtt.h"
#include "export/view.h"
#include "util/core/zone.h"

struct home_mqtt;

/* Reads the password file, if one is named (mode 0600), and starts the client. All pointers outlive the
 * object. */
struct home_mqtt *home_mqtt_new(struct loop *loop, const struct config_mqtt *settings,
                                const struct view *view, const struct zone *zone,
                                const struct mqtt_events *events, void *ctx, struct err *err);
void home_mqtt_free(struct home_mqtt *mqtt);

/* view->sequence rose. At most one update a second leaves; the rest waits for home_mqtt_advance. */
void home_mqtt_changed(struct home_mqtt *mqtt);

/* Sends what waited. About once a second while something changes. */
void home_mqtt_advance(struct home_mqtt *mqtt);

#endif
