/* Values as JSON sees them: rounded to the signal's resolution, words for enumerations, null for unknown.
 * Pure. */
#ifndef EXPORT_JSON_VALUE_H
#define EXPORT_JSON_VALUE_H

#include "export/view.h"
#include "util/core/zone.h"

#include <jansson.h>

/* A moment in both clocks; `zone` says how the calendar's is written. */
struct json_moment {
    int64_t boot_ns, utc_ns;
    const struct zone *zone;
};

/* How every text is made: no blanks, 54.1 as 54.1. */
#define JSON_VALUE_FLAGS (JSON_COMPACT | JSON_REAL_PRECISION(15))

/* A number rounded to `resolution` (0: not rounded); null when it is none. */
json_t *json_value_number(double value, double resolution);

/* A text; one that was cut within a character, or is none, ends before what is wrong. */
json_t *json_value_text(const char *text, size_t len);

/* A key from outside as it may be shown back: words in its place when it is long or no clean text. */
const char *json_value_key(const char *key);

/* The present value of signal `index` of the car. */
json_t *json_value_signal(const struct view_car *car, size_t index);

/* Whether the key stands there at all: absent is what this car can't deliver; texts are never shown. */
bool json_value_is_shown(const struct view_car *car, size_t index);

/* RFC 3339, or null while the clock is not right. */
json_t *json_value_time(const struct view *view, const struct json_moment *now, int64_t boot_ns);

/* Whether the broker serves who does not log in; null: not known. */
json_t *json_value_anonymous(const struct view_mqtt *mqtt);

#endif
