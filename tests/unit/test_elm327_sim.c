/* The ELM327 dialogue against the simulator on a virtual clock: each car through each dongle, whole answers,
 * what is on the bus, broadcasts, and every named fault. */
#include "adapter/elm327_dialogue.h"
#include "adapter/reopen.h"
#include "bus/isotp.h"
#include "bus/uds.h"
#include "../simulator/sim.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define SENT_MAX 8192

struct world {
    struct sim *sim;
    struct elm327 *elm;
    struct isotp *isotp;
    int64_t now_ns;
    char line[65536]; /* from the dongle, not yet delivered */
    size_t line_len;
    unsigned ups, losses, heard;
    unsigned wakeups; /* of the process, as its loop would count them */
    bool unplugged, lost;
    int64_t reopen_ns;
    struct reopen reopen;
    struct uds_question question;
    size_t message_len; /* of the answer to it */
    uint8_t message[ISOTP_MESSAGE_MAX];
    struct sim_frame sent[SENT_MAX];
    size_t sent_count;
    unsigned counts[ADAPTER_COUNTER_COUNT];
};

static void on_write(void *ctx, const char *bytes, size_t len)
{
    struct world *world = ctx;
    sim_bytes_in(world->sim, bytes, len, world->now_ns);
}

static void on_frame(void *ctx, const struct frame *frame)
{
    struct world *world = ctx;
    if (frame->id < 0x700) {
        world->heard++;
        return;
    }
    struct isotp_outcome outcome;
    isotp_take(world->isotp, frame, 0, &outcome);
    const struct isotp_message *message = &outcome.message;
    if (outcome.result == ISOTP_COMPLETE &&
        uds_match(&world->question, message->id, message->payload, message->len) == UDS_ANSWER) {
        world->message_len = outcome.message.len;
        memcpy(world->message, outcome.message.payload, outcome.message.len);
    }
}

static void on_voltage(void *ctx, double volts)
{
    (void)ctx;
    assert_true(volts > 11 && volts < 15);
}

static void on_up(void *ctx)
{
    struct world *world = ctx;
    world->ups++;
    reopen_reset(&world->reopen);
}

static void on_starting(void *ctx, const char *words)
{
    (void)ctx;
    assert_true(strlen(words) > 0);
}

static void on_lost(void *ctx, const char *words)
{
    struct world *world = ctx;
    assert_true(strlen(words) > 0);
    world->losses++;
    world->lost = true;
    world->reopen_ns = world->now_ns + reopen_delay_ns(&world->reopen, world->now_ns);
}

static void on_ready(void *ctx)
{
    (void)ctx;
}

static bool on_may_send(void *ctx, const struct frame *frame)
{
    (void)ctx;
    return frame->id == 0x79B || frame->id == 0x797;
}

static void on_count(void *ctx, enum adapter_counter counter)
{
    ((struct world *)ctx)->counts[counter]++;
}

static void on_sim_bytes(void *ctx, const char *bytes, size_t len)
{
    struct world *world = ctx;
    assert_true(len <= sizeof(world->line) - world->line_len);
    memcpy(world->line + world->line_len, bytes, len);
    world->line_len += len;
}

static void on_sim_sent(void *ctx, const struct sim_frame *frame)
{
    struct world *world = ctx;
    assert_true(world->sent_count < SENT_MAX);
    world->sent[world->sent_count++] = *frame;
}

static void on_sim_reachable(void *ctx, bool reachable)
{
    struct world *world = ctx;
    world->unplugged = !reachable;
    world->line_len = 0;
    elm327_closed(world->elm);
    world->lost = true;
    world->reopen_ns = world->now_ns + reopen_delay_ns(&world->reopen, world->now_ns);
}

static const struct elm327_events EVENTS = {
    .write = on_write,
    .frame = on_frame,
    .voltage = on_voltage,
    .up = on_up,
    .starting = on_starting,
    .lost = on_lost,
    .ready = on_ready,
    .may_send = on_may_send,
    .count = on_count,
};

static const struct sim_events SIM_EVENTS = {
    .bytes = on_sim_bytes,
    .sent = on_sim_sent,
    .reachable = on_sim_reachable,
};

static const uint16_t LISTEN[] = {0x1DB, 0x1DC, 0x284, 0x355, 0x55B, 0x5B3, 0x5BC, 0x5C5, 0x60D};

