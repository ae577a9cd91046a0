/* One row a key. Rounding is done on the integers that the diary keeps, so that 9.405 kWh never depends on
 * what a double makes of it. Which items there are is the store's, how they travel json_page's. */
#include "export/json_diary.h"

#include "car/reading.h"
#include "export/json_value.h"
#include "util/core/day.h"
#include "util/core/time.h"

#include <string.h>

#define NS_PER_HOUR_STEP      (NS_PER_H / 100)
#define MM_PER_KM             INT64_C(1000000)
#define CONSUMPTION_MIN_MM    (3 * MM_PER_KM) /* below, whole kilometres and SOC steps say nothing */
#define CONSUMPTION_MIN_WH    500
#define CONSUMPTION_STEP      0.1
#define EFFICIENCY_STEP       0.001
#define MONTH_TEXT_LEN        7 /* "2026-11" */
#define YEAR_TEXT_LEN         4
#define AT(type, member)      offsetof(struct diary_##type, member)
#define FIELD_AT(type, place) ((const type *)(const void *)((const char *)item + (place)))

/* How an integer of the diary becomes a number: how many of it make a step, and how many steps a unit. */
struct scale {
    int64_t per_step, steps;
};

struct field;
typedef json_t *value_fn(const struct field *field, const void *item, const struct zone *zone);

struct field {
    const char *key;
    value_fn *value;
    size_t place; /* of the member in the item */
    const struct scale *scale;
};

static const struct scale count = {1, 1};
static const struct scale km = {MM_PER_KM, 1};
static const struct scale kwh = {10, 100};
static const struct scale kw = {10, 100};
static const struct scale amp_hours = {10, 100};
static const struct scale money = {1000, 100};
static const struct scale soc_percent = {10, 10};
static const struct scale health_percent = {1, 100};
static const struct scale volts = {1, 1000};
static const struct scale degrees = {100, 10};
static const struct scale hours = {NS_PER_HOUR_STEP, 100};

/* Half away from zero. */
static int64_t round_div(int64_t value, int64_t by)
{
    return value / by + value % by * 2 / by;
}

static json_t *scaled(int64_t value, const struct scale *scale)
{
    if (value == DIARY_NONE)
        return json_null();
    int64_t steps = round_div(value, scale->per_step);
    return scale->steps == 1 ? json_integer(steps) : json_real((double)steps / (double)scale->steps);
}

static json_t *number(const struct field *field, const void *item, const struct zone *zone)
{
    (void)zone;
    return scaled(*FIELD_AT(int64_t, field->place), field->scale);
}

static json_t *identifier(const struct field *field, const void *item, const struct zone *zone)
{
    int64_t id = *FIELD_AT(int64_t, field->place);

    (void)zone;
    return id > 0 ? json_integer(id) : json_null();
}

static json_t *time_of(const struct field *field, const void *item, const struct zone *zone)
{
    int64_t utc_ms = *FIELD_AT(int64_t, field->place);
    char text[ZONE_TIME_TEXT_SIZE];

    if (utc_ms > INT64_MAX / NS_PER_MS || utc_ms < INT64_MIN / NS_PER_MS)
        return json_null(); /* DIARY_NONE among them */
    zone_time_text(zone, utc_ms * NS_PER_MS, text);
    return json_string(text);
}

static json_t *day_of(const struct field *field, const void *item, const struct zone *zone)
{
    int32_t day = *FIELD_AT(int32_t, field->place);
    char text[DAY_TEXT_SIZE];

    (void)zone;
    if (day == DIARY_NO_DAY)
        return json_null();
    day_text(day, text);
    return json_string(text);
}

static json_t *month_of(const struct field *field, const void *item, const struct zone *zone)
{
    char text[DAY_TEXT_SIZE];

    (void)zone;
    day_text(*FIELD_AT(int32_t, field->place), text);
    return json_stringn(text, MONTH_TEXT_LEN);
}

static json_t *year_of(const struct field *field, const void *item, const struct zone *zone)
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

    return length_ns % NS_PER_H == 0 ? json_integer(length_ns / NS_PER_H) : scaled(length_ns, &hours);
}

static json_t *day_hours(const struct field *field, const void *item, const struct zone *zone)
{
    int32_t day = *FIELD_AT(int32_t, field->place);

    return hours_between(zone, day, day + 1);
}

static json_t *month_hours(const struct field *field, const void *item, const struct zone *zone)
{
    struct day_parts parts = day_split(*FIELD_AT(int32_t, field->place));
    bool is_last = parts.month == 12;

    return hours_between(zone, day_make(parts.year, parts.month, 1),
                         day_make(parts.year + is_last, is_last ? 1 : parts.month + 1, 1));
}

