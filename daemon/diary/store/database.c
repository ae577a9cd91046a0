/* SQLite for readings. A reading's key is its time and its series in one integer, so rows are appended in
 * time order and a commit touches few pages (shared/anchors/LIBS.md 3: 16 bytes a row, a third of what a
 * keyed table writes). It does not decide what is worth a row, nor when to commit. */
#include "diary/store/database.h"

#include "diary/store/history.h"
#include "util/clock.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define DATABASE_APPLICATION_ID 0x67617261 /* "gara" */
#define DATABASE_SCHEMA         1

static const char schema_sql[] =
    "CREATE TABLE series(id INTEGER PRIMARY KEY, car TEXT NOT NULL, signal TEXT NOT NULL,"
    " unit TEXT NOT NULL, per_unit INTEGER NOT NULL, UNIQUE(car, signal)) STRICT;"
    "CREATE TABLE reading(key INTEGER PRIMARY KEY, steps INTEGER, quality INTEGER NOT NULL"
    ") STRICT;"
    "PRAGMA application_id = 0x67617261;"
    "PRAGMA user_version = 1;";

static const char pragma_sql[] =
    "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = OFF;"
    "PRAGMA cache_size = -512; PRAGMA temp_store = MEMORY; PRAGMA foreign_keys = ON;"
    "PRAGMA journal_size_limit = 4194304; PRAGMA busy_timeout = 2000;";

static int fail(const struct database *database, const char *what, struct err *err)
{
    return err_set(err, "%s: %s", what,
                   database->sqlite ? sqlite3_errmsg(database->sqlite) : "out of memory");
}

static int run(struct database *database, const char *sql, struct err *err)
{
    return sqlite3_exec(database->sqlite, sql, NULL, NULL, NULL) == SQLITE_OK ? 0 : fail(database, sql, err);
}

static int prepare(struct database *database, sqlite3_stmt **statement, const char *sql, struct err *err)
{
    int rc = sqlite3_prepare_v3(database->sqlite, sql, -1, SQLITE_PREPARE_PERSISTENT, statement, NULL);

    return rc == SQLITE_OK ? 0 : fail(database, sql, err);
}

static int prepare_all(struct database *database, struct err *err)
{
    if (prepare(database, &database->add_series,
                "INSERT INTO series(car, signal, unit, per_unit) VALUES(?1, ?2, ?3, ?4)"
                " ON CONFLICT(car, signal) DO UPDATE SET unit = ?3 RETURNING id, per_unit",
                err) ||
        prepare(database, &database->add_reading,
                "INSERT OR REPLACE INTO reading(key, steps, quality) VALUES(?, ?, ?)", err) ||
        prepare(database, &database->find_series,
                "SELECT id, per_unit FROM series WHERE car = ? AND signal = ?", err))
        return -1;
    return prepare(database, &database->scan,
                   "SELECT key, steps FROM reading WHERE key >= ?1 AND key < ?2 AND key & 4095 = ?3"
                   " AND steps IS NOT NULL ORDER BY key",
                   err);
}

static int read_integer(struct database *database, const char *sql, int64_t *value, struct err *err)
{
    sqlite3_stmt *statement = NULL;

    if (prepare(database, &statement, sql, err))
        return -1;
    int rc = sqlite3_step(statement);
    *value = rc == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : 0;
    sqlite3_finalize(statement);
    return rc == SQLITE_ROW ? 0 : fail(database, sql, err);
}

static int make_schema(struct database *database, struct err *err)
{
    if (run(database, "BEGIN IMMEDIATE", err))
        return -1;
    if (run(database, schema_sql, err) == 0 && run(database, "COMMIT", err) == 0)
        return 0;
    sqlite3_exec(database->sqlite, "ROLLBACK", NULL, NULL, NULL);
    return -1;
}

static int check_schema(struct database *database, struct err *err)
{
    int64_t version, application;

    if (read_integer(database, "PRAGMA user_version", &version, err) ||
        read_integer(database, "PRAGMA application_id", &application, err))
        return -1;
    if (version == 0 && application == 0)
        return make_schema(database, err);
    if (application != DATABASE_APPLICATION_ID)
        return err_set(err, "it is not garaged's (application_id %lld)", (long long)application);
    if (version != DATABASE_SCHEMA)
        return err_set(err, "its schema %lld is not the %d that this program knows", (long long)version,
                       DATABASE_SCHEMA);
    return 0;
}

static int try_open(struct database *database, const char *path, struct err *err)
{
    memset(database, 0, sizeof(*database));
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW;
    if (sqlite3_open_v2(path, &database->sqlite, flags, NULL) != SQLITE_OK)
        return fail(database, "open", err);
    sqlite3_extended_result_codes(database->sqlite, 1);
    if (run(database, pragma_sql, err) || check_schema(database, err))
        return -1;
    return prepare_all(database, err);
}

