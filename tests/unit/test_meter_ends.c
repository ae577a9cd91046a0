/* Where a charge of the meter begins and ends: midnight, a clock set back, its last word, restarts. */
#include "meter_book.h"

/* From an hour before midnight to an hour after it. */
#define OVER_MIDNIGHT (EVENING + 3 * HOURS)
#define FIRST_DAY     (int32_t)(OVER_MIDNIGHT / DAYS)

static int64_t flow_over_midnight(struct book *book)
{
    park(book);
    counts(book, OVER_MIDNIGHT - 10 * SECONDS, 1000);
    return flow_counted(book, OVER_MIDNIGHT, 2 * HOURS, 2400, 1000);
}

static void a_metered_night_is_of_the_evening_it_began_and_its_gain_of_no_day(void **state)
{
    struct book book;

    (void)state;
    flow_over_midnight(&book);
    wake(&book, 55);
    const struct diary_entry *entry = last_charge(&book);
    assert_charge(&entry->charge, DIARY_METERED, 4800, DIARY_FLAG_ESTIMATED);
    assert_int_equal(entry->part_count, 2);
    assert_int_equal(entry->parts[0].day, FIRST_DAY);
    assert_true(entry->parts[0].battery_wh == DIARY_NONE);
    assert_int_equal(entry->parts[1].day, DIARY_NO_DAY);
    assert_int_equal(entry->parts[1].battery_wh, entry->charge.battery_wh);
    book_free(&book);
}

static void a_night_heard_only_after_midnight_is_of_the_evening_it_began(void **state)
{
    int64_t heard_ms = OVER_MIDNIGHT + 2 * HOURS;
    double soc = 50;
    struct book book;

    (void)state;
    int64_t wh = flow_over_midnight(&book);
    book_arrive(&book, heard_ms + 10 * SECONDS, soc, 20000);
    book_plug(&book, heard_ms + 13 * SECONDS);
    for (int i = 1; i <= 60; i++) {
        counts(&book, heard_ms + i * MINUTES, wh + i * 40);
        book_charging(&book, heard_ms + i * MINUTES, 0, 5, &soc);
    }
    book_unplug(&book, heard_ms + HOURS + SECONDS);
    diary_advance(book.diary, heard_ms + 2 * HOURS);
    const struct diary_entry *entry = last_charge(&book);
    assert_charge(&entry->charge, DIARY_WATCHED, 7200, DIARY_FLAG_ESTIMATED | DIARY_FLAG_INTERRUPTED);
    assert_int_equal(entry->part_count, 3);
    assert_int_equal(entry->parts[0].day, FIRST_DAY);
    assert_int_equal(entry->parts[1].day, FIRST_DAY + 1);
    assert_int_equal(entry->parts[2].day, DIARY_NO_DAY);
    assert_int_equal(entry->parts[1].battery_wh + entry->parts[2].battery_wh, entry->charge.battery_wh);
    book_free(&book);
}

static void a_clock_set_back_after_a_metered_night_doubles_nothing(void **state)
{
    int64_t from_ms = EVENING + 4 * HOURS;
    struct book book;

    (void)state;
    park(&book);
    flow(&book, from_ms, HOURS, 2300);
    diary_advance(book.diary, from_ms + 3 * HOURS);
    diary_advance(book.diary, from_ms - 2 * HOURS);
    book_arrive(&book, from_ms - HOURS, 49, 20000);
    diary_advance(book.diary, from_ms + HOURS);
    assert_int_equal(book_count(&book, DIARY_CHARGE), 3); /* begun, over, with what the car gained */
    const struct diary_entry *entry = last_charge(&book);
    assert_charge(&entry->charge, DIARY_METERED, 2281, DIARY_FLAG_ESTIMATED);
    assert_int_equal(entry->charge.from_ms, from_ms); /* by which the store finds it */
    assert_int_equal(entry->charge.to_ms, from_ms + HOURS);
    book_free(&book);
}

/* A counter each five minutes, the car each minute; the car is unplugged four minutes after the meter's last
 * word. */
static void charge_with_a_slow_meter(struct book *book, int64_t plug_ms)
{
    double soc = 40;

    book_new(book);
    book_arrive(book, BOOK_START, soc, 20000);
    counts(book, plug_ms, 5000);
    book_plug(book, plug_ms);
    for (int i = 0; i < 60; i++) {
        if (i > 0 && i % 5 == 0)
            counts(book, plug_ms + i * MINUTES, 5000 + i * 40);
        book_charging(book, plug_ms + i * MINUTES, 0, 5, &soc);
    }
    book_unplug(book, plug_ms + 59 * MINUTES + SECONDS);
    diary_advance(book->diary, plug_ms + 59 * MINUTES + 2 * SECONDS);
}

