/* The new diary grows in a folder of its own and takes the old one's name by one rename: whenever this is
 * killed, the diary is the old one or the new one, whole. A backup's rows are values to be judged like any
 * others; nothing of its schema is taken over. */
#include "diary/store/restore.h"

#include "diary/store/entries.h"
#include "diary/store/foreign.h"
#include "util/clock.h"
#include "util/copies.h"
#include "util/core/utf8.h"
#include "util/lockfile.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define NEW_FOLDER "restore.part"
#define PATH_BYTES COPIES_PATH_MAX
#define SQL_BYTES  8192
#define NUMBER_MAX INT64_C(9000000000000000) /* no sum of a diary's overflows */
#define TEXT_MAX   (64 * 1024)
#define CAR_MAX    16
#define KEPT_MAX   100 /* diaries set aside in one second */

struct restoring {
    sqlite3 *foreign;
    const char *folder;
    char new_folder[PATH_BYTES];
    struct entries fresh; /* the new diary */
    bool is_salvage;
};

static void path_of(char path[PATH_BYTES], const char *folder, const char *name)
{
    snprintf(path, PATH_BYTES, "%.3900s/%.150s", folder, name);
}

struct restoring *restore_open(const char *path, enum restore *result, struct err *err)
{
    struct restoring *restoring = calloc(1, sizeof(*restoring));
    bool is_missing = false;

    *result = RESTORE_FAILED;
    if (!restoring) {
        err_set(err, "out of memory");
        return NULL;
    }
    restoring->foreign = foreign_open(path, &is_missing, err);
    if (restoring->foreign)
        return restoring;
    *result = is_missing ? RESTORE_MISSING : RESTORE_REFUSED;
    free(restoring);
    return NULL;
}

void restore_salvage(struct restoring *restoring)
{
    restoring->is_salvage = true;
}

void restore_close(struct restoring *restoring)
{
    if (!restoring)
        return;
    foreign_close(restoring->foreign);
    free(restoring);
}

/* ---- the new diary ---- */

static void clear_new(const struct restoring *restoring)
{
    static const char *const names[] = {"diary.db-wal", "diary.db-shm", "diary.db-journal", "diary.db"};
    char path[PATH_BYTES];

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        path_of(path, restoring->new_folder, names[i]);
        unlink(path);
    }
    rmdir(restoring->new_folder);
}

static void keep_nothing(void *ctx, struct diary_entry *entry)
{
    (void)ctx;
    free(entry);
}

static int make_new(struct restoring *restoring, const struct database_place *place, struct err *err)
{
    clear_new(restoring); /* of one that was killed */
    if (mkdir(restoring->new_folder, 0700) != 0)
        return err_set(err, "%.300s: %s", restoring->new_folder, strerror(errno));
    entries_init(&restoring->fresh, place, keep_nothing, NULL);
    file_write(&restoring->fresh.file);
    if (restoring->fresh.file.trouble || !file_is_open(&restoring->fresh.file))
        return err_set(err, "the new diary: %.300s", restoring->fresh.file.reason);
    return 0;
}

/* Its log is in it, and both are on the card. */
static int finish_new(struct restoring *restoring, struct err *err)
{
    sqlite3 *fresh = restoring->fresh.file.database.sqlite;
    sqlite3_stmt *check = NULL;
    bool is_well = sqlite3_prepare_v2(fresh, "PRAGMA integrity_check(1)", -1, &check, NULL) == SQLITE_OK &&
                   sqlite3_step(check) == SQLITE_ROW &&
                   strcmp((const char *)sqlite3_column_text(check, 0), "ok") == 0;

    sqlite3_finalize(check);
    if (!is_well || sqlite3_exec(fresh, "PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode = DELETE", NULL,
                                 NULL, NULL) != SQLITE_OK)
        return err_set(err, "the new diary: %.300s", sqlite3_errmsg(fresh));
    entries_close(&restoring->fresh);
    return 0;
}

/* ---- rows ---- */

/* "a, b, c" of the columns that the backup has of this table; 0: it has none of it. */
static int list_columns(sqlite3 *foreign, const char *table, char list[SQL_BYTES / 4])
{
    sqlite3_stmt *names = NULL;
    size_t len = 0;
    int count = 0;

    list[0] = '\0';
    if (sqlite3_prepare_v2(foreign, "SELECT name FROM pragma_table_info(?)", -1, &names, NULL) != SQLITE_OK)
        return -1;
    sqlite3_bind_text(names, 1, table, -1, SQLITE_STATIC);
    for (; sqlite3_step(names) == SQLITE_ROW && len < SQL_BYTES / 4; count++)
        len += (size_t)snprintf(list + len, SQL_BYTES / 4 - len, "%s\"%s\"", count ? ", " : "",
                                (const char *)sqlite3_column_text(names, 0));
    sqlite3_finalize(names);
    return len < SQL_BYTES / 4 ? count : -1;
}

