/* Gives rows their time and their order and hands them to both. Decides nothing about them. */
#include "home_rows.h"

#include "util/core/time.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LATE_MS 20000 /* what was heard so long before is no news: a car is silent for 30 s before it rests */
#define LAG_MS  2000  /* rows may come so long after their time */

struct waiting {
    size_t series;
    struct change change;
};

struct home_rows {
    struct home_rows_parts parts;
    struct home_trackers *trackers[CONFIG_CAR_MAX];
    int64_t last_ms[CONFIG_CAR_MAX];     /* the last row that the trackers of the car heard */
    int64_t series_ms[STORE_SERIES_MAX]; /* the last row of this series */
    bool is_known[STORE_SERIES_MAX]; /* the store was told of this series */
    int64_t utc_minus_boot_ns;
    struct waiting waiting[HOME_ROWS_WAITING_MAX];
    size_t waiting_first, waiting_count;
    bool is_start; /* nobody listened before start_ns, which no row tells yet */
    int64_t start_ns;
    bool has_lost;    /* rows */
    uint64_t dropped; /* store_dropped() at the last look */
    bool has_dropped; /* the store, and does not take rows again yet */
};

/* ---- series: a car's signals, then what is kept beside them ---- */

static const char *const own_names[] = {"presence", "reachable", "garage", "wall_energy", "wall_power"}; /* enum diary_signal */

static size_t signal_count(const struct home_rows *rows, size_t car)
{
    return definition_signal_count(rows->parts.view->cars[car].definition);
}

size_t home_rows_series(size_t car, size_t signal)
{
    return car * HOME_ROWS_SERIES_PER_CAR + signal;
}

size_t home_rows_own_series(const struct home_rows *rows, size_t car, enum diary_signal signal)
{
    return car * HOME_ROWS_SERIES_PER_CAR + signal_count(rows, car) + (signal - DIARY_SIGNAL_PRESENCE);
}

/* As the trackers call it, or DIARY_SIGNAL_END: they don't hear raw signals. */
static unsigned tracked_signal(const struct home_rows *rows, size_t series)
{
    size_t count = signal_count(rows, series / HOME_ROWS_SERIES_PER_CAR);
    size_t index = series % HOME_ROWS_SERIES_PER_CAR;

    if (index >= count)
        return (unsigned)(DIARY_SIGNAL_PRESENCE + index - count);
    return index < SIGNAL_VOCABULARY_COUNT ? (unsigned)index : DIARY_SIGNAL_END;
}

static void introduce_own(struct store_series *row, unsigned signal)
{
    snprintf(row->signal, sizeof(row->signal), "%s", own_names[signal - DIARY_SIGNAL_PRESENCE]);
    if (signal != DIARY_SIGNAL_WALL_ENERGY && signal != DIARY_SIGNAL_WALL_POWER)
        return;
    row->per_unit = 1000;
    snprintf(row->unit, sizeof(row->unit), "%s", signal == DIARY_SIGNAL_WALL_ENERGY ? "kWh" : "kW");
}

static void introduce_series(struct home_rows *rows, size_t series)
{
    const struct view_car *car = &rows->parts.view->cars[series / HOME_ROWS_SERIES_PER_CAR];
    size_t index = series % HOME_ROWS_SERIES_PER_CAR;
    size_t count = definition_signal_count(car->definition);
    struct store_series row = {.per_unit = 1};

    snprintf(row.car, sizeof(row.car), "%s", car->id);
    if (index < count) {
        const struct signal *signal = definition_signal(car->definition, index);
        row.per_unit = diary_steps_per_unit(signal->resolution);
        snprintf(row.signal, sizeof(row.signal), "%s", signal->name);
        snprintf(row.unit, sizeof(row.unit), "%s", signal->unit);
    } else {
        introduce_own(&row, DIARY_SIGNAL_PRESENCE + (unsigned)(index - count));
    }
    rows->is_known[series] = store_add_series(rows->parts.store, (unsigned)series, &row) == 0;
}

/* ---- rows ---- */

/* To the trackers time does not go back, so it may not in the file from which they are resumed; but a clock
 * that was wrong by more than DIARY_BACK_MS begins again. The row by which listening begins has its instant
 * to itself. */
static int64_t in_order(int64_t *last_ms, int64_t utc_ms, bool is_start)
{
    if (utc_ms < *last_ms && *last_ms - utc_ms <= DIARY_BACK_MS)
        utc_ms = *last_ms;
    if (is_start && utc_ms == *last_ms)
        utc_ms++;
    *last_ms = utc_ms + is_start;
    return utc_ms;
}

/* While the clock shows a second again all rows have one time; of one series they would be one row. */
static void apart_from_last(int64_t *series_ms, int64_t *last_ms, struct diary_row *row)
{
    row->utc_ms += row->utc_ms == *series_ms;
    *series_ms = row->utc_ms;
    if (*last_ms < row->utc_ms)
        *last_ms = row->utc_ms;
}

/* What comes long after its time is kept as old: so the trackers pass it over, also when they read it from
 * the file in its place. */
