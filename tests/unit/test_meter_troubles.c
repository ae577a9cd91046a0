/* Meters that fall silent, lie, count coarsely or measure more than the car: what the diary makes of them. */
#include "diary_book.h"

/* A night at the socket: when the car was last heard, and first heard again. */
#define EVENING (BOOK_START + 14 * HOURS)
#define MORNING (BOOK_START + 25 * HOURS)

static void counts(struct book *book, int64_t utc_ms, int64_t wh)
{
    book_take(book, utc_ms, DIARY_SIGNAL_WALL_ENERGY, (double)wh);
}

static void draws(struct book *book, int64_t utc_ms, int64_t watts)
{
    book_take(book, utc_ms, DIARY_SIGNAL_WALL_POWER, (double)watts);
}

/* A word each `every_ms` of a counter that stands at `wh` at from_ms; returns what it says last. */
static int64_t flow(struct book *book, int64_t from_ms, int64_t span_ms, int64_t every_ms, int64_t watts,
                    int64_t wh)
{
    int64_t last_wh = -1;

    for (int64_t at_ms = 0; at_ms <= span_ms; at_ms += every_ms) {
        int64_t now_wh = wh + watts * at_ms / HOURS;
        if (now_wh != last_wh) /* an unchanged count is no row */
            counts(book, from_ms + at_ms, now_wh);
        last_wh = now_wh;
    }
    return last_wh;
}

static void park(struct book *book)
{
    book_new(book);
    book_arrive(book, EVENING, 40, 20000);
    book_sleep(book, EVENING + 5 * MINUTES);
}

/* Heard while it charges at 2 kW, 400 Wh each ten minutes; the plug says nothing of its own here. */
static void watch(struct book *book, int64_t from_ms, int minutes)
{
    double soc = 40;

    book_arrive(book, from_ms - MINUTES, 40, 20000);
    book_plug(book, from_ms);
    book_charging(book, from_ms, minutes, 5, &soc);
    book_unplug(book, from_ms + minutes * MINUTES + SECONDS);
    book_sleep(book, from_ms + (minutes + 2) * MINUTES);
}

static const struct diary_charge *last_of(const struct book *book, int64_t from_ms)
{
    const struct diary_charge *found = NULL;

    for (size_t i = 0; i < book->count; i++)
        if (book->entries[i].kind == DIARY_CHARGE && book->entries[i].charge.from_ms == from_ms)
            found = &book->entries[i].charge;
    return found;
}

/* Of different beginnings: the store knows a charge by it. */
static size_t count_charges(const struct book *book)
{
    size_t count = 0;

    for (size_t i = 0; i < book->count; i++)
        if (book->entries[i].kind == DIARY_CHARGE &&
            last_of(book, book->entries[i].charge.from_ms) == &book->entries[i].charge)
            count++;
    return count;
}

static void assert_one(const struct book *book, enum diary_how how, int64_t wall_wh, unsigned flags)
{
    const struct diary_charge *charge = NULL;

    assert_int_equal(count_charges(book), 1);
    for (size_t i = 0; i < book->count; i++)
        if (book->entries[i].kind == DIARY_CHARGE)
            charge = &book->entries[i].charge;
    assert_int_equal(charge->status, DIARY_CLOSED);
    assert_int_equal(charge->how, how);
    assert_int_equal(charge->wall_wh, wall_wh);
    assert_int_equal(charge->flags, flags);
}

/* ---- counters that lie ---- */

static void what_the_broker_kept_for_too_long_is_not_counted_twice(void **state)
{
    int64_t from_ms = EVENING + HOURS;
    struct book book;

    (void)state;
    park(&book);
    counts(&book, EVENING, 90000);
    flow(&book, from_ms, HOURS, 10 * SECONDS, 3000, 90000);
    for (int i = 0; i < 3; i++) { /* at each new connection an old message, then the plug itself */
        counts(&book, from_ms + (2 + i) * HOURS, 85000);
        counts(&book, from_ms + (2 + i) * HOURS + 20 * SECONDS, 93000);
        counts(&book, from_ms + (2 + i) * HOURS + 40 * SECONDS, 93001);
    }
    diary_advance(book.diary, from_ms + 6 * HOURS);
    assert_one(&book, DIARY_METERED, 3000, 0);
    book_free(&book);
}

