/* The owner's tariffs in the house: what the view shows of a charge has the bill that is on the card. */
#include "home_diary_fixture.h"

#include "diary/store/import.h"
#include "export/json_tariffs.h"
#include "leafspy_text.h"
#include "tariff_sample.h"

#include <stdlib.h>

#define OLD_S INT64_C(1785578400) /* 2026-08-01 10:00 UTC */

static struct tariffs at_price(int64_t price_m)
{
    struct tariffs tariffs = sample_tariffs();

    tariffs.list[0].band_count = 0;
    tariffs.list[0].price_m = price_m;
    return tariffs;
}

static void tariffs_answer(void *ctx, const struct store_answer *answer)
{
    struct fixture *fixture = ctx;

    assert_false(answer->failed);
    fixture->answered = true;
}

static void set_text(struct fixture *fixture, const char *text)
{
    const struct store_edit edit = {.subject = STORE_ASK_TARIFFS, .text = strdup(text)};
    struct err err;

    fixture->answered = false;
    assert_int_equal(store_edit(fixture->store, &edit, tariffs_answer, fixture), 0);
    while (!fixture->answered)
        assert_int_equal(loop_turn(fixture->loop, 10000, &err), 0);
}

static void set_price(struct fixture *fixture, int64_t price_m)
{
    const struct tariffs tariffs = at_price(price_m);
    char *text = json_tariffs(&tariffs);

    set_text(fixture, text);
    free(text);
}

/* A second or two: the house asks, reckons, asks again. */
static void let_it_reckon(struct fixture *fixture)
{
    for (int i = 0; i < 5; i++)
        pass(fixture, 1);
}

static void charge_once(struct fixture *fixture, double *soc)
{
    arrive(fixture, *soc, 1000);
    charge(fixture, 20, soc);
    end_charge(fixture);
    let_it_reckon(fixture);
}

static const struct diary_charge *shown(const struct fixture *fixture)
{
    assert_true(fixture->sample.cars[0].has_last_charge);
    return &fixture->sample.cars[0].last_charge;
}

/* In the view and on the card. */
static void assert_billed(const struct fixture *fixture, int64_t price_m)
{
    const struct diary_charge *charge = shown(fixture);
    int64_t cost_m = (charge->battery_wh * price_m + 500) / 1000;

    assert_true(charge->battery_wh > 1000);
    assert_int_equal(charge->cost_m, cost_m);
    assert_string_equal(charge->cost_from, "tariff");
    assert_string_equal(charge->currency, "EUR");
    assert_int_equal(query(fixture, "diary.db", "SELECT cost_m FROM charge_raw ORDER BY id DESC"), cost_m);
}

static void begin(struct fixture *fixture)
{
    start(fixture);
    pass(fixture, 1);
}

static void end(struct fixture *fixture)
{
    stop(fixture);
    clean(fixture);
}

static void restart(struct fixture *fixture)
{
    close_house(fixture);
    fixture->now_ns += 5 * NS_PER_S;
    see_nothing(fixture);
    open_house(fixture);
    let_it_reckon(fixture);
}

static void a_charge_that_has_ended_shows_what_it_cost(void **state)
{
    (void)state;
    struct fixture fixture;
    double soc = 40;

    begin(&fixture);
    set_price(&fixture, DAY_M);
    charge_once(&fixture, &soc);
    assert_billed(&fixture, DAY_M);
    charge_once(&fixture, &soc);
    assert_billed(&fixture, DAY_M);
    assert_int_equal(query(&fixture, "diary.db", "SELECT count(*) FROM charge_raw WHERE cost_m > 0"), 2);
    end(&fixture);
}

static void a_corrected_price_shows_at_the_last_charge(void **state)
{
    (void)state;
    struct fixture fixture;
    double soc = 40;

    begin(&fixture);
    charge_once(&fixture, &soc);
    assert_true(shown(&fixture)->cost_m == DIARY_NONE);
    uint64_t before = fixture.sample.view.sequence;
    set_price(&fixture, DAY_M);
    let_it_reckon(&fixture);
    assert_billed(&fixture, DAY_M);
    assert_true(fixture.sample.view.sequence > before);
    for (int64_t price_m = 1000; price_m <= 20000; price_m += 1000)
        set_price(&fixture, price_m); /* faster than it is reckoned */
    let_it_reckon(&fixture);
    assert_billed(&fixture, 20000);
    before = fixture.sample.view.sequence;
    set_price(&fixture, 20000);
    let_it_reckon(&fixture);
    assert_in_range(fixture.sample.view.sequence, before, before + 1); /* the sums are looked at */
    end(&fixture);
}

