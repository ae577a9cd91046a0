/* What is said on MQTT (CONTRACT 11): the flat state object of <base>/<car>/state, and events. Texts are the
 * caller's to free, NULL without memory. Pure. */
#ifndef EXPORT_JSON_MQTT_H
#define EXPORT_JSON_MQTT_H

#include "export/json_value.h"
#include "export/view.h"

/* Every key is always there, unknown as null; only
 * `climate` is missing where the car doesn't report it. */
char *json_mqtt_state(const struct view *view, const struct view_car *car, const struct json_moment *now);

/* The payloads of <base>/<car>/event/...: an item of the diary with its event_type, and a notice. */
char *json_mqtt_charge_event(const char *type, const struct diary_charge *charge, const struct zone *zone);
char *json_mqtt_outing_event(const struct diary_outing *outing, const struct zone *zone);
char *json_mqtt_notice_event(const struct view *view, const char *kind, const char *text,
                             const struct json_moment *now);

#endif