static json_t *year_hours(const struct field *field, const void *item, const struct zone *zone)
{
    int year = day_split(*FIELD_AT(int32_t, field->place)).year;

    return hours_between(zone, day_make(year, 1, 1), day_make(year + 1, 1, 1));
}

static json_t *text_of(const struct field *field, const void *item, const struct zone *zone)
{
    const char *text = FIELD_AT(char, field->place);

    (void)zone;
    return json_value_text(text, strlen(text));
}

static json_t *text_or_null(const struct field *field, const void *item, const struct zone *zone)
{
    return *FIELD_AT(char, field->place) == '\0' ? json_null() : text_of(field, item, zone);
}

static json_t *words_of(const struct field *field, const void *item, const struct zone *zone)
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

static json_t *flags_of(const struct field *field, const void *item, const struct zone *zone)
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
static json_t *word_at(const char *const *words, int index)
{
    for (int i = 0; words[i] != NULL; i++)
        if (i == index)
            return json_string(words[i]);
    return json_null();
}

static json_t *status_word(const struct field *field, const void *item, const struct zone *zone)
{
    static const char *const words[] = {"open", "closed", "incomplete", NULL};

    (void)zone;
    return word_at(words, (int)*FIELD_AT(enum diary_status, field->place));
}

static json_t *how_word(const struct field *field, const void *item, const struct zone *zone)
{
    static const char *const words[] = {"watched", "inferred", "metered", NULL};

    (void)zone;
    return word_at(words, (int)*FIELD_AT(enum diary_how, field->place));
}

static json_t *mode_word(const struct field *field, const void *item, const struct zone *zone)
{
    (void)zone;
    return word_at(vocabulary[SIGNAL_CHARGE_MODE].words, *FIELD_AT(int, field->place));
}

/* To the millisecond: readings come several a second. */
static json_t *instant_of(const struct field *field, const void *item, const struct zone *zone)
{
    static const size_t second_len = sizeof("2026-11-22T07:55:01") - 1;
    int64_t utc_ms = *FIELD_AT(int64_t, field->place);
    char text[ZONE_TIME_TEXT_SIZE];

    if (utc_ms > INT64_MAX / NS_PER_MS || utc_ms < 0)
        return json_null(); /* no key of readings.db has any such time */
    zone_time_text(zone, utc_ms * NS_PER_MS, text);
    return json_sprintf("%.*s.%03d%s", (int)second_len, text, (int)(utc_ms % 1000), text + second_len);
}

static json_t *value_of(const struct field *field, const void *item, const struct zone *zone)
{
    const struct diary_reading *reading = item;

    (void)field;
    (void)zone;
    return reading->per_unit > 0 ? scaled(reading->steps, &(struct scale){1, reading->per_unit}) : json_null();
}

static json_t *quality_word(const struct field *field, const void *item, const struct zone *zone)
{
    (void)zone;
    return json_string(quality_name((enum quality)*FIELD_AT(unsigned, field->place)));
}

static json_t *health_spread(const struct field *field, const void *item, const struct zone *zone)
{
    const struct diary_health *health = item;

    (void)zone;
    return scaled(diary_spread(health->cell_min_mv, health->cell_max_mv), field->scale);
}

static json_t *cells_of(const struct field *field, const void *item, const struct zone *zone)
{
    const struct diary_cells *cells = item;
    json_t *list = json_array();

    (void)zone;
    for (size_t i = 0; i < cells->count; i++)
        json_array_append_new(list, scaled(diary_cell_mv(cells, i), field->scale));
    return list;
}

/* The place is the one in the range. */
static json_t *cells_figure(const struct field *field, const void *item, const struct zone *zone)
{
    struct diary_cell_range range = diary_cell_range(item);

    return number(field, &range, zone);
}

/* Battery by wall where the wall is known, else by charger. */
static json_t *efficiency(const struct field *field, const void *item, const struct zone *zone)
{
    const struct diary_charge *charge = item;
    int64_t from_wh = charge->wall_wh != DIARY_NONE ? charge->wall_wh : charge->charger_wh;

    (void)field;
    (void)zone;
    if (charge->battery_wh < 0 || from_wh <= 0)
        return json_null(); /* DIARY_NONE is among them */
    return json_value_number((double)charge->battery_wh / (double)from_wh, EFFICIENCY_STEP);
}

static json_t *kwh_per_100km(int64_t used_wh, int64_t distance_mm)
{
    if (distance_mm < CONSUMPTION_MIN_MM || used_wh < CONSUMPTION_MIN_WH)
        return json_null(); /* DIARY_NONE is among them */
    double wh_per_km = (double)used_wh * MM_PER_KM / (double)distance_mm;
    return json_value_number(wh_per_km / 10, CONSUMPTION_STEP);
}

