/* home_diary in trouble: cards that are full or locked, clocks that jump, sums that fail. */
#include "home_diary_fixture.h"

#define ROUNDS          32
#define MORE_THAN_WAITS 17000 /* READINGS_WAITING_MAX */
#define CONTACTS        3000  /* half of them end */
#define WELL_AGAIN      6000  /* tries of the store and the trackers */

/* More waits for the clock than can wait: the newest are kept, and what is the same since is said again. */
static void what_was_lost_is_said_again(void **state)
{
    (void)state;
    struct fixture fixture;

    start(&fixture);
    fixture.sample.view.clock_right = false;
    look_at_the_time(&fixture);
    see(&fixture, PRESENCE_AWAKE, TRI_TRUE, VIEW_LINK_UP);
    take(&fixture, SIGNAL_ODOMETER, 1000);
    for (int i = 0; i < HOME_ROWS_WAITING_MAX; i++) {
        fixture.now_ns += NS_PER_S;
        take(&fixture, SIGNAL_SOC, i % 2 ? 50 : 60);
    }
    fixture.sample.view.clock_right = true;
    for (int i = 0; i < ROUNDS; i++)
        pass(&fixture, 1);
    take(&fixture, SIGNAL_ODOMETER, 1000);
    stop(&fixture);
    assert_int_equal(count_rows(&fixture, "reachable", "steps IS NULL"), 1);
    assert_int_equal(count_rows(&fixture, "presence", "steps = 3"), 1);
    assert_int_equal(count_rows(&fixture, "odometer", "1"), 1);
    assert_in_range(count_rows(&fixture, "soc", "1"), HOME_ROWS_WAITING_MAX - 1, HOME_ROWS_WAITING_MAX);
    clean(&fixture);
}

