/* The meter at the wall: a counter or the present power of the socket that the car charges at. Its power
 * flows in spells. Before a spell nothing is known of whose it is, and the car may be silent; so:
 *
 *   what happens                               what follows
 *   -----------------------------------------  --------------------------------------------------------
 *   a watched charge goes on                   the spell is the charge's, to its end, or until the car was
 *                                              heard last: what flowed then is a charge by itself
 *   it has ended, and then the counter rises   what rose since the word before it is still the charge's
 *   power at the last word of a silent meter   the spell may go on: it does, if much was taken since
 *   more was taken in a silence than the       it is the charge's, which began with the silence; nobody's,
 *   watched charge can have taken              if another charge lies in it as well
 *
 * What a charge is that only the meter saw stands in meter_charge.c. A counter's rise while nobody listened
 * was taken then, a power was not. A count that can't follow the last one (it falls, or rises by more than a
 * socket gives) is believed when the next one agrees with it; then counting begins anew there. A counter in
 * whole kWh is waited for. Knows no topic and no broker. */
#include "diary/private.h"

#include <string.h>

#define ON_W        200               /* a car draws more when it charges */
#define HOME_W      25000             /* no charge at home takes more */
#define SLOW_W      1200              /* no charge takes less for long */
#define STEP_WH     500               /* so much in one step is a charge, however long it took */
#define WHOLE_WH    1000              /* the coarsest counters' step */
#define GAP_MS      (330 * MS_PER_S)  /* many plugs tell their power every 5 minutes, and some are late */
#define WORDS_MS    (12 * MS_PER_MIN) /* no meter speaks less often */
#define MS_PER_H    (60 * MS_PER_MIN)
#define WAIT_MAX_MS MS_PER_H

#define METER_PER_WH INT64_C(7200000) /* twice the area: W times ms */

static struct meter_memory *memory_of(struct diary *diary)
{
    return &diary->memory.meter;
}

bool meter_is_on(const struct diary *diary)
{
    return diary->memory.meter.now.from_ms != DIARY_NONE;
}

bool meter_is_watched(const struct diary *diary)
{
    return diary->memory.charge.phase != CHARGE_NONE;
}

/* ---- spells ---- */

/* The meter may have been silent since long before; the car says when its charge began or the last one ended.
 */
static int64_t not_too_early(const struct diary *diary, int64_t from_ms)
{
    int64_t own_ms = meter_is_watched(diary) ? diary->memory.charge.from_ms : diary->memory.charged_ms;

    return from_ms > own_ms ? from_ms : own_ms; /* DIARY_NONE is less */
}

/* Where the car was in a long silence is not known. */
static void begin_new(struct diary *diary, int64_t from_ms)
{
    bool is_heard = diary->anchor.at_ms - from_ms <= METER_CLOSE_MS;
    bool is_away = is_heard && heard_now(diary, HEARD_GARAGE) == TRI_FALSE;

    memory_of(diary)->now = (struct spell){.from_ms = not_too_early(diary, from_ms),
                                           .to_ms = diary->anchor.at_ms,
                                           .flags = is_away ? DIARY_FLAG_IMPLAUSIBLE : 0,
                                           .status = DIARY_OPEN,
                                           .soc_from = DIARY_NONE,
                                           .soc_to = DIARY_NONE,
                                           .battery_wh = DIARY_NONE};
}

/* The last one again, when it may have gone on or there is no place for another; but not one of a time to
 * come, as the clock is now. */
static void begin(struct diary *diary, int64_t from_ms, bool may_go_on)
{
    struct meter_memory *meter = memory_of(diary);
    const struct spell *last = &meter->spells[meter->count > 0 ? meter->count - 1 : 0];
    bool is_wanted = meter->count > 0 && (may_go_on || meter->count == METER_SPELL_MAX);

    begin_new(diary, from_ms);
    if (is_wanted && last->to_ms <= diary->anchor.at_ms && !meter_is_watched(diary)) {
        meter->now = *last;
        meter->count--;
        meter->now.flags |= DIARY_FLAG_GAPS;
    }
    meter->now.to_ms = diary->anchor.at_ms;
    meter->area = meter->now.wh * METER_PER_WH;
    meter->wait_ms = METER_CLOSE_MS;
    meter->is_told = meter->seen_wh = 0;
    meter->tail_ms = DIARY_NONE;
}

bool meter_is_tail(const struct diary *diary)
{
    return meter_is_on(diary) && diary->memory.meter.tail_ms != DIARY_NONE;
}

static void forget(struct meter_memory *meter)
{
    meter->now.from_ms = meter->tail_ms = DIARY_NONE;
    meter->is_told = 0;
}

