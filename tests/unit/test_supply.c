/* The 12 V supply: runs of readings, hysteresis, the resting median and the voltmeter's offset. */
#include "bus/supply.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

struct fixture {
    struct supply *supply;
    int64_t now_ns;
};

static int set_up(void **state)
{
    static struct fixture fixture;

    fixture = (struct fixture){.supply = supply_new(), .now_ns = 1000 * NS_PER_S};
    assert_non_null(fixture.supply);
    *state = &fixture;
    return 0;
}

static int tear_down(void **state)
{
    supply_free(((struct fixture *)*state)->supply);
    return 0;
}

/* `count` readings, 10 s apart. */
static void read_volts(struct fixture *fixture, double volts, unsigned count, bool resting)
{
    for (unsigned i = 0; i < count; i++) {
        fixture->now_ns += 10 * NS_PER_S;
        supply_take(fixture->supply, volts, resting, fixture->now_ns);
    }
}

static bool is_high(const struct fixture *fixture)
{
    return supply_is_high(fixture->supply, fixture->now_ns);
}

static void calibrate(struct fixture *fixture, double volts, double offset)
{
    for (int i = 0; i < SUPPLY_OFFSETS; i++) {
        read_volts(fixture, volts, 1, false);
        supply_take_car(fixture->supply, volts + offset, fixture->now_ns + NS_PER_S);
    }
}

static void low_needs_three_readings_and_much_to_recover(void **state)
{
    struct fixture *fixture = *state;

    calibrate(fixture, 12.6, 0.0);
    assert_true(supply_is_calibrated(fixture->supply));
    read_volts(fixture, 11.9, 2, true);
    assert_false(supply_is_low(fixture->supply));
    read_volts(fixture, 12.0, 1, true);
    read_volts(fixture, 11.99, 2, true);
    assert_false(supply_is_low(fixture->supply));
    read_volts(fixture, 11.99, 1, true);
    assert_true(supply_is_low(fixture->supply));
    read_volts(fixture, 12.39, 50, true);
    assert_true(supply_is_low(fixture->supply));
    supply_restart(fixture->supply);
    assert_true(supply_is_low(fixture->supply));
    read_volts(fixture, 12.4, 1, true);
    assert_false(supply_is_low(fixture->supply));
}

static void without_calibration_the_floor_is_lower(void **state)
{
    struct fixture *fixture = *state;

    read_volts(fixture, 11.8, 10, true);
    assert_false(supply_is_low(fixture->supply));
    read_volts(fixture, 11.79, 3, true);
    assert_true(supply_is_low(fixture->supply));
}

/* The offset is learned anew after a restart: until then the lower floor holds, and nothing is recovered by a
 * correction that is not known any more. */
static void after_a_restart_it_is_not_calibrated(void **state)
{
    struct fixture *fixture = *state;

    calibrate(fixture, 12.6, 0.5);
    read_volts(fixture, 11.45, 3, true);
    assert_true(supply_is_low(fixture->supply));
    supply_free(fixture->supply);
    fixture->supply = supply_new();
    assert_false(supply_is_calibrated(fixture->supply));
    read_volts(fixture, 11.85, 9, true);
    assert_false(supply_is_low(fixture->supply));
    read_volts(fixture, 11.75, 3, true);
    assert_true(supply_is_low(fixture->supply));
    assert_true(fabs(supply_volts(fixture->supply) - 11.75) < 1e-9);
    read_volts(fixture, 12.39, 9, true);
    assert_true(supply_is_low(fixture->supply));
    read_volts(fixture, 12.4, 1, true);
    assert_false(supply_is_low(fixture->supply));
}

/* One pair in three is far off (a reading taken while the compressor started): the median does not mind. */
static void outliers_do_not_move_the_offset(void **state)
{
    struct fixture *fixture = *state;

    for (int i = 0; i < SUPPLY_OFFSETS; i++) {
        read_volts(fixture, 13.0, 1, false);
        supply_take_car(fixture->supply, i % 3 == 0 ? 14.4 : 13.2, fixture->now_ns + NS_PER_S);
        assert_int_equal(supply_is_calibrated(fixture->supply), i == SUPPLY_OFFSETS - 1);
    }
    assert_true(fabs(supply_volts(fixture->supply) - 13.2) < 1e-9);
}

