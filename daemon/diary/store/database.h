/* readings.db: opening, schema, and setting a damaged file aside. Runs on the store's thread only. */
#ifndef DIARY_STORE_DATABASE_H
#define DIARY_STORE_DATABASE_H

#include "diary/store/store.h"

#include <sqlite3.h>

struct database {
    sqlite3 *sqlite;
    sqlite3_stmt *add_series, *add_reading, *find_series, *scan;
    /* series number -> row in table `series`, 0 when not known yet */
    int64_t row_of_series[STORE_SERIES_MAX];
    bool in_transaction;
};

/* Opens PATH, makes or checks the schema and prepares the statements. A damaged file is renamed to
 * PATH.damaged-UTC and a new one begun; *notice then says so ("" otherwise, ERR_TEXT_MAX bytes). */
int database_open(struct database *database, const char *path, char *notice, struct err *err);

/* Whether PATH is another file by now, or none: what is written goes to nobody. */
bool database_has_moved(const struct database *database);

/* Closes what is open; an open transaction is rolled back unless it was committed. */
void database_close(struct database *database);

/* Writes what the readings of this number are. */
int database_add_series(struct database *database, unsigned number, const struct store_series *series,
                        struct err *err);

/* Adds a row inside the open transaction, beginning one if there is none. */
int database_add_reading(struct database *database, unsigned number, int64_t utc_ns, bool known,
                         int64_t steps, unsigned quality, struct err *err);

/* Makes the open transaction last; without one nothing happens. */
int database_commit(struct database *database, struct err *err);

#endif