/* As after a kill between a change and its bills. */
static void what_was_not_reckoned_before_a_restart_is_reckoned_after_it(void **state)
{
    (void)state;
    struct fixture fixture;
    double soc = 40;

    begin(&fixture);
    set_price(&fixture, DAY_M);
    charge_once(&fixture, &soc);
    close_house(&fixture);
    query(&fixture, "diary.db",
          "UPDATE charge_raw SET cost_m = NULL, cost_from = '', currency = '', priced = NULL RETURNING id");
    open_house(&fixture);
    restart(&fixture);
    assert_billed(&fixture, DAY_M);
    end(&fixture);
}

static void tariffs_that_cant_be_read_leave_the_bills_as_they_are(void **state)
{
    (void)state;
    struct fixture fixture;
    double soc = 40;

    begin(&fixture);
    set_price(&fixture, DAY_M);
    charge_once(&fixture, &soc);
    set_text(&fixture, "nonsense");
    let_it_reckon(&fixture);
    assert_billed(&fixture, DAY_M);
    restart(&fixture);
    assert_billed(&fixture, DAY_M);
    set_price(&fixture, NIGHT_M);
    let_it_reckon(&fixture);
    assert_billed(&fixture, NIGHT_M);
    end(&fixture);
}

static void a_note_typed_while_bills_are_reckoned_stays(void **state)
{
    (void)state;
    const struct diary_typed note = {.is_note = true, .note = "rain"};
    struct fixture fixture;
    double soc = 40;

    begin(&fixture);
    charge_once(&fixture, &soc);
    set_price(&fixture, DAY_M);
    struct store_edit edit = {
        .subject = STORE_ASK_CHARGE, .car = "leaf", .id = 1, .typed = malloc(sizeof(note))};
    *edit.typed = note;
    assert_int_equal(store_edit(fixture.store, &edit, tariffs_answer, &fixture), 0);
    let_it_reckon(&fixture);
    assert_billed(&fixture, DAY_M);
    assert_string_equal(shown(&fixture)->note, "rain");
    end(&fixture);
}

static void import_ended(void *ctx, const struct work *work, const char *why)
{
    struct fixture *fixture = ctx;

    assert_null(why);
    assert_int_equal(import_result(work).charges, 1);
    fixture->answered = true;
}

/* Two drives of a summer before garaged, and a charge between them that nobody watched. */
static FILE *an_old_log(void)
{
    FILE *file = tmpfile();

    leafspy_write_header(file);
    leafspy_write_drive(file, OLD_S, 80, 10000, 20);
    leafspy_write_drive(file, OLD_S + 20 * 3600, 95, 10020, 7);
    fflush(file);
    return file;
}

static void import_log(struct fixture *fixture, FILE *file)
{
    static const struct work_events events = {.ended = import_ended};
    const struct view_car *car = &fixture->sample.cars[0];
    struct import_order order = {.fd = dup(fileno(file)), .mm_per_unit = 1000000, .has_zone = true};
    struct err err;

    zone_set_utc(&order.zone);
    order.settings = home_trackers_settings(car, &order.zone);
    order.now_ms = UTC_NS / NS_PER_MS;
    fixture->answered = false;
    assert_int_equal(store_begin_work(fixture->store, import_new(&order), &events, fixture), 0);
    while (!fixture->answered)
        assert_int_equal(loop_turn(fixture->loop, 10000, &err), 0);
}

static void imported_charges_have_bills_and_count_at_once(void **state)
{
    (void)state;
    struct fixture fixture;
    FILE *log = an_old_log();
    double soc = 40;

    begin(&fixture);
    set_price(&fixture, DAY_M);
    charge_once(&fixture, &soc);
    const struct diary_totals *totals = &fixture.sample.cars[0].totals;
    assert_int_equal(totals->distance_mm, 0);
    import_log(&fixture, log);
    let_it_reckon(&fixture);
    assert_int_equal(totals->distance_mm, 27000000);
    assert_int_equal(query(&fixture, "diary.db", "SELECT count(*) FROM charge_raw WHERE cost_m > 0"), 2);
    fclose(log);
    end(&fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_charge_that_has_ended_shows_what_it_cost),
        cmocka_unit_test(a_corrected_price_shows_at_the_last_charge),
        cmocka_unit_test(what_was_not_reckoned_before_a_restart_is_reckoned_after_it),
        cmocka_unit_test(tariffs_that_cant_be_read_leave_the_bills_as_they_are),
        cmocka_unit_test(imported_charges_have_bills_and_count_at_once),
        cmocka_unit_test(a_note_typed_while_bills_are_reckoned_stays),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
