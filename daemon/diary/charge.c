/* Charges that are watched: from the reading that says "charging" to the one that denies it. A lost contact
 * ends nothing: the car is seen again, then it goes on or has ended, and what nobody heard is not made up. */
#include "diary/private.h"

#include <string.h>

#define TOLD_MS   (15 * MS_PER_S)   /* shorter ones are a car that tries its charger */
#define SILENT_MS (10 * MS_PER_MIN) /* a car that is in reach and silent for so long charges no more */
#define HEARD_MS  (5 * MS_PER_MIN)  /* after the last reading an end is the end */
#define LIMIT_SOC 7700 /* the 80 % at which many owners let the car stop, as the pack counts it */

enum tri charge_heard(const struct diary *diary)
{
    int64_t charging = heard_now(diary, HEARD_CHARGING);
    int64_t state = heard_now(diary, HEARD_CHARGE_STATE);
    int64_t mode = heard_now(diary, HEARD_CHARGE_MODE);

    if (charging != DIARY_NONE)
        return charging > 0 ? TRI_TRUE : TRI_FALSE;
    if (state != DIARY_NONE)
        return state == CHARGE_STATE_CHARGING ? TRI_TRUE : TRI_FALSE;
    if (mode == DIARY_NONE)
        return TRI_UNKNOWN;
    return mode > CHARGE_MODE_NONE ? TRI_TRUE : TRI_FALSE;
}

/* ---- what goes out ---- */

static struct diary_charge as_item(const struct diary *diary, enum diary_status status)
{
    const struct charge_memory *charge = &diary->memory.charge;

    return (struct diary_charge){.id = diary->anchor.open_charge,
                                 .status = status,
                                 .how = DIARY_WATCHED,
                                 .from_ms = charge->from_ms,
                                 .to_ms = charge->to_ms,
                                 .soc_from = charge->soc_from,
                                 .soc_to = charge->soc_to,
                                 .mode = (int)charge->mode,
                                 .wall_wh = DIARY_NONE,
                                 .metered_wh = DIARY_NONE,
                                 .cost_m = DIARY_NONE,
                                 .cost_max_m = DIARY_NONE,
                                 .peak_w = charge->peak_w,
                                 .temp_from_mc = charge->temp_from_mc,
                                 .temp_to_mc = charge->temp_to_mc,
                                 .odometer_mm = charge->odometer_mm,
                                 .flags = (unsigned)charge->flags};
}

static void tell(struct diary *diary, enum diary_status status)
{
    struct diary_entry entry = {.kind = DIARY_CHARGE, .charge = as_item(diary, status)};

    energy_fill(diary, &entry);
    meter_fill(diary, &entry);
    if (status != DIARY_OPEN) {
        meter_part(diary, entry.charge.id, status);
        diary->anchor.open_charge = 0;
    }
    diary_emit(diary, &entry);
}

void charge_tell_again(struct diary *diary, int64_t id)
{
    struct diary_entry entry = {.kind = DIARY_CHARGE, .charge = as_item(diary, DIARY_CLOSED)};

    entry.charge.id = id;
    energy_fill(diary, &entry);
    meter_fill(diary, &entry);
    meter_part(diary, 0, DIARY_CLOSED);
    diary_emit(diary, &entry);
}

/* ---- begin and end ---- */

static void begin(struct diary *diary)
{
    struct charge_memory *charge = &diary->memory.charge;

    *charge = (struct charge_memory){.phase = CHARGE_BEGUN,
                                     .from_ms = diary->anchor.at_ms,
                                     .to_ms = diary->anchor.at_ms,
                                     .soc_from = DIARY_NONE,
                                     .soc_to = DIARY_NONE,
                                     .mode = -1,
                                     .odometer_mm = diary->anchor.odometer_mm,
                                     .peak_w = DIARY_NONE,
                                     .temp_from_mc = rest_figure(diary, HEARD_TEMPERATURE),
                                     .temp_to_mc = DIARY_NONE,
                                     .battery = {DIARY_NONE, DIARY_NONE},
                                     .charger = {DIARY_NONE, DIARY_NONE}};
    charge->soc_from = charge->soc_to = rest_figure(diary, HEARD_SOC);
    rest_expect_counts(diary, heard_now(diary, HEARD_CHARGE_MODE));
    meter_join(diary);
}

