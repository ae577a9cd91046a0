/* What all adapters have in common: finding the kind, life and death, counters, the state of the link. Knows
 * no port and no protocol. */
#include "adapter/adapter_private.h"
#include "adapter/port.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct adapter_kind *const KINDS[] = {
    &adapter_elm327,
    &adapter_slcan,
    &adapter_socketcan,
    &adapter_replay,
};

static const struct adapter_kind *adapter_find_kind(const char *name)
{
    for (size_t i = 0; i < sizeof(KINDS) / sizeof(KINDS[0]); i++) {
        if (strcmp(KINDS[i]->name, name) == 0) {
            return KINDS[i];
        }
    }
    return NULL;
}

struct adapter *adapter_new(struct loop *loop, const struct adapter_settings *settings,
                            const struct adapter_events *events, void *ctx, struct err *err)
{
    const struct adapter_kind *kind = adapter_find_kind(settings->kind);
    if (!kind) {
        err_set(err, "adapter: %s: no such kind", settings->kind);
        return NULL;
    }
    struct adapter *adapter = calloc(1, kind->size);
    if (!adapter) {
        err_set(err, "adapter: out of memory");
        return NULL;
    }
    adapter->kind = kind;
    adapter->loop = loop;
    adapter->events = *events;
    adapter->ctx = ctx;
    adapter->link = ADAPTER_LINK_STARTING;
    if (kind->start(adapter, settings, err)) {
        adapter_free(adapter);
        return NULL;
    }
    return adapter;
}

void adapter_free(struct adapter *adapter)
{
    if (adapter) {
        adapter->kind->stop(adapter);
        free(adapter);
    }
}

unsigned adapter_capabilities(const struct adapter *adapter)
{
    return adapter->capabilities;
}

const char *adapter_description(const struct adapter *adapter)
{
    return adapter->description;
}

const char *adapter_limits(const struct adapter *adapter)
{
    return adapter->limits;
}

bool adapter_is_ready(const struct adapter *adapter)
{
    return !adapter->paused && adapter->link == ADAPTER_LINK_UP && adapter->kind->is_ready(adapter);
}

int adapter_send(struct adapter *adapter, const struct frame *frame, uint16_t answer_id, struct err *err)
{
    assert(frame->id <= FRAME_ID_MAX && frame->len <= FRAME_DATA_MAX && answer_id <= FRAME_ID_MAX);
    if (!(adapter->capabilities & ADAPTER_CAN_SEND)) {
        return err_set(err, "this adapter cannot send");
    }
    if (!adapter_is_ready(adapter)) {
        return err_set(err, "the adapter is not ready");
    }
    return adapter->kind->send(adapter, frame, answer_id, err);
}

void adapter_done(struct adapter *adapter)
{
    if (adapter->kind->done) {
        adapter->kind->done(adapter);
    }
}

void adapter_pause(struct adapter *adapter)
{
    if (!adapter->paused) {
        adapter->paused = true;
        adapter->lent = true;
        adapter->kind->pause(adapter);
        adapter_report_link(adapter, ADAPTER_LINK_DOWN, "paused: another program may use the adapter");
    }
}

void adapter_resume(struct adapter *adapter)
{
    if (adapter->paused) {
        adapter->paused = false;
        adapter->kind->resume(adapter);
    }
}

void adapter_set_calm(struct adapter *adapter, bool calm)
{
    adapter->calm = calm;
}

bool adapter_is_lent(const struct adapter *adapter)
{
    return adapter->lent;
}

uint64_t adapter_bytes(const struct adapter *adapter)
{
    return adapter->counters[ADAPTER_BYTES];
}

uint64_t adapter_counter(const struct adapter *adapter, enum adapter_counter counter)
{
    assert(counter < ADAPTER_COUNTER_COUNT);
    return adapter->counters[counter];
}

void adapter_report_frame(struct adapter *adapter, const struct frame *frame)
{
    adapter_count(adapter, ADAPTER_FRAMES_IN, 1);
    if (adapter->events.frame) {
        adapter->events.frame(adapter->ctx, frame);
    }
}

void adapter_report_voltage(struct adapter *adapter, double volts, int64_t boot_ns)
{
    if (adapter->events.voltage) {
        adapter->events.voltage(adapter->ctx, volts, boot_ns);
    }
}

void adapter_report_ready(struct adapter *adapter)
{
    if (adapter->events.ready) {
        adapter->events.ready(adapter->ctx);
    }
}

bool adapter_may_send(struct adapter *adapter, const struct frame *frame)
{
    return adapter->events.may_send && adapter->events.may_send(adapter->ctx, frame);
}

/* A lent dongle is back when it answers, and lost when it is down for any other reason than its new user. */
static bool is_still_lent(const struct adapter *adapter, enum adapter_link link, const char *reason)
{
    if (!adapter->lent || link == ADAPTER_LINK_UP) {
        return false;
    }
    return link == ADAPTER_LINK_STARTING || strstr(reason, PORT_BUSY_WORDS);
}

void adapter_report_link(struct adapter *adapter, enum adapter_link link, const char *reason)
{
    adapter->lent = is_still_lent(adapter, link, reason);
    if (adapter->link == link && strcmp(adapter->reason, reason) == 0) {
        return;
    }
    adapter->link = link;
    snprintf(adapter->reason, sizeof(adapter->reason), "%s", reason);
    if (adapter->events.link) {
        adapter->events.link(adapter->ctx, link, adapter->reason);
    }
}

void adapter_count(struct adapter *adapter, enum adapter_counter counter, uint64_t more)
{
    adapter->counters[counter] += more;
}
