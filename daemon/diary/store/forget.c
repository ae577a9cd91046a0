/* What is kept goes into a new file, the new file takes the old one's name, and the old one is overwritten. A
 * file that was written in for years has remains of deleted rows in it that no DELETE reaches. Killed at any
 * moment, the diary is the old one or the new one, whole. The copies on a stick are strangers' files: nothing
 * of their schema is run. */
#include "diary/store/forget.h"

#include "util/copies.h"
#include "util/wipe.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define NEW_NAME   "forget.part"
#define PATH_BYTES COPIES_PATH_MAX

/* Those before the schema was frozen have the names of today's views. Children before their parents. */
static const struct {
    const char *table, *sql;
} steps[] = {
    {"part", "DELETE FROM part WHERE charge IN (SELECT id FROM charge_raw WHERE car = ?1)"},
    {"charge_raw", "DELETE FROM charge_raw WHERE car = ?1"},
    {"charge", "DELETE FROM charge WHERE car = ?1"},
    {"outing_raw", "DELETE FROM outing_raw WHERE car = ?1"},
    {"outing", "DELETE FROM outing WHERE car = ?1"},
    {"stay", "DELETE FROM stay WHERE car = ?1"},
    {"contact", "DELETE FROM contact WHERE car = ?1"},
    {"health", "DELETE FROM health WHERE car = ?1"},
    {"cells", "DELETE FROM cells WHERE car = ?1"},
    {"traffic", "DELETE FROM traffic WHERE car = ?1"},
    {"identity", "DELETE FROM identity WHERE car = ?1"},
    {"anchor", "DELETE FROM anchor WHERE car = ?1"},
    {"preference", "DELETE FROM preference WHERE car = ?1"},
    {"reading_raw", "DELETE FROM reading_raw WHERE key & 4095 IN (SELECT id FROM series WHERE car = ?1)"},
    {"minute", "DELETE FROM minute WHERE key & 4095 IN (SELECT id FROM series WHERE car = ?1)"},
    {"hour", "DELETE FROM hour WHERE key & 4095 IN (SELECT id FROM series WHERE car = ?1)"},
    {"series", "DELETE FROM series WHERE car = ?1"},
};

struct forgetting {
    int folder;
    const char *path; /* of the folder */
    const char *name;
    const char *car;
    int64_t rows, bytes;
};

static int fail(sqlite3 *sqlite, const char *name, struct err *err)
{
    return err_set(err, "%.100s: %.200s", name, sqlite ? sqlite3_errmsg(sqlite) : "out of memory");
}

