/* The trackers: outings, stays, contacts. */
#include "diary_book.h"

static void an_outing_is_measured_at_its_two_ends(void **state)
{
    (void)state;
    struct book book;

    book_new(&book);
    book_take(&book, BOOK_START, SIGNAL_GIDS, 200);
    book_arrive(&book, BOOK_START, 80, 1000);
    book_take(&book, BOOK_START + 5 * MINUTES, SIGNAL_SOC, 79.9);
    book_leave(&book, BOOK_START + 6 * MINUTES);
    assert_int_equal(book_count(&book, DIARY_OUTING), 0);
    book_take(&book, BOOK_START + 9 * HOURS, SIGNAL_GIDS, 150);
    book_arrive(&book, BOOK_START + 9 * HOURS, 59.9, 1031);
    diary_advance(book.diary, BOOK_START + 10 * HOURS);
    assert_int_equal(book_count(&book, DIARY_OUTING), 1);
    const struct diary_outing *outing = &book_find(&book, DIARY_OUTING, 0)->outing;
    assert_int_equal(outing->from_ms, BOOK_START + 6 * MINUTES);
    assert_int_equal(outing->to_ms, BOOK_START + 9 * HOURS);
    assert_int_equal(outing->distance_mm, 31 * INT64_C(1000000));
    assert_int_equal(outing->energy_soc_wh, 20 * 60 * 355 / 100);
    assert_int_equal(outing->energy_gids_wh, 50 * 80);
    assert_int_equal(outing->day, 20779);
    assert_int_equal(outing->flags, 0);
    assert_int_equal(book_count(&book, DIARY_STAY), 0);
    book_free(&book);
}

static void a_drive_that_is_heard_has_its_real_start_and_end(void **state)
{
    (void)state;
    struct book book;
    int64_t drive_ms = BOOK_START + 2 * HOURS;

    book_new(&book);
    book_arrive(&book, BOOK_START, 80, 1000);
    book_take(&book, drive_ms, DIARY_SIGNAL_PRESENCE, PRESENCE_DRIVING);
    for (int i = 1; i <= 20; i++) {
        book_take(&book, drive_ms + i * MINUTES, SIGNAL_ODOMETER, 1000 + i);
        book_take(&book, drive_ms + i * MINUTES, SIGNAL_SOC, 80 - i * 0.3);
    }
    book_take(&book, drive_ms + 21 * MINUTES, DIARY_SIGNAL_PRESENCE, PRESENCE_ON);
    book_take(&book, drive_ms + 22 * MINUTES, SIGNAL_ODOMETER, 1020);
    book_take(&book, drive_ms + 22 * MINUTES, SIGNAL_SOC, 74);
    diary_advance(book.diary, drive_ms + 23 * MINUTES);
    assert_int_equal(book_count(&book, DIARY_OUTING), 1);
    const struct diary_outing *outing = &book_find(&book, DIARY_OUTING, 0)->outing;
    assert_int_equal(outing->from_ms, drive_ms);
    assert_int_equal(outing->to_ms, drive_ms + 21 * MINUTES);
    assert_int_equal(outing->distance_mm, 20 * INT64_C(1000000));
    book_free(&book);
}

/* First heard at the gate, then driven in: one outing, to where it ends. */
static void a_stop_of_moments_ends_no_outing(void **state)
{
    (void)state;
    struct book book;
    int64_t back_ms = BOOK_START + 9 * HOURS;

    book_new(&book);
    book_arrive(&book, BOOK_START, 80, 1000);
    book_leave(&book, BOOK_START + 6 * MINUTES);
    book_arrive(&book, back_ms, 60, 1030);
    book_take(&book, back_ms + 10 * SECONDS, DIARY_SIGNAL_PRESENCE, PRESENCE_DRIVING);
    book_take(&book, back_ms + 20 * SECONDS, SIGNAL_ODOMETER, 1031);
    book_take(&book, back_ms + 40 * SECONDS, DIARY_SIGNAL_PRESENCE, PRESENCE_AWAKE);
    book_take(&book, back_ms + 41 * SECONDS, SIGNAL_SOC, 59.9);
    book_take(&book, back_ms + 41 * SECONDS, SIGNAL_ODOMETER, 1031);
    diary_advance(book.diary, back_ms + HOURS);
    assert_int_equal(book_count(&book, DIARY_OUTING), 1);
    assert_int_equal(book_find(&book, DIARY_OUTING, 0)->outing.distance_mm, 31 * INT64_C(1000000));
    assert_int_equal(book_find(&book, DIARY_OUTING, 0)->outing.to_ms, back_ms + 40 * SECONDS);
    book_free(&book);
}

