/* simulator: what the car does by itself, what scenarios and faults say, and that a day of silence costs
 * nothing. */
#include "../simulator/figures.h"
#include "../simulator/talk.h"
#include "../simulator/truth.h"

#include "util/core/time.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DAY_S 86400

static void assert_near(double value, double expected, double tolerance)
{
    assert_true(fabs(value - expected) <= tolerance);
}

static struct sim_model model_of(const char *car)
{
    struct sim_model model;

    sim_model_init(&model, sim_variant_find(car), 1);
    return model;
}

static void stays_awake_for_a_while_after_switch_off(void **state)
{
    (void)state;
    struct sim_model model = model_of("aze0-30");

    assert_int_equal(model.state, SIM_ASLEEP);
    sim_model_act(&model, SIM_ACT_ON, 0);
    sim_model_advance(&model, 60);
    sim_model_act(&model, SIM_ACT_AWAKE, 0);
    sim_model_advance(&model, 60 + 299);
    assert_int_equal(model.state, SIM_AWAKE);
    assert_true(model.alive);
    sim_model_advance(&model, 60 + 301);
    assert_int_equal(model.state, SIM_ASLEEP);
    assert_false(model.alive);
}

static void charges_to_the_end_with_a_taper(void **state)
{
    (void)state;
    struct sim_model model = model_of("ze1-40");
    double before_kwh = model.battery.soc / 100 * model.battery.ah * 0.36;
    double charged_kwh = 0;
    double last_kw = 0;

    model.charging_heard = true;
    sim_model_act(&model, SIM_ACT_CHARGE, 44);
    assert_int_equal(model.charge.mode, SIM_CHARGE_DC);
    assert_int_equal(model.charge.count_dc, 33);
    for (int64_t s = 1; s < 4 * 3600 && model.state == SIM_CHARGING; s++) {
        sim_model_advance(&model, s);
        charged_kwh += model.battery.volts * model.battery.amps / 3.6e6;
        if (model.state == SIM_CHARGING)
            last_kw = model.charge.output_kw;
    }
    assert_int_equal(model.charge.state, SIM_CHARGE_COMPLETE);
    assert_true(model.charge.plugged);
    assert_int_equal(model.state, SIM_AWAKE);
    assert_near(sim_dash_soc(&model), 100.0, 0.1);
    assert_true(last_kw < 10.0);
    assert_near(model.battery.soc / 100 * model.battery.ah * 0.36 - before_kwh, charged_kwh, 1.5);
}

static void figures_agree_with_each_other(void **state)
{
    (void)state;
    struct sim_model model = model_of("ze0-24");

    /* FACTS 7: GIDs x 80 Wh = SOC x Ah x 0.355 kWh within 1.3 % on 24 kWh cars */
    double by_gids = sim_gids(&model) * 0.08;
    double by_soc = model.battery.soc / 100 * model.battery.ah * 0.355;
    assert_near(by_gids / by_soc, 1.0, 0.013);
    assert_near(sim_battery_open_volts(57.07) / 96, 3.87, 0.05);
    model = model_of("env200-40");
    model.battery.soc = 25.2; /* 14 % on the dash of the photographed van */
    assert_near(sim_dash_soc(&model), 13.8, 0.2);
}

static void drives_as_far_as_it_is_told(void **state)
{
    (void)state;
    struct sim_model model = model_of("aze0-30");
    double odometer = model.odometer;
    double soc = model.battery.soc;

    sim_model_act(&model, SIM_ACT_DRIVE, 12);
    sim_model_advance(&model, 120);
    assert_int_equal(model.state, SIM_DRIVING);
    assert_true(model.speed_kmh > 25 && model.speed_kmh < 70);
    sim_model_advance(&model, 3600);
    assert_int_equal(model.state, SIM_ON);
    assert_near(model.odometer - odometer, 12.0, 0.001);
    assert_true(soc - model.battery.soc > 5.0 && soc - model.battery.soc < 20.0);
    assert_true(model.wheels_turned);
    model.miles = true;
    assert_near(sim_odometer_km(&model), model.odometer * 1.609344, 0.001);
}

