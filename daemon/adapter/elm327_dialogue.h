/* The dialogue with an ELM327, a clone or a look-alike. Pure: bytes and time in; bytes, frames and words out
 * through events; the owner calls elm327_tick() at elm327_deadline(). It sends one command at a time and
 * waits for the prompt. */
#ifndef ADAPTER_ELM327_DIALOGUE_H
#define ADAPTER_ELM327_DIALOGUE_H

#include "adapter/counter.h"
#include "adapter/elm327_quirk.h"
#include "bus/frame.h"
#include "util/core/err.h"
#include "util/core/time.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ELM327_IDENTITY_MAX 64
#define ELM327_FAST_BAUD    230400 /* of STN chips on a serial line */

struct elm327;

/* Called inside elm327_opened, _input, _tick and _send. `ready`, `voltage` and `frame` may call elm327_send
 * and elm327_done. */
struct elm327_events {
    void (*write)(void *ctx, const char *bytes, size_t len);
    void (*frame)(void *ctx, const struct frame *frame);
    void (*voltage)(void *ctx, double volts);
    void (*up)(void *ctx);                          /* start-up is over; elm327_traits() are known */
    void (*starting)(void *ctx, const char *words); /* the dialogue begins again */
    void (*lost)(void *ctx,
                 const char *words); /* no use on this port and speed: close it, open it again later */
    void (*ready)(void *ctx);        /* a question may be sent */
    bool (*may_send)(void *ctx, const struct frame *frame);
    void (*count)(void *ctx, enum adapter_counter counter);
    void (*speed)(void *ctx, int baud); /* of the line, from now on; 0: as it was opened */
};

/* Who answers first frames. */
enum elm327_flow {
    ELM327_FLOW_OURS,    /* the adapter, to the identifier and with the bytes it was told */
    ELM327_FLOW_NONE,    /* nobody: long answers end after their first frame */
    ELM327_FLOW_ITS_OWN, /* the adapter, to the answer's identifier without bit 3, whether wanted or not */
};

/* What was found by asking, never by the version it claims. */
struct elm327_traits {
    char identity[ELM327_IDENTITY_MAX]; /* "ELM327 v1.5" */
    enum elm327_flow flow;
    unsigned quirks; /* bits 1 << enum elm327_quirk */
};

/* `listen_ids` (ascending, at most ELM327_LISTEN_MAX) are copied. NULL when out of memory. */
struct elm327 *elm327_new(const uint16_t *listen_ids, size_t listen_count, const struct elm327_events *events,
                          void *ctx);
void elm327_free(struct elm327 *elm);

/* Whether what the car broadcasts can be heard. */
bool elm327_listens(const struct elm327 *elm);

void elm327_opened(struct elm327 *elm, int64_t now_ns); /* the port has just been opened */
/* Before elm327_opened: whether a faster line may be tried, and `speed` called for it. */
void elm327_allow_speed(struct elm327 *elm, bool allowed);
/* Before the port is closed, if it still takes anything: nothing is said until the next elm327_opened. */
void elm327_closed(struct elm327 *elm);
void elm327_input(struct elm327 *elm, int64_t now_ns, const uint8_t *bytes, size_t len);
void elm327_tick(struct elm327 *elm, int64_t now_ns);
int64_t elm327_deadline(const struct elm327 *elm); /* TIME_NONE: nothing is waited for */

/* Asks one question: a single frame of eight bytes as it will stand on the bus. -1 with err when it can't be
 * sent so. */
int elm327_send(struct elm327 *elm, int64_t now_ns, const struct frame *frame, uint16_t answer_id,
                struct err *err);

/* The question is answered or given up: further frames of it are dropped. */
void elm327_done(struct elm327 *elm, int64_t now_ns);

/* Whether a question may be asked now; and what the adapter was found to be able to do. */
bool elm327_is_ready(const struct elm327 *elm);
const struct elm327_traits *elm327_traits(const struct elm327 *elm);
bool elm327_has(const struct elm327 *elm, enum elm327_quirk quirk);

/* Consequences of the quirks in words for the owner, "" when nothing is missing. */
void elm327_limits(const struct elm327 *elm, char *words, size_t size);

#endif