static void charged_elsewhere_leaves_the_energy_unknown(void **state)
{
    (void)state;
    struct book book;

    book_new(&book);
    book_arrive(&book, BOOK_START, 80, 1000);
    book_take(&book, BOOK_START + MINUTES, SIGNAL_COUNT_AC, 10);
    book_take(&book, BOOK_START + MINUTES, SIGNAL_COUNT_DC, 3);
    book_leave(&book, BOOK_START + 5 * MINUTES);
    book_arrive(&book, BOOK_START + 9 * HOURS, 60, 1150);
    book_take(&book, BOOK_START + 9 * HOURS + 10 * SECONDS, SIGNAL_COUNT_AC, 10);
    book_take(&book, BOOK_START + 9 * HOURS + 10 * SECONDS, SIGNAL_COUNT_DC, 4);
    diary_advance(book.diary, BOOK_START + 9 * HOURS + MINUTES);
    assert_int_equal(book_count(&book, DIARY_OUTING), 1);
    const struct diary_outing *outing = &book_find(&book, DIARY_OUTING, 0)->outing;
    assert_int_equal(outing->flags, DIARY_FLAG_CHARGED_ELSEWHERE);
    assert_int_equal(outing->energy_soc_wh, DIARY_NONE);
    assert_int_equal(outing->distance_mm, 150 * INT64_C(1000000));
    book_free(&book);
}

/* LeafSpy shows counts of the last time until the car has told them. */
static void nobody_charges_elsewhere_in_eight_minutes(void **state)
{
    (void)state;
    struct book book;
    int64_t gone_ms = BOOK_START + 2 * MINUTES;

    book_new(&book);
    book_arrive(&book, BOOK_START, 80, 1000);
    book_take(&book, BOOK_START + MINUTES, SIGNAL_COUNT_AC, 10);
    book_take(&book, gone_ms, DIARY_SIGNAL_PRESENCE, PRESENCE_DRIVING);
    book_arrive(&book, gone_ms + 8 * MINUTES, 76, 1004);
    book_take(&book, gone_ms + 8 * MINUTES + 10 * SECONDS, SIGNAL_COUNT_AC, 13);
    diary_advance(book.diary, gone_ms + HOURS);
    const struct diary_outing *outing = &book_find(&book, DIARY_OUTING, 0)->outing;
    assert_int_equal(outing->flags & DIARY_FLAG_CHARGED_ELSEWHERE, 0);
    assert_true(outing->energy_soc_wh > 0);
    book_free(&book);
}

static void a_charge_at_home_is_none_elsewhere(void **state)
{
    (void)state;
    struct book book;
    double soc = 60;

    book_new(&book);
    book_arrive(&book, BOOK_START, 80, 1000);
    book_take(&book, BOOK_START + MINUTES, SIGNAL_COUNT_AC, 10);
    book_leave(&book, BOOK_START + 5 * MINUTES);
    book_arrive(&book, BOOK_START + 9 * HOURS, soc, 1030);
    book_take(&book, BOOK_START + 9 * HOURS + 3 * SECONDS, DIARY_SIGNAL_PRESENCE, PRESENCE_ON);
    book_plug(&book, BOOK_START + 9 * HOURS + 20 * SECONDS);
    book_charging(&book, BOOK_START + 9 * HOURS + MINUTES, 2, 10, &soc);
    book_take(&book, BOOK_START + 9 * HOURS + 4 * MINUTES, SIGNAL_COUNT_AC, 11);
    diary_advance(book.diary, BOOK_START + 10 * HOURS);
    assert_int_equal(book_count(&book, DIARY_OUTING), 1);
    assert_int_equal(book_find(&book, DIARY_OUTING, 0)->outing.flags, 0);
    assert_int_equal(book_find(&book, DIARY_OUTING, 0)->outing.energy_soc_wh, 20 * 60 * 355 / 100);
    book_free(&book);
}

