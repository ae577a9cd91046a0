/* The trackers: what a driver would call a charge. */
#include "diary_book.h"

static void a_watched_charge_has_its_energy(void **state)
{
    (void)state;
    struct book book;
    double soc = 40;

    book_new(&book);
    book_arrive(&book, BOOK_START, soc, 1000);
    book_plug(&book, BOOK_START + MINUTES);
    int64_t end_ms = book_charging(&book, BOOK_START + MINUTES, 120, 10, &soc);
    assert_int_equal(diary_open_charge(book.diary)->battery_wh,
                     119 * 4000 / 60); /* the last minute is open */
    book_unplug(&book, end_ms);
    diary_advance(book.diary, end_ms + SECONDS);
    assert_int_equal(book_find(&book, DIARY_CHARGE, 0)->charge.status, DIARY_OPEN);
    assert_int_equal(book_find(&book, DIARY_CHARGE, 0)->charge.id, 0);
    const struct diary_charge *kept = book_charge(&book, 0);
    assert_non_null(kept);
    assert_int_equal(kept->id, 1);
    assert_int_equal(kept->status, DIARY_CLOSED);
    assert_int_equal(kept->how, DIARY_WATCHED);
    assert_int_equal(kept->from_ms, BOOK_START + MINUTES);
    assert_int_equal(kept->to_ms, end_ms);
    assert_int_equal(kept->battery_wh, 8000);
    assert_int_equal(kept->charger_wh, 8400);
    assert_int_equal(kept->peak_w, 4000);
    assert_int_equal(kept->soc_from, 4000);
    assert_int_equal(kept->soc_to, 5200);
    assert_int_equal(kept->mode, CHARGE_MODE_AC2);
    assert_int_equal(kept->odometer_mm, 1000 * INT64_C(1000000));
    assert_int_equal(kept->flags, DIARY_FLAG_INTERRUPTED);
    assert_null(diary_open_charge(book.diary));
    assert_int_equal(book_count(&book, DIARY_CHARGE), 2);
    book_free(&book);
}

static void a_charge_tells_how_warm_the_battery_was_and_became(void **state)
{
    (void)state;
    struct book book;
    double soc = 40;

    book_new(&book);
    book_arrive(&book, BOOK_START, soc, 1000);
    book_take(&book, BOOK_START + SECONDS, SIGNAL_PACK_TEMP, -2.5);
    book_plug(&book, BOOK_START + MINUTES);
    int64_t end_ms = book_charging(&book, BOOK_START + MINUTES, 60, 10, &soc);
    book_take(&book, end_ms - SECONDS, SIGNAL_PACK_TEMP, 11);
    book_unplug(&book, end_ms);
    book_take(&book, end_ms + SECONDS, SIGNAL_PACK_TEMP, 10);
    diary_advance(book.diary, end_ms + 2 * SECONDS);
    assert_int_equal(book_charge(&book, 0)->temp_from_mc, -2500);
    assert_int_equal(book_charge(&book, 0)->temp_to_mc, 11000);
    book_free(&book);
}

/* The car drew 20 A when it was asked last; it is asked again a minute after the charge began. */
static void what_flowed_before_is_no_part_of_a_charge(void **state)
{
    (void)state;
    struct book book;
    double soc = 40;
    int64_t plugged_ms = BOOK_START + MINUTES;

    book_new(&book);
    book_arrive(&book, BOOK_START, soc, 1000);
    book_take(&book, plugged_ms - SECONDS, SIGNAL_PACK_CURRENT, -20);
    book_plug(&book, plugged_ms);
    book_take(&book, plugged_ms + 10 * SECONDS, SIGNAL_PACK_VOLTAGE, BOOK_VOLTS);
    int64_t end_ms = book_charging(&book, plugged_ms + MINUTES, 60, 10, &soc);
    book_unplug(&book, end_ms);
    diary_advance(book.diary, end_ms + SECONDS);
    assert_int_equal(book_charge(&book, 0)->battery_wh, 4067); /* 61 min of 4 kW */
    book_free(&book);
}

