/* The trackers while they live, and their entries on the way to the card: in their order, and none passes a
 * charge whose id is not known yet. An entry that is not kept has moved no anchor, so what goes wrong is
 * concluded again: home_trackers_resume.c. Decides nothing about the diary (diary/ does). */
#include "home_trackers_private.h"

#include <stdlib.h>
#include <string.h>

#define MS_PER_S   INT64_C(1000)
#define REFRESH_MS (10 * MS_PER_S)   /* of the open charge in the view */
#define NEWS_MS    (3600 * MS_PER_S) /* what is older is told to nobody as an event */

struct view_car *home_trackers_car(const struct home_trackers *trackers)
{
    return &trackers->parts.view->cars[trackers->parts.car];
}

void home_trackers_touch(struct home_trackers *trackers)
{
    view_touch_diary(trackers->parts.view, home_trackers_car(trackers));
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
void home_trackers_halt(struct home_trackers *trackers)
{
    diary_free(trackers->diary);
    trackers->diary = NULL;
    for (size_t i = 0; i < trackers->unsent_count; i++)
        free(trackers->unsent[i]);
    trackers->unsent_count = 0;
    trackers->has_hole = false;
    trackers->phase = TRACKERS_OUT;
    trackers->retry_ms = trackers->utc_ms + HOME_TRACKERS_RETRY_MS;
}

void home_trackers_hold(struct home_trackers *trackers)
{
    home_trackers_halt(trackers);
    trackers->is_held = true;
}

void home_trackers_release(struct home_trackers *trackers)
{
    trackers->is_held = false;
    trackers->retry_ms = INT64_MIN;
}

void home_trackers_free(struct home_trackers *trackers)
{
    if (!trackers)
        return;
    store_forget(trackers->parts.store, trackers);
    home_trackers_halt(trackers);
    free(trackers);
}

/* ---- entries ---- */

/* A charge that ends is the one that was opened; its id came after the trackers had spoken. */
static void complete_entry(const struct home_trackers *trackers, struct diary_entry *entry)
{
    bool is_end = entry->kind == DIARY_CHARGE && entry->charge.how != DIARY_INFERRED &&
                  entry->charge.from_ms == trackers->open.from_ms;

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
void home_trackers_take_entry(void *ctx, const struct diary_entry *entry)
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

/* A clock that goes back must not make the pause longer. */
bool home_trackers_is_due(const struct home_trackers *trackers)
{
    return trackers->utc_ms >= trackers->retry_ms ||
           trackers->retry_ms > trackers->utc_ms + HOME_TRACKERS_RETRY_MS;
}

/* What waits for its turn: entries, the next page of rows, the sums after an entry. */
static void push_on(struct home_trackers *trackers)
{
    send_entries(trackers);
    if (trackers->is_asking || trackers->unsent_count > 0)
        return;
    if (trackers->phase == TRACKERS_ROWS)
        home_trackers_ask(trackers);
    else if (trackers->phase == TRACKERS_LIVE && trackers->wants_totals && home_trackers_is_due(trackers)) {
        home_trackers_ask(trackers);
        trackers->wants_totals = !trackers->is_asking;
    }
}

/* After the diary has spoken. */
void home_trackers_pass_on(struct home_trackers *trackers)
{
    if (trackers->has_hole)
        home_trackers_halt(trackers);
    else
        push_on(trackers);
}

/* ---- live ---- */

bool home_trackers_are_live(const struct home_trackers *trackers)
{
    return trackers->phase == TRACKERS_LIVE;
}

bool home_trackers_are_done(const struct home_trackers *trackers)
{
    return trackers->unsent_count == 0 && trackers->in_flight == 0;
}

bool home_trackers_hold_rows(const struct home_trackers *trackers)
{
    bool is_failed = strcmp(trackers->parts.view->diary_state, "failed") == 0;

    return trackers->phase != TRACKERS_LIVE && !(trackers->phase == TRACKERS_OUT && is_failed);
}

void home_trackers_take(struct home_trackers *trackers, const struct diary_row *row)
{
    trackers->missed_rows = true;
    if (trackers->phase != TRACKERS_LIVE)
        return;
    diary_take(trackers->diary, row);
    home_trackers_pass_on(trackers);
}

void home_trackers_take_cells(struct home_trackers *trackers, const struct diary_cells *cells)
{
    if (trackers->phase != TRACKERS_LIVE)
        return;
    diary_take_cells(trackers->diary, cells);
    home_trackers_pass_on(trackers);
}

/* The open charge as it stands, once its beginning is on the card. */
static void show_charge(struct home_trackers *trackers)
{
    const struct diary_charge *charge = diary_open_charge(trackers->diary);
    struct view_car *car = home_trackers_car(trackers);
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
    if (is_shown && charge->id == trackers->open.id)
        diary_keep_typed(&car->charge, &trackers->open);
    home_trackers_touch(trackers);
}

void home_trackers_advance(struct home_trackers *trackers, int64_t utc_ms)
{
    trackers->utc_ms = utc_ms;
    home_trackers_resume(trackers);
    push_on(trackers);
}

void home_trackers_pass(struct home_trackers *trackers, int64_t utc_ms)
{
    if (trackers->phase != TRACKERS_LIVE)
        return;
    diary_advance(trackers->diary, utc_ms);
    home_trackers_pass_on(trackers);
    if (trackers->phase == TRACKERS_LIVE)
        show_charge(trackers);
}

/* ---- on the card ---- */

/* Charges that only the meter saw are told again when what the car gained by them is known: after later ones.
 */
static bool is_earlier(const struct view_car *car, const struct diary_charge *charge)
{
    return charge->how == DIARY_METERED && car->has_last_charge && charge->to_ms < car->last_charge.to_ms;
}

/* The card may be so slow that the charge has ended since, or another one begun. */
static void charge_kept(struct home_trackers *trackers, const struct diary_charge *charge)
{
    const struct diary_charge *open = trackers->diary ? diary_open_charge(trackers->diary) : NULL;
    struct view_car *car = home_trackers_car(trackers);

    if (charge->status == DIARY_OPEN) {
        trackers->open = *charge;
        trackers->awaits_id = false;
        if (open && open->from_ms == charge->from_ms)
            diary_kept(trackers->diary, charge->id);
        return;
    }
    if (charge->id == trackers->open.id)
        trackers->open.id = 0;
    if (!is_earlier(car, charge))
        car->last_charge = *charge;
    car->has_last_charge = true;
    trackers->wants_totals = true;
}

/* A charge that had ended, and is told again with what the car gained by it. */
static bool is_told(const struct view_car *car, const struct diary_entry *entry)
{
    return entry->kind == DIARY_CHARGE && entry->charge.status != DIARY_OPEN && car->has_last_charge &&
           (car->last_charge.id == entry->charge.id || is_earlier(car, &entry->charge));
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
    struct view_car *car = home_trackers_car(trackers);

    bool was_told = is_told(car, entry);

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
    if (trackers->diary && trackers->phase == TRACKERS_LIVE)
        show_charge(trackers);
    if (!was_told && is_news(trackers, entry))
        trackers->events.kept(trackers->ctx, trackers->parts.car, entry);
    push_on(trackers);
}

static void charge_typed(struct home_trackers *trackers, const struct diary_charge *charge)
{
    struct view_car *car = home_trackers_car(trackers);

    if (trackers->open.id == charge->id)
        diary_keep_typed(&trackers->open, charge);
    if (car->has_charge && car->charge.id == charge->id)
        diary_keep_typed(&car->charge, charge);
    if (car->has_last_charge && car->last_charge.id == charge->id)
        car->last_charge = *charge;
}

void home_trackers_typed(struct home_trackers *trackers, const struct diary_entry *entry)
{
    struct view_car *car = home_trackers_car(trackers);

    if (entry->kind == DIARY_CHARGE)
        charge_typed(trackers, &entry->charge);
    else if (car->has_last_outing && car->last_outing.id == entry->outing.id)
        car->last_outing = entry->outing;
    home_trackers_touch(trackers);
}

void home_trackers_changed(struct home_trackers *trackers)
{
    trackers->wants_totals = true;
}
