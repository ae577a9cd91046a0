/* A reading's key is its time and its series in one integer, so rows are appended in time order and a commit
 * touches few pages (shared/anchors/LIBS.md 3: 16 bytes a row, a third of what a keyed table writes). Does
 * not decide what is worth a row, nor when to commit. */
#include "diary/store/readings.h"

#include "util/core/time.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define KEY_SERIES_BITS 12

_Static_assert(STORE_SERIES_MAX == 1 << KEY_SERIES_BITS, "a series fits its bits of the key");

static const struct database_kind kind = {
    .name = "readings.db",
    .schema_sql = "CREATE TABLE IF NOT EXISTS series(id INTEGER PRIMARY KEY, car TEXT NOT NULL,"
                  " signal TEXT NOT NULL, unit TEXT NOT NULL, per_unit INTEGER NOT NULL,"
                  " UNIQUE(car, signal)) STRICT;"
                  "CREATE TABLE IF NOT EXISTS reading(key INTEGER PRIMARY KEY, steps INTEGER,"
                  " quality INTEGER NOT NULL) STRICT;",
    .lived_id = 0x67617261,   /* "gara" */
    .made_up_id = 0x64656d72, /* "demr" */
};

int64_t readings_key(int64_t utc_ms, int64_t series_row)
{
    return utc_ms * STORE_SERIES_MAX + series_row;
}

int64_t readings_key_ms(int64_t key)
{
    return (key - readings_key_row(key)) / STORE_SERIES_MAX;
}

int64_t readings_key_row(int64_t key)
{
    return key & (STORE_SERIES_MAX - 1);
}

static int prepare_all(struct readings *readings, struct err *err)
{
    struct database *database = &readings->database;

    readings->add_series =
        database_prepare(database,
                         "INSERT INTO series(car, signal, unit, per_unit) VALUES(?1, ?2, ?3, ?4)"
                         " ON CONFLICT(car, signal) DO UPDATE SET unit = ?3 RETURNING id, per_unit",
                         err);
    readings->add_reading = database_prepare(
        database, "INSERT OR REPLACE INTO reading(key, steps, quality) VALUES(?, ?, ?)", err);
    readings->find_series =
        database_prepare(database, "SELECT id, per_unit FROM series WHERE car = ? AND signal = ?", err);
    readings->scan =
        database_prepare(database,
                         "SELECT key, steps FROM reading WHERE key >= ?1 AND key < ?2 AND key & 4095 = ?3"
                         " AND steps IS NOT NULL ORDER BY key",
                         err);
    readings->scan_all =
        database_prepare(database, "SELECT key, steps, quality FROM reading WHERE key > ? ORDER BY key", err);
    return readings->add_series && readings->add_reading && readings->find_series && readings->scan &&
                   readings->scan_all
               ? 0
               : -1;
}

int readings_open(struct readings *readings, const char *folder, bool is_made_up, char *notice,
                  struct err *err)
{
    memset(readings, 0, sizeof(*readings));
    if (database_open(&readings->database, &kind, folder, is_made_up, notice, err))
        return -1;
    if (prepare_all(readings, err) == 0)
        return 0;
    readings_close(readings);
    return -1;
}

void readings_close(struct readings *readings)
{
    sqlite3_finalize(readings->add_series);
    sqlite3_finalize(readings->add_reading);
    sqlite3_finalize(readings->find_series);
    sqlite3_finalize(readings->scan);
    sqlite3_finalize(readings->scan_all);
    database_close(&readings->database);
    memset(readings, 0, sizeof(*readings));
}

int readings_add_series(struct readings *readings, unsigned number, const struct store_series *series,
                        struct err *err)
{
    sqlite3_stmt *add = readings->add_series;

    sqlite3_bind_text(add, 1, series->car, -1, SQLITE_STATIC);
    sqlite3_bind_text(add, 2, series->signal, -1, SQLITE_STATIC);
    sqlite3_bind_text(add, 3, series->unit, -1, SQLITE_STATIC);
    sqlite3_bind_int64(add, 4, series->per_unit);
    int rc = sqlite3_step(add);
    int64_t row = rc == SQLITE_ROW ? sqlite3_column_int64(add, 0) : 0;
    int64_t per_unit = rc == SQLITE_ROW ? sqlite3_column_int64(add, 1) : 0;
    if (rc != SQLITE_ROW)
        database_fail(&readings->database, "add a series", err);
    sqlite3_reset(add);
    if (rc != SQLITE_ROW)
        return -1;
    if (row >= STORE_SERIES_MAX || per_unit != series->per_unit)
        return err_set(err, "series %s of %s can't be kept (row %" PRId64 ", %" PRId64 " steps a unit)",
                       series->signal, series->car, row, per_unit);
    readings->row_of_series[number] = row;
    return 0;
}

int readings_add(struct readings *readings, unsigned number, int64_t utc_ns, bool known, int64_t steps,
                 unsigned quality, struct err *err)
{
    sqlite3_stmt *add = readings->add_reading;

    if (database_begin(&readings->database, err))
        return -1;
    sqlite3_bind_int64(add, 1, readings_key(utc_ns / NS_PER_MS, readings->row_of_series[number]));
    if (known)
        sqlite3_bind_int64(add, 2, steps);
    else
        sqlite3_bind_null(add, 2);
    sqlite3_bind_int64(add, 3, quality);
    return database_step(&readings->database, add, "add a reading", err);
}
