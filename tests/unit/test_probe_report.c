/* What the home is told: changes at once, then not too often; times of what stays the same; everything after
 * a full socket. */
#include "probe_report.h"

#include "small_car.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define T0 (1000 * NS_PER_S)
#define MS NS_PER_MS

struct fixture {
    struct definition *definition;
    struct probe_core *core;
    struct probe_report *report;
    int64_t now_ns;
    unsigned room; /* records until the socket is full */
    unsigned by_kind[128];
    struct record last[128];
    unsigned gears;
};

static bool is_ready(void *ctx)
{
    (void)ctx;
    return false;
}

static int send_frame(void *ctx, const struct frame *frame, uint16_t answer_id)
{
    (void)ctx;
    (void)frame;
    (void)answer_id;
    return -1;
}

static void done(void *ctx)
{
    (void)ctx;
}

static bool take_record(void *ctx, const struct record *record)
{
    struct fixture *fixture = ctx;

    if (fixture->room == 0)
        return false;
    fixture->room--;
    fixture->by_kind[record->kind]++;
    fixture->last[record->kind] = *record;
    if (record->kind == RECORD_SIGNAL && record->signal.signal == SIGNAL_GEAR)
        fixture->gears++;
    return true;
}

static int set_up(void **state)
{
    struct fixture *fixture = test_calloc(1, sizeof(*fixture));
    const struct probe_port port = {fixture, is_ready, send_frame, done};
    struct err err;

    fixture->definition = definition_parse(small_car, "small_car", &err);
    assert_non_null(fixture->definition);
    const struct probe_core_settings settings = {
        .definition = fixture->definition, .generation = DEFINITION_GENERATION_AUTO, .poll = true};
    fixture->now_ns = T0;
    fixture->core = probe_core_new(&settings, &port, T0);
    fixture->report = probe_report_new(fixture->definition);
    fixture->room = 10000;
    *state = fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;

    probe_report_free(fixture->report);
    probe_core_free(fixture->core);
    definition_free(fixture->definition);
    test_free(fixture);
    return 0;
}

static int64_t run(struct fixture *fixture)
{
    return probe_report_run(fixture->report, fixture->core, take_record, fixture, fixture->now_ns);
}

static void hear_gear(struct fixture *fixture, uint8_t raw)
{
    struct frame frame = {.time_ns = fixture->now_ns, .id = 0x421, .len = 8, .data = {(uint8_t)(raw << 3)}};

    probe_core_take_frame(fixture->core, &frame, fixture->now_ns);
}

static void a_new_peer_hears_all(void **state)
{
    struct fixture *fixture = *state;
    struct record link = {.kind = RECORD_LINK, .link = {.state = 1, .reason = "x"}};

    hear_gear(fixture, 1);
    probe_report_set(fixture->report, &link);
    run(fixture);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(fixture->by_kind[RECORD_HELLO], i + 1);
        assert_int_equal(fixture->by_kind[RECORD_LINK], i + 1);
        assert_int_equal(fixture->by_kind[RECORD_CAR], i + 1);
        assert_int_equal(fixture->by_kind[RECORD_COUNTERS], i + 1);
        assert_int_equal(fixture->gears, i + 1);
        assert_string_equal(fixture->last[RECORD_LINK].link.reason, "x");
        assert_int_equal(run(fixture), INT64_MAX); /* and nothing twice */
        assert_int_equal(fixture->gears, i + 1);
        probe_report_restart(fixture->report);
        run(fixture);
    }
}

static void what_is_known_of_the_generation_is_said(void **state)
{
    struct fixture *fixture = *state;

    run(fixture);
    assert_string_equal(fixture->last[RECORD_HELLO].hello.generation, "A"); /* there is but one */
}

static void changes_wait_their_turn(void **state)
{
    struct fixture *fixture = *state;

    hear_gear(fixture, 1);
    run(fixture);
    fixture->now_ns += 10 * MS;
    hear_gear(fixture, 4);
    int64_t next_ns = run(fixture);
    assert_int_equal(fixture->gears, 1);
    assert_int_equal(next_ns, T0 + REPORT_RELAXED_NS); /* nobody drives: together with others */
    fixture->now_ns = next_ns;
    assert_int_equal(run(fixture), INT64_MAX);
    assert_int_equal(fixture->gears, 2);
    assert_int_equal(fixture->last[RECORD_SIGNAL].signal.value, GEAR_D);
    assert_int_equal(fixture->last[RECORD_SIGNAL].signal.boot_ns, T0 + 10 * MS);
}

static void unchanged_values_are_refreshed(void **state)
{
    struct fixture *fixture = *state;

    hear_gear(fixture, 1);
    run(fixture);
    for (int i = 0; i < 60; i++) {
        fixture->now_ns += NS_PER_S;
        hear_gear(fixture, 1);
        run(fixture);
    }
    assert_int_equal(fixture->gears, 1 + 10);
    assert_int_equal(fixture->by_kind[RECORD_COUNTERS], 1 + 6);
    assert_true(fixture->now_ns - fixture->last[RECORD_SIGNAL].signal.boot_ns < REPORT_REFRESH_NS);
}

static void a_full_socket_loses_nothing(void **state)
{
    struct fixture *fixture = *state;

    hear_gear(fixture, 1);
    for (unsigned i = 0; i < 30 && fixture->gears == 0; i++) {
        fixture->room = 1;
        run(fixture);
    }
    assert_int_equal(fixture->gears, 1);
    assert_int_equal(fixture->by_kind[RECORD_HELLO], 1);
    assert_int_equal(fixture->by_kind[RECORD_CAR], 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_new_peer_hears_all, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_known_of_the_generation_is_said, set_up, tear_down),
        cmocka_unit_test_setup_teardown(changes_wait_their_turn, set_up, tear_down),
        cmocka_unit_test_setup_teardown(unchanged_values_are_refreshed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_full_socket_loses_nothing, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
