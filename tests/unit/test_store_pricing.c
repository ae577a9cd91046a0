/* diary/store/pricing: what a charge costs by the tariffs. */
#include "pricing_bench.h"

static void each_part_of_a_charge_costs_what_it_costs_then(void **state)
{
    (void)state;
    const struct tariffs tariffs = sample_tariffs();
    const struct diary_entry evening = an_evening(DIARY_WATCHED, DAY0);
    struct bench *bench = bench_new();

    bench_start(bench);
    hear_the_evening(bench);
    int64_t id = bench_keep(bench, &evening);
    assert_int_equal(price(bench, &tariffs), 1);
    assert_exact(bench, id);
    assert_int_equal(price(bench, &tariffs), 0);
    bench_stop(bench);
    bench_free(bench);
}

static void a_charge_nobody_watched_costs_between_the_cheapest_and_the_dearest(void **state)
{
    (void)state;
    const struct tariffs tariffs = sample_tariffs();
    const struct diary_entry inferred = an_evening(DIARY_INFERRED, DAY0);
    const struct diary_entry unheard = an_evening(DIARY_WATCHED, DAY0 + 1);
    struct diary_entry night = an_evening(DIARY_INFERRED, DAY0 + 2);
    struct bench *bench = bench_new();

    night.charge.from_ms += 2 * HOUR_MS;
    night.charge.to_ms += 2 * HOUR_MS;
    bench_start(bench);
    hear_the_evening(bench);
    int64_t ids[] = {bench_keep(bench, &inferred), bench_keep(bench, &unheard), bench_keep(bench, &night)};
    assert_int_equal(price(bench, &tariffs), 3);
    assert_bill(bench, ids[0], EVENING_LEAST_M, EVENING_MOST_M);
    assert_bill(bench, ids[1], EVENING_LEAST_M, EVENING_MOST_M);
    assert_bill(bench, ids[2], EVENING_LEAST_M, DIARY_NONE); /* all of it at one price */
    bench_stop(bench);
    bench_free(bench);
}

/* From 21:50 to 22:30 nothing was heard, nor after 22:40. */
static void a_course_with_gaps_is_taken_for_the_rest_and_half_a_course_for_none(void **state)
{
    (void)state;
    const struct tariffs tariffs = sample_tariffs();
    const struct diary_entry evening = an_evening(DIARY_WATCHED, DAY0);
    const struct store_series series = {"leaf", "charger_power", "kW", 10};
    struct bench *bench = bench_new();

    bench_start(bench);
    assert_int_equal(store_add_series(bench->store, POWER, &series), 0);
    for (int64_t minute = 0; minute < 50; minute++)
        hear(bench, EVENING_MS + minute * MINUTE_MS, 30);
    int64_t id = bench_keep(bench, &evening);
    price(bench, &tariffs);
    assert_bill(bench, id, EVENING_LEAST_M, EVENING_MOST_M);
    for (int64_t minute = 90; minute <= 107; minute++)
        hear(bench, EVENING_MS + minute * MINUTE_MS, 30);
    assert_true(bench_keep(bench, &evening) == id);
    price(bench, &tariffs);
    assert_bill(bench, id, (4 * DAY_M * 49 + 4 * NIGHT_M * 17 + 33) / 66, DIARY_NONE);
    bench_stop(bench);
    bench_free(bench);
}

/* Volts and amps, which are told at different times; the charger fell silent after ten minutes. */
static void a_charger_that_says_little_gives_way_to_volts_and_amps(void **state)
{
    (void)state;
    static const struct store_series all[] = {{"leaf", "charger_power", "kW", 10},
                                              {"leaf", "pack_voltage", "V", 2},
                                              {"leaf", "pack_current", "A", 2}};
    const struct tariffs tariffs = sample_tariffs();
    const struct diary_entry evening = an_evening(DIARY_WATCHED, DAY0);
    struct bench *bench = bench_new();

    bench_start(bench);
    for (unsigned i = 0; i < 3; i++)
        assert_int_equal(store_add_series(bench->store, POWER + i, &all[i]), 0);
    for (int64_t minute = 0; minute <= 120; minute++) {
        int64_t at_ns = (EVENING_MS + minute * MINUTE_MS) * NS_PER_MS;
        if (minute < 10)
            store_add_reading(bench->store, POWER, at_ns, true, 30, 0);
        store_add_reading(bench->store, POWER + 1, at_ns, true, 800, 0);
        store_add_reading(bench->store, POWER + 2, at_ns - (minute == 60), true, minute <= 60 ? 15 : 5, 0);
        if (minute == 60)
            store_add_reading(bench->store, POWER + 2, at_ns, true, 5, 0);
    }
    store_add_reading(bench->store, POWER + 2, (EVENING_MS + 121 * MINUTE_MS) * NS_PER_MS, true, 400, 0);
    int64_t id = bench_keep(bench, &evening);
    price(bench, &tariffs);
    assert_exact(bench, id);
    bench_stop(bench);
    bench_free(bench);
}

