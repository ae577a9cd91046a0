/* A reading's key is its time and its series in one integer, so rows are appended in time order and a commit
 * touches few pages (shared/anchors/LIBS.md 3: 16 bytes a row, a third of what a keyed table writes). Rows
 * stay in memory until their transaction was committed: a card that fails costs none of them. Does not decide
 * what is worth a row. */
#include "diary/store/readings.h"

#include "diary/store/views.h"
#include "util/clock.h"

#include <stdlib.h>
#include <string.h>

#define KEY_SERIES_BITS 12
#define ROW_UNKEEPABLE  INT64_MAX /* more series than the key has room for */

_Static_assert(STORE_SERIES_MAX == 1 << KEY_SERIES_BITS, "a series fits its bits of the key");

/* The key of a roll-up is the minute or hour of UTC since 1970 above, the series' row in the lowest 12 bits.
 */
static const char schema_sql[] =
    "CREATE TABLE IF NOT EXISTS series(id INTEGER PRIMARY KEY, car TEXT NOT NULL, signal TEXT NOT NULL,"
    " unit TEXT NOT NULL, per_unit INTEGER NOT NULL, UNIQUE(car, signal)) STRICT;"
    "CREATE TABLE IF NOT EXISTS reading_raw(key INTEGER PRIMARY KEY, steps INTEGER, quality INTEGER NOT NULL"
    ") STRICT;"
    "CREATE TABLE IF NOT EXISTS minute(key INTEGER PRIMARY KEY, n INTEGER NOT NULL, sum INTEGER NOT NULL,"
    " min INTEGER NOT NULL, max INTEGER NOT NULL) STRICT;"
    "CREATE TABLE IF NOT EXISTS hour(key INTEGER PRIMARY KEY, n INTEGER NOT NULL, sum INTEGER NOT NULL,"
    " min INTEGER NOT NULL, max INTEGER NOT NULL) STRICT;";

static const struct database_kind kind = {
    .name = "readings.db",
    .schema_sql = schema_sql,
    .views = views_readings,
    .lived_id = 0x67617261,   /* "gara" */
    .made_up_id = 0x64656d72, /* "demr" */
};

int64_t readings_key(int64_t time, int64_t series_row)
{
    return time * STORE_SERIES_MAX + series_row;
}

int64_t readings_key_time(int64_t key)
{
    return (key - readings_key_row(key)) / STORE_SERIES_MAX;
}

int64_t readings_key_row(int64_t key)
{
    return key & (STORE_SERIES_MAX - 1);
}

int64_t readings_rescale(int64_t steps, int64_t from_per_unit, int64_t to_per_unit)
{
    if (from_per_unit == to_per_unit)
        return steps;
    int64_t doubled = 2 * steps * to_per_unit;
    return (doubled + (doubled < 0 ? -from_per_unit : from_per_unit)) / (2 * from_per_unit);
}

static int prepare_all(struct readings *readings, struct err *err)
{
    struct statement {
        sqlite3_stmt **statement;
        const char *sql;
    } statements[] = {
        {&readings->add_series, "INSERT INTO series(car, signal, unit, per_unit) VALUES(?1, ?2, ?3, ?4)"
                                " ON CONFLICT(car, signal) DO UPDATE SET unit = ?3 RETURNING id, per_unit"},
        {&readings->add_reading, "INSERT OR REPLACE INTO reading_raw(key, steps, quality) VALUES(?, ?, ?)"},
        {&readings->find_series, "SELECT id, per_unit FROM series WHERE car = ? AND signal = ?"},
        {&readings->scan_raw,
         "SELECT key, 1, steps, steps, steps FROM reading_raw WHERE key >= ?1 AND key < ?2"
         " AND key & 4095 = ?3 AND steps IS NOT NULL ORDER BY key"},
        {&readings->scan_minutes, "SELECT key, n, sum, min, max FROM minute WHERE key >= ?1 AND key < ?2"
                                  " AND key & 4095 = ?3 ORDER BY key"},
        {&readings->scan_hours, "SELECT key, n, sum, min, max FROM hour WHERE key >= ?1 AND key < ?2"
                                " AND key & 4095 = ?3 ORDER BY key"},
        {&readings->scan_all, "SELECT key, steps, quality FROM reading_raw WHERE key > ? ORDER BY key"},
    };

    for (size_t i = 0; i < sizeof(statements) / sizeof(statements[0]); i++) {
        *statements[i].statement = database_prepare(&readings->file.database, statements[i].sql, err);
        if (!*statements[i].statement)
            return -1;
    }
    return 0;
}

static int opened(void *ctx, struct err *err)
{
    struct readings *readings = ctx;

    check_begin(&readings->check);
    readings->check_ns = clock_monotonic_ns() + CHECK_PAUSE_S * NS_PER_S;
    return prepare_all(readings, err) || rollup_open(&readings->rollup, &readings->file.database, err) ? -1
                                                                                                       : 0;
}

static void closing(void *ctx)
{
    struct readings *readings = ctx;
    sqlite3_stmt **statements[] = {&readings->add_series, &readings->add_reading,  &readings->find_series,
                                   &readings->scan_raw,   &readings->scan_minutes, &readings->scan_hours,
                                   &readings->scan_all};

    for (size_t i = 0; i < sizeof(statements) / sizeof(statements[0]); i++) {
        sqlite3_finalize(*statements[i]);
        *statements[i] = NULL;
    }
    rollup_close(&readings->rollup);
}