/* The counter rose with the charge at home, before that was heard of; the next rise was elsewhere. */
static void a_counter_is_believed_once_a_charge(void **state)
{
    (void)state;
    struct book book;
    double soc = 60;

    book_new(&book);
    book_arrive(&book, BOOK_START, soc, 1000);
    book_take(&book, BOOK_START + MINUTES, SIGNAL_COUNT_AC, 10);
    book_take(&book, BOOK_START + 2 * MINUTES, SIGNAL_COUNT_AC, 11);
    book_plug(&book, BOOK_START + 2 * MINUTES + 25 * SECONDS);
    book_charging(&book, BOOK_START + 3 * MINUTES, 60, 10, &soc);
    book_unplug(&book, BOOK_START + 63 * MINUTES);
    book_leave(&book, BOOK_START + 2 * HOURS);
    book_arrive(&book, BOOK_START + 9 * HOURS, 60, 1030);
    book_take(&book, BOOK_START + 9 * HOURS + 3 * SECONDS, SIGNAL_COUNT_AC, 12);
    diary_advance(book.diary, BOOK_START + 10 * HOURS);
    assert_int_equal(book_find(&book, DIARY_OUTING, 0)->outing.flags, DIARY_FLAG_CHARGED_ELSEWHERE);
    book_free(&book);
}

/* When it comes back into reach it hangs at the cable already: how empty it came home nobody knows. */
static void a_car_that_is_found_charging_tells_no_energy(void **state)
{
    (void)state;
    struct book book;
    double soc = 60;

    book_new(&book);
    book_arrive(&book, BOOK_START, 80, 1000);
    book_leave(&book, BOOK_START + 5 * MINUTES);
    book_arrive(&book, BOOK_START + 9 * HOURS, soc, 1030);
    book_plug(&book, BOOK_START + 9 * HOURS + 10 * SECONDS);
    book_charging(&book, BOOK_START + 9 * HOURS + MINUTES, 10, 10, &soc);
    diary_advance(book.diary, BOOK_START + 10 * HOURS);
    const struct diary_outing *outing = &book_find(&book, DIARY_OUTING, 0)->outing;
    assert_int_equal(outing->distance_mm, 30 * INT64_C(1000000));
    assert_int_equal(outing->energy_soc_wh, DIARY_NONE);
    assert_int_equal(outing->soc_to, DIARY_NONE);
    book_free(&book);
}

/* Contact was lost in the middle of a charge, and found again after a drive. */
static void a_drive_after_a_charge_of_unknown_end_tells_no_energy(void **state)
{
    (void)state;
    struct book book;
    double soc = 40;

    book_new(&book);
    book_arrive(&book, BOOK_START, soc, 1000);
    book_plug(&book, BOOK_START + MINUTES);
    int64_t end_ms = book_charging(&book, BOOK_START + MINUTES, 60, 10, &soc);
    book_leave(&book, end_ms + MINUTES);
    book_take(&book, end_ms + 20 * HOURS, DIARY_SIGNAL_REACHABLE, 1);
    book_take(&book, end_ms + 20 * HOURS, DIARY_SIGNAL_PRESENCE, PRESENCE_DRIVING);
    book_arrive(&book, end_ms + 20 * HOURS + MINUTES, 42, 1030);
    diary_advance(book.diary, end_ms + 21 * HOURS);
    assert_int_equal(book_charge(&book, 0)->status, DIARY_INCOMPLETE);
    assert_int_equal(book_charge(&book, 0)->to_ms, end_ms);
    assert_int_equal(book_find(&book, DIARY_OUTING, 0)->outing.energy_soc_wh, DIARY_NONE);
    book_free(&book);
}

static void so_far_on_so_little_was_charged_elsewhere(void **state)
{
    (void)state;
    struct book book;

    book_new(&book);
    book_arrive(&book, BOOK_START, 80, 1000);
    book_leave(&book, BOOK_START + 5 * MINUTES);
    book_arrive(&book, BOOK_START + 9 * HOURS, 75, 1150);
    diary_advance(book.diary, BOOK_START + 10 * HOURS);
    assert_int_equal(book_find(&book, DIARY_OUTING, 0)->outing.flags, DIARY_FLAG_CHARGED_ELSEWHERE);
    assert_int_equal(book_find(&book, DIARY_OUTING, 0)->outing.energy_soc_wh, DIARY_NONE);
    book_free(&book);
}

