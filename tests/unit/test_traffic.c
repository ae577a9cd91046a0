/* diary/traffic: counters that begin anew with each run of their process become sums of days, and nothing is
 * counted twice or forgotten. */
#include "diary/traffic.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#define DAY 20779

static struct traffic_counted counted(int64_t run_us, int64_t frames)
{
    return (struct traffic_counted){
        .run_us = run_us, .frames_sent = frames, .polls = frames / 2, .bytes = 8 * frames};
}

static bool take(struct diary_traffic *traffic, int64_t run_us, int64_t frames)
{
    const struct traffic_counted at = counted(run_us, frames);

    return traffic_take(traffic, &at);
}

static struct diary_traffic a_day(void)
{
    struct diary_traffic traffic = traffic_begin();

    traffic_start_day(&traffic, DAY);
    return traffic;
}

static void counts_what_was_added(void **state)
{
    (void)state;
    struct diary_traffic traffic = a_day();

    assert_true(take(&traffic, 7, 10));
    assert_true(take(&traffic, 7, 14));
    assert_false(take(&traffic, 7, 14));
    assert_int_equal(traffic.frames_sent, 14);
    assert_int_equal(traffic.polls, 7);
    assert_int_equal(traffic.wakeups, 0);
    assert_int_equal(traffic.bytes, 112);
}

/* garaged was away: the car half went on counting, and the row that was kept says how far it was counted in.
 */
static void a_restart_of_garaged_counts_nothing_twice(void **state)
{
    (void)state;
    struct diary_traffic traffic = a_day();

    take(&traffic, 7, 100);
    struct diary_traffic kept = traffic;
    take(&kept, 7, 130);
    assert_int_equal(kept.frames_sent, 130);
}

/* Also when the new run has already sent more than the old one had. */
static void a_new_run_of_the_car_half_begins_at_zero(void **state)
{
    (void)state;
    struct diary_traffic traffic = a_day();

    take(&traffic, 7, 100);
    take(&traffic, 8, 120);
    assert_int_equal(traffic.frames_sent, 220);
    take(&traffic, 9, 0);
    take(&traffic, 9, 5);
    assert_int_equal(traffic.frames_sent, 225);
}

/* Two boots may begin their run at the same instant of their own clocks. */
static void counters_that_went_down_are_new_ones(void **state)
{
    (void)state;
    struct diary_traffic traffic = a_day();

    take(&traffic, 7, 100);
    take(&traffic, 7, 30);
    assert_int_equal(traffic.frames_sent, 130);
    assert_int_equal(traffic.bytes, 8 * 130);
}

static void a_day_begins_with_zeros_and_the_counters_go_on(void **state)
{
    (void)state;
    struct diary_traffic traffic = a_day();

    take(&traffic, 7, 100);
    assert_false(traffic_is_over(&traffic, DAY));
    assert_true(traffic_is_over(&traffic, DAY + 1));
    traffic_start_day(&traffic, DAY + 1);
    assert_int_equal(traffic.frames_sent, 0);
    assert_false(take(&traffic, 7, 100));
    take(&traffic, 7, 101);
    assert_int_equal(traffic.frames_sent, 1);
}

/* A clock put back over midnight must not write over the day before; one that was wrong by years may not hold
 * the days up. */
static void a_clock_put_back_ends_no_day_unless_by_more(void **state)
{
    (void)state;
    struct diary_traffic traffic = a_day(), none = traffic_begin();

    assert_false(traffic_is_over(&traffic, DAY - 1));
    assert_true(traffic_is_over(&traffic, DAY - 2));
    assert_true(traffic_is_over(&none, DAY));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_what_was_added),
        cmocka_unit_test(a_restart_of_garaged_counts_nothing_twice),
        cmocka_unit_test(a_new_run_of_the_car_half_begins_at_zero),
        cmocka_unit_test(counters_that_went_down_are_new_ones),
        cmocka_unit_test(a_day_begins_with_zeros_and_the_counters_go_on),
        cmocka_unit_test(a_clock_put_back_ends_no_day_unless_by_more),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
