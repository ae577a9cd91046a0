/* ISO-TP, receiving. A small fixed set of receivers, each busy with at most one message of one identifier;
 * identifiers without a message need none. It does not match answers to questions (bus/uds), does not decide
 * who may talk, and sends nothing: it says which flow control would have to be sent.
 *
 * A broken message is given up once: what still comes of it is skipped without a further complaint until the
 * ECU begins anew. So one lost frame counts as one, not as the 28 frames that follow it. */
#include "bus/isotp.h"

#include <stdlib.h>
#include <string.h>

enum pci { PCI_SINGLE = 0, PCI_FIRST = 1, PCI_CONSECUTIVE = 2, PCI_FLOW = 3 };

enum receiver_state {
    RECEIVER_FREE,
    RECEIVER_OPEN,    /* a message is being put together */
    RECEIVER_SKIPPING /* delivered early or given up: the rest is of no interest */
};

struct receiver {
    enum receiver_state state;
    uint16_t id;
    uint8_t next_sequence; /* 0..15 */
    uint8_t block_size;    /* of the flow control that was wanted; 0: no further one */
    uint8_t block_left;    /* consecutive frames until the next one is due */
    size_t full_length;    /* announced by the first frame */
    size_t wanted;         /* deliver when `len` has reached it */
    size_t len;
    int64_t deadline_ns; /* TIME_NONE: the frames carry no time */
    uint64_t begun;      /* order of beginning: the smallest is the oldest */
    uint8_t payload[ISOTP_MESSAGE_MAX];
};

struct isotp {
    uint8_t block_size;
    uint8_t st_min;
    uint64_t messages_begun;
    struct receiver receivers[ISOTP_RECEIVERS_MAX];
    uint8_t single[ISOTP_SINGLE_MAX];
};

void isotp_flow_build(const struct isotp_flow *flow, uint16_t id, struct frame *frame)
{
    *frame = (struct frame){.time_ns = TIME_NONE, .id = id, .len = FRAME_DATA_MAX};
    frame->data[0] = (uint8_t)(PCI_FLOW << 4 | flow->status);
    frame->data[1] = flow->block_size;
    frame->data[2] = flow->st_min;
}

bool isotp_flow_parse(const struct frame *frame, struct isotp_flow *flow)
{
    if (frame->len < 3 || frame->data[0] >> 4 != PCI_FLOW || (frame->data[0] & 0x0F) > ISOTP_FLOW_OVERFLOW)
        return false;
    flow->status = (enum isotp_flow_status)(frame->data[0] & 0x0F);
    flow->block_size = frame->data[1];
    flow->st_min = frame->data[2];
    return true;
}

int64_t isotp_st_min_ns(uint8_t st_min)
{
    if (st_min <= 0x7F)
        return st_min * NS_PER_MS;
    if (st_min >= 0xF1 && st_min <= 0xF9)
        return (st_min - 0xF0) * 100 * NS_PER_US;
    return 127 * NS_PER_MS;
}

struct isotp *isotp_new(uint8_t block_size, uint8_t st_min)
{
    struct isotp *isotp = calloc(1, sizeof(*isotp));

    if (!isotp)
        return NULL;
    isotp->block_size = block_size;
    isotp->st_min = st_min;
    return isotp;
}

void isotp_free(struct isotp *isotp)
{
    free(isotp);
}

/* The message length in a single frame, 0 when there can be no such frame. */
static size_t single_length(const struct frame *frame)
{
    size_t length = frame->data[0] & 0x0F;

    if (length > ISOTP_SINGLE_MAX || length + 1 > frame->len)
        return 0;
    return length;
}

static size_t first_length(const struct frame *frame)
{
    return (size_t)(frame->data[0] & 0x0F) << 8 | frame->data[1];
}

size_t isotp_peek(const struct frame *frame, const uint8_t **bytes)
{
    if (frame->len == 0)
        return 0;
    if (frame->data[0] >> 4 == PCI_SINGLE) {
        *bytes = frame->data + 1;
        return single_length(frame);
    }
    if (frame->data[0] >> 4 != PCI_FIRST || frame->len < FRAME_DATA_MAX)
        return 0;
    if (first_length(frame) < ISOTP_LENGTH_FIRST_MIN)
        return 0;
    *bytes = frame->data + 2;
    return ISOTP_FIRST_BYTES;
}