/* Some cars tell SOC only while they are on: the charge of the night is found in the morning all the same. */
static void a_charge_is_inferred_when_soc_is_heard_at_last(void **state)
{
    (void)state;
    struct book book;

    book_new(&book);
    book_arrive(&book, BOOK_START, 40, 1000);
    book_sleep(&book, BOOK_START + 20 * MINUTES);
    book_take(&book, BOOK_START + 9 * HOURS, DIARY_SIGNAL_PRESENCE, PRESENCE_AWAKE);
    book_take(&book, BOOK_START + 9 * HOURS, SIGNAL_ODOMETER, 1000);
    book_sleep(&book, BOOK_START + 9 * HOURS + 5 * MINUTES);
    book_take(&book, BOOK_START + 12 * HOURS, DIARY_SIGNAL_PRESENCE, PRESENCE_AWAKE);
    book_take(&book, BOOK_START + 12 * HOURS, SIGNAL_ODOMETER, 1000);
    book_take(&book, BOOK_START + 12 * HOURS + 6 * MINUTES, SIGNAL_SOC, 90);
    diary_advance(book.diary, BOOK_START + 13 * HOURS);
    const struct diary_charge *charge = book_charge(&book, 0);
    assert_non_null(charge);
    assert_int_equal(charge->how, DIARY_INFERRED);
    assert_int_equal(charge->from_ms, BOOK_START + 20 * MINUTES);
    assert_int_equal(charge->to_ms, BOOK_START + 12 * HOURS + 6 * MINUTES);
    assert_int_equal(charge->soc_to - charge->soc_from, 5000);
    assert_null(book_charge(&book, 1));
    assert_int_equal(book_count(&book, DIARY_STAY), 2);
    book_free(&book);
}

static void a_night_in_the_garage_is_a_stay(void **state)
{
    (void)state;
    struct book book;

    book_new(&book);
    book_arrive(&book, BOOK_START, 80, 1000);
    book_sleep(&book, BOOK_START + 20 * MINUTES);
    book_arrive(&book, BOOK_START + 9 * HOURS, 79.9, 1000);
    diary_advance(book.diary, BOOK_START + 10 * HOURS);
    assert_int_equal(book_count(&book, DIARY_STAY), 1);
    const struct diary_stay *stay = &book_find(&book, DIARY_STAY, 0)->stay;
    assert_int_equal(stay->from_ms, BOOK_START + 20 * MINUTES);
    assert_int_equal(stay->to_ms, BOOK_START + 9 * HOURS);
    assert_int_equal(stay->odometer_mm, 1000 * INT64_C(1000000));
    assert_int_equal(book_count(&book, DIARY_CHARGE), 0);
    assert_int_equal(book_count(&book, DIARY_OUTING), 0);
    book_free(&book);
}

static void more_in_the_battery_at_the_same_odometer_was_a_charge(void **state)
{
    (void)state;
    struct book book;

    book_new(&book);
    book_arrive(&book, BOOK_START, 40, 1000);
    book_sleep(&book, BOOK_START + 20 * MINUTES);
    book_arrive(&book, BOOK_START + 9 * HOURS, 70, 1000);
    diary_advance(book.diary, BOOK_START + 10 * HOURS);
    const struct diary_charge *kept = book_charge(&book, 0);
    assert_non_null(kept);
    assert_int_equal(kept->how, DIARY_INFERRED);
    assert_int_equal(kept->from_ms, BOOK_START + 20 * MINUTES);
    assert_int_equal(kept->to_ms, BOOK_START + 9 * HOURS);
    assert_int_equal(kept->battery_wh, 30 * 60 * 355 / 100);
    assert_int_equal(kept->flags, DIARY_FLAG_ESTIMATED);
    assert_int_equal(book_find(&book, DIARY_CHARGE, 0)->parts[0].day, 20779);
    assert_int_equal(book_count(&book, DIARY_STAY), 1);
    book_free(&book);
}

