/* The SLCAN adapter: the dialogue with a Lawicel adapter (CANable, WiCAN's TCP port 3333 and other clones)
 * behind a dongle's port. It hears the whole bus, and answers no first frame by itself. Takes no decision
 * about the protocol. */
#include "adapter/dongle.h"
#include "adapter/slcan_dialogue.h"
#include "util/clock.h"

#include <stdio.h>

struct slcan_adapter {
    struct dongle dongle;
    struct slcan *dialogue;
    bool listen_only;
};

/* Of a struct dongle or a struct adapter: both stand at its beginning. */
static struct slcan *slcan_of(const void *dongle)
{
    return ((const struct slcan_adapter *)dongle)->dialogue;
}

/* How the dongle calls the dialogue */

static void slcan_dongle_opened(struct dongle *dongle, int64_t now_ns)
{
    slcan_opened(slcan_of(dongle), now_ns);
}

static void slcan_dongle_closed(struct dongle *dongle)
{
    slcan_closed(slcan_of(dongle));
}

static void slcan_dongle_input(struct dongle *dongle, int64_t now_ns, const uint8_t *bytes, size_t len)
{
    slcan_input(slcan_of(dongle), now_ns, bytes, len);
}

static void slcan_dongle_tick(struct dongle *dongle, int64_t now_ns)
{
    slcan_tick(slcan_of(dongle), now_ns);
}

static int64_t slcan_dongle_deadline(const struct dongle *dongle)
{
    return slcan_deadline(slcan_of(dongle));
}

static void slcan_dongle_describe(struct dongle *dongle)
{
    struct adapter *adapter = &dongle->base;
    const struct slcan_traits *traits = slcan_traits(slcan_of(dongle));
    bool listen_only = ((const struct slcan_adapter *)dongle)->listen_only;
    adapter->capabilities = ADAPTER_LISTENS | ADAPTER_HEARS_ALL | (listen_only ? 0U : ADAPTER_CAN_SEND);
    slcan_limits(traits, adapter->limits, sizeof(adapter->limits));
    snprintf(adapter->description, sizeof(adapter->description), "%s", traits->identity);
}

static const struct dongle_kind DONGLE = {
    .opened = slcan_dongle_opened,
    .closed = slcan_dongle_closed,
    .input = slcan_dongle_input,
    .tick = slcan_dongle_tick,
    .deadline = slcan_dongle_deadline,
    .describe = slcan_dongle_describe,
};

static const struct slcan_events DIALOGUE_EVENTS = {
    .write = dongle_on_write,
    .frame = dongle_on_frame,
    .up = dongle_on_up,
    .starting = dongle_on_starting,
    .lost = dongle_on_lost,
    .ready = dongle_on_ready,
    .count = dongle_on_count,
};

/* The adapter's kind */

static int slcan_start(struct adapter *adapter, const struct adapter_settings *settings, struct err *err)
{
    struct slcan_adapter *slcan = (struct slcan_adapter *)adapter;
    slcan->listen_only = settings->listen_only;
    slcan->dialogue = slcan_new(settings->listen_only, &DIALOGUE_EVENTS, slcan);
    if (!slcan->dialogue) {
        return err_set(err, "out of memory");
    }
    if (dongle_start(&slcan->dongle, &DONGLE, settings, err)) {
        return -1;
    }
    slcan_dongle_describe(&slcan->dongle);
    return 0;
}

static void slcan_stop(struct adapter *adapter)
{
    struct slcan_adapter *slcan = (struct slcan_adapter *)adapter;
    dongle_stop(&slcan->dongle);
    slcan_free(slcan->dialogue);
}

static int slcan_send_frame(struct adapter *adapter, const struct frame *frame, uint16_t answer_id,
                            struct err *err)
{
    struct slcan_adapter *slcan = (struct slcan_adapter *)adapter;
    (void)answer_id; /* everything is heard */
    return slcan_send(slcan->dialogue, clock_boot_ns(), frame, err);
}

static bool slcan_is_ready_now(const struct adapter *adapter)
{
    return slcan_is_ready(slcan_of(adapter));
}

const struct adapter_kind adapter_slcan = {
    .name = "slcan",
    .size = sizeof(struct slcan_adapter),
    .start = slcan_start,
    .stop = slcan_stop,
    .send = slcan_send_frame,
    .is_ready = slcan_is_ready_now,
    .pause = dongle_pause,
    .resume = dongle_resume,
};
