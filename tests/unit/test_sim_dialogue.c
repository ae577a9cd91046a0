/* simulator and adapter/elm327 in one process on a virtual clock: the daemon's dialogue comes up with each
 * simulated dongle and car, hears and asks; and to a sleeping car it sends nothing in a day. */
#include "../simulator/sim.h"

#include "adapter/elm327_dialogue.h"
#include "util/core/time.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

struct joint {
    struct sim *sim;
    struct elm327 *elm;
    int64_t now_ns;
    bool up;
    unsigned frames[0x800]; /* heard, by identifier */
    struct frame answer;    /* the last one */
    unsigned sent, voltages, lost;
};

static void on_write(void *ctx, const char *bytes, size_t len)
{
    struct joint *joint = ctx;

    sim_bytes_in(joint->sim, bytes, len, joint->now_ns);
}

static void on_frame(void *ctx, const struct frame *frame)
{
    struct joint *joint = ctx;

    joint->frames[frame->id]++;
    if (frame->id >= 0x700)
        joint->answer = *frame;
}

static void on_voltage(void *ctx, double volts)
{
    struct joint *joint = ctx;

    assert_true(volts > 11.0 && volts < 15.0);
    joint->voltages++;
}

static void on_up(void *ctx)
{
    struct joint *joint = ctx;

    joint->up = true;
}

static void on_starting(void *ctx, const char *words)
{
    struct joint *joint = ctx;

    (void)words;
    joint->up = false;
}

static void on_lost(void *ctx, const char *words)
{
    struct joint *joint = ctx;

    (void)words;
    joint->lost++;
}

static void on_ready(void *ctx)
{
    (void)ctx;
}

static bool may_send(void *ctx, const struct frame *frame)
{
    (void)ctx;
    (void)frame;
    return true;
}

static void on_count(void *ctx, enum adapter_counter counter)
{
    (void)ctx;
    (void)counter;
}

static void on_dongle_bytes(void *ctx, const char *bytes, size_t len)
{
    struct joint *joint = ctx;

    if (joint->elm)
        elm327_input(joint->elm, joint->now_ns, (const uint8_t *)bytes, len);
}

static void on_sent(void *ctx, const struct sim_frame *frame)
{
    struct joint *joint = ctx;

    (void)frame;
    joint->sent++;
}

static const struct elm327_events events = {.write = on_write,
                                            .frame = on_frame,
                                            .voltage = on_voltage,
                                            .up = on_up,
                                            .starting = on_starting,
                                            .lost = on_lost,
                                            .ready = on_ready,
                                            .may_send = may_send,
                                            .count = on_count};

static struct joint *joint_new(const char *car, const char *adapter, const char *scenario_text)
{
    static const uint16_t listen_ids[] = {0x355, 0x5B3, 0x5C5, 0x60D};
    const struct sim_events sim_events = {.bytes = on_dongle_bytes, .sent = on_sent};
    struct joint *joint = calloc(1, sizeof(*joint));
    struct sim_scenario *scenario = malloc(sizeof(*scenario));
    struct err err;

    assert_non_null(joint);
    assert_non_null(scenario);
    assert_int_equal(sim_scenario_parse(scenario, scenario_text, "test", &err), 0);
    const struct sim_options options = {.car = car, .adapter = adapter, .scenario = scenario, .seed = 1};
    joint->sim = sim_new(&options, &sim_events, joint, 0, &err);
    joint->elm = elm327_new(listen_ids, sizeof(listen_ids) / sizeof(listen_ids[0]), &events, joint);
    assert_non_null(joint->sim);
    assert_non_null(joint->elm);
    free(scenario);
    elm327_opened(joint->elm, 0);
    return joint;
}

static void joint_free(struct joint *joint)
{
    elm327_free(joint->elm);
    sim_free(joint->sim);
    free(joint);
}

static int64_t earlier(int64_t a_ns, int64_t b_ns)
{
    if (a_ns == TIME_NONE || b_ns == TIME_NONE)
        return a_ns == TIME_NONE ? b_ns : a_ns;
    return a_ns < b_ns ? a_ns : b_ns;
}

