/* home_diary: from the view to rows, trackers and entries, with a real store. */
#include "home_diary_fixture.h"

#define ROUNDS      32
#define WAITING     3000
#define LONG_CHARGE 5000 /* rows */

/* ---- rows ---- */

static void more_wait_for_the_clock_than_the_queue_holds(void **state)
{
    (void)state;
    struct fixture fixture;

    start(&fixture);
    fixture.sample.view.clock_right = false;
    look_at_the_time(&fixture);
    for (int i = 0; i < WAITING; i++)
        take_at(&fixture, SIGNAL_SOC, i % 2 ? 50 : 60, fixture.now_ns + i * NS_PER_S, QUALITY_OK);
    fixture.sample.view.clock_right = true;
    fixture.now_ns += WAITING * NS_PER_S;
    for (int i = 0; i < ROUNDS; i++)
        pass(&fixture, 1);
    assert_int_equal(store_dropped(fixture.store), 0);
    stop(&fixture);
    assert_int_equal(count_rows(&fixture, "soc", "1"), WAITING);
    clean(&fixture);
}

static void growing_old_rewrites_no_row(void **state)
{
    (void)state;
    struct fixture fixture;

    start(&fixture);
    pass(&fixture, 1);
    take(&fixture, SIGNAL_SOC, 50);
    take_at(&fixture, SIGNAL_SOC, 50, fixture.now_ns, QUALITY_OLD);
    pass(&fixture, 3000);
    take(&fixture, SIGNAL_SOC, 50);
    stop(&fixture);
    assert_int_equal(count_rows(&fixture, "soc", "quality = 0"), 1);
    assert_int_equal(count_rows(&fixture, "soc", "1"), 1);
    clean(&fixture);
}

/* Another source is believed now, with what it said before the car slept (whose first frames say that it knows
 * nothing): that is no news, now or read again. */
static void what_comes_late_is_kept_as_old(void **state)
{
    (void)state;
    struct fixture fixture;

    start(&fixture);
    pass(&fixture, 1);
    arrive(&fixture, 50, 1000);
    pass(&fixture, 600);
    take_at(&fixture, SIGNAL_SOC, 51, fixture.now_ns - 30 * NS_PER_S, QUALITY_OK);
    pass(&fixture, 10);
    stop(&fixture);
    assert_int_equal(count_rows(&fixture, "soc", "steps = 510 AND quality = 1"), 1);
    clean(&fixture);
}

static void presence_and_dongle_are_kept_beside_the_signals(void **state)
{
    (void)state;
    struct fixture fixture;

    start(&fixture);
    pass(&fixture, 1);
    arrive(&fixture, 50, 1000);
    leave(&fixture);
    stop(&fixture);
    assert_int_equal(count_rows(&fixture, "presence", "steps = 3"), 1); /* awake */
    assert_int_equal(count_rows(&fixture, "presence", "steps IS NULL"), 1);
    assert_int_equal(count_rows(&fixture, "presence", "steps = 1"), 1); /* away */
    assert_int_equal(count_rows(&fixture, "reachable", "steps IS NULL"), 1);
    assert_int_equal(count_rows(&fixture, "reachable", "steps = 1"), 1);
    assert_int_equal(count_rows(&fixture, "reachable", "steps = 0"), 1);
    assert_int_equal(count_rows(&fixture, "garage", "steps = 0"), 1);
    clean(&fixture);
}

/* A stay ends with the same odometer, so the same odometer must be heard. */
static void a_car_that_wakes_says_again_what_is_the_same(void **state)
{
    (void)state;
    struct fixture fixture;

    start(&fixture);
    pass(&fixture, 1);
    arrive(&fixture, 50, 1000);
    see(&fixture, PRESENCE_ASLEEP, TRI_TRUE, VIEW_LINK_UP);
    pass(&fixture, 1200);
    arrive(&fixture, 50, 1000);
    stop(&fixture);
    assert_int_equal(count_rows(&fixture, "odometer", "1"), 2);
    assert_int_equal(query(&fixture, "diary.db", "SELECT count(*) FROM stay"), 1);
    clean(&fixture);
}

static void what_is_polled_while_charging_is_a_row_each_time(void **state)
{
    (void)state;
    struct fixture fixture;
    double soc = 40;

    start(&fixture);
    pass(&fixture, 1);
    arrive(&fixture, soc, 1000);
    charge(&fixture, 30, &soc);
    stop(&fixture);
    assert_int_equal(count_rows(&fixture, "pack_voltage", "1"), 30);
    assert_int_equal(count_rows(&fixture, "pack_current", "1"), 30);
    clean(&fixture);
}

