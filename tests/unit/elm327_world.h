/* The ELM327 dialogue and the simulator on one virtual clock, for the tests of both together: a car that
 * stays as it is, a dongle, and faults. */
#ifndef TESTS_ELM327_WORLD_H
#define TESTS_ELM327_WORLD_H

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
    bool heard_id[FRAME_ID_MAX + 1];
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

static inline void on_write(void *ctx, const char *bytes, size_t len)
{
    struct world *world = ctx;
    sim_bytes_in(world->sim, bytes, len, world->now_ns);
}

static inline void on_frame(void *ctx, const struct frame *frame)
{
    struct world *world = ctx;
    if (frame->id < 0x700) {
        world->heard++;
        world->heard_id[frame->id] = true;
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

static inline void on_voltage(void *ctx, double volts)
{
    (void)ctx;
    assert_true(volts > 11 && volts < 15);
}

static inline void on_up(void *ctx)
{
    struct world *world = ctx;
    world->ups++;
    reopen_reset(&world->reopen);
}

static inline void on_starting(void *ctx, const char *words)
{
    (void)ctx;
    assert_true(strlen(words) > 0);
}

static inline void on_lost(void *ctx, const char *words)
{
    struct world *world = ctx;
    assert_true(strlen(words) > 0);
    world->losses++;
    world->lost = true;
    world->reopen_ns = world->now_ns + reopen_delay_ns(&world->reopen, world->now_ns);
}

static inline void on_ready(void *ctx)
{
    (void)ctx;
}

static inline bool on_may_send(void *ctx, const struct frame *frame)
{
    (void)ctx;
    return frame->id == 0x79B || frame->id == 0x797;
}

static inline void on_count(void *ctx, enum adapter_counter counter)
{
    ((struct world *)ctx)->counts[counter]++;
}

static inline void on_sim_bytes(void *ctx, const char *bytes, size_t len)
{
    struct world *world = ctx;
    assert_true(len <= sizeof(world->line) - world->line_len);
    memcpy(world->line + world->line_len, bytes, len);
    world->line_len += len;
}

static inline void on_sim_sent(void *ctx, const struct sim_frame *frame)
{
    struct world *world = ctx;
    assert_true(world->sent_count < SENT_MAX);
    world->sent[world->sent_count++] = *frame;
}

static inline void on_sim_reachable(void *ctx, bool reachable)
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
static inline struct world *world_with(const char *car, const char *adapter, enum sim_action action,
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

static inline struct world *world_new(const char *car, const char *adapter, enum sim_action action,
                                      const char *fault)
{
    return world_with(car, adapter, action, &fault, fault ? 1 : 0, 1);
}

static inline void world_free(struct world *world)
{
    sim_free(world->sim);
    elm327_free(world->elm);
    isotp_free(world->isotp);
    free(world);
}

static inline int64_t earlier(int64_t a_ns, int64_t b_ns)
{
    if (a_ns == TIME_NONE || b_ns == TIME_NONE) {
        return a_ns == TIME_NONE ? b_ns : a_ns;
    }
    return a_ns < b_ns ? a_ns : b_ns;
}

static inline void world_deliver(struct world *world)
{
    char bytes[sizeof(world->line)];
    size_t len = world->line_len;
    memcpy(bytes, world->line, len);
    world->line_len = 0;
    elm327_input(world->elm, world->now_ns, (const uint8_t *)bytes, len);
}

static inline void world_step(struct world *world, int64_t until_ns)
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

static inline void world_run(struct world *world, int64_t ns)
{
    int64_t until_ns = world->now_ns + ns;
    while (world->now_ns < until_ns) {
        world_step(world, until_ns);
    }
}

/* Whether it is ready in time. */
static inline bool world_gets_ready(struct world *world, int64_t most_ns)
{
    int64_t until_ns = world->now_ns + most_ns;
    while (!elm327_is_ready(world->elm) && world->now_ns < until_ns) {
        world_step(world, until_ns);
    }
    return elm327_is_ready(world->elm);
}

static inline void world_wait_ready(struct world *world, int64_t most_ns)
{
    assert_true(world_gets_ready(world, most_ns));
}

/* Asks, and lives until the dialogue is ready again, or for a minute. Returns the length of the answer, 0 for none. */
static inline size_t world_ask(struct world *world, uint16_t to, uint16_t from, const char *ask)
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
    world_gets_ready(world, 60 * NS_PER_S);
    elm327_done(world->elm, world->now_ns);
    return world->message_len;
}

/* The frames that may stand on the bus: the question, and flow control. */
static inline void check_all_sent(const struct world *world)
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

#endif
