/* An import as long work of the store: another program's file into both databases. A second import of the
 * same file adds nothing, and one that was broken off goes on where it was: what is there already is left
 * alone, but for what an import before could only conclude from two logs. */
#ifndef DIARY_STORE_IMPORT_H
#define DIARY_STORE_IMPORT_H

#include "diary/diary.h"
#include "diary/store/work.h"

#define IMPORT_FILE_MAX  (16 * 1024 * 1024) /* bytes */
#define IMPORT_ROWS_MAX  20000              /* of one log: more than a day of one each five seconds */
#define IMPORT_ITEMS_MAX 8192               /* that follow from one log */

struct import_order {
    bool is_carwings; /* else LeafSpy */
    int fd;           /* a regular file; the work closes it */
    struct diary_settings settings;
    int64_t mm_per_unit; /* odometer of logs without header */
    bool has_zone;       /* where the car was is said; else logs need an epoch, tables are of settings.zone */
    struct zone zone;
    int64_t now_ms;
};

struct import_result {
    int64_t rows, rejected;
    int64_t later;                                     /* rows of a time that garaged itself watches */
    int64_t readings, charges, outings, health, cells; /* that were added */
    int64_t known;                                     /* items that the diary had */
};

/* NULL only without memory: the descriptor stays the caller's then. */
struct work *import_new(const struct import_order *order);

/* What came of it, also of one that failed. */
struct import_result import_result(const struct work *work);

#endif
