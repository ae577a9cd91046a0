/* Resuming is a row of questions: where the trackers stood, which charge is open, what is shown of the past,
 * and then the rows since, page by page. Whatever goes wrong on the way, it begins again from the card.
 * Decides nothing about the diary (diary/ does). */
#include "home_trackers_private.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define FUTURE_MS 60000 /* rows beyond were placed by a clock that was wrong */
#define PAGE_ROWS 1024
#define FIRST_MAX 4 /* of the newest charges one is open or the last that closed */

/* ---- what the definition knows ---- */

/* A constant of the car's generation, or what all generations share while it is not recognised. */
static int64_t constant(const struct view_car *car, double (*of)(const struct definition_generation *))
{
    size_t first = car->generation < 0 ? 0 : (size_t)car->generation;
    size_t count = definition_generation_count(car->definition);
    double value = first < count ? of(definition_generation(car->definition, first)) : 0;

    for (size_t i = 0; car->generation < 0 && i < count; i++)
        if (of(definition_generation(car->definition, i)) != value)
            value = 0;
    return llround(value);
}

static double wh_per_ah(const struct definition_generation *generation)
{
    return generation->kwh_per_ah * 1000;
}

static double wh_per_gid(const struct definition_generation *generation)
{
    return generation->wh_per_gid;
}

/* No definition tells the capacity of a new battery: a generation has several. */
struct diary_settings home_trackers_settings(const struct view_car *car, const struct zone *zone)
{
    struct diary_settings settings = {
        .zone = zone,
        .wh_per_ah = constant(car, wh_per_ah),
        .wh_per_gid = constant(car, wh_per_gid),
    };

    snprintf(settings.car, sizeof(settings.car), "%s", car->id);
    return settings;
}

/* ---- resuming ---- */

/* A charge that is open in the file but not in the trackers' memory, which another version wrote. */
static void close_orphan(struct home_trackers *trackers)
{
    struct diary_entry entry = {.kind = DIARY_CHARGE, .charge = trackers->open, .anchor = trackers->anchor};

    if (trackers->open.id == 0 || diary_open_charge(trackers->diary))
        return;
    snprintf(entry.car, sizeof(entry.car), "%s", home_trackers_car(trackers)->id);
    entry.charge.status = DIARY_INCOMPLETE;
    entry.parts[0] = (struct diary_part){DIARY_NO_DAY, entry.charge.battery_wh, entry.charge.charger_wh};
    entry.part_count = 1;
    home_trackers_take_entry(trackers, &entry);
}

static void start_diary(struct home_trackers *trackers)
{
    const struct diary_settings settings =
        home_trackers_settings(home_trackers_car(trackers), trackers->parts.zone);
    const struct diary_charge *open = trackers->open.id ? &trackers->open : NULL;

    trackers->diary = diary_new(&settings, &trackers->anchor, open, home_trackers_take_entry, trackers);
    if (!trackers->diary) {
        home_trackers_halt(trackers);
        return;
    }
    trackers->next = 0;
    trackers->read_ms = trackers->anchor.at_ms < trackers->utc_ms ? trackers->anchor.at_ms : trackers->utc_ms;
    close_orphan(trackers);
}

static void take_anchor(struct home_trackers *trackers, const struct store_answer *answer)
{
    trackers->anchor = (struct diary_anchor){.at_ms = DIARY_NONE};
    if (answer->count > 0)
        trackers->anchor = *(const struct diary_anchor *)answer->items;
}

static void take_charges(struct home_trackers *trackers, const struct store_answer *answer)
{
    const struct diary_charge *charges = answer->items;
    struct view_car *car = home_trackers_car(trackers);

    trackers->open.id = 0;
    car->has_last_charge = false;
    for (size_t i = 0; i < answer->count; i++) {
        if (charges[i].status == DIARY_OPEN) {
            trackers->open = charges[i];
        } else if (!car->has_last_charge) {
            car->has_last_charge = true;
            car->last_charge = charges[i];
        }
    }
}

static void take_outings(struct home_trackers *trackers, const struct store_answer *answer)
{
    struct view_car *car = home_trackers_car(trackers);

    car->has_last_outing = answer->count > 0;
    if (answer->count > 0)
        car->last_outing = *(const struct diary_outing *)answer->items;
}

static void take_totals(struct home_trackers *trackers, const struct store_answer *answer)
{
    struct view_car *car = home_trackers_car(trackers);

    car->has_totals = answer->count > 0;
    if (answer->count > 0)
        car->totals = *(const struct diary_totals *)answer->items;
    home_trackers_touch(trackers);
}

