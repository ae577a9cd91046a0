/* What a meter at the wall adds to the diary: rows of its counter or power go in beside the car's. */
#include "meter_book.h"

static void the_plugs_counter_tells_what_a_charge_cost_at_the_wall(void **state)
{
    int64_t plug_ms = BOOK_START + HOURS;
    double soc = 40;
    struct book book;

    (void)state;
    book_new(&book);
    book_arrive(&book, BOOK_START, 40, 20000);
    counts(&book, BOOK_START, 5000);
    counts(&book, plug_ms, 5000);
    book_plug(&book, plug_ms);
    for (int i = 0; i <= 60; i++) {
        if (i > 0)
            counts(&book, plug_ms + i * MINUTES, 5000 + i * 40);
        book_charging(&book, plug_ms + i * MINUTES, 0, 5, &soc);
    }
    book_unplug(&book, plug_ms + HOURS + SECONDS);
    diary_advance(book.diary, plug_ms + 2 * HOURS);
    assert_charge(book_charge(&book, 0), DIARY_WATCHED, 2400, DIARY_FLAG_INTERRUPTED);
    assert_int_equal(book_charge(&book, 0)->battery_wh, 2001);
    assert_null(book_charge(&book, 1));
    book_free(&book);
}

static void a_car_silent_at_the_socket_is_charged_by_its_meters_word(void **state)
{
    int64_t from_ms = EVENING + 8 * HOURS;
    struct book book;

    (void)state;
    park(&book);
    flow(&book, from_ms, 2 * HOURS, 2300);
    assert_non_null(diary_open_charge(book.diary));
    assert_int_equal(diary_open_charge(book.diary)->how, DIARY_METERED);
    diary_advance(book.diary, from_ms + 2 * HOURS + 11 * MINUTES);
    assert_null(diary_open_charge(book.diary));
    const struct diary_charge *charge = book_charge(&book, 0);
    assert_charge(charge, DIARY_METERED, 4600 - 19, 0); /* the last minute is a slope */
    assert_int_equal(charge->from_ms, from_ms);
    assert_int_equal(charge->to_ms, from_ms + 2 * HOURS);
    assert_int_equal(charge->battery_wh, DIARY_NONE);
    assert_int_equal(charge->id, 1);
    book_free(&book);
}

static void what_the_silent_car_gained_goes_to_the_metered_charge(void **state)
{
    int64_t from_ms = EVENING + 8 * HOURS;
    struct book book;

    (void)state;
    park(&book);
    flow(&book, from_ms, 2 * HOURS, 2300);
    wake(&book, 58);
    const struct diary_charge *charge = last_of(&book, from_ms);
    assert_charge(charge, DIARY_METERED, 4581, DIARY_FLAG_ESTIMATED);
    assert_int_equal(charge->soc_from, 4000);
    assert_int_equal(charge->soc_to, 5800);
    assert_int_equal(charge->battery_wh, 18 * 60 * 355 / 100);
    assert_null(last_of(&book, EVENING + 5 * MINUTES)); /* not inferred besides */
    book_free(&book);
}

static void two_spells_of_a_night_share_what_the_car_gained(void **state)
{
    int64_t one_ms = EVENING + HOURS, two_ms = EVENING + 5 * HOURS;
    struct book book;

    (void)state;
    park(&book);
    counts(&book, EVENING, 1000);
    int64_t wh = flow_counted(&book, one_ms, HOURS, 3000, 1000);
    wh = flow_counted(&book, two_ms, 30 * MINUTES, 3000, wh);
    assert_int_equal(wh, 5500);
    wake(&book, 57);
    const struct diary_charge *one = book_charge(&book, 2), *two = book_charge(&book, 3);
    assert_charge(one, DIARY_METERED, 3000, DIARY_FLAG_ESTIMATED);
    assert_charge(two, DIARY_METERED, 1500, DIARY_FLAG_ESTIMATED);
    assert_int_equal(one->battery_wh + two->battery_wh, 17 * 60 * 355 / 100);
    assert_int_equal(one->soc_to, two->soc_from);
    assert_int_equal(two->soc_to, 5700);
    assert_null(book_charge(&book, 4));
    book_free(&book);
}

