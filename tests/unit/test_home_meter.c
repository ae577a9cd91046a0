/* A meter's messages in the house: from their topic to rows on the card, and to a charge. */
#include "home_meter.h"

#include "home_diary_fixture.h"

struct house {
    struct fixture fixture;
    struct config config;
    struct home_meter *meter;
};

static void furnish(struct house *house, enum config_meter kind, enum config_meter_unit unit)
{
    memset(house, 0, sizeof(*house));
    start(&house->fixture);
    house->config.car_count = 1;
    house->config.cars[0] =
        (struct config_car){.id = "leaf", .meter_topic = "plug", .meter_kind = kind, .meter_unit = unit};
    house->meter = home_meter_new(&house->config, house->fixture.diary);
    assert_non_null(house->meter);
}

static void unfurnish(struct house *house)
{
    home_meter_free(house->meter);
    stop(&house->fixture);
    clean(&house->fixture);
}

static void hear(struct house *house, const char *topic, const char *payload, bool is_retained)
{
    home_meter_take(house->meter, topic, payload, strlen(payload), is_retained, house->fixture.now_ns);
}

/* What flows for so many minutes, a message each ten seconds, with a counter in Wh. */
static void flow(struct house *house, int minutes, int watts, int *wh)
{
    for (int i = 0; i < minutes * 6; i++) {
        char payload[32];
        snprintf(payload, sizeof(payload), "%d", *wh + watts * (i + 1) / 360);
        pass(&house->fixture, 10);
        hear(house, "plug", payload, false);
    }
    *wh += watts * minutes / 60;
}

static void a_meter_that_never_stops_talking_does_not_fill_the_card(void **state)
{
    struct house house;

    (void)state;
    furnish(&house, CONFIG_METER_ENERGY, CONFIG_METER_WH);
    for (int i = 0; i < 3000; i++) { /* a minute, fifty a second */
        char payload[32];
        snprintf(payload, sizeof(payload), "%d", 1000 + i);
        house.fixture.now_ns += NS_PER_S / 50;
        hear(&house, "plug", payload, false);
        look_at_the_time(&house.fixture);
    }
    pass(&house.fixture, 11);
    store_flush(house.fixture.store);
    wait_for_store(&house.fixture);
    int64_t rows = count_rows(&house.fixture, "wall_energy", "steps IS NOT NULL");
    assert_in_range(rows, 6, 8);
    assert_int_equal(count_rows(&house.fixture, "wall_energy", "steps = 1000"), 1);
    assert_int_equal(count_rows(&house.fixture, "wall_energy", "steps = 3999"), 1);
    unfurnish(&house);
}

static void what_the_broker_kept_is_no_present_power(void **state)
{
    struct house house;

    (void)state;
    furnish(&house, CONFIG_METER_POWER, CONFIG_METER_W);
    hear(&house, "plug", "2300", true);
    hear(&house, "other", "2300", false);
    hear(&house, "plug", "rubbish", false);
    pass(&house.fixture, 20);
    hear(&house, "plug", "0", false);
    pass(&house.fixture, 20);
    home_meter_lose(house.meter, house.fixture.now_ns);
    pass(&house.fixture, 20);
    store_flush(house.fixture.store);
    wait_for_store(&house.fixture);
    assert_int_equal(count_rows(&house.fixture, "wall_power", "steps IS NOT NULL"), 1);
    assert_int_equal(count_rows(&house.fixture, "wall_power", "steps IS NULL"), 1);
    unfurnish(&house);
}

static void a_night_of_a_silent_car_is_one_charge_on_the_card(void **state)
{
    struct fixture *fixture;
    struct house house;
    int wh = 1000;

    (void)state;
    furnish(&house, CONFIG_METER_ENERGY, CONFIG_METER_WH);
    fixture = &house.fixture;
    arrive(fixture, 40, 20000);
    see(fixture, PRESENCE_ASLEEP, TRI_TRUE, VIEW_LINK_UP);
    pass(fixture, 60);
    hear(&house, "plug", "1000", false);
    pass(fixture, 600);
    flow(&house, 60, 3600, &wh);
    assert_int_equal(fixture->started, 1);
    assert_true(fixture->sample.cars[0].has_charge);
    assert_int_equal(fixture->sample.cars[0].charge.how, DIARY_METERED);
    pass(fixture, 700);
    assert_int_equal(fixture->ended, 1);
    assert_false(fixture->sample.cars[0].has_charge);
    arrive(fixture, 54, 20000);
    pass(fixture, 900);
    assert_int_equal(query(fixture, "diary.db", "SELECT count(*) FROM charge_raw"), 1);
    assert_int_equal(query(fixture, "diary.db", "SELECT how FROM charge_raw"), DIARY_METERED);
    assert_int_equal(query(fixture, "diary.db", "SELECT wall_wh FROM charge_raw"), 3600);
    assert_int_equal(query(fixture, "diary.db", "SELECT soc_to FROM charge_raw"), 5400);
    assert_int_equal(query(fixture, "diary.db", "SELECT count(*) FROM charge_raw WHERE battery_wh > 0"), 1);
    assert_int_equal(fixture->ended, 1); /* told once */
    unfurnish(&house);
}

