/* The virtual garage. Bytes between host and dongle wait in two buffers, so that nobody is called while it is
 * calling. */
#include "life.h"

#include "car/signal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define TURNS_MAX 100000000u
#define AWAKE_NS        (90 * NS_PER_S) /* an answer of a silent car holds so long (DESIGN 5.2) */
/* What a car broadcasts holds 10 s; and a line of 9,600 baud takes its time both ways. */
#define AWAKE_SPOKEN_NS (10 * NS_PER_S + 250 * NS_PER_MS)

#define AWAKE_VOLTS 12.85 /* a voltmeter of one decimal says 12.9 */

/* ---- the dongle's side ---- */

static void on_bytes(void *ctx, const char *bytes, size_t len)
{
    struct life *life = ctx;

    assert_true(life->to_host_len + len <= sizeof(life->to_host));
    memcpy(life->to_host + life->to_host_len, bytes, len);
    life->to_host_len += len;
}

/* DESIGN 5.6, written down once more, from the page and not from gate/. */
static bool is_allowed(const struct life *life, const struct sim_frame *frame)
{
    static const uint32_t never[] = {0x70E, 0x740, 0x742, 0x745, 0x746, 0x747, 0x752};
    unsigned pci = frame->data[0] >> 4;

    for (size_t i = 0; i < sizeof(never) / sizeof(never[0]); i++)
        if (frame->id == never[i])
            return false;
    if (frame->len != 8 || frame->id < 0x700 || frame->id > 0x7E7 || frame->id == 0x7DF)
        return false;
    if (pci == 3)
        return life->asked_ns[frame->id] != 0 && life->now_ns - life->asked_ns[frame->id] <= NS_PER_S;
    return pci == 0 && frame->data[0] >= 1 && (frame->data[1] == 0x21 || frame->data[1] == 0x22);
}

/* As far as anybody at the socket could tell: not known to be a car that broadcasts. */
static bool is_silent(const struct life *life)
{
    return life_model(life)->variant->mask == SIM_ZE1_40 || !life->contact.listens ||
           probe_core_counter(life->core, COUNTER_FRAMES_HEARD) == 0;
}

static void on_sent(void *ctx, const struct sim_frame *frame)
{
    struct life *life = ctx;
    unsigned slot = life->sent++ % 8;
    unsigned pci = frame->data[0] >> 4;

    if (life->now_ns - life->sent_ns[slot] < NS_PER_S)
        life->too_fast++;
    life->sent_ns[slot] = life->now_ns;
    if (!is_allowed(life, frame))
        life->not_allowed++;
    if (life->now_ns - life->alive_ns > (is_silent(life) ? AWAKE_NS : AWAKE_SPOKEN_NS))
        life->to_sleeper++;
    if (pci != 0)
        return;
    life->requests++;
    life->names_asked += (frame->id == 0x797 && frame->data[1] == 0x21 && frame->data[2] == 0x81) ||
                         (frame->id == 0x79B && frame->data[1] == 0x21 && frame->data[2] == 0x84);
    if (life->now_ns - life->asked_ns[frame->id] < 100 * NS_PER_MS)
        life->too_close++;
    life->asked_ns[frame->id] = life->now_ns;
}

/* ---- the port ---- */

static void take_down(struct life *life)
{
    elm327_closed(life->elm);
    life->is_open = false;
    life->contact.up = false;
    life->reopen_ns = life->now_ns + reopen_delay_ns(&life->delay, life->now_ns);
    probe_core_set_contact(life->core, &life->contact, life->now_ns);
}

static void open_port(struct life *life)
{
    reopen_begun(&life->delay, life->now_ns);
    if (!sim_is_reachable(life->sim)) {
        take_down(life);
        return;
    }
    life->reopen_ns = TIME_NONE;
    life->is_open = true;
    life->to_host_len = 0;
    elm327_opened(life->elm, life->now_ns);
}

static void on_reachable(void *ctx, bool reachable)
{
    struct life *life = ctx;

    life->to_host_len = 0;
    life->to_dongle_len = 0;
    if (reachable) {
        life->reopen_ns = life->has_hint ? life->now_ns : life->reopen_ns;
        return;
    }
    life->downs++;
    if (life->is_open)
        take_down(life);
}

/* ---- the host's side ---- */

static void on_write(void *ctx, const char *bytes, size_t len)
{
    struct life *life = ctx;

    assert_true(life->to_dongle_len + len <= sizeof(life->to_dongle));
    memcpy(life->to_dongle + life->to_dongle_len, bytes, len);
    life->to_dongle_len += len;
}

