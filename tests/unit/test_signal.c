/* The vocabulary: every row filled, in the order of its identifiers, with the names and units of CONTRACT 3.
 */
#include "car/reading.h"
#include "car/signal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

static void every_row_is_sensible(void **state)
{
    (void)state;
    for (int i = 0; i < SIGNAL_VOCABULARY_COUNT; i++) {
        const struct signal *signal = &vocabulary[i];
        assert_true(signal->name[0] != '\0');
        assert_int_equal(vocabulary_find(signal->name), i);
        assert_true(signal->resolution > 0);
        assert_true(signal->min < signal->max);
        assert_true(signal->fresh_s > 0);
        assert_true(signal->tolerance >= 0);
        assert_false(signal->raw);
        assert_int_equal(signal->kind == SIGNAL_KIND_WORD, signal->words != NULL);
    }
    assert_int_equal(vocabulary_find("no_such_signal"), -1);
    assert_int_equal(vocabulary_find(""), -1);
}

/* What stands behind a signal's name in its line of config/vehicles/README.md. */
static void describe(const struct signal *signal, char *text, size_t size)
{
    size_t len = 0;

    switch (signal->kind) {
    case SIGNAL_KIND_NUMBER:
    case SIGNAL_KIND_ARRAY:
        snprintf(text, size, "| %s | %.0f..%.0f |", signal->unit, signal->min, signal->max);
        return;
    case SIGNAL_KIND_WORD:
        for (size_t i = 0; signal->words[i]; i++)
            len += (size_t)snprintf(text + len, size - len, "%s%s", i == 0 ? " (" : ", ", signal->words[i]);
        snprintf(text + len, size - len, ")");
        return;
    case SIGNAL_KIND_BOOL:
    case SIGNAL_KIND_TEXT:
        break;
    }
    text[0] = '\0';
}

/* Who writes a definition learns from the README what there is. */
static void the_readme_has_every_row(void **state)
{
    char readme[32768];
    FILE *file = fopen("config/vehicles/README.md", "re");

    (void)state;
    assert_non_null(file);
    readme[fread(readme, 1, sizeof(readme) - 1, file)] = '\0';
    fclose(file);
    char *list = strstr(readme, "## The vocabulary");
    assert_non_null(list);
    for (int i = 0; i < SIGNAL_VOCABULARY_COUNT; i++) {
        char name[SIGNAL_NAME_MAX + 3];
        char text[80];
        snprintf(name, sizeof(name), "`%.31s`", vocabulary[i].name);
        describe(&vocabulary[i], text, sizeof(text));
        char *at = strstr(list, name);
        if (!at)
            fail_msg("%s is missing", name);
        char *end = strchr(at, '\n');
        char *found = strstr(at, text);
        if (!found || found > end)
            fail_msg("%s: %s", name, text);
    }
}

static void assert_words(int index, const char *const *expected)
{
    const char *const *words = vocabulary[index].words;
    int count = 0;

    for (; expected[count]; count++)
        assert_string_equal(words[count], expected[count]);
    assert_null(words[count]);
    assert_int_equal(vocabulary[index].max, count - 1);
}

static void words_stand_in_order(void **state)
{
    (void)state;
    assert_words(SIGNAL_GEAR, (const char *const[]){"p", "r", "n", "d", "b", NULL});
    assert_words(SIGNAL_POWER_STATE, (const char *const[]){"off", "acc", "on", "ready", NULL});
    assert_words(SIGNAL_CHARGE_MODE, (const char *const[]){"none", "ac1", "ac2", "dc", NULL});
    assert_words(SIGNAL_CHARGE_STATE,
                 (const char *const[]){"idle", "waiting", "charging", "complete", "fault", NULL});
}

static void units_are_the_contracts(void **state)
{
    static const struct {
        const char *name, *unit;
    } rows[] = {
        {"soc", "%"},
        {"gids", "GID"},
        {"pack_capacity", "Ah"},
        {"energy_soc", "kWh"},
        {"pack_voltage", "V"},
        {"pack_current", "A"},
        {"pack_power", "kW"},
        {"cells", "V"},
        {"pack_temp_4", "°C"},
        {"plugged", ""},
        {"charge_minutes", "min"},
        {"odometer", "km"},
        {"range", "km"},
        {"speed", "km/h"},
        {"gear", ""},
        {"aux_voltage", "V"},
        {"climate_power", "kW"},
        {"fan_step", ""},
        {"tyre_rr", "kPa"},
        {"locked", ""},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        int index = vocabulary_find(rows[i].name);
        assert_true(index >= 0);
        assert_string_equal(vocabulary[index].unit, rows[i].unit);
    }
    assert_true(vocabulary[SIGNAL_SOC].tolerance == 3);
}

static void qualities_have_names(void **state)
{
    (void)state;
    assert_string_equal(quality_name(QUALITY_OK), "ok");
    assert_string_equal(quality_name(QUALITY_OLD), "old");
    assert_string_equal(quality_name(QUALITY_ASSUMED), "assumed");
    assert_string_equal(quality_name(QUALITY_ESTIMATED), "estimated");
    assert_string_equal(quality_name(QUALITY_DISPUTED), "disputed");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_is_sensible), cmocka_unit_test(the_readme_has_every_row),
        cmocka_unit_test(words_stand_in_order),  cmocka_unit_test(units_are_the_contracts),
        cmocka_unit_test(qualities_have_names),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
