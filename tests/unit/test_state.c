/* The state on a small definition and on the LEAF's: ranking, age, disputes, what is derived. */
#include "car/decoder.h"
#include "car/state.h"
#include "util/core/time.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct fixture {
    struct definition *definition;
    struct state *state;
};

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof(*f));
    struct err err;

    if (!f || !(f->definition = definition_find("config/vehicles", "nissan-leaf", &err)))
        return -1;
    f->state = state_new(f->definition, DEFINITION_GENERATION_AUTO);
    *state = f;
    return f->state ? 0 : -1;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;

    state_free(f->state);
    definition_free(f->definition);
    free(f);
    return 0;
}

static uint16_t source(const struct fixture *f, const char *name)
{
    for (size_t i = 0; i < definition_source_count(f->definition); i++) {
        if (strcmp(definition_source(f->definition, i), name) == 0)
            return (uint16_t)i;
    }
    fail_msg("no source %s", name);
    return 0;
}

static struct reading make(const struct fixture *f, enum signal_id signal, const char *from, double value,
                           double at_s)
{
    return (struct reading){.signal = (uint16_t)signal,
                            .source = source(f, from),
                            .known = true,
                            .has_raw = true,
                            .raw = (int64_t)value,
                            .value = value,
                            .time_ns = (int64_t)(at_s * (double)NS_PER_S)};
}

static void take(const struct fixture *f, enum signal_id signal, const char *from, double value, double at_s)
{
    struct reading reading = make(f, signal, from, value, at_s);

    state_take(f->state, &reading);
}

static void take_unknown(const struct fixture *f, enum signal_id signal, const char *from, double at_s)
{
    struct reading reading = make(f, signal, from, 0, at_s);

    reading.known = false;
    state_take(f->state, &reading);
}

static void advance(const struct fixture *f, double at_s)
{
    state_advance(f->state, (int64_t)(at_s * (double)NS_PER_S));
}

static void assert_value(const struct fixture *f, enum signal_id signal, double value, const char *from,
                         enum quality quality)
{
    const struct state_value *present = state_get(f->state, signal);

    assert_true(present->heard && present->known);
    if (fabs(present->value - value) > 1e-9)
        fail_msg("%s is %g, not %g", vocabulary[signal].name, present->value, value);
    assert_string_equal(definition_source(f->definition, present->source), from);
    assert_string_equal(quality_name(present->quality), quality_name(quality));
}

static void nothing_is_known_at_first(void **state)
{
    struct fixture *f = *state;
    size_t count;

    assert_false(state_get(f->state, SIGNAL_SOC)->heard);
    assert_null(state_elements(f->state, SIGNAL_CELLS, &count));
    assert_true(state_sequence(f->state) == 0);
    advance(f, 100);
    assert_true(state_sequence(f->state) == 0);
    state_free(NULL);
}

static void the_best_fresh_source_is_believed(void **state)
{
    struct fixture *f = *state;
    double fresh = vocabulary[SIGNAL_SOC].fresh_s;

    take(f, SIGNAL_SOC, "79B 2101", 50.1, 10);
    assert_value(f, SIGNAL_SOC, 50.1, "79B 2101", QUALITY_OK);
    take(f, SIGNAL_SOC, "55B", 50.2, 20);
    assert_value(f, SIGNAL_SOC, 50.2, "55B", QUALITY_OK);
    take(f, SIGNAL_SOC, "79B 2101", 50.3, 30 + fresh / 2);
    assert_value(f, SIGNAL_SOC, 50.2, "55B", QUALITY_OK);
    advance(f, 20 + fresh);
    assert_value(f, SIGNAL_SOC, 50.2, "55B", QUALITY_OK);
    advance(f, 21 + fresh);
    assert_value(f, SIGNAL_SOC, 50.3, "79B 2101", QUALITY_OK);
    advance(f, 40 + 2 * fresh);
    assert_value(f, SIGNAL_SOC, 50.3, "79B 2101", QUALITY_OLD);
    assert_int_equal(state_get(f->state, SIGNAL_SOC)->time_ns,
                     (int64_t)((30 + fresh / 2) * (double)NS_PER_S));
}

