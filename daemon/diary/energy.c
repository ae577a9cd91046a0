/* The energy of a charge, in exact integers by local day, rounded once at the end. Between two samples it is
 * the trapezoid under them, before the first and after the last the power was theirs; over a longer silence
 * nothing is assumed. */
#include "diary/private.h"

#include "util/core/time.h"

#define GAP_MS (5 * MS_PER_MIN)

/* Twice the area under two samples is summed: 0.01 W times ms, and 100 W times ms. */
#define BATTERY_PER_WH INT64_C(720000000)
#define CHARGER_PER_WH INT64_C(72000)
#define BATTERY_PER_W  100
#define CHARGER_W      100

/* More than came out of the charger, and more than the two can differ by their rounding. */
#define EXCESS_PERCENT 105
#define EXCESS_WH      100

/* Which part of the charge a time belongs to; the last takes what would be one too many. */
static size_t part_of(const struct diary *diary, int64_t utc_ms)
{
    int32_t days = diary_day(diary, utc_ms) - diary_day(diary, diary->memory.charge.from_ms);

    if (days < 0)
        return 0;
    return days < DIARY_PART_MAX ? (size_t)days : DIARY_PART_MAX - 1;
}

/* The trapezoid from the last sample to now, cut at midnight so that both parts together are all of it. */
static void add_area(struct diary *diary, enum sum sum, const struct value *from, int64_t power)
{
    int64_t *parts = diary->memory.charge.sums[sum];
    int64_t to_ms = diary->anchor.at_ms;
    int64_t span_ms = to_ms - from->at_ms;
    int64_t area = (from->now + power) * span_ms;
    int32_t day = diary_day(diary, from->at_ms);
    int64_t midnight_ms = zone_day_end_ns(diary->settings.zone, day) / NS_PER_MS;

    if (midnight_ms <= to_ms) {
        int64_t before_ms = midnight_ms - from->at_ms;
        int64_t at_midnight = from->now + (power - from->now) * before_ms / span_ms;
        int64_t before = (from->now + at_midnight) * before_ms;
        parts[part_of(diary, from->at_ms)] += before;
        area -= before;
    }
    parts[part_of(diary, to_ms)] += area;
}

static void take_power(struct diary *diary, enum sum sum, struct value *last, int64_t *covered_ms,
                       int64_t power)
{
    int64_t now_ms = diary->anchor.at_ms;

    if (last->at_ms == DIARY_NONE) /* a charge that has just begun: before, it was the same */
        *last = (struct value){power, diary->memory.charge.from_ms};
    if (now_ms > last->at_ms && now_ms - last->at_ms <= GAP_MS) {
        add_area(diary, sum, last, power);
        *covered_ms += now_ms - last->at_ms;
    }
    *last = (struct value){power, now_ms};
    diary->memory.charge.to_ms = now_ms;
}

static void raise_peak(struct charge_memory *charge, int64_t watts)
{
    if (charge->peak_w == DIARY_NONE || watts > charge->peak_w)
        charge->peak_w = watts;
}

/* What flowed before the charge began is no part of it. */
static int64_t recent_ms_of(const struct diary *diary)
{
    int64_t gap_ms = diary->anchor.at_ms - GAP_MS;
    int64_t from_ms = diary->memory.charge.from_ms;

    return gap_ms > from_ms ? gap_ms : from_ms;
}

static void take_battery(struct diary *diary)
{
    struct charge_memory *charge = &diary->memory.charge;
    int64_t volts = heard_now(diary, HEARD_VOLTAGE);
    int64_t amps = heard_now(diary, HEARD_CURRENT);
    int64_t recent_ms = recent_ms_of(diary);

    if (!heard_here(diary, HEARD_VOLTAGE) && !heard_here(diary, HEARD_CURRENT))
        return;
    if (volts == DIARY_NONE || amps == DIARY_NONE || !heard_since(diary, HEARD_VOLTAGE, recent_ms) ||
        !heard_since(diary, HEARD_CURRENT, recent_ms))
        return;
    take_power(diary, SUM_BATTERY, &charge->battery, &charge->battery_ms, volts * amps);
    raise_peak(charge, diary_round(volts * amps, BATTERY_PER_W));
}

static void take_charger(struct diary *diary)
{
    struct charge_memory *charge = &diary->memory.charge;
    int64_t power = heard_now(diary, HEARD_CHARGER_POWER);

    if (!heard_here(diary, HEARD_CHARGER_POWER) || power == DIARY_NONE)
        return;
    take_power(diary, SUM_CHARGER, &charge->charger, &charge->charger_ms, power);
    if (charge->battery.now == DIARY_NONE)
        raise_peak(charge, power * CHARGER_W);
}

static void take_soc(struct diary *diary)
{
    struct charge_memory *charge = &diary->memory.charge;
    int64_t soc = heard_now(diary, HEARD_SOC);

    if (!heard_here(diary, HEARD_SOC) || soc == DIARY_NONE)
        return;
    if (charge->soc_from == DIARY_NONE)
        charge->soc_from = charge->soc_to = soc;
    if (!diary->memory.alive || diary->memory.settle_ms != DIARY_NONE)
        diary->memory.covered_soc += soc - charge->soc_to;
    charge->sums[SUM_SOC][part_of(diary, diary->anchor.at_ms)] += soc - charge->soc_to;
    charge->soc_to = soc;
    charge->to_ms = diary->anchor.at_ms;
}

