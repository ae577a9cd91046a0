/* util/core/day, util/core/zone, util/calendar: days of any length, zones that change at midnight, texts. */
#include "util/calendar.h"
#include "util/core/day.h"
#include "util/core/time.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static int64_t utc(const char *text)
{
    int64_t utc_ns = 0;

    assert_true(zone_time_parse(text, &utc_ns));
    return utc_ns;
}

static int32_t day_of_text(const char *text)
{
    int32_t day = 0;

    assert_true(day_parse(text, &day));
    return day;
}

static void load(struct zone *zone, const char *name)
{
    struct err err;

    assert_int_equal(calendar_load(zone, name, &err), 0);
    assert_string_equal(zone->name, name);
}

static void assert_time_text(const struct zone *zone, int64_t utc_ns, const char *expected)
{
    char text[ZONE_TIME_TEXT_SIZE];

    zone_time_text(zone, utc_ns, text);
    assert_string_equal(text, expected);
}

static void days_count_from_1970(void **state)
{
    (void)state;
    char text[DAY_TEXT_SIZE];
    int32_t day = -1;

    assert_int_equal(day_make(1970, 1, 1), 0);
    assert_int_equal(day_make(2000, 2, 29), 11016);
    assert_int_equal(day_make(1969, 12, 31), -1);
    day_text(20779, text);
    assert_string_equal(text, "2026-11-22");
    assert_true(day_parse("2026-11-22", &day));
    assert_int_equal(day, 20779);
    day_text(INT32_MAX, text);
    day_text(INT32_MIN, text);
    assert_string_equal(text + 4, "-06-23");
}

static void days_and_parts_agree(void **state)
{
    (void)state;

    for (int32_t day = -800000; day < 800000; day += 17) {
        struct day_parts parts = day_split(day);
        assert_true(day_exists(parts.year, parts.month, parts.day));
        assert_int_equal(day_make(parts.year, parts.month, parts.day), day);
    }
}

static void refuses_days_that_do_not_exist(void **state)
{
    (void)state;
    static const char *const bad[] = {"",           "2026-11-2",  "2026-11-222", "2026-13-01", "2026-00-01",
                                      "2026-02-29", "1900-02-29", "2026-04-31",  "2026-04-00", "2026/04/01",
                                      "2026-4-001", " 026-04-01", "+026-04-01"};
    int32_t day = 7;

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_false(day_parse(bad[i], &day));
    assert_int_equal(day, 7);
    assert_true(day_parse("2024-02-29", &day));
}

/* Zone, day, its length and where it begins, as the zone's own tables (zdump) have them. */
static void days_have_their_length(void **state)
{
    (void)state;
    static const struct {
        const char *zone, *day, *start;
        int minutes;
    } rows[] = {
        {"Europe/Oslo", "2026-11-22", "2026-11-22T00:00:00+01:00", 1440},
        {"Europe/Oslo", "2026-03-29", "2026-03-29T00:00:00+01:00", 23 * 60},
        {"Europe/Oslo", "2026-10-25", "2026-10-25T00:00:00+02:00", 25 * 60},
        {"Australia/Lord_Howe", "2026-04-05", "2026-04-05T00:00:00+11:00", 24 * 60 + 30},
        {"Australia/Lord_Howe", "2026-10-04", "2026-10-04T00:00:00+10:30", 23 * 60 + 30},
        /* forward at midnight: the day begins at 01:00 */
        {"Asia/Beirut", "2026-03-29", "2026-03-29T01:00:00+03:00", 23 * 60},
        /* back at midnight: 23:00 to 24:00 comes twice */
        {"Asia/Beirut", "2026-10-24", "2026-10-24T00:00:00+03:00", 25 * 60},
        {"Africa/Cairo", "2026-04-24", "2026-04-24T01:00:00+03:00", 23 * 60},
        {"Africa/Cairo", "2026-10-29", "2026-10-29T00:00:00+03:00", 25 * 60},
        /* the date line moved: a day that never was */
        {"Pacific/Apia", "2011-12-30", "2011-12-31T00:00:00+14:00", 0},
        {"Pacific/Apia", "2011-12-29", "2011-12-29T00:00:00-10:00", 1440},
        /* back at 00:01: the new day had begun for a minute */
        {"America/St_Johns", "2010-11-06", "2010-11-06T00:00:00-02:30", 1440},
        {"America/St_Johns", "2010-11-07", "2010-11-07T00:00:00-02:30", 25 * 60},
        {"America/New_York", "2090-03-12", "2090-03-12T00:00:00-05:00", 23 * 60},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct zone zone;
        int32_t day = day_of_text(rows[i].day);
        load(&zone, rows[i].zone);
        int64_t start_ns = zone_day_start_ns(&zone, day);
        int64_t end_ns = zone_day_end_ns(&zone, day);
        assert_int_equal(start_ns, utc(rows[i].start));
        assert_time_text(&zone, start_ns, rows[i].start);
        assert_int_equal((end_ns - start_ns) / NS_PER_MIN, rows[i].minutes);
        assert_true(zone_day_of(&zone, start_ns - 1) < day);
        assert_true(zone_day_of(&zone, end_ns) > day);
        if (end_ns > start_ns)
            assert_int_equal(zone_day_of(&zone, end_ns - 1), day);
    }
}