static void a_car_that_falls_silent_at_the_socket_is_charged_from_then_on(void **state)
{
    int64_t from_ms = BOOK_START + HOURS, silent_ms = from_ms + 10 * MINUTES;
    struct book book;

    (void)state;
    book_new(&book);
    book_arrive(&book, BOOK_START, 40, 20000);
    book_take(&book, BOOK_START, SIGNAL_CHARGING, 0);
    flow_counted(&book, from_ms, silent_ms - from_ms - 10 * SECONDS, 3000, 1000);
    assert_null(diary_open_charge(book.diary)); /* it is heard, and does not charge */
    book_take(&book, silent_ms, DIARY_SIGNAL_PRESENCE, NAN);
    diary_advance(book.diary, silent_ms + SECONDS);
    assert_non_null(diary_open_charge(book.diary));
    assert_int_equal(diary_open_charge(book.diary)->how, DIARY_METERED);
    book_free(&book);
}

static void a_meter_that_says_nothing_leaves_the_charge_inferred(void **state)
{
    struct book book;

    (void)state;
    park(&book);
    wake(&book, 60);
    assert_charge(book_charge(&book, 0), DIARY_INFERRED, DIARY_NONE, DIARY_FLAG_ESTIMATED);
    book_free(&book);
}

static void another_car_on_the_plug_is_not_taken_for_this_one(void **state)
{
    int64_t from_ms = EVENING + 8 * HOURS;
    struct book book;

    (void)state;
    park(&book);
    flow(&book, from_ms, 2 * HOURS, 2300);
    wake(&book, 40);
    assert_charge(last_of(&book, from_ms), DIARY_METERED, 4581, DIARY_FLAG_IMPLAUSIBLE);
    assert_int_equal(last_of(&book, from_ms)->battery_wh, DIARY_NONE);
    book_free(&book);
}

static void more_in_the_battery_than_at_the_wall_is_flagged_not_capped(void **state)
{
    int64_t from_ms = EVENING + 8 * HOURS;
    struct book book;

    (void)state;
    park(&book);
    flow(&book, from_ms, 2 * HOURS, 2300);
    wake(&book, 90);
    const struct diary_charge *charge = last_of(&book, from_ms);
    assert_charge(charge, DIARY_METERED, 4581, DIARY_FLAG_ESTIMATED | DIARY_FLAG_IMPLAUSIBLE);
    assert_int_equal(charge->battery_wh, 50 * 60 * 355 / 100);
    book_free(&book);
}

static void a_car_heard_in_the_middle_has_one_charge_from_the_meters_beginning(void **state)
{
    int64_t from_ms = MORNING - HOURS;
    double soc = 50;
    struct book book;

    (void)state;
    park(&book);
    counts(&book, from_ms, 1000);
    for (int i = 1; i <= 60; i++)
        counts(&book, from_ms + i * MINUTES, 1000 + i * 40);
    book_arrive(&book, MORNING, 50, 20000);
    book_plug(&book, MORNING + 3 * SECONDS);
    for (int i = 1; i <= 60; i++) {
        counts(&book, MORNING + i * MINUTES, 3400 + i * 40);
        book_charging(&book, MORNING + i * MINUTES, 0, 5, &soc);
    }
    book_unplug(&book, MORNING + HOURS + SECONDS);
    diary_advance(book.diary, MORNING + 2 * HOURS);
    const struct diary_charge *charge = book_charge(&book, 0);
    assert_charge(charge, DIARY_WATCHED, 4800, DIARY_FLAG_ESTIMATED | DIARY_FLAG_INTERRUPTED);
    assert_int_equal(charge->from_ms, from_ms);
    assert_int_equal(charge->soc_from, 4000);
    assert_int_equal(charge->battery_wh, 1999 + 10 * 60 * 355 / 100);
    assert_null(book_charge(&book, 1));
    book_free(&book);
}

static void a_counter_that_begins_anew_takes_nothing_back(void **state)
{
    int64_t from_ms = EVENING + HOURS;
    struct book book;

    (void)state;
    park(&book);
    counts(&book, EVENING, 99000);
    flow_counted(&book, from_ms, HOURS, 3000, 99000);
    flow_counted(&book, from_ms + HOURS + 10 * SECONDS, HOURS, 3000, 0);
    diary_advance(book.diary, from_ms + 3 * HOURS);
    assert_charge(book_charge(&book, 0), DIARY_METERED, 6000, 0);
    book_free(&book);
}

static void a_counter_knows_what_flowed_while_the_broker_was_gone(void **state)
{
    int64_t from_ms = EVENING + HOURS;
    struct book book;

    (void)state;
    park(&book);
    counts(&book, from_ms, 1000);
    counts(&book, from_ms + 2 * HOURS, 7000);
    diary_advance(book.diary, from_ms + 3 * HOURS);
    assert_charge(book_charge(&book, 0), DIARY_METERED, 6000, DIARY_FLAG_GAPS);
    book_free(&book);
}

