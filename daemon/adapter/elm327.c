/* The ELM327 adapter: joins a port, the dialogue and the loop. It opens the port, and when the dialogue finds
 * no use in it, closes it and opens it again later, at the next speed if the speed is to be found. Takes no
 * decision about the protocol. */
#include "adapter/adapter_private.h"
#include "adapter/elm327_dialogue.h"
#include "adapter/elm327_slices.h"
#include "adapter/port.h"
#include "adapter/reopen.h"
#include "adapter/speeds.h"
#include "util/clock.h"

#include <stdio.h>
#include <string.h>

struct elm327_adapter {
    struct adapter base;
    struct port *port;
    struct elm327 *dialogue;
    struct loop_timer *tick;   /* the dialogue's deadline */
    struct loop_timer *reopen; /* runs while the port is closed and to be opened */
    struct reopen delay;
    struct speeds speeds;
    bool doubted; /* the outage is long, and the other speeds were asked for */
};

static struct elm327_adapter *elm327_of(struct adapter *adapter)
{
    return (struct elm327_adapter *)adapter;
}

/* After anything that can move the dialogue. */
static void elm327_sync(struct elm327_adapter *elm)
{
    unsigned fixed = ADAPTER_CAN_SEND | ADAPTER_SENDS_FLOW_CONTROL;
    elm->base.capabilities = fixed | (elm327_has(elm->dialogue, ELM327_QUIRK_NO_VOLTMETER) ? 0U : ADAPTER_HAS_VOLTMETER) |
                             (elm327_listens(elm->dialogue) ? ADAPTER_LISTENS : 0U);
    elm327_limits(elm->dialogue, elm->base.limits, sizeof(elm->base.limits));
    int64_t deadline = elm327_deadline(elm->dialogue);
    if (deadline == TIME_NONE) {
        loop_timer_stop(elm->tick);
    } else {
        loop_timer_start(elm->tick, deadline);
    }
}

static void elm327_reopen_later(struct elm327_adapter *elm)
{
    int64_t now_ns = clock_boot_ns();
    if (!elm->base.paused) {
        loop_timer_start(elm->reopen, now_ns + reopen_delay_ns(&elm->delay, now_ns));
    }
}

static void elm327_down(struct elm327_adapter *elm, const char *reason)
{
    elm327_closed(elm->dialogue);
    port_close(elm->port);
    elm327_sync(elm);
    elm327_reopen_later(elm);
    adapter_report_link(&elm->base, ADAPTER_LINK_DOWN, reason);
}

/* What the dialogue says */

static void on_write(void *ctx, const char *bytes, size_t len)
{
    struct elm327_adapter *elm = ctx;
    adapter_count(&elm->base, ADAPTER_BYTES, len);
    port_write(elm->port, bytes, len);
}

static void on_frame(void *ctx, const struct frame *frame)
{
    struct elm327_adapter *elm = ctx;
    adapter_report_frame(&elm->base, frame);
}

static void on_voltage(void *ctx, double volts)
{
    struct elm327_adapter *elm = ctx;
    adapter_report_voltage(&elm->base, volts, clock_boot_ns());
}

static void on_up(void *ctx)
{
    struct elm327_adapter *elm = ctx;
    const struct elm327_traits *traits = elm327_traits(elm->dialogue);
    speeds_worked(&elm->speeds);
    elm->doubted = false;
    reopen_reset(&elm->delay);
    snprintf(elm->base.description, sizeof(elm->base.description), "%s", traits->identity);
    elm327_sync(elm);
    adapter_report_link(&elm->base, ADAPTER_LINK_UP, "");
}

static void on_starting(void *ctx, const char *words)
{
    struct elm327_adapter *elm = ctx;
    adapter_report_link(&elm->base, ADAPTER_LINK_STARTING, words);
}

/* While the speed is sought, the next one is tried at once. One that was found and fails for long is doubted
 * once: the dongle may be another one. */
static void on_lost(void *ctx, const char *words)
{
    struct elm327_adapter *elm = ctx;
    int64_t now_ns = clock_boot_ns();
    if (reopen_is_long(&elm->delay, now_ns) && !elm->doubted) {
        elm->doubted = true;
        speeds_doubt(&elm->speeds);
    }
    bool at_once = port_is_serial(elm->port) && speeds_failed(&elm->speeds);
    elm327_down(elm, words);
    if (at_once && !elm->base.paused) {
        loop_timer_start(elm->reopen, now_ns);
    }
}

static void on_dialogue_ready(void *ctx)
{
    struct elm327_adapter *elm = ctx;
    adapter_report_ready(&elm->base);
}

static bool on_may_send(void *ctx, const struct frame *frame)
{
    struct elm327_adapter *elm = ctx;
    return adapter_may_send(&elm->base, frame);
}

static void on_count(void *ctx, enum adapter_counter counter)
{
    struct elm327_adapter *elm = ctx;
    adapter_count(&elm->base, counter, 1);
}

/* What the port says */

