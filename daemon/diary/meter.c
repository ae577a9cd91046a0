/* The meter at the wall: a counter or the present power of the socket that the car charges at. Its power
 * flows in spells. Before a spell nothing is known of whose it is, and the car may be silent; so:
 *
 *   what happens                               what follows
 *   -----------------------------------------  --------------------------------------------------------
 *   a watched charge goes on                   the spell is the charge's, to its end and the meter's next
 *                                              word, ten minutes later at most
 *   a spell of a minute, nobody watches one    a metered charge, open; what the battery got is not known
 *   no power for ten minutes                   it is over, at the time the power fell
 *   power at the last word of a silent meter   it is incomplete, and has gaps
 *   the car is heard charging in a spell       it is the watched charge, which began with the spell
 *   SOC rose over a rest with spells           they are the charges, each with its share of the rise
 *   SOC did not rise, and 2 kWh were taken     another car's, or a dryer's: stays, implausible
 *   power while the car is known to be away    the same; unless SOC says later that it was here; and if
 *                                              the car comes and is heard charging, its charge begins then
 *   the car has driven since                   nobody can say: stays as it is, without battery
 *   the car is heard, and does not charge      it is warmed, or another one: no charge of its own
 *   more went in than came out of the wall     stays, implausible
 *
 * An eighth spell of one rest continues the seventh. A counter's rise while nobody listened was taken then, a
 * power was not. A counter that falls begins anew. A counter in steps coarser than 0.1 kWh falls into spells.
 * Knows no topic and no broker. */
#include "diary/private.h"

#include <string.h>

#define ON_W     200 /* a car draws more when it charges */
#define OFF_W    50  /* what a wallbox itself draws is less */
#define STEP_WH  500 /* so much in one step is a charge, however long it took */
#define TOLD_MS  MS_PER_MIN
#define CLOSE_MS (10 * MS_PER_MIN)
#define GAP_MS   (330 * MS_PER_S) /* many plugs tell their power every 5 minutes, and some are late */
#define RISE_WH  1000000          /* no socket gives as much between two words: another meter */

#define METER_PER_WH INT64_C(7200000) /* twice the area: W times ms */

static struct meter_memory *memory_of(struct diary *diary)
{
    return &diary->memory.meter;
}

static bool is_on(const struct meter_memory *meter)
{
    return meter->now.from_ms != DIARY_NONE;
}

static bool is_tail(const struct meter_memory *meter)
{
    return meter->tail_ms != DIARY_NONE;
}

static void drop_spell(struct meter_memory *meter)
{
    meter->now.from_ms = meter->tail_ms = DIARY_NONE;
    meter->is_told = 0;
}

static bool is_watched(const struct diary *diary)
{
    return diary->memory.charge.phase != CHARGE_NONE;
}

/* ---- rows ---- */

/* The meter may have been silent since long before; the car says when its charge began or the last one ended.
 */
static int64_t not_too_early(const struct diary *diary, int64_t from_ms)
{
    int64_t own_ms = is_watched(diary) ? diary->memory.charge.from_ms : diary->memory.charged_ms;

    return from_ms > own_ms ? from_ms : own_ms; /* DIARY_NONE is less */
}

static void begin(struct diary *diary, int64_t from_ms)
{
    struct meter_memory *meter = memory_of(diary);
    bool is_away = heard_now(diary, HEARD_GARAGE) == TRI_FALSE;

    meter->now = (struct spell){.from_ms = not_too_early(diary, from_ms),
                                .to_ms = diary->anchor.at_ms,
                                .soc_from = DIARY_NONE,
                                .soc_to = DIARY_NONE,
                                .battery_wh = DIARY_NONE};
    if (meter->count == METER_SPELL_MAX && !is_watched(diary)) {
        meter->now = meter->spells[--meter->count];
        meter->now.flags |= DIARY_FLAG_GAPS;
    }
    if (meter->now.to_ms < diary->anchor.at_ms)
        meter->now.to_ms = diary->anchor.at_ms;
    meter->now.flags |= is_away ? DIARY_FLAG_IMPLAUSIBLE : 0;
    meter->area = meter->now.wh * METER_PER_WH;
    meter->is_told = 0;
}

static void add_area(struct meter_memory *meter, int64_t area)
{
    meter->area += area;
    meter->now.wh = diary_round(meter->area, METER_PER_WH);
}