static void power_is_not_made_up_while_the_meter_is_silent(void **state)
{
    int64_t from_ms = EVENING + HOURS;
    struct book book;

    (void)state;
    park(&book);
    for (int i = 0; i <= 10; i++)
        draws(&book, from_ms + i * MINUTES, 3000);
    diary_advance(book.diary, from_ms + 3 * HOURS);
    assert_charge(book_charge(&book, 0), DIARY_METERED, 500, DIARY_FLAG_GAPS);
    assert_int_equal(book_charge(&book, 0)->status, DIARY_INCOMPLETE);
    book_free(&book);
}

static void what_a_wallbox_itself_draws_is_no_charge(void **state)
{
    struct book book;

    (void)state;
    park(&book);
    flow_counted(&book, EVENING + HOURS, 8 * HOURS, 12, 1000);
    draws(&book, EVENING + 9 * HOURS, 180);
    draws(&book, EVENING + 9 * HOURS + 5 * MINUTES, 180);
    diary_advance(book.diary, EVENING + 10 * HOURS);
    assert_null(book_charge(&book, 0));
    book_free(&book);
}

static void trackers_that_begin_again_in_the_night_tell_the_same(void **state)
{
    int64_t from_ms = EVENING + HOURS;
    struct book book;

    (void)state;
    park(&book);
    flow(&book, from_ms, HOURS, 2300);
    const struct diary_entry *open = book_find(&book, DIARY_CHARGE, 0);
    struct diary_anchor anchor = open->anchor;
    anchor.open_charge = 1;
    size_t first = book.count;
    diary_free(book.diary);
    book.diary = diary_new(&book.settings, &anchor, &open->charge, book_keep, &book);
    for (int64_t at_ms = from_ms; at_ms < from_ms + HOURS; at_ms += MINUTES)
        if (at_ms >= anchor.at_ms)
            draws(&book, at_ms, 2300);
    draws(&book, from_ms + HOURS, 0);
    wake(&book, 49);
    assert_true(book.count > first);
    assert_charge(last_of(&book, from_ms), DIARY_METERED, 2281, DIARY_FLAG_ESTIMATED);
    book_free(&book);
}

static void a_dozen_spells_of_one_stay_lose_nothing(void **state)
{
    struct book book;
    int64_t wall_wh = 0, battery_wh = 0, wh = 1000;

    (void)state;
    park(&book);
    counts(&book, EVENING, wh);
    for (int i = 0; i < 12; i++)
        wh = flow_counted(&book, EVENING + (i * 40 + 30) * MINUTES, 10 * MINUTES, 3000, wh);
    diary_advance(book.diary, MORNING - MINUTES);
    size_t before = book.count;
    wake(&book, 60);
    for (size_t i = before; i < book.count; i++) {
        if (book.entries[i].kind != DIARY_CHARGE)
            continue;
        wall_wh += book.entries[i].charge.wall_wh;
        battery_wh += book.entries[i].charge.battery_wh;
    }
    assert_int_equal(wall_wh, 6000);
    assert_int_equal(battery_wh, 20 * 60 * 355 / 100);
    book_free(&book);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_plugs_counter_tells_what_a_charge_cost_at_the_wall),
        cmocka_unit_test(a_car_silent_at_the_socket_is_charged_by_its_meters_word),
        cmocka_unit_test(what_the_silent_car_gained_goes_to_the_metered_charge),
        cmocka_unit_test(two_spells_of_a_night_share_what_the_car_gained),
        cmocka_unit_test(a_car_that_falls_silent_at_the_socket_is_charged_from_then_on),
        cmocka_unit_test(a_meter_that_says_nothing_leaves_the_charge_inferred),
        cmocka_unit_test(another_car_on_the_plug_is_not_taken_for_this_one),
        cmocka_unit_test(more_in_the_battery_than_at_the_wall_is_flagged_not_capped),
        cmocka_unit_test(a_car_heard_in_the_middle_has_one_charge_from_the_meters_beginning),
        cmocka_unit_test(a_counter_that_begins_anew_takes_nothing_back),
        cmocka_unit_test(a_counter_knows_what_flowed_while_the_broker_was_gone),
        cmocka_unit_test(power_is_not_made_up_while_the_meter_is_silent),
        cmocka_unit_test(what_a_wallbox_itself_draws_is_no_charge),
        cmocka_unit_test(trackers_that_begin_again_in_the_night_tell_the_same),
        cmocka_unit_test(a_dozen_spells_of_one_stay_lose_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
