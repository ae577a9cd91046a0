/* Rows lie in the order of time, so the oldest are one end of the table: a slice finds where it ends and
 * deletes up to there. It joins the minute's transaction, which ends with the turn: a greater one would keep
 * all else waiting while it is written. What is taken back with that is deleted again the next time. The file
 * does not shrink: its pages are used again. */
#include "diary/store/retention.h"

#include "diary/store/entries.h"
#include "diary/store/readings.h"
#include "util/clock.h"

#include <stdlib.h>

#define SLICE_ROWS 2000
#define SLICE_MAX  50
#define NOTHING_MS (INT64_MIN / 2 / STORE_SERIES_MAX) /* none is older */
#define PAUSE_NS   (50 * NS_PER_MS)

/* From the rows that are read by nobody any more to those that charts use longest. */
static const struct {
    const char *end, *delete; /* ?1: keys below; ?2: rows of a slice */
    int64_t unit_ms;          /* of the key's time */
} tables[] = {
    {"SELECT max(key) FROM (SELECT key FROM reading_raw WHERE key < ?1 ORDER BY key LIMIT ?2)",
     "DELETE FROM reading_raw WHERE key <= ?1", 1},
    {"SELECT max(key) FROM (SELECT key FROM minute WHERE key < ?1 ORDER BY key LIMIT ?2)",
     "DELETE FROM minute WHERE key <= ?1", ROLLUP_MINUTE_MS},
};

#define TABLE_COUNT (sizeof(tables) / sizeof(tables[0]))

struct retention {
    struct work work; /* first */
    struct retention_order order;
    size_t table;
    int slices;
    int64_t rows;
};

/* The first column of the first row, bound to at most two integers; INT64_MAX for NULL. */
static int ask(struct database *database, const char *sql, const int64_t *first, const int64_t *second,
               int64_t *value, struct err *err)
{
    sqlite3_stmt *select = database_prepare(database, sql, err);

    if (!select)
        return -1;
    if (first)
        sqlite3_bind_int64(select, 1, *first);
    if (second)
        sqlite3_bind_int64(select, 2, *second);
    int rc = sqlite3_step(select);
    bool is_known = rc == SQLITE_ROW && sqlite3_column_type(select, 0) != SQLITE_NULL;
    *value = is_known ? sqlite3_column_int64(select, 0) : INT64_MAX;
    if (rc != SQLITE_ROW)
        database_fail(database, "retention", err);
    sqlite3_finalize(select);
    return rc == SQLITE_ROW ? 0 : -1;
}

/* Trackers go on from their anchor after a restart, and an open charge is counted again from its readings. */
static int spare_car(struct database *diary, const char *car, int64_t *before_ms, struct err *err)
{
    sqlite3_stmt *select =
        database_prepare(diary,
                         "SELECT min(ms) FROM (SELECT at_ms AS ms FROM anchor WHERE car = ?1"
                         " UNION ALL SELECT from_ms FROM charge_raw WHERE car = ?1 AND status = 0)",
                         err);

    if (!select)
        return -1;
    sqlite3_bind_text(select, 1, car, -1, SQLITE_STATIC);
    int rc = sqlite3_step(select);
    if (rc == SQLITE_ROW && sqlite3_column_type(select, 0) != SQLITE_NULL &&
        sqlite3_column_int64(select, 0) < *before_ms)
        *before_ms = sqlite3_column_int64(select, 0);
    if (rc != SQLITE_ROW)
        database_fail(diary, "retention", err);
    sqlite3_finalize(select);
    return rc == SQLITE_ROW ? 0 : -1;
}

/* Readings of a time that follows on nothing are no evidence that it has come: a clock that was set wrong
 * wrote them. Those before them stay until it has gone on for as long as readings are kept. */
static int spare_lonely(const struct retention *retention, struct database *readings, int64_t *before_ms,
                        struct err *err)
{
    const int64_t limit = readings_key(*before_ms, 0);
    int64_t last, next;