static void who_knows_is_believed_before_who_does_not(void **state)
{
    struct fixture *f = *state;

    take_unknown(f, SIGNAL_SOC, "55B", 10);
    assert_true(state_get(f->state, SIGNAL_SOC)->heard);
    assert_false(state_get(f->state, SIGNAL_SOC)->known);
    take(f, SIGNAL_SOC, "79B 2101", 50, 11);
    assert_value(f, SIGNAL_SOC, 50, "79B 2101", QUALITY_OK);
}

static void changes_are_numbered(void **state)
{
    struct fixture *f = *state;

    take(f, SIGNAL_SPEED, "284", 0, 1);
    uint64_t first = state_get(f->state, SIGNAL_SPEED)->changed;
    assert_true(first == state_sequence(f->state));
    take(f, SIGNAL_SPEED, "284", 0, 2);
    assert_true(state_sequence(f->state) == first);
    assert_int_equal(state_get(f->state, SIGNAL_SPEED)->time_ns, 2 * NS_PER_S);
    take(f, SIGNAL_SPEED, "284", 1, 3);
    assert_true(state_get(f->state, SIGNAL_SPEED)->changed == first + 1);
    advance(f, 1000);
    assert_true(state_get(f->state, SIGNAL_SPEED)->changed == first + 2);
}

static void arrays_are_kept(void **state)
{
    struct fixture *f = *state;
    double cells[] = {3.8, NAN, 3.9};
    struct reading reading = make(f, SIGNAL_CELLS, "79B 2102", 0, 5);
    size_t count;

    reading.elements = cells;
    reading.count = 3;
    state_take(f->state, &reading);
    uint64_t sequence = state_sequence(f->state);
    const double *kept = state_elements(f->state, SIGNAL_CELLS, &count);
    assert_int_equal(count, 3);
    assert_true(kept[0] == 3.8 && isnan(kept[1]) && kept[2] == 3.9);
    state_take(f->state, &reading);
    assert_true(state_sequence(f->state) == sequence);
    cells[2] = 3.7;
    state_take(f->state, &reading);
    assert_true(state_sequence(f->state) == sequence + 1);
    assert_null(state_elements(f->state, SIGNAL_SOC, &count));
}

static void strangers_are_ignored(void **state)
{
    struct fixture *f = *state;
    struct reading reading = make(f, SIGNAL_SOC, "284", 50, 1);

    state_take(f->state, &reading);
    reading.signal = UINT16_MAX;
    state_take(f->state, &reading);
    assert_true(state_sequence(f->state) == 0);
}

static void two_comparisons_five_seconds_apart_make_a_dispute(void **state)
{
    struct fixture *f = *state;
    struct state_dispute dispute;

    take(f, SIGNAL_SOC, "79B 2101", 29.9, 0);
    take(f, SIGNAL_SOC, "55B", 51, 0.1);
    assert_value(f, SIGNAL_SOC, 51, "55B", QUALITY_OK);
    take(f, SIGNAL_SOC, "55B", 51, 5.05);
    assert_false(state_disputed(f->state, SIGNAL_SOC, NULL));
    take(f, SIGNAL_SOC, "55B", 51, 5.1);
    assert_true(state_disputed(f->state, SIGNAL_SOC, &dispute));
    assert_value(f, SIGNAL_SOC, 51, "55B", QUALITY_DISPUTED);
    assert_string_equal(definition_source(f->definition, dispute.source), "55B");
    assert_string_equal(definition_source(f->definition, dispute.other_source), "79B 2101");
    assert_true(dispute.value == 51 && dispute.other_value == 29.9);
    assert_true(state_dispute_count(f->state) == 1);
}

