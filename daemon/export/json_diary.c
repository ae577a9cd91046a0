/* The items, one row a key (json_field), and the values that only one of them has. Which items there are is
 * the store's, how they travel json_page's. */
#include "export/json_diary.h"

#include "car/reading.h"
#include "export/json_field.h"
#include "export/json_value.h"
#include "util/core/day.h"
#include "util/core/time.h"

#include <string.h>

#define MM_PER_KM          INT64_C(1000000)
#define CONSUMPTION_MIN_MM (3 * MM_PER_KM) /* below, whole kilometres and SOC steps say nothing */
#define CONSUMPTION_MIN_WH 500
#define CONSUMPTION_STEP   0.1
#define EFFICIENCY_STEP    0.001
#define AT(type, member)   offsetof(struct diary_##type, member)

static const struct json_scale count = {1, 1};
static const struct json_scale km = {MM_PER_KM, 1};
static const struct json_scale kwh = {10, 100};
static const struct json_scale kw = {10, 100};
static const struct json_scale amp_hours = {10, 100};
static const struct json_scale money = {1000, 100};
static const struct json_scale soc_percent = {10, 10};
static const struct json_scale health_percent = {1, 100};
static const struct json_scale volts = {1, 1000};
static const struct json_scale degrees = {100, 10};

static json_t *status_word(const struct json_field *field, const void *item, const struct zone *zone)
{
    static const char *const words[] = {"open", "closed", "incomplete", NULL};

    (void)zone;
    return json_field_word(words, (int)*FIELD_AT(enum diary_status, field->place));
}

static json_t *how_word(const struct json_field *field, const void *item, const struct zone *zone)
{
    static const char *const words[] = {"watched", "inferred", "metered", NULL};

    (void)zone;
    return json_field_word(words, (int)*FIELD_AT(enum diary_how, field->place));
}

static json_t *mode_word(const struct json_field *field, const void *item, const struct zone *zone)
{
    (void)zone;
    return json_field_word(vocabulary[SIGNAL_CHARGE_MODE].words, *FIELD_AT(int, field->place));
}

/* To the millisecond: readings come several a second. */
static json_t *instant_of(const struct json_field *field, const void *item, const struct zone *zone)
{
    static const size_t second_len = sizeof("2026-11-22T07:55:01") - 1;
    int64_t utc_ms = *FIELD_AT(int64_t, field->place);
    char text[ZONE_TIME_TEXT_SIZE];

    if (utc_ms > INT64_MAX / NS_PER_MS || utc_ms < 0)
        return json_null(); /* no key of readings.db has any such time */
    zone_time_text(zone, utc_ms * NS_PER_MS, text);
    return json_sprintf("%.*s.%03d%s", (int)second_len, text, (int)(utc_ms % 1000), text + second_len);
}

static json_t *value_of(const struct json_field *field, const void *item, const struct zone *zone)
{
    const struct diary_reading *reading = item;

    (void)field;
    (void)zone;
    return reading->per_unit > 0
               ? json_field_scaled(reading->steps, &(struct json_scale){1, reading->per_unit})
               : json_null();
}

static json_t *quality_word(const struct json_field *field, const void *item, const struct zone *zone)
{
    (void)zone;
    return json_string(quality_name((enum quality) * FIELD_AT(unsigned, field->place)));
}

static json_t *health_spread(const struct json_field *field, const void *item, const struct zone *zone)
{
    const struct diary_health *health = item;

    (void)zone;
    return json_field_scaled(diary_spread(health->cell_min_mv, health->cell_max_mv), field->scale);
}

static json_t *cells_of(const struct json_field *field, const void *item, const struct zone *zone)
{
    const struct diary_cells *cells = item;
    json_t *list = json_array();

    (void)zone;
    for (size_t i = 0; i < cells->count; i++)
        json_array_append_new(list, json_field_scaled(diary_cell_mv(cells, i), field->scale));
    return list;
}

/* The place is the one in the range. */
static json_t *cells_figure(const struct json_field *field, const void *item, const struct zone *zone)
{
    struct diary_cell_range range = diary_cell_range(item);

    return json_field_number(field, &range, zone);
}

/* Battery by wall where the wall is known, else by charger. While it goes on the two are of different
 * moments. */