static void place_tracked(struct home_rows *rows, size_t series, struct diary_row *row)
{
    size_t car = series / HOME_ROWS_SERIES_PER_CAR;
    int64_t *last_ms = &rows->last_ms[car];

    if (row->utc_ms < *last_ms - LATE_MS && row->utc_ms >= *last_ms - DIARY_BACK_MS)
        row->quality = QUALITY_OLD;
    else
        row->utc_ms = in_order(last_ms, row->utc_ms, row->signal == DIARY_SIGNAL_REACHABLE && !row->known);
    apart_from_last(&rows->series_ms[series], last_ms, row);
    store_add_reading(rows->parts.store, (unsigned)series, row->utc_ms * NS_PER_MS, row->known, row->steps,
                      row->quality);
    home_trackers_take(rows->trackers[car], row);
}

static void place(struct home_rows *rows, size_t series, const struct change *change)
{
    int64_t utc_ns = change->boot_ns + rows->utc_minus_boot_ns;
    struct diary_row row = {.signal = tracked_signal(rows, series),
                            .utc_ms = utc_ns / NS_PER_MS,
                            .known = change->known,
                            .quality = change->quality,
                            .steps = change->steps};

    if (!rows->is_known[series])
        introduce_series(rows, series);
    if (!rows->is_known[series])
        return;
    if (row.signal == DIARY_SIGNAL_END)
        store_add_reading(rows->parts.store, (unsigned)series, utc_ns, row.known, row.steps, row.quality);
    else
        place_tracked(rows, series, &row);
}

/* The row by which listening begins, first. */
static void place_next(struct home_rows *rows, size_t series, const struct change *change)
{
    const struct change start = {.boot_ns = rows->start_ns};

    for (size_t car = 0; car < rows->parts.view->car_count && rows->is_start; car++)
        place(rows, home_rows_own_series(rows, car, DIARY_SIGNAL_REACHABLE), &start);
    rows->is_start = false;
    place(rows, series, change);
}

/* ---- waiting ---- */

static bool has_room(const struct home_rows *rows)
{
    return rows->parts.view->clock_right && store_waiting(rows->parts.store) < STORE_QUEUE_MAX / 2;
}

static bool may_place(const struct home_rows *rows)
{
    if (!has_room(rows))
        return false;
    for (size_t car = 0; car < rows->parts.view->car_count; car++)
        if (home_trackers_hold_rows(rows->trackers[car]))
            return false;
    return true;
}

static void place_oldest(struct home_rows *rows)
{
    const struct waiting oldest = rows->waiting[rows->waiting_first];

    rows->waiting_first = (rows->waiting_first + 1) % HOME_ROWS_WAITING_MAX;
    rows->waiting_count--;
    place_next(rows, oldest.series, &oldest.change);
}

/* When there are too many the oldest goes where the trackers can read it later; without a clock it is lost.
 */
static void make_room(struct home_rows *rows)
{
    if (rows->waiting_count < HOME_ROWS_WAITING_MAX)
        return;
    if (has_room(rows)) {
        place_oldest(rows);
        return;
    }
    home_rows_begin(rows, rows->waiting[rows->waiting_first].change.boot_ns);
    rows->has_lost = true;
    rows->waiting_first = (rows->waiting_first + 1) % HOME_ROWS_WAITING_MAX;
    rows->waiting_count--;
}

static void keep_waiting(struct home_rows *rows, size_t series, const struct change *change)
{
    make_room(rows);
    size_t last = (rows->waiting_first + rows->waiting_count++) % HOME_ROWS_WAITING_MAX;
    rows->waiting[last] = (struct waiting){series, *change};
}

void home_rows_add(struct home_rows *rows, size_t series, const struct change *change)
{
    if (rows->waiting_count == 0 && may_place(rows))
        place_next(rows, series, change);
    else
        keep_waiting(rows, series, change);
}

/* As many as the store takes: more are waiting than its queue holds. */
static void place_waiting(struct home_rows *rows)
{
    while (rows->waiting_count > 0 && may_place(rows))
        place_oldest(rows);
}

void home_rows_forget(struct home_rows *rows, size_t car)
{
    size_t count = rows->waiting_count;

    rows->waiting_count = 0;
    for (size_t i = 0; i < count; i++) {
        const struct waiting row = rows->waiting[(rows->waiting_first + i) % HOME_ROWS_WAITING_MAX];
        size_t last = (rows->waiting_first + rows->waiting_count) % HOME_ROWS_WAITING_MAX;
        if (row.series / HOME_ROWS_SERIES_PER_CAR == car)
            continue;
        rows->waiting[last] = row;
        rows->waiting_count++;
    }
}

void home_rows_hold(struct home_rows *rows, size_t car)
{
    home_trackers_hold(rows->trackers[car]);
}

void home_rows_release(struct home_rows *rows, size_t car)
{
    home_trackers_release(rows->trackers[car]);
}

