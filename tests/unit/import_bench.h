/* Files of other programs, given to a store on a folder of its own, and what stands in its tables then. */
#ifndef TESTS_UNIT_IMPORT_BENCH_H
#define TESTS_UNIT_IMPORT_BENCH_H

#include "diary/store/import.h"
#include "leafspy_text.h"
#include "store_bench.h"

#include <sqlite3.h>

#define LOG_S   INT64_C(1514800800) /* 2018-01-01 10:00 UTC */
#define HOUR_S  INT64_C(3600)
#define LATER_S INT64_C(1600000000)

/* ---- an import ---- */

struct told {
    bool has_ended;
    char why[ERR_TEXT_MAX];
    struct import_result result;
};

static inline void keep_end(void *ctx, const struct work *work, const char *why)
{
    struct told *told = ctx;

    told->has_ended = true;
    told->result = import_result(work);
    snprintf(told->why, sizeof(told->why), "%s", why ? why : "");
}

static inline struct import_order an_order(int fd)
{
    struct import_order order = {.fd = fd, .mm_per_unit = 1000000, .now_ms = LATER_S * 1000};

    zone_set_utc(&order.zone);
    order.has_zone = true;
    strcpy(order.settings.car, "leaf");
    order.settings.wh_per_ah = 355;
    order.settings.wh_per_gid = 80;
    return order;
}

static inline struct told import_order(struct bench *bench, const struct import_order *order)
{
    static const struct work_events events = {NULL, keep_end};
    struct told told = {0};

    assert_int_equal(store_begin_work(bench->store, import_new(order), &events, &told), 0);
    while (!told.has_ended)
        bench_turn(bench);
    return told;
}

/* A file without a name. */
static inline FILE *a_file(void)
{
    FILE *out = tmpfile();

    assert_non_null(out);
    return out;
}

static inline struct told import_file(struct bench *bench, FILE *file, bool is_carwings)
{
    fflush(file);
    struct import_order order = an_order(dup(fileno(file)));

    order.is_carwings = is_carwings;
    return import_order(bench, &order);
}

static inline FILE *a_drive(int64_t utc_s, int soc, int odometer_km, int km)
{
    FILE *file = a_file();

    leafspy_write_header(file);
    leafspy_write_drive(file, utc_s, soc, odometer_km, km);
    return file;
}

static inline FILE *a_table(const char *rows)
{
    FILE *file = a_file();

    fprintf(file, "Date,Trip ID,kWh Total,kWh Used,kWh Regenerated,Miles,Miles/kWh,CO2\n%s", rows);
    return file;
}

/* ---- what is there ---- */

static inline int64_t value_of(const struct bench *bench, const char *name, const char *sql)
{
    char path[128];
    sqlite3 *sqlite;
    sqlite3_stmt *select;

    snprintf(path, sizeof(path), "%s/%s", bench->folder, name);
    assert_int_equal(sqlite3_open(path, &sqlite), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(sqlite, sql, -1, &select, NULL), SQLITE_OK);
    int64_t value = sqlite3_step(select) == SQLITE_ROW ? sqlite3_column_int64(select, 0) : -1;
    sqlite3_finalize(select);
    sqlite3_close(sqlite);
    return value;
}

/* The rows of every table, and a sum over what stands in them. */
struct contents {
    int64_t values[12];
};

static inline struct contents contents_of(const struct bench *bench)
{
    static const char *const diary[] = {"SELECT count(*) FROM charge_raw",
                                        "SELECT count(*) FROM part",
                                        "SELECT count(*) FROM outing_raw",
                                        "SELECT count(*) FROM health",
                                        "SELECT count(*) FROM cells",
                                        "SELECT count(*) FROM anchor",
                                        "SELECT sum(from_ms + to_ms + distance_mm) FROM outing_raw"};
    static const char *const readings[] = {"SELECT count(*) FROM reading_raw", "SELECT count(*) FROM series",
                                           "SELECT count(*) FROM minute", "SELECT sum(sum) FROM minute",
                                           "SELECT sum(steps) + sum(key >> 12) FROM reading_raw"};
    struct contents contents = {{0}};
    size_t count = 0;

    for (size_t i = 0; i < sizeof(diary) / sizeof(diary[0]); i++)
        contents.values[count++] = value_of(bench, "diary.db", diary[i]);
    for (size_t i = 0; i < sizeof(readings) / sizeof(readings[0]); i++)
        contents.values[count++] = value_of(bench, "readings.db", readings[i]);
    return contents;
}

static inline struct bench *begin(void)
{
    struct bench *bench = bench_new();

    bench_start(bench);
    return bench;
}

static inline void end(struct bench *bench)
{
    bench_stop(bench);
    bench_free(bench);
}

#endif
