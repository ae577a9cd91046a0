/* The notices: what raises each, what clears it, and what may not raise it. */
#include "evening.h"

/* The same, with a reading of the 12 V each ten seconds. */
static const char *after_volts(struct evening *evening, int millivolts, int seconds)
{
    static char told[512];

    told[0] = '\0';
    for (int i = 0; i < seconds; i += 10) {
        evening->evidence.aux_mv = millivolts;
        evening->evidence.aux_boot_ns = evening->evidence.boot_ns;
        strcat(told, after(evening, 10));
    }
    return told;
}

static const char *finish(struct evening *evening)
{
    evening->evidence.charge_finished = true;
    return after(evening, 0);
}

static const char *interrupt(struct evening *evening)
{
    evening->evidence.charge_interrupted = true;
    return after(evening, 0);
}

static const char *become(struct evening *evening, enum presence presence)
{
    evening->evidence.presence = presence;
    return after(evening, 1);
}

/* ---- charges ---- */

static void the_kinds_have_the_names_of_the_contract(void **state)
{
    static const char *const names[] = {"charge_finished", "charge_interrupted", "aux_low", "dongle_lost",
                                        "soc_low",         "not_plugged",        "identity_changed"};

    (void)state;
    for (enum notice_kind kind = 0; kind < NOTICE_KIND_COUNT; kind++)
        assert_string_equal(notice_name(kind), names[kind]);
}

static void nothing_is_said_of_what_is_not_known(void **state)
{
    struct evening *evening = *state;

    evening->wishes.not_plugged_minute = 12 * 60;
    evening->evidence.presence = PRESENCE_UNKNOWN;
    evening->evidence.garage = TRI_UNKNOWN;
    evening->evidence.reachable = TRI_UNKNOWN;
    assert_string_equal(after(evening, 7200), "");
}

static void a_charge_that_ends_is_told_with_what_is_known(void **state)
{
    struct evening *evening = *state;

    evening->evidence.soc = 8040;
    assert_string_equal(finish(evening), "+charge_finished");
    assert_string_equal(evening->text, "The charge is finished: 80 %");
    assert_string_equal(after(evening, 3600), "");
    evening->evidence.soc = UNKNOWN;
    assert_string_equal(interrupt(evening), "-charge_finished +charge_interrupted");
    assert_string_equal(evening->text, "The charge was interrupted");
}

/* It lasts: the diary stands still as long. */
static void another_car_is_told_until_it_is_accepted(void **state)
{
    struct evening *evening = *state;

    evening->evidence.identity_changed = true;
    assert_string_equal(after(evening, 24 * 3600), "+identity_changed");
    assert_non_null(strstr(evening->text, "nothing is stored until you run garagectl car accept"));
    evening->evidence.identity_changed = false;
    assert_string_equal(after(evening, 1), "-identity_changed");
}

static void an_event_ends_by_itself(void **state)
{
    struct evening *evening = *state;

    finish(evening);
    assert_string_equal(after(evening, 12 * 3600 - 1), "");
    assert_string_equal(after(evening, 1), "-charge_finished");
    assert_string_equal(after(evening, 3600), "");
}

static void an_event_ends_when_the_next_thing_happens(void **state)
{
    static const enum presence next[] = {PRESENCE_CHARGING, PRESENCE_DRIVING, PRESENCE_AWAY};
    struct evening *evening = *state;

    for (size_t i = 0; i < 3; i++) {
        become(evening, PRESENCE_ASLEEP);
        assert_string_equal(finish(evening), "+charge_finished");
        assert_string_equal(become(evening, PRESENCE_AWAKE), "");
        assert_string_equal(become(evening, PRESENCE_UNKNOWN), "");
        assert_string_equal(become(evening, next[i]), "-charge_finished");
    }
}

static void a_charge_that_still_looks_like_one_is_no_next_thing(void **state)
{
    struct evening *evening = *state;

    become(evening, PRESENCE_CHARGING);
    assert_string_equal(finish(evening), "+charge_finished");
    become(evening, PRESENCE_UNKNOWN); /* the link was gone for a moment */
    assert_string_equal(become(evening, PRESENCE_CHARGING), "");
}

static void a_second_charge_is_a_second_notice(void **state)
{
    struct evening *evening = *state;

    assert_string_equal(finish(evening), "+charge_finished");
    assert_string_equal(finish(evening), "-charge_finished +charge_finished");
}

/* ---- 12 V ---- */

