/* The flat state object of <base>/<car>/state (CONTRACT 11). Pure. */
#ifndef EXPORT_JSON_MQTT_H
#define EXPORT_JSON_MQTT_H

#include "export/json_value.h"
#include "export/view.h"

/* A text that the caller frees, or NULL without memory. Every key is always there, unknown as null; only
 * `climate` is missing where the car doesn't report it. */
char *json_mqtt_state(const struct view *view, const struct view_car *car, const struct json_moment *now);

#endif