static void on_frame(void *ctx, const struct frame *frame)
{
    struct life *life = ctx;

    if (!life->is_deaf || frame->id >= 0x700)
        probe_core_take_frame(life->core, frame, life->now_ns);
}

static void on_voltage(void *ctx, double volts)
{
    struct life *life = ctx;

    if (life->has_voltmeter)
        probe_core_take_volts(life->core, volts + life->volts_add, life->now_ns);
}

static void on_up(void *ctx)
{
    struct life *life = ctx;

    life->ups++;
    life->up_ns = life->now_ns;
    reopen_reset(&life->delay);
    life->contact.up = true;
    life->contact.can_send = true;
    life->contact.has_voltmeter = life->has_voltmeter && !elm327_has(life->elm, ELM327_QUIRK_NO_VOLTMETER);
    life->contact.listens = !life->is_deaf && elm327_listens(life->elm);
    life->contact.traits = (struct probe_traits){.sends_flow_control = true};
    probe_core_set_contact(life->core, &life->contact, life->now_ns);
}

static void on_starting(void *ctx, const char *words)
{
    struct life *life = ctx;

    (void)words;
    life->contact.up = false;
    probe_core_set_contact(life->core, &life->contact, life->now_ns);
}

static void on_lost(void *ctx, const char *words)
{
    (void)words;
    take_down(ctx);
}

static void on_ready(void *ctx)
{
    struct life *life = ctx;

    probe_core_take_ready(life->core, life->now_ns);
}

static bool on_may_send(void *ctx, const struct frame *frame)
{
    struct life *life = ctx;

    return probe_core_may_send(life->core, frame, life->now_ns);
}

static void on_count(void *ctx, enum adapter_counter counter)
{
    (void)ctx;
    (void)counter;
}

/* ---- the core's port ---- */

static bool port_is_ready(void *ctx)
{
    struct life *life = ctx;

    return life->contact.up && elm327_is_ready(life->elm);
}

static int port_send(void *ctx, const struct frame *frame, uint16_t answer_id)
{
    struct life *life = ctx;
    struct err err;

    return elm327_send(life->elm, life->now_ns, frame, answer_id, &err);
}

static void port_done(void *ctx)
{
    struct life *life = ctx;

    elm327_done(life->elm, life->now_ns);
}

/* ---- life ---- */