static void a_charge_over_midnight_has_two_days(void **state)
{
    (void)state;
    struct book book;
    double soc = 40;
    int64_t midnight_ms = BOOK_START + 18 * HOURS;

    book_new(&book);
    book_arrive(&book, midnight_ms - 2 * HOURS, soc, 1000);
    book_plug(&book, midnight_ms - HOURS - 30 * SECONDS);
    int64_t end_ms = book_charging(&book, midnight_ms - HOURS - 30 * SECONDS, 180, 10, &soc);
    book_unplug(&book, end_ms);
    diary_advance(book.diary, end_ms + SECONDS);
    const struct diary_entry *entry = book_find(&book, DIARY_CHARGE, 1);
    assert_int_equal(entry->part_count, 2);
    assert_int_equal(entry->parts[1].day, entry->parts[0].day + 1);
    assert_int_equal(entry->parts[0].battery_wh, 4033); /* an hour and half a minute */
    assert_int_equal(entry->parts[0].battery_wh + entry->parts[1].battery_wh, entry->charge.battery_wh);
    assert_int_equal(entry->parts[0].charger_wh + entry->parts[1].charger_wh, entry->charge.charger_wh);
    assert_int_equal(entry->charge.battery_wh, 12000);
    book_free(&book);
}

static void a_gap_is_named_and_not_bridged(void **state)
{
    (void)state;
    struct book book;
    double soc = 40;

    book_new(&book);
    book_arrive(&book, BOOK_START, soc, 1000);
    book_plug(&book, BOOK_START + MINUTES);
    int64_t end_ms = book_charging(&book, BOOK_START + MINUTES, 60, 10, &soc);
    end_ms = book_charging(&book, end_ms + 20 * MINUTES, 60, 10, &soc);
    book_unplug(&book, end_ms);
    diary_advance(book.diary, end_ms + SECONDS);
    assert_int_equal(book_charge(&book, 0)->battery_wh, 8000);
    assert_true(book_charge(&book, 0)->flags & DIARY_FLAG_GAPS);
    book_free(&book);
}

static void without_volts_and_amps_energy_is_estimated(void **state)
{
    (void)state;
    struct book book;

    book_new(&book);
    book_arrive(&book, BOOK_START, 40, 1000);
    book_plug(&book, BOOK_START + MINUTES);
    for (int i = 1; i <= 100; i++)
        book_take(&book, BOOK_START + MINUTES + i * 10 * MINUTES, SIGNAL_SOC, 40 + i * 0.5);
    book_unplug(&book, BOOK_START + 1001 * MINUTES);
    diary_advance(book.diary, BOOK_START + 1002 * MINUTES);
    assert_int_equal(book_charge(&book, 0)->battery_wh, 50 * 60 * 355 / 100);
    assert_int_equal(book_charge(&book, 0)->charger_wh, DIARY_NONE);
    assert_int_equal(book_charge(&book, 0)->flags & DIARY_FLAG_ESTIMATED, DIARY_FLAG_ESTIMATED);
    book_free(&book);
}

/* The app was off for most of it: what the charger gave meanwhile is not known, and no small part of it. */
static void a_charger_heard_for_a_part_does_not_stand_beside_an_estimate_of_the_whole(void **state)
{
    (void)state;
    struct book book;

    book_new(&book);
    book_arrive(&book, BOOK_START, 40, 1000);
    book_plug(&book, BOOK_START + MINUTES);
    for (int i = 1; i <= 20; i++) {
        book_take(&book, BOOK_START + MINUTES + i * MINUTES, SIGNAL_CHARGER_POWER, 3.6);
        book_take(&book, BOOK_START + MINUTES + i * MINUTES, SIGNAL_SOC, 40 + i * 0.25);
    }
    book_take(&book, BOOK_START + 3 * HOURS, SIGNAL_SOC, 80);
    book_unplug(&book, BOOK_START + 3 * HOURS + MINUTES);
    diary_advance(book.diary, BOOK_START + 3 * HOURS + 2 * MINUTES);
    assert_int_equal(book_charge(&book, 0)->battery_wh, 40 * 60 * 355 / 100);
    assert_int_equal(book_charge(&book, 0)->charger_wh, DIARY_NONE);
    book_free(&book);
}

