/* Where the car stands and what it showed there: the anchor's named fields. While the parked car is heard
 * they follow it; when it falls silent or drives they stay, until it is at rest again and has told its
 * figures: the two ends of a stay or an outing. What lies between is never guessed. */
#include "diary/private.h"

#include "car/presence.h"

#define REST_MS    (30 * MS_PER_S)  /* so long a car must stand that has come from somewhere */
#define FIGURES_MS (5 * MS_PER_MIN) /* so long the others are awaited when the odometer was heard */
#define SOC_CHANGE 50               /* 0.5 %: a smaller difference is the battery's own reckoning */
#define HOME_MAX   2                /* charges that a counter may lag behind by */

static bool is_alive(const struct diary *diary)
{
    int64_t presence = heard_now(diary, HEARD_PRESENCE);

    return presence == PRESENCE_AWAKE || presence == PRESENCE_ON || presence == PRESENCE_DRIVING ||
           presence == PRESENCE_CHARGING;
}

/* ---- the figures at rest ---- */

static void follow_if_known(int64_t *figure, int64_t heard)
{
    if (heard != DIARY_NONE)
        *figure = heard;
}

/* What a charge at home adds is no sign of another one. The counter may show it before the charge is heard
 * of, or after; when the charge is over and the counter was heard, nothing more is expected. */
static void follow_count(struct diary *diary, enum heard heard, int64_t *count, int64_t *expected)
{
    int64_t now = heard_now(diary, heard);

    if (now == DIARY_NONE)
        return;
    if (*count != DIARY_NONE && now > *count)
        *expected = now - *count > HOME_MAX ? -1 : *expected - (now - *count);
    if (*expected < -1)
        *expected = -1;
    if (*expected > 0 && diary->memory.charge.phase == CHARGE_NONE &&
        heard_since(diary, heard, diary->memory.charged_ms))
        *expected = 0;
    *count = now;
}

static void expect(int64_t *counter)
{
    if (*counter < HOME_MAX)
        ++*counter;
}

void rest_expect_counts(struct diary *diary, int64_t mode)
{
    if (mode != CHARGE_MODE_DC) {
        expect(&diary->memory.home_ac);
        expect(&diary->memory.outing.home_ac);
    }
    if (mode < 0 || mode == CHARGE_MODE_DC) {
        expect(&diary->memory.home_dc);
        expect(&diary->memory.outing.home_dc);
    }
}

int64_t rest_figure(const struct diary *diary, enum heard heard)
{
    return heard_since(diary, heard, diary->memory.rested_ms) ? heard_now(diary, heard) : DIARY_NONE;
}

/* Some cars tell SOC only while they are on, hours after they woke: until then it stands as it was, and the
 * rest that it is of is remembered. */
static void follow_soc(struct diary *diary)
{
    struct memory *memory = &diary->memory;

    if (!heard_since(diary, HEARD_SOC, memory->rested_ms)) {
        if (memory->soc_rest_ms == DIARY_NONE)
            memory->soc_rest_ms = diary->anchor.rest_ms;
        return;
    }
    if (memory->soc_rest_ms != DIARY_NONE)
        inferred_tell(diary, diary->anchor.at_ms);
    memory->covered_soc = memory->unsure = 0;
    diary->anchor.soc = heard_now(diary, HEARD_SOC);
}

static void follow(struct diary *diary)
{
    struct diary_anchor *rest = &diary->anchor;

    follow_soc(diary);
    follow_if_known(&diary->memory.rest_volts, rest_figure(diary, HEARD_VOLTAGE));
    rest->rest_ms = diary->memory.row_ms;
    rest->gids = rest_figure(diary, HEARD_GIDS);
    follow_if_known(&rest->capacity_mah, heard_now(diary, HEARD_CAPACITY));
    follow_if_known(&rest->odometer_mm, heard_now(diary, HEARD_ODOMETER));
    follow_count(diary, HEARD_COUNT_AC, &rest->count_ac, &diary->memory.home_ac);
    follow_count(diary, HEARD_COUNT_DC, &rest->count_dc, &diary->memory.home_dc);
}

static int64_t distance(const struct diary *diary)
{
    int64_t from_mm = diary->anchor.odometer_mm;
    int64_t to_mm = heard_now(diary, HEARD_ODOMETER);

    if (diary->anchor.rest_ms == DIARY_NONE || from_mm == DIARY_NONE || to_mm == DIARY_NONE)
        return DIARY_NONE;
    return to_mm - from_mm;
}

static bool has_moved(const struct diary *diary)
{
    return distance(diary) != DIARY_NONE && distance(diary) > 0;
}

/* ---- conclusions ---- */

/* The car was charging when it was found, and was not heard to arrive: what it came home with is not known.
 */
static bool is_found_charging(const struct diary *diary)
{
    const struct memory *memory = &diary->memory;

    return memory->woke && !memory->was_on && memory->charge.phase != CHARGE_NONE;
}