/* Rows of table `series` that were made in it are gone, too. */
static void undone(void *ctx)
{
    struct readings *readings = ctx;

    readings->written = 0;
    memset(readings->row_of_series, 0, sizeof(readings->row_of_series));
}

/* Fills row_of_series and per_unit_of_series. */
static int find_row(struct readings *readings, unsigned number, struct err *err)
{
    const struct store_series *series = &readings->series[number];
    sqlite3_stmt *add = readings->add_series;

    sqlite3_bind_text(add, 1, series->car, -1, SQLITE_STATIC);
    sqlite3_bind_text(add, 2, series->signal, -1, SQLITE_STATIC);
    sqlite3_bind_text(add, 3, series->unit, -1, SQLITE_STATIC);
    sqlite3_bind_int64(add, 4, series->per_unit);
    int rc = sqlite3_step(add);
    int64_t row = rc == SQLITE_ROW ? sqlite3_column_int64(add, 0) : 0;
    readings->row_of_series[number] = row < STORE_SERIES_MAX ? row : ROW_UNKEEPABLE;
    readings->per_unit_of_series[number] = rc == SQLITE_ROW ? sqlite3_column_int64(add, 1) : 1;
    if (rc != SQLITE_ROW)
        database_fail(&readings->file.database, "add a series", err);
    else
        rc = sqlite3_step(add); /* RETURNING: the row is there when the statement is done */
    sqlite3_reset(add);
    return rc == SQLITE_DONE ? 0 : -1;
}

static int insert_row(struct readings *readings, const struct readings_row *row, struct err *err)
{
    sqlite3_stmt *add = readings->add_reading;
    unsigned number = row->number;

    if (readings->row_of_series[number] == 0 && find_row(readings, number, err))
        return -1;
    if (readings->row_of_series[number] == ROW_UNKEEPABLE) {
        readings->dropped++;
        return 0;
    }
    sqlite3_bind_int64(add, 1, readings_key(row->utc_ms, readings->row_of_series[number]));
    sqlite3_bind_int64(add, 2,
                       readings_rescale(row->steps, readings->series[number].per_unit,
                                        readings->per_unit_of_series[number]));
    if (!row->known)
        sqlite3_bind_null(add, 2);
    sqlite3_bind_int64(add, 3, row->quality);
    if (database_step(&readings->file.database, add, "add a reading", err))
        return -1;
    return rollup_note(&readings->rollup, row->utc_ms, err);
}

static int bring(struct readings *readings, struct err *err)
{
    if (readings->written == 0 && readings->waiting_count > 0 && rollup_reload(&readings->rollup, err))
        return -1;
    if (readings->written < readings->waiting_count && database_begin(&readings->file.database, err))
        return -1;
    for (; readings->written < readings->waiting_count; readings->written++)
        if (insert_row(readings, &readings->waiting[readings->written], err))
            return -1;
    return readings->file.database.in_transaction ? rollup_settle(&readings->rollup, err) : 0;
}

static int write_waiting(void *ctx, struct err *err)
{
    struct readings *readings = ctx;

    if (bring(readings, err) || database_commit(&readings->file.database, err))
        return -1;
    readings->waiting_count = 0;
    readings->written = 0;
    return 0;
}

void readings_bring(struct readings *readings)
{
    struct err err;

    if (file_is_open(&readings->file) && readings->file.trouble == TROUBLE_NONE && bring(readings, &err))
        file_fail(&readings->file, &err);
}

void readings_check(struct readings *readings)
{
    struct file *file = &readings->file;
    int64_t now_ns = clock_monotonic_ns();
    struct err err;

    if (now_ns < readings->check_ns)
        return;
    if (file_is_open(file) && check_slice(&readings->check, &file->database, &err))
        file_fail(file, &err);
    bool goes_on = file_is_open(file) && !readings->check.is_done;
    readings->check_ns = goes_on ? now_ns + CHECK_PAUSE_S * NS_PER_S : FILE_NEVER_NS;
}

struct readings *readings_new(const struct database_place *place)
{
    static const struct file_owner owner = {opened, closing, write_waiting, undone};
    struct readings *readings = calloc(1, sizeof(*readings));

    if (!readings)
        return NULL;
    readings->check_ns = FILE_NEVER_NS;
    file_init(&readings->file, &kind, place, &owner, readings);
    return readings;
}

void readings_free(struct readings *readings)
{
    if (!readings)
        return;
    file_close(&readings->file);
    free(readings->waiting);
    free(readings);
}

void readings_add_series(struct readings *readings, unsigned number, const struct store_series *series)
{
    readings->series[number] = *series;
    readings->row_of_series[number] = 0;
}

static bool make_room(struct readings *readings)
{
    size_t room = readings->waiting_room ? 2 * readings->waiting_room : 256;

    if (readings->waiting_count < readings->waiting_room)
        return true;
    if (room > READINGS_WAITING_MAX)
        return false;
    struct readings_row *waiting = realloc(readings->waiting, room * sizeof(*waiting));
    if (!waiting)
        return false;
    readings->waiting = waiting;
    readings->waiting_room = room;
    return true;
}

void readings_add(struct readings *readings, const struct readings_row *row)
{
    if (readings->series[row->number].car[0] == '\0' || !make_room(readings)) {
        readings->dropped++;
        return;
    }
    readings->waiting[readings->waiting_count++] = *row;
    bool is_much = readings->waiting_count >= READINGS_COMMIT;
    file_want_write(&readings->file, clock_monotonic_ns() + (is_much ? 0 : STORE_COMMIT_SECONDS * NS_PER_S));
}