static void a_full_battery_was_not_interrupted(void **state)
{
    (void)state;
    struct book book;
    double soc = 90;

    book_new(&book);
    book_arrive(&book, BOOK_START, soc, 1000);
    book_plug(&book, BOOK_START + MINUTES);
    int64_t end_ms = book_charging(&book, BOOK_START + MINUTES, 50, 10, &soc);
    book_unplug(&book, end_ms);
    diary_advance(book.diary, end_ms + SECONDS);
    assert_int_equal(book_charge(&book, 0)->flags, 0);
    book_free(&book);
}

static void a_flicker_of_the_charger_is_no_charge(void **state)
{
    (void)state;
    struct book book;

    book_new(&book);
    book_arrive(&book, BOOK_START, 40, 1000);
    book_plug(&book, BOOK_START + MINUTES);
    book_unplug(&book, BOOK_START + MINUTES + 5 * SECONDS);
    diary_advance(book.diary, BOOK_START + HOURS);
    assert_int_equal(book_count(&book, DIARY_CHARGE), 0);
    book_free(&book);
}

static void not_knowing_begins_and_ends_nothing(void **state)
{
    (void)state;
    struct book book;
    double soc = 40;

    book_new(&book);
    book_arrive(&book, BOOK_START, soc, 1000);
    book_take(&book, BOOK_START + MINUTES, SIGNAL_CHARGING, NAN);
    book_take_as(&book, BOOK_START + MINUTES, SIGNAL_CHARGING, 1, QUALITY_OLD);
    book_take_as(&book, BOOK_START + MINUTES, SIGNAL_CHARGING, 1, QUALITY_DISPUTED);
    diary_advance(book.diary, BOOK_START + 2 * MINUTES);
    assert_null(diary_open_charge(book.diary));
    book_plug(&book, BOOK_START + 3 * MINUTES);
    int64_t end_ms = book_charging(&book, BOOK_START + 3 * MINUTES, 60, 10, &soc);
    book_take(&book, end_ms, SIGNAL_CHARGING, NAN);
    book_take(&book, end_ms + MINUTES, SIGNAL_SOC, NAN);
    diary_advance(book.diary, end_ms + 5 * MINUTES);
    assert_non_null(diary_open_charge(book.diary));
    assert_int_equal(diary_open_charge(book.diary)->soc_to, 4600);
    book_free(&book);
}

/* ---- silence ---- */

static void a_car_that_sleeps_charges_no_more(void **state)
{
    (void)state;
    struct book book;
    double soc = 40;

    book_new(&book);
    book_arrive(&book, BOOK_START, soc, 1000);
    book_plug(&book, BOOK_START + MINUTES);
    int64_t end_ms = book_charging(&book, BOOK_START + MINUTES, 60, 10, &soc);
    book_sleep(&book, end_ms + 30 * SECONDS);
    diary_advance(book.diary, end_ms + 9 * MINUTES);
    assert_non_null(diary_open_charge(book.diary));
    diary_advance(book.diary, end_ms + 11 * MINUTES);
    assert_null(diary_open_charge(book.diary));
    assert_int_equal(book_charge(&book, 0)->status, DIARY_CLOSED);
    assert_int_equal(book_charge(&book, 0)->to_ms, end_ms);
    book_free(&book);
}

static void a_lost_contact_ends_no_charge(void **state)
{
    (void)state;
    struct book book;
    double soc = 40;

    book_new(&book);
    book_arrive(&book, BOOK_START, soc, 1000);
    book_plug(&book, BOOK_START + MINUTES);
    int64_t end_ms = book_charging(&book, BOOK_START + MINUTES, 60, 10, &soc);
    book_leave(&book, end_ms + MINUTES);
    diary_advance(book.diary, end_ms + 3 * HOURS);
    assert_non_null(diary_open_charge(book.diary));
    book_arrive(&book, end_ms + 4 * HOURS, soc + 10, 1000);
    book_plug(&book, end_ms + 4 * HOURS + 3 * SECONDS);
    soc += 10;
    end_ms = book_charging(&book, end_ms + 4 * HOURS + 5 * SECONDS, 60, 10, &soc);
    book_unplug(&book, end_ms);
    diary_advance(book.diary, end_ms + MINUTES);
    const struct diary_charge *kept = book_charge(&book, 0);
    assert_int_equal(kept->status, DIARY_CLOSED);
    assert_int_equal(kept->to_ms, end_ms);
    assert_int_equal(kept->soc_to - kept->soc_from, 2200);
    assert_true(kept->flags & DIARY_FLAG_GAPS || kept->flags & DIARY_FLAG_ESTIMATED);
    assert_null(book_charge(&book, 1));
    book_free(&book);
}

