/* Reads one signal in time order and reduces it on the fly: single readings while they fit, then the mean,
 * least and greatest of each step. Steps are round, begin at multiples of themselves and are told whole, so
 * that two answers for overlapping spans agree, and so do roll-ups and the rows they were made of. Sums are
 * integers: it makes no difference in which order they grew. */
#include "diary/store/history.h"

#include "util/core/time.h"

#include <stdlib.h>

struct reduction {
    struct store_point *points;
    size_t count, limit;
    int64_t step_ms; /* 0: keep single readings */
    bool wants_last; /* which no roll-up knows */
    double per_unit;
    int64_t n, sum, min, max; /* of the last point */
};

/* n readings of one moment, minute or hour. */
struct bucket {
    int64_t utc_ms, n, sum, min, max;
};

/* One kind of rows: statement, and the milliseconds that a key's time counts. */
struct source {
    sqlite3_stmt *scan;
    int64_t unit_ms;
};

int64_t history_step(int64_t span_s, unsigned points)
{
    static const int64_t steps[] = {1,   2,   5,    10,   15,   20,    30,    60,    120,  300,
                                    600, 900, 1800, 3600, 7200, 14400, 21600, 43200, 86400};
    size_t count = sizeof(steps) / sizeof(steps[0]);

    for (size_t i = 0; i < count; i++)
        if (span_s <= steps[i] * (int64_t)(points - 1))
            return steps[i];
    int64_t days = span_s / (86400 * (int64_t)(points - 1)) + 1;
    return days * 86400;
}

static void begin_point(struct reduction *reduction, const struct bucket *bucket, int64_t start_ms)
{
    reduction->points[reduction->count++].utc_ns = start_ms * NS_PER_MS;
    reduction->n = bucket->n;
    reduction->sum = bucket->sum;
    reduction->min = bucket->min;
    reduction->max = bucket->max;
}

/* False when there is no room for another point. */
static bool add_bucket(struct reduction *reduction, const struct bucket *bucket)
{
    int64_t step_ms = reduction->step_ms;
    int64_t start_ms = step_ms ? bucket->utc_ms - bucket->utc_ms % step_ms : bucket->utc_ms;

    if (step_ms && reduction->count > 0 &&
        reduction->points[reduction->count - 1].utc_ns == start_ms * NS_PER_MS) {
        reduction->n += bucket->n;
        reduction->sum += bucket->sum;
        reduction->min = bucket->min < reduction->min ? bucket->min : reduction->min;
        reduction->max = bucket->max > reduction->max ? bucket->max : reduction->max;
    } else if (reduction->count == reduction->limit) {
        return false;
    } else {
        begin_point(reduction, bucket, start_ms);
    }
    struct store_point *point = &reduction->points[reduction->count - 1];
    point->mean = (double)reduction->sum / (double)reduction->n / reduction->per_unit;
    point->min = (double)reduction->min / reduction->per_unit;
    point->max = (double)reduction->max / reduction->per_unit;
    point->last =
        reduction->wants_last ? (double)bucket->sum / (double)bucket->n / reduction->per_unit : point->mean;
    return true;
}

/* 1: there was no room for all. */
static int scan(struct readings *readings, const struct source *source, int64_t row, int64_t from_ms,
                int64_t to_ms, struct reduction *reduction, struct err *err)
{
    sqlite3_stmt *rows = source->scan;
    bool fits = true;
    int rc = SQLITE_DONE;

    sqlite3_bind_int64(rows, 1, readings_key(from_ms / source->unit_ms, 0));
    sqlite3_bind_int64(rows, 2, readings_key(to_ms / source->unit_ms, 0));
    sqlite3_bind_int64(rows, 3, row);
    while (fits && (rc = sqlite3_step(rows)) == SQLITE_ROW) {
        const struct bucket bucket = {
            readings_key_time(sqlite3_column_int64(rows, 0)) * source->unit_ms,
            sqlite3_column_int64(rows, 1),
            sqlite3_column_int64(rows, 2),
            sqlite3_column_int64(rows, 3),
            sqlite3_column_int64(rows, 4),
        };
        fits = add_bucket(reduction, &bucket);
    }
    if (fits && rc != SQLITE_DONE)
        database_fail(&readings->file.database, "read history", err);
    sqlite3_reset(rows);
    return !fits ? 1 : rc == SQLITE_DONE ? 0 : -1;
}

