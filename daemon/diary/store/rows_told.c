/* STORE_ASK_READINGS: the readings of one car as they were kept, in the order of time, for who takes them
 * elsewhere. What the trackers make of them is rows.c's. */
#include "diary/store/readings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SCAN_MAX 20000 /* rows that a question looks at: others wait meanwhile */

/* What a row of table `series` is called; per_unit 0: it is not asked for. */
struct name {
    int64_t per_unit;
    char signal[DIARY_SIGNAL_BYTES], unit[12];
};

static void read_name(sqlite3_stmt *find, struct name *names)
{
    struct name *name = &names[readings_key_row(sqlite3_column_int64(find, 0))];

    name->per_unit = sqlite3_column_int64(find, 3);
    snprintf(name->signal, sizeof(name->signal), "%s", (const char *)sqlite3_column_text(find, 1));
    snprintf(name->unit, sizeof(name->unit), "%s", (const char *)sqlite3_column_text(find, 2));
}

static int find_names(struct readings *readings, const struct store_question *question, struct name *names,
                      bool *is_known, struct err *err)
{
    struct database *database = &readings->file.database;
    sqlite3_stmt *find =
        database_prepare(database, "SELECT id, signal, unit, per_unit FROM series WHERE car = ?", err);
    int rc;

    if (!find)
        return -1;
    sqlite3_bind_text(find, 1, question->car, -1, SQLITE_STATIC);
    while ((rc = sqlite3_step(find)) == SQLITE_ROW) {
        const char *signal = (const char *)sqlite3_column_text(find, 1);
        *is_known = true;
        if (question->signal[0] == '\0' || strcmp(signal, question->signal) == 0)
            read_name(find, names);
    }
    if (rc != SQLITE_DONE)
        database_fail(database, "find the series of a car", err);
    sqlite3_finalize(find);
    return rc == SQLITE_DONE ? 0 : -1;
}

static struct diary_reading read_reading(sqlite3_stmt *scan, const struct name *name)
{
    bool is_known = sqlite3_column_type(scan, 1) != SQLITE_NULL;
    struct diary_reading reading = {
        .utc_ms = readings_key_time(sqlite3_column_int64(scan, 0)),
        .steps = is_known ? sqlite3_column_int64(scan, 1) : DIARY_NONE,
        .per_unit = name->per_unit,
        .quality = (unsigned)sqlite3_column_int64(scan, 2),
    };

    memcpy(reading.signal, name->signal, sizeof(reading.signal));
    memcpy(reading.unit, name->unit, sizeof(reading.unit));
    return reading;
}

/* Until the limit, or when enough was looked at, where `next` says how to go on. */
static int scan(struct readings *readings, const struct name *names, const struct store_question *question,
                struct diary_reading *items, struct store_answer *answer, struct err *err)
{
    int64_t end_ms = question->to_ms ? question->to_ms : INT64_MAX;
    sqlite3_stmt *rows = readings->scan_all;
    int rc;

    for (size_t looked_at = 1; (rc = sqlite3_step(rows)) == SQLITE_ROW; looked_at++) {
        int64_t key = sqlite3_column_int64(rows, 0);
        const struct name *name = &names[readings_key_row(key)];
        if (readings_key_time(key) >= end_ms)
            break;
        if (name->per_unit > 0)
            items[answer->count++] = read_reading(rows, name);
        answer->next = answer->count == question->limit || looked_at == SCAN_MAX ? key : 0;
        if (answer->next != 0)
            break;
    }
    if (rc != SQLITE_DONE && rc != SQLITE_ROW)
        database_fail(&readings->file.database, "read readings", err);
    sqlite3_reset(rows);
    return rc == SQLITE_DONE || rc == SQLITE_ROW ? 0 : -1;
}

int readings_ask(struct readings *readings, const struct store_question *question,
                 struct store_answer *answer, struct err *err)
{
    struct diary_reading *items = calloc(question->limit, sizeof(*items));
    struct name *names = calloc(STORE_SERIES_MAX, sizeof(*names));
    int64_t from_ms = question->from_ms > 0 ? question->from_ms : 0;
    int rc = -1;

    answer->items = items;
    if (!items || !names) {
        err_set(err, "out of memory");
    } else if (find_names(readings, question, names, &answer->is_known, err) == 0) {
        int64_t after = question->before ? question->before : readings_key(from_ms, 0) - 1;
        sqlite3_bind_int64(readings->scan_all, 1, after);
        rc = scan(readings, names, question, items, answer, err);
    }
    free(names);
    return rc;
}
