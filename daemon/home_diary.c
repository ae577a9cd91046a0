/* Glue between the view, the store and the trackers. Decides nothing about rows (diary/changes does) or what
 * follows from them (diary/ does) and does no I/O (the store does). Texts are not kept, and of arrays only
 * cells. */
#include "home_diary.h"

#include "diary/changes.h"
#include "util/core/time.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SERIES_PER_CAR (STORE_SERIES_MAX / CONFIG_CAR_MAX)
#define RAW_SPACING_NS NS_PER_MIN /* raw signals (counters, multiplexers) change with every frame */
#define AT_ONCE_NS     1
#define CHARGING_NS    (50 * NS_PER_S) /* of what is polled each minute while charging not one is missed */
#define LATE_MS        60000 /* what was heard so long before is no news to the trackers */
#define LAG_MS         2000  /* rows may come so long after their time */
#define AUX_LOW_V      12.0
#define AUX_WELL_V     12.4

struct waiting {
    size_t series;
    struct change change;
};

/* What the rows say of a car beside its signals. */
struct seen {
    enum presence presence;
    enum tri garage, reachable;
    int64_t last_ms; /* the last row that the trackers heard */
    bool aux_is_low;
};

struct home_diary {
    struct home_diary_parts parts;
    struct changes *changes;
    struct home_trackers *trackers[CONFIG_CAR_MAX];
    struct seen seen[CONFIG_CAR_MAX];
    bool has_begun;
    bool is_known[STORE_SERIES_MAX]; /* the store was told of this series */
    int64_t utc_minus_boot_ns;
    struct waiting waiting[HOME_DIARY_WAITING_MAX];
    size_t waiting_first, waiting_count;
    bool is_start; /* nobody listened before start_ns, which no row tells yet */
    int64_t start_ns;
};

/* ---- series: a car's signals, then what is kept beside them ---- */

static const char *const own_names[] = {"presence", "reachable", "garage"}; /* enum diary_signal */

#define OWN_COUNT (DIARY_SIGNAL_END - DIARY_SIGNAL_PRESENCE)

static size_t signal_count(const struct home_diary *diary, size_t car)
{
    return definition_signal_count(diary->parts.view->cars[car].definition);
}

static size_t own_series(const struct home_diary *diary, size_t car, enum diary_signal signal)
{
    return car * SERIES_PER_CAR + signal_count(diary, car) + (signal - DIARY_SIGNAL_PRESENCE);
}

/* As the trackers call it, or DIARY_SIGNAL_END: they don't hear raw signals. */
static unsigned tracked_signal(const struct home_diary *diary, size_t series)
{
    size_t count = signal_count(diary, series / SERIES_PER_CAR);
    size_t index = series % SERIES_PER_CAR;

    if (index >= count)
        return (unsigned)(DIARY_SIGNAL_PRESENCE + index - count);
    return index < SIGNAL_VOCABULARY_COUNT ? (unsigned)index : DIARY_SIGNAL_END;
}

static void introduce_series(struct home_diary *diary, size_t series)
{
    const struct view_car *car = &diary->parts.view->cars[series / SERIES_PER_CAR];
    size_t index = series % SERIES_PER_CAR;
    size_t count = definition_signal_count(car->definition);
    struct store_series row = {.per_unit = 1};

    snprintf(row.car, sizeof(row.car), "%s", car->id);
    if (index < count) {
        const struct signal *signal = definition_signal(car->definition, index);
        row.per_unit = diary_steps_per_unit(signal->resolution);
        snprintf(row.signal, sizeof(row.signal), "%s", signal->name);
        snprintf(row.unit, sizeof(row.unit), "%s", signal->unit);
    } else {
        snprintf(row.signal, sizeof(row.signal), "%s", own_names[index - count]);
    }
    diary->is_known[series] = store_add_series(diary->parts.store, (unsigned)series, &row) == 0;
}

/* ---- rows ---- */

/* To the trackers time does not go back, so it may not in the file from which they are resumed; but a clock
 * that was wrong by more than DIARY_BACK_MS begins again. The row by which listening begins has its instant
 * to itself. */
static int64_t in_order(struct seen *seen, int64_t utc_ms, bool is_start)
{
    if (utc_ms < seen->last_ms && seen->last_ms - utc_ms <= DIARY_BACK_MS)
        utc_ms = seen->last_ms;
    if (is_start && utc_ms == seen->last_ms)
        utc_ms++;
    seen->last_ms = utc_ms + is_start;
    return utc_ms;
}

