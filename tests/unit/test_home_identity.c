/* home_identity in front of the diary, with a real store: another car than the diary's leaves no trace in it
 * until it is accepted, and then begins one of its own. */
#include "home_diary_fixture.h"

#define VISITS   70 /* more than the rows that are asked for at a start */
#define ALL_ROWS "SELECT count(*) FROM reading_raw"

/* The car half says who is there; 0: not read. */
static void hear(struct fixture *fixture, int vin, int battery)
{
    struct record_identity *heard = &fixture->sample.cars[0].heard_identity;

    memset(heard->vin_hash, vin, sizeof(heard->vin_hash));
    memset(heard->battery_hash, battery, sizeof(heard->battery_hash));
    home_diary_look(fixture->diary, fixture->now_ns, fixture->utc_ns);
    pass(fixture, 1);
}

static enum view_identity shown(const struct fixture *fixture)
{
    return fixture->sample.cars[0].identity;
}

static int64_t all_rows(struct fixture *fixture)
{
    store_flush(fixture->store);
    wait_for_store(fixture);
    pass(fixture, 1);
    return query(fixture, "readings.db", ALL_ROWS);
}

static void begin_with_a_car(struct fixture *fixture)
{
    start(fixture);
    arrive(fixture, 50, 1000);
    assert_int_equal(shown(fixture), VIEW_IDENTITY_UNKNOWN);
    hear(fixture, 1, 2);
    assert_int_equal(shown(fixture), VIEW_IDENTITY_OK);
}

/* A life of the car that is there, with much to keep. */
static void live(struct fixture *fixture, double soc, double odometer_km)
{
    arrive(fixture, soc, odometer_km);
    charge(fixture, 20, &soc);
    end_charge(fixture);
    leave(fixture);
    arrive(fixture, soc - 10, odometer_km + 50);
}

static void accept_it(struct fixture *fixture)
{
    struct err err;

    assert_int_equal(
        home_diary_accept(fixture->diary, 0, (fixture->now_ns + fixture->utc_ns) / NS_PER_MS, &err), 0);
    pass(fixture, 1);
}

static void the_first_one_heard_is_the_diarys(void **state)
{
    (void)state;
    struct fixture fixture;

    begin_with_a_car(&fixture);
    assert_int_equal(
        query(&fixture, "diary.db", "SELECT count(*) FROM identity WHERE status = 1 AND serial = 1"), 1);
    hear(&fixture, 0, 0); /* a new contact */
    assert_int_equal(shown(&fixture), VIEW_IDENTITY_UNKNOWN);
    live(&fixture, 50, 1000);
    assert_true(query(&fixture, "diary.db", "SELECT count(*) FROM charge_raw") == 1);
    stop(&fixture);
    clean(&fixture);
}

static void half_an_answer_is_no_change(void **state)
{
    (void)state;
    struct fixture fixture;

    start(&fixture);
    hear(&fixture, 1, 0);
    hear(&fixture, 0, 2);
    assert_int_equal(shown(&fixture), VIEW_IDENTITY_UNKNOWN);
    hear(&fixture, 1, 2);
    assert_int_equal(shown(&fixture), VIEW_IDENTITY_OK);
    assert_int_equal(query(&fixture, "diary.db", "SELECT count(*) FROM identity"), 1);
    hear(&fixture, 0, 3); /* and it was learnt */
    assert_int_equal(shown(&fixture), VIEW_IDENTITY_CHANGED);
    stop(&fixture);
    clean(&fixture);
}

static void another_car_leaves_no_trace(void **state)
{
    (void)state;
    struct fixture fixture;

    begin_with_a_car(&fixture);
    leave(&fixture);
    hear(&fixture, 3, 4);
    assert_int_equal(shown(&fixture), VIEW_IDENTITY_CHANGED);
    int64_t rows = all_rows(&fixture);
    int64_t outings = query(&fixture, "diary.db", "SELECT count(*) FROM outing_raw");
    live(&fixture, 90, 77000);
    assert_int_equal(all_rows(&fixture), rows);
    assert_int_equal(query(&fixture, "diary.db", "SELECT count(*) FROM outing_raw"), outings);
    assert_int_equal(query(&fixture, "diary.db", "SELECT count(*) FROM charge_raw"), 0);
    assert_int_equal(fixture.started, 0);
    stop(&fixture);
    clean(&fixture);
}

/* Garaged may have been started again since. */
static void it_stays_refused_over_a_restart(void **state)
{
    (void)state;
    struct fixture fixture;

    begin_with_a_car(&fixture);
    hear(&fixture, 3, 4);
    close_house(&fixture);
    int64_t rows = query(&fixture, "readings.db", ALL_ROWS);
    fixture.sample.cars[0].identity = VIEW_IDENTITY_UNKNOWN;
    memset(&fixture.sample.cars[0].heard_identity, 0, sizeof(struct record_identity));
    open_house(&fixture);
    live(&fixture, 90, 77000);
    assert_int_equal(shown(&fixture), VIEW_IDENTITY_CHANGED);
    assert_int_equal(all_rows(&fixture), rows);
    stop(&fixture);
    clean(&fixture);
}