static bool is_text(const char *text, size_t len)
{
    for (size_t at = 0, step; at < len; at += step) {
        step = utf8_char_length(text + at, len - at);
        if (step == 0 || text[at] == '\0')
            return false;
    }
    return len <= TEXT_MAX;
}

static bool is_car(const char *text, size_t len)
{
    return len <= CAR_MAX && strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_") == len;
}

/* A checksum, which nobody adds up, may be anything. */
static bool is_number(const char *name, int64_t value)
{
    return (value <= NUMBER_MAX && value >= -NUMBER_MAX) || strcmp(name, "priced") == 0;
}

/* NULL, or why garaged can't have written it. */
static const char *judge_value(sqlite3_stmt *row, int number)
{
    switch (sqlite3_column_type(row, number)) {
    case SQLITE_TEXT: {
        const char *text = (const char *)sqlite3_column_text(row, number);
        size_t len = (size_t)sqlite3_column_bytes(row, number);
        if (!text || !is_text(text, len))
            return "no text";
        return strcmp(sqlite3_column_name(row, number), "car") == 0 && !is_car(text, len) ? "no car" : NULL;
    }
    case SQLITE_INTEGER:
        return is_number(sqlite3_column_name(row, number), sqlite3_column_int64(row, number)) ? NULL
                                                                                              : "too large";
    case SQLITE_BLOB:
        return sqlite3_column_bytes(row, number) > TEXT_MAX ? "too long" : NULL;
    default:
        return NULL; /* a fraction is refused by the table */
    }
}

/* `name` is of the row, for what is said. */
static int put_row(struct database *fresh, sqlite3_stmt *row, sqlite3_stmt *put, const char *name,
                   struct err *err)
{
    int columns = sqlite3_column_count(row);

    for (int i = 0; i < columns; i++) {
        const char *why = judge_value(row, i);
        if (why)
            return err_set(err, "%s: %s: %s", name, sqlite3_column_name(row, i), why);
        sqlite3_bind_value(put, i + 1, sqlite3_column_value(row, i));
    }
    return database_step(fresh, put, name, err);
}

static bool is_of_card(enum trouble trouble)
{
    return trouble == TROUBLE_FULL || trouble == TROUBLE_READ_ONLY || trouble == TROUBLE_IO;
}

/* 1: not all of them can be read; those that can't be put are passed over, then. */
static int put_rows(struct restoring *restoring, sqlite3_stmt *row, sqlite3_stmt *put, const char *table,
                    struct restore_told *told, struct err *err)
{
    struct database *fresh = &restoring->fresh.file.database;
    char name[80];

    for (int64_t number = 1;; number++) {
        snprintf(name, sizeof(name), "row %" PRId64 " of %.40s", number, table);
        int rc = sqlite3_step(row);
        if (rc == SQLITE_DONE)
            return 0;
        if (rc != SQLITE_ROW) {
            err_set(err, "%s: %.200s", name, sqlite3_errmsg(sqlite3_db_handle(row)));
            return restoring->is_salvage ? 1 : -1;
        }
        if (put_row(fresh, row, put, name, err) == 0)
            told->rows += sqlite3_changes(fresh->sqlite);
        else if (!restoring->is_salvage || is_of_card(fresh->trouble))
            return -1;
        else
            told->passed_over++;
    }
}

/* "a DESC, b DESC" of the columns of its key. */
static int list_backwards(struct database *fresh, const char *table, char order[256], struct err *err)
{
    sqlite3_stmt *keys =
        database_prepare(fresh,
                         "SELECT group_concat(name || ' DESC', ', ') FROM"
                         " (SELECT name FROM pragma_table_info(?1) WHERE pk > 0 ORDER BY pk)",
                         err);

    if (!keys)
        return -1;
    sqlite3_bind_text(keys, 1, table, -1, SQLITE_STATIC);
    const char *list = sqlite3_step(keys) == SQLITE_ROW ? (const char *)sqlite3_column_text(keys, 0) : NULL;
    snprintf(order, 256, "ORDER BY %s", list ? list : "1 DESC");
    sqlite3_finalize(keys);
    return 0;
}