static void place_tracked(struct home_diary *diary, size_t series, struct diary_row *row)
{
    size_t car = series / SERIES_PER_CAR;
    struct seen *seen = &diary->seen[car];
    bool is_late = row->utc_ms < seen->last_ms - LATE_MS && row->utc_ms >= seen->last_ms - DIARY_BACK_MS;

    if (!is_late)
        row->utc_ms = in_order(seen, row->utc_ms, row->signal == DIARY_SIGNAL_REACHABLE && !row->known);
    store_add_reading(diary->parts.store, (unsigned)series, row->utc_ms * NS_PER_MS, row->known, row->steps,
                      row->quality);
    if (!is_late)
        home_trackers_take(diary->trackers[car], row);
}

static void place(struct home_diary *diary, size_t series, const struct change *change)
{
    int64_t utc_ns = change->boot_ns + diary->utc_minus_boot_ns;
    struct diary_row row = {.signal = tracked_signal(diary, series),
                            .utc_ms = utc_ns / NS_PER_MS,
                            .known = change->known,
                            .quality = change->quality,
                            .steps = change->steps};

    if (!diary->is_known[series])
        introduce_series(diary, series);
    if (!diary->is_known[series])
        return;
    if (row.signal == DIARY_SIGNAL_END)
        store_add_reading(diary->parts.store, (unsigned)series, utc_ns, row.known, row.steps, row.quality);
    else
        place_tracked(diary, series, &row);
}

/* The row by which listening begins, first. */
static void place_next(struct home_diary *diary, size_t series, const struct change *change)
{
    const struct change start = {.boot_ns = diary->start_ns};

    for (size_t car = 0; car < diary->parts.view->car_count && diary->is_start; car++)
        place(diary, own_series(diary, car, DIARY_SIGNAL_REACHABLE), &start);
    diary->is_start = false;
    place(diary, series, change);
}

/* ---- waiting ---- */

static bool has_room(const struct home_diary *diary)
{
    return diary->parts.view->clock_right && store_waiting(diary->parts.store) < STORE_QUEUE_MAX / 2;
}

static bool may_place(const struct home_diary *diary)
{
    if (!has_room(diary))
        return false;
    for (size_t car = 0; car < diary->parts.view->car_count; car++)
        if (home_trackers_hold_rows(diary->trackers[car]))
            return false;
    return true;
}

static void place_oldest(struct home_diary *diary)
{
    const struct waiting oldest = diary->waiting[diary->waiting_first];

    diary->waiting_first = (diary->waiting_first + 1) % HOME_DIARY_WAITING_MAX;
    diary->waiting_count--;
    place_next(diary, oldest.series, &oldest.change);
}

/* When there are too many the oldest goes where the trackers can read it later; without a clock it is lost.
 */
static void make_room(struct home_diary *diary)
{
    if (diary->waiting_count < HOME_DIARY_WAITING_MAX)
        return;
    if (has_room(diary)) {
        place_oldest(diary);
        return;
    }
    diary->is_start = true;
    diary->start_ns = diary->waiting[diary->waiting_first].change.boot_ns;
    diary->waiting_first = (diary->waiting_first + 1) % HOME_DIARY_WAITING_MAX;
    diary->waiting_count--;
}

static void keep_waiting(struct home_diary *diary, size_t series, const struct change *change)
{
    make_room(diary);
    size_t last = (diary->waiting_first + diary->waiting_count++) % HOME_DIARY_WAITING_MAX;
    diary->waiting[last] = (struct waiting){series, *change};
}

static void take_change(void *ctx, size_t series, const struct change *change)
{
    struct home_diary *diary = ctx;

    if (diary->waiting_count == 0 && may_place(diary))
        place_next(diary, series, change);
    else
        keep_waiting(diary, series, change);
}

/* As many as the store takes: more are waiting than its queue holds. */
static void place_waiting(struct home_diary *diary)
{
    while (diary->waiting_count > 0 && may_place(diary))
        place_oldest(diary);
}

/* ---- what the view says beside the signals ---- */

static void take_own(struct home_diary *diary, size_t car, enum diary_signal signal, int steps, bool known,
                     int64_t boot_ns)
{
    const struct change change = {.steps = known ? steps : 0, .boot_ns = boot_ns, .known = known};

    changes_take(diary->changes, own_series(diary, car, signal), &change);
}

static bool is_alive(enum presence presence)
{
    return presence >= PRESENCE_AWAKE;
}

/* Values that are the same as before a silence or a drive say so in a row, for stays and outings end with
 * them. */
