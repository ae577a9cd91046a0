/* From the view to MQTT: when the topics' values are worth sending, what is read back from the broker first,
 * and Home Assistant's birth. */
#ifndef HOME_MQTT_H
#define HOME_MQTT_H

#include "export/mqtt.h"
#include "export/view.h"
#include "util/core/zone.h"

struct home_meter;
struct home_mqtt;

typedef void home_mqtt_state_fn(void *ctx, const struct view_mqtt *mqtt); /* it is another one now */

/* Reads the password and starts the client; `fn` is called before the end, and with every change. All pointers outlive the
 * object. Nothing is published before what the broker kept was read back, for which it has two seconds. */
struct home_mqtt *home_mqtt_new(struct loop *loop, const struct config_mqtt *settings,
                                const struct view *view, const struct zone *zone, home_mqtt_state_fn *fn,
                                void *ctx, struct err *err);
void home_mqtt_free(struct home_mqtt *mqtt);

/* From now on the topics of these meters are heard too; it outlives the object. */
void home_mqtt_attach_meter(struct home_mqtt *mqtt, struct home_meter *meter, const struct config *config);

/* view->sequence rose. At most one update a second leaves; the rest waits. */
void home_mqtt_changed(struct home_mqtt *mqtt);

/* How often the client's thread has turned (notify_turns_fn of a struct home_mqtt). */
unsigned home_mqtt_turns(void *ctx);

enum home_mqtt_charge { HOME_MQTT_STARTED, HOME_MQTT_FINISHED, HOME_MQTT_INTERRUPTED };

/* Events (CONTRACT 11); only what is on the card may be told as finished. Lost while the broker is away; a
 * NULL mqtt is fine. */
void home_mqtt_tell_charge(struct home_mqtt *mqtt, const struct view_car *car, enum home_mqtt_charge what,
                           const struct diary_charge *charge);
void home_mqtt_tell_outing(struct home_mqtt *mqtt, const struct view_car *car,
                           const struct diary_outing *outing);
void home_mqtt_tell_notice(struct home_mqtt *mqtt, const struct view_car *car, const char *kind,
                           const char *text);

#endif
