/* Minute and hour roll-ups of the readings, so that a chart of a year needs no year of rows. Hours are those
 * of UTC: local days have 23, 24, 24.5 or 25 of them. Runs on the store's thread only. */
#ifndef DIARY_STORE_ROLLUP_H
#define DIARY_STORE_ROLLUP_H

#include "diary/store/database.h"

#include <stddef.h>

#define ROLLUP_LATE_MAX  64 /* closed hours that got new rows and are not summed up again yet */
#define ROLLUP_STEP_MAX  48 /* hours closed in one go: those of an old file are caught up in pieces */
#define ROLLUP_MINUTE_MS INT64_C(60000)
#define ROLLUP_HOUR_MS   INT64_C(3600000)

struct rollup {
    struct database *database;
    sqlite3_stmt *clear_minutes, *sum_minutes, *clear_hour, *sum_hour, *next_row, *last_row;
    int64_t open_hour;             /* the first hour (of UTC, since 1970) that is not summed up */
    int64_t newest_hour;           /* of the rows; it stays open */
    int64_t late[ROLLUP_LATE_MAX]; /* hours */
    size_t late_count;
};

/* Prepares, and finds out how far the file is. */
int rollup_open(struct rollup *rollup, struct database *database, struct err *err);
void rollup_close(struct rollup *rollup);

/* The transaction was taken back: finds out again. */
int rollup_reload(struct rollup *rollup, struct err *err);

/* A row was added inside the open transaction. */
int rollup_note(struct rollup *rollup, int64_t utc_ms, struct err *err);

/* Sums up, inside the open transaction, what is late and what is over. Roll-ups of all hours before
 * open_hour are right then. */
int rollup_settle(struct rollup *rollup, struct err *err);

/* For a rebuild, inside the open transaction: what stands there of hours that are not over goes; *first_hour is
 * the first that has rows. */
int rollup_begin_again(struct rollup *rollup, int64_t *first_hour, struct err *err);

/* Sums up again the next hour from *hour on that has rows and is over, and sets *hour to the one after it. 0: there
 * is none any more; 1: there may be. Hours without rows keep what they have: their rows were let go. */
int rollup_next_again(struct rollup *rollup, int64_t *hour, struct err *err);

#endif