static void on_opened(void *ctx)
{
    struct elm327_adapter *elm = ctx;
    adapter_report_link(&elm->base, ADAPTER_LINK_STARTING, "talking to the adapter");
    elm327_opened(elm->dialogue, clock_boot_ns());
    elm327_sync(elm);
}

static void on_bytes(void *ctx, const uint8_t *bytes, size_t len)
{
    struct elm327_adapter *elm = ctx;
    adapter_count(&elm->base, ADAPTER_BYTES, len);
    elm327_input(elm->dialogue, clock_boot_ns(), bytes, len);
    elm327_sync(elm);
}

static void on_closed(void *ctx, const char *reason)
{
    elm327_down(ctx, reason);
}

/* Plugged in again: perhaps another dongle. */
static void on_appeared(void *ctx)
{
    struct elm327_adapter *elm = ctx;
    if (!elm->base.paused) {
        speeds_doubt(&elm->speeds);
        reopen_reset(&elm->delay);
        loop_timer_start(elm->reopen, clock_boot_ns());
    }
}

/* Timers */

static void on_tick(void *ctx, int64_t now_ns)
{
    struct elm327_adapter *elm = ctx;
    elm327_tick(elm->dialogue, now_ns);
    elm327_sync(elm);
}

static void on_reopen(void *ctx, int64_t now_ns)
{
    struct elm327_adapter *elm = ctx;
    struct err err;
    reopen_begun(&elm->delay, now_ns);
    adapter_count(&elm->base, ADAPTER_REOPENS, elm->delay.attempts > 1);
    if (port_open(elm->port, speeds_current(&elm->speeds), &err)) {
        elm327_down(elm, err.text);
    }
}

/* The adapter's kind */

static const struct elm327_events DIALOGUE_EVENTS = {
    .write = on_write,
    .frame = on_frame,
    .voltage = on_voltage,
    .up = on_up,
    .starting = on_starting,
    .lost = on_lost,
    .ready = on_dialogue_ready,
    .may_send = on_may_send,
    .count = on_count,
};

static const struct port_events PORT_EVENTS = {
    .opened = on_opened, .bytes = on_bytes, .closed = on_closed, .appeared = on_appeared};

static int elm327_start(struct adapter *adapter, const struct adapter_settings *settings, struct err *err)
{
    struct elm327_adapter *elm = elm327_of(adapter);
    if (settings->listen_count > ELM327_LISTEN_MAX) {
        return err_set(err, "more than %d identifiers to listen to", ELM327_LISTEN_MAX);
    }
    if (settings->baud && !port_knows_baud(settings->baud)) {
        return err_set(err, "%d: no such speed", settings->baud);
    }
    speeds_init(&elm->speeds, settings->baud);
    elm->port = port_new(adapter->loop, settings->port, settings->interface, &PORT_EVENTS, elm, err);
    if (!elm->port) {
        return -1;
    }
    elm->dialogue = elm327_new(settings->listen_ids, settings->listen_count, &DIALOGUE_EVENTS, elm);
    elm->tick = loop_timer_new(adapter->loop, on_tick, elm);
    elm->reopen = loop_timer_new(adapter->loop, on_reopen, elm);
    if (!elm->dialogue || !elm->tick || !elm->reopen) {
        return err_set(err, "out of memory");
    }
    reopen_reset(&elm->delay);
    loop_timer_start(elm->reopen, clock_boot_ns());
    return 0;
}

static void elm327_stop(struct adapter *adapter)
{
    struct elm327_adapter *elm = elm327_of(adapter);
    port_free(elm->port);
    elm327_free(elm->dialogue);
    loop_timer_free(elm->tick);
    loop_timer_free(elm->reopen);
}

static int elm327_send_frame(struct adapter *adapter, const struct frame *frame, uint16_t answer_id,
                             struct err *err)
{
    struct elm327_adapter *elm = elm327_of(adapter);
    int result = elm327_send(elm->dialogue, clock_boot_ns(), frame, answer_id, err);
    elm327_sync(elm);
    return result;
}

static bool elm327_is_ready_now(const struct adapter *adapter)
{
    return elm327_is_ready(((const struct elm327_adapter *)adapter)->dialogue);
}

static void elm327_question_over(struct adapter *adapter)
{
    elm327_done(elm327_of(adapter)->dialogue, clock_boot_ns());
}

static void elm327_pause(struct adapter *adapter)
{
    struct elm327_adapter *elm = elm327_of(adapter);
    loop_timer_stop(elm->reopen);
    elm327_closed(elm->dialogue);
    port_close(elm->port);
    elm327_sync(elm);
}

static void elm327_resume(struct adapter *adapter)
{
    struct elm327_adapter *elm = elm327_of(adapter);
    reopen_reset(&elm->delay);
    loop_timer_start(elm->reopen, clock_boot_ns());
}

const struct adapter_kind adapter_elm327 = {
    .name = "elm327",
    .size = sizeof(struct elm327_adapter),
    .start = elm327_start,
    .stop = elm327_stop,
    .send = elm327_send_frame,
    .is_ready = elm327_is_ready_now,
    .done = elm327_question_over,
    .pause = elm327_pause,
    .resume = elm327_resume,
};
