/* A store's bench on which charges are priced, and an evening of 4 kWh over the hour at which the night's
 * price begins. */
#ifndef TESTS_UNIT_PRICING_BENCH_H
#define TESTS_UNIT_PRICING_BENCH_H

#include "store_bench.h"
#include "store_entry.h"
#include "tariff_sample.h"

#include "diary/store/pricing.h"
#include "util/core/time.h"

#include <inttypes.h>
#include <sqlite3.h>

#define MINUTE_MS  INT64_C(60000)
#define DAY_MS     (24 * HOUR_MS)
#define EVENING_MS (DAY0 * DAY_MS + 21 * HOUR_MS) /* an hour before the night */
#define POWER      0                              /* the series of the charger's power */

/* ---- the bench ---- */

struct ended {
    bool has_ended;
    char why[ERR_TEXT_MAX];
    size_t changed;
};

static inline void keep_end(void *ctx, const struct work *work, const char *why)
{
    struct ended *ended = ctx;

    ended->has_ended = true;
    ended->changed = pricing_changed(work);
    snprintf(ended->why, sizeof(ended->why), "%s", why ? why : "");
}

/* How many bills changed by it. */
static inline size_t price(struct bench *bench, const struct tariffs *tariffs)
{
    static const struct work_events events = {.ended = keep_end};
    struct ended ended = {.has_ended = false};

    assert_int_equal(store_begin_work(bench->store, pricing_new(tariffs), &events, &ended), 0);
    while (!ended.has_ended)
        bench_turn(bench);
    assert_string_equal(ended.why, "");
    return ended.changed;
}

static inline struct diary_charge charge_of(struct bench *bench, int64_t id)
{
    struct store_question question = everything(STORE_ASK_CHARGE);

    question.id = id;
    const struct diary_charge *charge = bench_ask(bench, &question, sizeof(*charge));
    assert_int_equal(bench->answer.count, 1);
    return *charge;
}

static inline void assert_bill(struct bench *bench, int64_t id, int64_t cost_m, int64_t cost_max_m)
{
    const struct diary_charge charge = charge_of(bench, id);

    if (charge.cost_m != cost_m || charge.cost_max_m != cost_max_m)
        fail_msg("charge %" PRId64 " costs %" PRId64 " to %" PRId64, id, charge.cost_m, charge.cost_max_m);
    assert_string_equal(charge.cost_from, cost_m == DIARY_NONE ? "" : "tariff");
    assert_string_equal(charge.currency, cost_m == DIARY_NONE ? "" : "EUR");
}

static inline void type(struct bench *bench, int64_t id, const struct diary_typed *typed)
{
    struct store_edit edit = {
        .subject = STORE_ASK_CHARGE, .car = "leaf", .id = id, .typed = malloc(sizeof(*typed))};

    *edit.typed = *typed;
    bench->answered = false;
    bench->item_bytes = 0;
    assert_int_equal(store_edit(bench->store, &edit, bench_keep_answer, bench), 0);
    while (!bench->answered)
        bench_turn(bench);
    assert_int_equal(bench->answer.count, 1);
}

static inline int64_t run_sql(const struct bench *bench, const char *file, const char *sql)
{
    char path[128];
    sqlite3 *database;
    sqlite3_stmt *statement;
    int64_t value = 0;

    snprintf(path, sizeof(path), "%s/%s", bench->folder, file);
    assert_int_equal(sqlite3_open(path, &database), SQLITE_OK);
    sqlite3_busy_timeout(database, 5000);
    if (sqlite3_prepare_v2(database, sql, -1, &statement, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(database));
    if (sqlite3_step(statement) == SQLITE_ROW)
        value = sqlite3_column_int64(statement, 0);
    assert_int_equal(sqlite3_finalize(statement), SQLITE_OK);
    sqlite3_close(database);
    return value;
}

/* ---- charges ---- */

/* From 21:00 to 23:00, 4 kWh out of the charger. */
static inline struct diary_entry an_evening(enum diary_how how, int32_t day)
{
    struct diary_entry entry = a_charge(day * DAY_MS + 21 * HOUR_MS, day, 3500);

    entry.charge.how = how;
    entry.charge.to_ms = entry.charge.from_ms + 2 * HOUR_MS;
    entry.charge.charger_wh = 4000;
    return entry;
}

static inline void hear(struct bench *bench, int64_t at_ms, int64_t tenths_of_kw)
{
    store_add_reading(bench->store, POWER, at_ms * NS_PER_MS, true, tenths_of_kw, 0);
}

/* 3 kW until 22:00, then 1 kW. */
static inline void hear_the_evening(struct bench *bench)
{
    const struct store_series series = {"leaf", "charger_power", "kW", 10};

    assert_int_equal(store_add_series(bench->store, POWER, &series), 0);
    for (int64_t minute = 0; minute <= 120; minute++) {
        int64_t at_ms = EVENING_MS + minute * MINUTE_MS;
        if (minute == 60)
            hear(bench, at_ms - 1, 30);
        hear(bench, at_ms, minute < 60 ? 30 : 10);
    }
}

#define EVENING_EXACT_M (3 * DAY_M + NIGHT_M)
#define EVENING_LEAST_M (4 * NIGHT_M)
#define EVENING_MOST_M  (4 * DAY_M)

/* A millisecond between 3 kW and 1 kW is not to be seen in thousandths of a cent. */
static inline void assert_exact(struct bench *bench, int64_t id)
{
    assert_bill(bench, id, EVENING_EXACT_M, DIARY_NONE);
}

#endif