static void announce(struct diary *diary)
{
    diary->memory.charge.phase = CHARGE_OPEN;
    tell(diary, DIARY_OPEN);
}

void charge_forget(struct diary *diary)
{
    heard_forget(diary, HEARD_CHARGING);
    heard_forget(diary, HEARD_CHARGE_STATE);
    heard_forget(diary, HEARD_CHARGE_MODE);
}

static void end(struct diary *diary, enum diary_status status)
{
    bool was_told = diary->memory.charge.phase == CHARGE_OPEN;
    bool is_at_rest = diary->memory.alive && !diary->memory.driving && diary->memory.settle_ms == DIARY_NONE;

    if (charge_heard(diary) == TRI_TRUE)
        charge_forget(diary);
    diary->memory.charge.phase = CHARGE_NONE;
    diary->memory.charged_ms = diary->anchor.at_ms;
    if (status == DIARY_INCOMPLETE && !is_at_rest)
        diary->memory.unsure = 1;
    if (was_told)
        tell(diary, status);
}

void charge_abandon(struct diary *diary)
{
    if (diary->memory.charge.phase != CHARGE_NONE)
        end(diary, DIARY_INCOMPLETE);
}

/* Not by the owner who drove off, not by a battery that is full or at its limit; and not when any of it is
 * unknown. */
static bool is_interrupted(const struct diary *diary)
{
    int64_t soc = diary->memory.charge.soc_to;

    return heard_now(diary, HEARD_CHARGE_STATE) != CHARGE_STATE_COMPLETE &&
           heard_now(diary, HEARD_PLUGGED) != DIARY_NONE && soc != DIARY_NONE && soc < LIMIT_SOC;
}

static void end_as_heard(struct diary *diary)
{
    struct charge_memory *charge = &diary->memory.charge;

    if (charge->unseen) {
        end(diary, DIARY_INCOMPLETE);
        return;
    }
    if (diary->anchor.at_ms - charge->to_ms <= HEARD_MS) {
        energy_end(diary);
        charge->to_ms = diary->anchor.at_ms;
    }
    if (is_interrupted(diary))
        charge->flags |= DIARY_FLAG_INTERRUPTED;
    end(diary, DIARY_CLOSED);
}

/* ---- silence ---- */

static int64_t silent_due(const struct diary *diary)
{
    const struct value *reachable = &diary->memory.heard[HEARD_REACHABLE];
    int64_t since_ms = diary->memory.silent_ms;

    if (diary->memory.alive || reachable->now != 1)
        return INT64_MAX;
    return (reachable->at_ms > since_ms ? reachable->at_ms : since_ms) + SILENT_MS;
}

static void judge_silence(struct diary *diary)
{
    struct charge_memory *charge = &diary->memory.charge;
    bool asleep = heard_now(diary, HEARD_PRESENCE) == PRESENCE_ASLEEP;

    if (heard_now(diary, HEARD_REACHABLE) == DIARY_NONE)
        charge->flags |= DIARY_FLAG_RESTARTED;
    if (heard_now(diary, HEARD_REACHABLE) != 1)
        charge->unseen = 1;
    if (diary->anchor.at_ms >= silent_due(diary))
        end(diary, asleep && !charge->unseen ? DIARY_CLOSED : DIARY_INCOMPLETE);
}

/* The car is heard and at rest, its figures told. */
static void judge_reading(struct diary *diary)
{
    if (charge_heard(diary) == TRI_FALSE)
        end_as_heard(diary);
    else if (charge_heard(diary) == TRI_TRUE)
        diary->memory.charge.unseen = 0;
}

static void judge_end(struct diary *diary)
{
    if (!diary->memory.alive)
        judge_silence(diary);
    else if (diary->memory.driving)
        end(diary, diary->memory.charge.unseen ? DIARY_INCOMPLETE : DIARY_CLOSED);
    else if (diary->memory.settle_ms == DIARY_NONE)
        judge_reading(diary);
}