static struct receiver *receiver_find(struct isotp *isotp, uint16_t id)
{
    for (size_t i = 0; i < ISOTP_RECEIVERS_MAX; i++) {
        struct receiver *receiver = &isotp->receivers[i];

        if (receiver->state != RECEIVER_FREE && receiver->id == id)
            return receiver;
    }
    return NULL;
}

static struct receiver *receiver_oldest(struct isotp *isotp, enum receiver_state state)
{
    struct receiver *oldest = NULL;

    for (size_t i = 0; i < ISOTP_RECEIVERS_MAX; i++) {
        struct receiver *receiver = &isotp->receivers[i];

        if (receiver->state == state && (!oldest || receiver->begun < oldest->begun))
            oldest = receiver;
    }
    return oldest;
}

/* A receiver for an identifier that has none: a free one, else one that only skips, else the oldest open one,
 * whose message is given up. */
static struct receiver *receiver_claim(struct isotp *isotp, uint16_t id, struct isotp_outcome *outcome)
{
    struct receiver *receiver = receiver_oldest(isotp, RECEIVER_FREE);

    if (!receiver)
        receiver = receiver_oldest(isotp, RECEIVER_SKIPPING);
    if (!receiver) {
        receiver = receiver_oldest(isotp, RECEIVER_OPEN);
        outcome->dropped = ISOTP_OVERFLOW;
        outcome->dropped_id = receiver->id;
    }
    receiver->id = id;
    receiver->begun = ++isotp->messages_begun;
    return receiver;
}

static void receiver_await(struct receiver *receiver, int64_t time_ns)
{
    receiver->deadline_ns = time_ns == TIME_NONE ? TIME_NONE : time_ns + ISOTP_N_CR_NS;
}

static bool receiver_is_late(const struct receiver *receiver, int64_t now_ns)
{
    return receiver->deadline_ns != TIME_NONE && now_ns != TIME_NONE && now_ns > receiver->deadline_ns;
}

/* Ends what the receiver was busy with because of what came; an open message is reported as dropped. */
static void receiver_drop(struct receiver *receiver, enum isotp_result reason, struct isotp_outcome *outcome)
{
    if (receiver->state == RECEIVER_OPEN) {
        outcome->dropped = reason;
        outcome->dropped_id = receiver->id;
    }
    receiver->state = RECEIVER_FREE;
}

static void deliver(const struct frame *frame, const uint8_t *payload, size_t len, size_t full_length,
                    struct isotp_outcome *outcome)
{
    outcome->result = ISOTP_COMPLETE;
    outcome->message = (struct isotp_message){
        .id = frame->id,
        .payload = payload,
        .len = len,
        .full_length = full_length,
        .time_ns = frame->time_ns,
    };
}

/* A malformed beginning also ends what was open: the frames that follow are not the old message's. */
static void take_single(struct isotp *isotp, struct receiver *receiver, const struct frame *frame,
                        struct isotp_outcome *outcome)
{
    size_t length = single_length(frame);

    if (receiver)
        receiver_drop(receiver, ISOTP_LENGTH, outcome);
    if (length == 0) {
        outcome->result = ISOTP_LENGTH;
        return;
    }
    memcpy(isotp->single, frame->data + 1, length);
    deliver(frame, isotp->single, length, length, outcome);
}

/* The block size that brings no more consecutive frames than `wanted` bytes need. */
static uint8_t flow_block_size(const struct isotp *isotp, const struct receiver *receiver)
{
    if (receiver->wanted == receiver->full_length)
        return isotp->block_size;
    size_t rest = receiver->wanted - ISOTP_FIRST_BYTES;
    size_t blocks = (rest + ISOTP_CONSECUTIVE_MAX - 1) / ISOTP_CONSECUTIVE_MAX;

    if (isotp->block_size != 0 && isotp->block_size < blocks)
        return isotp->block_size;
    return (uint8_t)blocks; /* at most 1024 / 7 = 146 */
}