static void add_area(struct meter_memory *meter, int64_t area)
{
    meter->area += area;
    meter->now.wh = diary_round(meter->area, METER_PER_WH);
}

void meter_end_tail(struct diary *diary)
{
    struct meter_memory *meter = memory_of(diary);

    if (meter->same_ms != diary->anchor.at_ms && meter->power.at_ms != diary->anchor.at_ms)
        return;
    if (meter->now.wh > meter->now.shared_wh)
        charge_tell_again(diary, meter->tail_id);
    forget(meter);
}

/* ---- a counter ---- */

struct rise {
    int64_t wh, area;
    int64_t span_ms;   /* since the counter rose last */
    int64_t silent_ms; /* since it was heard last */
    bool is_charge;
};

static struct rise rise_to(const struct diary *diary, int64_t wh)
{
    const struct meter_memory *meter = &diary->memory.meter;
    struct rise rise = {.wh = wh - meter->energy.now,
                        .area = (wh - meter->energy.now) * METER_PER_WH,
                        .span_ms = diary->anchor.at_ms - meter->energy.at_ms,
                        .silent_ms = diary->anchor.at_ms - meter->same_ms};

    rise.is_charge = rise.area >= 2 * ON_W * rise.span_ms || rise.wh >= STEP_WH;
    return rise;
}

static int64_t limit(int64_t value, int64_t min, int64_t max)
{
    return value < min ? min : value > max ? max : value;
}

/* A meter that was silent for longer than the charge may have counted something else. */
static bool is_of_charge(const struct diary *diary, const struct rise *rise)
{
    const struct memory *memory = &diary->memory;
    int64_t from_ms = memory->charge.from_ms;

    if (memory->meter.now.from_ms < from_ms || memory->meter.same_ms >= from_ms)
        return true;
    return (rise->wh - WHOLE_WH) * MS_PER_H <= HOME_W * (diary->anchor.at_ms - from_ms);
}

/* Of a word that comes late, what the charge can have taken since the one before. */
static bool is_of_tail(const struct diary *diary, const struct rise *rise)
{
    const struct memory *memory = &diary->memory;
    int64_t since_ms = memory->meter.same_ms;

    if (diary->anchor.at_ms - memory->meter.tail_ms <= METER_CLOSE_MS)
        return true;
    if (since_ms < memory->charge.from_ms)
        since_ms = memory->charge.from_ms;
    int64_t rest_ms = limit(memory->meter.tail_ms - since_ms, 0, 100 * MS_PER_H);
    int64_t peak_w = limit(memory->charge.peak_w, 0, DIARY_WALL_POWER_MAX);
    return 2 * rise->wh * MS_PER_H <= 3 * peak_w * rest_ms;
}

/* No word came since the last spell, and more was taken since than between two words of another one. */
static bool may_have_gone_on(const struct diary *diary, const struct rise *rise)
{
    const struct meter_memory *meter = &diary->memory.meter;
    const struct spell *last = &meter->spells[meter->count > 0 ? meter->count - 1 : 0];
    int64_t least_ms = rise->silent_ms / 2 < WORDS_MS ? rise->silent_ms / 2 : WORDS_MS;

    return meter->count > 0 && meter->same_ms <= last->to_ms &&
           rise->wh * (last->to_ms - last->from_ms) >= last->wh * least_ms;
}

/* A step of a coarse counter was not taken all night long. */
static int64_t begin_of(const struct diary *diary, const struct rise *rise)
{
    int64_t slow_ms = diary->anchor.at_ms - rise->wh * MS_PER_H / SLOW_W;
    int64_t same_ms = diary->memory.meter.same_ms;

    return rise->wh <= WHOLE_WH && slow_ms > same_ms ? slow_ms : same_ms;
}

/* The next step of a coarse counter takes about as long as this one did. */
static int64_t wait_after(const struct rise *rise)
{
    int64_t slow_ms = rise->wh * MS_PER_H / SLOW_W;

    if (rise->wh > WHOLE_WH)
        return METER_CLOSE_MS;
    return limit(slow_ms < 2 * rise->span_ms ? slow_ms : 2 * rise->span_ms, METER_CLOSE_MS, WAIT_MAX_MS);
}

static void begin_rising(struct diary *diary, const struct rise *rise)
{
    struct meter_memory *meter = memory_of(diary);
    int64_t before_wh = meter->before_wh;

    begin(diary, begin_of(diary, rise), may_have_gone_on(diary, rise));
    if (before_wh != DIARY_NONE)
        add_area(meter, (meter->energy.now - before_wh) * METER_PER_WH);
}