static void the_12_v_battery_rests_floats_and_sags(void **state)
{
    (void)state;
    struct sim_model model = model_of("aze0-30");

    assert_true(model.supply.volts > 12.4 && model.supply.volts < 12.7);
    sim_model_act(&model, SIM_ACT_ON, 0);
    sim_model_advance(&model, 30);
    assert_near(model.supply.volts, 14.4, 0.01);
    sim_model_advance(&model, 3600);
    assert_near(model.supply.volts, 13.1, 0.01);
    sim_model_act(&model, SIM_ACT_ASLEEP, 0);
    sim_model_advance(&model, 3600 + 4 * DAY_S);
    assert_true(model.supply.volts > 12.3 && model.supply.volts < 12.7);
}

static void an_unplugged_car_wakes(void **state)
{
    (void)state;
    struct sim_model model = model_of("aze0-30");

    sim_model_act(&model, SIM_ACT_CHARGE, 3.3);
    assert_false(model.alive);
    assert_true(model.charge.plugged);
    sim_model_act(&model, SIM_ACT_UNPLUG, 0);
    assert_true(model.alive);
    assert_false(model.charge.plugged);
    assert_int_equal(model.state, SIM_AWAKE);
}

static void scenarios_are_read_with_file_and_line(void **state)
{
    (void)state;
    static const struct {
        const char *text, *message;
    } table[] = {
        {"0 on\n# x\n5 fly\n",
         "f:3: fly: not one of asleep, awake, on, drive, charge, plug, unplug, away, back"},
        {"x on\n", "f:1: x: not a number"},
        {"-1 on\n", "f:1: -1: out of range"},
        {"nan on\n", "f:1: nan: not a number"},
        {"5\n", "f:1: 5: an action is missing"},
        {"5 drive\n", "f:1: drive: needs a value"},
        {"5 drive 0\n", "f:1: 0: must be more than 0"},
        {"5 drive 900\n", "f:1: 900: out of range"},
        {"5 on 3\n", "f:1: 3: this action takes no value"},
        {"5 on\n4 awake\n", "f:2: 4: earlier than the line before"},
        {"5 charge 3 kW\n", "f:1: kW: one word too many"},
    };
    struct sim_scenario *scenario = malloc(sizeof(*scenario));
    struct err err;

    assert_non_null(scenario);
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        assert_int_equal(sim_scenario_parse(scenario, table[i].text, "f", &err), -1);
        assert_string_equal(err.text, table[i].message);
    }
    assert_int_equal(sim_scenario_parse(scenario, "1.5 charge 6.6 # with a wall box\r\n\n", "f", &err), 0);
    assert_int_equal(scenario->count, 1);
    assert_int_equal(scenario->lines[0].at_ms, 1500);
    assert_int_equal(scenario->lines[0].action, SIM_ACT_CHARGE);
    sim_scenario_default(scenario);
    assert_int_equal(scenario->lines[0].at_ms, 0);
    assert_int_equal(sim_scenario_load(scenario, "/nonexistent/s", &err), -1);
    free(scenario);
}

static void speed_moves_the_car_and_not_the_bus(void **state)
{
    (void)state;
    const struct sim_options options = {.car = "aze0-30", .seed = 1, .speed = 60};
    struct sim_talk *talk = sim_talk_new(&options, "0 on\n600 charge 6.6\n");

    assert_non_null(talk);
    sim_talk_run_ms(talk, 9990);
    assert_int_equal(sim_truth(talk->sim).model->state, SIM_ON);
    sim_talk_run_ms(talk, 20);
    assert_int_equal(sim_truth(talk->sim).model->state, SIM_CHARGING);
    assert_int_equal(sim_truth(talk->sim).model->second, 600);
    sim_talk_free(talk);
}