static void take_presence(struct home_diary *diary, size_t car, enum presence presence, int64_t boot_ns)
{
    static const enum signal_id charging[] = {SIGNAL_PACK_VOLTAGE, SIGNAL_PACK_CURRENT, SIGNAL_CHARGER_POWER};
    enum presence before = diary->seen[car].presence;
    size_t first = car * SERIES_PER_CAR;

    diary->seen[car].presence = presence;
    if (is_alive(presence) && (!is_alive(before) || before == PRESENCE_DRIVING))
        changes_renew(diary->changes, first, signal_count(diary, car), boot_ns);
    for (size_t i = 0; i < sizeof(charging) / sizeof(charging[0]); i++)
        changes_set_repeat(diary->changes, first + charging[i],
                           presence == PRESENCE_CHARGING ? CHARGING_NS : 0);
    take_own(diary, car, DIARY_SIGNAL_PRESENCE, (int)presence, presence != PRESENCE_UNKNOWN, boot_ns);
}

/* While the dongle is being started nothing is known that was not known before. */
static enum tri reachable(const struct view_car *car, enum tri before)
{
    switch (car->link) {
    case VIEW_LINK_UP:
        return TRI_TRUE;
    case VIEW_LINK_DOWN:
        return TRI_FALSE;
    case VIEW_LINK_STARTING:
        break;
    }
    return before;
}

static void look_at(struct home_diary *diary, size_t car, int64_t boot_ns)
{
    const struct view_car *now = &diary->parts.view->cars[car];
    struct seen *seen = &diary->seen[car];
    enum tri reached = reachable(now, seen->reachable);

    if (reached != seen->reachable)
        take_own(diary, car, DIARY_SIGNAL_REACHABLE, (int)reached, true, boot_ns);
    seen->reachable = reached;
    if (now->presence != seen->presence)
        take_presence(diary, car, now->presence, boot_ns);
    if (now->garage != seen->garage)
        take_own(diary, car, DIARY_SIGNAL_GARAGE, (int)now->garage, now->garage != TRI_UNKNOWN, boot_ns);
    seen->garage = now->garage;
}

void home_diary_look(struct home_diary *diary, int64_t boot_ns)
{
    for (size_t car = 0; car < diary->parts.view->car_count; car++)
        look_at(diary, car, boot_ns);
}

/* ---- making ---- */

static void set_spacings(struct home_diary *diary, size_t car)
{
    size_t first = car * SERIES_PER_CAR;

    for (size_t i = SIGNAL_VOCABULARY_COUNT; i < signal_count(diary, car); i++)
        changes_set_spacing(diary->changes, first + i, RAW_SPACING_NS);
    for (size_t i = 0; i < OWN_COUNT; i++)
        changes_set_spacing(diary->changes, first + signal_count(diary, car) + i, AT_ONCE_NS);
}

static int add_car(struct home_diary *diary, size_t car, const struct home_trackers_events *events, void *ctx)
{
    const struct home_trackers_parts parts = {diary->parts.store, diary->parts.view, car, diary->parts.zone};

    assert(signal_count(diary, car) + OWN_COUNT <= SERIES_PER_CAR);
    set_spacings(diary, car);
    diary->seen[car].garage = diary->seen[car].reachable = TRI_UNKNOWN;
    diary->seen[car].last_ms = INT64_MIN / 2;
    diary->trackers[car] = home_trackers_new(&parts, events, ctx);
    return diary->trackers[car] ? 0 : -1;
}

struct home_diary *home_diary_new(const struct home_diary_parts *parts,
                                  const struct home_trackers_events *events, void *ctx)
{
    struct home_diary *diary = calloc(1, sizeof(*diary));
    int rc = 0;

    if (!diary)
        return NULL;
    diary->parts = *parts;
    diary->changes = changes_new(STORE_SERIES_MAX, take_change, diary);
    rc = diary->changes ? 0 : -1;
    for (size_t car = 0; car < parts->view->car_count && rc == 0; car++)
        rc = add_car(diary, car, events, ctx);
    if (rc == 0)
        return diary;
    home_diary_free(diary);
    return NULL;
}

void home_diary_free(struct home_diary *diary)
{
    if (!diary)
        return;
    if (diary->changes && diary->has_begun)
        changes_flush(diary->changes);
    while (diary->waiting_count > 0 && has_room(diary))
        place_oldest(diary);
    changes_free(diary->changes);
    for (size_t car = 0; car < CONFIG_CAR_MAX; car++)
        home_trackers_free(diary->trackers[car]);
    free(diary);
}

/* ---- readings ---- */

