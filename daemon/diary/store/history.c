/* Reads one signal's rows in time order and reduces them on the fly: single readings while they fit, then the
 * mean, least and greatest of each step. Steps are round and begin at multiples of themselves, so that two
 * answers for overlapping spans agree. Does not read roll-ups: there are none yet. */
#include "diary/store/history.h"

#include "diary/store/readings.h"
#include "util/core/time.h"

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

struct reduction {
    struct store_point *points;
    size_t count;
    int64_t step_ns; /* 0: keep single readings */
    size_t in_step;  /* readings in the last point */
    double sum;
};

static void add_point(struct reduction *reduction, int64_t utc_ns, double value)
{
    reduction->points[reduction->count++] = (struct store_point){utc_ns, value, value, value};
    reduction->in_step = 1;
    reduction->sum = value;
}

static void add_value(struct reduction *reduction, int64_t utc_ns, double value)
{
    int64_t start_ns = reduction->step_ns ? utc_ns - utc_ns % reduction->step_ns : utc_ns;

    if (!reduction->step_ns || reduction->count == 0 ||
        reduction->points[reduction->count - 1].utc_ns != start_ns) {
        add_point(reduction, start_ns, value);
        return;
    }
    struct store_point *point = &reduction->points[reduction->count - 1];
    reduction->in_step++;
    reduction->sum += value;
    point->mean = reduction->sum / (double)reduction->in_step;
    if (value < point->min)
        point->min = value;
    if (value > point->max)
        point->max = value;
}

/* The row of the series and its steps a unit; 1 when there is none, -1 on failure. */
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
    }
    sqlite3_reset(find);
    if (rc == SQLITE_ROW)
        return 0;
    return rc == SQLITE_DONE ? 1
                             : err_set(err, "find a series: %s", sqlite3_errmsg(readings->database.sqlite));
}

/* Stops early once there are more single readings than `limit`; true when it reached the end. */
static bool scan_rows(sqlite3_stmt *scan, struct reduction *reduction, double per_unit, size_t limit)
{
    while (sqlite3_step(scan) == SQLITE_ROW) {
        if (!reduction->step_ns && reduction->count == limit)
            return false;
        int64_t utc_ns = readings_key_ms(sqlite3_column_int64(scan, 0)) * NS_PER_MS;
        add_value(reduction, utc_ns, (double)sqlite3_column_int64(scan, 1) / per_unit);
    }
    return true;
}

int history_read(struct readings *readings, const struct store_history_request *request,
                 struct store_point *points, struct store_history *history, struct err *err)
{
    int64_t row = 0, per_unit = 1;
    int found = find_series(readings, request, &row, &per_unit, err);

    *history = (struct store_history){.points = points};
    if (found != 0)
        return found < 0 ? -1 : 0;
    sqlite3_stmt *scan = readings->scan;
    sqlite3_bind_int64(scan, 1, readings_key(request->from_utc_ns / NS_PER_MS, 0));
    sqlite3_bind_int64(scan, 2, readings_key(request->to_utc_ns / NS_PER_MS, 0));
    sqlite3_bind_int64(scan, 3, row);
    struct reduction reduction = {.points = points};
    if (!scan_rows(scan, &reduction, (double)per_unit, request->points)) {
        sqlite3_reset(scan);
        history->step_s =
            history_step((request->to_utc_ns - request->from_utc_ns) / NS_PER_S, request->points);
        reduction = (struct reduction){.points = points, .step_ns = history->step_s * NS_PER_S};
        scan_rows(scan, &reduction, (double)per_unit, 0);
    }
    history->count = reduction.count;
    int rc = sqlite3_reset(scan);
    return rc == SQLITE_OK ? 0 : err_set(err, "read history: %s", sqlite3_errmsg(readings->database.sqlite));
}
