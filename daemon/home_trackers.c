/* Resuming is a row of questions: where the trackers stood, which charge is open, what is shown of the past,
 * and then the rows since, page by page. Whatever goes wrong on the way, it begins again from the card: an
 * entry that is not kept has moved no anchor. Entries leave in their order, and none passes a charge whose id
 * is not known yet. Decides nothing about the diary (diary/ does). */
#include "home_trackers.h"

#include "util/core/time.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MS_PER_S   INT64_C(1000)
#define RETRY_MS   (10 * MS_PER_S)
#define REFRESH_MS (10 * MS_PER_S)   /* of the open charge in the view */
#define FUTURE_MS  (60 * MS_PER_S)   /* rows beyond were placed by a clock that was wrong */
#define NEWS_MS    (3600 * MS_PER_S) /* what is older is told to nobody as an event */
#define PAGE_ROWS  1024
#define FIRST_MAX  4 /* of the newest charges one is open or the last that closed */

enum phase { PHASE_OUT, PHASE_ANCHOR, PHASE_CHARGES, PHASE_OUTINGS, PHASE_TOTALS, PHASE_ROWS, PHASE_LIVE };

struct home_trackers {
    struct home_trackers_parts parts;
    struct home_trackers_events events;
    void *ctx;
    struct diary *diary; /* NULL before PHASE_ROWS */
    enum phase phase;
    bool is_asking, wants_totals;
    bool missed_rows; /* since the last question for rows */
    int64_t utc_ms, retry_ms, refreshed_ms;
    struct diary_anchor anchor; /* as the store kept it */
    struct diary_charge open;   /* the open charge as kept; id 0: none */
    int64_t read_ms, next;      /* where the next page of rows begins */
    struct diary_entry *unsent[HOME_TRACKERS_UNSENT_MAX];
    size_t unsent_count;
    bool has_hole;    /* an entry found no room */
    bool awaits_id;   /* of a charge that is on its way to the card */
    size_t in_flight; /* entries that the store took and did not keep yet */
};

static struct view_car *view_car(const struct home_trackers *trackers)
{
    return &trackers->parts.view->cars[trackers->parts.car];
}

static void touch_view(struct home_trackers *trackers)
{
    view_touch_diary(trackers->parts.view, view_car(trackers));
    trackers->events.changed(trackers->ctx);
}

/* ---- making ---- */

struct home_trackers *home_trackers_new(const struct home_trackers_parts *parts,
                                        const struct home_trackers_events *events, void *ctx)
{
    struct home_trackers *trackers = calloc(1, sizeof(*trackers));

    if (!trackers)
        return NULL;
    trackers->parts = *parts;
    trackers->events = *events;
    trackers->ctx = ctx;
    trackers->retry_ms = INT64_MIN;
    trackers->refreshed_ms = INT64_MIN;
    return trackers;
}

/* Nothing is lost: what no anchor knows of is concluded again. */
static void halt(struct home_trackers *trackers)
{
    diary_free(trackers->diary);
    trackers->diary = NULL;
    for (size_t i = 0; i < trackers->unsent_count; i++)
        free(trackers->unsent[i]);
    trackers->unsent_count = 0;
    trackers->has_hole = false;
    trackers->phase = PHASE_OUT;
    trackers->retry_ms = trackers->utc_ms + RETRY_MS;
}

void home_trackers_free(struct home_trackers *trackers)
{
    if (!trackers)
        return;
    store_forget(trackers->parts.store, trackers);
    halt(trackers);
    free(trackers);
}

/* ---- entries ---- */

/* A watched charge that ends is the one that was opened; its id came after the trackers had spoken. */
static void complete_entry(const struct home_trackers *trackers, struct diary_entry *entry)
{
    bool is_end = entry->kind == DIARY_CHARGE && entry->charge.how == DIARY_WATCHED &&
                  entry->charge.status != DIARY_OPEN;

    if (is_end && entry->charge.id == 0)
        entry->charge.id = trackers->open.id;
}

static void send_entries(struct home_trackers *trackers)
{
    size_t sent = 0;

    while (sent < trackers->unsent_count && !trackers->awaits_id) {
        struct diary_entry *entry = trackers->unsent[sent];
        complete_entry(trackers, entry);
        if (store_add_entry(trackers->parts.store, entry) != 0)
            break;
        trackers->in_flight++;
        trackers->awaits_id = entry->kind == DIARY_CHARGE && entry->charge.status == DIARY_OPEN;
        free(entry);
        sent++;
    }
    trackers->unsent_count -= sent;
    memmove(trackers->unsent, trackers->unsent + sent, trackers->unsent_count * sizeof(trackers->unsent[0]));
}

/* Behind one that found no room none may follow. */
static void take_entry(void *ctx, const struct diary_entry *entry)
{
    struct home_trackers *trackers = ctx;
    bool has_room = !trackers->has_hole && trackers->unsent_count < HOME_TRACKERS_UNSENT_MAX;
    struct diary_entry *copy = has_room ? malloc(sizeof(*copy)) : NULL;

    if (!copy) {
        trackers->has_hole = true;
        return;
    }
    *copy = *entry;
    trackers->unsent[trackers->unsent_count++] = copy;
}

