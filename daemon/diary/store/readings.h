/* readings.db: rows of readings and their roll-ups, large and expendable. Runs on the store's thread only. */
#ifndef DIARY_STORE_READINGS_H
#define DIARY_STORE_READINGS_H

#include "diary/store/check.h"
#include "diary/store/file.h"
#include "diary/store/rollup.h"
#include "diary/store/store.h"

#define READINGS_WAITING_MAX 16384 /* rows kept in memory while the file is in trouble; more are dropped */
#define READINGS_COMMIT      4096  /* rows that are worth a commit before the minute is over */

/* A row that is not on the card yet. */
struct readings_row {
    int64_t utc_ms, steps;
    uint16_t number; /* series */
    bool known;
    uint8_t quality;
};

struct readings {
    struct file file;
    struct rollup rollup;
    struct check check;
    int64_t check_ns; /* CLOCK_MONOTONIC: when its next slice is due */
    sqlite3_stmt *add_series, *add_reading, *find_series, *scan_raw, *scan_minutes, *scan_hours, *scan_all;
    struct store_series series[STORE_SERIES_MAX]; /* by number; car "" when not known */
    /* by number: its row in table `series`, and steps a unit there. Row 0: to be found out. */
    int64_t row_of_series[STORE_SERIES_MAX], per_unit_of_series[STORE_SERIES_MAX];
    struct readings_row *waiting;
    size_t waiting_count, waiting_room;
    size_t written; /* of these, how many are in the open transaction */
    uint64_t dropped;
};

/* NULL only without memory. The file is opened by its first file_write. */
struct readings *readings_new(const struct database_place *place);
void readings_free(struct readings *readings);

/* What the readings of this number are. */
void readings_add_series(struct readings *readings, unsigned number, const struct store_series *series);

/* Adds a row, which is on the card a minute later. */
void readings_add(struct readings *readings, const struct readings_row *row);

/* Brings what waits into the open transaction, so that questions see it. Without trouble only. */
void readings_bring(struct readings *readings);

/* Checks the next slice of the file if that is due. */
void readings_check(struct readings *readings);

/* A reading's key: milliseconds since 1970 above, the series' row in the lowest 12 bits. */
int64_t readings_key(int64_t time, int64_t series_row);
int64_t readings_key_time(int64_t key);
int64_t readings_key_row(int64_t key);

/* The same value with another number of steps a unit. */
int64_t readings_rescale(int64_t steps, int64_t from_per_unit, int64_t to_per_unit);

/* STORE_ASK_ROWS, STORE_ASK_READINGS. */
int readings_ask_rows(struct readings *readings, const struct store_question *question,
                      struct store_answer *answer, struct err *err);
int readings_ask(struct readings *readings, const struct store_question *question,
                 struct store_answer *answer, struct err *err);

#endif
