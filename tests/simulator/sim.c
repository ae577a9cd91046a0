/* Joins model, control units, broadcasts, dongle and line, and takes their next deeds in the order of time.
 */
#include "sim_private.h"

#include "util/core/time.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#define FIRST_DIAGNOSTIC_ID 0x700
#define DOZES_BELOW_V       13.0
#define DOZES_AFTER_NS      NS_PER_MIN

static int64_t sim_model_second(const struct sim *sim, int64_t now_ns)
{
    return (int64_t)((double)(now_ns - sim->start_ns) * sim->speed / (double)NS_PER_S);
}

static int64_t sim_scenario_due(const struct sim *sim)
{
    if (sim->scenario_next >= sim->scenario.count)
        return TIME_NONE;
    double model_ns = (double)(sim->scenario.lines[sim->scenario_next].at_ms * NS_PER_MS);
    return sim->start_ns + (int64_t)ceil(model_ns / sim->speed);
}

static bool sim_has_fault(const struct sim *sim, enum sim_fault fault)
{
    return sim_faults_active(&sim->faults, fault, sim->now_ns);
}

static bool sim_fault_number(void *ctx, enum sim_fault fault, unsigned *number)
{
    const struct sim *sim = ctx;

    return sim_faults_number(&sim->faults, fault, sim->now_ns, number);
}

static void sim_write(void *ctx, const char *bytes, size_t len)
{
    struct sim *sim = ctx;

    sim_outline_put(&sim->line, bytes, len, sim->now_ns);
}

static size_t sim_queued(void *ctx)
{
    const struct sim *sim = ctx;

    return sim_outline_queued(&sim->line);
}

static double sim_volts(void *ctx)
{
    const struct sim *sim = ctx;

    return sim->model.supply.volts + sim->voltmeter_error_v;
}

static bool sim_send(void *ctx, const struct sim_frame *frame)
{
    struct sim *sim = ctx;

    sim->frames_sent++;
    if (!sim->model.alive)
        sim->sent_to_silent++;
    if (sim->events.sent)
        sim->events.sent(sim->ctx, frame);
    sim_faults_asked(&sim->faults, frame, sim->now_ns);
    sim_ecus_receive(&sim->ecus, frame, sim->now_ns);
    return sim->model.alive;
}

static bool sim_dongle_hears(void *ctx, uint32_t id)
{
    const struct sim *sim = ctx;

    return sim->ops->hears(sim->dongle, id);
}

/* Broadcasts are made only while the car is alive and somebody listens. */
static void sim_follow(struct sim *sim)
{
    bool powered = !sim->unplugged;
    unsigned generation = sim->model.alive && powered ? sim->ops->listening(sim->dongle) : 0;

    if (!sim->model.alive && sim_ecus_next(&sim->ecus) != TIME_NONE)
        sim_ecus_stop(&sim->ecus);
    if (generation == sim->heard_generation)
        return;
    sim->heard_generation = generation;
    if (generation == 0)
        sim_broadcast_stop(&sim->broadcast);
    else
        sim_broadcast_listen(&sim->broadcast, sim_dongle_hears, sim, sim->now_ns);
}

/* A dongle that switches itself off has no contact to the host until the supply rises. */
static bool sim_dozes(struct sim *sim)
{
    if (sim->model.supply.volts >= DOZES_BELOW_V || !(sim->adapter->ways & SIM_WAY_SLEEPS))
        sim->supplied_ns = sim->now_ns;
    return sim->now_ns - sim->supplied_ns >= DOZES_AFTER_NS;
}

static void sim_follow_contact(struct sim *sim)
{
    bool reachable = !sim->model.away && !sim->unplugged && !sim_dozes(sim);

    if (reachable == sim->reachable)
        return;
    sim->reachable = reachable;
    sim_outline_clear(&sim->line);
    if (sim->events.reachable)
        sim->events.reachable(sim->ctx, reachable);
}

static void sim_follow_power(struct sim *sim)
{
    bool unplugged = sim_has_fault(sim, SIM_FAULT_UNPLUG);
    bool browns_out = sim_has_fault(sim, SIM_FAULT_RESET);
    bool restarting = browns_out || sim_has_fault(sim, SIM_FAULT_BANNER);

    if (sim->unplugged && !unplugged)
        sim->ops->power_up(sim->dongle, sim->now_ns);
    if (restarting && !sim->restarting)
        sim->ops->restart(sim->dongle, browns_out ? "LV RESET" : "ELM327 v1.5", sim->now_ns);
    sim->unplugged = unplugged;
    sim->restarting = restarting;
}

static void sim_follow_faults(struct sim *sim)
{
    bool frozen = sim_has_fault(sim, SIM_FAULT_FROZEN);

    sim_follow_power(sim);
    if (frozen && !sim->frozen)
        sim->frozen_model = sim->model;
    sim->frozen = frozen;
    sim->frozen_model.alive = sim->model.alive;
    sim->ecus.model = frozen ? &sim->frozen_model : &sim->model;
}

