/* Local time of one place, as a table of UTC offsets (util/calendar fills it once): days, their limits, RFC
 * 3339 texts. */
#ifndef UTIL_CORE_ZONE_H
#define UTIL_CORE_ZONE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ZONE_NAME_MAX       64
#define ZONE_SPAN_MAX       400 /* Asia/Hebron, the richest, has 301 until 2100 */
#define ZONE_TIME_TEXT_SIZE 26  /* "2026-11-22T07:55:01+01:00" and NUL */

struct zone_span {
    int64_t from_ns;  /* UTC; the first is INT64_MIN */
    int32_t offset_s; /* east is positive, whole minutes */
};

struct zone {
    char name[ZONE_NAME_MAX];
    struct zone_span spans[ZONE_SPAN_MAX];
    size_t count; /* at least 1 */
};

/* A zone that is UTC for ever. */
void zone_set_utc(struct zone *zone);

/* What local clocks are ahead of UTC at this instant. */
int32_t zone_offset_s(const struct zone *zone, int64_t utc_ns);

/* The local day (util/core/day) of an instant, and where a day begins and ends: the end is the next one's
 * start. A day that the place skipped has length 0. Where clocks went back across midnight the day has begun
 * when it began first. */
int32_t zone_day_of(const struct zone *zone, int64_t utc_ns);
int64_t zone_day_start_ns(const struct zone *zone, int32_t day);
int64_t zone_day_end_ns(const struct zone *zone, int32_t day);

/* RFC 3339 with the place's offset, to the second (rounded down). */
void zone_time_text(const struct zone *zone, int64_t utc_ns, char text[ZONE_TIME_TEXT_SIZE]);

/* RFC 3339 with any offset and any fraction; false if it is none or outside 1678..2261. */
bool zone_time_parse(const char *text, int64_t *utc_ns);

#endif
