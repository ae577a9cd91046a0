/* Opens files the way the card likes it (shared/anchors/LIBS.md 3). Knows no table: the kind brings its
 * schema. It does not decide when to commit, nor when to try again. */
#include "diary/store/database.h"

#include "diary/store/schema.h"
#include "diary/store/written.h"
#include "util/clock.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define PATH_BYTES  4096
#define BUSY_MS     1000 /* how long another program may hold a lock unnoticed */
#define ASIDE_BYTES (PATH_BYTES + 64)
#define ASIDE_MAX   100 /* damaged files of one second */

/* Small pages: a minute's rows fit into one or two, and whole pages are what goes to the card. */
static const char pragma_sql[] =
    "PRAGMA page_size = 1024; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
    "PRAGMA secure_delete = OFF; PRAGMA cache_size = -512; PRAGMA temp_store = MEMORY;"
    "PRAGMA foreign_keys = ON; PRAGMA journal_size_limit = 4194304;";

int database_fail(struct database *database, const char *what, struct err *err)
{
    database->trouble = trouble_find(database->sqlite);
    /* Of a long statement its beginning: what is wrong has to fit into the page's line. */
    return err_set(err, "%.80s: %s", what,
                   database->sqlite ? sqlite3_errmsg(database->sqlite) : "out of memory");
}

int database_run(struct database *database, const char *sql, const char *what, struct err *err)
{
    int rc = sqlite3_exec(database->sqlite, sql, NULL, NULL, NULL);

    return rc == SQLITE_OK ? 0 : database_fail(database, what, err);
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
    /* Without memory even a ROLLBACK fails: the transaction that was given up is still there. */
    if (!sqlite3_get_autocommit(database->sqlite) && database_run(database, "ROLLBACK", "ROLLBACK", err))
        return -1;
    if (database_run(database, "BEGIN IMMEDIATE", "BEGIN IMMEDIATE", err))
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
    if (database_run(database, "COMMIT", "COMMIT", err)) {
        database_rollback(database);
        return -1;
    }
    database->in_transaction = false;
    return 0;
}

