/* The owner's preferences as JSON: what is taken, what is refused and how the refusal names it. */
#include "export/json_preferences.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define WHOLE                                                                                                \
    "{\"notices\":{\"charge_finished\":true,\"charge_interrupted\":true,\"aux_low\":true,"                   \
    "\"dongle_lost\":true,\"soc_low\":true,\"not_plugged\":true,\"identity_changed\":true,\"soc_low_"        \
    "percent\":20,"                                                                                          \
    "\"aux_low_volts\":12.0,\"not_plugged_at\":null},\"co2_g_per_kwh\":null}"

static void assert_text(const struct preferences *preferences, const char *expected)
{
    char *text = json_preferences(preferences);

    assert_non_null(text);
    assert_string_equal(text, expected);
    free(text);
}

static void read(struct preferences *preferences, const char *text)
{
    struct err err;

    if (json_preferences_read(text, strlen(text), preferences, &err) != 0)
        fail_msg("%s: %s", text, err.text);
}

static void the_default_is_the_contracts(void **state)
{
    struct preferences preferences = preferences_default();

    (void)state;
    assert_text(&preferences, WHOLE);
    read(&preferences, "{}"); /* as a new diary has it */
    assert_text(&preferences, WHOLE);
    read(&preferences, WHOLE);
    assert_text(&preferences, WHOLE);
}

static void items_that_are_not_named_stay(void **state)
{
    struct preferences preferences = preferences_default();

    (void)state;
    read(&preferences, "{\"notices\":{\"soc_low\":false,\"soc_low_percent\":35}}");
    read(&preferences, "{\"notices\":{\"not_plugged_at\":\"23:59\",\"aux_low_volts\":11.85}}");
    read(&preferences, "{\"notices\":{}}");
    assert_true(preferences.notices.silenced[NOTICE_SOC_LOW]);
    assert_false(preferences.notices.silenced[NOTICE_AUX_LOW]);
    assert_int_equal(preferences.notices.soc_low, 3500);
    assert_int_equal(preferences.notices.aux_low_mv, 11850);
    assert_int_equal(preferences.notices.not_plugged_minute, 1439);
    read(&preferences, "{\"notices\":{\"soc_low\":true,\"not_plugged_at\":null}}");
    assert_false(preferences.notices.silenced[NOTICE_SOC_LOW]);
    assert_int_equal(preferences.notices.not_plugged_minute, -1);
}

static void what_was_written_is_read_back(void **state)
{
    (void)state;
    for (int i = 0; i < 300; i++) {
        struct preferences preferences = preferences_default(), again = preferences_default();

        preferences.notices.silenced[i % NOTICE_KIND_COUNT] = true;
        preferences.notices.soc_low = (1 + i % 99) * 100;
        preferences.notices.aux_low_mv = 10000 + 10 * i;
        preferences.notices.not_plugged_minute = i * 7 % 1440;
        preferences.co2_g_per_kwh = i == 0 ? -1 : i * 6;
        char *text = json_preferences(&preferences);
        read(&again, text);
        assert_text(&again, text);
        assert_int_equal(again.notices.aux_low_mv, preferences.notices.aux_low_mv);
        assert_int_equal(again.co2_g_per_kwh, preferences.co2_g_per_kwh);
        free(text);
    }
}