static void change(const struct fixture *fixture, const char *sql)
{
    char path[128];
    sqlite3 *other;

    snprintf(path, sizeof(path), "%s/diary.db", fixture->folder);
    assert_int_equal(sqlite3_open(path, &other), SQLITE_OK);
    assert_int_equal(sqlite3_exec(other, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(other);
}

/* Home Assistant's counters would stand still until the next charge. */
static void sums_that_could_not_be_told_are_asked_for_again(void **state)
{
    (void)state;
    struct fixture fixture;
    double soc = 40;

    start(&fixture);
    const struct view_car *car = &fixture.sample.cars[0];
    pass(&fixture, 1);
    arrive(&fixture, soc, 1000);
    charge(&fixture, 10, &soc);
    change(&fixture, "ALTER TABLE outing_raw RENAME TO elsewhere");
    take(&fixture, SIGNAL_CHARGING, 0);
    see(&fixture, PRESENCE_AWAKE, TRI_TRUE, VIEW_LINK_UP);
    pass(&fixture, 30);
    assert_true(car->has_last_charge);
    assert_int_equal(car->totals.charged_wh, 0);
    change(&fixture, "ALTER TABLE elsewhere RENAME TO outing_raw");
    pass(&fixture, 30);
    assert_int_equal(car->totals.charged_wh, car->last_charge.battery_wh);
    stop(&fixture);
    clean(&fixture);
}

/* While nobody can write to diary.db more happens than can wait: the trackers stop, and read it all later. */
static void a_diary_that_is_locked_for_long_misses_nothing(void **state)
{
    (void)state;
    struct fixture fixture;
    char path[128];
    sqlite3 *other;

    start(&fixture);
    pass(&fixture, 1);
    arrive(&fixture, 80, 1000);
    snprintf(path, sizeof(path), "%s/diary.db", fixture.folder);
    assert_int_equal(sqlite3_open(path, &other), SQLITE_OK);
    assert_int_equal(sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
    for (int i = 0; i < CONTACTS; i++) {
        fixture.now_ns += 660 * NS_PER_S;
        see(&fixture, PRESENCE_UNKNOWN, TRI_TRUE, i % 2 ? VIEW_LINK_UP : VIEW_LINK_DOWN);
        look_at_the_time(&fixture);
        wait_for_store(&fixture);
    }
    sqlite3_close(other);
    assert_int_equal(query(&fixture, "diary.db", "SELECT count(*) FROM contact"), 0);
    for (int i = 0; i < WELL_AGAIN && !home_diary_is_done(fixture.diary); i++) {
        struct err err;
        fixture.now_ns += NS_PER_S;
        look_at_the_time(&fixture);
        loop_turn(fixture.loop, 20, &err);
    }
    pass(&fixture, 700);
    assert_int_equal(query(&fixture, "diary.db", "SELECT count(*) FROM contact"), CONTACTS / 2);
    assert_int_equal(query(&fixture, "diary.db", "SELECT count(DISTINCT from_ms) FROM contact"),
                     CONTACTS / 2);
    stop(&fixture);
    clean(&fixture);
}

/* A card that is full for so long that rows are lost: what is heard meanwhile is still heard. */
static void a_full_card_does_not_deafen_the_trackers(void **state)
{
    (void)state;
    struct fixture fixture;
    char path[128];
    double soc = 40;
    sqlite3 *other;

    start(&fixture);
    const struct view_car *car = &fixture.sample.cars[0];
    pass(&fixture, 1);
    arrive(&fixture, soc, 1000);
    store_flush(fixture.store);
    wait_for_store(&fixture);
    snprintf(path, sizeof(path), "%s/readings.db", fixture.folder);
    assert_int_equal(sqlite3_open(path, &other), SQLITE_OK);
    assert_int_equal(sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
    for (int i = 0; i < MORE_THAN_WAITS; i++) {
        fixture.now_ns += NS_PER_S;
        take(&fixture, SIGNAL_SOC, i % 2 ? soc : soc + 0.1);
        if (i % 100 == 0)
            pass(&fixture, 0);
    }
    charge(&fixture, 30, &soc);
    end_charge(&fixture);
    assert_true(store_dropped(fixture.store) > 0);
    assert_true(car->has_last_charge);
    assert_in_range(car->last_charge.battery_wh, 1950, 2050);
    assert_false(car->last_charge.flags & DIARY_FLAG_RESTARTED);
    sqlite3_close(other);
    stop(&fixture);
    assert_in_range(count_rows(&fixture, "reachable", "steps IS NULL"), 1, 2);
    clean(&fixture);
}

/* A clock that was wrong by years, forwards and back: nothing lasts less than no time, and what follows is
 * kept as if nothing had been. */
static void a_clock_that_jumps_spoils_nothing(void **state)
{
    (void)state;
    struct fixture fixture;
    const int64_t years[] = {50, 0, -50, 0};

    start(&fixture);
    pass(&fixture, 1);
    arrive(&fixture, 80, 1000);
    for (size_t i = 0; i < sizeof(years) / sizeof(years[0]); i++) {
        fixture.utc_ns = UTC_NS + years[i] * 365 * 24 * NS_PER_H;
        pass(&fixture, 60);
        arrive(&fixture, 79, 1000);
        leave(&fixture);
    }
    arrive(&fixture, 70, 1031);
    pass(&fixture, 400);
    leave(&fixture);
    assert_int_equal(fixture.sample.cars[0].last_outing.distance_mm, INT64_C(31000000));
    assert_int_equal(query(&fixture, "diary.db", "SELECT count(*) FROM stay WHERE to_ms < from_ms"), 0);
    assert_int_equal(query(&fixture, "diary.db", "SELECT count(*) FROM contact WHERE to_ms < from_ms"), 0);
    assert_int_equal(query(&fixture, "diary.db", "SELECT count(*) FROM outing_raw WHERE to_ms < from_ms"), 0);
    close_house(&fixture);
    see_nothing(&fixture);
    open_house(&fixture);
    pass(&fixture, 5);
    arrive(&fixture, 60, 1062);
    pass(&fixture, 400);
    assert_int_equal(query(&fixture, "diary.db", "SELECT sum(distance_mm) FROM outing_raw"), 62000000);
    stop(&fixture);
    clean(&fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_lost_is_said_again),
        cmocka_unit_test(sums_that_could_not_be_told_are_asked_for_again),
        cmocka_unit_test(a_diary_that_is_locked_for_long_misses_nothing),
        cmocka_unit_test(a_full_card_does_not_deafen_the_trackers),
        cmocka_unit_test(a_clock_that_jumps_spoils_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