static void want_flow(const struct isotp *isotp, struct receiver *receiver, enum isotp_flow_status status,
                      struct isotp_outcome *outcome)
{
    outcome->flow_wanted = true;
    outcome->flow = (struct isotp_flow){.status = status, .st_min = isotp->st_min};
    if (status == ISOTP_FLOW_OVERFLOW)
        return;
    receiver->block_size = flow_block_size(isotp, receiver);
    receiver->block_left = receiver->block_size;
    outcome->flow.block_size = receiver->block_size;
}

static void receiver_begin(struct receiver *receiver, const struct frame *frame, size_t enough)
{
    receiver->state = RECEIVER_OPEN;
    receiver->next_sequence = 1;
    receiver->full_length = first_length(frame);
    receiver->wanted = enough != 0 && enough < receiver->full_length ? enough : receiver->full_length;
    receiver->len = ISOTP_FIRST_BYTES;
    memcpy(receiver->payload, frame->data + 2, ISOTP_FIRST_BYTES);
    receiver_await(receiver, frame->time_ns);
}

static void receiver_finish(struct receiver *receiver, const struct frame *frame,
                            struct isotp_outcome *outcome)
{
    deliver(frame, receiver->payload, receiver->len, receiver->full_length, outcome);
    receiver->state = receiver->len < receiver->full_length ? RECEIVER_SKIPPING : RECEIVER_FREE;
    receiver_await(receiver, frame->time_ns);
}

static void take_first(struct isotp *isotp, struct receiver *receiver, const struct frame *frame,
                       size_t enough, struct isotp_outcome *outcome)
{
    size_t length = first_length(frame);

    if (receiver)
        receiver_drop(receiver, ISOTP_LENGTH, outcome);
    if (frame->len < FRAME_DATA_MAX || (length != 0 && length < ISOTP_LENGTH_FIRST_MIN)) {
        outcome->result = ISOTP_LENGTH;
        return;
    }
    if (length == 0 || length > ISOTP_MESSAGE_MAX) { /* 0 announces a 32-bit length */
        outcome->result = ISOTP_OVERFLOW;
        want_flow(isotp, NULL, ISOTP_FLOW_OVERFLOW, outcome);
        return;
    }
    receiver = receiver ? receiver : receiver_claim(isotp, frame->id, outcome);
    receiver_begin(receiver, frame, enough);
    if (receiver->wanted <= ISOTP_FIRST_BYTES) {
        receiver->len = receiver->wanted;
        receiver_finish(receiver, frame, outcome);
        return;
    }
    outcome->result = ISOTP_PARTIAL;
    want_flow(isotp, receiver, ISOTP_FLOW_CONTINUE, outcome);
}

static void receiver_give_up(struct receiver *receiver, const struct frame *frame, enum isotp_result reason,
                             struct isotp_outcome *outcome)
{
    outcome->result = reason;
    receiver->state = RECEIVER_SKIPPING;
    receiver_await(receiver, frame->time_ns);
}

static void receiver_continue(const struct isotp *isotp, struct receiver *receiver, const struct frame *frame,
                              struct isotp_outcome *outcome)
{
    size_t rest = receiver->full_length - receiver->len;
    size_t bytes = rest < ISOTP_CONSECUTIVE_MAX ? rest : ISOTP_CONSECUTIVE_MAX;

    if ((frame->data[0] & 0x0F) != receiver->next_sequence) {
        receiver_give_up(receiver, frame, ISOTP_SEQUENCE, outcome);
        return;
    }
    if (frame->len < bytes + 1) {
        receiver_give_up(receiver, frame, ISOTP_LENGTH, outcome);
        return;
    }
    memcpy(receiver->payload + receiver->len, frame->data + 1, bytes);
    receiver->len += bytes;
    receiver->next_sequence = (receiver->next_sequence + 1) & 0x0F;
    receiver_await(receiver, frame->time_ns);
    if (receiver->len >= receiver->wanted) {
        receiver_finish(receiver, frame, outcome);
        return;
    }
    outcome->result = ISOTP_PARTIAL;
    if (receiver->block_size != 0 && --receiver->block_left == 0)
        want_flow(isotp, receiver, ISOTP_FLOW_CONTINUE, outcome);
}

