/* A dongle, whatever its kind: bytes <-> CAN frames. Opaque; the vtable is in adapter_private.h. An adapter
 * opens its port by itself, keeps it open, closes and reopens it when it falls silent, and says so through
 * `link`. */
#ifndef ADAPTER_ADAPTER_H
#define ADAPTER_ADAPTER_H

#include "adapter/counter.h"
#include "bus/frame.h"
#include "util/core/err.h"
#include "util/loop.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct adapter;

enum adapter_link { ADAPTER_LINK_STARTING, ADAPTER_LINK_UP, ADAPTER_LINK_DOWN };

enum adapter_capability {
    ADAPTER_CAN_SEND = 1 << 0, /* otherwise a recording: adapter_send always refuses */
    /* The dongle answers first frames itself (ELM327): the bus layer must not. */
    ADAPTER_SENDS_FLOW_CONTROL = 1 << 1,
    ADAPTER_HAS_VOLTMETER = 1 << 2,
    ADAPTER_HEARS_ALL = 1 << 3, /* hears the bus while it asks (SocketCAN); an ELM327 takes turns */
    ADAPTER_LISTENS = 1 << 4,   /* hears what the car broadcasts */
};

/* What an adapter tells its owner. Any member may be called inside adapter_send() or a loop callback, but
 * never inside adapter_new(). None may free the adapter. */
struct adapter_events {
    void (*frame)(void *ctx, const struct frame *frame);
    /* `reason`: words for the owner, "" when up. */
    void (*link)(void *ctx, enum adapter_link link, const char *reason);
    void (*voltage)(void *ctx, double volts, int64_t boot_ns); /* supply at the OBD socket, uncalibrated */
    /* A frame can be sent now: after the link came up, and when the previous question is over. */
    void (*ready)(void *ctx);
    /* An ELM327 would put this frame (flow control) on the bus by itself. False: it must not. */
    bool (*may_send)(void *ctx, const struct frame *frame);
};

/* What an adapter is made from; texts and list live as long as the adapter. */
struct adapter_settings {
    const char *kind;           /* "elm327", "slcan", "socketcan", "replay" */
    const char *port;           /* /dev/..., tcp://ADDRESS:PORT, can0, FILE */
    const char *interface;      /* bind a TCP port to this network interface; "" for none */
    int baud;                   /* 0: try the usual ones */
    bool listen_only;           /* nothing may be sent, not even acknowledged: the configuration's poll = false */
    double replay_speed;        /* replay: 1 = real time; 0 = as fast as possible */
    const uint16_t *listen_ids; /* broadcast identifiers worth hearing, ascending */
    size_t listen_count;
};

/* Makes the adapter and starts opening its port. NULL with err when the settings can't be right. */
struct adapter *adapter_new(struct loop *loop, const struct adapter_settings *settings,
                            const struct adapter_events *events, void *ctx, struct err *err);
void adapter_free(struct adapter *adapter);

unsigned adapter_capabilities(const struct adapter *adapter); /* may change when the link comes up */

/* What is known of the dongle in a few words ("ELM327 v1.5, STN1110"), "" before the link is up. */
const char *adapter_description(const struct adapter *adapter);

/* What this dongle cannot do and what follows for the owner, in words; "" when nothing is known to be
 * missing. */
const char *adapter_limits(const struct adapter *adapter);

/* Whether adapter_send would be taken now. */
bool adapter_is_ready(const struct adapter *adapter);

/* Sends one diagnostic request or flow control exactly as it will stand on the bus (8 bytes, PCI included)
 * and, on an adapter that takes turns, expects the answer on `answer_id`. The caller has asked the gate. -1
 * with err if not ready. */
int adapter_send(struct adapter *adapter, const struct frame *frame, uint16_t answer_id, struct err *err);

/* The question is answered or given up: an adapter that takes turns may listen again. */
void adapter_done(struct adapter *adapter);

/* Closes the port until adapter_resume() (the owner lets another app use the dongle). */
void adapter_pause(struct adapter *adapter);
void adapter_resume(struct adapter *adapter);

/* Nothing is urgent: what a dongle answers may be read some milliseconds late, its pieces in one wake-up. */
void adapter_set_calm(struct adapter *adapter, bool calm);

/* Whether it is down because the owner has lent it: paused, or since then still in another program's hands.
 */
bool adapter_is_lent(const struct adapter *adapter);

/* Bytes moved since the start, both ways. */
uint64_t adapter_bytes(const struct adapter *adapter);

/* How often something happened since the start. */
uint64_t adapter_counter(const struct adapter *adapter, enum adapter_counter counter);

#endif
