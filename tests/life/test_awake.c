/* Cars that are awake: the limits of politeness hold, what is read is the truth, and asking ends when the car
 * does. */
#include "life.h"

#include "../simulator/figures.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char *const cars[] = {"ze0-24", "aze0-24", "aze0-30", "ze1-40", "env200-40"};
static const char *const generations[] = {"ZE0", "AZE0", "AZE0", "ZE1", "eNV200"};
#define CARS (sizeof(cars) / sizeof(cars[0]))

static void check_manners(const struct life *life)
{
    struct sim_truth truth = sim_truth(life->sim);

    assert_int_equal(life->sent, truth.frames_sent);
    assert_int_equal(probe_core_counter(life->core, COUNTER_FRAMES_SENT), truth.frames_sent);
    assert_int_equal(life->too_fast, 0);
    assert_int_equal(life->too_close, 0);
    assert_int_equal(life->not_allowed, 0);
}

static void check_value(const struct life *life, size_t signal, double truth, double tolerance)
{
    double value = life_value(life, signal);

    if (fabs(value - truth) > tolerance)
        fail_msg("%s: %f, in truth %f", vocabulary[signal].name, value, truth);
}

static void check_truth(const struct life *life, double soc_tolerance)
{
    const struct sim_model *model = life_model(life);

    check_value(life, SIGNAL_SOC, model->battery.soc, soc_tolerance);
    check_value(life, SIGNAL_PACK_VOLTAGE, model->battery.volts, 1.0);
    check_value(life, SIGNAL_SOH, model->variant->soh, 1.0);
    check_value(life, SIGNAL_PACK_CAPACITY, model->battery.ah, 0.01);
    check_value(life, SIGNAL_ODOMETER, sim_odometer_km(model), 1.01);
    check_value(life, SIGNAL_COUNT_AC, model->charge.count_ac, 0);
    check_value(life, SIGNAL_COUNT_DC, model->charge.count_dc, 0);
    check_value(life, SIGNAL_AUX_VOLTAGE, model->supply.volts, 0.2);
    size_t count;
    const double *cells = state_elements(probe_core_state(life->core), SIGNAL_CELLS, &count);
    assert_non_null(cells);
    assert_int_equal(count, SIM_CELLS);
    for (unsigned i = 0; i < count; i++)
        assert_true(fabs(cells[i] - sim_battery_cell_mv(&model->battery, i + 1) / 1000.0) < 0.02);
}

/* Configured or not, after an hour it is known which car it is. */
static void check_generation(const struct life *life, const char *truth)
{
    char contradiction[200];

    assert_int_equal(probe_core_generation(life->core), definition_generation_find(life->definition, truth));
    probe_core_contradiction(life->core, contradiction, sizeof(contradiction));
    assert_null(strstr(contradiction, "configured"));
}

static void an_hour_on(const struct life_options *options, int index)
{
    struct life *life = life_new(options);

    life_run(life, 120);
    assert_int_equal(life->sent, 0);
    life_act(life, SIM_ACT_ON, 0);
    life_run(life, 120);
    assert_int_equal(life_presence(life), PRESENCE_ON);
    life_run(life, 3480);
    check_manners(life);
    check_truth(life, 0.15);
    check_generation(life, generations[index]);
    assert_in_range(life->requests, 360, 4000);
    assert_in_range(probe_core_counter(life->core, COUNTER_TIMEOUTS), 0, life->requests / 50);
    life_free(life);
}

static void on_for_an_hour(void **state)
{
    (void)state;
    for (size_t i = 0; i < CARS; i++) {
        an_hour_on(&(struct life_options){.car = cars[i], .generation = generations[i]}, (int)i);
        an_hour_on(&(struct life_options){.car = cars[i]}, (int)i);
        bool is_silent =
            strcmp(generations[i], "ZE1") == 0; /* else it must be listened to, which a WiCAN can't */
        an_hour_on(&(struct life_options){.car = cars[i], .adapter = is_silent ? "wican" : "vlinker"},
                   (int)i);
    }
}

