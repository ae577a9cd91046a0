/* A car of another make that says nothing while off: it is asked the questions of its own definition, as
 * seldom as any. The definition is the template. */
#include "probe_core.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define S NS_PER_S

struct fixture {
    struct definition *definition;
    struct probe_core *core;
    struct frame sent;
    unsigned sends;
    int64_t now_ns;
};

static bool is_ready(void *ctx)
{
    (void)ctx;
    return true;
}

static int keep(void *ctx, const struct frame *frame, uint16_t answer_id)
{
    struct fixture *fixture = ctx;

    assert_int_equal(answer_id, 0x7EC);
    fixture->sent = *frame;
    fixture->sends++;
    return 0;
}

static void is_done(void *ctx)
{
    (void)ctx;
}

static void begin(struct fixture *fixture)
{
    const struct probe_port port = {fixture, is_ready, keep, is_done};
    const struct probe_contact contact = {
        .up = true, .can_send = true, .has_voltmeter = true, .listens = true, .traits = {.hears_all = true}};
    struct err err;

    *fixture = (struct fixture){.now_ns = 1000 * S};
    fixture->definition = definition_find("config/vehicles", "template", &err);
    if (!fixture->definition)
        fail_msg("%s", err.text);
    const struct probe_core_settings settings = {
        .definition = fixture->definition,
        .generation = definition_generation_find(fixture->definition, "second"),
        .poll = true};
    fixture->core = probe_core_new(&settings, &port, fixture->now_ns);
    assert_non_null(fixture->core);
    probe_core_set_contact(fixture->core, &contact, fixture->now_ns);
}

static void end(struct fixture *fixture)
{
    probe_core_free(fixture->core);
    definition_free(fixture->definition);
}

static void pass(struct fixture *fixture, int seconds, double volts)
{
    for (int i = 0; i < seconds; i++) {
        fixture->now_ns += S;
        if (i % 10 == 0)
            probe_core_take_volts(fixture->core, volts, fixture->now_ns);
        probe_core_advance(fixture->core, fixture->now_ns);
    }
}

static void answer(struct fixture *fixture, uint8_t power)
{
    const struct frame frame = {
        .time_ns = fixture->now_ns, .id = 0x7EC, .len = 8, .data = {4, 0x62, 0x01, 0x03, power}};

    probe_core_take_frame(fixture->core, &frame, fixture->now_ns);
    probe_core_advance(fixture->core, fixture->now_ns);
}

/* Until the first question, on a supply that is charged. */
static void wait_for_a_question(struct fixture *fixture)
{
    pass(fixture, 3600, 12.5);
    assert_int_equal(fixture->sends, 0);
    for (int i = 0; i < 60 && fixture->sends == 0; i++)
        pass(fixture, 1, 13.5);
    assert_int_equal(fixture->sends, 1);
    assert_int_equal(fixture->sent.id, 0x7E4);
    assert_memory_equal(fixture->sent.data, "\x03\x22\x01\x03\0\0\0\0", 8);
}

static void it_is_asked_its_own_question(void **state)
{
    struct fixture fixture;

    (void)state;
    begin(&fixture);
    wait_for_a_question(&fixture);
    answer(&fixture, 0x80); /* on: now all else is asked */
    pass(&fixture, 15, 13.5);
    assert_true(fixture.sends > 2);
    assert_int_equal(probe_core_presence(fixture.core)->presence, PRESENCE_ON);
    end(&fixture);
}

/* Off, it says. Its file names no question about the charger: nothing else is asked. */
static void off_closes_it(void **state)
{
    struct fixture fixture;

    (void)state;
    begin(&fixture);
    wait_for_a_question(&fixture);
    answer(&fixture, 0x00);
    pass(&fixture, 50, 13.5);
    assert_int_equal(fixture.sends, 1);
    pass(&fixture, 600, 12.5);
    assert_in_range(fixture.sends, 1, 2);
    unsigned sends = fixture.sends;
    pass(&fixture, 86400, 12.5);
    assert_int_equal(fixture.sends, sends);
    end(&fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_asked_its_own_question),
        cmocka_unit_test(off_closes_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