static void readings_in_a_burst_count_once(void **state)
{
    struct fixture *fixture = *state;

    for (int i = 0; i < 9; i++)
        supply_take(fixture->supply, 11.0, true, fixture->now_ns + i * NS_PER_S);
    assert_false(supply_is_low(fixture->supply));
}

static void high_is_what_only_a_charging_car_shows(void **state)
{
    struct fixture *fixture = *state;

    read_volts(fixture, 12.89, 20, true);
    assert_false(is_high(fixture));
    read_volts(fixture, 12.9, 2, true);
    assert_false(is_high(fixture));
    read_volts(fixture, 12.9, 1, true);
    assert_true(is_high(fixture));
    assert_int_equal(supply_rises(fixture->supply), 1);
    read_volts(fixture, 12.85, 20, true); /* within the hysteresis */
    assert_true(is_high(fixture));
    read_volts(fixture, 12.7, 2, true);
    assert_true(is_high(fixture));
    read_volts(fixture, 12.7, 1, true);
    assert_false(is_high(fixture));
    read_volts(fixture, 13.0, 3, true);
    assert_int_equal(supply_rises(fixture->supply), 2);
}

static void old_readings_say_nothing(void **state)
{
    struct fixture *fixture = *state;

    read_volts(fixture, 13.0, 3, true);
    assert_true(is_high(fixture));
    fixture->now_ns += SUPPLY_STALE_NS + 1;
    assert_false(is_high(fixture));
    assert_false(supply_is_known(fixture->supply, fixture->now_ns));
    read_volts(fixture, 13.0, 1, true);
    assert_false(is_high(fixture)); /* the run begins again */
}

static void above_its_rest_it_is_awake(void **state)
{
    struct fixture *fixture = *state;

    read_volts(fixture, 12.3, 60, true); /* ten minutes: too few to know its rest */
    read_volts(fixture, 12.7, 3, true);
    assert_false(is_high(fixture));
    read_volts(fixture, 12.3, 18 * 60, true);
    read_volts(fixture, 12.69, 10, true);
    assert_false(is_high(fixture));
    read_volts(fixture, 12.7, 3, true);
    assert_true(is_high(fixture));
    read_volts(fixture, 12.5, 3, true);
    assert_false(is_high(fixture));
}

static void a_voltmeter_that_shows_too_little_is_corrected(void **state)
{
    struct fixture *fixture = *state;

    read_volts(fixture, 11.9, 19 * 60, true); /* rests, as shown, at 11.9 */
    calibrate(fixture, 13.0, 0.5);
    assert_true(fabs(supply_volts(fixture->supply) - 13.5) < 1e-9);
    read_volts(fixture, 11.9, 30, true);
    assert_false(supply_is_low(fixture->supply));
    assert_false(is_high(fixture)); /* the correction is no rise above its rest */
    read_volts(fixture, 11.45, 3, true);
    assert_true(supply_is_low(fixture->supply));
}

/* A dongle that shows 0.3 V too much and was never compared: for three hours a resting car looks like one
 * that is awake, then its rest is known. */
static void a_voltmeter_that_shows_too_much_is_found_out(void **state)
{
    struct fixture *fixture = *state;

    read_volts(fixture, 12.9, 6, true);
    assert_true(is_high(fixture));
    read_volts(fixture, 12.9, 6 * 60 * 3, true);
    assert_false(is_high(fixture));
    assert_false(supply_may_be_high(fixture->supply));
    read_volts(fixture, 13.2, 30, false);
    assert_false(is_high(fixture));
    read_volts(fixture, 13.4, 3, false); /* the converter's 13.1 V */
    assert_true(is_high(fixture));
}

/* A few comparisons are not enough to raise a floor by, but to be more polite by. */
static void few_pairs_make_it_only_politer(void **state)
{
    struct fixture *fixture = *state;

    for (int i = 0; i < SUPPLY_OFFSETS_FEW; i++) {
        read_volts(fixture, 13.4, 1, false);
        supply_take_car(fixture->supply, 13.1, fixture->now_ns + NS_PER_S);
    }
    assert_false(supply_is_calibrated(fixture->supply));
    read_volts(fixture, 12.9, 6, true);
    assert_false(is_high(fixture));
    assert_true(fabs(supply_volts(fixture->supply) - 12.9) < 1e-9);
    read_volts(fixture, 13.3, 3, true);
    assert_true(is_high(fixture));
}