/* After the diary has spoken. */
static void pass_on(struct home_trackers *trackers)
{
    if (trackers->has_hole)
        halt(trackers);
    else
        send_entries(trackers);
}

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
static struct diary_settings settings_of(const struct home_trackers *trackers)
{
    const struct view_car *car = view_car(trackers);
    struct diary_settings settings = {
        .zone = trackers->parts.zone,
        .wh_per_ah = constant(car, wh_per_ah),
        .wh_per_gid = constant(car, wh_per_gid),
    };

    snprintf(settings.car, sizeof(settings.car), "%s", car->id);
    return settings;
}

/* ---- resuming ---- */

static void ask(struct home_trackers *trackers);

/* A charge that is open in the file but not in the trackers' memory, which another version wrote. */
static void close_orphan(struct home_trackers *trackers)
{
    struct diary_entry entry = {.kind = DIARY_CHARGE, .charge = trackers->open, .anchor = trackers->anchor};

    if (trackers->open.id == 0 || diary_open_charge(trackers->diary))
        return;
    snprintf(entry.car, sizeof(entry.car), "%s", view_car(trackers)->id);
    entry.charge.status = DIARY_INCOMPLETE;
    entry.parts[0] = (struct diary_part){DIARY_NO_DAY, entry.charge.battery_wh, entry.charge.charger_wh};
    entry.part_count = 1;
    take_entry(trackers, &entry);
}

