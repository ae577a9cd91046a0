/* The sums of any span of the diary (CONTRACT 6, totals) as one JSON object. Pure. */
#ifndef EXPORT_JSON_TOTALS_H
#define EXPORT_JSON_TOTALS_H

#include "diary/item.h"
#include "util/core/zone.h"

#include <stdbool.h>

struct json_totals {
    const char *car;
    const struct zone *zone;
    const struct diary_day *all, *unattributed;
    bool since_charge;        /* `since` is a moment; otherwise a day */
    int64_t since_ms;         /* DIARY_NONE: there was no charge, it is the whole time */
    int32_t from_day, to_day; /* INT32_MIN, INT32_MAX: the whole time */
    int co2_g_per_kwh;        /* -1: not known */
};

/* A text that the caller frees, or NULL without memory. */
char *json_totals_text(const struct json_totals *totals);

#endif