static void what_flowed_after_the_meters_last_word_is_the_charges_too(void **state)
{
    int64_t plug_ms = BOOK_START + HOURS;
    struct book book;

    (void)state;
    charge_with_a_slow_meter(&book, plug_ms);
    assert_charge(book_charge(&book, 0), DIARY_WATCHED, 2200, DIARY_FLAG_INTERRUPTED);
    counts(&book, plug_ms + HOURS, 5000 + 59 * 40);
    diary_advance(book.diary, plug_ms + 2 * HOURS);
    const struct diary_charge *charge = book_charge(&book, 1);
    assert_charge(charge, DIARY_WATCHED, 2360, DIARY_FLAG_INTERRUPTED);
    assert_int_equal(charge->id, book_charge(&book, 0)->id);
    assert_int_equal(charge->to_ms, plug_ms + 59 * MINUTES + SECONDS);
    assert_int_equal(charge->battery_wh, book_charge(&book, 0)->battery_wh);
    assert_null(book_charge(&book, 2));
    book_free(&book);
}

static void what_flows_a_quarter_of_an_hour_later_is_not(void **state)
{
    int64_t plug_ms = BOOK_START + HOURS;
    struct book book;

    (void)state;
    charge_with_a_slow_meter(&book, plug_ms);
    counts(&book, plug_ms + 75 * MINUTES, 7500);
    diary_advance(book.diary, plug_ms + 2 * HOURS);
    assert_null(book_charge(&book, 1));
    book_free(&book);
}

/* Begun again at the end of the charge, with a car that falls asleep. */
static void a_restart_when_a_watched_charge_has_ended_tells_no_other(void **state)
{
    int64_t end_ms = BOOK_START + HOURS + 59 * MINUTES;
    struct book book;

    (void)state;
    charge_with_a_slow_meter(&book, BOOK_START + HOURS);
    const struct diary_anchor anchor = book_find(&book, DIARY_CHARGE, 1)->anchor;
    diary_free(book.diary);
    book.diary = diary_new(&book.settings, &anchor, NULL, book_keep, &book);
    book_sleep(&book, end_ms + 2 * MINUTES);
    diary_advance(book.diary, end_ms + HOURS);
    assert_null(book_charge(&book, 1));
    book_free(&book);
}

/* A counter that stands still is heard once an hour. */
static void a_watched_charge_does_not_begin_with_the_meters_last_word_before_it(void **state)
{
    int64_t plug_ms = BOOK_START + HOURS;
    double soc = 40;
    struct book book;

    (void)state;
    book_new(&book);
    counts(&book, plug_ms - 50 * MINUTES, 5000);
    book_arrive(&book, plug_ms - 10 * MINUTES, soc, 20000);
    book_plug(&book, plug_ms);
    for (int i = 1; i <= 60; i++) {
        if (i % 15 == 0)
            counts(&book, plug_ms + i * MINUTES, 5000 + i * 40);
        book_charging(&book, plug_ms + i * MINUTES, 0, 5, &soc);
    }
    book_unplug(&book, plug_ms + HOURS + SECONDS);
    diary_advance(book.diary, plug_ms + 2 * HOURS);
    assert_int_equal(book_charge(&book, 0)->from_ms, plug_ms);
    assert_int_equal(book_charge(&book, 0)->wall_wh, 2400);
    assert_null(book_charge(&book, 1));
    book_free(&book);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_metered_night_is_of_the_evening_it_began_and_its_gain_of_no_day),
        cmocka_unit_test(a_night_heard_only_after_midnight_is_of_the_evening_it_began),
        cmocka_unit_test(a_clock_set_back_after_a_metered_night_doubles_nothing),
        cmocka_unit_test(what_flowed_after_the_meters_last_word_is_the_charges_too),
        cmocka_unit_test(what_flows_a_quarter_of_an_hour_later_is_not),
        cmocka_unit_test(a_restart_when_a_watched_charge_has_ended_tells_no_other),
        cmocka_unit_test(a_watched_charge_does_not_begin_with_the_meters_last_word_before_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
