/* The general kinds of values. Rounding is done on the integers that the diary keeps, so that 9.405 kWh never
 * depends on what a double makes of it. */
#include "export/json_field.h"

#include "export/json_value.h"
#include "util/core/day.h"
#include "util/core/time.h"

#include <string.h>

#define NS_PER_HOUR_STEP (NS_PER_H / 100)
#define MONTH_TEXT_LEN   7 /* "2026-11" */
#define YEAR_TEXT_LEN    4

static const struct json_scale hours = {NS_PER_HOUR_STEP, 100};

/* Half away from zero. */
static int64_t round_div(int64_t value, int64_t by)
{
    return value / by + value % by * 2 / by;
}

json_t *json_field_scaled(int64_t value, const struct json_scale *scale)
{
    if (value == DIARY_NONE)
        return json_null();
    int64_t steps = round_div(value, scale->per_step);
    return scale->steps == 1 ? json_integer(steps) : json_real((double)steps / (double)scale->steps);
}

json_t *json_field_number(const struct json_field *field, const void *item, const struct zone *zone)
{
    (void)zone;
    return json_field_scaled(*FIELD_AT(int64_t, field->place), field->scale);
}

json_t *json_field_id(const struct json_field *field, const void *item, const struct zone *zone)
{
    int64_t id = *FIELD_AT(int64_t, field->place);

    (void)zone;
    return id > 0 ? json_integer(id) : json_null();
}

json_t *json_field_time(const struct json_field *field, const void *item, const struct zone *zone)
{
    int64_t utc_ms = *FIELD_AT(int64_t, field->place);
    char text[ZONE_TIME_TEXT_SIZE];

    if (utc_ms > INT64_MAX / NS_PER_MS || utc_ms < INT64_MIN / NS_PER_MS)
        return json_null(); /* DIARY_NONE among them */
    zone_time_text(zone, utc_ms * NS_PER_MS, text);
    return json_string(text);
}

json_t *json_field_day(const struct json_field *field, const void *item, const struct zone *zone)
{
    int32_t day = *FIELD_AT(int32_t, field->place);
    char text[DAY_TEXT_SIZE];

    (void)zone;
    if (day == DIARY_NO_DAY)
        return json_null();
    day_text(day, text);
    return json_string(text);
}

json_t *json_field_month(const struct json_field *field, const void *item, const struct zone *zone)
{
    char text[DAY_TEXT_SIZE];

    (void)zone;
    day_text(*FIELD_AT(int32_t, field->place), text);
    return json_stringn(text, MONTH_TEXT_LEN);
}

json_t *json_field_year(const struct json_field *field, const void *item, const struct zone *zone)
{
    char text[DAY_TEXT_SIZE];

    (void)zone;
    day_text(*FIELD_AT(int32_t, field->place), text);
    return json_stringn(text, YEAR_TEXT_LEN);
}

/* 23, 24.5 or 25 where clocks change; a whole number where it is one. */
static json_t *hours_between(const struct zone *zone, int32_t first, int32_t end)
{
    int64_t length_ns = zone_day_start_ns(zone, end) - zone_day_start_ns(zone, first);

    return length_ns % NS_PER_H == 0 ? json_integer(length_ns / NS_PER_H)
                                     : json_field_scaled(length_ns, &hours);
}

json_t *json_field_day_hours(const struct json_field *field, const void *item, const struct zone *zone)
{
    int32_t day = *FIELD_AT(int32_t, field->place);

    return hours_between(zone, day, day + 1);
}

json_t *json_field_month_hours(const struct json_field *field, const void *item, const struct zone *zone)
{
    struct day_parts parts = day_split(*FIELD_AT(int32_t, field->place));
    bool is_last = parts.month == 12;

    return hours_between(zone, day_make(parts.year, parts.month, 1),
                         day_make(parts.year + is_last, is_last ? 1 : parts.month + 1, 1));
}

json_t *json_field_year_hours(const struct json_field *field, const void *item, const struct zone *zone)
{
    int year = day_split(*FIELD_AT(int32_t, field->place)).year;

    return hours_between(zone, day_make(year, 1, 1), day_make(year + 1, 1, 1));
}

json_t *json_field_text(const struct json_field *field, const void *item, const struct zone *zone)
{
    const char *text = FIELD_AT(char, field->place);

    (void)zone;
    return json_value_text(text, strlen(text));
}

json_t *json_field_text_or_null(const struct json_field *field, const void *item, const struct zone *zone)
{
    return *FIELD_AT(char, field->place) == '\0' ? json_null() : json_field_text(field, item, zone);
}

json_t *json_field_words(const struct json_field *field, const void *item, const struct zone *zone)
{
    const char *at = FIELD_AT(char, field->place);
    json_t *words = json_array();

    (void)zone;
    for (at += strspn(at, " "); *at != '\0'; at += strspn(at, " ")) {
        size_t len = strcspn(at, " ");
        json_array_append_new(words, json_value_text(at, len));
        at += len;
    }
    return words;
}

json_t *json_field_flags(const struct json_field *field, const void *item, const struct zone *zone)
{
    unsigned flags = *FIELD_AT(unsigned, field->place);
    json_t *words = json_array();

    (void)zone;
    for (unsigned bit = 0; diary_flag_name(bit) != NULL; bit++)
        if (flags & 1U << bit)
            json_array_append_new(words, json_string(diary_flag_name(bit)));
    return words;
}

/* null for a number that has no word: what the file says is not ours alone. */
json_t *json_field_word(const char *const *words, int index)
{
    for (int i = 0; words[i] != NULL; i++)
        if (i == index)
            return json_string(words[i]);
    return json_null();
}