/* A car that stays as it is: on, or asleep. */
static struct world *world_with(const char *car, const char *adapter, enum sim_action action,
                                const char *const *faults, size_t fault_count, unsigned seed)
{
    struct err err;
    struct world *world = calloc(1, sizeof(*world));
    assert_non_null(world);
    struct sim_scenario scenario = {.count = 1, .lines = {{0, action, 0}}};
    struct sim_options options = {.car = car, .adapter = adapter, .scenario = &scenario, .seed = seed};
    options.faults = faults;
    options.fault_count = fault_count;
    world->now_ns = 100 * NS_PER_S;
    world->isotp = isotp_new(0, 0);
    world->elm = elm327_new(LISTEN, sizeof(LISTEN) / sizeof(LISTEN[0]), &EVENTS, world);
    world->sim = sim_new(&options, &SIM_EVENTS, world, world->now_ns, &err);
    assert_non_null(world->sim);
    elm327_opened(world->elm, world->now_ns);
    return world;
}

static struct world *world_new(const char *car, const char *adapter, enum sim_action action,
                               const char *fault)
{
    return world_with(car, adapter, action, &fault, fault ? 1 : 0, 1);
}

static void world_free(struct world *world)
{
    sim_free(world->sim);
    elm327_free(world->elm);
    isotp_free(world->isotp);
    free(world);
}

static int64_t earlier(int64_t a_ns, int64_t b_ns)
{
    if (a_ns == TIME_NONE || b_ns == TIME_NONE) {
        return a_ns == TIME_NONE ? b_ns : a_ns;
    }
    return a_ns < b_ns ? a_ns : b_ns;
}

static void world_deliver(struct world *world)
{
    char bytes[sizeof(world->line)];
    size_t len = world->line_len;
    memcpy(bytes, world->line, len);
    world->line_len = 0;
    elm327_input(world->elm, world->now_ns, (const uint8_t *)bytes, len);
}

static void world_step(struct world *world, int64_t until_ns)
{
    int64_t next_ns = earlier(sim_next(world->sim), elm327_deadline(world->elm));
    next_ns = earlier(next_ns, world->lost && !world->unplugged ? world->reopen_ns : TIME_NONE);
    next_ns = earlier(next_ns, until_ns);
    world->now_ns = next_ns > world->now_ns ? next_ns : world->now_ns;
    sim_advance(world->sim, world->now_ns);
    if (world->line_len > 0) {
        world->wakeups++;
        world_deliver(world);
    }
    int64_t deadline_ns = elm327_deadline(world->elm);
    world->wakeups += deadline_ns != TIME_NONE && world->now_ns >= deadline_ns;
    elm327_tick(world->elm, world->now_ns);
    if (world->lost && !world->unplugged && world->now_ns >= world->reopen_ns) {
        world->lost = false;
        reopen_begun(&world->reopen, world->now_ns);
        elm327_opened(world->elm, world->now_ns);
    }
}

static void world_run(struct world *world, int64_t ns)
{
    int64_t until_ns = world->now_ns + ns;
    while (world->now_ns < until_ns) {
        world_step(world, until_ns);
    }
}

static void world_wait_ready(struct world *world, int64_t most_ns)
{
    int64_t until_ns = world->now_ns + most_ns;
    while (!elm327_is_ready(world->elm)) {
        assert_true(world->now_ns < until_ns);
        world_step(world, until_ns);
    }
}

/* Asks, and lives until the dialogue is ready again. Returns the length of the answer, 0 for none. */
static size_t world_ask(struct world *world, uint16_t to, uint16_t from, const char *ask)
{
    struct err err;
    struct frame frame;
    world->question = (struct uds_question){.to = to, .from = from, .ask_len = (uint8_t)(strlen(ask) / 2)};
    for (size_t i = 0; i < world->question.ask_len; i++) {
        char digits[3] = {ask[2 * i], ask[2 * i + 1], '\0'};
        world->question.ask[i] = (uint8_t)strtoul(digits, NULL, 16);
    }
    uds_question_frame(&world->question, &frame);
    world_wait_ready(world, 60 * NS_PER_S);
    world->message_len = 0;
    isotp_drop(world->isotp, from);
    if (elm327_send(world->elm, world->now_ns, &frame, from, &err) != 0) {
        return 0;
    }
    world_wait_ready(world, 60 * NS_PER_S);
    elm327_done(world->elm, world->now_ns);
    return world->message_len;
}

static void check_sent(const struct world *world, size_t index, uint32_t id, const char *bytes)
{
    assert_true(index < world->sent_count);
    assert_int_equal(world->sent[index].id, id);
    assert_int_equal(world->sent[index].len, 8);
    assert_memory_equal(world->sent[index].data, bytes, 8);
}