static void sim_hear(struct sim *sim, struct sim_frame *frame)
{
    if (sim->unplugged || !sim->ops->hears(sim->dongle, frame->id))
        return;
    if (frame->id < FIRST_DIAGNOSTIC_ID)
        sim->faults.heard = *frame;
    if (sim_faults_frame(&sim->faults, frame, sim->now_ns))
        sim->ops->frame(sim->dongle, frame, sim->now_ns);
}

/* What a fault adds to the frames of an answer gets past the filter, but not into a dongle that does not
 * listen. */
static void sim_hear_added(struct sim *sim)
{
    struct sim_frame frame;

    while (sim_faults_take(&sim->faults, sim->now_ns, &frame))
        if (!sim->unplugged && sim->ops->listening(sim->dongle) != 0)
            sim->ops->frame(sim->dongle, &frame, sim->now_ns);
}

static void sim_hear_talkers(struct sim *sim)
{
    struct sim_frame frame;

    while (sim_faults_talk(&sim->faults, sim->now_ns, &frame)) {
        sim_ecus_receive(&sim->ecus, &frame, sim->now_ns);
        if (!sim->unplugged && sim->ops->hears(sim->dongle, frame.id))
            sim->ops->frame(sim->dongle, &frame, sim->now_ns);
    }
}

static int64_t sim_byte_ns(const struct sim *sim)
{
    return sim_faults_byte_ns(&sim->faults, sim->now_ns);
}

/* A fault that begins at one of these bytes takes the rest of the line with it. */
static void sim_pass_to_host(struct sim *sim, const char *bytes, size_t len)
{
    size_t passed = sim_faults_pass(&sim->faults, len, sim->now_ns);

    if (passed > 0 && sim->reachable && sim->events.bytes)
        sim->events.bytes(sim->ctx, bytes, passed);
    if (passed < len)
        sim_outline_clear(&sim->line);
}

static void sim_emit(struct sim *sim)
{
    char piece[SIM_FAULT_PIECE_MAX];
    int64_t stall_ns = sim_faults_stall_ns(&sim->faults, sim->now_ns);

    if (stall_ns > 0) {
        sim_outline_stall(&sim->line, stall_ns);
        return;
    }
    size_t len = sim_outline_take(&sim->line, sim_byte_ns(sim), piece);
    sim_pass_to_host(sim, piece, sim_faults_bytes(&sim->faults, piece, len, sim->now_ns));
}

static int64_t earlier(int64_t a_ns, int64_t b_ns)
{
    if (a_ns == TIME_NONE || b_ns == TIME_NONE)
        return a_ns == TIME_NONE ? b_ns : a_ns;
    return a_ns < b_ns ? a_ns : b_ns;
}

static int64_t sim_dongle_due(const struct sim *sim)
{
    return sim->unplugged ? TIME_NONE : sim->ops->next(sim->dongle);
}

static int64_t sim_line_due(const struct sim *sim)
{
    return sim_outline_next(&sim->line, sim_byte_ns(sim));
}

/* Nobody else talks on a bus that sleeps. */
static int64_t sim_talkers_due(const struct sim *sim)
{
    return sim->model.alive ? sim_faults_talk_next(&sim->faults, sim->now_ns) : TIME_NONE;
}

static int64_t sim_text_due(const struct sim *sim)
{
    return sim->ops->text && !sim->unplugged ? sim_faults_text_next(&sim->faults, sim->now_ns) : TIME_NONE;
}

int64_t sim_next(const struct sim *sim)
{
    int64_t next_ns = earlier(sim_scenario_due(sim), sim_faults_next(&sim->faults, sim->now_ns));

    next_ns = earlier(next_ns, sim_broadcast_next(&sim->broadcast));
    next_ns = earlier(next_ns, sim_ecus_next(&sim->ecus));
    next_ns = earlier(next_ns, sim_dongle_due(sim));
    next_ns = earlier(next_ns, sim_line_due(sim));
    next_ns = earlier(next_ns, sim_talkers_due(sim));
    next_ns = earlier(next_ns, sim_text_due(sim));
    if (sim->adapter->ways & SIM_WAY_SLEEPS)
        next_ns = earlier(next_ns, sim->now_ns + NS_PER_S);
    return next_ns != TIME_NONE && next_ns < sim->now_ns ? sim->now_ns : next_ns;
}

static bool is_due(int64_t due_ns, int64_t now_ns)
{
    return due_ns != TIME_NONE && due_ns <= now_ns;
}

static void sim_play(struct sim *sim)
{
    while (is_due(sim_scenario_due(sim), sim->now_ns)) {
        const struct sim_scenario_line *line = &sim->scenario.lines[sim->scenario_next];

        sim->scenario_next++;
        sim_model_act(&sim->model, line->action, line->value);
    }
}

