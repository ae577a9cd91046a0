/* access.db as a file: its tables, its versions, its copies; rows are store_rows.c's. Holds no session
 * identifier, token and password, only their hashes. Not written on the loop's thread: an SD card can stall a
 * commit for seconds. */
#include "access/store_private.h"
#include "util/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* A session's times count from the boot whose id stands beside them. */
static const char version_1[] =
    "BEGIN IMMEDIATE;"
    "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, hash TEXT NOT NULL,"
    "  role TEXT NOT NULL CHECK (role IN ('viewer', 'driver', 'admin'))) STRICT;"
    "CREATE TABLE sessions (hash BLOB PRIMARY KEY CHECK (length(hash) = 32),"
    "  user INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE, csrf TEXT NOT NULL,"
    "  boot TEXT NOT NULL, seen_boot_ns INTEGER NOT NULL, acted_boot_ns INTEGER NOT NULL)"
    "  STRICT, WITHOUT ROWID;"
    "PRAGMA application_id = 1734435171;"
    "PRAGMA user_version = 1;"
    "COMMIT;";

int access_store_fail(struct access_store *store, const char *what, struct err *err)
{
    return err_set(err, "%s: %s: %s", store->path, what, sqlite3_errmsg(store->db));
}

static const char version_2[] =
    "BEGIN IMMEDIATE;"
    "CREATE TABLE tokens (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE,"
    "  hash BLOB NOT NULL UNIQUE CHECK (length(hash) = 32),"
    "  role TEXT NOT NULL CHECK (role IN ('viewer', 'driver')),"
    "  scope TEXT NOT NULL CHECK (scope IN ('', 'read', 'metrics')),"
    "  made_utc_s INTEGER NOT NULL, ends_utc_s INTEGER NOT NULL,"
    "  used_utc_s INTEGER NOT NULL, used_from TEXT NOT NULL) STRICT;"
    "ALTER TABLE sessions ADD COLUMN opened_utc_s INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE sessions ADD COLUMN opened_from TEXT NOT NULL DEFAULT '';"
    "CREATE TABLE audit (id INTEGER PRIMARY KEY, utc_ms INTEGER NOT NULL, clock_right INTEGER NOT NULL,"
    "  is_ok INTEGER NOT NULL, who TEXT NOT NULL, origin TEXT NOT NULL, what TEXT NOT NULL,"
    "  detail TEXT NOT NULL, hash BLOB NOT NULL) STRICT;"
    "CREATE TABLE audit_head (one INTEGER PRIMARY KEY CHECK (one = 1), first_id INTEGER NOT NULL,"
    "  before_hash BLOB NOT NULL, last_id INTEGER NOT NULL, last_hash BLOB NOT NULL) STRICT;"
    "INSERT INTO audit_head VALUES (1, 1, zeroblob(32), 0, zeroblob(32));"
    "PRAGMA user_version = 2;"
    "COMMIT;";

static int run(struct access_store *store, const char *what, const char *sql, struct err *err)
{
    if (sqlite3_exec(store->db, sql, NULL, NULL, NULL) != SQLITE_OK)
        return access_store_fail(store, what, err);
    return 0;
}

/* The first column of the first row, as a number. */
static int read_number(struct access_store *store, const char *sql, int *number)
{
    sqlite3_stmt *statement = NULL;
    int rc = sqlite3_prepare_v2(store->db, sql, -1, &statement, NULL);

    if (rc == SQLITE_OK)
        rc = sqlite3_step(statement);
    *number = rc == SQLITE_ROW ? sqlite3_column_int(statement, 0) : 0;
    sqlite3_finalize(statement);
    return rc == SQLITE_ROW || rc == SQLITE_DONE ? 0 : -1;
}

static bool is_damaged(struct access_store *store)
{
    sqlite3_stmt *statement = NULL;
    int rc = sqlite3_prepare_v2(store->db, "PRAGMA quick_check(1)", -1, &statement, NULL);
    bool sound = true;

    if (rc == SQLITE_OK && (rc = sqlite3_step(statement)) == SQLITE_ROW)
        sound = strcmp((const char *)sqlite3_column_text(statement, 0), "ok") == 0;
    sqlite3_finalize(statement);
    return rc == SQLITE_CORRUPT || rc == SQLITE_NOTADB || !sound;
}

/* Renames the file and its companions to NAME.damaged-DATE. */
static int set_aside(struct access_store *store, char *notice, size_t notice_size, struct err *err)
{
    static const char *const companions[] = {"", "-wal", "-shm"};
    time_t now_s = (time_t)(clock_utc_ns() / NS_PER_S);
    struct tm tm;
    char date[32];

    gmtime_r(&now_s, &tm);
    strftime(date, sizeof(date), "%Y%m%dT%H%M%SZ", &tm);
    for (size_t i = 0; i < sizeof(companions) / sizeof(companions[0]); i++) {
        char from[PATH_MAX + 64];
        char to[PATH_MAX + 64];

        snprintf(from, sizeof(from), "%s%s", store->path, companions[i]);
        snprintf(to, sizeof(to), "%s.damaged-%s%s", store->path, date, companions[i]);
        if (rename(from, to) != 0 && errno != ENOENT)
            return err_set(err, "%s is damaged and can't be renamed: %s", from, strerror(errno));
    }
    snprintf(notice, notice_size,
             "access.db was damaged and is now access.db.damaged-%s; pair again to log in", date);
    return 0;
}

