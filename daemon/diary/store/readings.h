/* readings.db: rows of readings, large and expendable. Runs on the store's thread only. */
#ifndef DIARY_STORE_READINGS_H
#define DIARY_STORE_READINGS_H

#include "diary/store/database.h"
#include "diary/store/store.h"

struct readings {
    struct database database;
    sqlite3_stmt *add_series, *add_reading, *find_series, *scan, *scan_all;
    /* series number -> row in table `series`, 0 when not known yet */
    int64_t row_of_series[STORE_SERIES_MAX];
};

/* As database_open. */
int readings_open(struct readings *readings, const char *folder, bool is_made_up, char *notice,
                  struct err *err);
void readings_close(struct readings *readings);

/* Writes what the readings of this number are. */
int readings_add_series(struct readings *readings, unsigned number, const struct store_series *series,
                        struct err *err);

/* Adds a row inside the open transaction, beginning one if there is none. */
int readings_add(struct readings *readings, unsigned number, int64_t utc_ns, bool known, int64_t steps,
                 unsigned quality, struct err *err);

/* A reading's key: milliseconds since 1970 above, the series' row in the lowest 12 bits. */
int64_t readings_key(int64_t utc_ms, int64_t series_row);
int64_t readings_key_ms(int64_t key);
int64_t readings_key_row(int64_t key);

/* STORE_ASK_ROWS. */
int readings_ask_rows(struct readings *readings, const struct store_question *question,
                      struct store_answer *answer, struct err *err);

#endif