/* Three weeks at the airport: taken there and brought back on a lorry, or driven for less than a kilometre.
 */
static void what_a_car_loses_standing_elsewhere_is_a_standby_loss(void **state)
{
    (void)state;
    struct book book;

    book_new(&book);
    book_arrive(&book, BOOK_START, 80, 1000);
    book_leave(&book, BOOK_START + 6 * MINUTES);
    book_arrive(&book, BOOK_START + 21 * DAYS, 77, 1000);
    diary_advance(book.diary, BOOK_START + 21 * DAYS + HOURS);
    assert_int_equal(book_count(&book, DIARY_OUTING), 1);
    const struct diary_outing *outing = &book_find(&book, DIARY_OUTING, 0)->outing;
    assert_int_equal(outing->distance_mm, 0);
    assert_int_equal(outing->energy_soc_wh, 3 * 60 * 355 / 100);
    assert_int_equal(outing->flags, DIARY_FLAG_STANDBY);
    assert_int_equal(outing->day, DIARY_NO_DAY);
    book_free(&book);
}

/* Seen before and after: volts were heard at both ends, or only before. */
static const struct diary_charge *charge_unseen(struct book *book, double volts_after)
{
    book_new(book);
    book_take(book, BOOK_START, SIGNAL_PACK_VOLTAGE, 370);
    book_arrive(book, BOOK_START, 40, 1000);
    book_take(book, BOOK_START + 3 * SECONDS, SIGNAL_PACK_VOLTAGE, 360);
    book_sleep(book, BOOK_START + 5 * MINUTES);
    book_arrive(book, BOOK_START + 9 * HOURS, 80, 1000);
    assert_null(book_charge(book, 0));
    if (!isnan(volts_after))
        book_take(book, BOOK_START + 9 * HOURS + MINUTES, SIGNAL_PACK_VOLTAGE, volts_after);
    diary_advance(book->diary, BOOK_START + 10 * HOURS);
    assert_non_null(book_charge(book, 0));
    return book_charge(book, 0);
}

static void a_charge_nobody_saw_is_reckoned_with_the_volts_at_both_ends(void **state)
{
    (void)state;
    struct book book;
    const struct diary_charge *charge = charge_unseen(&book, 396);

    assert_int_equal(charge->how, DIARY_INFERRED);
    assert_int_equal(charge->battery_wh, 40 * 60 * (360 + 396) / 2 / 100);
    assert_int_equal(charge->flags, 0);
    book_free(&book);
}

static void without_the_volts_at_its_end_it_is_estimated_with_the_nominal_ones(void **state)
{
    (void)state;
    struct book book;
    const struct diary_charge *charge = charge_unseen(&book, NAN);

    assert_int_equal(charge->battery_wh, 40 * 60 * 355 / 100);
    assert_int_equal(charge->flags, DIARY_FLAG_ESTIMATED);
    book_free(&book);
}

static void a_disputed_soc_gives_no_charge(void **state)
{
    (void)state;
    struct book book;

    book_new(&book);
    book_arrive(&book, BOOK_START, 40, 1000);
    book_sleep(&book, BOOK_START + 20 * MINUTES);
    book_take(&book, BOOK_START + 9 * HOURS, DIARY_SIGNAL_PRESENCE, PRESENCE_AWAKE);
    book_take_as(&book, BOOK_START + 9 * HOURS, SIGNAL_SOC, 70, QUALITY_DISPUTED);
    book_take(&book, BOOK_START + 9 * HOURS, SIGNAL_ODOMETER, 1000);
    diary_advance(book.diary, BOOK_START + 10 * HOURS);
    assert_int_equal(book_count(&book, DIARY_CHARGE), 0);
    assert_int_equal(book_count(&book, DIARY_STAY), 1);
    book_free(&book);
}