void home_rows_begin(struct home_rows *rows, int64_t boot_ns)
{
    rows->is_start = true;
    rows->start_ns = boot_ns;
}

void home_rows_add_cells(struct home_rows *rows, size_t car, int64_t boot_ns, struct diary_cells *cells)
{
    if (!rows->parts.view->clock_right || rows->waiting_count > 0) /* what waits comes first; cells come again */
        return;
    cells->at_ms = in_order(&rows->last_ms[car], (boot_ns + rows->utc_minus_boot_ns) / NS_PER_MS, false);
    home_trackers_take_cells(rows->trackers[car], cells);
}

/* ---- making ---- */

static int add_car(struct home_rows *rows, size_t car, const struct home_trackers_events *events, void *ctx)
{
    const struct home_trackers_parts parts = {rows->parts.store, rows->parts.view, car, rows->parts.zone};

    assert(signal_count(rows, car) + HOME_ROWS_OWN_COUNT <= HOME_ROWS_SERIES_PER_CAR);
    rows->last_ms[car] = INT64_MIN / 2;
    rows->trackers[car] = home_trackers_new(&parts, events, ctx);
    return rows->trackers[car] ? 0 : -1;
}

struct home_rows *home_rows_new(const struct home_rows_parts *parts,
                                const struct home_trackers_events *events, void *ctx)
{
    struct home_rows *rows = calloc(1, sizeof(*rows));

    if (!rows)
        return NULL;
    rows->parts = *parts;
    for (size_t car = 0; car < parts->view->car_count; car++) {
        if (add_car(rows, car, events, ctx) == 0)
            continue;
        home_rows_free(rows);
        return NULL;
    }
    return rows;
}

void home_rows_free(struct home_rows *rows)
{
    if (!rows)
        return;
    while (rows->waiting_count > 0 && has_room(rows))
        place_oldest(rows);
    for (size_t car = 0; car < CONFIG_CAR_MAX; car++)
        home_trackers_free(rows->trackers[car]);
    free(rows);
}

/* ---- time ---- */

/* Where the trackers have passed no row may come any more. */
static void pass_time(struct home_rows *rows, size_t car, int64_t utc_ms)
{
    if (!home_trackers_are_live(rows->trackers[car]))
        return;
    home_trackers_pass(rows->trackers[car], utc_ms);
    if (rows->last_ms[car] < utc_ms)
        rows->last_ms[car] = utc_ms;
}

/* What the store had to drop is in no row. A row tells so when rows get through again: the trackers, who
 * heard them, are not told at each that nobody listened. */
static void watch_store(struct home_rows *rows, int64_t boot_ns)
{
    uint64_t dropped = store_dropped(rows->parts.store);

    rows->has_dropped = rows->has_dropped || dropped != rows->dropped;
    rows->dropped = dropped;
    if (!rows->has_dropped || !store_has_room(rows->parts.store))
        return;
    rows->has_dropped = false;
    rows->has_lost = true;
    home_rows_begin(rows, boot_ns);
}

void home_rows_advance(struct home_rows *rows, int64_t boot_ns, int64_t utc_minus_boot_ns)
{
    int64_t utc_ms = (boot_ns + utc_minus_boot_ns) / NS_PER_MS;

    rows->utc_minus_boot_ns = utc_minus_boot_ns;
    watch_store(rows, boot_ns);
    if (!rows->parts.view->clock_right)
        return;
    for (size_t car = 0; car < rows->parts.view->car_count; car++)
        home_trackers_advance(rows->trackers[car], utc_ms);
    place_waiting(rows);
    for (size_t car = 0; car < rows->parts.view->car_count && rows->waiting_count == 0; car++)
        pass_time(rows, car, utc_ms - LAG_MS);
}

bool home_rows_were_lost(struct home_rows *rows)
{
    if (!rows->has_lost || rows->waiting_count > 0 || !may_place(rows))
        return false;
    rows->has_lost = false;
    return true;
}

bool home_rows_are_done(const struct home_rows *rows)
{
    bool is_done = rows->waiting_count == 0;

    for (size_t car = 0; car < rows->parts.view->car_count; car++)
        is_done = is_done && home_trackers_are_live(rows->trackers[car]) &&
                  home_trackers_are_done(rows->trackers[car]);
    return is_done;
}

void home_rows_kept(struct home_rows *rows, const struct diary_entry *entry)
{
    for (size_t car = 0; car < rows->parts.view->car_count; car++)
        if (strcmp(rows->parts.view->cars[car].id, entry->car) == 0)
            home_trackers_kept(rows->trackers[car], entry);
}

void home_rows_typed(struct home_rows *rows, const struct diary_entry *entry)
{
    for (size_t car = 0; car < rows->parts.view->car_count; car++)
        if (strcmp(rows->parts.view->cars[car].id, entry->car) == 0)
            home_trackers_typed(rows->trackers[car], entry);
}

void home_rows_changed(struct home_rows *rows)
{
    for (size_t car = 0; car < rows->parts.view->car_count; car++)
        home_trackers_changed(rows->trackers[car]);
}
