/* simulator: answers of the control units against real replies (FACTS 8, vectors.json), and ISO-TP as they
 * speak it. */
#include "../simulator/ecu.h"
#include "../simulator/figures.h"

#include "util/core/time.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct bench {
    struct sim_model model;
    struct sim_ecus ecus;
    int64_t now_ns;
    char heard[4096]; /* frames, one a line */
    size_t frames;
};

static void bench_start(struct bench *bench, const char *car)
{
    memset(bench, 0, sizeof(*bench));
    sim_model_init(&bench->model, sim_variant_find(car), 1);
    sim_model_act(&bench->model, SIM_ACT_ON, 0);
    sim_model_advance(&bench->model, 20);
    sim_ecus_init(&bench->ecus, &bench->model);
    bench->now_ns = 20 * NS_PER_S;
}

static void bench_send(struct bench *bench, const char *text)
{
    struct sim_frame frame = {.time_ns = bench->now_ns, .len = 8};
    unsigned id;

    assert_int_equal(sscanf(text, "%3X#", &id), 1);
    frame.id = id;
    for (unsigned i = 0; i < 8 && text[4 + 2 * i] != '\0'; i++) {
        char byte[3] = {text[4 + 2 * i], text[5 + 2 * i], '\0'};

        frame.data[i] = (uint8_t)strtoul(byte, NULL, 16);
    }
    sim_ecus_receive(&bench->ecus, &frame, bench->now_ns);
}

/* Runs for `ms` and adds what is heard. */
static void bench_run(struct bench *bench, int64_t ms)
{
    int64_t end_ns = bench->now_ns + ms * NS_PER_MS;

    while (sim_ecus_next(&bench->ecus) != TIME_NONE && sim_ecus_next(&bench->ecus) <= end_ns) {
        struct sim_frame frame;
        char text[SIM_FRAME_TEXT_MAX];

        if (!sim_ecus_take(&bench->ecus, &frame))
            continue;
        sim_frame_format(&frame, text);
        size_t used = strlen(bench->heard);
        snprintf(bench->heard + used, sizeof(bench->heard) - used, "%s\n", text);
        bench->frames++;
    }
    bench->now_ns = end_ns;
}

static void bench_clear(struct bench *bench)
{
    bench->heard[0] = '\0';
    bench->frames = 0;
}

/* Asks, grants everything, and returns the frames of the whole answer. */
static const char *bench_ask(struct bench *bench, const char *question, const char *flow_control)
{
    bench_clear(bench);
    bench_send(bench, question);
    bench_run(bench, 30);
    bench_send(bench, flow_control);
    bench_run(bench, 1500);
    return bench->heard;
}

static void assert_single(const char *car, const char *question, const char *expected)
{
    struct bench bench;

    bench_start(&bench, car);
    bench_send(&bench, question);
    bench_run(&bench, 500);
    assert_string_equal(bench.heard, expected);
}

static size_t length_announced(const char *car, const char *question)
{
    struct bench bench;
    unsigned high = 0;
    unsigned low = 0;

    bench_start(&bench, car);
    bench_send(&bench, question);
    bench_run(&bench, 200);
    const char *last = strrchr(bench.heard, '#');
    assert_non_null(last);
    assert_int_equal(sscanf(last, "#1%1X%2X", &high, &low), 2);
    return high << 8 | low;
}

/* ZE0 24 kWh: the reply of FACTS 8 (-10.06 A, 375.4 V, 14.6 V, 57.07 %, 33.1 Ah, Hx 29.34), both currents
 * alike. */
