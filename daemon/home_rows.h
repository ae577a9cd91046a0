/* Rows on their way: to the store, and in the same order to the trackers. While the clock is not right or the
 * trackers catch up they wait with their CLOCK_BOOTTIME. */
#ifndef HOME_ROWS_H
#define HOME_ROWS_H

#include "diary/changes.h"
#include "home_trackers.h"

struct home_rows;

#define HOME_ROWS_WAITING_MAX    4096 /* when more wait the oldest give way */
#define HOME_ROWS_SERIES_PER_CAR (STORE_SERIES_MAX / CONFIG_CAR_MAX)
#define HOME_ROWS_OWN_COUNT      (DIARY_SIGNAL_END - DIARY_SIGNAL_PRESENCE)

/* All of it outlives the object. */
struct home_rows_parts {
    struct store *store;
    struct view *view;
    const struct zone *zone;
};

struct home_rows *home_rows_new(const struct home_rows_parts *parts,
                                const struct home_trackers_events *events, void *ctx);
/* What waits and has a time goes to the store. */
void home_rows_free(struct home_rows *rows);

/* The number of a series: of a signal of the car's definition, or of what is kept beside them. */
size_t home_rows_series(size_t car, size_t signal);
size_t home_rows_own_series(const struct home_rows *rows, size_t car, enum diary_signal signal);

/* Nobody listened before this moment; a row says so before the next one. */
void home_rows_begin(struct home_rows *rows, int64_t boot_ns);

/* A row of this series. */
void home_rows_add(struct home_rows *rows, size_t series, const struct change *change);
/* Cells at rest or not; their time is filled in. Those that come while rows wait are passed over. */
void home_rows_add_cells(struct home_rows *rows, size_t car, int64_t boot_ns, struct diary_cells *cells);

/* What waits of this car is not to be kept; and its trackers are held and released. */
void home_rows_forget(struct home_rows *rows, size_t car);
void home_rows_hold(struct home_rows *rows, size_t car);
void home_rows_release(struct home_rows *rows, size_t car);

/* Lets time pass; places what waited once it may. */
void home_rows_advance(struct home_rows *rows, int64_t boot_ns, int64_t utc_minus_boot_ns);

/* Whether rows were lost and now get through again; asked once a loss. */
bool home_rows_were_lost(struct home_rows *rows);

/* Whether nothing waits: neither rows for the clock or the trackers, nor entries for the card. */
bool home_rows_are_done(const struct home_rows *rows);

/* An entry is on the card. */
void home_rows_kept(struct home_rows *rows, const struct diary_entry *entry);

/* A person typed something into an item that is on the card. */
void home_rows_typed(struct home_rows *rows, const struct diary_entry *entry);

/* Entries that were not told one by one are on the card. */
void home_rows_changed(struct home_rows *rows);

#endif
