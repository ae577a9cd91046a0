/* One car's own identity and, if any, the one that is refused, between store, view and diary. What is a
 * difference is diary/identity's. While nothing was heard in a contact the car counts as the diary's own: a
 * car that is only ever charged here never says who it is. */
#include "home_identity.h"

#include "diary/diary.h"
#include "diary/identity.h"
#include "util/log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KNOWN_MAX 64 /* rows of the past that are looked through for a battery */

struct car_identity {
    struct home_identity *house;
    size_t index;
    bool is_asking, is_known; /* what the store has */
    bool is_refused, is_accepting;
    bool is_own_unkept, is_other_unkept;
    struct diary_identity own;   /* status ACCEPTED; from_ms DIARY_NONE: nobody was heard yet */
    struct diary_identity other; /* who is refused */
    struct diary_identity known[KNOWN_MAX];
    size_t known_count;
};

struct home_identity {
    struct store *store;
    struct view *view;
    struct home_identity_events events;
    void *ctx;
    int64_t utc_ms;
    struct car_identity cars[CONFIG_CAR_MAX];
};

/* ---- the store ---- */

static struct view_car *seen(const struct car_identity *car)
{
    return &car->house->view->cars[car->index];
}

static void refuse(struct car_identity *car, bool is_refused)
{
    car->is_refused = is_refused;
    car->house->events.refused(car->house->ctx, car->index, is_refused);
}

/* Newest first: who was refused last still is, unless somebody was accepted since. */
static void take_rows(struct car_identity *car)
{
    for (size_t i = 0; i < car->known_count && car->own.from_ms == DIARY_NONE; i++) {
        if (car->known[i].status == DIARY_IDENTITY_ACCEPTED)
            car->own = car->known[i];
        if (i == 0 && car->known[i].status == DIARY_IDENTITY_REFUSED)
            car->other = car->known[i];
    }
    if (car->other.from_ms != DIARY_NONE)
        refuse(car, true);
}

static void answered(void *ctx, const struct store_answer *answer)
{
    struct car_identity *car = ctx;

    car->is_asking = false;
    if (answer->failed)
        return;
    car->is_known = true;
    car->known_count = answer->count;
    if (answer->count > 0)
        memcpy(car->known, answer->items, answer->count * sizeof(car->known[0]));
    take_rows(car);
}

static void ask(struct car_identity *car)
{
    struct store_question question = {.subject = STORE_ASK_IDENTITIES, .limit = KNOWN_MAX, .is_house = true};

    snprintf(question.car, sizeof(question.car), "%s", seen(car)->id);
    if (!car->is_asking)
        car->is_asking = store_ask(car->house->store, &question, answered, car) == 0;
}

static int put(struct car_identity *car, const struct diary_identity *identity, bool begins_anew)
{
    struct diary_entry entry = {.kind = DIARY_IDENTITY,
                                .identity = *identity,
                                .begins_anew = begins_anew,
                                .anchor = diary_first_anchor()};

    snprintf(entry.car, sizeof(entry.car), "%s", seen(car)->id);
    entry.anchor.at_ms = car->house->utc_ms;
    return store_add_entry(car->house->store, &entry);
}

/* A row's time tells it from others, so it has to wait for the clock. */
static void keep(struct car_identity *car)
{
    if (!car->house->view->clock_right)
        return;
    if (car->is_own_unkept)
        car->is_own_unkept = put(car, &car->own, false) != 0;
    if (car->is_other_unkept && !car->is_own_unkept)
        car->is_other_unkept = put(car, &car->other, false) != 0;
}

/* ---- judging ---- */

static struct diary_identity heard_from(const struct view_car *car)
{
    struct diary_identity heard = {0};

    memcpy(heard.vin, car->heard_identity.vin_hash, sizeof(heard.vin));
    memcpy(heard.battery, car->heard_identity.battery_hash, sizeof(heard.battery));
    return heard;
}

static void take_own(struct car_identity *car, const struct diary_identity *heard)
{
    if (identity_learn(&car->own, heard)) {
        if (car->own.from_ms == DIARY_NONE)
            car->own.from_ms = car->house->utc_ms;
        car->is_own_unkept = true;
    }
    if (!car->is_refused)
        return;
    car->other.status = DIARY_IDENTITY_GONE;
    car->is_other_unkept = true;
    refuse(car, false);
    log_notice("diary", "%s: the diary's own car and battery are back", seen(car)->id);
}

/* A third one takes the place of the second. */
static void take_other(struct car_identity *car, const struct diary_identity *heard)
{
    bool is_same = car->is_refused && identity_judge(&car->other, heard) != IDENTITY_OTHER;

    if (!is_same)
        car->other =
            (struct diary_identity){.from_ms = car->is_refused ? car->other.from_ms : car->house->utc_ms,
                                    .status = DIARY_IDENTITY_REFUSED};
    car->is_other_unkept = identity_learn(&car->other, heard) || car->is_other_unkept;
    if (car->is_refused)
        return;
    refuse(car, true);
    log_warning("diary",
                "%s: another car or another battery than the diary's: nothing is stored until you run "
                "garagectl car accept %s",
                seen(car)->id, seen(car)->id);
}

static enum view_identity judge(struct car_identity *car)
{
    const struct diary_identity heard = heard_from(seen(car));
    bool is_first = car->own.from_ms == DIARY_NONE;

