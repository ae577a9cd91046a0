/* Opens files the way the card likes it (shared/anchors/LIBS.md 3). Knows no table: the kind brings its
 * schema. It does not decide when to commit, nor when to try again. */
#include "diary/store/database.h"

#include "util/clock.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define PATH_BYTES 4096

static const char pragma_sql[] =
    "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = OFF;"
    "PRAGMA cache_size = -512; PRAGMA temp_store = MEMORY; PRAGMA foreign_keys = ON;"
    "PRAGMA journal_size_limit = 4194304; PRAGMA busy_timeout = 2000;";

int database_fail(const struct database *database, const char *what, struct err *err)
{
    return err_set(err, "%s: %s", what,
                   database->sqlite ? sqlite3_errmsg(database->sqlite) : "out of memory");
}

int database_run(struct database *database, const char *sql, struct err *err)
{
    return sqlite3_exec(database->sqlite, sql, NULL, NULL, NULL) == SQLITE_OK
               ? 0
               : database_fail(database, sql, err);
}

sqlite3_stmt *database_prepare(struct database *database, const char *sql, struct err *err)
{
    sqlite3_stmt *statement = NULL;

    if (sqlite3_prepare_v3(database->sqlite, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL) !=
        SQLITE_OK)
        database_fail(database, sql, err);
    return statement;
}

int database_step(struct database *database, sqlite3_stmt *statement, const char *what, struct err *err)
{
    int rc = sqlite3_step(statement);

    if (rc != SQLITE_DONE)
        database_fail(database, what, err);
    sqlite3_reset(statement);
    return rc == SQLITE_DONE ? 0 : -1;
}

int database_begin(struct database *database, struct err *err)
{
    if (database->in_transaction)
        return 0;
    if (database_run(database, "BEGIN IMMEDIATE", err))
        return -1;
    database->in_transaction = true;
    return 0;
}

void database_rollback(struct database *database)
{
    if (database->in_transaction)
        sqlite3_exec(database->sqlite, "ROLLBACK", NULL, NULL, NULL);
    database->in_transaction = false;
}

int database_commit(struct database *database, struct err *err)
{
    if (!database->in_transaction)
        return 0;
    if (database_run(database, "COMMIT", err)) {
        database_rollback(database);
        return -1;
    }
    database->in_transaction = false;
    return 0;
}

/* The first column of the first row. */
static int read_integer(struct database *database, const char *sql, int64_t *value, struct err *err)
{
    sqlite3_stmt *statement = database_prepare(database, sql, err);

    if (!statement)
        return -1;
    int rc = sqlite3_step(statement);
    *value = rc == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : 0;
    if (rc != SQLITE_ROW)
        database_fail(database, sql, err);
    sqlite3_finalize(statement);
    return rc == SQLITE_ROW ? 0 : -1;
}

static int make_schema(struct database *database, int64_t application_id, struct err *err)
{
    char mark_sql[96];

    snprintf(mark_sql, sizeof(mark_sql), "PRAGMA application_id = %" PRId64 "; PRAGMA user_version = %d;",
             application_id, DATABASE_SCHEMA);
    if (database_begin(database, err))
        return -1;
    if (database_run(database, database->kind->schema_sql, err) == 0 &&
        database_run(database, mark_sql, err) == 0)
        return database_commit(database, err);
    database_rollback(database);
    return -1;
}

/* Whose file it is: ours, begun by us, or another's. */
static int check_mark(const struct database *database, int64_t application_id, bool is_made_up,
                      struct err *err)
{
    const struct database_kind *kind = database->kind;

    if (application_id == (is_made_up ? kind->made_up_id : kind->lived_id))
        return 0;
    if (application_id == kind->made_up_id)
        return err_set(err, "this diary is made up");
    if (application_id == kind->lived_id)
        return err_set(err, "this diary was lived: a made-up one needs its own folder");
    return err_set(err, "it is not garaged's (application_id %" PRId64 ")", application_id);
}

static int check_schema(struct database *database, bool is_made_up, struct err *err)
{
    const struct database_kind *kind = database->kind;
    int64_t version, application_id;

    if (read_integer(database, "PRAGMA user_version", &version, err) ||
        read_integer(database, "PRAGMA application_id", &application_id, err))
        return -1;
    if (version == 0 && application_id == 0)
        return make_schema(database, is_made_up ? kind->made_up_id : kind->lived_id, err);
    if (check_mark(database, application_id, is_made_up, err))
        return -1;
    if (version > DATABASE_SCHEMA)
        return err_set(err, "its schema %" PRId64 " is newer than the %d that this program knows", version,
                       DATABASE_SCHEMA);
    return database_run(database, kind->schema_sql, err); /* tables that a younger schema 1 lacks */
}

static int try_open(struct database *database, const char *path, bool is_made_up, struct err *err)
{
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW;

    if (sqlite3_open_v2(path, &database->sqlite, flags, NULL) != SQLITE_OK)
        return database_fail(database, "open", err);
    sqlite3_extended_result_codes(database->sqlite, 1);
    if (database_run(database, pragma_sql, err))
        return -1;
    return check_schema(database, is_made_up, err);
}

static bool is_damaged(const struct database *database)
{
    int code = database->sqlite ? sqlite3_errcode(database->sqlite) & 0xFF : 0;

    return code == SQLITE_CORRUPT || code == SQLITE_NOTADB;
}

/* The write-ahead log belongs to the damaged file: left behind it would be replayed into the new one. */
static void set_aside(const char *path, const char *name, char *notice)
{
    char stamp[32], from[PATH_BYTES + 8], to[PATH_BYTES + 64];
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
    snprintf(notice, ERR_TEXT_MAX, "%s was damaged, set aside as %s.damaged-%s", name, name, stamp);
}

int database_open(struct database *database, const struct database_kind *kind, const char *folder,
                  bool is_made_up, char *notice, struct err *err)
{
    char path[PATH_BYTES];

    notice[0] = '\0';
    *database = (struct database){.kind = kind};
    snprintf(path, sizeof(path), "%s/%s", folder, kind->name);
    if (try_open(database, path, is_made_up, err) == 0)
        return 0;
    bool damaged = is_damaged(database);
    database_close(database);
    if (damaged) {
        set_aside(path, kind->name, notice);
        if (try_open(database, path, is_made_up, err) == 0)
            return 0;
        database_close(database);
    }
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
    sqlite3_close(database->sqlite);
    database->sqlite = NULL;
    database->in_transaction = false;
}