/* Every instant belongs to exactly the day between whose limits it lies. */
static void days_leave_no_gap(void **state)
{
    (void)state;
    static const char *const names[] = {"Europe/Oslo",      "Africa/Cairo", "Asia/Beirut",
                                        "America/St_Johns", "Pacific/Apia", "Pacific/Kiritimati",
                                        "Africa/Casablanca"};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        struct zone zone;
        load(&zone, names[i]);
        int64_t step_ns = 7 * NS_PER_H + 13 * NS_PER_MIN;
        for (int64_t at_ns = -NS_PER_H; at_ns < utc("2040-01-01T00:00:00Z"); at_ns += step_ns) {
            int32_t day = zone_day_of(&zone, at_ns);
            assert_true(zone_day_start_ns(&zone, day) <= at_ns);
            assert_true(at_ns < zone_day_end_ns(&zone, day));
        }
    }
}

/* The table must say what the C library says, at any hour. */
static void offsets_are_the_library_s(void **state)
{
    (void)state;
    static const char *const names[] = {"Europe/Oslo", "Africa/Casablanca", "America/Boa_Vista", "Asia/Gaza"};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        struct zone zone;
        load(&zone, names[i]);
        setenv("TZ", names[i], 1);
        tzset();
        for (time_t at_s = 0; at_s < 4102444800; at_s += 3 * 3600 + 1) {
            struct tm local;
            localtime_r(&at_s, &local);
            if (zone_offset_s(&zone, at_s * NS_PER_S) != local.tm_gmtoff)
                fail_msg("%s at %lld", names[i], (long long)at_s);
        }
    }
    unsetenv("TZ");
    tzset();
}

static void writes_times_with_their_offset(void **state)
{
    (void)state;
    struct zone zone;

    load(&zone, "Europe/Oslo");
    assert_time_text(&zone, utc("2026-11-22T06:55:01.999Z"), "2026-11-22T07:55:01+01:00");
    assert_time_text(&zone, utc("2026-07-01T00:00:00Z"), "2026-07-01T02:00:00+02:00");
    assert_time_text(&zone, -1, "1970-01-01T00:59:59+01:00");
    load(&zone, "America/St_Johns");
    assert_time_text(&zone, utc("2026-01-01T00:00:00Z"), "2025-12-31T20:30:00-03:30");
    zone_set_utc(&zone);
    assert_time_text(&zone, 0, "1970-01-01T00:00:00+00:00");
    assert_time_text(&zone, INT64_MIN, "1677-09-21T00:12:43+00:00");
    assert_time_text(&zone, INT64_MAX, "2262-04-11T23:47:16+00:00");
}

/* The table of offsets ends in 2100, nanoseconds in 2262, what a day's text can show in 9999. */
static void far_years_are_told_with_the_last_offset_that_is_known(void **state)
{
    (void)state;
    struct zone zone;
    char text[DAY_TEXT_SIZE];
    int32_t day = 0;

    load(&zone, "Europe/Oslo");
    assert_time_text(&zone, utc("2038-01-19T03:14:08Z"), "2038-01-19T04:14:08+01:00");
    assert_time_text(&zone, utc("2100-07-01T00:00:00Z"), "2100-07-01T02:00:00+02:00");
    assert_time_text(&zone, utc("2106-02-07T06:28:16Z"), "2106-02-07T07:28:16+01:00");
    assert_time_text(&zone, utc("2106-07-01T00:00:00Z"), "2106-07-01T01:00:00+01:00");
    for (int32_t far = day_make(2101, 1, 1); far < day_make(2259, 1, 1); far += 97) {
        assert_true(zone_day_end_ns(&zone, far) - zone_day_start_ns(&zone, far) == 24 * NS_PER_H);
        assert_int_equal(zone_day_of(&zone, zone_day_start_ns(&zone, far)), far);
    }
    day_text(day_make(10000, 1, 1), text);
    assert_string_equal(text, "9999-01-01");
    assert_false(day_parse("10000-01-01", &day));
    assert_true(day_parse("9999-12-31", &day));
    assert_true(zone_day_end_ns(&zone, day) > utc("2259-01-01T00:00:00Z")); /* the end of all time that there is */
}