/* 1 kWh until 22:00 and 3 kWh after, whatever the car says; nothing was heard of it for half an hour. */
static void the_meter_at_the_wall_knows_best(void **state)
{
    (void)state;
    const struct tariffs tariffs = sample_tariffs();
    const struct store_series series = {"leaf", "wall_energy", "kWh", 1000};
    struct diary_entry evening = an_evening(DIARY_METERED, DAY0);
    struct bench *bench = bench_new();

    evening.charge.wall_wh = 4000;
    bench_start(bench);
    hear_the_evening(bench);
    assert_int_equal(store_add_series(bench->store, POWER + 1, &series), 0);
    for (int64_t minute = 0; minute <= 120; minute += minute == 20 ? 30 : 10) {
        int64_t wh = 70000 + (minute <= 60 ? minute * 1000 / 60 : 1000 + (minute - 60) * 3000 / 60);
        store_add_reading(bench->store, POWER + 1, (EVENING_MS + minute * MINUTE_MS) * NS_PER_MS, true, wh,
                          0);
    }
    int64_t id = bench_keep(bench, &evening);
    price(bench, &tariffs);
    assert_bill(bench, id, DAY_M + 3 * NIGHT_M, DIARY_NONE);
    bench_stop(bench);
    bench_free(bench);
}

/* A message that the broker had kept for days comes in between. */
static void a_count_out_of_the_way_is_not_billed(void **state)
{
    (void)state;
    const struct tariffs tariffs = sample_tariffs();
    const struct store_series series = {"leaf", "wall_energy", "kWh", 1000};
    struct diary_entry evening = an_evening(DIARY_METERED, DAY0);
    struct bench *bench = bench_new();

    evening.charge.wall_wh = 4000;
    bench_start(bench);
    assert_int_equal(store_add_series(bench->store, POWER + 1, &series), 0);
    for (int64_t minute = 0; minute <= 120; minute += 10) {
        int64_t wh = 70000 + (minute <= 60 ? minute * 1000 / 60 : 1000 + (minute - 60) * 3000 / 60);
        int64_t at_ns = (EVENING_MS + minute * MINUTE_MS) * NS_PER_MS;
        store_add_reading(bench->store, POWER + 1, at_ns, true, wh, 0);
        if (minute == 30)
            store_add_reading(bench->store, POWER + 1, at_ns + NS_PER_MIN, true, 50000, 0);
    }
    int64_t id = bench_keep(bench, &evening);
    price(bench, &tariffs);
    assert_bill(bench, id, DAY_M + 3 * NIGHT_M, DIARY_NONE);
    bench_stop(bench);
    bench_free(bench);
}

/* The car was charged at another socket. */
static void a_meter_that_counted_nothing_says_nothing_of_the_price(void **state)
{
    (void)state;
    static const struct store_series all[] = {{"leaf", "wall_energy", "kWh", 1000},
                                              {"leaf", "wall_power", "kW", 1000}};
    const struct tariffs tariffs = sample_tariffs();
    const struct diary_entry evening = an_evening(DIARY_WATCHED, DAY0);
    struct bench *bench = bench_new();

    bench_start(bench);
    hear_the_evening(bench);
    for (unsigned i = 0; i < 2; i++)
        assert_int_equal(store_add_series(bench->store, POWER + 1 + i, &all[i]), 0);
    for (int64_t minute = 0; minute <= 120; minute += 4) {
        int64_t at_ns = (EVENING_MS + minute * MINUTE_MS) * NS_PER_MS;
        store_add_reading(bench->store, POWER + 1, at_ns, true, 70000, 0);
        store_add_reading(bench->store, POWER + 2, at_ns, true, 0, 0);
    }
    int64_t id = bench_keep(bench, &evening);
    price(bench, &tariffs);
    assert_exact(bench, id);
    bench_stop(bench);
    bench_free(bench);
}