static int copy_rows(struct restoring *restoring, const char *table, const char *order,
                     struct restore_told *told, struct err *err)
{
    struct database *fresh = &restoring->fresh.file.database;
    char list[SQL_BYTES / 4], marks[256] = "?", sql[SQL_BYTES];
    sqlite3_stmt *row = NULL, *put = NULL;
    int columns = list_columns(restoring->foreign, table, list);

    if (columns <= 0)
        return columns < 0 ? err_set(err, "%s: too many columns", table) : 0;
    for (int i = 1; i < columns && strlen(marks) + 4 < sizeof(marks); i++)
        strcat(marks, ", ?");
    snprintf(sql, sizeof(sql), "SELECT %s FROM %s NOT INDEXED %s", list, table, order);
    int rc = sqlite3_prepare_v2(restoring->foreign, sql, -1, &row, NULL);
    if (rc)
        err_set(err, "%s: %s", table, sqlite3_errstr(rc));
    snprintf(sql, sizeof(sql), "INSERT %s INTO %s(%s) VALUES(%s)", *order ? "OR IGNORE" : "", table, list,
             marks);
    put = rc ? NULL : database_prepare(fresh, sql, err);
    rc = put ? put_rows(restoring, row, put, table, told, err) : -1;
    sqlite3_finalize(row);
    sqlite3_finalize(put);
    return rc;
}

/* A damaged one is read from its beginning to the damage, and from its end to the damage. */
static int copy_table(struct restoring *restoring, const char *table, struct restore_told *told,
                      struct err *err)
{
    char order[256];
    int rc = copy_rows(restoring, table, "", told, err);

    if (rc <= 0)
        return rc;
    told->torn++;
    rc = list_backwards(&restoring->fresh.file.database, table, order, err);
    return rc || copy_rows(restoring, table, order, told, err) < 0 ? -1 : 0;
}

/* Energy whose day was lost is of no day. What is in the diary is not concluded from the readings again. */
static int mend(struct restoring *restoring, struct err *err)
{
    static const char sql[] =
        "INSERT INTO part SELECT id, 0, NULL, battery_wh, charger_wh FROM charge_raw"
        " WHERE status <> 0 AND id NOT IN (SELECT charge FROM part);"
        "INSERT OR IGNORE INTO anchor(car, at_ms, was_away) SELECT car, max(at_ms), 0 FROM"
        " (SELECT car, coalesce(to_ms, from_ms) AS at_ms FROM charge_raw UNION ALL"
        " SELECT car, to_ms FROM outing_raw UNION ALL SELECT car, to_ms FROM stay) GROUP BY car";

    return restoring->is_salvage ? database_run(&restoring->fresh.file.database, sql, "mend", err) : 0;
}

/* In the order in which they were made: what others refer to is there first. */
static int copy_tables(struct restoring *restoring, struct restore_told *told, struct err *err)
{
    struct database *fresh = &restoring->fresh.file.database;
    int rc = database_begin(fresh, err);
    sqlite3_stmt *tables =
        database_prepare(fresh,
                         "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite~_%'"
                         " ESCAPE '~' ORDER BY rowid",
                         err);

    rc = tables ? rc : -1;
    while (rc == 0 && sqlite3_step(tables) == SQLITE_ROW)
        rc = copy_table(restoring, (const char *)sqlite3_column_text(tables, 0), told, err);
    sqlite3_finalize(tables);
    return rc || mend(restoring, err) ? -1 : database_commit(fresh, err);
}

/* ---- taking its place ---- */

/* A name that no file has. */
static void name_kept(const struct restoring *restoring, char name[96])
{
    time_t now = (time_t)(clock_utc_ns() / NS_PER_S);
    char stamp[32], path[PATH_BYTES];
    struct tm utc;

    strftime(stamp, sizeof(stamp), "%Y%m%dT%H%M%SZ", gmtime_r(&now, &utc));
    snprintf(name, 96, "diary.db.before-restore-%s", stamp);
    for (int i = 2; i <= KEPT_MAX; i++) {
        path_of(path, restoring->folder, name);
        if (access(path, F_OK) != 0)
            return;
        snprintf(name, 96, "diary.db.before-restore-%s-%d", stamp, i);
    }
}

/* What its log holds gets into the old diary. Where that can't be (it is damaged, the card fails) its log
 * goes with it. */
