/* Stays and the charges inferred from them. Both have two ends and nothing between; a rest of minutes is no
 * stay. */
#include "diary/private.h"

#define STAY_MS     (10 * MS_PER_MIN)
#define INFERRED    200                /* 2 %, in 0.01 % */
#define TWO_ENDS_WH INT64_C(200000000) /* 0.01 % times mAh times the sum of two voltages in 0.1 V */

void stay_tell(struct diary *diary, int64_t to_ms)
{
    struct diary_entry entry = {
        .kind = DIARY_STAY,
        .stay = {.from_ms = diary->anchor.rest_ms,
                 .to_ms = to_ms,
                 .soc_from = diary->memory.soc_rest_ms == DIARY_NONE ? diary->anchor.soc : DIARY_NONE,
                 .soc_to = rest_figure(diary, HEARD_SOC),
                 .odometer_mm = diary->anchor.odometer_mm},
    };

    if (diary->memory.drove || diary->memory.told || to_ms - diary->anchor.rest_ms < STAY_MS)
        return;
    diary->memory.told = 1;
    diary_emit(diary, &entry);
}

/* A charge that was watched and may go on has its own account of the time between. */
static bool is_watched(const struct diary *diary)
{
    const struct charge_memory *charge = &diary->memory.charge;

    return charge->phase != CHARGE_NONE && charge->from_ms < diary->memory.rested_ms &&
           charge_heard(diary) != TRI_FALSE;
}

/* By how much SOC rose unwatched. */
static int64_t unwatched(const struct diary *diary)
{
    int64_t soc = heard_now(diary, HEARD_SOC);

    if (diary->anchor.soc == DIARY_NONE || soc == DIARY_NONE)
        return 0;
    return soc - diary->anchor.soc - diary->memory.covered_soc;
}

bool inferred_is_due(const struct diary *diary)
{
    return unwatched(diary) >= INFERRED && !is_watched(diary);
}

/* Amp-hours times the volts between: those of both ends, the nominal ones where an end was not heard. */
static int64_t inferred_wh(const struct diary *diary, int64_t soc, bool *is_estimated)
{
    int64_t capacity = diary_capacity(diary, diary->anchor.capacity_mah, is_estimated);
    int64_t volts_from = diary->memory.rest_volts;
    int64_t volts_to = rest_figure(diary, HEARD_VOLTAGE);

    if (capacity != DIARY_NONE && volts_from != DIARY_NONE && volts_to != DIARY_NONE)
        return diary_round(soc * capacity * (volts_from + volts_to), TWO_ENDS_WH);
    *is_estimated = true;
    return diary_soc_wh(diary, soc, capacity);
}

static void tell_inferred(struct diary *diary, const struct gain *gain)
{
    struct diary_entry entry = {
        .kind = DIARY_CHARGE,
        .charge = {.status = DIARY_CLOSED,
                   .how = DIARY_INFERRED,
                   .from_ms = gain->from_ms,
                   .to_ms = gain->to_ms,
                   .soc_from = gain->soc_from,
                   .soc_to = gain->soc_from + gain->soc,
                   .mode = -1,
                   .battery_wh = gain->wh,
                   .charger_wh = DIARY_NONE,
                   .wall_wh = DIARY_NONE,
                   .metered_wh = DIARY_NONE,
                   .cost_m = DIARY_NONE,
                   .cost_max_m = DIARY_NONE,
                   .peak_w = DIARY_NONE,
                   .temp_from_mc = DIARY_NONE,
                   .temp_to_mc = DIARY_NONE,
                   .odometer_mm = diary->anchor.odometer_mm,
                   .flags = gain->is_estimated ? DIARY_FLAG_ESTIMATED : 0},
        .parts = {{diary_day_of_window(diary, gain->from_ms, gain->to_ms), gain->wh, DIARY_NONE}},
        .part_count = 1,
    };

    diary_emit(diary, &entry);
}

void inferred_tell(struct diary *diary, int64_t to_ms)
{
    struct gain gain = {.from_ms = diary->memory.soc_rest_ms,
                        .to_ms = to_ms,
                        .soc_from = diary->anchor.soc,
                        .soc = unwatched(diary),
                        .is_due = inferred_is_due(diary)};

    gain.wh = inferred_wh(diary, gain.soc, &gain.is_estimated);
    gain.is_known = gain.soc_from != DIARY_NONE && heard_now(diary, HEARD_SOC) != DIARY_NONE;
    diary->memory.soc_rest_ms = DIARY_NONE;
    diary->anchor.soc = heard_now(diary, HEARD_SOC);
    if (gain.is_due) {
        diary->memory.rest_volts = rest_figure(diary, HEARD_VOLTAGE);
        rest_expect_counts(diary, -1);
        diary->memory.charged_ms = to_ms;
    }
    if (!meter_share(diary, &gain) && gain.is_due)
        tell_inferred(diary, &gain);
}