static void make_host(struct life *life, const struct life_options *options)
{
    static const struct elm327_events events = {
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
    static const uint8_t key[SHA256_BYTES] = {7};
    const struct probe_port port = {life, port_is_ready, port_send, port_done};
    struct probe_core_settings settings = {.definition = life->definition, .poll = !options->no_poll,
                                           .dongle_sleeps = options->dongle_sleeps};
    size_t count;
    const uint16_t *ids = definition_frame_ids(life->definition, &count);

    settings.generation = options->generation
                              ? definition_generation_find(life->definition, options->generation)
                              : DEFINITION_GENERATION_AUTO;
    life->identity = settings.identity = probe_identity_new(key);
    life->core = probe_core_new(&settings, &port, life->now_ns);
    life->elm = elm327_new(ids, count, &events, life);
    assert_non_null(life->core);
    assert_non_null(life->elm);
}

struct life *life_new(const struct life_options *options)
{
    static const struct sim_events events = {on_bytes, on_sent, on_reachable};
    struct sim_scenario *quiet = calloc(1, sizeof(*quiet));
    const struct sim_options sim = {.car = options->car,
                                    .adapter = options->adapter,
                                    .scenario = quiet,
                                    .seed = options->seed ? options->seed : 7,
                                    .charging_heard = options->charging_heard,
                                    .faults = options->faults,
                                    .fault_count = options->fault_count};
    struct life *life = calloc(1, sizeof(*life));
    struct err err;

    assert_non_null(life);
    life->now_ns = 1000 * NS_PER_S;
    life->start_ns = life->now_ns;
    life->has_voltmeter = !options->no_voltmeter;
    life->is_deaf = options->deaf;
    life->has_hint = options->hint;
    life->look = options->look;
    life->ctx = options->ctx;
    life->alive_ns = life->now_ns;
    if (!options->definition)
        life->own_definition = definition_load("config/vehicles/nissan-leaf.conf", &err);
    life->definition = options->definition ? options->definition : life->own_definition;
    if (!life->definition)
        fail_msg("%s", err.text);
    life->sim = sim_new(&sim, &events, life, life->now_ns, &err);
    free(quiet);
    if (!life->sim)
        fail_msg("%s", err.text);
    make_host(life, options);
    reopen_reset(&life->delay);
    open_port(life);
    return life;
}

void life_free(struct life *life)
{
    elm327_free(life->elm);
    probe_core_free(life->core);
    probe_identity_free(life->identity);
    sim_free(life->sim);
    definition_free(life->own_definition);
    free(life);
}

static void pass_bytes(struct life *life)
{
    char bytes[sizeof(life->to_host)];

    while (life->to_dongle_len > 0 || life->to_host_len > 0) {
        size_t len = life->to_dongle_len;
        memcpy(bytes, life->to_dongle, len);
        life->to_dongle_len = 0;
        if (len > 0)
            sim_bytes_in(life->sim, bytes, len, life->now_ns);
        len = life->to_host_len;
        memcpy(bytes, life->to_host, len);
        life->to_host_len = 0;
        if (len == 0)
            continue;
        life->wakeups++;
        elm327_input(life->elm, life->now_ns, (const uint8_t *)bytes, len);
        probe_core_advance(life->core, life->now_ns);
        if (life->look)
            life->look(life->ctx);
    }
}

/* As far as anybody at the socket could tell (DESIGN 5.2): it speaks, or it is not known to be one that does
 * and its supply is that of a car that is awake. */
static bool seems_awake(const struct life *life)
{
    const struct sim_model *model = life_model(life);

    return model->alive || model->state != SIM_ASLEEP ||
           (is_silent(life) && sim_truth(life->sim).dongle_volts >= AWAKE_VOLTS);
}

/* That an adapter can't listen is found out while it is up. */
static void follow_traits(struct life *life)
{
    bool listens = !life->is_deaf && elm327_listens(life->elm);

    if (!life->contact.up || life->contact.listens == listens)
        return;
    life->contact.listens = listens;
    probe_core_set_contact(life->core, &life->contact, life->now_ns);
}

static void turn(struct life *life)
{
    int64_t deadline_ns = elm327_deadline(life->elm);

    sim_advance(life->sim, life->now_ns);
    if (seems_awake(life))
        life->alive_ns = life->now_ns;
    if (life->reopen_ns != TIME_NONE && life->reopen_ns <= life->now_ns)
        open_port(life);
    if (deadline_ns != TIME_NONE && deadline_ns <= life->now_ns) {
        life->wakeups++;
        elm327_tick(life->elm, life->now_ns);
    }
    if (probe_core_deadline(life->core) <= life->now_ns) {
        life->wakeups++;
        probe_core_advance(life->core, life->now_ns);
    }
    pass_bytes(life);
    follow_traits(life);
    if (life->look)
        life->look(life->ctx);
}

static int64_t next_ns(const struct life *life, int64_t end_ns)
{
    int64_t next = probe_core_deadline(life->core);
    int64_t sim = sim_next(life->sim);
    int64_t elm = elm327_deadline(life->elm);

    if (sim != TIME_NONE && sim < next)
        next = sim;
    if (elm != TIME_NONE && elm < next)
        next = elm;
    if (life->reopen_ns != TIME_NONE && life->reopen_ns < next)
        next = life->reopen_ns;
    if (next < life->now_ns)
        next = life->now_ns;
    return next < end_ns ? next : end_ns;
}

void life_run(struct life *life, double seconds)
{
    life_run_until(life, life->now_ns + (int64_t)(seconds * (double)NS_PER_S));
}

void life_run_until(struct life *life, int64_t end_ns)
{
    for (unsigned i = 0; life->now_ns < end_ns; i++) {
        if (i == TURNS_MAX)
            fail_msg("time stands still at %f s", life_seconds(life));
        life->now_ns = next_ns(life, end_ns);
        turn(life);
    }
}

void life_act(struct life *life, enum sim_action action, double value)
{
    sim_act(life->sim, action, value, life->now_ns);
    turn(life);
}

double life_seconds(const struct life *life)
{
    return (double)(life->now_ns - life->start_ns) / (double)NS_PER_S;
}

const struct sim_model *life_model(const struct life *life)
{
    return sim_truth(life->sim).model;
}

enum presence life_presence(const struct life *life)
{
    return probe_core_presence(life->core)->presence;
}

const char *life_reason(const struct life *life, char *text, size_t size)
{
    probe_core_reason(life->core, text, size);
    return text;
}

bool life_knows(const struct life *life, size_t signal)
{
    const struct state_value *value = state_get(probe_core_state(life->core), signal);

    return value->heard && value->known && value->quality != QUALITY_OLD;
}

double life_value(const struct life *life, size_t signal)
{
    if (!life_knows(life, signal))
        fail_msg("%s: %s is not known", life_seconds(life) > 0 ? "later" : "at once",
                 vocabulary[signal].name);
    return state_get(probe_core_state(life->core), signal)->value;
}
