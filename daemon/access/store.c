/* access.db. Holds no session identifier and no password, only their hashes. What other rooms need to keep
 * (tokens, audit) comes as a next user_version. Not written on the loop's thread: an SD card can stall a
 * commit for seconds. */
#include "access/store.h"
#include "util/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

struct access_store {
    sqlite3 *db;
    char path[PATH_MAX];
    char boot[ACCESS_STORE_BOOT_MAX];
};

/* A session's times count from the boot whose id stands beside them. */
static const char schema[] =
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

static int fail(struct access_store *store, const char *what, struct err *err)
{
    return err_set(err, "%s: %s: %s", store->path, what, sqlite3_errmsg(store->db));
}

static int run(struct access_store *store, const char *what, const char *sql, struct err *err)
{
    if (sqlite3_exec(store->db, sql, NULL, NULL, NULL) != SQLITE_OK)
        return fail(store, what, err);
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
        return fail(store, "open", err);
    sqlite3_db_config(store->db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
    sqlite3_db_config(store->db, SQLITE_DBCONFIG_ENABLE_VIEW, 0, NULL);
    sqlite3_db_config(store->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    sqlite3_busy_timeout(store->db, 1000);
    return 0;
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
        return fail(store, "read its version", err);
    if (version == 0 && application == 0)
        return run(store, "make its tables", schema, err);
    if (application != ACCESS_STORE_APPLICATION)
        return err_set(err, "%s: not a file of garaged", store->path);
    if (version != ACCESS_STORE_VERSION)
        return err_set(err, "%s: made by a newer garaged (version %d, this one knows %d)", store->path,
                       version, ACCESS_STORE_VERSION);
    return 0;
}

static void copy_text(char *to, size_t size, sqlite3_stmt *statement, int column)
{
    const char *text = (const char *)sqlite3_column_text(statement, column);

    snprintf(to, size, "%s", text == NULL ? "" : text);
}

static void load_user(const struct access_store *store, struct access_snapshot *snapshot,
                      sqlite3_stmt *statement)
{
    (void)store;
    struct user user = {.id = sqlite3_column_int64(statement, 0)};
    char role[16];

    copy_text(user.name, sizeof(user.name), statement, 1);
    copy_text(user.hash, sizeof(user.hash), statement, 2);
    copy_text(role, sizeof(role), statement, 3);
    user.role = (enum access_role)access_role_parse(role);
    if (user.id > 0 && user.role != 0)
        users_put(&snapshot->users, &user);
}

/* A session of another boot starts its idle time anew, without the rights that wear off: the time while the
 * machine was off can't be known before the clock is right. */
static void load_session(const struct access_store *store, struct access_snapshot *snapshot,
                         sqlite3_stmt *statement)
{
    const unsigned char *hash = sqlite3_column_blob(statement, 0);
    int64_t user = sqlite3_column_int64(statement, 1);
    char csrf[SECRET_TEXT];
    char boot[ACCESS_STORE_BOOT_MAX];
    bool same_boot;
    struct session *session;

    copy_text(csrf, sizeof(csrf), statement, 2);
    copy_text(boot, sizeof(boot), statement, 3);
    if (sqlite3_column_bytes(statement, 0) != SECRET_BYTES || users_get(&snapshot->users, user) == NULL)
        return;
    same_boot = strcmp(boot, store->boot) == 0;
    session = sessions_add(&snapshot->sessions, user, hash, csrf, 0);
    session->seen_ns = same_boot ? sqlite3_column_int64(statement, 4) : 0;
    session->acted_ns = same_boot ? sqlite3_column_int64(statement, 5) : TIME_NONE;
    session->kept_ns = same_boot ? session->seen_ns : TIME_NONE;
}

typedef void load_fn(const struct access_store *store, struct access_snapshot *snapshot,
                     sqlite3_stmt *statement);

static int load(struct access_store *store, const char *sql, load_fn *fn, struct access_snapshot *snapshot,
                struct err *err)
{
    sqlite3_stmt *statement = NULL;
    int rc = sqlite3_prepare_v2(store->db, sql, -1, &statement, NULL);

    while (rc == SQLITE_OK || rc == SQLITE_ROW) {
        rc = sqlite3_step(statement);
        if (rc == SQLITE_ROW)
            fn(store, snapshot, statement);
    }
    sqlite3_finalize(statement);
    return rc == SQLITE_DONE ? 0 : fail(store, "read it", err);
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
        load(store, "SELECT id, name, hash, role FROM users ORDER BY id LIMIT 32", load_user, snapshot,
             err) != 0 ||
        load(store,
             "SELECT hash, user, csrf, boot, seen_boot_ns, acted_boot_ns FROM sessions ORDER BY seen_boot_ns "
             "LIMIT 256",
             load_session, snapshot, err) != 0) {
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

/* Runs a prepared statement that returns no row, and frees it. */
static int finish(struct access_store *store, sqlite3_stmt *statement, const char *what, struct err *err)
{
    int rc = sqlite3_step(statement);

    sqlite3_finalize(statement);
    return rc == SQLITE_DONE ? 0 : fail(store, what, err);
}

static int put_user(struct access_store *store, const struct user *user, struct err *err)
{
    sqlite3_stmt *statement;

    if (sqlite3_prepare_v2(store->db,
                           "INSERT INTO users (id, name, hash, role) VALUES (?1, ?2, ?3, ?4) "
                           "ON CONFLICT (id) DO UPDATE SET name = ?2, hash = ?3, role = ?4",
                           -1, &statement, NULL) != SQLITE_OK)
        return fail(store, "write a user", err);
    sqlite3_bind_int64(statement, 1, user->id);
    sqlite3_bind_text(statement, 2, user->name, -1, SQLITE_STATIC);
    sqlite3_bind_text(statement, 3, user->hash, -1, SQLITE_STATIC);
    sqlite3_bind_text(statement, 4, access_role_name(user->role), -1, SQLITE_STATIC);
    return finish(store, statement, "write a user", err);
}

static int end_sessions_of(struct access_store *store, int64_t user, struct err *err)
{
    sqlite3_stmt *statement;

    if (sqlite3_prepare_v2(store->db, "DELETE FROM sessions WHERE user = ?1", -1, &statement, NULL) !=
        SQLITE_OK)
        return fail(store, "end sessions", err);
    sqlite3_bind_int64(statement, 1, user);
    return finish(store, statement, "end sessions", err);
}

static int end_session(struct access_store *store, const unsigned char hash[SECRET_BYTES], struct err *err)
{
    sqlite3_stmt *statement;

    if (sqlite3_prepare_v2(store->db, "DELETE FROM sessions WHERE hash = ?1", -1, &statement, NULL) !=
        SQLITE_OK)
        return fail(store, "end a session", err);
    sqlite3_bind_blob(statement, 1, hash, SECRET_BYTES, SQLITE_STATIC);
    return finish(store, statement, "end a session", err);
}

static int put_session(struct access_store *store, const struct session *session, struct err *err)
{
    sqlite3_stmt *statement;

    if (sqlite3_prepare_v2(
            store->db,
            "INSERT OR REPLACE INTO sessions (hash, user, csrf, boot, seen_boot_ns, acted_boot_ns) "
            "VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            -1, &statement, NULL) != SQLITE_OK)
        return fail(store, "write a session", err);
    sqlite3_bind_blob(statement, 1, session->hash, SECRET_BYTES, SQLITE_STATIC);
    sqlite3_bind_int64(statement, 2, session->user);
    sqlite3_bind_text(statement, 3, session->csrf, -1, SQLITE_STATIC);
    sqlite3_bind_text(statement, 4, store->boot, -1, SQLITE_STATIC);
    sqlite3_bind_int64(statement, 5, session->seen_ns);
    sqlite3_bind_int64(statement, 6, session->acted_ns);
    return finish(store, statement, "write a session", err);
}

static int apply_parts(struct access_store *store, const struct access_change *change, struct err *err)
{
    if (change->put_user && put_user(store, &change->user, err) != 0)
        return -1;
    if (change->end_user_sessions && end_sessions_of(store, change->user.id, err) != 0)
        return -1;
    if (change->end_session && end_session(store, change->ended, err) != 0)
        return -1;
    if (change->put_session && put_session(store, &change->session, err) != 0)
        return -1;
    return run(store, "commit", "COMMIT", err);
}

int access_store_apply(struct access_store *store, const struct access_change *change, struct err *err)
{
    if (run(store, "begin", "BEGIN IMMEDIATE", err) != 0)
        return -1;
    if (apply_parts(store, change, err) == 0)
        return 0;
    sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
    return -1;
}

static int copy_into(struct access_store *store, const char *path, struct err *err)
{
    sqlite3_stmt *statement;

    if (sqlite3_prepare_v2(store->db, "VACUUM INTO ?1", -1, &statement, NULL) != SQLITE_OK)
        return fail(store, "copy it", err);
    sqlite3_bind_text(statement, 1, path, -1, SQLITE_STATIC);
    return finish(store, statement, "copy it", err);
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