static void the_2101_of_a_24_kwh_car_is_the_recorded_one(void **state)
{
    (void)state;
    struct bench bench;
    struct sim_variant variant = *sim_variant_find("ze0-24");

    bench_start(&bench, "ze0-24");
    bench.model.battery.hx = 29.34;
    variant.discharge_limit_kw = 61.5;
    variant.charge_limit_kw = 6.42;
    bench.model.variant = &variant;
    bench.model.battery.amps = -10298 / 1024.0;
    bench.model.battery.volts = 375.4;
    bench.model.battery.soc = 57.07;
    bench.model.battery.ah = 33.1083;
    bench.model.supply.volts = 14.6;
    const char *heard = bench_ask(&bench, "79B#0221010000000000", "79B#3000000000000000");
    char expected[512];
    unsigned insulation = sim_insulation_raw(&bench.model);
    snprintf(expected, sizeof(expected),
             "7BB#10296101FFFFD7C6\n7BB#210287FFFFD7C6FF\n7BB#22FFFFFF02821806\n7BB#2392A43908%04X00\n"
             "7BB#245C0B760008B54C\n7BB#2500050D4B800001\n",
             insulation);
    assert_string_equal(heard, expected);
}

/* ZE1: layout of the 2018 reply in OBDb (62.88 %, 95.97 Ah, 362.48 V). */
static void the_2101_of_a_40_kwh_car_has_the_long_layout(void **state)
{
    (void)state;
    struct bench bench;

    bench_start(&bench, "ze1-40");
    bench.model.battery.amps = -54 / 1024.0;
    bench.model.battery.volts = 362.48;
    bench.model.battery.soc = 62.8837;
    bench.model.battery.ah = 95.9652;
    const char *heard = bench_ask(&bench, "79B#0221010000000000", "79B#3000000000000000");
    assert_ptr_equal(strstr(heard, "7BB#10356101FFFFFFCA\n7BB#2102AFFFFFFFCAFF\n7BB#22FFFFCA"), heard);
    assert_non_null(strstr(heard, "7BB#238D98"));
    assert_non_null(strstr(heard, "0009\n7BB#259865000EA4A480\n7BB#2600"));
    assert_int_equal(bench.frames, 8);
}

static void lengths_are_those_of_each_pack(void **state)
{
    (void)state;
    static const struct {
        const char *car, *question;
        size_t length;
    } table[] = {
        {"ze0-24", "79B#0221010000000000", 41},    {"aze0-24", "79B#0221010000000000", 41},
        {"aze0-30", "79B#0221010000000000", 43},   {"ze1-40", "79B#0221010000000000", 53},
        {"env200-40", "79B#0221010000000000", 53}, {"aze0-30", "79B#0221020000000000", 198},
        {"ze1-40", "79B#0221020000000000", 198},   {"ze0-24", "79B#0221040000000000", 16},
        {"aze0-30", "79B#0221040000000000", 16},   {"ze1-40", "79B#0221040000000000", 31},
        {"env200-40", "79B#0221040000000000", 37}, {"aze0-24", "79B#0221610000000000", 12},
        {"ze1-40", "79B#0221610000000000", 331},   {"aze0-24", "79B#0221060000000000", 26},
        {"ze0-24", "744#0221100000000000", 43},    {"aze0-30", "744#0221100000000000", 51},
        {"env200-40", "744#0221100000000000", 51}, {"env200-40", "758#0221100000000000", 15},
        {"aze0-30", "797#0221810000000000", 21},   {"env200-40", "758#0322151000000000", 19},
    };

    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
        assert_int_equal(length_announced(table[i].car, table[i].question), table[i].length);
}

static void the_third_sensor_is_where_it_is(void **state)
{
    (void)state;
    struct bench bench;

    bench_start(&bench, "aze0-30");
    assert_non_null(strstr(bench_ask(&bench, "79B#0221040000000000", "79B#3000000000000000"), "FFFFFF"));
    bench_start(&bench, "ze0-24");
    bench.model.battery.temp_c = 6;
    /* 710 - 6 / 0.102 = 651 = 0x28B for 6 °C; the integer byte follows it */
    const char *heard = bench_ask(&bench, "79B#0221040000000000", "79B#3000000000000000");
    assert_null(strstr(heard, "FFFFFF\n7BB#22"));
    assert_int_equal(bench.frames, 3);
}