static void a_silent_day_takes_no_steps(void **state)
{
    (void)state;
    const struct sim_options options = {.car = "aze0-30", .seed = 1};
    struct sim_talk *talk = sim_talk_new(&options, "0 asleep\n86400 on\n");

    assert_non_null(talk);
    sim_talk_say(talk, "ATE0");
    sim_talk_say(talk, "ATSP6");
    sim_talk_write(talk, "ATMA\r");
    assert_int_equal(sim_next(talk->sim), DAY_S * NS_PER_S); /* nothing to do until the scenario goes on */
    sim_talk_run_ms(talk, DAY_S * INT64_C(1000) - 1000);
    assert_string_equal(talk->text, "OK\r\r>");
    assert_int_equal(talk->sent_count, 0);
    assert_true(sim_truth(talk->sim).model->supply.volts < 12.7);
    sim_talk_run_ms(talk, 2000);
    assert_non_null(strstr(talk->text, "BUFFER FULL"));
    sim_talk_free(talk);
}

static void truth_is_one_json_line(void **state)
{
    (void)state;
    const struct sim_options options = {.car = "aze0-30", .seed = 1};
    struct sim_talk *talk = sim_talk_new(&options, "0 charge 6.6\n");
    char line[SIM_TRUTH_LINE_MAX];

    assert_non_null(talk);
    sim_talk_run_ms(talk, 2500);
    struct sim_truth truth = sim_truth(talk->sim);
    sim_truth_format(&truth, truth.now_ns, line);
    assert_ptr_equal(strstr(line, "{\"t\":2.500000,\"model_s\":2,\"car\":\"aze0-30\",\"state\":\"charging\""),
                     line);
    assert_non_null(strstr(line, "\"charging\":true,\"charge_mode\":\"ac2\""));
    assert_non_null(strstr(line, "\"charger_power\":6.6000"));
    assert_non_null(strstr(line, "\"tyre_fl\":null"));
    assert_string_equal(line + strlen(line) - 2, "}\n");
    assert_null(strstr(line, "CANARY"));
    sim_truth_format_frame(&(struct sim_frame){.id = 0x79B, .len = 2, .data = {0x02, 0x21}}, 0, line);
    assert_string_equal(line, "{\"t\":0.000000,\"frame\":\"79B#0221\"}\n");
    sim_talk_free(talk);
}

static void wrong_options_are_named(void **state)
{
    (void)state;
    const char *faults[] = {"unplug@5+x"};
    const struct sim_options table[] = {
        {.car = "zoe"}, {.protocol = "kwp"}, {.adapter = "x"}, {.faults = faults, .fault_count = 1}};
    static const char *const messages[] = {
        "zoe: no such car: ze0-24, aze0-24, aze0-30, ze1-40, env200-40",
        "kwp: no such protocol: elm327, slcan", "x: no such adapter; --adapter list names them",
        "unplug@5+x: not NAME[:NUMBER][@SECONDS][+SECONDS], or not such a number"};
    const struct sim_events events = {0};
    struct err err;

    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        assert_null(sim_new(&table[i], &events, NULL, 0, &err));
        assert_string_equal(err.text, messages[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stays_awake_for_a_while_after_switch_off),
        cmocka_unit_test(charges_to_the_end_with_a_taper),
        cmocka_unit_test(figures_agree_with_each_other),
        cmocka_unit_test(drives_as_far_as_it_is_told),
        cmocka_unit_test(the_12_v_battery_rests_floats_and_sags),
        cmocka_unit_test(an_unplugged_car_wakes),
        cmocka_unit_test(scenarios_are_read_with_file_and_line),
        cmocka_unit_test(speed_moves_the_car_and_not_the_bus),
        cmocka_unit_test(a_silent_day_takes_no_steps),
        cmocka_unit_test(truth_is_one_json_line),
        cmocka_unit_test(wrong_options_are_named),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
