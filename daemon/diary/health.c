/* Battery health: one row a local day with the last figures heard in it, told when the day is over or the car
 * has been silent for ten minutes; a later one of the same day replaces it. */
#include "diary/private.h"

#include "util/core/time.h"

#define SILENT_MS (10 * MS_PER_MIN)

static const enum heard figures[] = {HEARD_SOH,      HEARD_HX,       HEARD_CAPACITY,    HEARD_CELL_MIN,
                                     HEARD_CELL_MAX, HEARD_COUNT_AC, HEARD_TEMPERATURE, HEARD_COUNT_DC};

/* What was heard on that day; what was not is not known of it. */
static int64_t of_day(const struct diary *diary, enum heard heard, int32_t day)
{
    const struct value *value = &diary->memory.heard[heard];

    return value->now != DIARY_NONE && diary_day(diary, value->at_ms) == day ? value->now : DIARY_NONE;
}

/* The day's own where it was heard, else the last that is known: it stands until somebody drives. */
static int64_t last_odometer(const struct diary *diary)
{
    int64_t mm = heard_now(diary, HEARD_ODOMETER);

    return mm != DIARY_NONE ? mm : diary->anchor.odometer_mm;
}

static void tell(struct diary *diary)
{
    int32_t day = diary_day(diary, diary->memory.health_ms);
    int64_t capacity = of_day(diary, HEARD_CAPACITY, day);
    struct diary_entry entry = {
        .kind = DIARY_HEALTH,
        .health = {.day = day,
                   .serial = 1,
                   .soh = of_day(diary, HEARD_SOH, day),
                   .hx = of_day(diary, HEARD_HX, day),
                   .capacity_mah = capacity,
                   .full_wh = diary_soc_wh(diary, 10000, capacity),
                   .cell_min_mv = of_day(diary, HEARD_CELL_MIN, day),
                   .cell_max_mv = of_day(diary, HEARD_CELL_MAX, day),
                   .temperature_mc = of_day(diary, HEARD_TEMPERATURE, day),
                   .count_ac = of_day(diary, HEARD_COUNT_AC, day),
                   .count_dc = of_day(diary, HEARD_COUNT_DC, day),
                   .odometer_mm = last_odometer(diary)},
    };

    diary->memory.health_ms = DIARY_NONE;
    diary->anchor.health_day = day;
    diary_emit(diary, &entry);
}

void health_settle(struct diary *diary)
{
    if (diary->memory.health_ms != DIARY_NONE && diary->anchor.at_ms >= health_due(diary))
        tell(diary);
    for (size_t i = 0; i < sizeof(figures) / sizeof(figures[0]); i++)
        if (heard_here(diary, figures[i]))
            diary->memory.health_ms = diary->anchor.at_ms;
}

int64_t health_due(const struct diary *diary)
{
    if (diary->memory.health_ms == DIARY_NONE)
        return INT64_MAX;
    int32_t day = diary_day(diary, diary->memory.health_ms);
    int64_t end_ms = zone_day_end_ns(diary->settings.zone, day) / NS_PER_MS;
    int64_t silent_ms = diary->memory.silent_ms;
    if (silent_ms == DIARY_NONE)
        return end_ms;
    if (silent_ms < diary->memory.health_ms)
        silent_ms = diary->memory.health_ms;
    return silent_ms + SILENT_MS < end_ms ? silent_ms + SILENT_MS : end_ms;
}