/* What was charged unheard after the last reading is inferred, and nothing of it twice. */
static void a_charge_that_ended_unheard_is_incomplete(void **state)
{
    (void)state;
    struct book book;
    double soc = 40;

    book_new(&book);
    book_arrive(&book, BOOK_START, soc, 1000);
    book_plug(&book, BOOK_START + MINUTES);
    int64_t end_ms = book_charging(&book, BOOK_START + MINUTES, 60, 10, &soc);
    book_leave(&book, end_ms + MINUTES);
    book_arrive(&book, end_ms + 4 * HOURS, soc + 10, 1000);
    book_take(&book, end_ms + 4 * HOURS + 3 * SECONDS, SIGNAL_CHARGING, 0);
    diary_advance(book.diary, end_ms + 5 * HOURS);
    const struct diary_charge *inferred = book_charge(&book, 0);
    const struct diary_charge *watched = book_charge(&book, 1);
    assert_int_equal(watched->status, DIARY_INCOMPLETE);
    assert_int_equal(watched->to_ms, end_ms);
    assert_int_equal(watched->soc_to, 4600);
    assert_int_equal(watched->flags, 0);
    assert_int_equal(inferred->how, DIARY_INFERRED);
    assert_int_equal(inferred->soc_from, 4600);
    assert_int_equal(inferred->soc_to, 5600);
    book_free(&book);
}

static void a_charge_goes_on_over_a_restart(void **state)
{
    (void)state;
    struct book book;
    double soc = 40;

    book_new(&book);
    book_arrive(&book, BOOK_START, soc, 1000);
    book_plug(&book, BOOK_START + MINUTES);
    int64_t end_ms = book_charging(&book, BOOK_START + MINUTES, 60, 10, &soc);
    book_take(&book, end_ms + 30 * SECONDS, DIARY_SIGNAL_REACHABLE, NAN);
    book_arrive(&book, end_ms + 40 * SECONDS, soc, 1000);
    book_plug(&book, end_ms + 50 * SECONDS);
    end_ms = book_charging(&book, end_ms + MINUTES, 60, 10, &soc);
    book_unplug(&book, end_ms);
    diary_advance(book.diary, end_ms + MINUTES);
    assert_int_equal(book_charge(&book, 0)->status, DIARY_CLOSED);
    assert_int_equal(book_charge(&book, 0)->battery_wh, 8067); /* 121 minutes */
    assert_true(book_charge(&book, 0)->flags & DIARY_FLAG_RESTARTED);
    assert_int_equal(book_count(&book, DIARY_CHARGE), 2);
    assert_int_equal(book_count(&book, DIARY_CONTACT), 0);
    book_free(&book);
}

/* Whatever the clock does, nothing lasts less than no time. */
/* A car that charges tells its odometer only when it is asked, a quarter of an hour later: over an absence of
 * moments no energy is lost by that, and none is counted twice. */
