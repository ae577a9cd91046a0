/* What the files of an import share. Private to the store. */
#ifndef DIARY_STORE_IMPORT_PRIVATE_H
#define DIARY_STORE_IMPORT_PRIVATE_H

#include "diary/import/carwings.h"
#include "diary/import/leafspy_log.h"
#include "diary/store/entries.h"
#include "diary/store/import.h"
#include "diary/store/readings.h"

#define IMPORT_SLICE_NS INT64_C(20000000)

struct import {
    struct work work;
    struct import_order order;
    struct import_result result;
    enum import_phase {
        IMPORT_READ,
        IMPORT_PARSE,
        IMPORT_READINGS,
        IMPORT_TELL,
        IMPORT_ITEMS,
        IMPORT_END
    } phase;
    char *text;
    size_t size, len;
    struct csv csv;
    struct csv_row line;
    struct leafspy_layout leafspy;
    struct carwings_layout carwings;
    bool has_layout;
    /* what is later is garaged's own time: its trackers would hear the readings again after a restart */
    int64_t limit_ms, items_limit_ms;
    struct leafspy_row *rows; /* LeafSpy */
    size_t row_count, row_room, next_row;
    int64_t series[SIGNAL_VOCABULARY_COUNT]; /* rows of table `series`; 0: to be found out */
    int64_t per_unit[SIGNAL_VOCABULARY_COUNT];
    struct {
        bool is_set;
        int64_t steps, utc_ms;
    } last[SIGNAL_VOCABULARY_COUNT];
    struct diary_entry *items;
    size_t item_count, item_room, next_item;
    bool has_too_many_items;
};

/* ---- import_readings.c ---- */

/* Adds as many readings of the log as a slice has time for. 1: there are more, 0: all are there, -1 with err.
 */
int import_add_readings(struct import *import, struct readings *readings, struct err *err);

/* Where the car stood before the log, and the figures with which it was found after it; *count 0: it was not.
 */
int import_find_before(struct import *import, struct readings *readings, struct diary_anchor *anchor,
                       struct err *err);
int import_find_after(struct import *import, struct readings *readings,
                      struct diary_row found[LEAFSPY_SIGNALS_MAX], size_t *count, struct err *err);

/* The first reading of the car that garaged heard itself; INT64_MAX: there is none. */
int import_find_first(struct readings *readings, const char *car, int64_t *first_ms, struct err *err);

/* ---- import_items.c ---- */

/* Finds out from when on the diary is garaged's own. A car whose trackers never told anything gets that limit
 * as their beginning, so that they do not take the imported readings for what they watched. */
int import_find_limit(struct import *import, const struct work_place *place, struct err *err);

/* Adds the next items that the diary does not have. 1: there are more, 0: all are done, -1 with err. */
int import_add_items(struct import *import, struct entries *entries, struct err *err);

/* Remembers an item to be added; ctx is the import. */
void import_note(void *ctx, const struct diary_entry *entry);

/* ---- import_known.c ---- */

/* 1: the diary has it, or tells of that time itself; 0: it has not, or no more, for this log knows better; -1
 * with err. */
int import_is_known(const struct import *import, struct database *database, const struct diary_entry *entry,
                    struct err *err);

/* Which rows, [from, to), are to be told: where a log was cut within a drive or a charge, and the other part
 * overlaps it, what that told is told already. */
int import_find_untold(const struct import *import, struct database *database, size_t *from, size_t *to,
                       struct err *err);

#endif
