/* The charges that only the meter at the wall sees, each a spell of its power:
 *
 *   what happens                               what follows
 *   -----------------------------------------  --------------------------------------------------------
 *   a spell of a minute, nobody watches one    a metered charge, open; what the battery got is not known
 *   no power for ten minutes                   it is over, at the time the power fell
 *   power at the last word of a silent meter   it is incomplete, and has gaps
 *   the car is heard charging in a spell       it is the watched charge, which began with the spell
 *   the car is heard, and does not charge      it is over; a spell that begins then is no charge: the car
 *                                              is warmed, or it is another one
 *   SOC rose over a rest with spells           they are the charges, each with its share of the rise
 *   SOC did not rise, and 2 kWh were taken     another car's, or a dryer's: stays, implausible
 *   power while the car is known to be away    the same; unless SOC says later that it was here; and if
 *                                              the car comes and is heard charging, its charge begins then
 *   the car has driven since                   nobody can say: stays as it is, without battery
 *   more went in than came out of the wall     stays, implausible
 *
 * An eighth spell of one rest continues the seventh. */
#include "diary/private.h"

#define TOLD_MS MS_PER_MIN

static struct meter_memory *memory_of(struct diary *diary)
{
    return &diary->memory.meter;
}

/* ---- what goes out ---- */

static struct diary_charge as_charge(const struct diary *diary, const struct spell *spell,
                                     enum diary_status status)
{
    bool is_too_much = spell->battery_wh != DIARY_NONE && spell->battery_wh > spell->wh;

    return (struct diary_charge){
        .status = status,
        .how = DIARY_METERED,
        .from_ms = spell->from_ms,
        .to_ms = spell->to_ms,
        .soc_from = spell->soc_from,
        .soc_to = spell->soc_to,
        .mode = -1,
        .battery_wh = spell->battery_wh,
        .charger_wh = DIARY_NONE,
        .wall_wh = spell->wh,
        .metered_wh = DIARY_NONE,
        .wall_from = DIARY_METER,
        .cost_m = DIARY_NONE,
        .cost_max_m = DIARY_NONE,
        .peak_w = DIARY_NONE,
        .temp_from_mc = DIARY_NONE,
        .temp_to_mc = DIARY_NONE,
        .odometer_mm = diary->anchor.odometer_mm,
        .flags = (unsigned)spell->flags | (is_too_much ? DIARY_FLAG_IMPLAUSIBLE : 0U),
    };
}

/* The charge, and so its bill, is of the day it began; what the car gained has a day only when all of the
 * time lies in it. */
static size_t fill_parts(const struct diary *diary, const struct spell *spell, struct diary_part *parts)
{
    int32_t day = diary_day_of_window(diary, spell->from_ms, spell->to_ms);

    parts[0] = (struct diary_part){day, spell->battery_wh, DIARY_NONE};
    if (day != DIARY_NO_DAY)
        return 1;
    parts[1] = parts[0];
    parts[0] = (struct diary_part){diary_day(diary, spell->from_ms), DIARY_NONE, DIARY_NONE};
    return 2;
}

void meter_tell(struct diary *diary, const struct spell *spell, enum diary_status status, int64_t id)
{
    struct diary_entry entry = {.kind = DIARY_CHARGE, .charge = as_charge(diary, spell, status)};

    entry.part_count = fill_parts(diary, spell, entry.parts);
    entry.charge.id = id;
    diary_emit(diary, &entry);
}

bool meter_open_charge(const struct diary *diary, struct diary_charge *charge)
{
    const struct meter_memory *meter = &diary->memory.meter;

    if (!meter->is_told || diary->memory.charge.phase == CHARGE_OPEN)
        return false;
    *charge = as_charge(diary, &meter->now, DIARY_OPEN);
    charge->id = diary->anchor.open_charge;
    return true;
}

/* ---- open ---- */

/* A car that is heard and does not charge takes its power for something else. */
static bool denies(const struct diary *diary)
{
    return diary->memory.alive && charge_heard(diary) == TRI_FALSE;
}

static bool is_told_due(const struct diary *diary)
{
    const struct meter_memory *meter = &diary->memory.meter;

    return !meter->is_told && meter->now.to_ms - meter->now.from_ms >= TOLD_MS && !denies(diary);
}

/* What a car says that has just woken may be from before, and so is what the meter's first word since counts.
 */
static bool is_denied(const struct diary *diary)
{
    const struct meter_memory *meter = &diary->memory.meter;
    int64_t woke_ms = diary->memory.woke_ms;

    return meter->is_told && denies(diary) && diary->anchor.at_ms - woke_ms >= TOLD_MS &&
           (meter->same_ms > woke_ms || meter->power.at_ms > woke_ms);
}

/* A meter of power alone that fell silent while it flowed: who knows until when. */
static enum diary_status end_of(const struct meter_memory *meter)
{
    bool is_counted = meter->energy.now != DIARY_NONE;
    bool has_fallen = meter->power.now != DIARY_NONE && meter->power.now < METER_OFF_W;

    return is_counted || has_fallen ? DIARY_CLOSED : DIARY_INCOMPLETE;
}

/* Told or not: one that goes on again was told before. */
void meter_close(struct diary *diary, enum diary_status status)
{
    struct meter_memory *meter = memory_of(diary);
    struct spell spell = meter->now;
    bool was_told = meter->is_told || spell.status != DIARY_OPEN;
    int64_t id = meter->is_told ? diary->anchor.open_charge : 0;

    spell.status = status;
    if (status == DIARY_INCOMPLETE)
        spell.flags |= DIARY_FLAG_GAPS;
    meter->now.from_ms = DIARY_NONE;
    if (!was_told)
        return;
    if (meter->count < METER_SPELL_MAX)
        meter->spells[meter->count++] = spell;
    if (meter->is_told)
        diary->anchor.open_charge = 0;
    meter->is_told = 0;
    meter_tell(diary, &spell, status, id);
}

void meter_settle(struct diary *diary)
{
    struct meter_memory *meter = memory_of(diary);

    meter_tell_shared(diary);
    if (!meter_is_on(diary) || meter_is_watched(diary))
        return;
    if (meter_is_tail(diary)) {
        meter_end_tail(diary);
        return;
    }
    if (is_told_due(diary)) {
        meter->is_told = 1;
        meter_tell(diary, &meter->now, DIARY_OPEN, 0);
    }
    if (is_denied(diary))
        meter_close(diary, DIARY_CLOSED);
    else if (diary->anchor.at_ms >= meter_due(diary))
        meter_close(diary, end_of(meter));
}

int64_t meter_due(const struct diary *diary)
{
    const struct meter_memory *meter = &diary->memory.meter;

    if (!meter_is_on(diary) || meter_is_watched(diary) || meter_is_tail(diary))
        return INT64_MAX;
    return meter->now.to_ms + meter->wait_ms;
}
