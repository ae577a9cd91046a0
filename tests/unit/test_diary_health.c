/* The trackers: battery health and the cells, once a day. */
#include "diary_book.h"

static void health_is_one_row_a_day(void **state)
{
    (void)state;
    struct book book;

    book_new(&book);
    book_arrive(&book, BOOK_START, 80, 1000);
    book_take(&book, BOOK_START + MINUTES, SIGNAL_SOH, 85.02);
    book_take(&book, BOOK_START + 2 * MINUTES, SIGNAL_SOH, 85.01);
    book_take(&book, BOOK_START + 3 * MINUTES, SIGNAL_HX, 70.5);
    book_sleep(&book, BOOK_START + 20 * MINUTES);
    diary_advance(book.diary, BOOK_START + HOURS);
    assert_int_equal(book_count(&book, DIARY_HEALTH), 1);
    const struct diary_health *health = &book_find(&book, DIARY_HEALTH, 0)->health;
    assert_int_equal(health->day, 20779);
    assert_int_equal(health->soh, 8501);
    assert_int_equal(health->hx, 7050);
    assert_int_equal(health->capacity_mah, 60000);
    assert_int_equal(health->full_wh, 60 * 355);
    assert_int_equal(health->cell_min_mv, DIARY_NONE);
    diary_advance(book.diary, BOOK_START + 5 * DAYS);
    assert_int_equal(book_count(&book, DIARY_HEALTH), 1);
    book_free(&book);
}

/* The last known one stands, also where garaged was begun anew or the car's own word is in doubt. */
static void a_days_health_without_an_odometer_has_the_last_one_known(void **state)
{
    (void)state;
    struct book book;

    book_new(&book);
    book_arrive(&book, BOOK_START, 80, 1000);
    book_take(&book, BOOK_START + MINUTES, SIGNAL_SOH, 85);
    book_sleep(&book, BOOK_START + 20 * MINUTES);
    diary_advance(book.diary, BOOK_START + DAYS);
    book_take(&book, BOOK_START + DAYS, SIGNAL_SOH, 84.9);
    diary_advance(book.diary, BOOK_START + 2 * DAYS);
    book_take_as(&book, BOOK_START + 2 * DAYS, SIGNAL_ODOMETER, 7, QUALITY_DISPUTED);
    book_take(&book, BOOK_START + 2 * DAYS, SIGNAL_SOH, 84.8);
    diary_advance(book.diary, BOOK_START + 3 * DAYS);
    assert_int_equal(book_count(&book, DIARY_HEALTH), 3);
    for (size_t i = 0; i < 3; i++)
        assert_true(book_find(&book, DIARY_HEALTH, i)->health.odometer_mm == 1000 * INT64_C(1000000));
    book_free(&book);
}

static void cells_of_a_car_that_drives_are_not_kept(void **state)
{
    (void)state;
    struct book book;
    struct diary_cells cells = {.at_ms = BOOK_START + 2 * MINUTES, .count = 96};

    book_new(&book);
    book_arrive(&book, BOOK_START, 80, 1000);
    book_take(&book, BOOK_START + MINUTES, DIARY_SIGNAL_PRESENCE, PRESENCE_DRIVING);
    book_take(&book, BOOK_START + MINUTES, SIGNAL_SPEED, 50);
    diary_take_cells(book.diary, &cells);
    diary_advance(book.diary, BOOK_START + 3 * MINUTES);
    assert_int_equal(book_count(&book, DIARY_CELLS), 0);
    book_take(&book, BOOK_START + 10 * MINUTES, SIGNAL_SPEED, 0);
    book_take(&book, BOOK_START + 10 * MINUTES, DIARY_SIGNAL_PRESENCE, PRESENCE_AWAKE);
    cells.at_ms = BOOK_START + HOURS;
    diary_take_cells(book.diary, &cells);
    diary_advance(book.diary, BOOK_START + 2 * HOURS);
    assert_int_equal(book_count(&book, DIARY_CELLS), 1);
    book_free(&book);
}

static void cells_are_kept_once_a_day_at_rest(void **state)
{
    (void)state;
    struct book book;
    struct diary_cells cells = {.at_ms = BOOK_START + MINUTES, .count = 96};

    book_new(&book);
    book_arrive(&book, BOOK_START, 80, 1000);
    book_plug(&book, BOOK_START + MINUTES);
    diary_take_cells(book.diary, &cells);
    book_unplug(&book, BOOK_START + 2 * MINUTES);
    for (int i = 0; i < 48; i++) {
        cells.at_ms = BOOK_START + HOURS + i * HOURS;
        diary_take_cells(book.diary, &cells);
    }
    diary_advance(book.diary, BOOK_START + 3 * DAYS);
    assert_int_equal(book_count(&book, DIARY_CELLS), 3);
    assert_int_equal(book_find(&book, DIARY_CELLS, 0)->cells.at_ms, BOOK_START + HOURS);
    book_free(&book);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(health_is_one_row_a_day),
        cmocka_unit_test(a_days_health_without_an_odometer_has_the_last_one_known),
        cmocka_unit_test(cells_of_a_car_that_drives_are_not_kept),
        cmocka_unit_test(cells_are_kept_once_a_day_at_rest),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
