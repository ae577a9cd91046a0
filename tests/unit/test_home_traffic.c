/* home_traffic: what a day cost the car gets into the view and onto the card, once, over restarts of either
 * half. */
#include "home_traffic.h"

#include "link/counters.h"
#include "store_bench.h"
#include "view_sample.h"

#define UTC_NS (INT64_C(1795327200) * NS_PER_S) /* 2026-11-22T06:00:00Z, at boot */
#define DAY    20779

struct house {
    struct sample sample;
    struct zone zone;
    struct bench *bench;
    struct home_traffic *traffic;
    int64_t now_ns;
};

static void open_house(struct house *house)
{
    bench_start(house->bench);
    const struct home_traffic_parts parts = {house->bench->store, &house->sample.view, &house->zone};
    house->traffic = home_traffic_new(&parts);
    house->sample.cars[0].has_traffic = false;
    memset(house->sample.cars[0].counters, 0, sizeof(house->sample.cars[0].counters));
}

static void close_house(struct house *house)
{
    home_traffic_free(house->traffic);
    bench_stop(house->bench);
}

static int set_up(void **state)
{
    struct house *house = calloc(1, sizeof(*house));

    house->bench = bench_new();
    house->now_ns = 100 * NS_PER_S;
    zone_set_utc(&house->zone);
    sample_new(&house->sample, 1);
    open_house(house);
    *state = house;
    return 0;
}

static int tear_down(void **state)
{
    struct house *house = *state;

    close_house(house);
    sample_free(&house->sample);
    bench_free(house->bench);
    free(house);
    return 0;
}

static void half_says(struct house *house, uint64_t started_us, uint64_t frames)
{
    uint64_t *counters = house->sample.cars[0].counters;

    counters[COUNTER_STARTED_US] = started_us;
    counters[COUNTER_FRAMES_SENT] = frames;
    counters[COUNTER_BYTES] = 8 * frames;
}

/* Lets that much time pass in one step, and then gives the store a moment to answer. */
static void pass(struct house *house, int64_t time_ns)
{
    struct err err;

    house->now_ns += time_ns;
    home_traffic_advance(house->traffic, house->now_ns, UTC_NS);
    for (int i = 0; i < 500 && !house->sample.cars[0].has_traffic; i++) {
        assert_int_equal(loop_turn(house->bench->loop, 10, &err), 0);
        home_traffic_advance(house->traffic, house->now_ns, UTC_NS);
    }
}

/* What lies on the card, newest day first. */
static const struct diary_traffic *kept(struct house *house)
{
    struct store_question question = {
        .subject = STORE_ASK_TRAFFIC, .car = "leaf", .from_day = INT32_MIN, .to_day = INT32_MAX, .limit = 10};

    return bench_ask(house->bench, &question, sizeof(struct diary_traffic));
}

static void a_day_on_which_nothing_was_sent_is_a_row_of_zeros(void **state)
{
    struct house *house = *state;

    half_says(house, 7, 0);
    pass(house, NS_PER_S);
    const struct diary_traffic *row = kept(house);
    assert_int_equal(house->bench->answer.count, 1);
    assert_int_equal(row->day, DAY);
    assert_int_equal(row->frames_sent, 0);
    assert_true(house->sample.cars[0].has_traffic);
    assert_int_equal(house->sample.cars[0].traffic.frames_sent, 0);
}

static void nothing_is_known_before_the_half_has_spoken(void **state)
{
    struct house *house = *state;
    struct err err;

    for (int i = 0; i < 20; i++) {
        home_traffic_advance(house->traffic, house->now_ns, UTC_NS);
        assert_int_equal(loop_turn(house->bench->loop, 1, &err), 0);
    }
    assert_false(house->sample.cars[0].has_traffic);
    kept(house);
    assert_int_equal(house->bench->answer.count, 0);
}

/* The view has each figure at once, the card one every five minutes. */
static void the_card_is_spared(void **state)
{
    struct house *house = *state;

    half_says(house, 7, 5);
    pass(house, NS_PER_S);
    kept(house);
    size_t before = house->bench->kept_count;
    for (uint64_t i = 1; i <= 600; i++) {
        half_says(house, 7, 5 + i);
        pass(house, NS_PER_S);
        assert_int_equal(house->sample.cars[0].traffic.frames_sent, 5 + i);
    }
    kept(house);
    assert_int_equal(house->bench->kept_count - before, 2);
}