static void a_plug_that_starts_with_zero_has_not_lost_what_it_counted(void **state)
{
    int64_t from_ms = EVENING + HOURS;
    struct book book;

    (void)state;
    park(&book);
    counts(&book, EVENING, 90000);
    int64_t wh = flow(&book, from_ms, HOURS, 10 * SECONDS, 3000, 90000);
    counts(&book, from_ms + HOURS + 5 * SECONDS, 0);
    flow(&book, from_ms + HOURS + 10 * SECONDS, HOURS, 10 * SECONDS, 3000, wh);
    diary_advance(book.diary, from_ms + 4 * HOURS);
    assert_one(&book, DIARY_METERED, 6000, 0);
    book_free(&book);
}

static void a_counter_that_leaps_makes_no_charge(void **state)
{
    static const int64_t leaps[] = {1000000, 150000, 20000};
    struct book book;

    (void)state;
    park(&book);
    counts(&book, EVENING, 90000);
    for (int i = 0; i < 3; i++) { /* once, and back */
        int64_t at_ms = EVENING + (i + 1) * HOURS, wh = 90001 + i * 3;
        counts(&book, at_ms, wh);
        counts(&book, at_ms + 10 * SECONDS, wh + leaps[i]);
        counts(&book, at_ms + 20 * SECONDS, wh + 1);
        counts(&book, at_ms + 30 * SECONDS, wh + 2);
    }
    counts(&book, EVENING + 5 * HOURS, 91000 + 1000000); /* for good: another meter */
    flow(&book, EVENING + 5 * HOURS + 10 * SECONDS, HOURS, 10 * SECONDS, 2000, 91000 + 1000000);
    diary_advance(book.diary, EVENING + 8 * HOURS);
    assert_one(&book, DIARY_METERED, 2000, 0);
    book_free(&book);
}

/* ---- meters that fall silent ---- */

static void a_counter_that_is_silent_for_hours_knows_the_energy_of_the_charge(void **state)
{
    int64_t from_ms = EVENING + HOURS;
    struct book book;

    (void)state;
    park(&book);
    int64_t wh = flow(&book, from_ms, HOURS, MINUTES, 3000, 1000);
    flow(&book, from_ms + 4 * HOURS, HOURS, MINUTES, 3000, wh + 9000);
    diary_advance(book.diary, from_ms + 6 * HOURS);
    assert_one(&book, DIARY_METERED, 15000, DIARY_FLAG_GAPS);
    assert_int_equal(last_of(&book, from_ms)->to_ms, from_ms + 5 * HOURS);
    book_free(&book);
}

static void a_power_that_is_silent_for_hours_leaves_a_gap_in_one_charge(void **state)
{
    int64_t from_ms = EVENING + HOURS;
    struct book book;

    (void)state;
    park(&book);
    for (int i = 0; i <= 60; i++)
        draws(&book, from_ms + i * MINUTES, 3000);
    for (int i = 240; i <= 300; i++)
        draws(&book, from_ms + i * MINUTES, 3000);
    draws(&book, from_ms + 300 * MINUTES + SECONDS, 0);
    diary_advance(book.diary, from_ms + 6 * HOURS);
    assert_one(&book, DIARY_METERED, 6000, DIARY_FLAG_GAPS);
    book_free(&book);
}

static void a_charge_whose_end_nobody_saw_stays_incomplete_when_the_car_tells_its_gain(void **state)
{
    int64_t from_ms = EVENING + HOURS;
    struct book book;

    (void)state;
    park(&book);
    for (int i = 0; i <= 60; i++)
        draws(&book, from_ms + i * MINUTES, 3000);
    book_arrive(&book, MORNING, 60, 20000);
    diary_advance(book.diary, MORNING + 10 * MINUTES);
    const struct diary_charge *charge = last_of(&book, from_ms);
    assert_int_equal(charge->soc_to, 6000);
    assert_int_equal(charge->status, DIARY_INCOMPLETE);
    book_free(&book);
}

static void two_charges_of_a_stay_are_two_also_with_a_slow_plug(void **state)
{
    int64_t from_ms = EVENING + HOURS;
    struct book book;

    (void)state;
    park(&book);
    int64_t wh = flow(&book, from_ms, HOURS, 5 * MINUTES, 3000, 1000);
    flow(&book, from_ms + 100 * MINUTES, HOURS, 5 * MINUTES, 3000, wh);
    diary_advance(book.diary, from_ms + 5 * HOURS);
    assert_int_equal(count_charges(&book), 2);
    book_free(&book);
}

/* ---- what the meter says after, or not at all while the car is watched ---- */