/* Switched off, a car that broadcasts stays awake for minutes: heard, and not asked any more. */
static void off_ends_it(void **state)
{
    (void)state;
    for (size_t i = 0; i < CARS; i++) {
        struct life *life = life_new(&(struct life_options){.car = cars[i], .generation = generations[i]});
        life_act(life, SIM_ACT_ON, 0);
        life_run(life, 1200);
        assert_int_equal(life_presence(life), PRESENCE_ON);
        life_act(life, SIM_ACT_AWAKE, 0);
        life_run(life, 8); /* a dongle that hears in turns needs some seconds to notice */
        unsigned sent = life->sent;
        life_run(life, strcmp(generations[i], "ZE1") == 0 ? 82 : 120);
        assert_in_range(life->sent, sent, sent + (strcmp(generations[i], "ZE1") == 0 ? 16 : 0));
        sent = life->sent;
        life_run(life, 4 * 3600);
        assert_int_equal(life->sent, sent);
        assert_int_equal(life_presence(life), PRESENCE_ASLEEP);
        check_manners(life);
        life_free(life);
    }
}

static void charging_heard_is_watched(void **state)
{
    (void)state;
    for (size_t i = 0; i < CARS; i++) {
        struct life *life = life_new(
            &(struct life_options){.car = cars[i], .generation = generations[i], .charging_heard = true});
        life_run(life, 600);
        life_act(life, SIM_ACT_CHARGE, 3.3);
        life_run(life, 180);
        assert_int_equal(life_presence(life), PRESENCE_CHARGING);
        unsigned requests = life->requests;
        life_run(life, 3600);
        assert_in_range(life->requests - requests, 3 * 60, 11 * 60);
        assert_int_equal(life_presence(life), PRESENCE_CHARGING);
        check_manners(life);
        check_truth(life, 0.3); /* a minute of charging */
        assert_true(life_value(life, SIGNAL_CHARGING) > 0);
        life_act(life, SIM_ACT_UNPLUG, 0);
        life_run(life, 150);
        unsigned sent = life->sent;
        life_run(life, 4 * 3600);
        assert_int_equal(life->sent, sent);
        life_free(life);
    }
}

/* Charging in silence, a car that would broadcast is never asked, and nobody claims that it sleeps. */
static void charging_in_silence_is_left_alone(void **state)
{
    char reason[200];

    (void)state;
    for (size_t i = 0; i < CARS; i++) {
        struct life *life = life_new(&(struct life_options){.car = cars[i], .generation = generations[i]});
        life_run(life, 600);
        life_act(life, SIM_ACT_CHARGE, 3.3);
        life_run(life, 3 * 3600);
        unsigned limit = strcmp(generations[i], "ZE1") == 0 ? 10 + 3 : 0;
        assert_in_range(life->requests, limit > 0 ? 10 : 0, limit);
        assert_int_equal(life_presence(life), PRESENCE_UNKNOWN);
        assert_string_equal(life_reason(life, reason, sizeof(reason)),
                            "the 12 V supply is being charged, but the car says nothing");
        check_manners(life);
        life_free(life);
    }
}

/* A ZE1 is found by its supply, whether configured or not. */
static void a_silent_car_is_found_by_its_supply(void **state)
{
    const char *const known[] = {"ZE1", NULL};

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct life *life = life_new(&(struct life_options){.car = "ze1-40", .generation = known[i]});
        life_run(life, 3600);
        assert_int_equal(life->sent, 0);
        life_act(life, SIM_ACT_ON, 0);
        life_run(life, 15);
        assert_int_equal(life_presence(life), PRESENCE_UNKNOWN); /* one high reading: no sleep, no question */
        assert_int_equal(life->sent, 0);
        life_run(life, 35);
        assert_int_equal(life_presence(life), PRESENCE_ON);
        assert_int_equal(probe_core_counter(life->core, COUNTER_WAKEUPS), 1);
        life_act(life, SIM_ACT_DRIVE, 5);
        life_run(life, 100);
        assert_int_equal(life_presence(life), PRESENCE_DRIVING);
        check_manners(life);
        life_free(life);
    }
}

/* That nothing is heard by an adapter that can't listen is no sign of a car that never broadcasts. */
static void a_deaf_adapter_makes_no_other_car_of_it(void **state)
{
    struct life *life = life_new(&(struct life_options){.car = "aze0-30", .deaf = true});

    (void)state;
    life_run(life, 3600);
    life_act(life, SIM_ACT_ON, 0);
    for (int i = 0; i < 120; i++) {
        life_run(life, 1);
        int generation = probe_core_generation(life->core);
        if (generation != DEFINITION_GENERATION_AUTO)
            assert_string_equal(definition_generation(life->definition, (size_t)generation)->id, "AZE0");
    }
    assert_true(probe_core_counter(life->core, COUNTER_ANSWERS) > 0);
    check_manners(life);
    life_free(life);
}

