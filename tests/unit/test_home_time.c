/* home_diary and time: whatever clocks do, readings have their true times and their order, nothing lasts less
 * than no time, and nothing is told twice. (T01 to T08 of the abuse cases.) */
#include "home_diary_fixture.h"

#define YEAR_NS (INT64_C(31556952) * NS_PER_S)
#define DAY_S   86400

/* ---- what must hold whatever the clocks did ---- */

static void assert_nothing_lasts_less_than_no_time(const struct fixture *fixture)
{
    static const char *const tables[] = {"charge_raw", "outing_raw", "stay", "contact"};
    char sql[128];

    for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
        snprintf(sql, sizeof(sql), "SELECT count(*) FROM %s WHERE to_ms < from_ms", tables[i]);
        assert_int_equal(query(fixture, "diary.db", sql), 0);
        snprintf(sql, sizeof(sql), "SELECT count(*) - count(DISTINCT from_ms) FROM %s", tables[i]);
        assert_int_equal(query(fixture, "diary.db", sql), 0);
    }
}

/* SOC rose all the time, each step once. */
static void assert_soc_rises(const struct fixture *fixture, int64_t expected)
{
    assert_int_equal(count_rows(fixture, "soc", "quality = 0"), expected);
    assert_int_equal(query(fixture, "readings.db",
                           "SELECT count(*) FROM (SELECT steps, lag(steps) OVER (ORDER BY key) AS before FROM"
                           " reading_raw WHERE key & 4095 = (SELECT id FROM series WHERE signal = 'soc'))"
                           " WHERE steps <= before"),
                     0);
}

static int64_t first_charge(const struct fixture *fixture, const char *column)
{
    char sql[128];

    snprintf(sql, sizeof(sql), "SELECT %s FROM charge_raw ORDER BY id LIMIT 1", column);
    return query(fixture, "diary.db", sql);
}

static int64_t now_ms(const struct fixture *fixture)
{
    return (fixture->now_ns + fixture->utc_ns) / NS_PER_MS;
}

static void start_at(struct fixture *fixture, int64_t boot_ns, int64_t utc_ns)
{
    start(fixture);
    fixture->now_ns = boot_ns;
    fixture->utc_ns = utc_ns - boot_ns;
    pass(fixture, 1);
}

/* ---- T01 ---- */

/* The car charges while the clock stands at `wrong_ns`; then somebody sets it. */
static void charge_before_the_clock_is_set(int64_t wrong_ns)
{
    struct fixture fixture;
    double soc = 40;

    start(&fixture);
    fixture.sample.view.clock_right = false;
    fixture.utc_ns = wrong_ns;
    look_at_the_time(&fixture);
    see(&fixture, PRESENCE_AWAKE, TRI_TRUE, VIEW_LINK_UP);
    take(&fixture, SIGNAL_SOC, soc);
    take(&fixture, SIGNAL_CHARGING, 1);
    take(&fixture, SIGNAL_PLUGGED, 1);
    see(&fixture, PRESENCE_CHARGING, TRI_TRUE, VIEW_LINK_UP);
    int64_t begun_ns = fixture.now_ns;
    for (int i = 0; i < 60; i++) {
        fixture.now_ns += 60 * NS_PER_S;
        look_at_the_time(&fixture);
        take(&fixture, SIGNAL_PACK_VOLTAGE, 400);
        take(&fixture, SIGNAL_PACK_CURRENT, 10);
        take(&fixture, SIGNAL_SOC, soc += 0.3);
    }
    wait_for_store(&fixture);
    assert_int_equal(query(&fixture, "diary.db", "SELECT count(*) FROM charge_raw"), 0);
    fixture.utc_ns = UTC_NS;
    fixture.sample.view.clock_right = true;
    pass(&fixture, 1);
    end_charge(&fixture);
    stop(&fixture);
    assert_soc_rises(&fixture, 61);
    assert_int_equal(query(&fixture, "readings.db", "SELECT min(key >> 12) FROM reading_raw"),
                     (UTC_NS + begun_ns) / NS_PER_MS);
    assert_int_equal(query(&fixture, "diary.db", "SELECT count(*) FROM charge_raw"), 1);
    assert_in_range(first_charge(&fixture, "from_ms") - (UTC_NS + begun_ns) / NS_PER_MS, 0, 1);
    assert_in_range(first_charge(&fixture, "battery_wh"), 3900, 4050); /* 4 kW for an hour */
    assert_nothing_lasts_less_than_no_time(&fixture);
    clean(&fixture);
}

static void what_is_heard_before_the_clock_is_set_gets_its_true_time(void **state)
{
    (void)state;
    charge_before_the_clock_is_set(0);                     /* 1970 */
    charge_before_the_clock_is_set(UTC_NS - 9 * NS_PER_H); /* when it was last switched off */
    charge_before_the_clock_is_set(UTC_NS + 50 * YEAR_NS);
}

/* The trackers look for their place in the diary before they take what waited: cells that come meanwhile are
 * not the first, or all that waited would be taken for late. */