static void the_word_after_the_end_of_a_watched_charge_is_still_its_own(void **state)
{
    int64_t from_ms = BOOK_START + HOURS, end_ms = from_ms + 62 * MINUTES;
    struct book book;

    (void)state;
    book_new(&book);
    double soc = 40;
    book_arrive(&book, BOOK_START, 40, 20000);
    counts(&book, from_ms - MINUTES, 1000);
    book_plug(&book, from_ms);
    for (int i = 0; i <= 62; i++) {
        if (i % 5 == 4)
            counts(&book, from_ms + i * MINUTES, 1000 + i * 40);
        book_charging(&book, from_ms + i * MINUTES, 0, 5, &soc);
    }
    book_unplug(&book, end_ms + SECONDS);
    book_sleep(&book, end_ms + MINUTES);
    assert_int_equal(last_of(&book, from_ms)->wall_wh, 59 * 40);
    counts(&book, end_ms + 2 * MINUTES, 1000 + 62 * 40);
    diary_advance(book.diary, end_ms + HOURS);
    assert_one(&book, DIARY_WATCHED, 62 * 40, DIARY_FLAG_INTERRUPTED);
    book_free(&book);
}

static void a_meter_that_was_silent_for_a_whole_watched_charge_counted_it(void **state)
{
    int64_t from_ms = BOOK_START + 2 * HOURS;
    struct book book;

    (void)state;
    book_new(&book);
    counts(&book, BOOK_START, 1000);
    watch(&book, from_ms, 60);
    assert_int_equal(last_of(&book, from_ms)->wall_wh, DIARY_NONE);
    counts(&book, from_ms + 2 * HOURS, 3400);
    diary_advance(book.diary, from_ms + 4 * HOURS);
    assert_one(&book, DIARY_WATCHED, 2400, DIARY_FLAG_INTERRUPTED | DIARY_FLAG_GAPS);
    book_free(&book);
}

static void of_two_charges_in_one_silence_of_the_meter_neither_has_all_of_it(void **state)
{
    int64_t one_ms = BOOK_START + 2 * HOURS, two_ms = one_ms + 3 * HOURS;
    struct book book;

    (void)state;
    book_new(&book);
    counts(&book, BOOK_START, 1000);
    watch(&book, one_ms, 60);
    book_arrive(&book, two_ms - MINUTES, 40, 20000);
    book_plug(&book, two_ms);
    double soc = 40;
    book_charging(&book, two_ms, 10, 5, &soc);
    counts(&book, two_ms + 10 * MINUTES, 1000 + 12000);
    book_charging(&book, two_ms + 11 * MINUTES, 10, 5, &soc);
    book_unplug(&book, two_ms + 22 * MINUTES);
    diary_advance(book.diary, two_ms + 2 * HOURS);
    assert_int_equal(count_charges(&book), 2);
    assert_int_equal(last_of(&book, one_ms)->wall_wh, DIARY_NONE);
    assert_int_equal(last_of(&book, two_ms)->wall_wh, DIARY_NONE);
    book_free(&book);
}

static void a_plug_that_counts_nothing_is_not_where_the_car_charges(void **state)
{
    int64_t from_ms = BOOK_START + 2 * HOURS;
    struct book book;

    (void)state;
    book_new(&book);
    counts(&book, BOOK_START, 1000);
    watch(&book, from_ms, 90);
    counts(&book, from_ms + 2 * HOURS, 1000);
    diary_advance(book.diary, from_ms + 3 * HOURS);
    assert_one(&book, DIARY_WATCHED, DIARY_NONE, DIARY_FLAG_INTERRUPTED);
    book_free(&book);
}