static void an_agreement_between_is_no_dispute(void **state)
{
    struct fixture *f = *state;

    take(f, SIGNAL_SOC, "79B 2101", 50, 0);
    take(f, SIGNAL_SOC, "55B", 54, 0.1);
    take(f, SIGNAL_SOC, "55B", 52, 3);
    take(f, SIGNAL_SOC, "55B", 54, 5.5);
    assert_false(state_disputed(f->state, SIGNAL_SOC, NULL));
    take(f, SIGNAL_SOC, "55B", 53, 9);
    take(f, SIGNAL_SOC, "55B", 53, 9.9);
    assert_false(state_disputed(f->state, SIGNAL_SOC, NULL));
}

/* A poll of a minute ago says nothing about now: while charging, both are right. */
static void readings_of_different_moments_are_not_compared(void **state)
{
    struct fixture *f = *state;

    take(f, SIGNAL_SOC, "79B 2101", 50, 0);
    for (double at = 11; at < 60; at++)
        take(f, SIGNAL_SOC, "55B", 54, at);
    assert_false(state_disputed(f->state, SIGNAL_SOC, NULL));
    take_unknown(f, SIGNAL_SOC, "79B 2101", 60);
    take(f, SIGNAL_SOC, "55B", 54, 66);
    assert_false(state_disputed(f->state, SIGNAL_SOC, NULL));
}

static void a_dispute_ends_by_agreement_only(void **state)
{
    struct fixture *f = *state;

    take(f, SIGNAL_SOC, "79B 2101", 30, 0);
    take(f, SIGNAL_SOC, "55B", 51, 1);
    take(f, SIGNAL_SOC, "55B", 51, 7);
    advance(f, 1000);
    assert_value(f, SIGNAL_SOC, 51, "55B", QUALITY_OLD);
    assert_true(state_disputed(f->state, SIGNAL_SOC, NULL));
    take(f, SIGNAL_SOC, "55B", 51, 1001);
    assert_value(f, SIGNAL_SOC, 51, "55B", QUALITY_DISPUTED);
    take(f, SIGNAL_SOC, "79B 2101", 50.9, 1002);
    assert_true(state_disputed(f->state, SIGNAL_SOC, NULL));
    take(f, SIGNAL_SOC, "55B", 51, 1008);
    assert_false(state_disputed(f->state, SIGNAL_SOC, NULL));
    assert_value(f, SIGNAL_SOC, 51, "55B", QUALITY_OK);
    assert_true(state_dispute_count(f->state) == 1);
}

static void readings_without_time_are_fresh_and_never_compared(void **state)
{
    struct fixture *f = *state;
    struct reading heard = make(f, SIGNAL_SOC, "55B", 51, 0);
    struct reading asked = make(f, SIGNAL_SOC, "79B 2101", 30, 0);

    heard.time_ns = asked.time_ns = TIME_NONE;
    for (int i = 0; i < 3; i++) {
        assert_int_equal(state_judge(f->state, &heard), QUALITY_OK);
        assert_int_equal(state_judge(f->state, &asked), QUALITY_OK);
    }
    advance(f, 1e6);
    assert_value(f, SIGNAL_SOC, 51, "55B", QUALITY_OK);
}

static void a_disputed_reading_is_judged_so(void **state)
{
    struct fixture *f = *state;
    struct reading reading = make(f, SIGNAL_SOC, "55B", 51, 7);

    take(f, SIGNAL_SOC, "79B 2101", 30, 0);
    take(f, SIGNAL_SOC, "55B", 51, 1);
    assert_int_equal(state_judge(f->state, &reading), QUALITY_DISPUTED);
    reading = make(f, SIGNAL_ODOMETER, "5C5", 1000, 8);
    reading.quality = QUALITY_ASSUMED;
    assert_int_equal(state_judge(f->state, &reading), QUALITY_ASSUMED);
}