/* ---- the charge in progress ---- */

static bool is_told_due(const struct diary *diary)
{
    return diary->memory.charge.phase == CHARGE_BEGUN && charge_heard(diary) == TRI_TRUE &&
           diary->anchor.at_ms >= diary->memory.charge.from_ms + TOLD_MS;
}

/* While it is not clear whether the charge goes on, what is heard may belong to another time; but nobody
 * drives out and plugs in again within moments. */
static bool is_its_own(const struct diary *diary)
{
    const struct memory *memory = &diary->memory;
    int64_t settle_ms = memory->settle_ms;
    bool is_charging = charge_heard(diary) == TRI_TRUE;

    if (settle_ms != DIARY_NONE && memory->charge.from_ms < settle_ms)
        return is_charging && heard_since(diary, HEARD_CHARGING, settle_ms) &&
               settle_ms - memory->charge.to_ms <= HEARD_MS;
    return !memory->charge.unseen || is_charging;
}

static void take_temperature(struct diary *diary)
{
    struct charge_memory *charge = &diary->memory.charge;
    int64_t temperature_mc = heard_now(diary, HEARD_TEMPERATURE);

    if (!heard_here(diary, HEARD_TEMPERATURE) || temperature_mc == DIARY_NONE)
        return;
    if (charge->temp_from_mc == DIARY_NONE)
        charge->temp_from_mc = temperature_mc;
    charge->temp_to_mc = temperature_mc;
}

static void follow(struct diary *diary)
{
    struct charge_memory *charge = &diary->memory.charge;
    int64_t mode = heard_now(diary, HEARD_CHARGE_MODE);

    energy_take(diary);
    if (mode > CHARGE_MODE_NONE)
        charge->mode = mode;
    if (heard_here(diary, HEARD_CHARGING) && charge_heard(diary) == TRI_TRUE)
        charge->to_ms = diary->anchor.at_ms;
    if (charge->odometer_mm == DIARY_NONE)
        charge->odometer_mm = diary->anchor.odometer_mm;
    take_temperature(diary);
    if (charge->to_ms == diary->anchor.at_ms)
        meter_mark(diary);
}

/* What diary_open_charge() tells. */
static void refresh(struct diary *diary)
{
    struct diary_entry entry = {.kind = DIARY_CHARGE};

    if (meter_open_charge(diary, &diary->open))
        return;
    if (diary->memory.charge.phase != CHARGE_OPEN)
        return;
    entry.charge = as_item(diary, DIARY_OPEN);
    energy_fill(diary, &entry);
    meter_fill(diary, &entry);
    diary->open = entry.charge;
}

void charge_settle(struct diary *diary)
{
    const struct memory *memory = &diary->memory;

    if (memory->charge.phase == CHARGE_NONE && memory->alive && !memory->driving &&
        charge_heard(diary) == TRI_TRUE)
        begin(diary);
    if (memory->charge.phase != CHARGE_NONE && is_its_own(diary))
        follow(diary);
    if (is_told_due(diary))
        announce(diary);
    if (memory->charge.phase != CHARGE_NONE)
        judge_end(diary);
    refresh(diary);
}

int64_t charge_due(const struct diary *diary)
{
    const struct charge_memory *charge = &diary->memory.charge;

    if (charge->phase == CHARGE_NONE)
        return INT64_MAX;
    if (charge->phase == CHARGE_BEGUN && diary->memory.alive)
        return charge->from_ms + TOLD_MS;
    return silent_due(diary);
}

/* ---- as others see it ---- */

void diary_kept(struct diary *diary, int64_t charge_id)
{
    diary->anchor.open_charge = charge_id;
    refresh(diary);
}

const struct diary_charge *diary_open_charge(const struct diary *diary)
{
    bool is_metered = diary->memory.charge.phase != CHARGE_OPEN && diary->memory.meter.is_told;

    return diary->memory.charge.phase == CHARGE_OPEN || is_metered ? &diary->open : NULL;
}