static void take_rows(struct home_trackers *trackers, const struct store_answer *answer)
{
    const struct diary_row *rows = answer->items;

    trackers->next = answer->next;
    for (size_t i = 0; i < answer->count; i++) {
        if (rows[i].utc_ms > trackers->utc_ms + FUTURE_MS) {
            trackers->next = 0;
            break;
        }
        diary_take(trackers->diary, &rows[i]);
        trackers->read_ms = rows[i].utc_ms - 1; /* others of this instant may follow */
    }
}

/* The next question, or rows that were placed meanwhile are read as well. */
static void go_on(struct home_trackers *trackers)
{
    if (trackers->phase == TRACKERS_ROWS) {
        if (trackers->next == 0 && !trackers->missed_rows)
            trackers->phase = TRACKERS_LIVE;
        home_trackers_pass_on(trackers);
        return;
    }
    trackers->phase++;
    if (trackers->phase == TRACKERS_ROWS)
        start_diary(trackers);
    home_trackers_ask(trackers);
}

/* Sums are asked for again, all else begins again. */
static void fail(struct home_trackers *trackers)
{
    trackers->wants_totals = true;
    if (trackers->phase == TRACKERS_LIVE)
        trackers->retry_ms = trackers->utc_ms + HOME_TRACKERS_RETRY_MS;
    else
        home_trackers_halt(trackers);
}

static void answered(void *ctx, const struct store_answer *answer)
{
    static void (*const takers[])(struct home_trackers *, const struct store_answer *) = {
        [TRACKERS_ANCHOR] = take_anchor, [TRACKERS_CHARGES] = take_charges, [TRACKERS_OUTINGS] = take_outings,
        [TRACKERS_TOTALS] = take_totals, [TRACKERS_ROWS] = take_rows,       [TRACKERS_LIVE] = take_totals,
    };
    struct home_trackers *trackers = ctx;

    trackers->is_asking = false;
    if (trackers->phase == TRACKERS_OUT)
        return;
    if (answer->failed) {
        fail(trackers);
        return;
    }
    takers[trackers->phase](trackers, answer);
    if (trackers->phase != TRACKERS_LIVE)
        go_on(trackers);
}

static struct store_question question_of(const struct home_trackers *trackers)
{
    static const struct {
        enum store_subject subject;
        unsigned limit;
    } subjects[] = {
        [TRACKERS_ANCHOR] = {STORE_ASK_ANCHOR, 1},     [TRACKERS_CHARGES] = {STORE_ASK_CHARGES, FIRST_MAX},
        [TRACKERS_OUTINGS] = {STORE_ASK_OUTINGS, 1},   [TRACKERS_TOTALS] = {STORE_ASK_TOTALS, 1},
        [TRACKERS_ROWS] = {STORE_ASK_ROWS, PAGE_ROWS}, [TRACKERS_LIVE] = {STORE_ASK_TOTALS, 1},
    };
    struct store_question question = {
        .subject = subjects[trackers->phase].subject,
        .limit = subjects[trackers->phase].limit,
        .is_house = true,
    };

    snprintf(question.car, sizeof(question.car), "%s", home_trackers_car(trackers)->id);
    if (trackers->phase == TRACKERS_ROWS) {
        question.from_ms = trackers->read_ms;
        question.before = trackers->next;
    }
    return question;
}

void home_trackers_ask(struct home_trackers *trackers)
{
    const struct store_question question = question_of(trackers);

    if (trackers->phase == TRACKERS_OUT)
        return;
    trackers->missed_rows = false;
    trackers->is_asking = store_ask(trackers->parts.store, &question, answered, trackers) == 0;
    if (!trackers->is_asking && trackers->phase != TRACKERS_LIVE)
        home_trackers_halt(trackers);
}

/* A store that is opening answers nothing, and soon will: rows wait meanwhile, so no moment is to be lost. */
void home_trackers_resume(struct home_trackers *trackers)
{
    bool is_opening = strcmp(trackers->parts.view->diary_state, "opening") == 0;

    if (trackers->is_held || trackers->phase != TRACKERS_OUT || trackers->is_asking || trackers->in_flight > 0 || is_opening ||
        !home_trackers_is_due(trackers))
        return;
    trackers->phase = TRACKERS_ANCHOR;
    home_trackers_ask(trackers);
}
