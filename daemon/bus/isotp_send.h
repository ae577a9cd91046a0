/* ISO 15765-2, the sending half: one message cut into frames, at the pace that the receiver's flow control
 * allows. Our own questions are single frames; what is longer exists for whoever plays an ECU. Pure, nothing
 * is allocated. */
#ifndef BUS_ISOTP_SEND_H
#define BUS_ISOTP_SEND_H

#include "bus/isotp.h"

#define ISOTP_N_BS_NS   (1000 * NS_PER_MS) /* longest wait for a flow control */
#define ISOTP_WAITS_MAX 10                 /* "wait" answers in a row before the message is given up */

enum isotp_send_state {
    ISOTP_SEND_IDLE,     /* no message, or it is out */
    ISOTP_SEND_FRAMES,   /* a frame may go at isotp_send_due_ns() */
    ISOTP_SEND_AWAITING, /* a flow control must come before isotp_send_due_ns() */
};

struct isotp_send {
    enum isotp_send_state state;
    uint16_t id;
    size_t len, sent;
    uint8_t sequence;
    uint8_t block_size, block_left;
    unsigned waits;
    int64_t st_min_ns, due_ns;
    uint8_t payload[ISOTP_MESSAGE_MAX];
};

/* Begins a message to `id`; what was under way is forgotten. -1 when `len` is 0 or over ISOTP_MESSAGE_MAX. */
int isotp_send_begin(struct isotp_send *send, uint16_t id, const uint8_t *payload, size_t len,
                     int64_t now_ns);

/* Gives the next frame, padded with 00 to 8 bytes, when one may go now; false otherwise. */
bool isotp_send_next(struct isotp_send *send, int64_t now_ns, struct frame *frame);

/* Takes a flow control that came from the receiver. ISOTP_PARTIAL: it counts; ISOTP_IGNORED: none was
 * awaited; ISOTP_OVERFLOW, ISOTP_TIMEOUT (too many waits): the message is given up. */
enum isotp_result isotp_send_take(struct isotp_send *send, const struct isotp_flow *flow, int64_t now_ns);

/* ISOTP_TIMEOUT when the awaited flow control did not come in N_Bs: the message is given up. ISOTP_IGNORED
 * otherwise. */
enum isotp_result isotp_send_expire(struct isotp_send *send, int64_t now_ns);

/* When the next frame may go, or when the wait for a flow control ends; TIME_NONE when idle. */
int64_t isotp_send_due_ns(const struct isotp_send *send);

#endif
