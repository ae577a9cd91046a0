/* Entries as trackers make them, for the store's tests. */
#ifndef TESTS_UNIT_STORE_ENTRY_H
#define TESTS_UNIT_STORE_ENTRY_H

#include "diary/item.h"
#include "diary/store/store.h"

#define T0_MS   INT64_C(1700000000000)
#define DAY0    19675 /* 2023-11-14, the day of T0_MS */
#define HOUR_MS INT64_C(3600000)

static inline struct diary_anchor an_anchor(int64_t at_ms)
{
    return (struct diary_anchor){
        .at_ms = at_ms,
        .rest_ms = DIARY_NONE,
        .soc = DIARY_NONE,
        .gids = DIARY_NONE,
        .capacity_mah = DIARY_NONE,
        .odometer_mm = DIARY_NONE,
        .count_ac = DIARY_NONE,
        .count_dc = DIARY_NONE,
        .contact_ms = DIARY_NONE,
        .health_day = DIARY_NONE,
        .cells_day = DIARY_NONE,
    };
}

static inline struct diary_entry a_charge(int64_t from_ms, int32_t day, int64_t battery_wh)
{
    return (struct diary_entry){
        .kind = DIARY_CHARGE,
        .car = "leaf",
        .charge =
            {
                .status = DIARY_CLOSED,
                .how = DIARY_WATCHED,
                .from_ms = from_ms,
                .to_ms = from_ms + HOUR_MS,
                .soc_from = 4100,
                .soc_to = 8020,
                .mode = 2,
                .battery_wh = battery_wh,
                .charger_wh = battery_wh + 700,
                .wall_wh = DIARY_NONE,
                .metered_wh = DIARY_NONE,
                .cost_m = DIARY_NONE,
                .cost_max_m = DIARY_NONE,
                .peak_w = 3400,
                .temp_from_mc = 11500,
                .temp_to_mc = 17250,
                .odometer_mm = INT64_C(117568000000),
                .place = "home",
                .flags = DIARY_FLAG_GAPS,
            },
        .part_count = 1,
        .parts = {{day, battery_wh, battery_wh + 700}},
        .anchor = an_anchor(from_ms + HOUR_MS),
    };
}

static inline struct diary_entry an_outing(int64_t from_ms, int32_t day, int64_t distance_mm, int64_t used_wh)
{
    return (struct diary_entry){
        .kind = DIARY_OUTING,
        .car = "leaf",
        .outing =
            {
                .from_ms = from_ms,
                .to_ms = from_ms + HOUR_MS,
                .distance_mm = distance_mm,
                .soc_from = 8000,
                .soc_to = 7000,
                .energy_soc_wh = used_wh,
                .energy_gids_wh = DIARY_NONE,
                .day = day,
                .tags = "work shopping",
            },
        .anchor = an_anchor(from_ms + HOUR_MS),
    };
}

static inline struct store_question everything(enum store_subject subject)
{
    return (struct store_question){
        .subject = subject,
        .car = "leaf",
        .from_day = INT32_MIN,
        .to_day = INT32_MAX,
        .from_ms = INT64_MIN,
        .to_ms = INT64_MAX,
        .limit = 100,
    };
}

#endif