static bool is_damaged(const struct database *database)
{
    int code = database->sqlite ? sqlite3_errcode(database->sqlite) & 0xFF : 0;

    return code == SQLITE_CORRUPT || code == SQLITE_NOTADB;
}

/* The write-ahead log belongs to the damaged file: left behind it would be replayed into the new one. */
static void set_aside(const char *path, char *notice)
{
    char stamp[32], from[4096], to[4096];
    time_t now = (time_t)(clock_utc_ns() / NS_PER_S);
    struct tm utc;

    strftime(stamp, sizeof(stamp), "%Y%m%dT%H%M%SZ", gmtime_r(&now, &utc));
    static const char *const parts[] = {"", "-wal", "-shm"};
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        snprintf(from, sizeof(from), "%s%s", path, parts[i]);
        snprintf(to, sizeof(to), "%s.damaged-%s%s", path, stamp, parts[i]);
        if (rename(from, to) != 0 && errno != ENOENT)
            break;
    }
    snprintf(notice, ERR_TEXT_MAX, "%s was damaged, set aside as readings.db.damaged-%s", path, stamp);
}

int database_open(struct database *database, const char *path, char *notice, struct err *err)
{
    notice[0] = '\0';
    if (try_open(database, path, err) == 0)
        return 0;
    bool damaged = is_damaged(database);
    database_close(database);
    if (!damaged)
        return err_prefix(err, "%s: ", path);
    set_aside(path, notice);
    if (try_open(database, path, err) == 0)
        return 0;
    database_close(database);
    return err_prefix(err, "%s: ", path);
}

bool database_has_moved(const struct database *database)
{
    int moved = 0;

    return sqlite3_file_control(database->sqlite, "main", SQLITE_FCNTL_HAS_MOVED, &moved) == SQLITE_OK &&
           moved;
}

void database_close(struct database *database)
{
    sqlite3_finalize(database->add_series);
    sqlite3_finalize(database->add_reading);
    sqlite3_finalize(database->find_series);
    sqlite3_finalize(database->scan);
    sqlite3_close(database->sqlite);
    memset(database, 0, sizeof(*database));
}

int database_add_series(struct database *database, unsigned number, const struct store_series *series,
                        struct err *err)
{
    sqlite3_stmt *add = database->add_series;

    sqlite3_bind_text(add, 1, series->car, -1, SQLITE_STATIC);
    sqlite3_bind_text(add, 2, series->signal, -1, SQLITE_STATIC);
    sqlite3_bind_text(add, 3, series->unit, -1, SQLITE_STATIC);
    sqlite3_bind_int64(add, 4, series->per_unit);
    int rc = sqlite3_step(add);
    int64_t row = rc == SQLITE_ROW ? sqlite3_column_int64(add, 0) : 0;
    int64_t per_unit = rc == SQLITE_ROW ? sqlite3_column_int64(add, 1) : 0;
    if (rc != SQLITE_ROW)
        fail(database, "add a series", err);
    sqlite3_reset(add);
    if (rc != SQLITE_ROW)
        return -1;
    if (row >= STORE_SERIES_MAX || per_unit != series->per_unit)
        return err_set(err, "series %s of %s can't be kept (row %lld, %lld steps a unit)", series->signal,
                       series->car, (long long)row, (long long)per_unit);
    database->row_of_series[number] = row;
    return 0;
}

int database_add_reading(struct database *database, unsigned number, int64_t utc_ns, bool known,
                         int64_t steps, unsigned quality, struct err *err)
{
    sqlite3_stmt *add = database->add_reading;

    if (!database->in_transaction && run(database, "BEGIN IMMEDIATE", err))
        return -1;
    database->in_transaction = true;
    sqlite3_bind_int64(add, 1, history_key(utc_ns, database->row_of_series[number]));
    if (known)
        sqlite3_bind_int64(add, 2, steps);
    else
        sqlite3_bind_null(add, 2);
    sqlite3_bind_int64(add, 3, quality);
    int rc = sqlite3_step(add);
    if (rc != SQLITE_DONE)
        fail(database, "add a reading", err);
    sqlite3_reset(add);
    return rc == SQLITE_DONE ? 0 : -1;
}

int database_commit(struct database *database, struct err *err)
{
    if (!database->in_transaction)
        return 0;
    database->in_transaction = false;
    if (run(database, "COMMIT", err) == 0)
        return 0;
    sqlite3_exec(database->sqlite, "ROLLBACK", NULL, NULL, NULL);
    return -1;
}
