/* Checks readings.db while it is in use, a slice at a time: it is too large to be checked before. Runs on the
 * store's thread only. */
#ifndef DIARY_STORE_CHECK_H
#define DIARY_STORE_CHECK_H

#include "diary/store/database.h"

#include <stddef.h>

#define CHECK_SLICE_ROWS 50000
#define CHECK_PAUSE_S    1 /* between slices */

struct check {
    size_t table;  /* which one is being read */
    int64_t after; /* its key up to which it was read */
    bool is_done;
};

/* Begins with the first table. */
void check_begin(struct check *check);

/* Reads the next rows. -1 when that fails: the database's trouble says what that means. */
int check_slice(struct check *check, struct database *database, struct err *err);

#endif