/* The first rise that is no charge's by itself may be the beginning of one. */
static void take_rise(struct diary *diary, int64_t rise_wh)
{
    struct meter_memory *meter = memory_of(diary);
    int64_t span_ms = diary->anchor.at_ms - meter->energy.at_ms;
    int64_t area = rise_wh * METER_PER_WH;
    bool is_charge = area >= 2 * ON_W * span_ms || rise_wh >= STEP_WH;

    if (!is_on(meter) && !is_charge) {
        meter->before_wh = meter->energy.now;
        return;
    }
    if (!is_on(meter)) {
        begin(diary, meter->same_ms);
        if (meter->before_wh != DIARY_NONE)
            add_area(meter, (meter->energy.now - meter->before_wh) * METER_PER_WH);
    }
    meter->before_wh = DIARY_NONE;
    add_area(meter, area);
    if (is_charge && diary->anchor.at_ms - meter->same_ms > CLOSE_MS)
        meter->now.flags |= DIARY_FLAG_GAPS;
    if (area >= 2 * OFF_W * span_ms)
        meter->now.to_ms = diary->anchor.at_ms;
}

static void take_energy(struct diary *diary)
{
    struct meter_memory *meter = memory_of(diary);
    int64_t wh = heard_now(diary, HEARD_WALL_ENERGY);
    int64_t last_wh = meter->energy.now;

    if (!heard_here(diary, HEARD_WALL_ENERGY) || meter->same_ms == diary->anchor.at_ms || wh == DIARY_NONE)
        return;
    if (last_wh == DIARY_NONE || wh < last_wh || wh - last_wh > RISE_WH)
        meter->before_wh = DIARY_NONE;
    else if (wh > last_wh)
        take_rise(diary, wh - last_wh);
    if (wh != last_wh)
        meter->energy = (struct value){wh, diary->anchor.at_ms};
    meter->same_ms = diary->anchor.at_ms;
}

/* The area under two rows; over a longer silence nothing is assumed. */
static void take_area(struct diary *diary, int64_t watts)
{
    struct meter_memory *meter = memory_of(diary);
    int64_t before = meter->power.now;
    int64_t span_ms = diary->anchor.at_ms - meter->power.at_ms;

    if (before == DIARY_NONE || (before < OFF_W && watts < OFF_W))
        return;
    if (before >= OFF_W && span_ms <= GAP_MS)
        add_area(meter, (before + watts) * span_ms);
    if (before >= OFF_W && span_ms > GAP_MS)
        meter->now.flags |= DIARY_FLAG_GAPS;
    if (watts >= OFF_W || span_ms <= GAP_MS)
        meter->now.to_ms = diary->anchor.at_ms;
}