static void low_12_volts_are_told_once(void **state)
{
    struct evening *evening = *state;

    assert_string_equal(after_volts(evening, 11980, 60), "");
    assert_string_equal(after_volts(evening, 11980, 10), "+aux_low");
    assert_string_equal(evening->text, "The 12 V battery is low: 11.9 V");
    assert_string_equal(after_volts(evening, 11500, 3600), "");
    assert_string_equal(evening->text, "The 12 V battery is low: 11.5 V");
    assert_string_equal(after_volts(evening, 12200, 3600), "");
    assert_string_equal(evening->text, "The 12 V battery is low: 11.5 V");
    assert_string_equal(after_volts(evening, 11900, 3600), "");
    assert_string_equal(after_volts(evening, 12300, 10), "-aux_low");
    assert_string_equal(after_volts(evening, 12299, 3600), "");
    assert_string_equal(after_volts(evening, 11999, 70), "+aux_low");
}

static void a_moment_of_low_12_volts_is_not_told(void **state)
{
    struct evening *evening = *state;

    for (int i = 0; i < 10; i++) {
        assert_string_equal(after_volts(evening, 11000, 60), "");
        assert_string_equal(after_volts(evening, 12000, 10), "");
    }
}

static void one_reading_that_stands_for_long_is_one_reading(void **state)
{
    struct evening *evening = *state;

    after_volts(evening, 11000, 10);
    assert_string_equal(after(evening, 190), "");
}

static void low_12_volts_under_load_are_not_told(void **state)
{
    struct evening *evening = *state;

    evening->evidence.aux_at_rest = false;
    assert_string_equal(after_volts(evening, 11000, 3600), "");
    evening->evidence.aux_at_rest = true;
    assert_string_equal(after_volts(evening, 11000, 70), "+aux_low");
    evening->evidence.aux_at_rest = false;
    assert_string_equal(after_volts(evening, 14200, 3600), "");
    evening->evidence.aux_at_rest = true;
    evening->evidence.aux_mv = UNKNOWN;
    assert_string_equal(after(evening, 86400), "");
}

static void a_low_moment_before_a_drive_does_not_count_after_it(void **state)
{
    struct evening *evening = *state;

    assert_string_equal(after_volts(evening, 11000, 10), "");
    evening->evidence.aux_at_rest = false;
    after_volts(evening, 14200, 3600);
    evening->evidence.aux_at_rest = true;
    assert_string_equal(after_volts(evening, 11000, 10), "");
}

/* ---- the dongle ---- */

static const char *lose_dongle(struct evening *evening, int seconds)
{
    evening->evidence.reachable = TRI_FALSE;
    evening->evidence.presence = PRESENCE_UNKNOWN;
    evening->evidence.garage = TRI_UNKNOWN;
    return after(evening, seconds);
}

static const char *find_dongle(struct evening *evening, enum presence presence)
{
    evening->evidence.reachable = TRI_TRUE;
    evening->evidence.presence = presence;
    evening->evidence.garage = TRI_TRUE;
    return after(evening, 1);
}

static void a_dongle_lost_beside_a_sleeping_car_is_told(void **state)
{
    struct evening *evening = *state;

    find_dongle(evening, PRESENCE_ASLEEP);
    assert_string_equal(lose_dongle(evening, 600), "");
    assert_string_equal(lose_dongle(evening, 1), "+dongle_lost");
    assert_string_equal(evening->text,
                        "The dongle has not answered for ten minutes though the car stood in the garage");
    evening->evidence.presence = PRESENCE_AWAY; /* what ten minutes of silence are taken for */
    evening->evidence.garage = TRI_FALSE;
    assert_string_equal(after(evening, 86400), "");
    assert_string_equal(find_dongle(evening, PRESENCE_UNKNOWN), "-dongle_lost");
    find_dongle(evening, PRESENCE_CHARGING);
    assert_string_equal(lose_dongle(evening, 601), "+dongle_lost");
}

static void a_dongle_that_left_with_the_car_is_not_lost(void **state)
{
    static const enum presence last[] = {PRESENCE_AWAKE, PRESENCE_ON, PRESENCE_DRIVING};
    struct evening *evening = *state;

    for (size_t i = 0; i < 3; i++) {
        find_dongle(evening, PRESENCE_ASLEEP);
        find_dongle(evening, last[i]);
        find_dongle(evening, PRESENCE_UNKNOWN);
        assert_string_equal(lose_dongle(evening, 86400), "");
    }
}

static void ten_minutes_without_a_dongle_are_unbroken(void **state)
{
    struct evening *evening = *state;

    find_dongle(evening, PRESENCE_ASLEEP);
    assert_string_equal(lose_dongle(evening, 599), "");
    assert_string_equal(find_dongle(evening, PRESENCE_UNKNOWN), "");
    assert_string_equal(lose_dongle(evening, 599), "");
    evening->evidence.reachable = TRI_UNKNOWN; /* the car half was restarted */
    assert_string_equal(after(evening, 86400), "");
    assert_string_equal(lose_dongle(evening, 600), "");
    assert_string_equal(lose_dongle(evening, 1), "+dongle_lost");
}

