/* The settings of a meter: what is read, and what can never say anything. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

const char *__lsan_default_suppressions(void);

/* libconfig 1.5 loses the string it was reading when it finds a syntax error. */
const char *__lsan_default_suppressions(void)
{
    return "leak:libconfig.so";
}

static struct config config;
static char said[65536];

static void note_mistake(void *ctx, const char *text)
{
    (void)ctx;
    strcat(said, text);
    strcat(said, "\n");
}

static int parse(const char *text, size_t len)
{
    said[0] = '\0';
    return config_parse(&config, text, len, "garaged.conf", note_mistake, NULL);
}

static void expect(const char *text, const char *expected)
{
    int mistakes = parse(text, strlen(text));

    if (strcmp(said, expected) != 0)
        fail_msg("%s\nsaid:\n%sexpected:\n%s", text, said, expected);
    assert_int_equal(mistakes > 0, expected[0] != '\0');
}

static void a_meter_is_a_topic_a_field_and_a_unit(void **state)
{
    (void)state;
    expect("cars = ( { id = \"leaf\"; port = \"/dev/x\"; meter_topic = \"tele/plug/SENSOR\";\n"
           "meter_field = \"ENERGY.Power\"; meter_kind = \"power\"; meter_unit = \"W\"; } );\n"
           "mqtt = { host = \"broker\"; };",
           "");
    assert_string_equal(config.cars[0].meter_topic, "tele/plug/SENSOR");
    assert_string_equal(config.cars[0].meter_field, "ENERGY.Power");
    assert_int_equal(config.cars[0].meter_kind, CONFIG_METER_POWER);
    assert_int_equal(config.cars[0].meter_unit, CONFIG_METER_W);
}

static void a_meter_that_can_say_nothing_is_a_mistake(void **state)
{
    (void)state;
    expect("cars = ( { id = \"leaf\"; port = \"/dev/x\";\nmeter_topic = \"plug\"; } );",
           "garaged.conf:2: cars[0].meter_topic: plug: no broker: name mqtt.host\n");
    expect("cars = ( { id = \"leaf\"; port = \"/dev/x\";\nmeter_kind = \"power\"; } );",
           "garaged.conf:2: cars[0].meter_kind: kWh is no unit of power: kW or W\n");
    expect("cars = ( { id = \"leaf\"; port = \"/dev/x\";\nmeter_unit = \"W\"; } );",
           "garaged.conf:2: cars[0].meter_unit: W is no unit of energy: kWh or Wh\n");
    expect("cars = ( { id = \"leaf\"; port = \"/dev/x\";\nmeter_topic = \"plug/#\"; } );",
           "garaged.conf:2: cars[0].meter_topic: plug/#: name one topic: no + and no #\n");
    expect("cars = ( { id = \"leaf\"; port = \"/dev/x\";\nmeter_topic = \"$SYS/broker/uptime\"; } );",
           "garaged.conf:2: cars[0].meter_topic: $SYS/broker/uptime: what the broker says of itself is no meter\n");
    expect("cars = ( { id = \"leaf\"; port = \"/dev/x\";\nmeter_field = \"a..b\"; } );",
           "garaged.conf:2: cars[0].meter_field: a..b: names joined by points, as in ENERGY.Total\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_meter_is_a_topic_a_field_and_a_unit),
        cmocka_unit_test(a_meter_that_can_say_nothing_is_a_mistake),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