static int settle_old(const char *path, struct err *err)
{
    sqlite3 *old = NULL;
    int rc = sqlite3_open_v2(path, &old, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOFOLLOW, NULL);

    rc = rc ? rc
            : sqlite3_exec(old, "PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode = DELETE", NULL, NULL,
                           NULL);
    sqlite3_close(old);
    return rc == SQLITE_BUSY ? err_set(err, "the old diary is open in another program") : 0;
}

static int move_part(const char *from_path, const char *to_path, const char *suffix, struct err *err)
{
    char from[PATH_BYTES + 8], to[PATH_BYTES + 8];

    snprintf(from, sizeof(from), "%s%s", from_path, suffix);
    snprintf(to, sizeof(to), "%s%s", to_path, suffix);
    return rename(from, to) == 0 || errno == ENOENT ? 0 : err_set(err, "%.300s: %s", from, strerror(errno));
}

/* What a log beside it says SQLite would play into the new diary, also where the old one is gone. */
static int move_logs(const char *from, const char *to, struct err *err)
{
    return move_part(from, to, "-wal", err) || move_part(from, to, "-shm", err) ||
                   move_part(from, to, "-journal", err)
               ? -1
               : 0;
}

/* A second name for the old one: the first is never without a diary. A disk that knows no second names makes
 * do with moving it away. */
static int keep_old(const char *path, const char *kept, struct err *err)
{
    return link(path, kept) == 0 || rename(path, kept) == 0
               ? 0
               : err_set(err, "%.300s: %s", kept, strerror(errno));
}

/* The old one has its place and its log again, unless the new one got there. */
static void take_back(const char *path, const char *kept)
{
    struct stat here, old;
    struct err err;
    bool is_here = lstat(path, &here) == 0;
    bool is_both = is_here && lstat(kept, &old) == 0 && here.st_ino == old.st_ino;

    if (is_here && !is_both)
        return;
    move_logs(kept, path, &err);
    if (is_both)
        unlink(kept);
    else
        rename(kept, path);
}

static int take_place(struct restoring *restoring, struct restore_told *told, struct err *err)
{
    char path[PATH_BYTES], fresh[PATH_BYTES], kept[PATH_BYTES], name[sizeof(told->kept)];

    path_of(path, restoring->folder, "diary.db");
    path_of(fresh, restoring->new_folder, "diary.db");
    name_kept(restoring, name);
    path_of(kept, restoring->folder, name);
    bool has_old = access(path, F_OK) == 0;
    if (has_old && (settle_old(path, err) || keep_old(path, kept, err)))
        return -1;
    if (move_logs(path, kept, err) || copies_name(fresh, path, err)) {
        take_back(path, kept);
        return -1;
    }
    if (has_old)
        memcpy(told->kept, name, sizeof(name));
    return 0;
}

/* The new diary is private from its first byte on: its folder is, and so is it when it leaves that. */
static int make_private(const struct restoring *restoring, struct err *err)
{
    char fresh[PATH_BYTES];

    path_of(fresh, restoring->new_folder, "diary.db");
    return chmod(fresh, 0600) == 0 ? 0 : err_set(err, "%.300s: %s", fresh, strerror(errno));
}

static enum restore restore_locked(struct restoring *restoring, struct restore_told *told, struct err *err)
{
    const struct database_place place = {.folder = restoring->new_folder};
    const struct database *database = &restoring->fresh.file.database;

    if (make_new(restoring, &place, err))
        return RESTORE_FAILED;
    if (foreign_judge(restoring->foreign, database->kind, database->sqlite, err) ||
        (!restoring->is_salvage && foreign_check(restoring->foreign, err)) ||
        copy_tables(restoring, told, err))
        return is_of_card(database->trouble) ? RESTORE_FAILED : RESTORE_REFUSED;
    foreign_close(restoring->foreign); /* it may be the old diary */
    restoring->foreign = NULL;
    return finish_new(restoring, err) || make_private(restoring, err) || take_place(restoring, told, err)
               ? RESTORE_FAILED
               : RESTORE_DONE;
}

enum restore restore_into(struct restoring *restoring, const char *folder, struct restore_told *told,
                          struct err *err)
{
    int lock;
    enum lockfile taken = lockfile_take(folder, &lock, err);

    *told = (struct restore_told){0};
    if (taken != LOCKFILE_TAKEN)
        return taken == LOCKFILE_BUSY ? RESTORE_BUSY : RESTORE_FAILED;
    restoring->folder = folder;
    path_of(restoring->new_folder, folder, NEW_FOLDER);
    enum restore result = restore_locked(restoring, told, err);
    entries_close(&restoring->fresh);
    clear_new(restoring);
    close(lock);
    return result;
}