/* By SOC as the energy of section 6 is; by GIDs where that is all there is. */
static json_t *consumption(const struct field *field, const void *item, const struct zone *zone)
{
    const struct diary_outing *outing = item;
    int64_t used_wh = outing->energy_soc_wh != DIARY_NONE ? outing->energy_soc_wh : outing->energy_gids_wh;

    (void)field;
    (void)zone;
    return kwh_per_100km(used_wh, outing->distance_mm);
}

/* Total by total, of the outings of which both are known: not the mean of their consumptions. */
static json_t *average(const struct field *field, const void *item, const struct zone *zone)
{
    const struct diary_day *day = item;

    (void)field;
    (void)zone;
    return kwh_per_100km(day->rated_wh, day->rated_mm);
}

/* Days, months, years and other spans have all but what they are in common. */
#define DAY_SUMS                                                                                             \
    {"distance_km", number, AT(day, distance_mm), &km}, {"used_kwh", number, AT(day, used_wh), &kwh},        \
        {"battery_kwh", number, AT(day, battery_wh), &kwh},                                                  \
        {"charger_kwh", number, AT(day, charger_wh), &kwh}, {"wall_kwh", number, AT(day, wall_wh), &kwh},    \
        {"cost", number, AT(day, cost_m), &money}, {"currency", text_or_null, AT(day, currency), NULL},      \
        {"charges", number, AT(day, charges), &count}, {"outings", number, AT(day, outings), &count},        \
        {"consumption_kwh_100km", average, 0, NULL},                                                         \
        {"consumption_kwh", number, AT(day, rated_wh), &kwh},                                                \
        {"consumption_km", number, AT(day, rated_mm), &km},                                                  \
    {                                                                                                        \
        "cost_max", number, AT(day, cost_max_m), &money                                                      \
    }

static const struct field day_fields[] = {
    {"day", day_of, AT(day, day), NULL},
    {"hours", day_hours, AT(day, day), NULL},
    DAY_SUMS,
    {NULL, NULL, 0, NULL},
};

static const struct field month_fields[] = {
    {"month", month_of, AT(day, day), NULL},
    {"hours", month_hours, AT(day, day), NULL},
    DAY_SUMS,
    {NULL, NULL, 0, NULL},
};

static const struct field year_fields[] = {
    {"year", year_of, AT(day, day), NULL},
    {"hours", year_hours, AT(day, day), NULL},
    DAY_SUMS,
    {NULL, NULL, 0, NULL},
};

static const struct field sums_fields[] = {
    DAY_SUMS,
    {NULL, NULL, 0, NULL},
};

static const struct field charge_fields[] = {
    {"id", identifier, AT(charge, id), NULL},
    {"state", status_word, AT(charge, status), NULL},
    {"how", how_word, AT(charge, how), NULL},
    {"from", time_of, AT(charge, from_ms), NULL},
    {"to", time_of, AT(charge, to_ms), NULL},
    {"soc_from", number, AT(charge, soc_from), &soc_percent},
    {"soc_to", number, AT(charge, soc_to), &soc_percent},
    {"mode", mode_word, AT(charge, mode), NULL},
    {"battery_kwh", number, AT(charge, battery_wh), &kwh},
    {"charger_kwh", number, AT(charge, charger_wh), &kwh},
    {"wall_kwh", number, AT(charge, wall_wh), &kwh},
    {"wall_from", text_or_null, AT(charge, wall_from), NULL},
    {"efficiency", efficiency, 0, NULL},
    {"cost", number, AT(charge, cost_m), &money},
    {"cost_from", text_or_null, AT(charge, cost_from), NULL},
    {"cost_max", number, AT(charge, cost_max_m), &money},
    {"currency", text_or_null, AT(charge, currency), NULL},
    {"peak_kw", number, AT(charge, peak_w), &kw},
    {"odometer_km", number, AT(charge, odometer_mm), &km},
    {"place", text_or_null, AT(charge, place), NULL},
    {"note", text_of, AT(charge, note), NULL},
    {"flags", flags_of, AT(charge, flags), NULL},
    {NULL, NULL, 0, NULL},
};

static const struct field outing_fields[] = {
    {"id", identifier, AT(outing, id), NULL},
    {"from", time_of, AT(outing, from_ms), NULL},
    {"to", time_of, AT(outing, to_ms), NULL},
    {"distance_km", number, AT(outing, distance_mm), &km},
    {"energy_soc_kwh", number, AT(outing, energy_soc_wh), &kwh},
    {"energy_gids_kwh", number, AT(outing, energy_gids_wh), &kwh},
    {"consumption_kwh_100km", consumption, 0, NULL},
    {"day", day_of, AT(outing, day), NULL},
    {"tags", words_of, AT(outing, tags), NULL},
    {"flags", flags_of, AT(outing, flags), NULL},
    {NULL, NULL, 0, NULL},
};