static void cells_do_not_come_before_what_waited(void **state)
{
    (void)state;
    struct fixture fixture;

    start(&fixture);
    fixture.sample.view.clock_right = false;
    fixture.utc_ns = 0;
    look_at_the_time(&fixture);
    see(&fixture, PRESENCE_AWAKE, TRI_TRUE, VIEW_LINK_UP);
    int64_t heard_ns = fixture.now_ns;
    take(&fixture, SIGNAL_SOC, 50);
    fixture.now_ns += 600 * NS_PER_S;
    fixture.utc_ns = UTC_NS;
    fixture.sample.view.clock_right = true;
    look_at_the_time(&fixture);
    fixture.sample.cars[0].element_count = SIGNAL_ELEMENT_MAX;
    for (size_t i = 0; i < SIGNAL_ELEMENT_MAX; i++)
        fixture.sample.cars[0].elements[i] = 3.9;
    take(&fixture, SIGNAL_CELLS, 0);
    pass(&fixture, 1);
    stop(&fixture);
    assert_int_equal(query(&fixture, "readings.db", "SELECT min(key >> 12) FROM reading_raw"),
                     (UTC_NS + heard_ns) / NS_PER_MS);
    assert_int_equal(count_rows(&fixture, "soc", "quality = 0"), 1);
    assert_int_equal(count_rows(&fixture, "presence", "quality = 0"), 1);
    clean(&fixture);
}

/* ---- T04 ---- */

/* A reading a second over a midnight at which the clock shows its last second twice. */
static void a_leap_second_doubles_and_loses_no_reading(void **state)
{
    (void)state;
    struct fixture fixture;
    const int64_t midnight_ns = UTC_NS + 18 * NS_PER_H;
    double soc = 40;

    start_at(&fixture, NS_PER_S, midnight_ns - 21 * NS_PER_S);
    arrive(&fixture, soc, 1000);
    for (int i = 0; i < 40; i++) {
        fixture.now_ns += NS_PER_S;
        if (i == 20)
            fixture.utc_ns -= NS_PER_S;
        look_at_the_time(&fixture);
        take(&fixture, SIGNAL_SOC, soc += 0.1);
    }
    pass(&fixture, 5);
    stop(&fixture);
    assert_soc_rises(&fixture, 41);
    assert_nothing_lasts_less_than_no_time(&fixture);
    clean(&fixture);
}

/* The same second spread over a day. */
static void a_smeared_leap_second_is_not_noticed(void **state)
{
    (void)state;
    struct fixture fixture;
    double soc = 10;

    start_at(&fixture, NS_PER_S, UTC_NS);
    arrive(&fixture, soc, 1000);
    for (int i = 0; i < 24 * 30; i++) {
        fixture.utc_ns -= NS_PER_S / (24 * 30);
        pass(&fixture, 120);
        take(&fixture, SIGNAL_SOC, soc += 0.1);
    }
    pass(&fixture, 5);
    stop(&fixture);
    assert_soc_rises(&fixture, 24 * 30 + 1);
    assert_nothing_lasts_less_than_no_time(&fixture);
    clean(&fixture);
}

/* ---- T05, T08 ---- */

/* An evening whose charge begins before the moment and ends behind it. */
static void charge_over(int64_t boot_ns, int64_t utc_ns)
{
    struct fixture fixture;
    double soc = 40;

    start_at(&fixture, boot_ns - 1800 * NS_PER_S, utc_ns - 1800 * NS_PER_S);
    arrive(&fixture, soc, 1000);
    int64_t begun_ms = now_ms(&fixture);
    charge(&fixture, 60, &soc);
    end_charge(&fixture);
    int64_t ended_ms = now_ms(&fixture);
    leave(&fixture);
    arrive(&fixture, 50, 1031);
    pass(&fixture, 700);
    stop(&fixture);
    assert_true(begun_ms < utc_ns / NS_PER_MS && ended_ms > utc_ns / NS_PER_MS);
    assert_int_equal(query(&fixture, "diary.db", "SELECT count(*) FROM charge_raw"), 1);
    assert_int_equal(first_charge(&fixture, "from_ms"), begun_ms);
    assert_in_range(first_charge(&fixture, "to_ms"), ended_ms - 60000, ended_ms);
    assert_in_range(first_charge(&fixture, "battery_wh"), 3900, 4050);
    assert_int_equal(first_charge(&fixture, "flags"), DIARY_FLAG_INTERRUPTED); /* the owner drove off */
    assert_int_equal(query(&fixture, "diary.db", "SELECT sum(distance_mm) FROM outing_raw"), 31000000);
    assert_nothing_lasts_less_than_no_time(&fixture);
    assert_int_equal(count_rows(&fixture, "soc", "quality = 0"), 62);
    clean(&fixture);
}

static void the_years_2038_2106_and_2232_are_years_like_any_other(void **state)
{
    (void)state;
    charge_over(3600 * NS_PER_S, (INT64_C(1) << 31) * NS_PER_S);  /* 2038-01-19 */
    charge_over(3600 * NS_PER_S, (INT64_C(1) << 32) * NS_PER_S);  /* 2106-02-07, behind the zone's table */
    charge_over(3600 * NS_PER_S, INT64_C(8277292036) * NS_PER_S); /* 2232: Linux takes no later time */
}