/* ---- entries ---- */

static void an_open_charge_is_shown_when_it_is_on_the_card(void **state)
{
    (void)state;
    struct fixture fixture;
    double soc = 40;

    start(&fixture);
    const struct view_car *car = &fixture.sample.cars[0];
    pass(&fixture, 1);
    arrive(&fixture, soc, 1000);
    assert_false(car->has_charge);
    charge(&fixture, 10, &soc);
    assert_true(car->has_charge);
    assert_int_equal(car->charge.id, 1);
    assert_in_range(car->charge.battery_wh, 400, 667);
    assert_int_equal(fixture.started, 1);
    assert_int_equal(query(&fixture, "diary.db", "SELECT status FROM charge_raw"), DIARY_OPEN);
    take(&fixture, SIGNAL_CHARGING, 0);
    see(&fixture, PRESENCE_AWAKE, TRI_TRUE, VIEW_LINK_UP);
    pass(&fixture, 30);
    assert_false(car->has_charge);
    assert_true(car->has_last_charge);
    assert_int_equal(car->last_charge.id, 1);
    assert_int_equal(fixture.ended, 1);
    assert_true(car->has_totals);
    assert_int_equal(car->totals.charged_wh, car->last_charge.battery_wh);
    assert_int_equal(query(&fixture, "diary.db", "SELECT count(*) FROM charge_raw"), 1);
    stop(&fixture);
    clean(&fixture);
}

/* The card is heard of so late that the next charge has begun: its number is not that one's. */
static void a_slow_card_mixes_no_charges(void **state)
{
    (void)state;
    struct fixture fixture;
    double soc = 40;

    start(&fixture);
    pass(&fixture, 1);
    arrive(&fixture, soc, 1000);
    fixture.is_slow = true;
    charge(&fixture, 10, &soc);
    end_charge(&fixture);
    charge(&fixture, 10, &soc);
    fixture.is_slow = false;
    for (size_t i = 0; i < fixture.held_count; i++)
        home_diary_kept(fixture.diary, &fixture.held[i]);
    end_charge(&fixture);
    assert_int_equal(query(&fixture, "diary.db", "SELECT count(*) FROM charge_raw WHERE status = 1"), 2);
    assert_int_equal(query(&fixture, "diary.db", "SELECT min(soc_from) FROM charge_raw"), 4030);
    stop(&fixture);
    clean(&fixture);
}

static void an_outing_is_told_and_counted(void **state)
{
    (void)state;
    struct fixture fixture;

    start(&fixture);
    const struct view_car *car = &fixture.sample.cars[0];
    pass(&fixture, 1);
    arrive(&fixture, 80, 1000);
    leave(&fixture);
    pass(&fixture, 3600);
    arrive(&fixture, 70, 1031);
    pass(&fixture, 400);
    assert_int_equal(fixture.outings, 1);
    assert_true(car->has_last_outing);
    assert_int_equal(car->last_outing.distance_mm, INT64_C(31000000));
    assert_int_equal(car->totals.distance_mm, INT64_C(31000000));
    assert_int_equal(car->totals.outings, 1);
    stop(&fixture);
    clean(&fixture);
}

/* The charge goes on, with what was measured before, and ends as one. */
static void a_restart_finds_its_place_again(void **state)
{
    (void)state;
    struct fixture fixture;
    double soc = 40;

    start(&fixture);
    pass(&fixture, 1);
    arrive(&fixture, soc, 1000);
    charge(&fixture, 20, &soc);
    close_house(&fixture);
    fixture.now_ns += 5 * NS_PER_S;
    see_nothing(&fixture);
    open_house(&fixture);
    pass(&fixture, 1);
    arrive(&fixture, soc, 1000);
    charge(&fixture, 20, &soc);
    take(&fixture, SIGNAL_CHARGING, 0);
    see(&fixture, PRESENCE_AWAKE, TRI_TRUE, VIEW_LINK_UP);
    pass(&fixture, 30);
    const struct diary_charge *last = &fixture.sample.cars[0].last_charge;
    assert_int_equal(query(&fixture, "diary.db", "SELECT count(*) FROM charge_raw"), 1);
    assert_int_equal(last->status, DIARY_CLOSED);
    assert_true(last->flags & DIARY_FLAG_RESTARTED);
    assert_in_range(last->battery_wh, 2400, 2700); /* 40 minutes of 4 kW */
    assert_int_equal(fixture.started, 1);
    assert_int_equal(fixture.ended, 1);
    stop(&fixture);
    clean(&fixture);
}