static json_t *efficiency(const struct json_field *field, const void *item, const struct zone *zone)
{
    const struct diary_charge *charge = item;
    int64_t from_wh = charge->wall_wh != DIARY_NONE ? charge->wall_wh : charge->charger_wh;

    (void)field;
    (void)zone;
    if (charge->status == DIARY_OPEN || charge->battery_wh < 0 || from_wh <= 0)
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
static json_t *consumption(const struct json_field *field, const void *item, const struct zone *zone)
{
    const struct diary_outing *outing = item;
    int64_t used_wh = outing->energy_soc_wh != DIARY_NONE ? outing->energy_soc_wh : outing->energy_gids_wh;

    (void)field;
    (void)zone;
    return kwh_per_100km(used_wh, outing->distance_mm);
}

/* Total by total, of the outings of which both are known: not the mean of their consumptions. */
static json_t *average(const struct json_field *field, const void *item, const struct zone *zone)
{
    const struct diary_day *day = item;

    (void)field;
    (void)zone;
    return kwh_per_100km(day->rated_wh, day->rated_mm);
}

/* Days, months, years and other spans have all but what they are in common. */
#define DAY_SUMS                                                                                             \
    {"distance_km", json_field_number, AT(day, distance_mm), &km},                                           \
        {"used_kwh", json_field_number, AT(day, used_wh), &kwh},                                             \
        {"battery_kwh", json_field_number, AT(day, battery_wh), &kwh},                                       \
        {"charger_kwh", json_field_number, AT(day, charger_wh), &kwh},                                       \
        {"wall_kwh", json_field_number, AT(day, wall_wh), &kwh},                                             \
        {"cost", json_field_number, AT(day, cost_m), &money},                                                \
        {"currency", json_field_text_or_null, AT(day, currency), NULL},                                      \
        {"charges", json_field_number, AT(day, charges), &count},                                            \
        {"outings", json_field_number, AT(day, outings), &count},                                            \
        {"consumption_kwh_100km", average, 0, NULL},                                                         \
        {"consumption_kwh", json_field_number, AT(day, rated_wh), &kwh},                                     \
        {"consumption_km", json_field_number, AT(day, rated_mm), &km},                                       \
        {"cost_max", json_field_number, AT(day, cost_max_m), &money},                                        \
    {                                                                                                        \
        "supplied_kwh", json_field_number, AT(day, supplied_wh), &kwh                                        \
    }

static const struct json_field day_fields[] = {
    {"day", json_field_day, AT(day, day), NULL},
    {"hours", json_field_day_hours, AT(day, day), NULL},
    DAY_SUMS,
    {NULL, NULL, 0, NULL},
};

static const struct json_field month_fields[] = {
    {"month", json_field_month, AT(day, day), NULL},
    {"hours", json_field_month_hours, AT(day, day), NULL},
    DAY_SUMS,
    {NULL, NULL, 0, NULL},
};

static const struct json_field year_fields[] = {
    {"year", json_field_year, AT(day, day), NULL},
    {"hours", json_field_year_hours, AT(day, day), NULL},
    DAY_SUMS,
    {NULL, NULL, 0, NULL},
};

static const struct json_field sums_fields[] = {
    DAY_SUMS,
    {NULL, NULL, 0, NULL},
};

static const struct json_field charge_fields[] = {
    {"id", json_field_id, AT(charge, id), NULL},
    {"state", status_word, AT(charge, status), NULL},
    {"how", how_word, AT(charge, how), NULL},
    {"from", json_field_time, AT(charge, from_ms), NULL},
    {"to", json_field_time, AT(charge, to_ms), NULL},
    {"soc_from", json_field_number, AT(charge, soc_from), &soc_percent},
    {"soc_to", json_field_number, AT(charge, soc_to), &soc_percent},
    {"mode", mode_word, AT(charge, mode), NULL},
    {"battery_kwh", json_field_number, AT(charge, battery_wh), &kwh},
    {"charger_kwh", json_field_number, AT(charge, charger_wh), &kwh},
    {"wall_kwh", json_field_number, AT(charge, wall_wh), &kwh},
    {"wall_from", json_field_text_or_null, AT(charge, wall_from), NULL},
    {"efficiency", efficiency, 0, NULL},
    {"cost", json_field_number, AT(charge, cost_m), &money},
    {"cost_from", json_field_text_or_null, AT(charge, cost_from), NULL},
    {"cost_max", json_field_number, AT(charge, cost_max_m), &money},
    {"currency", json_field_text_or_null, AT(charge, currency), NULL},
    {"peak_kw", json_field_number, AT(charge, peak_w), &kw},
    {"temp_from", json_field_number, AT(charge, temp_from_mc), &degrees},
    {"temp_to", json_field_number, AT(charge, temp_to_mc), &degrees},
    {"odometer_km", json_field_number, AT(charge, odometer_mm), &km},
    {"place", json_field_text_or_null, AT(charge, place), NULL},
    {"note", json_field_text, AT(charge, note), NULL},
    {"flags", json_field_flags, AT(charge, flags), NULL},
    {NULL, NULL, 0, NULL},
};

static const struct json_field outing_fields[] = {
    {"id", json_field_id, AT(outing, id), NULL},
    {"from", json_field_time, AT(outing, from_ms), NULL},
    {"to", json_field_time, AT(outing, to_ms), NULL},
    {"distance_km", json_field_number, AT(outing, distance_mm), &km},
    {"energy_soc_kwh", json_field_number, AT(outing, energy_soc_wh), &kwh},
    {"energy_gids_kwh", json_field_number, AT(outing, energy_gids_wh), &kwh},
    {"consumption_kwh_100km", consumption, 0, NULL},
    {"day", json_field_day, AT(outing, day), NULL},
    {"tags", json_field_words, AT(outing, tags), NULL},
    {"flags", json_field_flags, AT(outing, flags), NULL},
    {NULL, NULL, 0, NULL},
};

static const struct json_field battery_fields[] = {
    {"day", json_field_day, AT(health, day), NULL},
    {"serial", json_field_number, AT(health, serial), &count},
    {"soh", json_field_number, AT(health, soh), &health_percent},
    {"hx", json_field_number, AT(health, hx), &health_percent},
    {"capacity_ah", json_field_number, AT(health, capacity_mah), &amp_hours},
    {"full_kwh", json_field_number, AT(health, full_wh), &kwh},
    {"cell_min", json_field_number, AT(health, cell_min_mv), &volts},
    {"cell_max", json_field_number, AT(health, cell_max_mv), &volts},
    {"odometer_km", json_field_number, AT(health, odometer_mm), &km},
    {"cell_spread", health_spread, 0, &volts},
    {"temperature", json_field_number, AT(health, temperature_mc), &degrees},
    {"count_ac", json_field_number, AT(health, count_ac), &count},
    {"count_dc", json_field_number, AT(health, count_dc), &count},
    {"measured_kwh", json_field_number, AT(health, measured_wh), &kwh},
    {"measured_scatter_kwh", json_field_number, AT(health, measured_scatter_wh), &kwh},
    {"measured_charges", json_field_number, AT(health, measured_charges), &count},
    {NULL, NULL, 0, NULL},
};

static const struct json_field cells_fields[] = {
    {"at", json_field_time, AT(cells, at_ms), NULL},
    {"cells", cells_of, 0, &volts},
    {"cell_min", cells_figure, AT(cell_range, min_mv), &volts},
    {"cell_max", cells_figure, AT(cell_range, max_mv), &volts},
    {"cell_spread", cells_figure, AT(cell_range, spread_mv), &volts},
    {NULL, NULL, 0, NULL},
};

static const struct json_field traffic_fields[] = {
    {"day", json_field_day, AT(traffic, day), NULL},
    {"frames_sent", json_field_number, AT(traffic, frames_sent), &count},
    {"polls", json_field_number, AT(traffic, polls), &count},
    {"wakeups", json_field_number, AT(traffic, wakeups), &count},
    {"bytes", json_field_number, AT(traffic, bytes), &count},
    {NULL, NULL, 0, NULL},
};

static const struct json_field reading_fields[] = {
    {"time", instant_of, AT(reading, utc_ms), NULL},
    {"signal", json_field_text, AT(reading, signal), NULL},
    {"value", value_of, 0, NULL},
    {"unit", json_field_text, AT(reading, unit), NULL},
    {"quality", quality_word, AT(reading, quality), NULL},
    {NULL, NULL, 0, NULL},
};

static const struct kind {
    const struct json_field *fields;
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

    for (const struct json_field *field = kinds[kind].fields; field->key != NULL; field++)
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
    return json_field_scaled(wh, &kwh);
}