/* In ns, as the kernel counts, 2^53 ms don't exist: it ends at 292 years. 2^53 ns is where a double's steps
 * become longer than one. */
static void a_computer_that_has_run_for_weeks_or_a_century_counts_on(void **state)
{
    (void)state;
    charge_over((INT64_C(1) << 31) * NS_PER_MS, UTC_NS);
    charge_over((INT64_C(1) << 32) * NS_PER_MS, UTC_NS);
    charge_over(INT64_C(1) << 53, UTC_NS);
    charge_over(INT64_MAX / 2, UTC_NS);
}

/* ---- T06 ---- */

static void a_clock_set_back_every_ten_seconds_doubles_nothing(void **state)
{
    (void)state;
    struct fixture fixture;
    int64_t taken = 1;
    double soc = 1;

    start_at(&fixture, NS_PER_S, UTC_NS);
    arrive(&fixture, soc, 1000);
    take(&fixture, SIGNAL_CHARGING, 1);
    take(&fixture, SIGNAL_PLUGGED, 1);
    see(&fixture, PRESENCE_CHARGING, TRI_TRUE, VIEW_LINK_UP);
    int64_t begun_ms = now_ms(&fixture);
    for (int s = 0; s < DAY_S; s += 10) {
        fixture.utc_ns -= NS_PER_S;
        for (int i = 0; i < 10; i += 5) {
            fixture.now_ns += 5 * NS_PER_S;
            look_at_the_time(&fixture);
            take(&fixture, SIGNAL_PACK_VOLTAGE, 400);
            take(&fixture, SIGNAL_PACK_CURRENT, 1);
        }
        if (s % 100 == 0)
            take(&fixture, SIGNAL_SOC, soc += 0.1);
        taken += s % 100 == 0;
        if (s % 500 == 0)
            wait_for_store(&fixture);
    }
    pass(&fixture, 1);
    end_charge(&fixture);
    leave(&fixture);
    stop(&fixture);
    assert_soc_rises(&fixture, taken);
    assert_int_equal(query(&fixture, "diary.db", "SELECT count(*) FROM charge_raw"), 1);
    assert_int_equal(first_charge(&fixture, "from_ms"), begun_ms);
    assert_nothing_lasts_less_than_no_time(&fixture);
    clean(&fixture);
}

/* ---- T07 ---- */

/* An hour of 4 kW before and behind a time in which nobody listened. */
static struct diary_charge sleep_while_charging(int64_t boot_ns, int64_t utc_ns)
{
    struct fixture fixture;
    struct diary_charge told;
    double soc = 20;

    start_at(&fixture, NS_PER_S, UTC_NS);
    arrive(&fixture, soc, 1000);
    charge(&fixture, 60, &soc);
    fixture.now_ns += boot_ns;
    fixture.utc_ns += utc_ns - boot_ns;
    soc += 16;
    charge(&fixture, 60, &soc);
    end_charge(&fixture);
    told = fixture.sample.cars[0].last_charge;
    stop(&fixture);
    assert_int_equal(query(&fixture, "diary.db", "SELECT count(*) FROM charge_raw"), 1);
    assert_in_range(told.to_ms - told.from_ms, (2 * NS_PER_H + utc_ns) / NS_PER_MS - 60000,
                    (2 * NS_PER_H + utc_ns) / NS_PER_MS + 120000);
    clean(&fixture);
    return told;
}

static void hours_in_which_the_computer_slept_are_a_gap(void **state)
{
    (void)state;
    /* a virtual machine that stood still, and was told: what was heard counts, the hour between does not */
    struct diary_charge told = sleep_while_charging(0, NS_PER_H);
    assert_true(told.flags & DIARY_FLAG_GAPS);
    assert_in_range(told.battery_wh, 7700, 8100);
    /* suspended, CLOCK_BOOTTIME went on: most was not heard, so SOC tells all of it; not 4 kW for ten hours
     */
    told = sleep_while_charging(8 * NS_PER_H, 8 * NS_PER_H);
    assert_true(told.flags & DIARY_FLAG_ESTIMATED);
    assert_in_range(told.battery_wh, 11000, 13500); /* 52 % of 60 Ah */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_heard_before_the_clock_is_set_gets_its_true_time),
        cmocka_unit_test(cells_do_not_come_before_what_waited),
        cmocka_unit_test(a_leap_second_doubles_and_loses_no_reading),
        cmocka_unit_test(a_smeared_leap_second_is_not_noticed),
        cmocka_unit_test(the_years_2038_2106_and_2232_are_years_like_any_other),
        cmocka_unit_test(a_computer_that_has_run_for_weeks_or_a_century_counts_on),
        cmocka_unit_test(a_clock_set_back_every_ten_seconds_doubles_nothing),
        cmocka_unit_test(hours_in_which_the_computer_slept_are_a_gap),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