static void dash_by_gids_max_is_an_estimate(void **state)
{
    struct fixture *f = *state;

    take(f, SIGNAL_GIDS, "5BC", 112, 1);
    assert_false(state_get(f->state, SIGNAL_SOC_DASH)->heard);
    take(f, SIGNAL_GIDS_MAX, "5BC", 375, 1.1);
    assert_value(f, SIGNAL_SOC_DASH, 100.0 * 112 / 375, "derived", QUALITY_ESTIMATED);
    take(f, SIGNAL_SOC_DASH, "1DB", 30, 1.2);
    assert_value(f, SIGNAL_SOC_DASH, 30, "1DB", QUALITY_OK);
    assert_false(state_disputed(f->state, SIGNAL_SOC_DASH, NULL));
}

static void dash_by_the_highest_gids_since_full(void **state)
{
    struct fixture *f = *state;

    take(f, SIGNAL_GIDS, "5B3", 300, 1);
    take(f, SIGNAL_SOC, "55B", 94.9, 2);
    assert_false(state_get(f->state, SIGNAL_SOC_DASH)->heard);
    take(f, SIGNAL_GIDS, "5B3", 270, 3);
    take(f, SIGNAL_SOC, "55B", 95.1, 4);
    assert_value(f, SIGNAL_SOC_DASH, 100, "derived", QUALITY_OK);
    take(f, SIGNAL_GIDS, "5B3", 280, 5);
    take(f, SIGNAL_GIDS, "5B3", 140, 6);
    assert_value(f, SIGNAL_SOC_DASH, 50, "derived", QUALITY_OK);
    /* The car's own idea of the most no longer counts. */
    take(f, SIGNAL_GIDS_MAX, "5BC", 375, 7);
    assert_value(f, SIGNAL_SOC_DASH, 50, "derived", QUALITY_OK);
    advance(f, 1000);
    assert_value(f, SIGNAL_SOC_DASH, 50, "derived", QUALITY_OLD);
}

static void a_disputed_soc_makes_nothing_full(void **state)
{
    struct fixture *f = *state;

    take(f, SIGNAL_GIDS, "5B3", 100, 0);
    take(f, SIGNAL_SOC, "79B 2101", 30, 0);
    take(f, SIGNAL_SOC, "55B", 51, 1);
    take(f, SIGNAL_SOC, "55B", 51, 7);
    take(f, SIGNAL_SOC, "55B", 99, 8);
    assert_false(state_get(f->state, SIGNAL_SOC_DASH)->heard);
}

static void dash_of_the_ze1_is_an_estimate(void **state)
{
    struct fixture *f = *state;
    static const struct {
        double soc, dash;
    } pairs[] = {{59, 1.221 * 59 - 17}, {81, 1.221 * 81 - 17}, {10, 0}, {99, 100}};

    take(f, SIGNAL_SOC, "79B 2101", 59, 1);
    assert_false(state_get(f->state, SIGNAL_SOC_DASH)->heard);
    state_set_generation(f->state, definition_generation_find(f->definition, "ZE1"));
    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
        take(f, SIGNAL_SOC, "79B 2101", pairs[i].soc, 2 + (double)i);
        assert_value(f, SIGNAL_SOC_DASH, pairs[i].dash, "derived", QUALITY_ESTIMATED);
    }
}

static void energies_follow(void **state)
{
    struct fixture *f = *state;

    take(f, SIGNAL_GIDS, "5B3", 112, 1);
    assert_value(f, SIGNAL_ENERGY_GIDS, 8.96, "derived", QUALITY_OK);
    take(f, SIGNAL_PACK_CAPACITY, "79B 2101", 80, 2);
    assert_value(f, SIGNAL_ENERGY_FULL, 28.4, "derived", QUALITY_OK);
    assert_false(state_get(f->state, SIGNAL_ENERGY_SOC)->heard);
    take(f, SIGNAL_SOC, "55B", 50, 3);
    assert_value(f, SIGNAL_ENERGY_SOC, 14.2, "derived", QUALITY_OK);
    take_unknown(f, SIGNAL_SOC, "55B", 4);
    assert_int_equal(state_get(f->state, SIGNAL_ENERGY_SOC)->time_ns, 3 * NS_PER_S);
    take(f, SIGNAL_SOC, "79B 2101", 30, 5);
    take(f, SIGNAL_SOC, "55B", 51, 5);
    take(f, SIGNAL_SOC, "55B", 51, 10);
    assert_value(f, SIGNAL_ENERGY_SOC, 14.484, "derived", QUALITY_DISPUTED);
}