/* Heard for forty minutes at 2.4 kW, lost for hours; heard again it does not charge, and has 58 %. */
static void lose_the_car(struct book *book, int64_t from_ms, bool is_soc_first, bool is_asleep_first)
{
    int64_t back_ms = from_ms + 5 * HOURS;
    double soc = 40;

    book_new(book);
    book_arrive(book, BOOK_START, 40, 20000);
    counts(book, from_ms - MINUTES, 1000);
    book_plug(book, from_ms);
    for (int i = 0; i <= 180; i++) {
        counts(book, from_ms + i * MINUTES, 1000 + i * 40);
        if (i <= 40)
            book_charging(book, from_ms + i * MINUTES, 0, 5, &soc);
        soc += i < 40 ? 0.1 : 0;
        if (i == 41)
            book_leave(book, from_ms + i * MINUTES);
    }
    if (is_asleep_first) { /* the dongle is back, the car sleeps */
        book_take(book, back_ms - HOURS, DIARY_SIGNAL_REACHABLE, 1);
        book_take(book, back_ms - HOURS, DIARY_SIGNAL_PRESENCE, PRESENCE_ASLEEP);
    }
    book_take(book, back_ms, DIARY_SIGNAL_REACHABLE, 1);
    book_take(book, back_ms, DIARY_SIGNAL_GARAGE, TRI_TRUE);
    book_take(book, back_ms, DIARY_SIGNAL_PRESENCE, PRESENCE_AWAKE);
    if (!is_soc_first)
        book_take(book, back_ms + SECONDS, SIGNAL_CHARGING, 0);
    book_take(book, back_ms + 2 * SECONDS, SIGNAL_SOC, 58);
    book_take(book, back_ms + 2 * SECONDS, SIGNAL_ODOMETER, 20000);
    book_take(book, back_ms + 3 * SECONDS, SIGNAL_CHARGING, 0);
    diary_advance(book->diary, back_ms + HOURS);
}

static void what_the_meter_saw_of_a_charge_whose_car_was_lost_has_its_gain(void **state)
{
    int64_t from_ms = BOOK_START + HOURS;

    (void)state;
    for (unsigned i = 0; i < 4; i++) {
        struct book book;
        lose_the_car(&book, from_ms, i & 1, i & 2);
        const struct diary_charge *seen = last_of(&book, from_ms);
        const struct diary_charge *rest = last_of(&book, seen->to_ms);
        assert_int_equal(count_charges(&book), 2);
        assert_int_equal(seen->how, DIARY_WATCHED);
        assert_int_equal(seen->soc_to, 4400);
        assert_int_equal(seen->wall_wh, 1600);
        assert_int_equal(rest->how, DIARY_METERED);
        assert_int_equal(rest->status, DIARY_CLOSED);
        assert_int_equal(rest->wall_wh, 5600);
        assert_int_equal(rest->to_ms, from_ms + 3 * HOURS);
        assert_int_equal(rest->soc_to, 5800);
        assert_int_equal(rest->battery_wh, 14 * 60 * 355 / 100);
        book_free(&book);
    }
}

/* ---- coarse counters, other consumers ---- */

static void a_counter_in_whole_kwh_makes_one_charge(void **state)
{
    int64_t from_ms = EVENING + HOURS;
    struct book book;

    (void)state;
    park(&book);
    counts(&book, EVENING, 1000000);
    counts(&book, EVENING + HOURS, 1000000);
    for (int i = 1; i <= 8; i++) /* 2.3 kW */
        counts(&book, from_ms + i * 26 * MINUTES, 1000000 + i * 1000);
    diary_advance(book.diary, from_ms + 6 * HOURS);
    assert_one(&book, DIARY_METERED, 8000, 0);
    book_free(&book);
}

static void a_freezer_on_the_same_plug_does_not_prolong_the_charge(void **state)
{
    int64_t from_ms = EVENING + HOURS;
    struct book book;

    (void)state;
    park(&book);
    int64_t wh = flow(&book, EVENING, HOURS, MINUTES, 120, 1000);
    wh = flow(&book, from_ms, 2 * HOURS, MINUTES, 2420, wh);
    flow(&book, from_ms + 2 * HOURS, 5 * HOURS, MINUTES, 120, wh);
    diary_advance(book.diary, from_ms + 8 * HOURS);
    assert_one(&book, DIARY_METERED, 4840 + 11 * 2, 0); /* with what it took a minute before and ten after */
    assert_int_equal(last_of(&book, from_ms)->to_ms, from_ms + 2 * HOURS);
    book_free(&book);
}

static void a_car_that_wakes_and_does_not_charge_ends_its_charge(void **state)
{
    int64_t from_ms = EVENING + HOURS;
    struct book book;

    (void)state;
    park(&book);
    for (int i = 0; i <= 120; i++)
        draws(&book, from_ms + i * MINUTES, 3000);
    book_arrive(&book, from_ms + 121 * MINUTES, 55, 20000);
    book_take(&book, from_ms + 121 * MINUTES, SIGNAL_CHARGING, 0);
    for (int i = 122; i <= 140; i++)
        draws(&book, from_ms + i * MINUTES, 500); /* a heater beside it */
    assert_null(diary_open_charge(book.diary));
    assert_one(&book, DIARY_METERED, 6000 + 50 + 8, DIARY_FLAG_ESTIMATED);
    book_free(&book);
}