void energy_take(struct diary *diary)
{
    take_battery(diary);
    take_charger(diary);
    take_soc(diary);
}

static void repeat(struct diary *diary, enum sum sum, struct value *last, int64_t *covered_ms)
{
    if (last->at_ms != DIARY_NONE)
        take_power(diary, sum, last, covered_ms, last->now);
}

void energy_end(struct diary *diary)
{
    struct charge_memory *charge = &diary->memory.charge;

    repeat(diary, SUM_BATTERY, &charge->battery, &charge->battery_ms);
    repeat(diary, SUM_CHARGER, &charge->charger, &charge->charger_ms);
}

/* ---- in Wh ---- */

static int64_t in_wh(const struct diary *diary, enum sum sum, int64_t total)
{
    bool estimated = false;

    switch (sum) {
    case SUM_BATTERY:
        return diary_round(total, BATTERY_PER_WH);
    case SUM_CHARGER:
        return diary_round(total, CHARGER_PER_WH);
    case SUM_SOC:
    case SUM_COUNT:
        break;
    }
    return diary_soc_wh(diary, total, diary_capacity(diary, diary->anchor.capacity_mah, &estimated));
}

static int64_t total_to(const struct charge_memory *charge, enum sum sum, size_t parts)
{
    int64_t total = 0;

    for (size_t i = 0; i < parts; i++)
        total += charge->sums[sum][i];
    return total;
}

/* Rounded where parts meet, so that they add up to the whole. */
static int64_t part_wh(const struct diary *diary, enum sum sum, size_t part)
{
    const struct charge_memory *charge = &diary->memory.charge;
    int64_t to = in_wh(diary, sum, total_to(charge, sum, part + 1));

    return to == DIARY_NONE ? to : to - in_wh(diary, sum, total_to(charge, sum, part));
}

/* Measured, unless most of it went unheard and SOC knows more. */
static enum sum choose_sum(const struct diary *diary)
{
    const struct charge_memory *charge = &diary->memory.charge;
    bool has_soc = charge->soc_from != DIARY_NONE && charge->soc_to > charge->soc_from &&
                   in_wh(diary, SUM_SOC, 1) != DIARY_NONE;
    bool is_covered = charge->battery_ms > 0 && charge->battery_ms * 2 >= charge->to_ms - charge->from_ms;

    return is_covered || !has_soc ? SUM_BATTERY : SUM_SOC;
}

/* Beside an energy that was estimated for the whole charge, what the charger gave in a part of it would pass
 * for the whole, on the bill too. */
static bool tells_charger(const struct charge_memory *charge, enum sum sum)
{
    bool has_gaps = charge->to_ms - charge->from_ms - charge->charger_ms > GAP_MS;

    return charge->charger_ms > 0 && !(sum == SUM_SOC && has_gaps);
}

static unsigned judge(const struct charge_memory *charge, enum sum sum, const struct diary_charge *item)
{
    bool has_gaps = sum == SUM_BATTERY && charge->battery_ms > 0 &&
                    charge->to_ms - charge->from_ms - charge->battery_ms > GAP_MS;
    bool has_both = item->battery_wh != DIARY_NONE && item->charger_wh != DIARY_NONE;
    bool is_too_much = sum == SUM_BATTERY && has_both && !has_gaps &&
                       item->battery_wh * 100 > item->charger_wh * EXCESS_PERCENT + EXCESS_WH * 100;

    return (has_gaps ? DIARY_FLAG_GAPS : 0U) | (sum == SUM_SOC ? DIARY_FLAG_ESTIMATED : 0U) |
           (is_too_much ? DIARY_FLAG_IMPLAUSIBLE : 0U);
}

/* Samoa had no 30 December 2011. */
static bool has_time(const struct diary *diary, int32_t day)
{
    return zone_day_end_ns(diary->settings.zone, day) > zone_day_start_ns(diary->settings.zone, day);
}

void energy_fill(const struct diary *diary, struct diary_entry *entry)
{
    const struct charge_memory *charge = &diary->memory.charge;
    enum sum sum = choose_sum(diary);
    bool has_battery = sum == SUM_SOC || charge->battery_ms > 0;
    bool has_charger = tells_charger(charge, sum);
    int32_t first_day = diary_day(diary, charge->from_ms);
    size_t count = part_of(diary, charge->to_ms) + 1;

    entry->part_count = 0;
    for (size_t i = 0; i < count; i++)
        if (i == 0 || has_time(diary, first_day + (int32_t)i))
            entry->parts[entry->part_count++] =
                (struct diary_part){.day = first_day + (int32_t)i,
                                    .battery_wh = has_battery ? part_wh(diary, sum, i) : DIARY_NONE,
                                    .charger_wh = has_charger ? part_wh(diary, SUM_CHARGER, i) : DIARY_NONE};
    entry->charge.battery_wh = has_battery ? in_wh(diary, sum, total_to(charge, sum, count)) : DIARY_NONE;
    entry->charge.charger_wh =
        has_charger ? in_wh(diary, SUM_CHARGER, total_to(charge, SUM_CHARGER, count)) : DIARY_NONE;
    entry->charge.flags |= judge(charge, sum, &entry->charge);
}