/* The file exists with mode 0600 before SQLite sees it; its companions take over the mode. */
static int create_private(const char *path, struct err *err)
{
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

    if (fd < 0)
        return err_set(err, "%s: %s", path, strerror(errno));
    if (fchmod(fd, 0600) != 0) {
        err_set(err, "%s: can't make it private: %s", path, strerror(errno));
        close(fd);
        return -1;
    }
    close(fd);
    return 0;
}

static int connect_file(struct access_store *store, struct err *err)
{
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW;

    if (create_private(store->path, err) != 0)
        return -1;
    if (sqlite3_open_v2(store->path, &store->db, flags, NULL) != SQLITE_OK)
        return access_store_fail(store, "open", err);
    sqlite3_db_config(store->db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
    sqlite3_db_config(store->db, SQLITE_DBCONFIG_ENABLE_VIEW, 0, NULL);
    sqlite3_db_config(store->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    sqlite3_busy_timeout(store->db, 1000);
    return 0;
}

static int copy_into(struct access_store *store, const char *path, struct err *err)
{
    sqlite3_stmt *statement;

    if (sqlite3_prepare_v2(store->db, "VACUUM INTO ?1", -1, &statement, NULL) != SQLITE_OK)
        return access_store_fail(store, "copy it", err);
    sqlite3_bind_text(statement, 1, path, -1, SQLITE_STATIC);
    int rc = sqlite3_step(statement);
    sqlite3_finalize(statement);
    return rc == SQLITE_DONE ? 0 : access_store_fail(store, "copy it", err);
}

/* Whole or not there, private like the file itself. */
static int copy_whole(struct access_store *store, const char *path, struct err *err)
{
    char part[PATH_MAX + 48];

    snprintf(part, sizeof(part), "%s.part", path);
    unlink(part);
    if (create_private(part, err) != 0 || copy_into(store, part, err) != 0 || rename(part, path) != 0) {
        unlink(part);
        return err_prefix(err, "%s: ", path);
    }
    return 0;
}

static int make_tables(struct access_store *store, struct err *err)
{
    return run(store, "make its tables", version_1, err) != 0 ? -1
                                                              : run(store, "make its tables", version_2, err);
}

/* As the file was stands beside it, once: access.db.version-1. Each version is one transaction. */
static int migrate(struct access_store *store, int version, struct err *err)
{
    char before[PATH_MAX + 32];

    snprintf(before, sizeof(before), "%s.version-%d", store->path, version);
    if (access(before, F_OK) != 0 && copy_whole(store, before, err) != 0)
        return -1;
    return run(store, "bring it to this version", version_2, err);
}

static int prepare_schema(struct access_store *store, struct err *err)
{
    int version, application;

    if (run(store, "prepare it",
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;"
            "PRAGMA cache_size = -64; PRAGMA journal_size_limit = 262144;",
            err) != 0)
        return -1;
    if (read_number(store, "PRAGMA user_version", &version) != 0 ||
        read_number(store, "PRAGMA application_id", &application) != 0)
        return access_store_fail(store, "read its version", err);
    if (version == 0 && application == 0)
        return make_tables(store, err);
    if (application != ACCESS_STORE_APPLICATION)
        return err_set(err, "%s: not a file of garaged", store->path);
    if (version > ACCESS_STORE_VERSION || version < 1)
        return err_set(err, "%s: made by a newer garaged (version %d, this one knows %d)", store->path,
                       version, ACCESS_STORE_VERSION);
    return version == ACCESS_STORE_VERSION ? 0 : migrate(store, version, err);
}

static void read_boot_id(char boot[ACCESS_STORE_BOOT_MAX])
{
    FILE *file = fopen("/proc/sys/kernel/random/boot_id", "re");

    boot[0] = '\0';
    if (file == NULL)
        return;
    if (fgets(boot, ACCESS_STORE_BOOT_MAX, file) == NULL)
        boot[0] = '\0';
    fclose(file);
}

static int open_and_check(struct access_store *store, struct access_snapshot *snapshot, struct err *err)
{
    if (connect_file(store, err) != 0)
        return -1;
    if (!is_damaged(store))
        return 0;
    sqlite3_close(store->db);
    store->db = NULL;
    if (set_aside(store, snapshot->notice, sizeof(snapshot->notice), err) != 0)
        return -1;
    return connect_file(store, err);
}

struct access_store *access_store_open(const char *folder, struct access_snapshot *snapshot, struct err *err)
{
    struct access_store *store = calloc(1, sizeof(*store));

    memset(snapshot, 0, sizeof(*snapshot));
    if (store == NULL) {
        err_set(err, "out of memory");
        return NULL;
    }
    snprintf(store->path, sizeof(store->path), "%s/access.db", folder);
    read_boot_id(store->boot);
    if (open_and_check(store, snapshot, err) != 0 || prepare_schema(store, err) != 0 ||
        access_rows_load(store, snapshot, err) != 0) {
        access_store_close(store);
        return NULL;
    }
    return store;
}

void access_store_close(struct access_store *store)
{
    if (store == NULL)
        return;
    sqlite3_close(store->db);
    free(store);
}

int access_store_apply(struct access_store *store, struct access_change *change, struct err *err)
{
    if (run(store, "begin", "BEGIN IMMEDIATE", err) != 0)
        return -1;
    if (access_rows_write(store, change, err) == 0 && run(store, "commit", "COMMIT", err) == 0)
        return 0;
    sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
    return -1;
}

int access_store_copy(struct access_store *store, const struct access_copy *copy, struct err *err)
{
    char part[COPIES_PATH_MAX];

    if (copies_begin(copy->folder, "access", part, err) != 0)
        return -1;
    if (copy_into(store, part, err) == 0 &&
        copies_end(copy->folder, "access", copy->day, copy->keep, err) == 0)
        return 0;
    unlink(part);
    return -1;
}