static void a_charge_at_work_is_not_billed_at_homes_price(void **state)
{
    (void)state;
    static const struct {
        const char *place;
        bool is_home;
    } cases[] = {{"", true}, {"home", true}, {"HOME", true}, {"work", false}, {"homestead", false}};
    const struct tariffs tariffs = sample_tariffs();
    struct bench *bench = bench_new();

    bench_start(bench);
    for (int i = 0; i < 5; i++) {
        struct diary_entry entry = an_evening(DIARY_INFERRED, DAY0 + i);
        strcpy(entry.charge.place, cases[i].place);
        bench_keep(bench, &entry);
    }
    assert_int_equal(price(bench, &tariffs), 3);
    for (int i = 0; i < 5; i++)
        assert_bill(bench, i + 1, cases[i].is_home ? EVENING_LEAST_M : DIARY_NONE,
                    cases[i].is_home ? EVENING_MOST_M : DIARY_NONE);
    bench_stop(bench);
    bench_free(bench);
}

/* As near to the wall as it is known. */
static void what_is_billed_is_what_was_drawn_from_the_wall(void **state)
{
    (void)state;
    static const int64_t energies[][3] = {/* wall, charger, battery */
                                          {5000, 4000, 3500},
                                          {DIARY_NONE, 4000, 3500},
                                          {DIARY_NONE, DIARY_NONE, 3500},
                                          {DIARY_NONE, DIARY_NONE, DIARY_NONE},
                                          {DIARY_NONE, DIARY_NONE, -20}};
    static const int64_t costs[] = {5 * NIGHT_M, 4 * NIGHT_M, NIGHT_M * 7 / 2, DIARY_NONE, DIARY_NONE};
    struct tariffs tariffs = sample_tariffs();
    struct bench *bench = bench_new();

    tariffs.list[0].price_m = NIGHT_M;
    bench_start(bench);
    for (int i = 0; i < 5; i++) {
        struct diary_entry entry = an_evening(DIARY_WATCHED, DAY0 + i);
        entry.charge.wall_wh = energies[i][0];
        entry.charge.charger_wh = energies[i][1];
        entry.charge.battery_wh = energies[i][2];
        bench_keep(bench, &entry);
    }
    price(bench, &tariffs);
    for (int i = 0; i < 5; i++)
        assert_bill(bench, i + 1, costs[i], DIARY_NONE);
    bench_stop(bench);
    bench_free(bench);
}

static void a_charge_that_goes_on_has_no_bill_yet(void **state)
{
    (void)state;
    const struct tariffs tariffs = sample_tariffs();
    struct diary_entry entry = an_evening(DIARY_WATCHED, DAY0);
    struct bench *bench = bench_new();

    entry.charge.status = DIARY_OPEN;
    bench_start(bench);
    int64_t id = bench_keep(bench, &entry);
    assert_int_equal(price(bench, &tariffs), 0);
    assert_bill(bench, id, DIARY_NONE, DIARY_NONE);
    entry.charge.status = DIARY_INCOMPLETE;
    bench_keep(bench, &entry);
    assert_int_equal(price(bench, &tariffs), 1);
    assert_bill(bench, id, EVENING_LEAST_M, EVENING_MOST_M);
    bench_stop(bench);
    bench_free(bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_part_of_a_charge_costs_what_it_costs_then),
        cmocka_unit_test(a_charge_nobody_watched_costs_between_the_cheapest_and_the_dearest),
        cmocka_unit_test(a_course_with_gaps_is_taken_for_the_rest_and_half_a_course_for_none),
        cmocka_unit_test(a_charger_that_says_little_gives_way_to_volts_and_amps),
        cmocka_unit_test(the_meter_at_the_wall_knows_best),
        cmocka_unit_test(a_count_out_of_the_way_is_not_billed),
        cmocka_unit_test(a_meter_that_counted_nothing_says_nothing_of_the_price),
        cmocka_unit_test(a_charge_at_work_is_not_billed_at_homes_price),
        cmocka_unit_test(what_is_billed_is_what_was_drawn_from_the_wall),
        cmocka_unit_test(a_charge_that_goes_on_has_no_bill_yet),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
