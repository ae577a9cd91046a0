/* What can't follow from the reading before is held back, until it insists. */
#include "car/plausible.h"
#include "car/signal.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define S NS_PER_S

static bool take(struct plausible *plausible, uint16_t signal, double value, double at_s)
{
    const struct reading reading = {
        .signal = signal, .known = true, .value = value, .time_ns = (int64_t)((1000 + at_s) * (double)S)};

    return plausible_take(plausible, &reading);
}

static void a_battery_is_not_filled_in_a_second(void **state)
{
    struct plausible plausible = {.count = 0};

    (void)state;
    assert_true(take(&plausible, SIGNAL_SOC, 0, 0));
    assert_false(take(&plausible, SIGNAL_SOC, 100, 1));
    assert_true(take(&plausible, SIGNAL_SOC, 0.1, 2));
    assert_false(take(&plausible, SIGNAL_SOC, 100, 3));
    assert_true(take(&plausible, SIGNAL_SOC, 3.5, 63)); /* quick charging */
    assert_true(take(&plausible, SIGNAL_SOC, 80, 63 + 3600));
}

static void what_insists_is_believed(void **state)
{
    struct plausible plausible = {.count = 0};

    (void)state;
    assert_true(take(&plausible, SIGNAL_SOC, 20, 0));
    for (int i = 0; i < 100; i++) /* ten times a second */
        assert_false(take(&plausible, SIGNAL_SOC, 60, 1 + i / 10.0));
    assert_true(take(&plausible, SIGNAL_SOC, 60, 11));
    assert_true(take(&plausible, SIGNAL_SOC, 60.1, 12));
    assert_false(take(&plausible, SIGNAL_SOC, 20, 13));
    assert_false(take(&plausible, SIGNAL_SOC, 90, 24)); /* one that differs each time never is */
    assert_false(take(&plausible, SIGNAL_SOC, 10, 36));
    assert_false(take(&plausible, SIGNAL_SOC, 95, 50));
}

static void an_odometer_does_not_run_backwards(void **state)
{
    struct plausible plausible = {.count = 0};

    (void)state;
    assert_true(take(&plausible, SIGNAL_ODOMETER, 100000, 0));
    assert_true(take(&plausible, SIGNAL_ODOMETER, 99999, 1)); /* two units count at different moments */
    assert_false(take(&plausible, SIGNAL_ODOMETER, 99990, 3600));
    assert_false(take(&plausible, SIGNAL_ODOMETER, 0, 3601));
    assert_false(take(&plausible, SIGNAL_ODOMETER, 1000000, 3602));
    assert_true(take(&plausible, SIGNAL_ODOMETER, 100100, 7200));
}

static void no_frost_from_one_second_to_the_next(void **state)
{
    struct plausible plausible = {.count = 0};

    (void)state;
    for (uint16_t signal = SIGNAL_PACK_TEMP; signal <= SIGNAL_PACK_TEMP_4; signal++) {
        assert_true(take(&plausible, signal, 21, 0));
        assert_false(take(&plausible, signal, -40, 1));
        assert_true(take(&plausible, signal, 22, 2));
    }
}

static void cells_without_voltage_are_none(void **state)
{
    struct plausible plausible = {.count = 0};
    double volts[] = {3.9, 3.9, (double)NAN};
    struct reading cells = {.signal = SIGNAL_CELLS, .known = true, .elements = volts, .count = 3};

    (void)state;
    assert_true(plausible_take(&plausible, &cells)); /* a missing one is no empty one */
    volts[1] = 0;
    assert_false(plausible_take(&plausible, &cells));
    assert_false(take(&plausible, SIGNAL_CELL_MIN, 0, 0));
    assert_false(take(&plausible, SIGNAL_CELL_SPREAD, 3.9, 0));
    assert_true(take(&plausible, SIGNAL_CELL_MIN, 2.5, 0));
}

/* Sources may disagree: that is a dispute, not a jump. And what is assumed is no measure. */
static void sources_are_judged_apart(void **state)
{
    struct plausible plausible = {.count = 0};
    struct reading reading = {.signal = SIGNAL_SOC, .known = true, .value = 51, .time_ns = S};

    (void)state;
    assert_true(plausible_take(&plausible, &reading));
    reading.source = 1;
    reading.value = 29.9;
    assert_true(plausible_take(&plausible, &reading));
    reading.quality = QUALITY_ASSUMED;
    reading.value = 90;
    assert_true(plausible_take(&plausible, &reading));
    reading.quality = QUALITY_OK;
    reading.value = 30;
    assert_true(plausible_take(&plausible, &reading));
    reading.known = false;
    reading.value = 0;
    assert_true(plausible_take(&plausible, &reading));
    for (uint16_t source = 0; source < 2 * PLAUSIBLE_TRACKS_MAX; source++) {
        reading = (struct reading){.signal = SIGNAL_GIDS, .source = source, .known = true, .time_ns = S};
        assert_true(plausible_take(&plausible, &reading)); /* more than there is room for */
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_battery_is_not_filled_in_a_second),
        cmocka_unit_test(what_insists_is_believed),
        cmocka_unit_test(an_odometer_does_not_run_backwards),
        cmocka_unit_test(no_frost_from_one_second_to_the_next),
        cmocka_unit_test(cells_without_voltage_are_none),
        cmocka_unit_test(sources_are_judged_apart),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
