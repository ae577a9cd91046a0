/* A charge with what it looked like (CONTRACT 6: charges/N). Pure. */
#ifndef EXPORT_JSON_CURVE_H
#define EXPORT_JSON_CURVE_H

#include "diary/item.h"
#include "diary/store/store.h"
#include "util/core/zone.h"

#define JSON_CURVE_POINTS_MAX 250 /* of each signal: together at most 500 */

/* History of one signal, in the order of time. */
struct json_curve {
    size_t count;
    struct store_point points[JSON_CURVE_POINTS_MAX];
};

/* The charge's item with "curve": [[time, soc, kw], …], a row for each time at which one of them was kept; a
 * value stands until the next one. A text that the caller frees, or NULL without memory. */
char *json_curve_text(const struct diary_charge *charge, const struct json_curve *soc,
                      const struct json_curve *kw, const struct zone *zone);

#endif