/* The last moment to write: a car whose battery dies takes the dongle with it. */
static void watch_aux(struct home_diary *diary, size_t car, const struct state_value *value)
{
    struct seen *seen = &diary->seen[car];
    enum presence presence = diary->parts.view->cars[car].presence;
    bool at_rest = presence != PRESENCE_ON && presence != PRESENCE_DRIVING && presence != PRESENCE_CHARGING;

    if (!value->known || !at_rest)
        return;
    if (value->value < AUX_LOW_V && !seen->aux_is_low)
        store_flush(diary->parts.store);
    if (value->value < AUX_LOW_V || value->value >= AUX_WELL_V)
        seen->aux_is_low = value->value < AUX_LOW_V;
}

static void take_cells(struct home_diary *diary, size_t car, const struct state_value *value)
{
    const struct view_car *seen = &diary->parts.view->cars[car];
    int64_t utc_ms = (value->time_ns + diary->utc_minus_boot_ns) / NS_PER_MS;
    struct diary_cells cells = {.count = seen->element_count};

    if (!value->known || value->quality != QUALITY_OK || !diary->parts.view->clock_right)
        return;
    cells.at_ms = utc_ms > diary->seen[car].last_ms ? utc_ms : diary->seen[car].last_ms;
    for (size_t i = 0; i < cells.count; i++)
        cells.mv[i] =
            isnan(seen->elements[i]) ? DIARY_CELL_MISSING : (uint16_t)lround(seen->elements[i] * 1000);
    home_trackers_take_cells(diary->trackers[car], &cells);
}

void home_diary_take(struct home_diary *diary, size_t car, size_t signal)
{
    const struct view_car *seen = &diary->parts.view->cars[car];
    const struct state_value *value = &seen->values[signal];
    const struct signal *meaning = definition_signal(seen->definition, signal);
    double per_unit = (double)diary_steps_per_unit(meaning->resolution);

    if (signal == SIGNAL_CELLS)
        take_cells(diary, car, value);
    if (meaning->kind == SIGNAL_KIND_ARRAY || meaning->kind == SIGNAL_KIND_TEXT)
        return;
    if (value->quality == QUALITY_OLD)
        return; /* no new reading: its row is there, and was right when it was written */
    const struct change change = {
        .steps = value->known ? (int64_t)llround(value->value * per_unit) : 0,
        .boot_ns = value->time_ns,
        .known = value->known,
        .quality = (uint8_t)value->quality,
    };
    if (signal == SIGNAL_AUX_VOLTAGE)
        watch_aux(diary, car, value);
    changes_take(diary->changes, car * SERIES_PER_CAR + signal, &change);
}

/* ---- time ---- */

/* Where the trackers have passed no row may come any more. */
static void pass_time(struct home_diary *diary, size_t car, int64_t utc_ms)
{
    if (!home_trackers_are_live(diary->trackers[car]))
        return;
    home_trackers_pass(diary->trackers[car], utc_ms);
    if (diary->seen[car].last_ms < utc_ms)
        diary->seen[car].last_ms = utc_ms;
}

void home_diary_advance(struct home_diary *diary, int64_t boot_ns, int64_t utc_minus_boot_ns)
{
    int64_t utc_ms = (boot_ns + utc_minus_boot_ns) / NS_PER_MS;

    diary->utc_minus_boot_ns = utc_minus_boot_ns;
    if (!diary->has_begun) {
        diary->has_begun = true;
        diary->is_start = true;
        diary->start_ns = boot_ns;
    }
    home_diary_look(diary, boot_ns);
    changes_advance(diary->changes, boot_ns);
    if (!diary->parts.view->clock_right)
        return;
    for (size_t car = 0; car < diary->parts.view->car_count; car++)
        home_trackers_advance(diary->trackers[car], utc_ms);
    place_waiting(diary);
    for (size_t car = 0; car < diary->parts.view->car_count && diary->waiting_count == 0; car++)
        pass_time(diary, car, utc_ms - LAG_MS);
}

bool home_diary_is_done(const struct home_diary *diary)
{
    bool is_done = diary->waiting_count == 0;

    for (size_t car = 0; car < diary->parts.view->car_count; car++)
        is_done = is_done && home_trackers_are_live(diary->trackers[car]) &&
                  home_trackers_are_done(diary->trackers[car]);
    return is_done;
}

void home_diary_kept(struct home_diary *diary, const struct diary_entry *entry)
{
    for (size_t car = 0; car < diary->parts.view->car_count; car++)
        if (strcmp(diary->parts.view->cars[car].id, entry->car) == 0)
            home_trackers_kept(diary->trackers[car], entry);
}
