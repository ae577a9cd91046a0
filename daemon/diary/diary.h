/* One car's trackers: contact, stay, charge, outing, battery health. They hear the readings that the store
 * keeps, in the order of time, and nothing else: so the diary follows from the readings, and hearing them
 * again after a restart leads to the same entries. Pure; UTC in, entries out. */
#ifndef DIARY_DIARY_H
#define DIARY_DIARY_H

#include "diary/item.h"
#include "util/core/zone.h"

struct diary;

/* What the trackers need to know of the car; constants of its definition, with their source there. */
struct diary_settings {
    char car[DIARY_CAR_BYTES];
    const struct zone *zone;       /* outlives the diary */
    int64_t wh_per_ah, wh_per_gid; /* DESIGN 4: 355 Wh/Ah, 80 Wh/GID */
    int64_t new_capacity_mah; /* stands in while no capacity was heard; 0: not known, energy stays unknown */
};

/* Called from diary_take, diary_advance and diary_end. An entry with id 0 is new; the store's answer comes
 * back by diary_kept. */
typedef void diary_entry_fn(void *ctx, const struct diary_entry *entry);

/* Where trackers stand that have heard nothing. With an at_ms they begin there, and what was before is none of
 * theirs: another car, or another battery. */
struct diary_anchor diary_first_anchor(void);

/* NULL only without memory. `anchor` as the store kept it (at_ms DIARY_NONE: a new diary), `open` the open
 * charge that belongs to it or NULL: readings after anchor->at_ms are to be given next. */
struct diary *diary_new(const struct diary_settings *settings, const struct diary_anchor *anchor,
                        const struct diary_charge *open, diary_entry_fn *fn, void *ctx);
void diary_free(struct diary *diary);

/* A clock that goes back further was wrong before: time begins again. */
#define DIARY_BACK_MS INT64_C(3600000)

/* A kept reading. Time that goes back by less counts as standing still. */
void diary_take(struct diary *diary, const struct diary_row *row);
void diary_take_cells(struct diary *diary, const struct diary_cells *cells);

/* Time passes without a reading: what ends by silence ends. About once a minute, and while replaying before
 * each row. */
void diary_advance(struct diary *diary, int64_t utc_ms);

/* The store gave the open charge this id. */
void diary_kept(struct diary *diary, int64_t charge_id);

/* The charge in progress with its sums so far, or NULL. */
const struct diary_charge *diary_open_charge(const struct diary *diary);

#endif