/* Many pages of rows, one after the other: meanwhile new rows wait, and a power cut would cost them. */
static void a_long_charge_is_found_again_at_once(void **state)
{
    (void)state;
    struct fixture fixture;
    struct err err;
    double soc = 40;

    start(&fixture);
    pass(&fixture, 1);
    arrive(&fixture, soc, 1000);
    charge(&fixture, 2, &soc);
    for (int i = 0; i < LONG_CHARGE; i++) {
        fixture.now_ns += NS_PER_S;
        take(&fixture, SIGNAL_PACK_CURRENT, 10 + i % 2);
        if (i % 100 == 0)
            pass(&fixture, 0);
    }
    close_house(&fixture);
    see_nothing(&fixture);
    open_house(&fixture);
    look_at_the_time(&fixture);
    for (int i = 0; i < ROUNDS && !home_diary_is_done(fixture.diary); i++)
        assert_int_equal(loop_turn(fixture.loop, 100, &err), 0);
    assert_true(home_diary_is_done(fixture.diary));
    stop(&fixture);
    clean(&fixture);
}

/* What is concluded after a long time off is in the diary, but no news. */
static void old_entries_are_no_events(void **state)
{
    (void)state;
    struct fixture fixture;
    double soc = 40;

    start(&fixture);
    pass(&fixture, 1);
    arrive(&fixture, soc, 1000);
    charge(&fixture, 20, &soc);
    close_house(&fixture);
    fixture.now_ns += 24 * NS_PER_H;
    see_nothing(&fixture);
    open_house(&fixture);
    pass(&fixture, 1);
    arrive(&fixture, soc, 1050);
    pass(&fixture, 400);
    assert_int_equal(fixture.ended, 0);
    assert_int_equal(fixture.outings, 1);
    assert_int_equal(query(&fixture, "diary.db", "SELECT status FROM charge_raw"), DIARY_INCOMPLETE);
    stop(&fixture);
    clean(&fixture);
}

/* The rows alone are enough: a diary that is lost comes back. */
static void a_lost_diary_is_read_again_from_the_readings(void **state)
{
    (void)state;
    struct fixture fixture;
    double soc = 40;
    char path[128];

    start(&fixture);
    pass(&fixture, 1);
    arrive(&fixture, soc, 1000);
    charge(&fixture, 20, &soc);
    take(&fixture, SIGNAL_CHARGING, 0);
    pass(&fixture, 30);
    leave(&fixture);
    arrive(&fixture, 30, 1050);
    pass(&fixture, 400);
    const struct diary_charge before = fixture.sample.cars[0].last_charge;
    close_house(&fixture);
    snprintf(path, sizeof(path), "%s/diary.db", fixture.folder);
    unlink(path);
    see_nothing(&fixture);
    fixture.now_ns += 5 * NS_PER_S;
    open_house(&fixture);
    pass(&fixture, 1);
    pass(&fixture, 1);
    const struct view_car *car = &fixture.sample.cars[0];
    assert_int_equal(query(&fixture, "diary.db", "SELECT count(*) FROM charge_raw"), 1);
    assert_int_equal(query(&fixture, "diary.db", "SELECT count(*) FROM outing_raw"), 1);
    assert_int_equal(car->last_charge.battery_wh, before.battery_wh);
    assert_int_equal(car->last_charge.from_ms, before.from_ms);
    assert_int_equal(car->last_outing.distance_mm, INT64_C(50000000));
    stop(&fixture);
    clean(&fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(more_wait_for_the_clock_than_the_queue_holds),
        cmocka_unit_test(growing_old_rewrites_no_row),
        cmocka_unit_test(what_comes_late_is_kept_as_old),
        cmocka_unit_test(presence_and_dongle_are_kept_beside_the_signals),
        cmocka_unit_test(a_car_that_wakes_says_again_what_is_the_same),
        cmocka_unit_test(what_is_polled_while_charging_is_a_row_each_time),
        cmocka_unit_test(an_open_charge_is_shown_when_it_is_on_the_card),
        cmocka_unit_test(a_slow_card_mixes_no_charges),
        cmocka_unit_test(an_outing_is_told_and_counted),
        cmocka_unit_test(a_restart_finds_its_place_again),
        cmocka_unit_test(a_long_charge_is_found_again_at_once),
        cmocka_unit_test(old_entries_are_no_events),
        cmocka_unit_test(a_lost_diary_is_read_again_from_the_readings),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