    switch (identity_judge(&car->own, &heard)) {
    case IDENTITY_OTHER:
        take_other(car, &heard);
        return VIEW_IDENTITY_CHANGED;
    case IDENTITY_SAME:
        if (car->is_refused && identity_judge(&car->other, &heard) != IDENTITY_OTHER)
            return VIEW_IDENTITY_CHANGED; /* the battery is still ours, the car was not */
        take_own(car, &heard);
        return VIEW_IDENTITY_OK;
    case IDENTITY_UNKNOWN:
        break;
    }
    if (is_first)
        take_own(car, &heard);
    if (car->is_refused)
        return VIEW_IDENTITY_CHANGED;
    return is_first && car->own.from_ms != DIARY_NONE ? VIEW_IDENTITY_OK : VIEW_IDENTITY_UNKNOWN;
}

static bool look_at(struct car_identity *car)
{
    struct view_car *shown = seen(car);
    enum view_identity before = shown->identity;

    if (!car->is_known) {
        ask(car);
        return false;
    }
    if (!car->is_accepting)
        shown->identity = judge(car);
    keep(car);
    if (shown->identity == before)
        return false;
    view_touch_car(car->house->view, shown);
    return true;
}

bool home_identity_look(struct home_identity *identity, int64_t utc_ms)
{
    bool has_changed = false;

    identity->utc_ms = utc_ms;
    for (size_t i = 0; i < identity->view->car_count; i++)
        has_changed = look_at(&identity->cars[i]) || has_changed;
    return has_changed;
}

/* ---- accepting ---- */

/* Of what was not heard of it yet the diary has to learn later. */
int home_identity_accept(struct home_identity *identity, size_t index, int64_t utc_ms, struct err *err)
{
    struct car_identity *car = &identity->cars[index];
    struct diary_identity accepted = car->other;

    identity->utc_ms = utc_ms;
    if (!car->is_refused || car->is_accepting)
        return 0;
    if (strcmp(identity->view->diary_state, "ok") != 0 || !identity->view->clock_right)
        return err_set(err, "the diary can't be written now: %s",
                       identity->view->clock_right ? identity->view->diary_reason : "the clock is not set");
    accepted.status = DIARY_IDENTITY_ACCEPTED;
    accepted.serial = identity_serial(car->known, car->known_count, &accepted);
    if (car->is_own_unkept || put(car, &accepted, true) != 0)
        return err_set(err, "the diary is busy: try again");
    car->is_accepting = true;
    car->is_other_unkept = false;
    identity->events.accepting(identity->ctx, index);
    return 0;
}

static void end_accepting(struct car_identity *car, const struct diary_identity *accepted)
{
    car->is_accepting = false;
    car->own = *accepted;
    car->is_own_unkept = false;
    car->other = (struct diary_identity){.from_ms = DIARY_NONE};
    log_notice("diary", "%s: accepted: the diary goes on with this car, battery %d", seen(car)->id,
               (int)accepted->serial);
    refuse(car, false);
}

static void forget(struct car_identity *car, int64_t id)
{
    for (size_t i = 0; i < car->known_count; i++) {
        if (car->known[i].id != id)
            continue;
        car->known_count--;
        memmove(car->known + i, car->known + i + 1, (car->known_count - i) * sizeof(car->known[0]));
        return;
    }
}

/* Newest first. Who is gone is no part of it: a dongle that moves between two cars leaves many of them. */
static void remember(struct car_identity *car, const struct diary_identity *kept)
{
    for (size_t i = 0; i < car->known_count; i++) {
        if (car->known[i].id == kept->id) {
            car->known[i] = *kept;
            return;
        }
    }
    size_t moved = car->known_count < KNOWN_MAX ? car->known_count++ : KNOWN_MAX - 1;
    memmove(car->known + 1, car->known, moved * sizeof(car->known[0]));
    car->known[0] = *kept;
}

void home_identity_kept(struct home_identity *identity, const struct diary_entry *entry)
{
    for (size_t i = 0; i < identity->view->car_count; i++) {
        struct car_identity *car = &identity->cars[i];
        if (strcmp(seen(car)->id, entry->car) != 0)
            continue;
        if (entry->identity.status == DIARY_IDENTITY_GONE)
            forget(car, entry->identity.id);
        else
            remember(car, &entry->identity);
        if (entry->begins_anew)
            end_accepting(car, &entry->identity);
    }
}

/* ---- making ---- */

struct home_identity *home_identity_new(struct store *store, struct view *view,
                                        const struct home_identity_events *events, void *ctx)
{
    struct home_identity *identity = calloc(1, sizeof(*identity));

    if (!identity)
        return NULL;
    identity->store = store;
    identity->view = view;
    identity->events = *events;
    identity->ctx = ctx;
    for (size_t i = 0; i < CONFIG_CAR_MAX; i++) {
        struct car_identity *car = &identity->cars[i];
        car->house = identity;
        car->index = i;
        car->own =
            (struct diary_identity){.from_ms = DIARY_NONE, .status = DIARY_IDENTITY_ACCEPTED, .serial = 1};
        car->other = (struct diary_identity){.from_ms = DIARY_NONE};
    }
    return identity;
}

void home_identity_free(struct home_identity *identity)
{
    if (!identity)
        return;
    for (size_t i = 0; i < CONFIG_CAR_MAX; i++)
        store_forget(identity->store, &identity->cars[i]);
    free(identity);
}