static void without_a_voltmeter_it_is_asked_blindly(void **state)
{
    struct life *life =
        life_new(&(struct life_options){.car = "ze1-40", .generation = "ZE1", .no_voltmeter = true});
    struct life *other = life_new(&(struct life_options){.car = "aze0-30", .no_voltmeter = true});
    char reason[200];

    (void)state;
    life_run(life, 3600);
    life_run(other, 3600);
    assert_int_equal(life->sent, 6);
    assert_int_equal(other->sent, 0);
    assert_int_equal(life_presence(life), PRESENCE_UNKNOWN);
    assert_non_null(strstr(life_reason(life, reason, sizeof(reason)), "without a voltmeter"));
    life_act(life, SIM_ACT_ON, 0);
    life_run(life, 615);
    assert_int_equal(life_presence(life), PRESENCE_ON);
    check_manners(life);
    life_free(life);
    life_free(other);
}

static void a_flat_battery_is_not_asked(void **state)
{
    struct life *life = life_new(&(struct life_options){.car = "aze0-30"});
    char reason[200];

    (void)state;
    life->volts_add = -3.0;
    life_run(life, 60);
    life_act(life, SIM_ACT_ON, 0);
    life_run(life, 600);
    assert_int_equal(life->sent, 0);
    assert_int_equal(life_presence(life), PRESENCE_ON);
    assert_non_null(strstr(life_reason(life, reason, sizeof(reason)), "12 V too low to ask ("));
    assert_non_null(strstr(reason, "not calibrated"));
    life->volts_add = 0;
    life_run(life, 60);
    assert_true(life->sent > 0);
    assert_string_equal(life_reason(life, reason, sizeof(reason)), "");
    life_free(life);
}

/* A voltmeter that shows a volt too little stops the asking at first, and is found out. */
static void a_wrong_voltmeter_is_learned(void **state)
{
    struct life *life = life_new(&(struct life_options){.car = "aze0-30"});

    (void)state;
    life->volts_add = -1.0;
    life_run(life, 120);
    assert_int_equal(state_get(probe_core_state(life->core), SIGNAL_AUX_VOLTAGE)->quality, QUALITY_ASSUMED);
    life_act(life, SIM_ACT_ON, 0);
    life_run(life, 1800);
    life_act(life, SIM_ACT_ASLEEP, 0);
    life_run(life, 3600);
    check_value(life, SIGNAL_AUX_VOLTAGE, life_model(life)->supply.volts, 0.15);
    assert_int_equal(state_get(probe_core_state(life->core), SIGNAL_AUX_VOLTAGE)->quality, QUALITY_OK);
    assert_int_equal(life_presence(life), PRESENCE_ASLEEP);
    life_free(life);
}

/* The car's last word on its 12 V battery, 14 V, is not shown as the present while it sleeps at 12.6 V. */
static void a_sleeping_cars_voltage_is_the_dongles(void **state)
{
    (void)state;
    for (size_t i = 0; i < CARS; i++) {
        struct life *life = life_new(&(struct life_options){.car = cars[i], .generation = generations[i]});
        life_act(life, SIM_ACT_ON, 0);
        life_run(life, 1800);
        assert_true(life_value(life, SIGNAL_AUX_VOLTAGE) > 12.9);
        life_act(life, SIM_ACT_ASLEEP, 0);
        life_run(life, 40);
        check_value(life, SIGNAL_AUX_VOLTAGE, life_model(life)->supply.volts, 0.3);
        assert_string_equal(
            definition_source(life->definition,
                              state_get(probe_core_state(life->core), SIGNAL_AUX_VOLTAGE)->source),
            "adapter");
        life_free(life);
    }
}

/* C22: the bus falls silent in the middle of a conversation. What is asked within the next ten seconds was
 * asked of a car that was heard; a car that never broadcasts is given up after a few questions. */