static void add_rise(struct diary *diary, const struct rise *rise)
{
    struct meter_memory *meter = memory_of(diary);

    add_area(meter, rise->area);
    meter->wait_ms = wait_after(rise);
    if (rise->silent_ms > METER_CLOSE_MS && rise->wh > WHOLE_WH)
        meter->now.flags |= DIARY_FLAG_GAPS;
    if (rise->area >= 2 * METER_OFF_W * rise->span_ms)
        meter->now.to_ms = diary->anchor.at_ms;
}

/* What was taken in a silence from before the charge is its own, too, unless another one lies in it as well.
 */
static void reach_back(struct diary *diary)
{
    struct meter_memory *meter = memory_of(diary);

    if (diary->memory.charged_ms != DIARY_NONE && diary->memory.charged_ms > meter->same_ms)
        forget(meter);
    else
        meter->now.from_ms = meter->same_ms;
}

/* The first rise that is no charge's by itself may be the beginning of one. */
static void take_rise(struct diary *diary, const struct rise *rise)
{
    struct meter_memory *meter = memory_of(diary);

    if (meter_is_tail(diary) && !is_of_tail(diary, rise))
        forget(meter);
    if (meter_is_watched(diary) && meter_is_on(diary) && !is_of_charge(diary, rise)) {
        reach_back(diary);
    } else if (!meter_is_on(diary) && !rise->is_charge) {
        meter->before_wh = meter->energy.now;
        return;
    } else if (!meter_is_on(diary)) {
        begin_rising(diary, rise);
    }
    meter->before_wh = DIARY_NONE;
    if (meter_is_on(diary))
        add_rise(diary, rise);
}

static bool can_follow(const struct value *before, int64_t wh, int64_t now_ms)
{
    return before->now == DIARY_NONE || diary_can_count(before->now, wh, now_ms - before->at_ms);
}

/* One count out of the way is not believed: a message that the broker kept for too long, a meter that starts.
 * Two are: it counts from the first of them. */
static bool is_believed(struct diary *diary, int64_t wh)
{
    struct meter_memory *meter = memory_of(diary);
    int64_t now_ms = diary->anchor.at_ms;
    const struct value odd = meter->odd, last = {meter->energy.now, meter->same_ms};

    meter->odd.now = DIARY_NONE;
    if (can_follow(&last, wh, now_ms))
        return true;
    if (odd.now == DIARY_NONE || now_ms <= odd.at_ms || !can_follow(&odd, wh, now_ms)) {
        meter->odd = (struct value){wh, now_ms};
        return false;
    }
    meter->energy = odd;
    meter->same_ms = odd.at_ms;
    meter->before_wh = DIARY_NONE;
    return true;
}

static void take_energy(struct diary *diary)
{
    struct meter_memory *meter = memory_of(diary);
    int64_t wh = heard_now(diary, HEARD_WALL_ENERGY);

    if (!heard_here(diary, HEARD_WALL_ENERGY) || meter->same_ms == diary->anchor.at_ms || wh == DIARY_NONE ||
        !is_believed(diary, wh))
        return;
    if (meter->energy.now != DIARY_NONE && wh > meter->energy.now) {
        struct rise rise = rise_to(diary, wh);
        take_rise(diary, &rise);
    }
    if (wh != meter->energy.now)
        meter->energy = (struct value){wh, diary->anchor.at_ms};
    meter->same_ms = diary->anchor.at_ms;
}

/* ---- a power ---- */

/* The area under two rows; over a longer silence nothing is assumed. */
static void take_area(struct diary *diary, int64_t watts)
{
    struct meter_memory *meter = memory_of(diary);
    int64_t before = meter->power.now;
    bool has_flowed = before != DIARY_NONE && before >= METER_OFF_W;
    int64_t span_ms = has_flowed ? diary->anchor.at_ms - meter->power.at_ms : 0;

    if (has_flowed && span_ms <= GAP_MS)
        add_area(meter, (before + watts) * span_ms);
    if (has_flowed && span_ms > GAP_MS)
        meter->now.flags |= DIARY_FLAG_GAPS;
    if (watts >= METER_OFF_W || (has_flowed && span_ms <= GAP_MS))
        meter->now.to_ms = diary->anchor.at_ms;
}

/* The meter fell silent while it flowed, and when it is heard again it flows. */
static bool may_flow_on(const struct meter_memory *meter)
{
    bool has_fallen = meter->power.now != DIARY_NONE && meter->power.now < METER_OFF_W;

    return meter->count > 0 && meter->spells[meter->count - 1].status == DIARY_INCOMPLETE && !has_fallen;
}