static void two_charges_of_a_night_are_told_once_and_the_last_stays_the_last(void **state)
{
    struct fixture *fixture;
    struct house house;
    int wh = 1000;

    (void)state;
    furnish(&house, CONFIG_METER_ENERGY, CONFIG_METER_WH);
    fixture = &house.fixture;
    arrive(fixture, 40, 20000);
    see(fixture, PRESENCE_ASLEEP, TRI_TRUE, VIEW_LINK_UP);
    pass(fixture, 60);
    hear(&house, "plug", "1000", false);
    pass(fixture, 600);
    flow(&house, 10, 3600, &wh);
    pass(fixture, 900);
    hear(&house, "plug", "1600", false);
    flow(&house, 10, 3600, &wh);
    pass(fixture, 700);
    assert_int_equal(fixture->ended, 2);
    arrive(fixture, 45, 20000);
    pass(fixture, 900);
    assert_int_equal(query(fixture, "diary.db", "SELECT count(*) FROM charge_raw WHERE battery_wh > 0"), 2);
    assert_int_equal(fixture->ended, 2);
    assert_int_equal(fixture->sample.cars[0].last_charge.id, 2);
    assert_int_equal(fixture->sample.cars[0].last_charge.soc_to, 4500);
    unfurnish(&house);
}

static void start_again(struct house *house, int64_t off_s)
{
    home_meter_free(house->meter);
    close_house(&house->fixture);
    house->fixture.now_ns += off_s * NS_PER_S;
    see_nothing(&house->fixture);
    open_house(&house->fixture);
    house->meter = home_meter_new(&house->config, house->fixture.diary);
    assert_non_null(house->meter);
    pass(&house->fixture, 5);
}

/* Power in the counter's place knows only what was heard: of an hour before and an hour after, all of it. */
static void a_restart_in_the_middle_of_a_charge_forgets_nothing_of_it(void **state)
{
    static const struct {
        enum config_meter kind;
        enum config_meter_unit unit;
        int64_t off_s, least_wh, most_wh;
    } meters[] = {{CONFIG_METER_ENERGY, CONFIG_METER_WH, 3600, 10800, 10800},
                  {CONFIG_METER_POWER, CONFIG_METER_W, 60, 7200, 7300}};

    (void)state;
    for (size_t i = 0; i < sizeof(meters) / sizeof(meters[0]); i++) {
        struct house house;
        int wh = 1000;
        furnish(&house, meters[i].kind, meters[i].unit);
        arrive(&house.fixture, 40, 20000);
        see(&house.fixture, PRESENCE_ASLEEP, TRI_TRUE, VIEW_LINK_UP);
        pass(&house.fixture, 60);
        bool is_counted = meters[i].kind == CONFIG_METER_ENERGY;
        for (int half = 0; half < 2; half++) {
            for (int n = 0; n < 360; n++) { /* an hour of 3.6 kW, a message each ten seconds */
                char payload[32];
                snprintf(payload, sizeof(payload), "%d", is_counted ? wh + n * 10 : 3600);
                hear(&house, "plug", payload, false);
                pass(&house.fixture, 10);
            }
            wh += 7200; /* and one that garaged does not hear */
            if (half == 0)
                start_again(&house, meters[i].off_s);
        }
        hear(&house, "plug", is_counted ? "11800" : "0", false);
        pass(&house.fixture, 700);
        assert_int_equal(query(&house.fixture, "diary.db", "SELECT count(*) FROM charge_raw"), 1);
        assert_in_range(query(&house.fixture, "diary.db", "SELECT wall_wh FROM charge_raw"),
                        meters[i].least_wh, meters[i].most_wh);
        unfurnish(&house);
    }
}

static void a_broker_that_comes_and_goes_does_not_fill_the_card(void **state)
{
    struct house house;

    (void)state;
    furnish(&house, CONFIG_METER_POWER, CONFIG_METER_W);
    hear(&house, "plug", "2300", false);
    for (int i = 0; i < 50; i++) {
        pass(&house.fixture, 60);
        home_meter_lose(house.meter, house.fixture.now_ns);
    }
    store_flush(house.fixture.store);
    wait_for_store(&house.fixture);
    assert_int_equal(count_rows(&house.fixture, "wall_power", "1"), 2);
    unfurnish(&house);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_meter_that_never_stops_talking_does_not_fill_the_card),
        cmocka_unit_test(what_the_broker_kept_is_no_present_power),
        cmocka_unit_test(a_night_of_a_silent_car_is_one_charge_on_the_card),
        cmocka_unit_test(two_charges_of_a_night_are_told_once_and_the_last_stays_the_last),
        cmocka_unit_test(a_restart_in_the_middle_of_a_charge_forgets_nothing_of_it),
        cmocka_unit_test(a_broker_that_comes_and_goes_does_not_fill_the_card),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