static void joint_run(struct joint *joint, int64_t seconds)
{
    int64_t end_ns = joint->now_ns + seconds * NS_PER_S;

    for (;;) {
        int64_t next_ns = earlier(sim_next(joint->sim), elm327_deadline(joint->elm));

        if (next_ns == TIME_NONE || next_ns > end_ns)
            break;
        if (next_ns > joint->now_ns)
            joint->now_ns = next_ns;
        sim_advance(joint->sim, joint->now_ns);
        if (elm327_deadline(joint->elm) != TIME_NONE && elm327_deadline(joint->elm) <= joint->now_ns)
            elm327_tick(joint->elm, joint->now_ns);
    }
    joint->now_ns = end_ns;
    sim_advance(joint->sim, end_ns);
}

static void ask(struct joint *joint, uint16_t to, uint16_t from, uint8_t length, uint32_t question)
{
    struct frame frame = {.time_ns = TIME_NONE, .id = to, .len = 8};
    struct err err;

    frame.data[0] = length;
    for (unsigned i = 0; i < length; i++)
        frame.data[1 + i] = (uint8_t)(question >> 8 * (length - 1U - i));
    for (unsigned i = 0; i < 50 && !elm327_is_ready(joint->elm); i++)
        joint_run(joint, 1);
    assert_int_equal(elm327_send(joint->elm, joint->now_ns, &frame, from, &err), 0);
    joint_run(joint, 2);
    elm327_done(joint->elm, joint->now_ns);
}

static void every_car_is_asked_through_every_dongle(void **state)
{
    (void)state;
    static const char *const adapters[] = {"elm327", "wican"};
    static const struct {
        const char *car;
        unsigned frames; /* of 2101 */
    } cars[] = {{"ze0-24", 6}, {"aze0-24", 6}, {"aze0-30", 7}, {"ze1-40", 8}, {"env200-40", 8}};

    for (size_t i = 0; i < 10; i++) {
        struct joint *joint = joint_new(cars[i / 2].car, adapters[i % 2], "0 on\n");

        joint_run(joint, 10);
        assert_true(joint->up);
        assert_int_equal(elm327_has(joint->elm, ELM327_QUIRK_FORMATS_ITSELF), i % 2);
        assert_int_equal(joint->sent, 0);
        ask(joint, 0x79B, 0x7BB, 2, 0x2101);
        assert_int_equal(joint->frames[0x7BB], cars[i / 2].frames);
        ask(joint, 0x797, 0x79A, 3, 0x221304);
        assert_int_equal(joint->frames[0x79A], 1);
        assert_memory_equal(joint->answer.data + 1, "\x62\x13\x04\x80", 4);
        assert_int_equal(joint->sent, 3); /* two questions and one flow control */
        assert_int_equal(joint->lost, 0);
        joint_free(joint);
    }
}

static void broadcasts_are_heard_where_there_are_some(void **state)
{
    (void)state;
    struct joint *joint = joint_new("aze0-30", "elm327", "0 on\n");

    joint_run(joint, 60);
    assert_true(joint->frames[0x5C5] > 5);
    assert_true(joint->frames[0x5B3] > 5);
    assert_true(joint->frames[0x60D] > 5);
    assert_int_equal(joint->sent, 0);
    joint_free(joint);
    joint = joint_new("ze1-40", "elm327", "0 on\n");
    joint_run(joint, 60);
    assert_int_equal(joint->frames[0x5C5], 0);
    joint_free(joint);
}

static void a_sleeping_car_hears_nothing_all_day(void **state)
{
    (void)state;
    struct joint *joint = joint_new("aze0-30", "elm327", "0 asleep\n");

    joint_run(joint, 86400);
    assert_true(joint->up);
    assert_int_equal(joint->sent, 0);
    assert_int_equal(joint->lost, 0);
    joint_free(joint);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_car_is_asked_through_every_dongle),
        cmocka_unit_test(broadcasts_are_heard_where_there_are_some),
        cmocka_unit_test(a_sleeping_car_hears_nothing_all_day),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
