/* The ELM327 adapter: the dialogue with an ELM327 behind a dongle's port. Takes no decision about the
 * protocol. */
#include "adapter/dongle.h"
#include "adapter/elm327_dialogue.h"
#include "adapter/elm327_slices.h"
#include "util/clock.h"

#include <stdio.h>

struct elm327_adapter {
    struct dongle dongle;
    struct elm327 *dialogue;
};

/* Of a struct dongle or a struct adapter: both stand at its beginning. */
static struct elm327 *elm327_of(const void *dongle)
{
    return ((const struct elm327_adapter *)dongle)->dialogue;
}

/* How the dongle calls the dialogue */

static void elm327_dongle_opened(struct dongle *dongle, int64_t now_ns)
{
    bool slow = speeds_current(&dongle->speeds) < ELM327_FAST_BAUD;
    elm327_allow_speed(elm327_of(dongle), slow && port_has_speed(dongle->port));
    elm327_opened(elm327_of(dongle), now_ns);
}

static void elm327_dongle_closed(struct dongle *dongle)
{
    elm327_closed(elm327_of(dongle));
}

static void elm327_dongle_input(struct dongle *dongle, int64_t now_ns, const uint8_t *bytes, size_t len)
{
    elm327_input(elm327_of(dongle), now_ns, bytes, len);
}

static void elm327_dongle_tick(struct dongle *dongle, int64_t now_ns)
{
    elm327_tick(elm327_of(dongle), now_ns);
}

static int64_t elm327_dongle_deadline(const struct dongle *dongle)
{
    return elm327_deadline(elm327_of(dongle));
}

static void elm327_dongle_describe(struct dongle *dongle)
{
    struct adapter *adapter = &dongle->base;
    const struct elm327 *elm = elm327_of(dongle);
    bool has_voltmeter = !elm327_has(elm, ELM327_QUIRK_NO_VOLTMETER);
    adapter->capabilities = ADAPTER_CAN_SEND | ADAPTER_SENDS_FLOW_CONTROL |
                            (has_voltmeter ? ADAPTER_HAS_VOLTMETER : 0U) |
                            (elm327_listens(elm) ? ADAPTER_LISTENS : 0U);
    elm327_limits(elm, adapter->limits, sizeof(adapter->limits));
    snprintf(adapter->description, sizeof(adapter->description), "%s", elm327_traits(elm)->identity);
}

static const struct dongle_kind DONGLE = {
    .opened = elm327_dongle_opened,
    .closed = elm327_dongle_closed,
    .input = elm327_dongle_input,
    .tick = elm327_dongle_tick,
    .deadline = elm327_dongle_deadline,
    .describe = elm327_dongle_describe,
};

static const struct elm327_events DIALOGUE_EVENTS = {
    .write = dongle_on_write,
    .frame = dongle_on_frame,
    .voltage = dongle_on_voltage,
    .up = dongle_on_up,
    .starting = dongle_on_starting,
    .lost = dongle_on_lost,
    .ready = dongle_on_ready,
    .may_send = dongle_on_may_send,
    .count = dongle_on_count,
    .speed = dongle_on_speed,
};

/* The adapter's kind */

static int elm327_start(struct adapter *adapter, const struct adapter_settings *settings, struct err *err)
{
    struct elm327_adapter *elm = (struct elm327_adapter *)adapter;
    if (settings->listen_count > ELM327_LISTEN_MAX) {
        return err_set(err, "more than %d identifiers to listen to", ELM327_LISTEN_MAX);
    }
    elm->dialogue = elm327_new(settings->listen_ids, settings->listen_count, &DIALOGUE_EVENTS, elm);
    if (!elm->dialogue) {
        return err_set(err, "out of memory");
    }
    return dongle_start(&elm->dongle, &DONGLE, settings, err);
}

static void elm327_stop(struct adapter *adapter)
{
    struct elm327_adapter *elm = (struct elm327_adapter *)adapter;
    dongle_stop(&elm->dongle);
    elm327_free(elm->dialogue);
}

static int elm327_send_frame(struct adapter *adapter, const struct frame *frame, uint16_t answer_id,
                             struct err *err)
{
    struct elm327_adapter *elm = (struct elm327_adapter *)adapter;
    int result = elm327_send(elm->dialogue, clock_boot_ns(), frame, answer_id, err);
    dongle_sync(&elm->dongle);
    return result;
}

static bool elm327_is_ready_now(const struct adapter *adapter)
{
    return elm327_is_ready(elm327_of(adapter));
}

static void elm327_question_over(struct adapter *adapter)
{
    elm327_done(elm327_of(adapter), clock_boot_ns());
}

const struct adapter_kind adapter_elm327 = {
    .name = "elm327",
    .size = sizeof(struct elm327_adapter),
    .start = elm327_start,
    .stop = elm327_stop,
    .send = elm327_send_frame,
    .is_ready = elm327_is_ready_now,
    .done = elm327_question_over,
    .pause = dongle_pause,
    .resume = dongle_resume,
};