static void reads_times(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",
        "2026-11-22",
        "2026-11-22T07:55:01",
        "2026-11-22T07:55Z",
        "2026-11-22 07:55:01Z",
        "2026-11-22T24:00:00Z",
        "2026-11-22T07:60:00Z",
        "2026-11-22T07:55:61Z",
        "2026-11-22T07:55:01+0100",
        "2026-11-22T07:55:01+01:60",
        "2026-11-22T07:55:01+24:00",
        "2026-11-22T07:55:01Zx",
        "2026-11-22T07:55:01.Z",
        "2026-02-30T07:55:01Z",
        "1600-01-01T00:00:00Z",
        "9999-01-01T00:00:00Z",
        "2026-11-22T07:55:01 01:00",
        "-026-11-22T07:55:01Z",
    };
    int64_t utc_ns = 7;

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_false(zone_time_parse(bad[i], &utc_ns));
    assert_int_equal(utc_ns, 7);
    assert_int_equal(utc("1970-01-01T00:00:01.5Z"), 1500000000);
    assert_int_equal(utc("1970-01-01t00:00:00.1234567891234z"), 123456789);
    assert_int_equal(utc("1970-01-01T01:00:00+01:00"), 0);
    assert_int_equal(utc("1969-12-31T12:30:00-11:30"), 0);
    assert_int_equal(utc("2016-12-31T23:59:60Z"), utc("2017-01-01T00:00:00Z"));
}

static void refuses_zones_that_do_not_exist(void **state)
{
    (void)state;
    static const char *const bad[] = {"Europe/Nowhere",
                                      "Europe",
                                      "/etc/localtime",
                                      "../zoneinfo/UTC",
                                      "right/Europe/Oslo",
                                      "Europe/Oslo/",
                                      "Europe//Oslo",
                                      "CET-1CEST",
                                      "zone.tab",
                                      "Europe/Oslo\n",
                                      " "};
    struct zone zone;
    struct err err;

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        assert_false(calendar_zone_exists(bad[i]));
        assert_int_equal(calendar_load(&zone, bad[i], &err), -1);
    }
    assert_int_equal(calendar_load(&zone, "Europe/Nowhere", &err), -1);
    assert_string_equal(err.text, "zone Europe/Nowhere: no such time zone");
    assert_true(calendar_zone_exists("Etc/GMT+10"));
    assert_true(calendar_zone_exists("America/Argentina/Buenos_Aires"));
}

static void takes_the_system_s_zone(void **state)
{
    (void)state;
    struct zone zone;
    struct err err;

    setenv("TZ", ":Asia/Kathmandu", 1);
    assert_int_equal(calendar_load(&zone, "", &err), 0);
    assert_string_equal(zone.name, "Asia/Kathmandu");
    assert_int_equal(zone_offset_s(&zone, utc("2026-01-01T00:00:00Z")), 20700);
    setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1);
    assert_int_equal(calendar_load(&zone, "", &err), 0);
    assert_int_equal(zone_offset_s(&zone, utc("2026-07-01T00:00:00Z")), 7200);
    setenv("TZ", "Europe/Nowhere", 1);
    assert_int_equal(calendar_load(&zone, "", &err), -1);
    assert_string_equal(err.text, "the environment's TZ=Europe/Nowhere: no such time zone");
    load(&zone, "Europe/Oslo");
    assert_string_equal(getenv("TZ"), "Europe/Nowhere");
    unsetenv("TZ");
    assert_int_equal(calendar_load(&zone, "", &err), 0);
    assert_true(zone.name[0] != '\0');
    load(&zone, "Europe/Oslo");
    assert_null(getenv("TZ"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(days_count_from_1970),
        cmocka_unit_test(days_and_parts_agree),
        cmocka_unit_test(refuses_days_that_do_not_exist),
        cmocka_unit_test(days_have_their_length),
        cmocka_unit_test(days_leave_no_gap),
        cmocka_unit_test(offsets_are_the_library_s),
        cmocka_unit_test(writes_times_with_their_offset),
        cmocka_unit_test(far_years_are_told_with_the_last_offset_that_is_known),
        cmocka_unit_test(reads_times),
        cmocka_unit_test(refuses_zones_that_do_not_exist),
        cmocka_unit_test(takes_the_system_s_zone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