static void single_answers_are_byte_for_byte(void **state)
{
    (void)state;

    assert_single("aze0-30", "797#0322115600000000", "79A#0462115601000000\n");
    assert_single("aze0-30", "797#0322130400000000", "79A#0562130480BC0000\n");
    assert_single("aze0-30", "797#0322123400000000", "79A#0462123400000000\n");
    assert_single("aze0-30", "797#0322120300000000", "79A#0562120300760000\n"); /* 118 quick charges */
    assert_single("aze0-30", "797#0322120500000000", "79A#05621205050A0000\n"); /* 1290 */
    assert_single("ze0-24", "797#0322120500000000", "79A#07621205096BFFFF\n");  /* 2411, and filler */
    assert_single("ze0-24", "797#0322115600000000", "79A#0762115601030000\n");
    assert_single("ze1-40", "743#03220E0100000000", "763#06620E01007FBBFF\n"); /* 32699 km */
    assert_single("ze1-40", "743#03220E2500000000", "763#04620E2500FFFFFF\n");
    assert_single("aze0-30", "784#0322122500000000", "78C#056212250000FFFF\n");
    assert_single("aze0-30", "797#0210C00000000000", "79A#0250C00000000000\n");
}

static void refusals_have_their_reasons(void **state)
{
    (void)state;

    assert_single("aze0-30", "79B#0221770000000000", "7BB#037F2112FFFFFFFF\n"); /* no such local identifier */
    assert_single("aze0-30", "797#0322FFFF00000000",
                  "79A#037F221200000000\n"); /* no such DID, before the ZE1 */
    assert_single("ze1-40", "797#0322FFFF00000000", "79A#037F223100000000\n");
    assert_single("aze0-30", "745#023B200000000000", "765#037F3B11FFFFFFFF\n"); /* no such service */
    assert_single("aze0-24", "743#0221010000000000", "763#037F2112FFFFFFFF\n"); /* no session */
    assert_single("aze0-30", "743#0221010000000000", "763#037F2180FFFFFFFF\n");
    assert_single("aze0-30", "743#03220E0100000000", ""); /* as in the log of a 2016 car */
    assert_single("aze0-30", "7DF#0201000000000000", "");
    assert_single("aze0-30", "79B#0021010000000000", ""); /* length 0 */
    assert_single("aze0-30", "79B#1029210100000000", ""); /* a long question */
}

static void the_meter_wants_a_session(void **state)
{
    (void)state;
    struct bench bench;

    bench_start(&bench, "aze0-30");
    bench.model.odometer = 117568.2;
    bench_send(&bench, "743#0210C00000000000");
    bench_run(&bench, 100);
    assert_string_equal(bench.heard, "763#0250C0FFFFFFFFFF\n");
    const char *heard = bench_ask(&bench, "743#0221010000000000", "743#3001000000000000");
    assert_string_equal(
        heard, "763#1082610100000000\n763#2100000001CB4000\n"); /* FC 30 01 00: one frame and no more */
    bench_run(&bench, 2000);
    bench_clear(&bench);
    bench_send(&bench, "743#0221010000000000");
    bench_run(&bench, 100);
    assert_string_equal(bench.heard, "763#037F2180FFFFFFFF\n"); /* the session is over */
}

static void a_slow_answer_is_announced(void **state)
{
    (void)state;
    struct bench bench;

    bench_start(&bench, "ze1-40");
    bench_send(&bench, "79B#0221610000000000");
    bench_run(&bench, 100);
    assert_ptr_equal(strstr(bench.heard, "7BB#037F2178FFFFFFFF\n7BB#114B6161"), bench.heard);
    bench_send(&bench, "79B#3000000000000000");
    bench_run(&bench, 500);
    assert_int_equal(bench.frames, 1 + 48); /* 331 = 6 + 46 x 7 + 3 bytes */
    assert_non_null(strstr(bench.heard, "7BB#2F"));
    assert_non_null(strstr(bench.heard, "7BB#20"));
}

static void a_request_during_an_answer_is_lost(void **state)
{
    (void)state;
    struct bench bench;

    bench_start(&bench, "aze0-30");
    bench_send(&bench, "79B#0221010000000000");
    bench_run(&bench, 20);
    assert_int_equal(bench.frames, 1);
    bench_send(&bench, "79B#0221040000000000");
    bench_send(&bench, "79B#3000000000000000");
    bench_run(&bench, 1500);
    assert_int_equal(bench.frames, 7);
    assert_null(strstr(bench.heard, "6104"));
}

