/* How a member of one of the diary's items becomes a JSON value: one row a key. Private to json_diary. */
#ifndef EXPORT_JSON_FIELD_H
#define EXPORT_JSON_FIELD_H

#include "diary/item.h"
#include "util/core/zone.h"

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

/* How an integer of the diary becomes a number: how many of it make a step, and how many steps a unit. */
struct json_scale {
    int64_t per_step, steps;
};

struct json_field;
typedef json_t *json_field_fn(const struct json_field *field, const void *item, const struct zone *zone);

struct json_field {
    const char *key;
    json_field_fn *value;
    size_t place; /* of the member in the item */
    const struct json_scale *scale;
};

#define FIELD_AT(type, place) ((const type *)(const void *)((const char *)item + (place)))

/* The nearest step, or null. */
json_t *json_field_scaled(int64_t value, const struct json_scale *scale);

/* The word of this number; null for one that has none: what the file says is not ours alone. */
json_t *json_field_word(const char *const *words, int index);

/* A json_field_fn each. */
json_t *json_field_number(const struct json_field *field, const void *item, const struct zone *zone);
json_t *json_field_id(const struct json_field *field, const void *item, const struct zone *zone);
json_t *json_field_time(const struct json_field *field, const void *item, const struct zone *zone);
json_t *json_field_day(const struct json_field *field, const void *item, const struct zone *zone);
json_t *json_field_month(const struct json_field *field, const void *item, const struct zone *zone);
json_t *json_field_year(const struct json_field *field, const void *item, const struct zone *zone);
json_t *json_field_day_hours(const struct json_field *field, const void *item, const struct zone *zone);
json_t *json_field_month_hours(const struct json_field *field, const void *item, const struct zone *zone);
json_t *json_field_year_hours(const struct json_field *field, const void *item, const struct zone *zone);
json_t *json_field_text(const struct json_field *field, const void *item, const struct zone *zone);
json_t *json_field_text_or_null(const struct json_field *field, const void *item, const struct zone *zone);
json_t *json_field_words(const struct json_field *field, const void *item, const struct zone *zone);
json_t *json_field_flags(const struct json_field *field, const void *item, const struct zone *zone);

#endif