static void test_each_car_through_each_dongle(void **state)
{
    (void)state;
    static const char *const CARS[] = {"ze0-24", "aze0-24", "aze0-30", "ze1-40", "env200-40"};
    static const size_t LENGTHS[] = {41, 41, 43, 53, 53};
    static const char *const DONGLES[] = {"elm327", "wican"};
    for (size_t i = 0; i < 5; i++) {
        for (size_t k = 0; k < 2; k++) {
            struct world *world = world_new(CARS[i], DONGLES[k], SIM_ACT_ON, NULL);
            world_run(world,
                      15 * NS_PER_S); /* a 40 kWh pack answers shorter right after it was switched on */
            assert_int_equal(elm327_has(world->elm, ELM327_QUIRK_FORMATS_ITSELF), k == 1);
            assert_int_equal(world->sent_count, 0);
            assert_int_equal(world_ask(world, 0x79B, 0x7BB, "2101"), LENGTHS[i]);
            assert_int_equal(world->message[0], 0x61);
            check_sent(world, 0, 0x79B, "\x02\x21\x01\0\0\0\0\0");
            check_sent(world, 1, 0x79B, "\x30\0\0\0\0\0\0\0");
            assert_true(world_ask(world, 0x797, 0x79A, "221304") >= 4);
            assert_int_equal(world->message[0], 0x62);
            check_sent(world, 2, 0x797, "\x03\x22\x13\x04\0\0\0\0");
            assert_int_equal(world_ask(world, 0x79B, 0x7BB, "2102"), 0xC6);
            world_free(world);
        }
    }
}

/* What the waits between two tries count on (reopen.h). */
static void test_start_is_quick(void **state)
{
    (void)state;
    static const char *const DONGLES[] = {"elm327", "wican"};
    for (size_t i = 0; i < sizeof(DONGLES) / sizeof(DONGLES[0]); i++) {
        struct world *world = world_new("aze0-30", DONGLES[i], SIM_ACT_ON, NULL);
        int64_t begun_ns = world->now_ns;
        world_wait_ready(world, 60 * NS_PER_S);
        assert_in_range(world->now_ns - begun_ns, 1, REOPEN_START_NS);
        world_free(world);
    }
}

static void test_broadcasts_are_heard(void **state)
{
    (void)state;
    struct world *world = world_new("aze0-30", "elm327", SIM_ACT_ON, NULL);
    world_run(world, 30 * NS_PER_S);
    assert_true(world->heard > 100);
    assert_int_equal(world->sent_count, 0);
    assert_int_equal(world->ups, 1);
    assert_int_equal(world->counts[ADAPTER_GARBAGE], 0);
    world_free(world);
}

/* Silence and sleep: not a single frame in two hours of listening and reading the supply, and few wake-ups.
 */
static void test_sleeping_car_is_left_alone(void **state)
{
    (void)state;
    struct world *world = world_new("aze0-24", "elm327", SIM_ACT_ASLEEP, NULL);
    world_run(world, NS_PER_MIN);
    world->wakeups = 0;
    world_run(world, 2 * NS_PER_H);
    assert_int_equal(world->sent_count, 0);
    print_message("%.2f wake-ups/s\n", world->wakeups / 7200.0);
    assert_true(world->wakeups <= 2 * 7200);
    assert_int_equal(world->ups, 1);
    world_free(world);
}

/* The frames that may stand on the bus: the question, and flow control. */
static void check_all_sent(const struct world *world)
{
    for (size_t i = 0; i < world->sent_count; i++) {
        const struct sim_frame *frame = &world->sent[i];
        assert_int_equal(frame->id, 0x79B);
        assert_int_equal(frame->len, 8);
        if (frame->data[0] != 0x30) {
            assert_memory_equal(frame->data, "\x02\x21\x01\0\0\0\0\0", 8);
        }
    }
}

/* While the fault lasts an answer has the right length or is none: garbled bytes apart nothing else gets by.
 */
static void live_with_fault(struct world *world, const struct sim_fault_about *about)
{
    int64_t end_ns = world->now_ns + 50 * NS_PER_S;
    while (world->now_ns < end_ns) {
        size_t len = world_ask(world, 0x79B, 0x7BB, "2101");
        if (len != 0 && len != 43) {
            fail_msg("%s: an answer of %zu bytes", about->name, len);
        }
        world_run(world, 500 * NS_PER_MS);
    }
}

/* Each fault begins 20 s after the start, while it polls, and lasts 30 s: no frame goes anywhere else, no
 * answer of a wrong length is complete, and afterwards all is well again without help. */
static void test_each_fault(void **state)
{
    (void)state;
    unsigned ill = 0;
    for (size_t i = 0; sim_fault_about(i); i++) {
        char fault[64];
        const struct sim_fault_about *about = sim_fault_about(i);
        snprintf(fault, sizeof(fault), "%s@20+30", about->name);
        struct world *world = world_new("aze0-30", "elm327", SIM_ACT_ON, fault);
        live_with_fault(world, about);
        world_run(world, 25 * NS_PER_S);
        size_t len = world_ask(world, 0x79B, 0x7BB, "2101");
        if (len != 43) {
            print_message("%s: not well again\n", about->name);
            ill++;
        }
        check_all_sent(world);
        world_free(world);
    }
    assert_int_equal(ill, 0);
}