/* A consecutive frame without a first one: one complaint, then the rest is skipped, if a receiver is free for
 * that. */
static void take_stray(struct isotp *isotp, const struct frame *frame, struct isotp_outcome *outcome)
{
    outcome->result = ISOTP_SEQUENCE;
    if (receiver_oldest(isotp, RECEIVER_FREE))
        receiver_give_up(receiver_claim(isotp, frame->id, outcome), frame, ISOTP_SEQUENCE, outcome);
}

static void take_consecutive(struct isotp *isotp, struct receiver *receiver, const struct frame *frame,
                             struct isotp_outcome *outcome)
{
    if (!receiver) {
        take_stray(isotp, frame, outcome);
        return;
    }
    if (receiver->state == RECEIVER_OPEN)
        receiver_continue(isotp, receiver, frame, outcome);
    else
        receiver_await(receiver, frame->time_ns);
}

void isotp_take(struct isotp *isotp, const struct frame *frame, size_t enough, struct isotp_outcome *outcome)
{
    struct receiver *receiver = receiver_find(isotp, frame->id);

    *outcome = (struct isotp_outcome){.result = ISOTP_IGNORED, .dropped = ISOTP_IGNORED};
    if (receiver && receiver_is_late(receiver, frame->time_ns)) {
        receiver_drop(receiver, ISOTP_TIMEOUT, outcome);
        receiver = NULL;
    }
    if (frame->len == 0) {
        outcome->result = ISOTP_LENGTH;
        return;
    }
    switch (frame->data[0] >> 4) {
    case PCI_SINGLE:
        take_single(isotp, receiver, frame, outcome);
        return;
    case PCI_FIRST:
        take_first(isotp, receiver, frame, enough, outcome);
        return;
    case PCI_CONSECUTIVE:
        take_consecutive(isotp, receiver, frame, outcome);
        return;
    }
}

bool isotp_expire(struct isotp *isotp, int64_t now_ns, uint16_t *id)
{
    for (size_t i = 0; i < ISOTP_RECEIVERS_MAX; i++) {
        struct receiver *receiver = &isotp->receivers[i];

        if (receiver->state == RECEIVER_FREE || !receiver_is_late(receiver, now_ns))
            continue;
        bool open = receiver->state == RECEIVER_OPEN;

        receiver->state = RECEIVER_FREE;
        if (open) {
            *id = receiver->id;
            return true;
        }
    }
    return false;
}

int64_t isotp_deadline(const struct isotp *isotp)
{
    int64_t earliest = TIME_NONE;

    for (size_t i = 0; i < ISOTP_RECEIVERS_MAX; i++) {
        const struct receiver *receiver = &isotp->receivers[i];

        if (receiver->state != RECEIVER_OPEN || receiver->deadline_ns == TIME_NONE)
            continue;
        if (earliest == TIME_NONE || receiver->deadline_ns < earliest)
            earliest = receiver->deadline_ns;
    }
    return earliest;
}

bool isotp_is_open(const struct isotp *isotp, uint16_t id)
{
    for (size_t i = 0; i < ISOTP_RECEIVERS_MAX; i++) {
        if (isotp->receivers[i].state == RECEIVER_OPEN && isotp->receivers[i].id == id)
            return true;
    }
    return false;
}

bool isotp_drop(struct isotp *isotp, uint16_t id)
{
    struct receiver *receiver = receiver_find(isotp, id);

    if (!receiver || receiver->state != RECEIVER_OPEN)
        return false;
    receiver->state = RECEIVER_FREE;
    return true;
}

unsigned isotp_reset(struct isotp *isotp)
{
    unsigned open = 0;

    for (size_t i = 0; i < ISOTP_RECEIVERS_MAX; i++) {
        open += isotp->receivers[i].state == RECEIVER_OPEN;
        isotp->receivers[i].state = RECEIVER_FREE;
    }
    return open;
}
