/* What a person types into the diary, while the trackers go on writing it. */
#include "home_diary_fixture.h"

#include "diary/store/store.h"

#include <stdlib.h>

static void typed_answer(void *ctx, const struct store_answer *answer)
{
    struct fixture *fixture = ctx;

    assert_false(answer->failed);
    assert_int_equal(answer->count, 1);
    fixture->answered = true;
}

static void type_into(struct fixture *fixture, enum store_subject subject, const struct diary_typed *typed)
{
    struct store_edit edit = {.subject = subject, .car = "leaf", .id = 1, .typed = malloc(sizeof(*typed))};
    struct err err;

    *edit.typed = *typed;
    fixture->answered = false;
    assert_int_equal(store_edit(fixture->store, &edit, typed_answer, fixture), 0);
    while (!fixture->answered)
        assert_int_equal(loop_turn(fixture->loop, 10000, &err), 0);
}

static const struct diary_typed all_of_it = {
    .is_place = true,
    .is_note = true,
    .is_wall = true,
    .is_cost = true,
    .place = "home",
    .note = "rain",
    .wall_wh = 3000,
    .cost_m = 84000,
};
static const struct diary_typed none_of_it = {.is_place = true,
                                              .is_note = true,
                                              .is_wall = true,
                                              .is_cost = true,
                                              .wall_wh = DIARY_NONE,
                                              .cost_m = DIARY_NONE};

static void assert_all_of_it(const struct diary_charge *charge)
{
    assert_string_equal(charge->place, "home");
    assert_string_equal(charge->note, "rain");
    assert_string_equal(charge->wall_from, "typed");
    assert_string_equal(charge->cost_from, "typed");
    assert_true(charge->wall_wh == 3000 && charge->cost_m == 84000);
}

static void assert_none_of_it(const struct diary_charge *charge)
{
    assert_string_equal(charge->place, "");
    assert_string_equal(charge->note, "");
    assert_string_equal(charge->wall_from, "");
    assert_string_equal(charge->cost_from, "");
    assert_true(charge->wall_wh == DIARY_NONE && charge->cost_m == DIARY_NONE);
}

static void assert_on_the_card(const struct fixture *fixture, int64_t rows)
{
    assert_int_equal(
        query(fixture, "diary.db",
              "SELECT count(*) FROM charge_raw WHERE note = 'rain' AND place = 'home' AND wall_wh = 3000"
              " AND wall_from = 'typed' AND cost_m = 84000 AND cost_from = 'typed'"),
        rows);
}

static void begin_charging(struct fixture *fixture, double *soc)
{
    start(fixture);
    pass(fixture, 1);
    arrive(fixture, *soc, 1000);
    charge(fixture, 20, soc);
    assert_true(fixture->sample.cars[0].has_charge);
}

static void restart(struct fixture *fixture, double soc)
{
    close_house(fixture);
    fixture->now_ns += 5 * NS_PER_S;
    see_nothing(fixture);
    open_house(fixture);
    pass(fixture, 1);
    arrive(fixture, soc, 1000);
}

static void a_note_typed_while_charging_is_still_there_when_the_charge_has_ended(void **state)
{
    (void)state;
    struct fixture fixture;
    double soc = 40;

    begin_charging(&fixture, &soc);
    const struct view_car *car = &fixture.sample.cars[0];
    type_into(&fixture, STORE_ASK_CHARGE, &all_of_it);
    assert_all_of_it(&car->charge);
    charge(&fixture, 5, &soc);
    assert_all_of_it(&car->charge);
    end_charge(&fixture);
    assert_int_equal(car->last_charge.status, DIARY_CLOSED);
    assert_true(car->last_charge.battery_wh > 1000);
    assert_all_of_it(&car->last_charge);
    assert_on_the_card(&fixture, 1);
    stop(&fixture);
    clean(&fixture);
}

/* The readings since the charge began are heard again, and the row is written once more. */
static void a_restart_while_charging_keeps_what_was_typed(void **state)
{
    (void)state;
    struct fixture fixture;
    double soc = 40;

    begin_charging(&fixture, &soc);
    type_into(&fixture, STORE_ASK_CHARGE, &all_of_it);
    restart(&fixture, soc);
    charge(&fixture, 5, &soc);
    assert_all_of_it(&fixture.sample.cars[0].charge);
    end_charge(&fixture);
    assert_all_of_it(&fixture.sample.cars[0].last_charge);
    restart(&fixture, soc);
    assert_all_of_it(&fixture.sample.cars[0].last_charge);
    assert_on_the_card(&fixture, 1);
    stop(&fixture);
    clean(&fixture);
}

/* After a restart the trackers know what had been typed before it, and must not write it again. */
static void what_was_taken_away_does_not_come_back(void **state)
{
    (void)state;
    struct fixture fixture;
    double soc = 40;

    begin_charging(&fixture, &soc);
    type_into(&fixture, STORE_ASK_CHARGE, &all_of_it);
    restart(&fixture, soc);
    charge(&fixture, 5, &soc);
    type_into(&fixture, STORE_ASK_CHARGE, &none_of_it);
    assert_none_of_it(&fixture.sample.cars[0].charge);
    end_charge(&fixture);
    assert_none_of_it(&fixture.sample.cars[0].last_charge);
    assert_on_the_card(&fixture, 0);
    stop(&fixture);
    clean(&fixture);
}

static void a_note_about_yesterdays_charge_shows_at_once(void **state)
{
    (void)state;
    struct fixture fixture;
    double soc = 40;

    begin_charging(&fixture, &soc);
    end_charge(&fixture);
    type_into(&fixture, STORE_ASK_CHARGE, &all_of_it);
    assert_all_of_it(&fixture.sample.cars[0].last_charge);
    assert_int_equal(query(&fixture, "diary.db", "SELECT count(*) FROM part"), 1);
    stop(&fixture);
    clean(&fixture);
}

static void tags_of_an_outing_outlive_a_restart(void **state)
{
    (void)state;
    const struct diary_typed typed = {.is_tags = true, .tags = "work shopping"};
    struct fixture fixture;

    start(&fixture);
    pass(&fixture, 1);
    arrive(&fixture, 80, 1000);
    leave(&fixture);
    pass(&fixture, 3600);
    arrive(&fixture, 70, 1031);
    pass(&fixture, 400);
    type_into(&fixture, STORE_ASK_OUTINGS, &typed);
    assert_string_equal(fixture.sample.cars[0].last_outing.tags, "work shopping");
    restart(&fixture, 70);
    assert_string_equal(fixture.sample.cars[0].last_outing.tags, "work shopping");
    stop(&fixture);
    clean(&fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_note_typed_while_charging_is_still_there_when_the_charge_has_ended),
        cmocka_unit_test(a_restart_while_charging_keeps_what_was_typed),
        cmocka_unit_test(what_was_taken_away_does_not_come_back),
        cmocka_unit_test(a_note_about_yesterdays_charge_shows_at_once),
        cmocka_unit_test(tags_of_an_outing_outlive_a_restart),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