/* NULL with err. Neither triggers nor views nor functions of the file's own run. */
static sqlite3 *open_file(const struct forgetting *forgetting, const char *name, struct err *err)
{
    sqlite3 *sqlite = NULL;
    char path[PATH_BYTES];
    int rc = SQLITE_CANTOPEN;

    if (snprintf(path, sizeof(path), "%s/%s", forgetting->path, name) < (int)sizeof(path))
        rc = sqlite3_open_v2(path, &sqlite, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOFOLLOW, NULL);
    if (rc == SQLITE_OK) {
        sqlite3_db_config(sqlite, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
        sqlite3_db_config(sqlite, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
        sqlite3_db_config(sqlite, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
        return sqlite;
    }
    fail(sqlite, name, err);
    sqlite3_close(sqlite);
    return NULL;
}

/* The log is in the file then, and stays to be overwritten. */
static void close_with_log(sqlite3 *sqlite)
{
    int stays = 1;

    sqlite3_file_control(sqlite, "main", SQLITE_FCNTL_PERSIST_WAL, &stays);
    sqlite3_close(sqlite);
}

static int wipe(struct forgetting *forgetting, const char *name, const char *more, struct err *err)
{
    char whole[256];

    snprintf(whole, sizeof(whole), "%s%s", name, more);
    return wipe_file(forgetting->folder, whole, &forgetting->bytes, err);
}

static int wipe_companions(struct forgetting *forgetting, const char *name, struct err *err)
{
    return wipe(forgetting, name, "-wal", err) || wipe(forgetting, name, "-shm", err) ||
                   wipe(forgetting, name, "-journal", err)
               ? -1
               : 0;
}

/* Without pages that are free and without what lies between rows. */
static int copy_whole(struct forgetting *forgetting, struct err *err)
{
    sqlite3 *sqlite = open_file(forgetting, forgetting->name, err);
    char *sql = sqlite3_mprintf("VACUUM INTO '%q/" NEW_NAME "'", forgetting->path);
    int rc = -1;

    if (sqlite && sql) {
        bool is_done = sqlite3_exec(sqlite, "PRAGMA wal_checkpoint(FULL)", NULL, NULL, NULL) == SQLITE_OK &&
                       sqlite3_exec(sqlite, sql, NULL, NULL, NULL) == SQLITE_OK;
        rc = is_done ? 0 : fail(sqlite, forgetting->name, err);
        close_with_log(sqlite);
    }
    sqlite3_free(sql);
    return rc == 0 ? wipe_companions(forgetting, forgetting->name, err) : -1;
}

static bool has_table(sqlite3 *sqlite, const char *name)
{
    sqlite3_stmt *find = NULL;

    sqlite3_prepare_v2(sqlite, "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?1", -1, &find,
                       NULL);
    sqlite3_bind_text(find, 1, name, -1, SQLITE_STATIC);
    bool has = sqlite3_step(find) == SQLITE_ROW;
    sqlite3_finalize(find);
    return has;
}

static int delete_rows(struct forgetting *forgetting, sqlite3 *sqlite, const char *sql, struct err *err)
{
    sqlite3_stmt *delete = NULL;

    sqlite3_prepare_v2(sqlite, sql, -1, &delete, NULL);
    sqlite3_bind_text(delete, 1, forgetting->car, -1, SQLITE_STATIC);
    int rc = delete &&sqlite3_step(delete) == SQLITE_DONE ? 0 : fail(sqlite, forgetting->name, err);
    forgetting->rows += rc == 0 ? sqlite3_changes(sqlite) : 0;
    sqlite3_finalize(delete);
    return rc;
}

/* Nobody misses the new file if this is killed: it needs no journal, whose pages would lie on the card. */
static int delete_car(struct forgetting *forgetting, struct err *err)
{
    sqlite3 *sqlite = open_file(forgetting, NEW_NAME, err);
    int rc = sqlite && sqlite3_exec(sqlite, "PRAGMA journal_mode = MEMORY; PRAGMA secure_delete = ON; BEGIN",
                                    NULL, NULL, NULL) == SQLITE_OK
                 ? 0
                 : -1;

    for (size_t i = 0; rc == 0 && i < sizeof(steps) / sizeof(steps[0]); i++)
        if (has_table(sqlite, steps[i].table))
            rc = delete_rows(forgetting, sqlite, steps[i].sql, err);
    if (rc == 0 && sqlite3_exec(sqlite, "COMMIT", NULL, NULL, NULL) != SQLITE_OK)
        rc = fail(sqlite, forgetting->name, err);
    sqlite3_close(sqlite);
    return rc;
}

/* The old one is overwritten when it has no name any more: whoever looks finds the one or the other. */
static int change_places(struct forgetting *forgetting, struct err *err)
{
    int folder = forgetting->folder;
    int fresh = openat(folder, NEW_NAME, O_RDONLY | O_CLOEXEC);
    int old = openat(folder, forgetting->name, O_WRONLY | O_NOFOLLOW | O_CLOEXEC);
    bool is_safe = fresh >= 0 && old >= 0 && fsync(fresh) == 0 &&
                   renameat(folder, NEW_NAME, folder, forgetting->name) == 0 && fsync(folder) == 0;
    int rc = is_safe ? wipe_content(old, forgetting->name, &forgetting->bytes, err)
                     : err_set(err, "%.200s: %s", forgetting->name, strerror(errno));

    if (fresh >= 0)
        close(fresh);
    if (old >= 0)
        close(old);
    return rc;
}

static int clear(struct forgetting *forgetting, struct err *err)
{
    return wipe(forgetting, NEW_NAME, "", err) || wipe_companions(forgetting, NEW_NAME, err) ? -1 : 0;
}

static int open_folder(const char *path, struct err *err)
{
    int folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    return folder >= 0 ? folder : err_set(err, "%.300s: %s", path, strerror(errno));
}

int forget_car(const char *path, const char *name, const char *car, int64_t *rows, struct err *err)
{
    struct forgetting forgetting = {.folder = open_folder(path, err), .path = path, .name = name, .car = car};
    struct err ignored;

    if (forgetting.folder < 0)
        return -1;
    bool is_there = faccessat(forgetting.folder, name, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
    int rc = !is_there || (clear(&forgetting, err) == 0 && copy_whole(&forgetting, err) == 0 &&
                           delete_car(&forgetting, err) == 0 && change_places(&forgetting, err) == 0)
                 ? 0
                 : -1;
    if (rc)
        clear(&forgetting, &ignored);
    *rows += rc == 0 ? forgetting.rows : 0;
    close(forgetting.folder);
    return rc;
}