int database_prove(struct database *database, struct err *err)
{
    char sql[48];

    snprintf(sql, sizeof(sql), "PRAGMA user_version = %d", DATABASE_SCHEMA);
    if (database_begin(database, err))
        return -1;
    if (database_run(database, sql, "write", err) == 0)
        return database_commit(database, err);
    database_rollback(database);
    return -1;
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

int database_refuse(struct database *database, enum trouble trouble, const char *why, struct err *err)
{
    database->trouble = trouble;
    return err_set(err, "%s", why);
}

/* Whose file it is: ours, the demo's, or another program's. */
static int check_mark(struct database *database, int64_t application_id, bool is_made_up, struct err *err)
{
    const struct database_kind *kind = database->kind;

    if (application_id == (is_made_up ? kind->made_up_id : kind->lived_id))
        return 0;
    if (application_id == kind->made_up_id)
        return database_refuse(database, TROUBLE_MADE_UP, "this diary is made up", err);
    if (application_id == kind->lived_id)
        return database_refuse(database, TROUBLE_MADE_UP, "this diary was lived, not made up", err);
    return database_refuse(database, TROUBLE_FOREIGN, "it is not garaged's", err);
}

/* A header of a format that is none yet: what garaged made had a known one. */
static int fail_to_begin(struct database *database)
{
    if (sqlite3_errcode(database->sqlite) == SQLITE_ERROR)
        database->trouble = TROUBLE_DAMAGED;
    return -1;
}

/* Nothing is written to a file before it is known to be ours. */
static int check_schema(struct database *database, bool is_made_up, struct err *err)
{
    int64_t id = is_made_up ? database->kind->made_up_id : database->kind->lived_id;
    int64_t version, application_id, things;

    if (read_integer(database, "SELECT count(*) FROM sqlite_schema", &things, err))
        return fail_to_begin(database);
    if (read_integer(database, "PRAGMA user_version", &version, err) ||
        read_integer(database, "PRAGMA application_id", &application_id, err))
        return -1;
    bool is_new = version == 0 && application_id == 0 && things == 0;
    if (!is_new && check_mark(database, application_id, is_made_up, err))
        return -1;
    if (version > DATABASE_SCHEMA)
        return database_refuse(database, TROUBLE_NEWER, "a newer garaged wrote it: it is only read", err);
    if (!is_new && version < 1)
        return database_refuse(database, TROUBLE_NEWER, "no garaged wrote its version number: it is only read",
                               err);
    if (database_run(database, pragma_sql, "settings", err))
        return -1;
    return schema_make(database, is_new, id, err);
}

static uint64_t failed_reads(const struct database *database)
{
    uint64_t count = 0;

    sqlite3_file_control(database->sqlite, "main", WRITTEN_FAILED_READS, &count);
    return count;
}

/* What PRAGMA integrity_check finds is no error of SQLite's: it is told as text, also that a page could not
 * be read, which does not make a file a damaged one. */
static int check_pages(struct database *database, struct err *err)
{
    sqlite3_stmt *check = database_prepare(database, "PRAGMA integrity_check(1)", err);
    uint64_t failed_before = failed_reads(database);

    if (!check)
        return -1;
    int rc = sqlite3_step(check);
    const char *found = rc == SQLITE_ROW ? (const char *)sqlite3_column_text(check, 0) : NULL;
    bool is_well = found && strcmp(found, "ok") == 0;
    if (rc != SQLITE_ROW)
        database_fail(database, "integrity_check", err);
    else if (!is_well && failed_reads(database) != failed_before)
        database_refuse(database, TROUBLE_IO, "integrity_check: a page can't be read", err);
    else if (!is_well)
        database_refuse(database, TROUBLE_DAMAGED, found ? found : "integrity_check", err);
    sqlite3_finalize(check);
    return is_well ? 0 : -1;
}

static void find_path(const struct database_kind *kind, const struct database_place *place, char *path)
{
    snprintf(path, PATH_BYTES, "%s/%s", place->folder, kind->name);
}

static int try_open(struct database *database, const struct database_place *place, struct err *err)
{
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW;
    char path[PATH_BYTES];

    find_path(database->kind, place, path);
    if (sqlite3_open_v2(path, &database->sqlite, flags, place->vfs) != SQLITE_OK)
        return database_fail(database, "open", err);
    sqlite3_extended_result_codes(database->sqlite, 1);
    sqlite3_busy_timeout(database->sqlite, BUSY_MS);
    if (check_schema(database, place->is_made_up, err))
        return -1;
    return schema_check(database, err) || (database->kind->check_first && check_pages(database, err)) ? -1
                                                                                                      : 0;
}

int database_open(struct database *database, const struct database_kind *kind,
                  const struct database_place *place, struct err *err)
{
    *database = (struct database){.kind = kind};
    if (try_open(database, place, err) == 0)
        return 0;
    if (database->trouble == TROUBLE_NEWER)
        sqlite3_exec(database->sqlite, "PRAGMA query_only = 1", NULL, NULL, NULL);
    else
        database_close(database);
    return -1;
}

/* A name that no file has: what was set aside is never overwritten. */
static void find_aside(const char *path, char *aside)
{
    time_t now = (time_t)(clock_utc_ns() / NS_PER_S);
    struct tm utc;
    char stamp[32];

    strftime(stamp, sizeof(stamp), "%Y%m%dT%H%M%SZ", gmtime_r(&now, &utc));
    snprintf(aside, ASIDE_BYTES, "%s.damaged-%s", path, stamp);
    for (int i = 2; access(aside, F_OK) == 0 && i <= ASIDE_MAX; i++)
        snprintf(aside, ASIDE_BYTES, "%s.damaged-%s-%d", path, stamp, i);
}

/* The write-ahead log belongs to the damaged file: left behind it would be replayed into the new one. */
int database_set_aside(const struct database_kind *kind, const struct database_place *place, struct err *told)
{
    static const char *const parts[] = {"-wal", "-shm", ""};
    char path[PATH_BYTES], aside[ASIDE_BYTES], from[PATH_BYTES + 8], to[ASIDE_BYTES + 8];

    find_path(kind, place, path);
    find_aside(path, aside);
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        snprintf(from, sizeof(from), "%s%s", path, parts[i]);
        snprintf(to, sizeof(to), "%s%s", aside, parts[i]);
        if (rename(from, to) != 0 && errno != ENOENT)
            return err_set(told, "%s damaged: it can't be set aside: %s", kind->name, strerror(errno));
    }
    err_set(told, "%s was damaged: set aside as %s%s", kind->name, strrchr(aside, '/') + 1,
            kind->advice ? kind->advice : "");
    return 0;
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
