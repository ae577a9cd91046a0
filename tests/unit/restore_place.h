/* A state folder with a diary of few charges, and a backup of many beside it. */
#ifndef TESTS_UNIT_RESTORE_PLACE_H
#define TESTS_UNIT_RESTORE_PLACE_H

#include "diary/store/restore.h"

#include "copy_folder.h"

#define SAVED   40 /* charges in the backup */
#define PRESENT 3  /* in the diary that it replaces */

struct place {
    struct bench *bench; /* its folder is the state folder */
    char folder[64];     /* of the backup */
    char backup[96];
};

static inline void change(const char *path, const char *sql)
{
    sqlite3 *sqlite;

    assert_int_equal(sqlite3_open(path, &sqlite), SQLITE_OK);
    if (sqlite3_exec(sqlite, sql, NULL, NULL, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(sqlite));
    sqlite3_close(sqlite);
}

static inline void keep_charges(struct bench *bench, int count)
{
    for (int i = 0; i < count; i++) {
        struct diary_entry charge = a_charge(T0_MS + i * HOUR_MS, DAY0, 1000 + i);
        bench_keep(bench, &charge);
    }
}

/* The diary has what the backup has and is emptied again down to a few. */
static inline int set_up(void **state)
{
    struct place *place = calloc(1, sizeof(*place));
    char sql[256], path[128];

    place->bench = bench_new();
    folder_new(place->folder);
    bench_start(place->bench);
    keep_charges(place->bench, SAVED);
    bench_stop(place->bench);
    snprintf(place->backup, sizeof(place->backup), "%s/backup.db", place->folder);
    snprintf(path, sizeof(path), "%s/diary.db", place->bench->folder);
    snprintf(sql, sizeof(sql), "VACUUM INTO '%s'", place->backup);
    change(path, sql);
    snprintf(sql, sizeof(sql),
             "PRAGMA foreign_keys = ON; DELETE FROM charge_raw WHERE id > %d;"
             "UPDATE charge_raw SET note = 'old'",
             PRESENT);
    change(path, sql);
    *state = place;
    return 0;
}

static inline int tear_down(void **state)
{
    struct place *place = *state;

    bench_free(place->bench);
    folder_free(place->folder);
    free(place);
    return 0;
}

static inline enum restore restore(const struct place *place, struct restore_told *told, struct err *err)
{
    enum restore result;
    struct restoring *restoring = restore_open(place->backup, &result, err);

    *told = (struct restore_told){0};
    if (restoring)
        result = restore_into(restoring, place->bench->folder, told, err);
    restore_close(restoring);
    assert_false(folder_has(place->bench->folder, "restore.part"));
    return result;
}

static inline int64_t ask_diary(const struct place *place, const char *sql)
{
    return ask_copy(place->bench->folder, "diary.db", sql);
}

static inline void assert_old(const struct place *place)
{
    assert_int_equal(ask_diary(place, "SELECT count(*) FROM charge_raw WHERE note = 'old'"), PRESENT);
}

#endif
