/* The owner's tariffs as one JSON object (CONTRACT 7), read strictly and written whole. Pure. Fuzzed.
 *   {"tariffs":[{"valid_from":"2026-01-01","currency":"EUR","price":0.302,"session_fee":0.35,
 *                "bands":[{"days":["mon","tue"],"from":"22:00","to":"06:00","price":0.18}]}],
 *    "holidays":["2026-12-25"]}
 * Prices are of a kWh. "session_fee", "bands", "holidays" may be missing; so may "days" (all, holidays too)
 * and both "from" and "to" (the whole day). Prices are rounded to 0.00001. */
#ifndef EXPORT_JSON_TARIFFS_H
#define EXPORT_JSON_TARIFFS_H

#include "plan/tariff.h"
#include "util/core/err.h"

#define JSON_TARIFFS_MAX (64 * 1024) /* bytes of a text */

/* Replaces all. -1 with err, which names the place, and nothing changed. */
int json_tariffs_read(const char *text, size_t len, struct tariffs *tariffs, struct err *err);

/* The whole object, which the caller frees; NULL without memory. What is read from it is the same again, as
 * long as it was read from half of JSON_TARIFFS_MAX: defaults that were left out may be written. */
char *json_tariffs(const struct tariffs *tariffs);

#endif