static void an_accepted_one_begins_anew(void **state)
{
    (void)state;
    struct fixture fixture;

    begin_with_a_car(&fixture);
    leave(&fixture);
    hear(&fixture, 3, 4);
    live(&fixture, 90, 77000);
    int64_t rows = all_rows(&fixture);
    accept_it(&fixture);
    assert_int_equal(shown(&fixture), VIEW_IDENTITY_OK);
    live(&fixture, 60, 77100);
    leave(&fixture);
    assert_true(all_rows(&fixture) > rows);
    assert_int_equal(query(&fixture, "diary.db", "SELECT count(*) FROM charge_raw WHERE how = 0"), 1);
    /* 50 km in the one outing since; none of 76,000 from one car to the other */
    assert_int_equal(query(&fixture, "diary.db", "SELECT max(distance_mm) FROM outing_raw"), 50000000);
    assert_int_equal(query(&fixture, "diary.db", "SELECT serial FROM identity ORDER BY id DESC LIMIT 1"), 2);
    close_house(&fixture);
    open_house(&fixture);
    hear(&fixture, 3, 4);
    assert_int_equal(shown(&fixture), VIEW_IDENTITY_OK);
    stop(&fixture);
    clean(&fixture);
}

static void the_diarys_own_is_welcome_again(void **state)
{
    (void)state;
    struct fixture fixture;

    begin_with_a_car(&fixture);
    hear(&fixture, 3, 4);
    hear(&fixture, 0, 0);
    assert_int_equal(shown(&fixture), VIEW_IDENTITY_CHANGED);
    int64_t rows = all_rows(&fixture);
    hear(&fixture, 1, 2);
    assert_int_equal(shown(&fixture), VIEW_IDENTITY_OK);
    arrive(&fixture, 60, 1000);
    assert_true(all_rows(&fixture) > rows);
    close_house(&fixture);
    open_house(&fixture);
    pass(&fixture, 1);
    assert_int_equal(shown(&fixture), VIEW_IDENTITY_OK); /* nobody is refused any more */
    stop(&fixture);
    clean(&fixture);
}

/* A dongle that moves between two cars for months: the diary forgets neither its own nor their numbers. */
static void many_visits_of_another_are_no_claim(void **state)
{
    (void)state;
    struct fixture fixture;

    begin_with_a_car(&fixture);
    for (int i = 0; i < VISITS; i++) {
        hear(&fixture, 3, 4);
        assert_int_equal(shown(&fixture), VIEW_IDENTITY_CHANGED);
        hear(&fixture, 1, 2);
        assert_int_equal(shown(&fixture), VIEW_IDENTITY_OK);
    }
    close_house(&fixture);
    open_house(&fixture);
    hear(&fixture, 3, 4);
    assert_int_equal(shown(&fixture), VIEW_IDENTITY_CHANGED);
    for (int i = 0; i < VISITS; i++) {
        hear(&fixture, 1, 2);
        hear(&fixture, 3, 4);
    }
    accept_it(&fixture);
    assert_int_equal(query(&fixture, "diary.db", "SELECT serial FROM identity ORDER BY id DESC LIMIT 1"), 2);
    stop(&fixture);
    clean(&fixture);
}

/* The vehicle controller was changed: what is still ours does not make it our car again. */
static void one_half_that_is_ours_is_not_enough(void **state)
{
    (void)state;
    struct fixture fixture;

    begin_with_a_car(&fixture);
    hear(&fixture, 3, 2);
    hear(&fixture, 0, 0);
    hear(&fixture, 0, 2);
    assert_int_equal(shown(&fixture), VIEW_IDENTITY_CHANGED);
    accept_it(&fixture);
    assert_int_equal(shown(&fixture), VIEW_IDENTITY_OK);
    assert_int_equal(query(&fixture, "diary.db", "SELECT serial FROM identity ORDER BY id DESC LIMIT 1"), 1);
    stop(&fixture);
    clean(&fixture);
}

static void there_may_be_nothing_to_accept(void **state)
{
    (void)state;
    struct fixture fixture;

    begin_with_a_car(&fixture);
    accept_it(&fixture);
    assert_int_equal(query(&fixture, "diary.db", "SELECT count(*) FROM identity"), 1);
    stop(&fixture);
    clean(&fixture);
}

static void without_a_diary_nothing_is_accepted(void **state)
{
    (void)state;
    struct fixture fixture;
    struct err err;

    begin_with_a_car(&fixture);
    hear(&fixture, 3, 4);
    fixture.sample.view.diary_state = "failed";
    snprintf(fixture.sample.view.diary_reason, sizeof(fixture.sample.view.diary_reason),
             "diary.db: no space");
    assert_int_equal(home_diary_accept(fixture.diary, 0, 1, &err), -1);
    assert_string_equal(err.text, "the diary can't be written now: diary.db: no space");
    stop(&fixture);
    clean(&fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_one_heard_is_the_diarys),
        cmocka_unit_test(half_an_answer_is_no_change),
        cmocka_unit_test(another_car_leaves_no_trace),
        cmocka_unit_test(it_stays_refused_over_a_restart),
        cmocka_unit_test(an_accepted_one_begins_anew),
        cmocka_unit_test(the_diarys_own_is_welcome_again),
        cmocka_unit_test(many_visits_of_another_are_no_claim),
        cmocka_unit_test(one_half_that_is_ours_is_not_enough),
        cmocka_unit_test(there_may_be_nothing_to_accept),
        cmocka_unit_test(without_a_diary_nothing_is_accepted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