/* The row of the series and its steps a unit; 1 when there is none. */
static int find_series(struct readings *readings, const struct store_history_request *request, int64_t *row,
                       int64_t *per_unit, struct err *err)
{
    sqlite3_stmt *find = readings->find_series;

    sqlite3_bind_text(find, 1, request->car, -1, SQLITE_STATIC);
    sqlite3_bind_text(find, 2, request->signal, -1, SQLITE_STATIC);
    int rc = sqlite3_step(find);
    if (rc == SQLITE_ROW) {
        *row = sqlite3_column_int64(find, 0);
        *per_unit = sqlite3_column_int64(find, 1);
    } else if (rc != SQLITE_DONE) {
        database_fail(&readings->file.database, "find a series", err);
    }
    sqlite3_reset(find);
    return rc == SQLITE_ROW ? 0 : rc == SQLITE_DONE ? 1 : -1;
}

/* Roll-ups as far as they go, rows from there on. */
static int scan_steps(struct readings *readings, int64_t row, int64_t from_ms, int64_t to_ms,
                      struct reduction *reduction, struct err *err)
{
    const struct source raw = {readings->scan_raw, 1};
    const struct source minutes = {readings->scan_minutes, ROLLUP_MINUTE_MS};
    const struct source hours = {readings->scan_hours, ROLLUP_HOUR_MS};
    int64_t open_ms = readings->rollup.open_hour * ROLLUP_HOUR_MS;
    int64_t rolled_up_ms = reduction->wants_last ? ROLLUP_HOUR_MS : ROLLUP_MINUTE_MS; /* from this step on */

    from_ms -= from_ms % reduction->step_ms;
    to_ms += (reduction->step_ms - to_ms % reduction->step_ms) % reduction->step_ms;
    if (reduction->step_ms >= rolled_up_ms && from_ms < open_ms) {
        const struct source *rolled_up = reduction->step_ms < ROLLUP_HOUR_MS ? &minutes : &hours;
        int64_t end_ms = to_ms < open_ms ? to_ms : open_ms;
        if (scan(readings, rolled_up, row, from_ms, end_ms, reduction, err))
            return -1;
        from_ms = end_ms;
    }
    return scan(readings, &raw, row, from_ms, to_ms, reduction, err) ? -1 : 0;
}

/* Of readings that were let go (retention) the hours are left. */
static int scan_what_is_left(struct readings *readings, int64_t row, int64_t from_ms, int64_t to_ms,
                             struct reduction *reduction, struct err *err)
{
    const struct source hours = {readings->scan_hours, ROLLUP_HOUR_MS};

    reduction->limit = STORE_POINTS_MAX + 1;
    if (reduction->step_ms < ROLLUP_HOUR_MS)
        reduction->step_ms = ROLLUP_HOUR_MS;
    from_ms -= from_ms % reduction->step_ms;
    return scan(readings, &hours, row, from_ms, to_ms, reduction, err) < 0 ? -1 : 0;
}

static int read_points(struct readings *readings, const struct store_history_request *request, int64_t row,
                       struct reduction *reduction, struct err *err)
{
    const struct source raw = {readings->scan_raw, 1};
    int64_t from_ms = request->from_utc_ns / NS_PER_MS, to_ms = request->to_utc_ns / NS_PER_MS;
    int64_t step_s = history_step((to_ms - from_ms) / 1000, request->points);
    int rc = 1;

    if (step_s * 1000 < ROLLUP_MINUTE_MS)
        rc = scan(readings, &raw, row, from_ms, to_ms, reduction, err);
    if (rc == 1) {
        reduction->count = 0;
        reduction->limit = STORE_POINTS_MAX + 1;
        reduction->step_ms = step_s * 1000;
        rc = scan_steps(readings, row, from_ms, to_ms, reduction, err);
    }
    if (rc != 0 || reduction->count > 0)
        return rc;
    return scan_what_is_left(readings, row, from_ms, to_ms, reduction, err);
}

int history_ask(struct readings *readings, const struct store_history_request *request,
                struct store_answer *answer, int64_t *step_s, struct err *err)
{
    struct reduction reduction = {.points = calloc(STORE_POINTS_MAX + 1, sizeof(struct store_point)),
                                  .limit = request->points,
                                  .wants_last = request->wants_last};
    int64_t row = 0, per_unit = 1;

    answer->items = reduction.points;
    if (!reduction.points)
        return err_set(err, "out of memory");
    if (!readings->file.database.in_transaction && rollup_reload(&readings->rollup, err))
        return -1;
    int rc = find_series(readings, request, &row, &per_unit, err);
    if (rc != 0)
        return rc < 0 ? -1 : 0;
    answer->is_known = true;
    reduction.per_unit = (double)per_unit;
    if (read_points(readings, request, row, &reduction, err))
        return -1;
    answer->count = reduction.count;
    *step_s = reduction.step_ms / 1000;
    return 0;
}
