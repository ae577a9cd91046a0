/* The vocabulary: every row filled, in the order of its identifiers, with the names and units of CONTRACT 3.
 */
#include "car/reading.h"
#include "car/signal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
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
        cmocka_unit_test(every_row_is_sensible),
        cmocka_unit_test(words_stand_in_order),
        cmocka_unit_test(units_are_the_contracts),
        cmocka_unit_test(qualities_have_names),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
