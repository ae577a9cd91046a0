/* ISO 15765-2 for 11-bit identifiers, the receiving half and flow control: frames in, whole messages out,
 * several ECUs at once. Pure: nothing is allocated after isotp_new(), time is what stands in the frames or an
 * argument. */
#ifndef BUS_ISOTP_H
#define BUS_ISOTP_H

#include "bus/frame.h"
#include "util/core/time.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ISOTP_MESSAGE_MAX      1024 /* bytes; a longer announcement is refused before a byte of it is stored */
#define ISOTP_SINGLE_MAX       7    /* bytes of a message in a single frame */
#define ISOTP_FIRST_BYTES      6    /* bytes of a message in its first frame */
#define ISOTP_CONSECUTIVE_MAX  7    /* bytes of a message in one consecutive frame */
#define ISOTP_LENGTH_FIRST_MIN 8    /* what is shorter must come as a single frame */
#define ISOTP_RECEIVERS_MAX    8    /* ECUs whose long answers may be open at the same time */
#define ISOTP_N_CR_NS          (1000 * NS_PER_MS) /* longest silence between two frames of a message */

enum isotp_result {
    ISOTP_IGNORED, /* no part of an answer: flow control, reserved type, the rest of a message that is over */
    ISOTP_PARTIAL, /* taken, more to come */
    ISOTP_COMPLETE, /* there is a message */
    ISOTP_SEQUENCE, /* a consecutive frame out of turn, or without a first frame; its message is given up */
    ISOTP_LENGTH,   /* a frame shorter than it says, an impossible length, a message cut short by another */
    ISOTP_TIMEOUT,  /* a message that went silent */
    ISOTP_OVERFLOW, /* longer than ISOTP_MESSAGE_MAX, or given up for the ISOTP_RECEIVERS_MAX + 1st ECU */
};

enum isotp_flow_status { ISOTP_FLOW_CONTINUE = 0, ISOTP_FLOW_WAIT = 1, ISOTP_FLOW_OVERFLOW = 2 };

struct isotp_flow {
    enum isotp_flow_status status;
    uint8_t block_size; /* consecutive frames until the next flow control; 0: all */
    uint8_t st_min;     /* as on the wire, see isotp_st_min_ns() */
};

/* Makes the 8-byte flow control frame that goes to `id` (the identifier that was asked), padded with 00. */
void isotp_flow_build(const struct isotp_flow *flow, uint16_t id, struct frame *frame);

/* Whether the frame is a flow control; *flow is then what it says. */
bool isotp_flow_parse(const struct frame *frame, struct isotp_flow *flow);

/* The pause between consecutive frames that an STmin byte asks for; reserved values mean 127 ms. */
int64_t isotp_st_min_ns(uint8_t st_min);

/* The first bytes of the message that a single or first frame begins, 0 for any other or a malformed frame.
 * With them a caller can know the question, and from that how many bytes are enough. */
size_t isotp_peek(const struct frame *frame, const uint8_t **bytes);

struct isotp_message {
    uint16_t id;
    const uint8_t *payload; /* until the next isotp_take() */
    size_t len;
    size_t full_length; /* announced; more than len when `enough` ended it early */
    int64_t time_ns;    /* of its last frame */
};

/* What one frame led to. */
struct isotp_outcome {
    enum isotp_result result;
    /* Why an unfinished message was given up before this frame was looked at; ISOTP_IGNORED: none was. */
    enum isotp_result dropped;
    uint16_t dropped_id;
    bool flow_wanted; /* a dongle that doesn't do it by itself must be told to send `flow` now */
    struct isotp_flow flow;
    struct isotp_message message; /* with ISOTP_COMPLETE */
};

struct isotp;

/* `block_size` and `st_min` stand in the flow controls we send. Returns NULL only without memory. */
struct isotp *isotp_new(uint8_t block_size, uint8_t st_min);
void isotp_free(struct isotp *isotp);

/* Takes a frame that came from an ECU. `enough` counts where the frame begins a message: deliver it as soon
 * as that many bytes are in sequence (0: all of it), and ask for no more frames than that takes. Frames
 * without time never time out. */
void isotp_take(struct isotp *isotp, const struct frame *frame, size_t enough, struct isotp_outcome *outcome);

/* Gives up one message that has been silent for N_Cr and says whose; false when there is none (left). */
bool isotp_expire(struct isotp *isotp, int64_t now_ns, uint16_t *id);

/* When isotp_expire() has something to do next, or TIME_NONE. */
int64_t isotp_deadline(const struct isotp *isotp);

/* Whether a message from this identifier is open. */
bool isotp_is_open(const struct isotp *isotp, uint16_t id);

/* Gives up the unfinished message of this identifier, if there is one: its ECU is asked anew, and what comes
 * now belongs to the new answer. Whether there was one. */
bool isotp_drop(struct isotp *isotp, uint16_t id);

/* Forgets all unfinished messages; returns how many there were. */
unsigned isotp_reset(struct isotp *isotp);

#endif
