/* What is said on MQTT (CONTRACT 11): the flat state and battery objects, the last charge and outing, events.
 * Texts are the caller's to free, NULL without memory. Pure. */
#ifndef EXPORT_JSON_MQTT_H
#define EXPORT_JSON_MQTT_H

#include "export/json_told.h"
#include "export/json_value.h"
#include "export/view.h"

/* <base>/<car>/state. Every key is always there, unknown as null; only `climate` is missing where the car
 * doesn't report it. What describes the moment (charging, gear ...) is null once the link is lost or the
 * value is old; what lasts (soc, odometer ...) stays as it was known last, over a restart by what was told.
 */
char *json_mqtt_state(const struct view *view, const struct view_car *car, struct json_told *told,
                      const struct json_moment *now);

/* <base>/<car>/battery. */
char *json_mqtt_battery(const struct view_car *car, struct json_told *told);

/* <base>/<car>/charge and /outing: an item of the diary. */
char *json_mqtt_charge(const struct diary_charge *charge, const struct zone *zone);
char *json_mqtt_outing(const struct diary_outing *outing, const struct zone *zone);

/* <base>/<car>/traffic: what today cost the car, as far as it is known (view_car.has_traffic). */
char *json_mqtt_traffic(const struct view_car *car, const struct zone *zone);

/* The payloads of <base>/<car>/event/...: an item of the diary with its event_type, and a notice. */
char *json_mqtt_charge_event(const char *type, const struct diary_charge *charge, const struct zone *zone);
char *json_mqtt_outing_event(const struct diary_outing *outing, const struct zone *zone);
char *json_mqtt_notice_event(const struct view *view, const char *kind, const char *text,
                             const struct json_moment *now);

#endif