static void a_restart_of_garaged_goes_on_where_it_was(void **state)
{
    struct house *house = *state;

    half_says(house, 7, 5);
    pass(house, NS_PER_S);
    half_says(house, 7, 9);
    pass(house, NS_PER_S); /* kept when the house closes */
    close_house(house);
    open_house(house);
    half_says(house, 7, 20);
    pass(house, NS_PER_MIN);
    assert_int_equal(house->sample.cars[0].traffic.frames_sent, 20);
    half_says(house, 8, 2); /* and so does a restart of the other half */
    pass(house, NS_PER_MIN);
    assert_int_equal(house->sample.cars[0].traffic.frames_sent, 22);
}

static void midnight_ends_a_day(void **state)
{
    struct house *house = *state;

    half_says(house, 7, 5);
    pass(house, NS_PER_S);
    half_says(house, 7, 6);
    pass(house, NS_PER_S); /* too soon for a row */
    pass(house, 18 * NS_PER_H);
    const struct diary_traffic *rows = kept(house);
    assert_int_equal(house->bench->answer.count, 2);
    assert_int_equal(rows[0].day, DAY + 1);
    assert_int_equal(rows[0].frames_sent, 0);
    assert_int_equal(rows[1].frames_sent, 6);
}

/* The half goes on counting; `days` ahead of the right time. */
static void pass_ahead(struct house *house, int days)
{
    struct err err;

    house->now_ns += NS_PER_S;
    for (int i = 0; i < 20; i++) {
        home_traffic_advance(house->traffic, house->now_ns, UTC_NS + days * 24 * NS_PER_H);
        assert_int_equal(loop_turn(house->bench->loop, 1, &err), 0);
    }
}

static void a_clock_that_was_ahead_costs_no_figure(void **state)
{
    struct house *house = *state;

    half_says(house, 7, 5);
    pass(house, NS_PER_S);
    half_says(house, 7, 8);
    pass_ahead(house, 10); /* 3 on that day, which never was */
    half_says(house, 7, 10);
    pass_ahead(house, 0);
    assert_int_equal(house->sample.cars[0].traffic.day, DAY);
    assert_int_equal(house->sample.cars[0].traffic.frames_sent, 5 + 2);
    close_house(house);
    open_house(house); /* the newest row is still the one that never was */
    half_says(house, 7, 12);
    pass_ahead(house, 0);
    assert_int_equal(house->sample.cars[0].traffic.day, DAY);
    assert_int_equal(house->sample.cars[0].traffic.frames_sent, 5 + 2 + 2);
    close_house(house);
    open_house(house);
    half_says(house, 8, 1);
    pass_ahead(house, 1);
    assert_int_equal(house->sample.cars[0].traffic.day, DAY + 1);
    assert_int_equal(house->sample.cars[0].traffic.frames_sent, 1);
}

static void a_wrong_clock_counts_later(void **state)
{
    struct house *house = *state;
    struct err err;

    house->sample.view.clock_right = false;
    half_says(house, 7, 5);
    for (int i = 0; i < 20; i++) {
        home_traffic_advance(house->traffic, house->now_ns, UTC_NS);
        assert_int_equal(loop_turn(house->bench->loop, 1, &err), 0);
    }
    assert_false(house->sample.cars[0].has_traffic);
    house->sample.view.clock_right = true;
    pass(house, NS_PER_S);
    assert_int_equal(house->sample.cars[0].traffic.frames_sent, 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_day_on_which_nothing_was_sent_is_a_row_of_zeros, set_up, tear_down),
        cmocka_unit_test_setup_teardown(nothing_is_known_before_the_half_has_spoken, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_card_is_spared, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_restart_of_garaged_goes_on_where_it_was, set_up, tear_down),
        cmocka_unit_test_setup_teardown(midnight_ends_a_day, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_clock_that_was_ahead_costs_no_figure, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_wrong_clock_counts_later, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