/* A power that is not known any more leaves a gap to the next one. */
static void take_power(struct diary *diary)
{
    struct meter_memory *meter = memory_of(diary);
    int64_t watts = heard_now(diary, HEARD_WALL_POWER);

    if (!heard_here(diary, HEARD_WALL_POWER) || meter->power.at_ms == diary->anchor.at_ms)
        return;
    if (is_on(meter) && watts == DIARY_NONE)
        meter->now.flags |= DIARY_FLAG_GAPS;
    if (is_on(meter) && watts != DIARY_NONE)
        take_area(diary, watts);
    else if (watts != DIARY_NONE && watts >= ON_W)
        begin(diary, diary->anchor.at_ms);
    meter->power = (struct value){watts, diary->anchor.at_ms};
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

/* ---- a charge that nobody watches ---- */

/* A meter of power alone that fell silent while it flowed: who knows until when. */
static enum diary_status end_of(const struct meter_memory *meter)
{
    bool is_counted = meter->energy.now != DIARY_NONE;
    bool has_fallen = meter->power.now != DIARY_NONE && meter->power.now < OFF_W;

    return is_counted || has_fallen ? DIARY_CLOSED : DIARY_INCOMPLETE;
}

static void close_spell(struct diary *diary)
{
    struct meter_memory *meter = memory_of(diary);
    bool was_told = meter->is_told;
    enum diary_status status = end_of(meter);
    int64_t id = diary->anchor.open_charge;
    struct spell spell = meter->now;

    if (status == DIARY_INCOMPLETE)
        spell.flags |= DIARY_FLAG_GAPS;
    meter->now.from_ms = DIARY_NONE;
    meter->is_told = 0;
    if (!was_told)
        return;
    if (meter->count < METER_SPELL_MAX)
        meter->spells[meter->count++] = spell;
    diary->anchor.open_charge = 0;
    meter_tell(diary, &spell, status, id);
}

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

void meter_take(struct diary *diary)
{
    take_energy(diary);
    take_power(diary);
}

/* The meter's first word after a watched charge tells what had flowed since the one before. */
static void judge_tail(struct diary *diary)
{
    struct meter_memory *meter = memory_of(diary);
    bool is_heard = meter->same_ms == diary->anchor.at_ms || meter->power.at_ms == diary->anchor.at_ms;

    if (!is_heard && diary->anchor.at_ms < meter_due(diary))
        return;
    if (meter->now.wh > meter->now.shared_wh)
        charge_tell_again(diary, meter->tail_id);
    drop_spell(meter);
}

void meter_settle(struct diary *diary)
{
    struct meter_memory *meter = memory_of(diary);

    meter_tell_shared(diary);
    if (!is_on(meter) || is_watched(diary))
        return;
    if (is_tail(meter)) {
        judge_tail(diary);
        return;
    }
    if (is_told_due(diary)) {
        meter->is_told = 1;
        meter_tell(diary, &meter->now, DIARY_OPEN, 0);
    }
    if (diary->anchor.at_ms >= meter_due(diary))
        close_spell(diary);
}

int64_t meter_due(const struct diary *diary)
{
    const struct meter_memory *meter = &diary->memory.meter;

    if (!is_on(meter) || is_watched(diary))
        return INT64_MAX;
    return (is_tail(meter) ? meter->tail_ms : meter->now.to_ms) + CLOSE_MS;
}

/* ---- the watched charge ---- */

/* What flowed while the car was away was not its own. */
void meter_join(struct diary *diary)
{
    struct meter_memory *meter = memory_of(diary);

    if (is_tail(meter))
        drop_spell(meter);
    if (!is_on(meter) || !(meter->now.flags & DIARY_FLAG_IMPLAUSIBLE))
        return;
    close_spell(diary);
    begin(diary, diary->anchor.at_ms);
}

void meter_part(struct diary *diary, int64_t id, enum diary_status status)
{
    struct meter_memory *meter = memory_of(diary);
    int64_t end_ms = diary->memory.charge.to_ms;
    bool is_told_whole = meter->same_ms == end_ms || meter->power.at_ms == end_ms;
    bool is_heard = status == DIARY_CLOSED && end_ms == diary->anchor.at_ms;

    if (!is_on(meter) || id == 0 || !is_heard || is_told_whole) {
        drop_spell(meter);
        return;
    }
    meter->is_told = 0;
    meter->now.shared_wh = meter->now.wh;
    meter->tail_ms = end_ms;
    meter->tail_id = id;
}

/* Numbers are places: the first is of the day the charge began. */
static void put_first(struct diary_entry *entry, int32_t day)
{
    if (entry->parts[0].day == day || entry->part_count == DIARY_PART_MAX)
        return;
    memmove(entry->parts + 1, entry->parts, entry->part_count++ * sizeof(entry->parts[0]));
    entry->parts[0] = (struct diary_part){day, DIARY_NONE, DIARY_NONE};
}

/* What went in before the car was heard, in a part of its own: its day is known when it lies in one. */
static void add_unwatched(const struct diary *diary, struct diary_entry *entry)
{
    const struct spell *spell = &diary->memory.meter.now;
    struct diary_part *parts = entry->parts;

    entry->charge.from_ms = spell->from_ms;
    put_first(entry, diary_day(diary, spell->from_ms));
    if (spell->battery_wh == DIARY_NONE) {
        entry->charge.flags |= DIARY_FLAG_GAPS;
        return;
    }
    entry->charge.soc_from = spell->soc_from;
    if (entry->charge.battery_wh == DIARY_NONE)
        return;
    entry->charge.battery_wh += spell->battery_wh;
    entry->charge.flags |= DIARY_FLAG_ESTIMATED;
    if (entry->part_count == DIARY_PART_MAX)
        parts[DIARY_PART_MAX - 1].battery_wh += spell->battery_wh;
    else
        parts[entry->part_count++] =
            (struct diary_part){diary_day_of_window(diary, spell->from_ms, diary->memory.charge.from_ms),
                                spell->battery_wh, DIARY_NONE};
}

/* A meter that was heard first in the middle says nothing of the whole. */
void meter_fill(const struct diary *diary, struct diary_entry *entry)
{
    const struct meter_memory *meter = &diary->memory.meter;
    struct diary_charge *charge = &entry->charge;

    if (!is_on(meter) || meter->now.from_ms > diary->memory.charge.from_ms + GAP_MS)
        return;
    if (meter->now.from_ms + GAP_MS < diary->memory.charge.from_ms || meter->is_told)
        add_unwatched(diary, entry);
    charge->wall_wh = meter->now.wh;
    memcpy(charge->wall_from, DIARY_METER, sizeof(DIARY_METER));
    charge->flags |= (unsigned)meter->now.flags & DIARY_FLAG_GAPS;
    if (charge->battery_wh != DIARY_NONE && charge->battery_wh > charge->wall_wh)
        charge->flags |= DIARY_FLAG_IMPLAUSIBLE;
}
