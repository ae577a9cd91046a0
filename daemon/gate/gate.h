/* What may leave towards the car (DESIGN 5.6), and the verdicts. Pure. Every frame passes here last, as it
 * will stand on the bus; whoever sends does nothing with a refused one but count it. The gate trusts nobody:
 * it keeps the limits of the poller a second time, by itself. */
#ifndef GATE_GATE_H
#define GATE_GATE_H

#include "bus/frame.h"
#include "util/core/time.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define GATE_FRAMES_PER_S   8
#define GATE_ECU_NS         (100 * NS_PER_MS) /* between two requests to one ECU */
#define GATE_FLOW_NS        (1 * NS_PER_S)    /* flow control goes to who was asked within this */
#define GATE_OUTSTANDING_NS (6 * NS_PER_S)    /* a request nobody called done is over after this */
#define GATE_HEARD_NS       (10 * NS_PER_S)   /* a broadcast shows the car awake for so long */
#define GATE_ANSWERED_NS    (90 * NS_PER_S)   /* so long an answer does on a car that never broadcasts */
#define GATE_PROBE_NS       (50 * NS_PER_S)   /* between questions to such a car while it does not answer */

/* clang-format off */
enum gate_verdict {
    GATE_READ, GATE_FLOW_CONTROL, GATE_DOCTOR,      /* may leave */
    GATE_REFUSED_LENGTH,     /* not 8 bytes */
    GATE_REFUSED_IDENTIFIER, /* outside the readable range, a chassis or restraint system, or somebody's answer */
    GATE_REFUSED_PCI,        /* neither a single frame of the length its service has, nor a flow control */
    GATE_REFUSED_SERVICE,    /* not 0x21 or 0x22; 0x01 and 0x09 without the doctor */
    GATE_REFUSED_PADDING,    /* bytes behind the request that are not 00 */
    GATE_REFUSED_UNASKED,    /* flow control to an ECU that was not asked within the last second */
    GATE_REFUSED_SILENCE,    /* nothing was heard: the car may be asleep */
    GATE_REFUSED_BUSY,       /* a request is still outstanding */
    GATE_REFUSED_PACE,       /* too soon after the last request to this ECU */
    GATE_REFUSED_RATE,       /* too many frames within a second */
    GATE_VERDICT_COUNT
};
/* clang-format on */

/* "read", ..., "refused_identifier", ... */
const char *gate_verdict_name(enum gate_verdict verdict);

static inline bool gate_passes(enum gate_verdict verdict)
{
    return verdict <= GATE_DOCTOR;
}

struct gate;

/* `taken` are the identifiers that loaded definitions name as an answer's or as a broadcast's: never sent on.
 * Returns NULL only without memory. */
struct gate *gate_new(const uint16_t *taken, size_t count);
void gate_free(struct gate *gate);

/* Whether the car is known to broadcast nothing at the socket, so that it can only be asked. False at the
 * start. */
void gate_set_silent_car(struct gate *gate, bool silent);

/* Lets 0x01 and 0x09 out, for `garagectl doctor` only. False at the start. */
void gate_set_doctor(struct gate *gate, bool doctor);

/* Signs of life: a broadcast frame; an answer to a request. */
void gate_heard(struct gate *gate, int64_t now_ns);
void gate_answered(struct gate *gate, int64_t now_ns);

/* The outstanding request is over: answered or given up. */
void gate_done(struct gate *gate);

/* Judges the frame as it stands, by the constant table alone. */
enum gate_verdict gate_judge_frame(const struct gate *gate, const struct frame *frame);

/* Judges whether the frame may leave now. When it may, it counts as sent. */
enum gate_verdict gate_judge(struct gate *gate, const struct frame *frame, int64_t now_ns);

/* The same for a flow control that a dongle sends by itself should the answer be long. It may ask more than
 * once about the same question; that counts as one frame. */
enum gate_verdict gate_judge_dongle_flow(struct gate *gate, const struct frame *frame, int64_t now_ns);

/* How often each verdict fell, and all refusals together. */
uint64_t gate_count(const struct gate *gate, enum gate_verdict verdict);
uint64_t gate_refusals(const struct gate *gate);

#endif