/* What depends on the moment, and on bytes that have passed: a fault may have waited for one. */
static void sim_settle(struct sim *sim)
{
    sim_follow_faults(sim);
    sim_follow(sim);
    sim_follow_contact(sim);
}

/* Moves the clock and what depends on nothing but it. */
static void sim_move(struct sim *sim, int64_t now_ns)
{
    assert(now_ns >= sim->now_ns);
    sim->now_ns = now_ns;
    sim_model_advance(&sim->model, sim_model_second(sim, now_ns));
    sim_play(sim);
    sim_settle(sim);
}

/* What faults do by themselves at this moment. */
static void sim_step_faults(struct sim *sim)
{
    unsigned text;

    sim_hear_added(sim);
    if (is_due(sim_talkers_due(sim), sim->now_ns))
        sim_hear_talkers(sim);
    if (is_due(sim_text_due(sim), sim->now_ns) && sim_faults_text(&sim->faults, sim->now_ns, &text))
        sim->ops->text(sim->dongle, text, sim->now_ns);
}

/* Everything that is due at this moment, once each. */
static void sim_step(struct sim *sim)
{
    struct sim_frame frame;

    if (is_due(sim_line_due(sim), sim->now_ns))
        sim_emit(sim);
    sim_step_faults(sim);
    if (is_due(sim_ecus_next(&sim->ecus), sim->now_ns) && sim_ecus_take(&sim->ecus, &frame))
        sim_hear(sim, &frame);
    if (is_due(sim_broadcast_next(&sim->broadcast), sim->now_ns)) {
        sim_broadcast_take(&sim->broadcast, sim->frozen ? &sim->frozen_model : &sim->model, &frame);
        sim_hear(sim, &frame);
    }
    if (is_due(sim_dongle_due(sim), sim->now_ns))
        sim->ops->tick(sim->dongle, sim->now_ns);
    sim_settle(sim);
}

void sim_advance(struct sim *sim, int64_t now_ns)
{
    for (;;) {
        int64_t next_ns = sim_next(sim);

        if (next_ns == TIME_NONE || next_ns > now_ns)
            break;
        sim_move(sim, next_ns);
        sim_step(sim);
    }
    if (now_ns > sim->now_ns)
        sim_move(sim, now_ns);
}

void sim_bytes_in(struct sim *sim, const void *bytes, size_t len, int64_t now_ns)
{
    const uint8_t *byte = bytes;

    sim_advance(sim, now_ns);
    if (!sim->reachable || sim_has_fault(sim, SIM_FAULT_SILENT))
        return;
    len = sim_faults_pass(&sim->faults, len, sim->now_ns);
    for (; len > 0; len--, byte++)
        if (!sim_faults_deaf(&sim->faults, sim->now_ns))
            sim->ops->bytes(sim->dongle, byte, 1, sim->now_ns);
    sim_settle(sim);
}

void sim_act(struct sim *sim, enum sim_action action, double value, int64_t now_ns)
{
    sim_advance(sim, now_ns);
    sim_model_act(&sim->model, action, value);
    sim_follow(sim);
    sim_follow_contact(sim);
}

int sim_break(struct sim *sim, const char *fault, int64_t now_ns, struct err *err)
{
    sim_advance(sim, now_ns);
    if (sim_faults_add(&sim->faults, fault, sim->now_ns, err) != 0)
        return -1;
    sim_settle(sim);
    return 0;
}

bool sim_is_reachable(const struct sim *sim)
{
    return sim->reachable;
}

struct sim_truth sim_truth(const struct sim *sim)
{
    struct sim_truth truth = {
        .model = &sim->model,
        .now_ns = sim->now_ns,
        .elapsed_ns = sim->now_ns - sim->start_ns,
        .reachable = sim->reachable,
        .dongle_volts = sim->model.supply.volts + sim->voltmeter_error_v,
        .frames_sent = sim->frames_sent,
        .sent_to_silent = sim->sent_to_silent,
    };

    return truth;
}

struct sim *sim_new(const struct sim_options *options, const struct sim_events *events, void *ctx,
                    int64_t now_ns, struct err *err)
{
    struct sim *sim = calloc(1, sizeof(*sim));

    if (!sim) {
        err_set(err, "out of memory");
        return NULL;
    }
    sim->start_ns = now_ns;
    sim->supplied_ns = now_ns;
    sim->now_ns = now_ns;
    sim->reachable = true;
    sim->world = (struct sim_surroundings){sim, sim_write, sim_queued, sim_send, sim_volts, sim_fault_number};
    if (sim_build(sim, options, err) != 0) {
        sim_free(sim);
        return NULL;
    }
    sim_move(sim, now_ns);
    sim->events = *events; /* only now: nothing is told from within sim_new() */
    sim->ctx = ctx;
    return sim;
}

void sim_free(struct sim *sim)
{
    free(sim);
}
