/* One car's trackers in the house: found again after a start from what the store kept, fed with rows, and
 * their entries brought to the card. What the card holds stands in the view. */
#ifndef HOME_TRACKERS_H
#define HOME_TRACKERS_H

#include "diary/diary.h"
#include "diary/store/store.h"
#include "export/view.h"

struct home_trackers;

#define HOME_TRACKERS_UNSENT_MAX 1024 /* entries that the store did not take yet */

/* All of it outlives the object. */
struct home_trackers_parts {
    struct store *store;
    struct view *view;
    size_t car; /* index in the view */
    const struct zone *zone;
};

struct home_trackers_events {
    /* A charge began or ended, an outing ended: on the card, and not long ago. */
    void (*kept)(void *ctx, size_t car, const struct diary_entry *entry);
    void (*changed)(void *ctx); /* view.sequence rose */
};

/* What trackers need to know of this car. */
struct diary_settings home_trackers_settings(const struct view_car *car, const struct zone *zone);

struct home_trackers *home_trackers_new(const struct home_trackers_parts *parts,
                                        const struct home_trackers_events *events, void *ctx);
void home_trackers_free(struct home_trackers *trackers);

/* Whether they hear rows now. If not, rows are held back while they catch up, which takes a moment; a diary
 * that has failed would take too long. */
bool home_trackers_are_live(const struct home_trackers *trackers);
bool home_trackers_hold_rows(const struct home_trackers *trackers);

/* A row that goes to the store at the same time. While they are not live it is read from there later. */
void home_trackers_take(struct home_trackers *trackers, const struct diary_row *row);
/* Cells are in no row: when the trackers are not live they are lost. */
void home_trackers_take_cells(struct home_trackers *trackers, const struct diary_cells *cells);

/* Whether every entry so far was taken by the store. */
bool home_trackers_are_done(const struct home_trackers *trackers);

/* Goes on with what takes time, the clock being right: resuming, sending entries. */
void home_trackers_advance(struct home_trackers *trackers, int64_t utc_ms);

/* All rows before this moment were taken: what ends by silence ends, and the open charge is shown. */
void home_trackers_pass(struct home_trackers *trackers, int64_t utc_ms);

/* Somebody else moves the anchor: until they are released nothing is concluded any more, and what was is
 * forgotten; then they begin again from what is on the card. */
void home_trackers_hold(struct home_trackers *trackers);
void home_trackers_release(struct home_trackers *trackers);

/* An entry of this car is on the card. */
void home_trackers_kept(struct home_trackers *trackers, const struct diary_entry *entry);

/* A person typed something into an item that is on the card: the view shows it. */
void home_trackers_typed(struct home_trackers *trackers, const struct diary_entry *entry);

/* Entries that were not told one by one are on the card: the sums are others. */
void home_trackers_changed(struct home_trackers *trackers);

#endif
