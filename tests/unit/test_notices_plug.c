/* The one notice that follows the clock: not plugged in at the owner's minute. */
#include "util/calendar.h"

#include "evening.h"

static void a_car_not_plugged_in_is_told_at_the_owners_minute_once_a_day(void **state)
{
    struct evening *evening = *state;

    unplug_in_the_garage(evening);
    assert_string_equal(look_at(evening, 21, 59), "");
    assert_string_equal(look_at(evening, 22, 0), "+not_plugged");
    assert_string_equal(evening->text, "The car stands in the garage and is not plugged in");
    assert_string_equal(look_at(evening, 22, 1), "");
    evening->evidence.plugged = TRI_TRUE;
    assert_string_equal(look_at(evening, 22, 30), "-not_plugged");
    evening->evidence.plugged = TRI_FALSE;
    assert_string_equal(look_at(evening, 22, 31), "");
    evening->evidence.day++;
    assert_string_equal(look_at(evening, 0, 0), "");
    assert_string_equal(look_at(evening, 22, 0), "+not_plugged");
}

static void no_hour_no_notice(void **state)
{
    struct evening *evening = *state;

    unplug_in_the_garage(evening);
    evening->wishes.not_plugged_minute = -1;
    for (int hour = 0; hour < 24; hour++)
        assert_string_equal(look_at(evening, hour, 0), "");
}

static void the_owners_minute_may_come_late_but_not_the_next_morning(void **state)
{
    struct evening *evening = *state;

    unplug_in_the_garage(evening);
    evening->wishes.not_plugged_minute = 23 * 60 + 30;
    evening->evidence.plugged = TRI_UNKNOWN;
    assert_string_equal(look_at(evening, 23, 30), "");
    evening->evidence.plugged = TRI_FALSE;
    evening->evidence.day++;
    assert_string_equal(look_at(evening, 0, 10), "+not_plugged");
    assert_string_equal(look_at(evening, 0, 11), "");
    assert_string_equal(look_at(evening, 23, 30), "-not_plugged +not_plugged");
    evening->evidence.day += 2;
    assert_string_equal(look_at(evening, 1, 30), "");
}

static void what_is_not_known_of_the_plug_is_not_told(void **state)
{
    struct evening *evening = *state;

    unplug_in_the_garage(evening);
    evening->evidence.garage = TRI_UNKNOWN;
    assert_string_equal(look_at(evening, 22, 0), "");
    evening->evidence.garage = TRI_FALSE;
    assert_string_equal(look_at(evening, 22, 0), "");
    evening->evidence.garage = TRI_TRUE;
    evening->evidence.plugged = TRI_UNKNOWN;
    assert_string_equal(look_at(evening, 22, 0), "");
    evening->evidence.plugged = TRI_TRUE;
    assert_string_equal(look_at(evening, 22, 0), "");
    evening->evidence.plugged = TRI_FALSE;
    evening->evidence.presence = PRESENCE_AWAKE; /* just come home */
    assert_string_equal(look_at(evening, 22, 0), "");
    evening->evidence.presence = PRESENCE_ASLEEP;
    assert_string_equal(look_at(evening, 22, 0), "+not_plugged");
}

static void a_clock_that_is_not_right_has_no_owners_minute(void **state)
{
    struct evening *evening = *state;

    unplug_in_the_garage(evening);
    assert_string_equal(look_at(evening, -1, 0), "");
    evening->evidence.day = 20500; /* it was wrong by more than a year, and was believed */
    assert_string_equal(look_at(evening, 22, 0), "+not_plugged");
    evening->evidence.day = 20000;
    assert_string_equal(look_at(evening, 22, 0), "-not_plugged +not_plugged");
}

/* Looks once a minute from `from` to `to` with the local clock of Oslo; how often was the car told of? */
static int count_between(struct evening *evening, const char *from, const char *to)
{
    static struct zone zone;
    struct err err;
    int64_t now_ns, end_ns;
    int count = 0;

    assert_int_equal(calendar_load(&zone, "Europe/Oslo", &err), 0);
    assert_true(zone_time_parse(from, &now_ns) && zone_time_parse(to, &end_ns));
    for (; now_ns < end_ns; now_ns += NS_PER_MIN) {
        char text[ZONE_TIME_TEXT_SIZE];
        int hour, minute;

        zone_time_text(&zone, now_ns, text);
        assert_int_equal(sscanf(text + 11, "%d:%d", &hour, &minute), 2);
        evening->evidence.day = zone_day_of(&zone, now_ns);
        count += strstr(look_at(evening, hour, minute), "+not_plugged") != NULL;
    }
    return count;
}

static void every_local_day_has_one_owners_minute(void **state)
{
    struct evening *evening = *state;

    unplug_in_the_garage(evening);
    for (int minute = 0; minute < 24 * 60; minute += 90) {
        evening->wishes.not_plugged_minute = minute;
        /* the clocks skip 02:00..03:00 on 29 March and repeat it on 25 October */
        count_between(evening, "2026-03-27T00:00:00+01:00", "2026-03-28T00:00:00+01:00");
        assert_int_equal(count_between(evening, "2026-03-28T00:00:00+01:00", "2026-03-31T00:00:00+02:00"), 3);
        count_between(evening, "2026-10-23T00:00:00+02:00", "2026-10-24T00:00:00+02:00");
        assert_int_equal(count_between(evening, "2026-10-24T00:00:00+02:00", "2026-10-27T00:00:00+01:00"), 3);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        EVENING_TEST(a_car_not_plugged_in_is_told_at_the_owners_minute_once_a_day),
        EVENING_TEST(no_hour_no_notice),
        EVENING_TEST(the_owners_minute_may_come_late_but_not_the_next_morning),
        EVENING_TEST(what_is_not_known_of_the_plug_is_not_told),
        EVENING_TEST(a_clock_that_is_not_right_has_no_owners_minute),
        EVENING_TEST(every_local_day_has_one_owners_minute),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