static void without_flow_control_there_is_only_the_first_frame(void **state)
{
    (void)state;
    struct bench bench;

    bench_start(&bench, "aze0-30");
    bench_send(&bench, "79B#0221010000000000");
    bench_run(&bench, 3000);
    assert_int_equal(bench.frames, 1);
    assert_int_equal(sim_ecus_next(&bench.ecus), TIME_NONE);
    bench_ask(&bench, "79B#0221010000000000", "79B#3200000000000000"); /* overflow: the answer is dropped */
    assert_int_equal(bench.frames, 1);
}

static void block_size_and_separation_are_obeyed(void **state)
{
    (void)state;
    struct bench bench;

    bench_start(&bench, "aze0-30");
    bench_send(&bench, "79B#0221010000000000");
    bench_run(&bench, 20);
    bench_send(&bench, "79B#3002140000000000"); /* two frames, 20 ms apart */
    bench_run(&bench, 10);
    assert_int_equal(bench.frames, 2);
    bench_run(&bench, 10);
    assert_int_equal(bench.frames, 2);
    bench_run(&bench, 10);
    assert_int_equal(bench.frames, 3);
    bench_run(&bench, 500);
    assert_int_equal(bench.frames, 3);
    bench_send(&bench, "79B#3100000000000000"); /* wait */
    bench_run(&bench, 900);
    bench_send(&bench, "79B#3000000000000000");
    bench_run(&bench, 100);
    assert_int_equal(bench.frames, 7);
    assert_int_equal(sim_isotp_separation_ns(0xF5), 500 * NS_PER_US);
    assert_int_equal(sim_isotp_separation_ns(0x7F), 127 * NS_PER_MS);
    assert_int_equal(sim_isotp_separation_ns(0xFA), 127 * NS_PER_MS);
}

static void assert_silent_in(const char *car, enum sim_action action, bool charging_heard, bool silent)
{
    struct bench bench;

    bench_start(&bench, car);
    bench.model.charging_heard = charging_heard;
    sim_model_act(&bench.model, action, 6.6);
    bench_send(&bench, "797#0322130400000000");
    bench_run(&bench, 500);
    assert_int_equal(bench.frames, silent ? 0 : 1);
}

static void cars_are_silent_when_they_should_be(void **state)
{
    (void)state;

    assert_silent_in("aze0-30", SIM_ACT_ON, false, false);
    assert_silent_in("aze0-30", SIM_ACT_AWAKE, false, false);
    assert_silent_in("aze0-30", SIM_ACT_ASLEEP, false, true);
    assert_silent_in("aze0-30", SIM_ACT_CHARGE, false, true);
    assert_silent_in("aze0-30", SIM_ACT_CHARGE, true, false);
    assert_silent_in("ze1-40", SIM_ACT_ON, false, false);
    assert_silent_in("ze1-40", SIM_ACT_AWAKE, false, true); /* its gateway has no power when off */
    assert_silent_in("ze1-40", SIM_ACT_CHARGE, false, true);
    assert_silent_in("ze1-40", SIM_ACT_CHARGE, true, false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_2101_of_a_24_kwh_car_is_the_recorded_one),
        cmocka_unit_test(the_2101_of_a_40_kwh_car_has_the_long_layout),
        cmocka_unit_test(lengths_are_those_of_each_pack),
        cmocka_unit_test(the_third_sensor_is_where_it_is),
        cmocka_unit_test(single_answers_are_byte_for_byte),
        cmocka_unit_test(refusals_have_their_reasons),
        cmocka_unit_test(the_meter_wants_a_session),
        cmocka_unit_test(a_slow_answer_is_announced),
        cmocka_unit_test(a_request_during_an_answer_is_lost),
        cmocka_unit_test(without_flow_control_there_is_only_the_first_frame),
        cmocka_unit_test(block_size_and_separation_are_obeyed),
        cmocka_unit_test(cars_are_silent_when_they_should_be),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