static void a_mistake_is_named_and_changes_nothing(void **state)
{
    static const struct {
        const char *text, *reason;
    } cases[] = {
        {"", "not JSON: line 1"},
        {"[]", "not a JSON object"},
        {"{\"co2_g_per_kwh\":2001}", "co2_g_per_kwh: neither null nor a whole number from 0 to 2000"},
        {"{\"co2_g_per_kwh\":-1}", "co2_g_per_kwh: neither null nor a whole number from 0 to 2000"},
        {"{\"co2_g_per_kwh\":17.5}", "co2_g_per_kwh: neither null nor a whole number from 0 to 2000"},
        {"{} {}", "not JSON: line 1"},
        {"{\"notices\":true}", "notices: not an object"},
        {"{\"notice\":{}}", "notice: unknown"},
        {"{\"notices\":{\"soc_low_percent\":30,\"soc_lov\":true}}", "notices.soc_lov: unknown"},
        {"{\"0123456789012345678901234567890123456789\":{}}",
         "0123456789012345678901234567890123456789: unknown"},
        {"{\"x01234567890123456789012345678901234567é9\":{}}", "an item with a long name: unknown"},
        {"{\"notices\":{\"soc_low\":1}}", "notices.soc_low: neither true nor false"},
        {"{\"notices\":{\"soc_low\":null}}", "notices.soc_low: neither true nor false"},
        {"{\"notices\":{\"soc_low_percent\":0}}", "notices.soc_low_percent: not a whole number from 1 to 99"},
        {"{\"notices\":{\"soc_low_percent\":100}}",
         "notices.soc_low_percent: not a whole number from 1 to 99"},
        {"{\"notices\":{\"soc_low_percent\":20.5}}",
         "notices.soc_low_percent: not a whole number from 1 to 99"},
        {"{\"notices\":{\"soc_low_percent\":\"20\"}}",
         "notices.soc_low_percent: not a whole number from 1 to 99"},
        {"{\"notices\":{\"aux_low_volts\":9.9}}", "notices.aux_low_volts: not a number from 10.0 to 13.0"},
        {"{\"notices\":{\"aux_low_volts\":13.01}}", "notices.aux_low_volts: not a number from 10.0 to 13.0"},
        {"{\"notices\":{\"aux_low_volts\":null}}", "notices.aux_low_volts: not a number from 10.0 to 13.0"},
        {"{\"notices\":{\"aux_low_volts\":NaN}}", "not JSON: line 1"},
        {"{\"notices\":{\"aux_low_volts\":1e999}}", "not JSON: line 1"},
        {"{\"notices\":{\"aux_low\":true,\"aux_low\":false}}", "not JSON: line 1"},
        {"{\"notices\":{\"not_plugged_at\":1320}}",
         "notices.not_plugged_at: neither null nor a time like 22:00"},
    };
    struct preferences preferences = preferences_default();
    struct err err;

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        assert_int_equal(json_preferences_read(cases[i].text, strlen(cases[i].text), &preferences, &err), -1);
        assert_string_equal(err.text, cases[i].reason);
        assert_text(&preferences, WHOLE);
    }
}

static void a_time_has_one_form(void **state)
{
    static const char *const wrong[] = {"",      "22",    "22:0",  "2:00",  "022:00", "22:00 ",
                                        "24:00", "22:60", "22.00", "-1:00", "2a:00",  "22:00Z"};
    struct preferences preferences = preferences_default();
    char text[80];
    struct err err;

    (void)state;
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        snprintf(text, sizeof(text), "{\"notices\":{\"not_plugged_at\":\"%s\"}}", wrong[i]);
        assert_int_equal(json_preferences_read(text, strlen(text), &preferences, &err), -1);
    }
    read(&preferences, "{\"notices\":{\"not_plugged_at\":\"00:00\"}}");
    assert_int_equal(preferences.notices.not_plugged_minute, 0);
}

static void a_text_has_a_limit(void **state)
{
    static char text[JSON_PREFERENCES_MAX + 2];
    struct preferences preferences = preferences_default();
    struct err err;

    (void)state;
    memset(text, ' ', sizeof(text));
    memcpy(text, WHOLE, strlen(WHOLE));
    assert_int_equal(json_preferences_read(text, JSON_PREFERENCES_MAX, &preferences, &err), 0);
    assert_int_equal(json_preferences_read(text, JSON_PREFERENCES_MAX + 1, &preferences, &err), -1);
    assert_string_equal(err.text, "longer than 16384 bytes");
    memset(text, '[', sizeof(text));
    assert_int_equal(json_preferences_read(text, JSON_PREFERENCES_MAX, &preferences, &err), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_default_is_the_contracts),
        cmocka_unit_test(items_that_are_not_named_stay),
        cmocka_unit_test(what_was_written_is_read_back),
        cmocka_unit_test(a_mistake_is_named_and_changes_nothing),
        cmocka_unit_test(a_time_has_one_form),
        cmocka_unit_test(a_text_has_a_limit),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
