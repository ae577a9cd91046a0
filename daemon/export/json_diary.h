/* The diary's items as JSON objects (CONTRACT 6): one table of fields a kind, which serves JSON and CSV and
 * keeps the contract's order. Numbers are rounded in integers; what isn't known is null. Pure. */
#ifndef EXPORT_JSON_DIARY_H
#define EXPORT_JSON_DIARY_H

#include "diary/item.h"
#include "util/core/zone.h"

#include <jansson.h>
#include <stddef.h>

enum json_diary_kind {
    JSON_DIARY_DAY,     /* of a struct diary_day */
    JSON_DIARY_MONTH,   /* of a struct diary_day */
    JSON_DIARY_YEAR,    /* of a struct diary_day */
    JSON_DIARY_SUMS,    /* of a struct diary_day, which is no day: of any span */
    JSON_DIARY_CHARGE,  /* of a struct diary_charge */
    JSON_DIARY_OUTING,  /* of a struct diary_outing */
    JSON_DIARY_BATTERY, /* of a struct diary_health */
    JSON_DIARY_TRAFFIC, /* of a struct diary_traffic */
    JSON_DIARY_CELLS,   /* of a struct diary_cells */
    JSON_DIARY_READING, /* of a struct diary_reading */
};

/* What a page of such items is gone on with: the last item's id, its day, its month, its year. */
enum json_diary_mark { JSON_DIARY_BY_ID, JSON_DIARY_BY_DAY, JSON_DIARY_BY_MONTH, JSON_DIARY_BY_YEAR };
enum json_diary_mark json_diary_mark(enum json_diary_kind kind); /* of a kind */

/* One item; the caller owns the reference. NULL only without memory. */
json_t *json_diary_item(enum json_diary_kind kind, const void *item, const struct zone *zone);

/* The same for the two kinds that stand elsewhere, too: in the state and on MQTT. */
json_t *json_diary_charge(const struct diary_charge *charge, const struct zone *zone);
json_t *json_diary_outing(const struct diary_outing *outing, const struct zone *zone);

/* The keys of a kind, in order; NULL after the last. */
const char *json_diary_key(enum json_diary_kind kind, size_t index);

/* The size of a kind's struct, for walking an array of them. */
size_t json_diary_size(enum json_diary_kind kind);

/* A sum that stands alone: kWh to 0.01; null for DIARY_NONE. */
json_t *json_diary_kwh(int64_t wh);

#endif