static void start_diary(struct home_trackers *trackers)
{
    const struct diary_settings settings = settings_of(trackers);
    const struct diary_charge *open = trackers->open.id ? &trackers->open : NULL;

    trackers->diary = diary_new(&settings, &trackers->anchor, open, take_entry, trackers);
    if (!trackers->diary) {
        halt(trackers);
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
    struct view_car *car = view_car(trackers);

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
    struct view_car *car = view_car(trackers);

    car->has_last_outing = answer->count > 0;
    if (answer->count > 0)
        car->last_outing = *(const struct diary_outing *)answer->items;
}

static void take_totals(struct home_trackers *trackers, const struct store_answer *answer)
{
    struct view_car *car = view_car(trackers);

    car->has_totals = answer->count > 0;
    if (answer->count > 0)
        car->totals = *(const struct diary_totals *)answer->items;
    touch_view(trackers);
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
    if (trackers->phase == PHASE_ROWS) {
        if (trackers->next == 0 && !trackers->missed_rows)
            trackers->phase = PHASE_LIVE;
        pass_on(trackers);
        return;
    }
    trackers->phase++;
    if (trackers->phase == PHASE_ROWS)
        start_diary(trackers);
    ask(trackers);
}

static void answered(void *ctx, const struct store_answer *answer)
{
    static void (*const takers[])(struct home_trackers *, const struct store_answer *) = {
        [PHASE_ANCHOR] = take_anchor, [PHASE_CHARGES] = take_charges, [PHASE_OUTINGS] = take_outings,
        [PHASE_TOTALS] = take_totals, [PHASE_ROWS] = take_rows,       [PHASE_LIVE] = take_totals,
    };
    struct home_trackers *trackers = ctx;

    trackers->is_asking = false;
    if (trackers->phase == PHASE_OUT)
        return;
    if (answer->failed) {
        if (trackers->phase != PHASE_LIVE)
            halt(trackers);
        return;
    }
    takers[trackers->phase](trackers, answer);
    if (trackers->phase != PHASE_LIVE)
        go_on(trackers);
}

static struct store_question question_of(const struct home_trackers *trackers)
{
    static const struct {
        enum store_subject subject;
        unsigned limit;
    } subjects[] = {
        [PHASE_ANCHOR] = {STORE_ASK_ANCHOR, 1},     [PHASE_CHARGES] = {STORE_ASK_CHARGES, FIRST_MAX},
        [PHASE_OUTINGS] = {STORE_ASK_OUTINGS, 1},   [PHASE_TOTALS] = {STORE_ASK_TOTALS, 1},
        [PHASE_ROWS] = {STORE_ASK_ROWS, PAGE_ROWS}, [PHASE_LIVE] = {STORE_ASK_TOTALS, 1},
    };
    struct store_question question = {
        .subject = subjects[trackers->phase].subject,
        .limit = subjects[trackers->phase].limit,
        .is_house = true,
    };

    snprintf(question.car, sizeof(question.car), "%s", view_car(trackers)->id);
    if (trackers->phase == PHASE_ROWS) {
        question.from_ms = trackers->read_ms;
        question.before = trackers->next;
    }
    return question;
}

static void ask(struct home_trackers *trackers)
{
    const struct store_question question = question_of(trackers);

    if (trackers->phase == PHASE_OUT)
        return;
    trackers->missed_rows = false;
    trackers->is_asking = store_ask(trackers->parts.store, &question, answered, trackers) == 0;
    if (!trackers->is_asking && trackers->phase != PHASE_LIVE)
        halt(trackers);
}

/* What waits for its turn: entries, the next page of rows, the sums after an entry. */
static void push_on(struct home_trackers *trackers)
{
    send_entries(trackers);
    if (trackers->is_asking || trackers->unsent_count > 0)
        return;
    if (trackers->phase == PHASE_ROWS)
        ask(trackers);
    else if (trackers->phase == PHASE_LIVE && trackers->wants_totals) {
        ask(trackers);
        trackers->wants_totals = !trackers->is_asking;
    }
}

static void begin(struct home_trackers *trackers)
{
    bool is_due = trackers->utc_ms >= trackers->retry_ms || trackers->retry_ms > trackers->utc_ms + RETRY_MS;

    if (trackers->phase != PHASE_OUT || trackers->is_asking || trackers->in_flight > 0 || !is_due)
        return;
    trackers->phase = PHASE_ANCHOR;
    ask(trackers);
}

/* ---- live ---- */

bool home_trackers_are_live(const struct home_trackers *trackers)
{
    return trackers->phase == PHASE_LIVE;
}

bool home_trackers_are_done(const struct home_trackers *trackers)
{
    return trackers->unsent_count == 0 && trackers->in_flight == 0;
}

bool home_trackers_hold_rows(const struct home_trackers *trackers)
{
    bool is_failed = strcmp(trackers->parts.view->diary_state, "failed") == 0;

    return trackers->phase != PHASE_LIVE && !(trackers->phase == PHASE_OUT && is_failed);
}

void home_trackers_take(struct home_trackers *trackers, const struct diary_row *row)
{
    trackers->missed_rows = true;
    if (trackers->phase != PHASE_LIVE)
        return;
    diary_take(trackers->diary, row);
    pass_on(trackers);
}

void home_trackers_take_cells(struct home_trackers *trackers, const struct diary_cells *cells)
{
    if (trackers->phase != PHASE_LIVE)
        return;
    diary_take_cells(trackers->diary, cells);
    pass_on(trackers);
}

/* The open charge as it stands, once its beginning is on the card. */
static void show_charge(struct home_trackers *trackers)
{
    const struct diary_charge *charge = diary_open_charge(trackers->diary);
    struct view_car *car = view_car(trackers);
    bool is_shown = charge && charge->id != 0;

    if (!is_shown && !car->has_charge)
        return;
    if (is_shown && car->has_charge && trackers->utc_ms - trackers->refreshed_ms < REFRESH_MS)
        return;
    if (is_shown && car->has_charge && car->charge.to_ms == charge->to_ms)
        return;
    trackers->refreshed_ms = trackers->utc_ms;
    car->has_charge = is_shown;
    if (is_shown)
        car->charge = *charge;
    touch_view(trackers);
}

void home_trackers_advance(struct home_trackers *trackers, int64_t utc_ms)
{
    trackers->utc_ms = utc_ms;
    begin(trackers);
    push_on(trackers);
}

void home_trackers_pass(struct home_trackers *trackers, int64_t utc_ms)
{
    if (trackers->phase != PHASE_LIVE)
        return;
    diary_advance(trackers->diary, utc_ms);
    pass_on(trackers);
    if (trackers->phase == PHASE_LIVE)
        show_charge(trackers);
}

/* ---- on the card ---- */

/* The card may be so slow that the charge has ended since, or another one begun. */
static void charge_kept(struct home_trackers *trackers, const struct diary_charge *charge)
{
    const struct diary_charge *open = trackers->diary ? diary_open_charge(trackers->diary) : NULL;
    struct view_car *car = view_car(trackers);

    if (charge->status == DIARY_OPEN) {
        trackers->open = *charge;
        trackers->awaits_id = false;
        if (open && open->from_ms == charge->from_ms)
            diary_kept(trackers->diary, charge->id);
        return;
    }
    if (charge->how == DIARY_WATCHED)
        trackers->open.id = 0;
    car->has_last_charge = true;
    car->last_charge = *charge;
    trackers->wants_totals = true;
}

static bool is_news(const struct home_trackers *trackers, const struct diary_entry *entry)
{
    switch (entry->kind) {
    case DIARY_CHARGE:
        return trackers->utc_ms - entry->charge.to_ms < NEWS_MS;
    case DIARY_OUTING:
        return trackers->utc_ms - entry->outing.to_ms < NEWS_MS;
    default:
        return false;
    }
}

void home_trackers_kept(struct home_trackers *trackers, const struct diary_entry *entry)
{
    struct view_car *car = view_car(trackers);

    trackers->in_flight--;
    if (entry->kind == DIARY_CHARGE)
        charge_kept(trackers, &entry->charge);
    if (entry->kind == DIARY_OUTING) {
        car->has_last_outing = true;
        car->last_outing = entry->outing;
        trackers->wants_totals = true;
    }
    if (entry->kind == DIARY_CONTACT)
        store_flush(trackers->parts.store);
    if (trackers->diary && trackers->phase == PHASE_LIVE)
        show_charge(trackers);
    if (is_news(trackers, entry))
        trackers->events.kept(trackers->ctx, trackers->parts.car, entry);
    push_on(trackers);
}
