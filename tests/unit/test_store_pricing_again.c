/* diary/store/pricing: when a bill is reckoned again, and when it stands. */
#include "pricing_bench.h"

#include <signal.h>
#include <sys/wait.h>

static void a_corrected_price_changes_the_bills_of_all_charges_since(void **state)
{
    (void)state;
    struct tariffs tariffs = {.count = 2, .list = {day_and_night(0), day_and_night(DAY0 + 10)}};
    struct bench *bench = bench_new();

    bench_start(bench);
    for (int i = 0; i < 20; i++) {
        const struct diary_entry entry = an_evening(DIARY_INFERRED, DAY0 + i);
        bench_keep(bench, &entry);
    }
    assert_int_equal(price(bench, &tariffs), 20);
    tariffs.list[1].price_m = 2 * DAY_M;
    assert_int_equal(price(bench, &tariffs), 10);
    for (int i = 0; i < 20; i++)
        assert_bill(bench, i + 1, EVENING_LEAST_M, (i < 10 ? 1 : 2) * EVENING_MOST_M);
    tariffs.count = 0;
    assert_int_equal(price(bench, &tariffs), 20);
    assert_bill(bench, 1, DIARY_NONE, DIARY_NONE);
    assert_int_equal(run_sql(bench, "diary.db", "SELECT count(*) FROM charge_raw WHERE priced IS NULL"), 20);
    bench_stop(bench);
    bench_free(bench);
}

/* It may have begun on either side of midnight, where the next tariff's fee begins. */
static void a_corrected_fee_changes_the_bill_of_a_window_that_reaches_it(void **state)
{
    (void)state;
    struct tariffs tariffs = {.count = 2, .list = {day_and_night(0), day_and_night(DAY0 + 1)}};
    struct diary_entry entry = an_evening(DIARY_INFERRED, DAY0);
    struct bench *bench = bench_new();

    entry.charge.from_ms += 2 * HOUR_MS;
    entry.charge.to_ms += 4 * HOUR_MS;
    bench_start(bench);
    int64_t id = bench_keep(bench, &entry);
    assert_int_equal(price(bench, &tariffs), 1);
    assert_bill(bench, id, 4 * NIGHT_M, DIARY_NONE);
    tariffs.list[1].session_m = 50000;
    assert_int_equal(price(bench, &tariffs), 1);
    assert_bill(bench, id, 4 * NIGHT_M, 4 * NIGHT_M + 50000);
    bench_stop(bench);
    bench_free(bench);
}

static void a_bill_typed_by_hand_stays(void **state)
{
    (void)state;
    const struct diary_typed typed = {.is_cost = true, .cost_m = 84000};
    const struct diary_typed deleted = {.is_cost = true, .cost_m = DIARY_NONE};
    struct tariffs tariffs = sample_tariffs();
    const struct diary_entry entry = an_evening(DIARY_INFERRED, DAY0);
    struct bench *bench = bench_new();

    bench_start(bench);
    int64_t id = bench_keep(bench, &entry);
    type(bench, id, &typed);
    price(bench, &tariffs);
    tariffs.list[0].price_m *= 2;
    price(bench, &tariffs);
    struct diary_charge charge = charge_of(bench, id);
    assert_true(charge.cost_m == 84000 && charge.cost_max_m == DIARY_NONE);
    assert_string_equal(charge.cost_from, "typed");
    assert_string_equal(charge.currency, "EUR"); /* the house's money */
    type(bench, id, &deleted);
    assert_int_equal(price(bench, &tariffs), 1);
    assert_bill(bench, id, EVENING_LEAST_M, 2 * EVENING_MOST_M);
    bench_stop(bench);
    bench_free(bench);
}

static void what_is_typed_about_a_charge_changes_its_bill(void **state)
{
    (void)state;
    const struct diary_typed wall = {.is_wall = true, .wall_wh = 5000};
    const struct diary_typed work = {.is_place = true, .place = "work"};
    const struct diary_typed note = {.is_note = true, .note = "rain"};
    const struct diary_typed home = {.is_place = true, .place = "home"};
    const struct tariffs tariffs = sample_tariffs();
    const struct diary_entry entry = an_evening(DIARY_INFERRED, DAY0);
    struct bench *bench = bench_new();

    bench_start(bench);
    int64_t id = bench_keep(bench, &entry);
    assert_int_equal(price(bench, &tariffs), 1);
    type(bench, id, &note);
    assert_int_equal(price(bench, &tariffs), 0);
    type(bench, id, &wall);
    assert_true(charge_of(bench, id).cost_m == DIARY_NONE); /* never a bill for what was not so */
    assert_int_equal(price(bench, &tariffs), 1);
    assert_bill(bench, id, 5 * NIGHT_M, 5 * DAY_M);
    type(bench, id, &work);
    assert_true(charge_of(bench, id).cost_m == DIARY_NONE);
    price(bench, &tariffs);
    assert_true(charge_of(bench, id).cost_m == DIARY_NONE);
    type(bench, id, &home);
    price(bench, &tariffs);
    assert_bill(bench, id, 5 * NIGHT_M, 5 * DAY_M);
    bench_stop(bench);
    bench_free(bench);
}