static void pairs_must_be_close_and_plausible(void **state)
{
    struct fixture *fixture = *state;

    for (int i = 0; i < 3 * SUPPLY_OFFSETS; i++) {
        read_volts(fixture, 12.5, 1, false);
        supply_take_car(fixture->supply, 16.0, fixture->now_ns + 1); /* uses the reading up */
        supply_take_car(fixture->supply, 13.0, fixture->now_ns + 2);
        read_volts(fixture, 12.5, 1, false); /* 8 s after that one */
        fixture->now_ns += SUPPLY_PAIR_NS + 1;
        supply_take_car(fixture->supply, 13.0, fixture->now_ns);
    }
    assert_false(supply_is_calibrated(fixture->supply));
    read_volts(fixture, 12.5, 1, false);
    for (int i = 0; i < 3 * SUPPLY_OFFSETS; i++) /* one reading makes one pair */
        supply_take_car(fixture->supply, 13.0, fixture->now_ns + i);
    assert_false(supply_is_calibrated(fixture->supply));
}

/* The car's own figure may come first, too. */
static void pairs_form_in_either_order(void **state)
{
    struct fixture *fixture = *state;

    for (int i = 0; i < SUPPLY_OFFSETS; i++) {
        supply_take_car(fixture->supply, 13.0, fixture->now_ns + 6 * NS_PER_S);
        read_volts(fixture, 12.5, 1, false);
    }
    assert_true(supply_is_calibrated(fixture->supply));
    assert_true(fabs(supply_volts(fixture->supply) - 13.0) < 1e-9);
}

static void the_car_stands_in_for_a_voltmeter(void **state)
{
    struct fixture *fixture = *state;

    for (int i = 0; i < 3; i++) {
        fixture->now_ns += 10 * NS_PER_S;
        supply_take_car(fixture->supply, 13.1, fixture->now_ns);
    }
    assert_true(is_high(fixture));
    assert_false(supply_is_known(fixture->supply, fixture->now_ns));
}

static void nonsense_is_no_reading(void **state)
{
    struct fixture *fixture = *state;

    read_volts(fixture, 99.9, 5, true);
    read_volts(fixture, -1.0, 5, true);
    read_volts(fixture, (double)NAN, 5, true);
    assert_false(supply_is_known(fixture->supply, fixture->now_ns));
    assert_false(supply_is_unplugged(fixture->supply));
    read_volts(fixture, 0.4, 5, true);
    assert_true(supply_is_unplugged(fixture->supply));
    assert_false(supply_is_low(fixture->supply));
    read_volts(fixture, 12.5, 1, true);
    assert_false(supply_is_unplugged(fixture->supply));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(low_needs_three_readings_and_much_to_recover, set_up, tear_down),
        cmocka_unit_test_setup_teardown(without_calibration_the_floor_is_lower, set_up, tear_down),
        cmocka_unit_test_setup_teardown(after_a_restart_it_is_not_calibrated, set_up, tear_down),
        cmocka_unit_test_setup_teardown(outliers_do_not_move_the_offset, set_up, tear_down),
        cmocka_unit_test_setup_teardown(readings_in_a_burst_count_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(high_is_what_only_a_charging_car_shows, set_up, tear_down),
        cmocka_unit_test_setup_teardown(old_readings_say_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(above_its_rest_it_is_awake, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_voltmeter_that_shows_too_little_is_corrected, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_voltmeter_that_shows_too_much_is_found_out, set_up, tear_down),
        cmocka_unit_test_setup_teardown(few_pairs_make_it_only_politer, set_up, tear_down),
        cmocka_unit_test_setup_teardown(pairs_must_be_close_and_plausible, set_up, tear_down),
        cmocka_unit_test_setup_teardown(pairs_form_in_either_order, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_car_stands_in_for_a_voltmeter, set_up, tear_down),
        cmocka_unit_test_setup_teardown(nonsense_is_no_reading, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