static void note_outing(struct diary *diary, int64_t from_ms, int64_t to_ms)
{
    const struct diary_anchor *rest = &diary->anchor;
    bool unsure = diary->memory.unsure;
    bool is_of_rest = !unsure && diary->memory.soc_rest_ms == DIARY_NONE;
    bool found_charging = is_found_charging(diary);
    const struct outing_memory outing = {
        .from_ms = from_ms,
        .to_ms = to_ms,
        .distance_mm = distance(diary),
        .soc_from = is_of_rest ? rest->soc : DIARY_NONE,
        .soc_to = found_charging ? DIARY_NONE : rest_figure(diary, HEARD_SOC),
        .gids_from = unsure ? DIARY_NONE : rest->gids,
        .gids_to = found_charging ? DIARY_NONE : rest_figure(diary, HEARD_GIDS),
        .capacity_mah = rest->capacity_mah,
        .count_ac = rest->count_ac,
        .count_dc = rest->count_dc,
        .home_ac = diary->memory.home_ac > 0 ? diary->memory.home_ac : 0,
        .home_dc = diary->memory.home_dc > 0 ? diary->memory.home_dc : 0,
        .back_ms = diary->memory.woke ? diary->memory.woke_ms : to_ms,
        .unheard = diary->memory.woke,
    };

    outing_note(diary, &outing);
    diary->memory.home_ac = diary->memory.home_dc = 0;
}

/* Less in the battery than at rest, and it was away: it went out, though not for a whole kilometre. */
static bool was_short_outing(const struct diary *diary)
{
    int64_t soc = rest_figure(diary, HEARD_SOC);

    return diary->anchor.was_away && diary->memory.soc_rest_ms == DIARY_NONE &&
           diary->anchor.soc != DIARY_NONE && soc != DIARY_NONE && diary->anchor.soc - soc >= SOC_CHANGE;
}

/* By its odometer, or because nothing speaks against it. */
static bool stood_still(const struct diary *diary)
{
    if (diary->anchor.rest_ms == DIARY_NONE)
        return false;
    if (distance(diary) != DIARY_NONE)
        return distance(diary) == 0;
    return !diary->memory.drove && !diary->anchor.was_away;
}

static void conclude_outing(struct diary *diary)
{
    int64_t from_ms = diary->memory.drive_from_ms;

    note_outing(diary, from_ms != DIARY_NONE ? from_ms : diary->anchor.rest_ms, diary->memory.settle_ms);
}

static void conclude_stay(struct diary *diary)
{
    int64_t to_ms = diary->memory.settle_ms;

    stay_tell(diary, to_ms);
    if (diary->memory.soc_rest_ms == DIARY_NONE)
        diary->memory.soc_rest_ms = diary->anchor.rest_ms;
    if (heard_since(diary, HEARD_SOC, to_ms))
        inferred_tell(diary, to_ms);
}

/* Of what was in the battery before nothing follows any more. */
static void forget_soc(struct diary *diary)
{
    diary->anchor.soc = DIARY_NONE;
    diary->memory.soc_rest_ms = diary->memory.rest_volts = DIARY_NONE;
    meter_forget_spells(diary);
}

static void conclude(struct diary *diary)
{
    struct memory *memory = &diary->memory;
    bool went_out = has_moved(diary) || was_short_outing(diary);

    if (has_moved(diary) && memory->woke && memory->charge.from_ms < memory->settle_ms)
        charge_abandon(diary);
    if (went_out)
        conclude_outing(diary);
    else if (stood_still(diary))
        conclude_stay(diary);
    if (went_out || !stood_still(diary))
        forget_soc(diary);
    memory->settle_ms = DIARY_NONE;
    memory->drive_from_ms = DIARY_NONE;
    memory->told = memory->drove = memory->woke = 0;
    diary->anchor.was_away = false;
    follow(diary);
}

/* ---- what has to be heard first ---- */

static bool has_odometer(const struct diary *diary)
{
    return diary->anchor.odometer_mm == DIARY_NONE ||
           (heard_since(diary, HEARD_ODOMETER, diary->memory.settle_ms) &&
            heard_now(diary, HEARD_ODOMETER) != DIARY_NONE);
}

/* A charge that nobody watched is reckoned with the volts at its end: some cars tell them when they are on.
 */
static bool has_volts(const struct diary *diary)
{
    return diary->memory.rest_volts == DIARY_NONE || has_moved(diary) || !inferred_is_due(diary) ||
           heard_since(diary, HEARD_VOLTAGE, diary->memory.settle_ms);
}

static bool has_all(const struct diary *diary)
{
    int64_t since_ms = diary->memory.settle_ms;

    return has_volts(diary) && (diary->anchor.soc == DIARY_NONE || heard_since(diary, HEARD_SOC, since_ms)) &&
           (diary->anchor.gids == DIARY_NONE || heard_since(diary, HEARD_GIDS, since_ms)) &&
           (diary->memory.charge.phase == 0 || heard_since(diary, HEARD_CHARGING, since_ms));
}