    if (ask(readings, "SELECT max(key) FROM reading_raw WHERE key < ?1", &limit, NULL, &last, err) ||
        ask(readings, "SELECT min(key) FROM reading_raw WHERE key >= ?1", &limit, NULL, &next, err))
        return -1;
    bool is_known = last != INT64_MAX && next != INT64_MAX;
    if (is_known && readings_key_time(next) - readings_key_time(last) > retention->order.keep_ms)
        *before_ms = NOTHING_MS;
    return 0;
}

/* Whole hours: one of which a part is gone could not be summed up again. */
static int find_limit(const struct retention *retention, const struct work_place *place, int64_t *before_ms,
                      struct err *err)
{
    const struct retention_order *order = &retention->order;
    int64_t newest;

    *before_ms = order->before_ms;
    if (ask(&place->readings->file.database, "SELECT max(key) FROM reading_raw", NULL, NULL, &newest, err))
        return -1;
    if (newest == INT64_MAX)
        *before_ms = NOTHING_MS;
    else if (readings_key_time(newest) - order->keep_ms < *before_ms)
        *before_ms = readings_key_time(newest) - order->keep_ms;
    for (size_t i = 0; i < order->car_count; i++)
        if (spare_car(&place->entries->file.database, order->cars[i], before_ms, err))
            return -1;
    if (spare_lonely(retention, &place->readings->file.database, before_ms, err))
        return -1;
    *before_ms -= (*before_ms % ROLLUP_HOUR_MS + ROLLUP_HOUR_MS) % ROLLUP_HOUR_MS;
    return 0;
}

/* 1: there may be more of this table. */
static int delete_rows(struct retention *retention, struct database *database, int64_t before_ms,
                       struct err *err)
{
    const int64_t below = readings_key(before_ms / tables[retention->table].unit_ms, 0), most = SLICE_ROWS;
    int64_t end;

    if (ask(database, tables[retention->table].end, &below, &most, &end, err))
        return -1;
    if (end == INT64_MAX)
        return 0;
    sqlite3_stmt *delete = database_prepare(database, tables[retention->table].delete, err);
    if (!delete)
        return -1;
    sqlite3_bind_int64(delete, 1, end);
    int rc = database_begin(database, err) || database_step(database, delete, "delete old readings", err);
    sqlite3_finalize(delete);
    retention->rows += rc == 0 && retention->table == 0 ? sqlite3_changes(database->sqlite) : 0;
    return rc ? -1 : 1;
}

static enum work_step step(struct work *work, const struct work_place *place, struct err *err)
{
    struct retention *retention = (struct retention *)work;
    struct file *file = &place->readings->file;
    int64_t before_ms;

    readings_bring(place->readings);
    if (!file_is_open(file) || file->trouble || !file_is_open(&place->entries->file) ||
        place->entries->file.trouble)
        return (enum work_step)err_set(err, "the diary is not well");
    if (find_limit(retention, place, &before_ms, err))
        return WORK_FAILED;
    int more = delete_rows(retention, &file->database, before_ms, err);
    if (more < 0)
        return WORK_FAILED;
    retention->table += more == 0;
    retention->slices++;
    bool is_done = retention->table == TABLE_COUNT || retention->slices == SLICE_MAX;
    int64_t now_ns = clock_monotonic_ns();
    file_want_write(file, now_ns + (is_done ? 0 : STORE_COMMIT_SECONDS * NS_PER_S));
    work->due_ns = now_ns + PAUSE_NS;
    return is_done ? WORK_DONE : WORK_GOES_ON;
}

static void free_retention(struct work *work)
{
    free(work);
}

struct work *retention_new(const struct retention_order *order)
{
    struct retention *retention = calloc(1, sizeof(*retention));

    if (!retention)
        return NULL;
    retention->work.step = step;
    retention->work.free = free_retention;
    retention->order = *order;
    return &retention->work;
}

int64_t retention_rows(const struct work *work)
{
    return ((const struct retention *)work)->rows;
}

bool retention_has_more(const struct work *work)
{
    return ((const struct retention *)work)->table < TABLE_COUNT;
}
