/* SQLite sums; this decides when. An hour is summed up when a row of a later one came, by the rows' own time:
 * nothing here asks a clock. A closed hour that gets a row (readings wait while the clock is not set) is
 * summed up again in the same transaction, so roll-ups never contradict the rows. */
#include "diary/store/rollup.h"

#include "diary/store/readings.h"

#include <string.h>

#define TIME_END (INT64_MAX / STORE_SERIES_MAX) /* of what a key can hold */

static const char sum_minutes_sql[] =
    "INSERT INTO minute SELECT ((key >> 12) / 60000 << 12) + (key & 4095), count(*), sum(steps), min(steps),"
    " max(steps) FROM reading_raw WHERE key >= ?1 AND key < ?2 AND steps IS NOT NULL GROUP BY 1";

static const char sum_hour_sql[] =
    "INSERT INTO hour SELECT ((key >> 12) / 60 << 12) + (key & 4095), sum(n), sum(sum), min(min), max(max)"
    " FROM minute WHERE key >= ?1 AND key < ?2 GROUP BY 1";

int rollup_open(struct rollup *rollup, struct database *database, struct err *err)
{
    memset(rollup, 0, sizeof(*rollup));
    rollup->database = database;
    rollup->clear_minutes =
        database_prepare(database, "DELETE FROM minute WHERE key >= ?1 AND key < ?2", err);
    rollup->sum_minutes = database_prepare(database, sum_minutes_sql, err);
    rollup->clear_hour = database_prepare(database, "DELETE FROM hour WHERE key >= ?1 AND key < ?2", err);
    rollup->sum_hour = database_prepare(database, sum_hour_sql, err);
    rollup->next_row = database_prepare(
        database,
        "SELECT min(key >> 12) / 3600000 FROM (SELECT key FROM reading_raw WHERE key >= ?1 LIMIT 1)", err);
    rollup->last_row = database_prepare(database,
                                        "SELECT (SELECT (max(key) >> 12) + 1 FROM hour), (SELECT (max(key) "
                                        ">> 12) / 3600000 FROM reading_raw)",
                                        err);
    if (!rollup->clear_minutes || !rollup->sum_minutes || !rollup->clear_hour || !rollup->sum_hour ||
        !rollup->next_row || !rollup->last_row)
        return -1;
    return rollup_reload(rollup, err);
}

void rollup_close(struct rollup *rollup)
{
    sqlite3_finalize(rollup->clear_minutes);
    sqlite3_finalize(rollup->sum_minutes);
    sqlite3_finalize(rollup->clear_hour);
    sqlite3_finalize(rollup->sum_hour);
    sqlite3_finalize(rollup->next_row);
    sqlite3_finalize(rollup->last_row);
    memset(rollup, 0, sizeof(*rollup));
}

int rollup_reload(struct rollup *rollup, struct err *err)
{
    sqlite3_stmt *last = rollup->last_row;
    int rc = sqlite3_step(last);

    rollup->late_count = 0;
    if (rc == SQLITE_ROW) {
        rollup->open_hour = sqlite3_column_int64(last, 0);
        rollup->newest_hour = sqlite3_column_int64(last, 1);
    } else {
        database_fail(rollup->database, "find the roll-ups", err);
    }
    sqlite3_reset(last);
    return rc == SQLITE_ROW ? 0 : -1;
}

static int run_over(struct rollup *rollup, sqlite3_stmt *statement, int64_t from, int64_t to, struct err *err)
{
    sqlite3_bind_int64(statement, 1, readings_key(from, 0));
    sqlite3_bind_int64(statement, 2, readings_key(to, 0));
    return database_step(rollup->database, statement, "roll up", err);
}

static int sum_up(struct rollup *rollup, int64_t hour, struct err *err)
{
    if (run_over(rollup, rollup->clear_minutes, hour * 60, (hour + 1) * 60, err) ||
        run_over(rollup, rollup->clear_hour, hour, hour + 1, err) ||
        run_over(rollup, rollup->sum_minutes, hour * ROLLUP_HOUR_MS, (hour + 1) * ROLLUP_HOUR_MS, err))
        return -1;
    return run_over(rollup, rollup->sum_hour, hour * 60, (hour + 1) * 60, err);
}

static int settle_late(struct rollup *rollup, struct err *err)
{
    for (; rollup->late_count > 0; rollup->late_count--)
        if (sum_up(rollup, rollup->late[rollup->late_count - 1], err))
            return -1;
    return 0;
}

int rollup_note(struct rollup *rollup, int64_t utc_ms, struct err *err)
{
    int64_t hour = utc_ms / ROLLUP_HOUR_MS;

    if (hour > rollup->newest_hour)
        rollup->newest_hour = hour;
    if (hour >= rollup->open_hour)
        return 0;
    for (size_t i = 0; i < rollup->late_count; i++)
        if (rollup->late[i] == hour)
            return 0;
    if (rollup->late_count == ROLLUP_LATE_MAX && settle_late(rollup, err))
        return -1;
    rollup->late[rollup->late_count++] = hour;
    return 0;
}

/* The next hour from *hour on that has rows, or *hour when none has; hours without any need no roll-up. */
static int find_next_hour(struct rollup *rollup, int64_t *hour, struct err *err)
{
    sqlite3_stmt *next = rollup->next_row;

    sqlite3_bind_int64(next, 1, readings_key(*hour * ROLLUP_HOUR_MS, 0));
    int rc = sqlite3_step(next);
    if (rc != SQLITE_ROW)
        database_fail(rollup->database, "find what to roll up", err);
    else if (sqlite3_column_type(next, 0) != SQLITE_NULL)
        *hour = sqlite3_column_int64(next, 0);
    sqlite3_reset(next);
    return rc == SQLITE_ROW ? 0 : -1;
}

int rollup_settle(struct rollup *rollup, struct err *err)
{
    if (settle_late(rollup, err))
        return -1;
    for (int i = 0; i < ROLLUP_STEP_MAX && rollup->open_hour < rollup->newest_hour; i++) {
        if (find_next_hour(rollup, &rollup->open_hour, err))
            return -1;
        if (rollup->open_hour >= rollup->newest_hour)
            break;
        if (sum_up(rollup, rollup->open_hour, err))
            return -1;
        rollup->open_hour++;
    }
    return 0;
}

int rollup_begin_again(struct rollup *rollup, int64_t *first_hour, struct err *err)
{
    *first_hour = 0;
    if (rollup_reload(rollup, err) || find_next_hour(rollup, first_hour, err))
        return -1;
    if (rollup->newest_hour == 0) /* no rows at all: nothing contradicts what stands there */
        return 0;
    if (run_over(rollup, rollup->clear_minutes, rollup->newest_hour * 60, TIME_END, err))
        return -1;
    return run_over(rollup, rollup->clear_hour, rollup->newest_hour, TIME_END, err);
}

int rollup_next_again(struct rollup *rollup, int64_t *hour, struct err *err)
{
    if (find_next_hour(rollup, hour, err))
        return -1;
    if (*hour >= rollup->newest_hour)
        return 0;
    if (sum_up(rollup, *hour, err))
        return -1;
    ++*hour;
    return 1;
}