/* What was heard of charging before the absence is none of its end. */
static void conclude_with_what_there_is(struct diary *diary)
{
    if (!heard_since(diary, HEARD_CHARGING, diary->memory.settle_ms))
        charge_forget(diary);
    conclude(diary);
}

/* A car that has come from somewhere and drives on within moments is not there yet. */
static bool has_stood(const struct diary *diary)
{
    return !has_moved(diary) || diary->anchor.at_ms >= diary->memory.settle_ms + REST_MS;
}

static void try_to_conclude(struct diary *diary)
{
    if (!has_odometer(diary) || !has_stood(diary))
        return;
    if (has_all(diary))
        conclude(diary);
    else if (diary->anchor.at_ms >= diary->memory.settle_ms + FIGURES_MS)
        conclude_with_what_there_is(diary);
}

/* ---- changes of state ---- */

static void begin_rest(struct diary *diary)
{
    diary->memory.settle_ms = diary->memory.rested_ms = diary->anchor.at_ms;
    diary->memory.told = 0;
}

/* Whether it was a rest: one too short to tell anything is none, and the absence goes on. */
static bool end_rest(struct diary *diary, bool drives_on)
{
    if (diary->memory.settle_ms == DIARY_NONE)
        return !diary->memory.driving;
    if (has_odometer(diary) && (has_stood(diary) || !drives_on)) {
        conclude_with_what_there_is(diary);
        return true;
    }
    diary->memory.settle_ms = DIARY_NONE;
    return false;
}

static void fall_silent(struct diary *diary)
{
    struct memory *memory = &diary->memory;

    if (end_rest(diary, false) && heard_here(diary, HEARD_PRESENCE))
        diary->anchor.rest_ms = memory->row_ms;
    memory->alive = 0;
    memory->silent_ms = memory->row_ms;
}

static void depart(struct diary *diary)
{
    if (end_rest(diary, true))
        diary->memory.drive_from_ms = diary->anchor.at_ms;
    diary->memory.driving = diary->memory.drove = 1;
}

static void arrive(struct diary *diary)
{
    diary->memory.driving = 0;
    begin_rest(diary);
}

static void wake(struct diary *diary, bool drives)
{
    diary->memory.alive = diary->memory.woke = 1;
    diary->memory.woke_ms = diary->anchor.at_ms;
    diary->memory.was_on = 0;
    diary->memory.silent_ms = DIARY_NONE;
    if (drives)
        diary->memory.driving = diary->memory.drove = 1;
    else
        arrive(diary);
}

/* The odometer counts on though no drive was heard: one that is asked for now and then, after the end of it.
 */
static void follow_rest(struct diary *diary)
{
    if (has_moved(diary)) {
        note_outing(diary, diary->anchor.rest_ms, diary->anchor.at_ms);
        forget_soc(diary);
    }
    follow(diary);
}

/* Distances are measured from the first odometer that is heard, though the car may be driving. */
static void begin_distance(struct diary *diary)
{
    struct diary_anchor *rest = &diary->anchor;

    if (rest->odometer_mm != DIARY_NONE || heard_now(diary, HEARD_ODOMETER) == DIARY_NONE)
        return;
    rest->odometer_mm = heard_now(diary, HEARD_ODOMETER);
    if (rest->rest_ms == DIARY_NONE)
        rest->rest_ms = rest->at_ms;
}

void rest_settle(struct diary *diary)
{
    struct memory *memory = &diary->memory;
    bool drives = heard_now(diary, HEARD_PRESENCE) == PRESENCE_DRIVING;

    begin_distance(diary);
    if (heard_now(diary, HEARD_GARAGE) == TRI_FALSE && !is_alive(diary))
        diary->anchor.was_away = true;
    if (memory->alive && !is_alive(diary))
        fall_silent(diary);
    if (!is_alive(diary))
        return;
    if (!memory->alive)
        wake(diary, drives);
    if (drives || heard_now(diary, HEARD_PRESENCE) == PRESENCE_ON)
        memory->was_on = 1;
    if (drives && !memory->driving)
        depart(diary);
    if (!drives && memory->driving)
        arrive(diary);
    if (!drives && memory->settle_ms != DIARY_NONE)
        try_to_conclude(diary);
    if (!drives && memory->settle_ms == DIARY_NONE)
        follow_rest(diary);
}

int64_t rest_due(const struct diary *diary)
{
    int64_t settle_ms = diary->memory.settle_ms;

    if (settle_ms == DIARY_NONE)
        return INT64_MAX;
    return settle_ms + (diary->anchor.at_ms < settle_ms + REST_MS ? REST_MS : FIGURES_MS);
}
