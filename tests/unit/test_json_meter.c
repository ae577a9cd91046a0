/* Messages of meters, as plugs and wallboxes write them, and as nobody should. */
#include "export/json_meter.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#define TASMOTA                                                                                              \
    "{\"Time\":\"2026-11-22T20:00:00\",\"ENERGY\":{\"Total\":1234.567,\"Today\":3.2,\"Power\":2290}}"
#define SHELLY "{\"id\":0,\"apower\":2301.5,\"aenergy\":{\"total\":1234567.891,\"by_minute\":[1,2]}}"

static struct config_car meter(enum config_meter kind, enum config_meter_unit unit, const char *field)
{
    struct config_car car = {.meter_kind = kind, .meter_unit = unit};

    snprintf(car.meter_field, sizeof(car.meter_field), "%s", field);
    return car;
}

static void expect(enum config_meter kind, enum config_meter_unit unit, const char *field,
                   const char *payload, int64_t expected)
{
    struct config_car car = meter(kind, unit, field);
    int64_t value = -1;
    struct err err;

    if (json_meter_read(&car, payload, strlen(payload), &value, &err))
        fail_msg("%s: %s", payload, err.text);
    assert_int_equal(value, expected);
}

static void expect_refusal(enum config_meter kind, const char *field, const char *payload, const char *reason)
{
    struct config_car car =
        meter(kind, kind == CONFIG_METER_ENERGY ? CONFIG_METER_KWH : CONFIG_METER_KW, field);
    int64_t value = -1;
    struct err err;

    if (json_meter_read(&car, payload, strlen(payload), &value, &err) == 0)
        fail_msg("%s was taken", payload);
    assert_string_equal(err.text, reason);
    assert_int_equal(value, -1);
}

static void plugs_and_wallboxes_are_understood(void **state)
{
    (void)state;
    expect(CONFIG_METER_ENERGY, CONFIG_METER_KWH, "ENERGY.Total", TASMOTA, 1234567);
    expect(CONFIG_METER_POWER, CONFIG_METER_W, "ENERGY.Power", TASMOTA, 2290);
    expect(CONFIG_METER_ENERGY, CONFIG_METER_WH, "aenergy.total", SHELLY, 1234568);
    expect(CONFIG_METER_POWER, CONFIG_METER_W, "apower", SHELLY, 2302);
    expect(CONFIG_METER_ENERGY, CONFIG_METER_KWH, "", " 12.5\n", 12500);
    expect(CONFIG_METER_POWER, CONFIG_METER_KW, "", "7.4", 7400);
    expect(CONFIG_METER_ENERGY, CONFIG_METER_KWH, "em", "{\"em\":\"0012.5\"}", 12500);
    expect(CONFIG_METER_POWER, CONFIG_METER_W, "a.b.c", "{\"a.b\":{\"c\":5},\"a\":1}", 5);
}

static void power_that_flows_back_is_none(void **state)
{
    (void)state;
    expect(CONFIG_METER_POWER, CONFIG_METER_W, "", "-1500", 0);
    expect_refusal(CONFIG_METER_ENERGY, "", "-1", "a counter below zero");
}

static void what_is_no_number_is_refused_by_name(void **state)
{
    static const char *const nonsense[] = {"",       " ",   "nan", "inf", "-inf", "0x10",
                                           "12 kWh", "1,5", "1e",  "--1", "1 2",  "true"};

    (void)state;
    for (size_t i = 0; i < sizeof(nonsense) / sizeof(nonsense[0]); i++)
        expect_refusal(CONFIG_METER_ENERGY, "", nonsense[i], "not a number");
    expect_refusal(CONFIG_METER_ENERGY, "", "1e300", "more energy than any meter counts");
    expect_refusal(CONFIG_METER_ENERGY, "", "1e999", "more energy than any meter counts");
    expect_refusal(CONFIG_METER_POWER, "", "1001", "more power than any socket gives");
    expect_refusal(CONFIG_METER_ENERGY, "a.b", "{\"a\":1", "not JSON");
    expect_refusal(CONFIG_METER_ENERGY, "a.b", "{\"a\":1}", "the field is not there");
    expect_refusal(CONFIG_METER_ENERGY, "a.b", "[1]", "the field is not there");
    expect_refusal(CONFIG_METER_ENERGY, "a.b", "{\"a\":{\"b\":null}}", "the field is not a number");
}

static void a_message_without_end_is_refused(void **state)
{
    struct config_car car = meter(CONFIG_METER_ENERGY, CONFIG_METER_KWH, "");
    static char payload[JSON_METER_BYTES + 1];
    int64_t value;
    struct err err;

    (void)state;
    memset(payload, '1', sizeof(payload));
    assert_int_equal(json_meter_read(&car, payload, sizeof(payload), &value, &err), -1);
    assert_string_equal(err.text, "longer than 4096 bytes");
    assert_int_equal(json_meter_read(&car, payload, JSON_METER_BYTES, &value, &err), -1);
    assert_string_equal(err.text, "too long for a number");
    assert_int_equal(json_meter_read(&car, "1\0002", 3, &value, &err), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plugs_and_wallboxes_are_understood),
        cmocka_unit_test(power_that_flows_back_is_none),
        cmocka_unit_test(what_is_no_number_is_refused_by_name),
        cmocka_unit_test(a_message_without_end_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