static void a_dongle_that_was_never_there_is_not_lost(void **state)
{
    struct evening *evening = *state;

    assert_string_equal(lose_dongle(evening, 86400), "");
}

/* ---- the big battery ---- */

static void a_low_battery_is_told_once(void **state)
{
    struct evening *evening = *state;

    evening->evidence.soc = 2000;
    assert_string_equal(after(evening, 60), "");
    evening->evidence.soc = 1950;
    assert_string_equal(after(evening, 1), "+soc_low");
    assert_string_equal(evening->text, "The battery is low: 20 %");
    evening->evidence.soc = UNKNOWN;
    assert_string_equal(after(evening, 60), "");
    evening->evidence.soc = 2299;
    assert_string_equal(after(evening, 60), "");
    evening->evidence.soc = 1000;
    assert_string_equal(after(evening, 60), "");
    evening->evidence.soc = 2300;
    assert_string_equal(after(evening, 60), "-soc_low");
}

static void a_low_battery_is_told_of_a_parked_car(void **state)
{
    static const enum presence others[] = {PRESENCE_UNKNOWN, PRESENCE_AWAY, PRESENCE_ON, PRESENCE_DRIVING,
                                           PRESENCE_CHARGING};
    struct evening *evening = *state;

    evening->evidence.soc = 500;
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
        assert_string_equal(become(evening, others[i]), "");
    evening->evidence.charging = TRI_TRUE;
    assert_string_equal(become(evening, PRESENCE_AWAKE), "");
    evening->evidence.charging = TRI_FALSE;
    assert_string_equal(become(evening, PRESENCE_AWAKE), "+soc_low");
}

static void the_limit_is_the_owners(void **state)
{
    struct evening *evening = *state;

    evening->wishes.soc_low = 1000;
    evening->wishes.aux_low_mv = 11500;
    evening->evidence.soc = 1500;
    assert_string_equal(after_volts(evening, 11700, 600), "");
    evening->wishes.soc_low = 1600;
    assert_string_equal(after(evening, 1), "+soc_low");
    evening->wishes.soc_low = 1000;
    assert_string_equal(after(evening, 1), "-soc_low");
}

/* ---- silence ---- */

static void each_kind_can_be_silenced(void **state)
{
    struct evening *evening = *state;

    for (enum notice_kind kind = 0; kind < NOTICE_KIND_COUNT; kind++)
        evening->wishes.silenced[kind] = true;
    unplug_in_the_garage(evening);
    evening->evidence.soc = 500;
    assert_string_equal(look_at(evening, 22, 0), "");
    assert_string_equal(after_volts(evening, 11000, 600), "");
    assert_string_equal(finish(evening), "");
    assert_string_equal(interrupt(evening), "");
    assert_string_equal(lose_dongle(evening, 700), "");
    for (enum notice_kind kind = 0; kind < NOTICE_KIND_COUNT; kind++)
        evening->wishes.silenced[kind] = false;
    assert_string_equal(after(evening, 1), "+aux_low +dongle_lost");
    evening->wishes.silenced[NOTICE_AUX_LOW] = true;
    assert_string_equal(after(evening, 1), "-aux_low");
    assert_string_equal(after(evening, 1), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_kinds_have_the_names_of_the_contract),
        EVENING_TEST(nothing_is_said_of_what_is_not_known),
        EVENING_TEST(a_charge_that_ends_is_told_with_what_is_known),
        EVENING_TEST(another_car_is_told_until_it_is_accepted),
        EVENING_TEST(an_event_ends_by_itself),
        EVENING_TEST(an_event_ends_when_the_next_thing_happens),
        EVENING_TEST(a_charge_that_still_looks_like_one_is_no_next_thing),
        EVENING_TEST(a_second_charge_is_a_second_notice),
        EVENING_TEST(low_12_volts_are_told_once),
        EVENING_TEST(a_moment_of_low_12_volts_is_not_told),
        EVENING_TEST(one_reading_that_stands_for_long_is_one_reading),
        EVENING_TEST(low_12_volts_under_load_are_not_told),
        EVENING_TEST(a_low_moment_before_a_drive_does_not_count_after_it),
        EVENING_TEST(a_dongle_lost_beside_a_sleeping_car_is_told),
        EVENING_TEST(a_dongle_that_left_with_the_car_is_not_lost),
        EVENING_TEST(ten_minutes_without_a_dongle_are_unbroken),
        EVENING_TEST(a_dongle_that_was_never_there_is_not_lost),
        EVENING_TEST(a_low_battery_is_told_once),
        EVENING_TEST(a_low_battery_is_told_of_a_parked_car),
        EVENING_TEST(the_limit_is_the_owners),
        EVENING_TEST(each_kind_can_be_silenced),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