static void an_odometer_that_falls_is_not_believed(void **state)
{
    (void)state;
    struct book book;

    book_new(&book);
    book_arrive(&book, BOOK_START, 80, 1000);
    book_take(&book, BOOK_START + MINUTES, SIGNAL_ODOMETER, 0);
    book_take(&book, BOOK_START + 2 * MINUTES, SIGNAL_ODOMETER, 1000);
    book_take(&book, BOOK_START + 3 * MINUTES, SIGNAL_ODOMETER, 90000);
    book_take(&book, BOOK_START + 4 * MINUTES, SIGNAL_ODOMETER, 1000);
    diary_advance(book.diary, BOOK_START + HOURS);
    assert_int_equal(book_count(&book, DIARY_OUTING), 0);
    book_free(&book);
}

static void a_new_instrument_begins_a_new_count(void **state)
{
    (void)state;
    struct book book;

    book_new(&book);
    book_arrive(&book, BOOK_START, 80, 90000);
    book_leave(&book, BOOK_START + HOURS);
    book_arrive(&book, BOOK_START + DAYS, 80, 50);
    book_take(&book, BOOK_START + DAYS + HOURS, SIGNAL_ODOMETER, 50);
    book_leave(&book, BOOK_START + 2 * DAYS);
    book_arrive(&book, BOOK_START + 2 * DAYS + HOURS, 70, 70);
    diary_advance(book.diary, BOOK_START + 3 * DAYS);
    assert_int_equal(book_count(&book, DIARY_OUTING), 1);
    assert_int_equal(book_find(&book, DIARY_OUTING, 0)->outing.distance_mm, 20 * INT64_C(1000000));
    book_free(&book);
}

/* ---- contact, time ---- */

static void a_contact_ends_when_the_dongle_is_gone(void **state)
{
    (void)state;
    struct book book;

    book_new(&book);
    book_arrive(&book, BOOK_START, 80, 1000);
    book_take(&book, BOOK_START + HOURS, DIARY_SIGNAL_REACHABLE, 0);
    book_take(&book, BOOK_START + HOURS + 5 * MINUTES, DIARY_SIGNAL_REACHABLE, 1);
    book_leave(&book, BOOK_START + 2 * HOURS);
    diary_advance(book.diary, BOOK_START + 3 * HOURS);
    assert_int_equal(book_count(&book, DIARY_CONTACT), 1);
    const struct diary_contact *contact = &book_find(&book, DIARY_CONTACT, 0)->contact;
    assert_int_equal(contact->from_ms, BOOK_START);
    assert_int_equal(contact->to_ms, BOOK_START + 2 * HOURS);
    assert_int_equal(contact->odometer_from_mm, 1000 * INT64_C(1000000));
    assert_int_equal(contact->odometer_to_mm, 1000 * INT64_C(1000000));
    book_free(&book);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_outing_is_measured_at_its_two_ends),
        cmocka_unit_test(a_drive_that_is_heard_has_its_real_start_and_end),
        cmocka_unit_test(a_stop_of_moments_ends_no_outing),
        cmocka_unit_test(charged_elsewhere_leaves_the_energy_unknown),
        cmocka_unit_test(nobody_charges_elsewhere_in_eight_minutes),
        cmocka_unit_test(a_charge_at_home_is_none_elsewhere),
        cmocka_unit_test(a_counter_is_believed_once_a_charge),
        cmocka_unit_test(a_car_that_is_found_charging_tells_no_energy),
        cmocka_unit_test(a_drive_after_a_charge_of_unknown_end_tells_no_energy),
        cmocka_unit_test(so_far_on_so_little_was_charged_elsewhere),
        cmocka_unit_test(a_charge_is_inferred_when_soc_is_heard_at_last),
        cmocka_unit_test(a_night_in_the_garage_is_a_stay),
        cmocka_unit_test(more_in_the_battery_at_the_same_odometer_was_a_charge),
        cmocka_unit_test(what_a_car_loses_standing_elsewhere_is_a_standby_loss),
        cmocka_unit_test(a_charge_nobody_saw_is_reckoned_with_the_volts_at_both_ends),
        cmocka_unit_test(without_the_volts_at_its_end_it_is_estimated_with_the_nominal_ones),
        cmocka_unit_test(a_disputed_soc_gives_no_charge),
        cmocka_unit_test(an_odometer_that_falls_is_not_believed),
        cmocka_unit_test(a_new_instrument_begins_a_new_count),
        cmocka_unit_test(a_contact_ends_when_the_dongle_is_gone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