static void power_follows_where_nobody_says_it(void **state)
{
    struct fixture *f = *state;

    take(f, SIGNAL_PACK_VOLTAGE, "79B 2102", 400, 1);
    take(f, SIGNAL_PACK_CURRENT, "1DB", 10, 4);
    assert_false(state_get(f->state, SIGNAL_PACK_POWER)->heard);
    take(f, SIGNAL_PACK_VOLTAGE, "79B 2102", 400, 5);
    assert_value(f, SIGNAL_PACK_POWER, 4, "derived", QUALITY_OK);
    take(f, SIGNAL_PACK_POWER, "1DB", 3.9, 5);
    assert_value(f, SIGNAL_PACK_POWER, 3.9, "1DB", QUALITY_OK);
}

static void current_into_a_car_that_is_off_is_a_charge(void **state)
{
    struct fixture *f = *state;

    take(f, SIGNAL_PACK_CURRENT, "1DB", 8, 1);
    assert_false(state_get(f->state, SIGNAL_CHARGING)->heard);
    take(f, SIGNAL_POWER_STATE, "60D", POWER_STATE_OFF, 2);
    assert_value(f, SIGNAL_CHARGING, 1, "derived", QUALITY_OK);
    take(f, SIGNAL_PACK_CURRENT, "1DB", 0.5, 3);
    assert_value(f, SIGNAL_CHARGING, 0, "derived", QUALITY_OK);
    /* Braking also puts current into the pack. */
    take(f, SIGNAL_POWER_STATE, "60D", POWER_STATE_READY, 4);
    take(f, SIGNAL_PACK_CURRENT, "1DB", 50, 5);
    assert_false(state_get(f->state, SIGNAL_CHARGING)->known);
    take(f, SIGNAL_CHARGING, "390", 0, 6);
    assert_value(f, SIGNAL_CHARGING, 0, "390", QUALITY_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(nothing_is_known_at_first, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_best_fresh_source_is_believed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(who_knows_is_believed_before_who_does_not, set_up, tear_down),
        cmocka_unit_test_setup_teardown(changes_are_numbered, set_up, tear_down),
        cmocka_unit_test_setup_teardown(arrays_are_kept, set_up, tear_down),
        cmocka_unit_test_setup_teardown(strangers_are_ignored, set_up, tear_down),
        cmocka_unit_test_setup_teardown(two_comparisons_five_seconds_apart_make_a_dispute, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_agreement_between_is_no_dispute, set_up, tear_down),
        cmocka_unit_test_setup_teardown(readings_of_different_moments_are_not_compared, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_dispute_ends_by_agreement_only, set_up, tear_down),
        cmocka_unit_test_setup_teardown(readings_without_time_are_fresh_and_never_compared, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_disputed_reading_is_judged_so, set_up, tear_down),
        cmocka_unit_test_setup_teardown(dash_by_gids_max_is_an_estimate, set_up, tear_down),
        cmocka_unit_test_setup_teardown(dash_by_the_highest_gids_since_full, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_disputed_soc_makes_nothing_full, set_up, tear_down),
        cmocka_unit_test_setup_teardown(dash_of_the_ze1_is_an_estimate, set_up, tear_down),
        cmocka_unit_test_setup_teardown(energies_follow, set_up, tear_down),
        cmocka_unit_test_setup_teardown(power_follows_where_nobody_says_it, set_up, tear_down),
        cmocka_unit_test_setup_teardown(current_into_a_car_that_is_off_is_a_charge, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