static void a_charge_goes_on_before_the_odometer_is_heard(void **state)
{
    (void)state;
    struct book book;
    double soc = 40;

    book_new(&book);
    book_arrive(&book, BOOK_START, soc, 1000);
    book_plug(&book, BOOK_START + MINUTES);
    int64_t end_ms = book_charging(&book, BOOK_START + MINUTES, 60, 10, &soc);
    book_take(&book, end_ms + 30 * SECONDS, DIARY_SIGNAL_REACHABLE, NAN);
    book_take(&book, end_ms + 40 * SECONDS, DIARY_SIGNAL_REACHABLE, 1);
    book_plug(&book, end_ms + 50 * SECONDS);
    book_take(&book, end_ms + 51 * SECONDS, SIGNAL_CHARGING, 1);
    end_ms = book_charging(&book, end_ms + MINUTES, 30, 10, &soc);
    book_take(&book, end_ms + 10 * SECONDS, SIGNAL_ODOMETER, 1000);
    end_ms = book_charging(&book, end_ms + MINUTES, 29, 10, &soc);
    book_unplug(&book, end_ms);
    diary_advance(book.diary, end_ms + MINUTES);
    assert_int_equal(book_charge(&book, 0)->status, DIARY_CLOSED);
    assert_int_equal(book_charge(&book, 0)->battery_wh, 8067); /* 121 minutes */
    assert_false(book_charge(&book, 0)->flags & DIARY_FLAG_GAPS);
    assert_null(book_charge(&book, 1));
    book_free(&book);
}

static void a_wrong_clock_makes_no_negative_durations(void **state)
{
    (void)state;
    struct book book;
    const int64_t jumps[] = {-50 * 365 * DAYS, 50 * 365 * DAYS, -HOURS / 2, -3 * HOURS, INT64_MIN / 2};
    double soc = 40;

    for (size_t i = 0; i < sizeof(jumps) / sizeof(jumps[0]); i++) {
        book_new(&book);
        book_arrive(&book, BOOK_START, soc, 1000);
        book_plug(&book, BOOK_START + MINUTES);
        int64_t end_ms = book_charging(&book, BOOK_START + MINUTES, 60, 10, &soc);
        book_charging(&book, end_ms + jumps[i], 60, 10, &soc);
        book_charging(&book, end_ms, 60, 10, &soc);
        book_unplug(&book, end_ms + HOURS);
        book_leave(&book, end_ms + 2 * HOURS);
        book_arrive(&book, end_ms + 3 * HOURS, 30, 1031);
        diary_advance(book.diary, end_ms + 4 * HOURS);
        for (size_t j = 0; j < book.count; j++) {
            const struct diary_entry *entry = &book.entries[j];
            if (entry->kind == DIARY_CHARGE)
                assert_true(entry->charge.to_ms >= entry->charge.from_ms &&
                            (entry->charge.battery_wh >= 0 || entry->charge.battery_wh == DIARY_NONE));
            if (entry->kind == DIARY_OUTING)
                assert_true(entry->outing.to_ms >= entry->outing.from_ms);
            if (entry->kind == DIARY_STAY)
                assert_true(entry->stay.to_ms >= entry->stay.from_ms);
            if (entry->kind == DIARY_CONTACT)
                assert_true(entry->contact.to_ms >= entry->contact.from_ms);
        }
        soc = 40;
        book_free(&book);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_watched_charge_has_its_energy),
        cmocka_unit_test(a_charge_tells_how_warm_the_battery_was_and_became),
        cmocka_unit_test(what_flowed_before_is_no_part_of_a_charge),
        cmocka_unit_test(a_charge_over_midnight_has_two_days),
        cmocka_unit_test(a_gap_is_named_and_not_bridged),
        cmocka_unit_test(without_volts_and_amps_energy_is_estimated),
        cmocka_unit_test(a_charger_heard_for_a_part_does_not_stand_beside_an_estimate_of_the_whole),
        cmocka_unit_test(a_full_battery_was_not_interrupted),
        cmocka_unit_test(a_flicker_of_the_charger_is_no_charge),
        cmocka_unit_test(not_knowing_begins_and_ends_nothing),
        cmocka_unit_test(a_car_that_sleeps_charges_no_more),
        cmocka_unit_test(a_lost_contact_ends_no_charge),
        cmocka_unit_test(a_charge_that_ended_unheard_is_incomplete),
        cmocka_unit_test(a_charge_goes_on_over_a_restart),
        cmocka_unit_test(a_charge_goes_on_before_the_odometer_is_heard),
        cmocka_unit_test(a_wrong_clock_makes_no_negative_durations),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