/* Asks as often as may be until `until_ns`; returns when a whole answer came, or TIME_NONE. */
static int64_t ask_until_answered(struct world *world, int64_t from_ns, int64_t until_ns)
{
    struct err err;
    struct frame frame;
    world->question = (struct uds_question){.to = 0x79B, .from = 0x7BB, .ask_len = 2, .ask = {0x21, 1}};
    uds_question_frame(&world->question, &frame);
    while (world->now_ns < until_ns) {
        if (elm327_is_ready(world->elm) && elm327_send(world->elm, world->now_ns, &frame, 0x7BB, &err) == 0) {
            world->message_len = 0;
            isotp_drop(world->isotp, 0x7BB);
        }
        world_step(world, world->now_ns + 100 * NS_PER_MS);
        if (world->message_len == 43 && world->now_ns > from_ns) {
            return world->now_ns;
        }
    }
    return TIME_NONE;
}

/* How long after the end of a fault, that began 5 s after the start and lasted `seconds`, a question is
 * answered. */
static double recovery_s(const char *name, double seconds)
{
    char fault[64];
    snprintf(fault, sizeof(fault), "%s@5+%.2f", name, seconds);
    struct world *world = world_new("aze0-30", "elm327", SIM_ACT_ON, fault);
    int64_t end_ns = world->now_ns + (int64_t)((5 + seconds) * NS_PER_S);
    int64_t answered_ns = ask_until_answered(world, end_ns, end_ns + 120 * NS_PER_S);
    world_free(world);
    return answered_ns == TIME_NONE ? INFINITY : (double)(answered_ns - end_ns) / NS_PER_S;
}

/* Whatever the fault and wherever in a try it ends: within 10 s a question is answered again. */
static void test_each_fault_is_recovered_from_in_time(void **state)
{
    (void)state;
    double slowest = 0;
    for (size_t i = 0; sim_fault_about(i); i++) {
        const char *name = sim_fault_about(i)->name;
        double worst = 0;
        for (double seconds = 3; seconds < 60; seconds = seconds * 1.31 + 0.37) {
            worst = fmax(worst, recovery_s(name, seconds));
        }
        if (worst > 2) {
            print_message("%s: %.1f s\n", name, worst);
        }
        slowest = fmax(slowest, worst);
    }
    assert_true(slowest <= 10);
}

#define BURSTS 20

/* Bursts of lost bytes in the middle of polling: what stands on the bus is what was asked, and an answer has
 * its length or is none. Returns how many answers came. */
static unsigned live_with_bursts(const char *name, unsigned seed)
{
    char texts[BURSTS][64];
    const char *faults[BURSTS];
    for (size_t i = 0; i < BURSTS; i++) {
        snprintf(texts[i], sizeof(texts[i]), "%s@%zu+0.3", name, 6 + 5 * i);
        faults[i] = texts[i];
    }
    struct world *world = world_with("aze0-30", "elm327", SIM_ACT_ON, faults, BURSTS, seed);
    int64_t end_ns = world->now_ns + (int64_t)(10 + 5 * BURSTS) * NS_PER_S;
    unsigned answers = 0;
    while (world->now_ns < end_ns) {
        size_t len = world_ask(world, 0x79B, 0x7BB, "2101");
        if (len != 0 && len != 43) {
            fail_msg("%s, seed %u: an answer of %zu bytes", name, seed, len);
        }
        answers += len > 0;
        world_run(world, 20 * NS_PER_MS);
    }
    check_all_sent(world);
    world_free(world);
    return answers;
}

/* E18. GARAGED_SEEDS: how many, for the long runs. */
static void test_lost_bytes(void **state)
{
    (void)state;
    static const char *const NAMES[] = {"deaf-5", "deaf-50", "lost-bytes-5", "lost-bytes-50"};
    const char *text = getenv("GARAGED_SEEDS");
    unsigned seeds = text ? (unsigned)strtoul(text, NULL, 10) : 5;
    unsigned answers = 0;
    for (unsigned seed = 1; seed <= seeds; seed++) {
        for (size_t i = 0; i < 4; i++) {
            answers += live_with_bursts(NAMES[i], seed);
        }
    }
    print_message("%u answers\n", answers);
    assert_true(answers > 100 * seeds);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_car_through_each_dongle),
        cmocka_unit_test(test_start_is_quick),
        cmocka_unit_test(test_broadcasts_are_heard),
        cmocka_unit_test(test_sleeping_car_is_left_alone),
        cmocka_unit_test(test_each_fault),
        cmocka_unit_test(test_lost_bytes),
        cmocka_unit_test(test_each_fault_is_recovered_from_in_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