static void a_charge_that_is_written_again_has_its_bill_again(void **state)
{
    (void)state;
    const struct tariffs tariffs = sample_tariffs();
    const struct diary_entry entry = an_evening(DIARY_WATCHED, DAY0);
    struct bench *bench = bench_new();

    bench_start(bench);
    hear_the_evening(bench);
    int64_t id = bench_keep(bench, &entry);
    price(bench, &tariffs);
    assert_true(bench_keep(bench, &entry) == id);
    assert_int_equal(price(bench, &tariffs), 1);
    assert_exact(bench, id);
    bench_stop(bench);
    bench_free(bench);
}

/* ---- readings that are gone ---- */

static void forget_readings(struct bench *bench)
{
    bench_stop(bench);
    run_sql(bench, "readings.db", "DELETE FROM reading_raw");
    bench_start(bench);
}

static void an_exact_bill_outlives_the_readings_it_was_made_of(void **state)
{
    (void)state;
    struct tariffs tariffs = sample_tariffs();
    const struct diary_entry entry = an_evening(DIARY_WATCHED, DAY0);
    struct bench *bench = bench_new();

    bench_start(bench);
    hear_the_evening(bench);
    int64_t id = bench_keep(bench, &entry);
    price(bench, &tariffs);
    forget_readings(bench);
    assert_int_equal(price(bench, &tariffs), 0);
    tariffs.list[tariffs.count++] = day_and_night(DAY0 + 30); /* next month's prices */
    tariffs.list[1].price_m = 2 * DAY_M;
    assert_int_equal(price(bench, &tariffs), 0);
    assert_exact(bench, id);
    tariffs.list[0].price_m = 2 * DAY_M;
    assert_int_equal(price(bench, &tariffs), 1);
    assert_bill(bench, id, EVENING_LEAST_M, 2 * EVENING_MOST_M);
    bench_stop(bench);
    bench_free(bench);
}

/* ---- ends in the middle ---- */

#define MANY 60000

static void make_many(struct bench *bench)
{
    char sql[512];

    bench_start(bench);
    bench_stop(bench);
    snprintf(
        sql, sizeof(sql),
        "INSERT INTO charge_raw(car, status, how, from_ms, to_ms, charger_wh, wall_from, currency, place,"
        " note, flags) SELECT 'leaf', 1, 1, %" PRId64 " + value * %" PRId64 ", %" PRId64 " + value * %" PRId64
        ", 4000, '', '', '', '', 0 FROM"
        " (WITH RECURSIVE n(value) AS (SELECT 0 UNION ALL SELECT value + 1 FROM n LIMIT %d)"
        " SELECT value FROM n)",
        EVENING_MS, DAY_MS, EVENING_MS + 2 * HOUR_MS, DAY_MS, MANY);
    run_sql(bench, "diary.db", sql);
}

static void die(void *ctx, double done)
{
    (void)ctx;
    (void)done;
    kill(getpid(), SIGKILL);
}

/* It never comes so far. */
static void die_too_late(void *ctx, const struct work *work, const char *why)
{
    (void)work;
    (void)why;
    die(ctx, 1);
}

static void price_and_die(struct bench *bench, const struct tariffs *tariffs)
{
    static const struct work_events events = {die, die_too_late};

    bench_start(bench);
    store_begin_work(bench->store, pricing_new(tariffs), &events, bench);
    for (;;)
        bench_turn(bench);
}

static void a_reckoning_that_is_killed_is_done_again_after_the_start(void **state)
{
    (void)state;
    static const char billed[] =
        "SELECT count(*) FROM charge_raw WHERE cost_m = 40000 AND cost_max_m = 120000";
    const struct tariffs tariffs = sample_tariffs();
    struct bench *bench = bench_new();
    int status;

    make_many(bench);
    pid_t child = fork();
    if (child == 0)
        price_and_die(bench, &tariffs);
    assert_true(child > 0 && waitpid(child, &status, 0) == child);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    int64_t before = run_sql(bench, "diary.db", billed);
    assert_in_range(before, 1, MANY - 1);
    bench_start(bench);
    assert_int_equal(price(bench, &tariffs), MANY - before);
    bench_stop(bench);
    assert_int_equal(run_sql(bench, "diary.db", billed), MANY);
    bench_free(bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_corrected_price_changes_the_bills_of_all_charges_since),
        cmocka_unit_test(a_corrected_fee_changes_the_bill_of_a_window_that_reaches_it),
        cmocka_unit_test(a_bill_typed_by_hand_stays),
        cmocka_unit_test(what_is_typed_about_a_charge_changes_its_bill),
        cmocka_unit_test(a_charge_that_is_written_again_has_its_bill_again),
        cmocka_unit_test(an_exact_bill_outlives_the_readings_it_was_made_of),
        cmocka_unit_test(a_reckoning_that_is_killed_is_done_again_after_the_start),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