/* ---- clocks ---- */

/* Whose power was never heard before. */
static void a_meter_that_changes_from_counting_to_power_goes_on(void **state)
{
    int64_t from_ms = EVENING + HOURS;
    struct book book;

    (void)state;
    park(&book);
    flow(&book, from_ms, HOURS, MINUTES, 3000, 1000);
    for (int i = 1; i <= 60; i++)
        draws(&book, from_ms + HOURS + i * MINUTES, 3000);
    draws(&book, from_ms + 2 * HOURS + SECONDS, 0);
    diary_advance(book.diary, from_ms + 3 * HOURS);
    assert_one(&book, DIARY_METERED, 3000 + 59 * 50, 0);
    book_free(&book);
}

static void a_charge_of_a_time_to_come_is_not_gone_on_with(void **state)
{
    int64_t from_ms = EVENING + HOURS, again_ms = from_ms - 5 * HOURS;
    struct book book;

    (void)state;
    park(&book);
    for (int i = 0; i <= 10; i++)
        draws(&book, from_ms + i * MINUTES, 3000);
    diary_advance(book.diary, from_ms + HOURS); /* it fell silent while it flowed */
    for (int i = 0; i <= 10; i++)
        draws(&book, again_ms + i * MINUTES, 3000);
    draws(&book, again_ms + 11 * MINUTES, 0);
    diary_advance(book.diary, again_ms + HOURS);
    for (size_t n = 0; book_charge(&book, n); n++)
        assert_true(book_charge(&book, n)->to_ms > book_charge(&book, n)->from_ms);
    assert_int_equal(count_charges(&book), 2);
    book_free(&book);
}

/* Neither an odometer nor anything else was ever heard: what is not known has no age. */
static void a_clock_that_goes_back_beside_a_silent_car_takes_nothing_from_the_meter(void **state)
{
    int64_t from_ms = BOOK_START + 5 * HOURS;
    struct book book;

    (void)state;
    book_new(&book);
    int64_t wh = flow(&book, from_ms, HOURS, MINUTES, 3000, 1000);
    flow(&book, from_ms - 3 * HOURS, HOURS, MINUTES, 3000, wh);
    diary_advance(book.diary, from_ms);
    int64_t wall_wh = 0;
    for (size_t n = 0; book_charge(&book, n); n++)
        wall_wh = book_charge(&book, n)->wall_wh;
    assert_int_equal(wall_wh, 6000);
    book_free(&book);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_the_broker_kept_for_too_long_is_not_counted_twice),
        cmocka_unit_test(a_plug_that_starts_with_zero_has_not_lost_what_it_counted),
        cmocka_unit_test(a_counter_that_leaps_makes_no_charge),
        cmocka_unit_test(a_counter_that_is_silent_for_hours_knows_the_energy_of_the_charge),
        cmocka_unit_test(a_power_that_is_silent_for_hours_leaves_a_gap_in_one_charge),
        cmocka_unit_test(a_charge_whose_end_nobody_saw_stays_incomplete_when_the_car_tells_its_gain),
        cmocka_unit_test(two_charges_of_a_stay_are_two_also_with_a_slow_plug),
        cmocka_unit_test(the_word_after_the_end_of_a_watched_charge_is_still_its_own),
        cmocka_unit_test(a_meter_that_was_silent_for_a_whole_watched_charge_counted_it),
        cmocka_unit_test(of_two_charges_in_one_silence_of_the_meter_neither_has_all_of_it),
        cmocka_unit_test(a_plug_that_counts_nothing_is_not_where_the_car_charges),
        cmocka_unit_test(what_the_meter_saw_of_a_charge_whose_car_was_lost_has_its_gain),
        cmocka_unit_test(a_counter_in_whole_kwh_makes_one_charge),
        cmocka_unit_test(a_freezer_on_the_same_plug_does_not_prolong_the_charge),
        cmocka_unit_test(a_car_that_wakes_and_does_not_charge_ends_its_charge),
        cmocka_unit_test(a_meter_that_changes_from_counting_to_power_goes_on),
        cmocka_unit_test(a_charge_of_a_time_to_come_is_not_gone_on_with),
        cmocka_unit_test(a_clock_that_goes_back_beside_a_silent_car_takes_nothing_from_the_meter),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