static const struct field battery_fields[] = {
    {"day", day_of, AT(health, day), NULL},
    {"serial", number, AT(health, serial), &count},
    {"soh", number, AT(health, soh), &health_percent},
    {"hx", number, AT(health, hx), &health_percent},
    {"capacity_ah", number, AT(health, capacity_mah), &amp_hours},
    {"full_kwh", number, AT(health, full_wh), &kwh},
    {"cell_min", number, AT(health, cell_min_mv), &volts},
    {"cell_max", number, AT(health, cell_max_mv), &volts},
    {"odometer_km", number, AT(health, odometer_mm), &km},
    {"cell_spread", health_spread, 0, &volts},
    {"temperature", number, AT(health, temperature_mc), &degrees},
    {"count_ac", number, AT(health, count_ac), &count},
    {"count_dc", number, AT(health, count_dc), &count},
    {"measured_kwh", number, AT(health, measured_wh), &kwh},
    {"measured_scatter_kwh", number, AT(health, measured_scatter_wh), &kwh},
    {"measured_charges", number, AT(health, measured_charges), &count},
    {NULL, NULL, 0, NULL},
};

static const struct field cells_fields[] = {
    {"at", time_of, AT(cells, at_ms), NULL},
    {"cells", cells_of, 0, &volts},
    {"cell_min", cells_figure, AT(cell_range, min_mv), &volts},
    {"cell_max", cells_figure, AT(cell_range, max_mv), &volts},
    {"cell_spread", cells_figure, AT(cell_range, spread_mv), &volts},
    {NULL, NULL, 0, NULL},
};

static const struct field traffic_fields[] = {
    {"day", day_of, AT(traffic, day), NULL},
    {"frames_sent", number, AT(traffic, frames_sent), &count},
    {"polls", number, AT(traffic, polls), &count},
    {"wakeups", number, AT(traffic, wakeups), &count},
    {"bytes", number, AT(traffic, bytes), &count},
    {NULL, NULL, 0, NULL},
};

static const struct field reading_fields[] = {
    {"time", instant_of, AT(reading, utc_ms), NULL},
    {"signal", text_of, AT(reading, signal), NULL},
    {"value", value_of, 0, NULL},
    {"unit", text_of, AT(reading, unit), NULL},
    {"quality", quality_word, AT(reading, quality), NULL},
    {NULL, NULL, 0, NULL},
};

static const struct kind {
    const struct field *fields;
    size_t size;
    enum json_diary_mark mark;
} kinds[] = {
    [JSON_DIARY_DAY] = {day_fields, sizeof(struct diary_day), JSON_DIARY_BY_DAY},
    [JSON_DIARY_MONTH] = {month_fields, sizeof(struct diary_day), JSON_DIARY_BY_MONTH},
    [JSON_DIARY_YEAR] = {year_fields, sizeof(struct diary_day), JSON_DIARY_BY_YEAR},
    [JSON_DIARY_SUMS] = {sums_fields, sizeof(struct diary_day), JSON_DIARY_BY_DAY},
    [JSON_DIARY_CHARGE] = {charge_fields, sizeof(struct diary_charge), JSON_DIARY_BY_ID},
    [JSON_DIARY_OUTING] = {outing_fields, sizeof(struct diary_outing), JSON_DIARY_BY_ID},
    [JSON_DIARY_BATTERY] = {battery_fields, sizeof(struct diary_health), JSON_DIARY_BY_DAY},
    [JSON_DIARY_TRAFFIC] = {traffic_fields, sizeof(struct diary_traffic), JSON_DIARY_BY_DAY},
    [JSON_DIARY_CELLS] = {cells_fields, sizeof(struct diary_cells), JSON_DIARY_BY_ID},
    [JSON_DIARY_READING] = {reading_fields, sizeof(struct diary_reading), JSON_DIARY_BY_ID},
};

enum json_diary_mark json_diary_mark(enum json_diary_kind kind)
{
    return kinds[kind].mark;
}

json_t *json_diary_item(enum json_diary_kind kind, const void *item, const struct zone *zone)
{
    json_t *object = json_object();

    for (const struct field *field = kinds[kind].fields; field->key != NULL; field++)
        json_object_set_new(object, field->key, field->value(field, item, zone));
    return object;
}

json_t *json_diary_charge(const struct diary_charge *charge, const struct zone *zone)
{
    return json_diary_item(JSON_DIARY_CHARGE, charge, zone);
}

json_t *json_diary_outing(const struct diary_outing *outing, const struct zone *zone)
{
    return json_diary_item(JSON_DIARY_OUTING, outing, zone);
}

const char *json_diary_key(enum json_diary_kind kind, size_t index)
{
    return kinds[kind].fields[index].key;
}

size_t json_diary_size(enum json_diary_kind kind)
{
    return kinds[kind].size;
}

json_t *json_diary_kwh(int64_t wh)
{
    return scaled(wh, &kwh);
}