/* A power that is not known any more leaves a gap to the next one. */
static void take_power(struct diary *diary)
{
    struct meter_memory *meter = memory_of(diary);
    int64_t watts = heard_now(diary, HEARD_WALL_POWER);

    if (!heard_here(diary, HEARD_WALL_POWER) || meter->power.at_ms == diary->anchor.at_ms)
        return;
    if (meter_is_on(diary) && watts == DIARY_NONE)
        meter->now.flags |= DIARY_FLAG_GAPS;
    if (meter_is_on(diary) && watts != DIARY_NONE)
        take_area(diary, watts);
    if (!meter_is_on(diary) && watts != DIARY_NONE && watts >= ON_W)
        begin(diary, diary->anchor.at_ms, may_flow_on(meter));
    meter->power = (struct value){watts, diary->anchor.at_ms};
}

void meter_take(struct diary *diary)
{
    take_energy(diary);
    take_power(diary);
}

/* ---- the watched charge ---- */

/* What flowed while the car was away was not its own. A counter is known from the beginning. */
void meter_join(struct diary *diary)
{
    struct meter_memory *meter = memory_of(diary);
    bool is_anothers = meter_is_on(diary) && (meter->now.flags & DIARY_FLAG_IMPLAUSIBLE);

    if (is_anothers)
        meter_close(diary, DIARY_CLOSED);
    if (meter_is_tail(diary))
        forget(meter);
    if (!meter_is_on(diary) && (is_anothers || meter->energy.now != DIARY_NONE))
        begin(diary, diary->anchor.at_ms, false);
    meter->before_wh = DIARY_NONE;
}

void meter_mark(struct diary *diary)
{
    memory_of(diary)->seen_wh = memory_of(diary)->now.wh;
}

/* What flowed when the car was not heard any more is a charge that only the meter saw. */
static bool has_rest(const struct diary *diary)
{
    const struct memory *memory = &diary->memory;

    return meter_is_on(diary) && !meter_is_tail(diary) &&
           memory->meter.now.wh - memory->meter.seen_wh >= STEP_WH &&
           memory->meter.now.to_ms > memory->charge.to_ms;
}

static struct spell cut_rest(struct diary *diary)
{
    struct meter_memory *meter = memory_of(diary);
    const struct spell rest = {.from_ms = diary->memory.charge.to_ms,
                               .to_ms = meter->now.to_ms,
                               .wh = meter->now.wh - meter->seen_wh,
                               .flags = meter->now.flags,
                               .status = DIARY_CLOSED,
                               .soc_from = DIARY_NONE,
                               .soc_to = DIARY_NONE,
                               .battery_wh = DIARY_NONE};

    meter->now.wh = meter->seen_wh;
    meter->now.to_ms = rest.from_ms;
    meter->area = meter->now.wh * METER_PER_WH;
    return rest;
}

void meter_split(struct diary *diary)
{
    struct meter_memory *meter = memory_of(diary);

    if (diary->memory.charge.unseen && has_rest(diary) && meter->count < METER_SPELL_MAX)
        meter->spells[meter->count++] = cut_rest(diary);
}

void meter_part(struct diary *diary, int64_t id, enum diary_status status)
{
    struct meter_memory *meter = memory_of(diary);
    int64_t end_ms = diary->memory.charge.to_ms;
    bool is_told_whole = meter->same_ms == end_ms || meter->power.at_ms == end_ms;
    bool is_heard = status == DIARY_CLOSED && end_ms == diary->anchor.at_ms;

    if (has_rest(diary)) {
        meter->now = cut_rest(diary);
        meter->area = meter->now.wh * METER_PER_WH;
        meter->is_told = 0;
        return;
    }
    if (!meter_is_on(diary) || id == 0 || !is_heard || is_told_whole) {
        forget(meter);
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

/* A meter that was heard first in the middle says nothing of the whole, and one that counts nothing is not
 * the charge's. */
void meter_fill(const struct diary *diary, struct diary_entry *entry)
{
    const struct meter_memory *meter = &diary->memory.meter;
    struct diary_charge *charge = &entry->charge;

    if (!meter_is_on(diary) || meter->now.wh == 0 ||
        meter->now.from_ms > diary->memory.charge.from_ms + GAP_MS)
        return;
    if (meter->now.from_ms + GAP_MS < diary->memory.charge.from_ms || meter->is_told)
        add_unwatched(diary, entry);
    charge->wall_wh = charge->status != DIARY_OPEN && has_rest(diary) ? meter->seen_wh : meter->now.wh;
    memcpy(charge->wall_from, DIARY_METER, sizeof(DIARY_METER));
    charge->flags |= (unsigned)meter->now.flags & DIARY_FLAG_GAPS;
    if (charge->battery_wh != DIARY_NONE && charge->battery_wh > charge->wall_wh)
        charge->flags |= DIARY_FLAG_IMPLAUSIBLE;
}