static void a_car_that_falls_asleep_is_not_woken(void **state)
{
    (void)state;
    for (size_t i = 0; i < CARS; i++) {
        bool silent = strcmp(generations[i], "ZE1") == 0;
        struct life *life = life_new(&(struct life_options){.car = cars[i], .generation = generations[i]});
        life_run(life, 60);
        life_act(life, SIM_ACT_ON, 0);
        life_run(life, 600);
        uint64_t wakeups = probe_core_counter(life->core, COUNTER_WAKEUPS);
        unsigned sent = life->sent;
        assert_true(sent > 20);
        life_act(life, SIM_ACT_ASLEEP, 0);
        life_run(life, silent ? 91 : 10.1);
        assert_in_range(life->sent, sent, sent + 16);
        sent = life->sent;
        life_run(life, LIFE_DAY_S);
        assert_int_equal(life->sent, sent);
        assert_int_equal(probe_core_counter(life->core, COUNTER_WAKEUPS), wakeups);
        assert_int_equal(life_presence(life), PRESENCE_ASLEEP);
        life_free(life);
    }
}

/* A ZE1 that charges when it is first met: off, it says, and is asked about the charger in the same breath,
 * not a minute later. */
static void a_stranger_that_charges_is_found_at_once(void **state)
{
    struct life *life = life_new(&(struct life_options){.car = "ze1-40", .charging_heard = true});

    (void)state;
    life_act(life, SIM_ACT_CHARGE, 6.6);
    life_run(life, 45);
    assert_int_equal(life_presence(life), PRESENCE_CHARGING);
    assert_int_equal(probe_core_counter(life->core, COUNTER_GATE_REFUSED), 0);
    check_manners(life);
    life_free(life);
}

static void leaving_and_coming_back(void **state)
{
    struct life *life = life_new(&(struct life_options){.car = "aze0-24"});

    (void)state;
    life_run(life, 60);
    assert_int_equal(probe_core_presence(life->core)->garage, TRI_TRUE);
    life_act(life, SIM_ACT_AWAY, 0);
    life_run(life, 590);
    assert_int_equal(probe_core_presence(life->core)->garage, TRI_UNKNOWN);
    assert_int_equal(life_presence(life), PRESENCE_UNKNOWN);
    life_run(life, 30);
    assert_int_equal(probe_core_presence(life->core)->garage, TRI_FALSE);
    assert_int_equal(life_presence(life), PRESENCE_AWAY);
    life_act(life, SIM_ACT_BACK, 0);
    life_run(life, 20);
    assert_int_equal(probe_core_presence(life->core)->garage, TRI_TRUE);
    assert_int_equal(probe_core_counter(life->core, COUNTER_LINK_DOWNS), 1);
    life_free(life);
}

static void asking_can_be_switched_off(void **state)
{
    struct life *life = life_new(&(struct life_options){.car = "aze0-30", .no_poll = true});
    char reason[200];

    (void)state;
    life_act(life, SIM_ACT_ON, 0);
    life_run(life, 1200);
    assert_int_equal(life->sent, 0);
    assert_int_equal(life_presence(life), PRESENCE_ON);
    check_value(life, SIGNAL_GIDS, sim_gids(life_model(life)), 1); /* heard all the same */
    assert_string_equal(life_reason(life, reason, sizeof(reason)),
                        "asking is switched off in the configuration");
    life_free(life);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(on_for_an_hour),
        cmocka_unit_test(off_ends_it),
        cmocka_unit_test(charging_heard_is_watched),
        cmocka_unit_test(charging_in_silence_is_left_alone),
        cmocka_unit_test(a_silent_car_is_found_by_its_supply),
        cmocka_unit_test(a_deaf_adapter_makes_no_other_car_of_it),
        cmocka_unit_test(without_a_voltmeter_it_is_asked_blindly),
        cmocka_unit_test(a_flat_battery_is_not_asked),
        cmocka_unit_test(a_wrong_voltmeter_is_learned),
        cmocka_unit_test(a_sleeping_cars_voltage_is_the_dongles),
        cmocka_unit_test(a_car_that_falls_asleep_is_not_woken),
        cmocka_unit_test(a_stranger_that_charges_is_found_at_once),
        cmocka_unit_test(leaving_and_coming_back),
        cmocka_unit_test(asking_can_be_switched_off),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
