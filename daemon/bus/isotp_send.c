/* ISO-TP, sending: single frame, or first frame and consecutive frames under flow control. It does not judge
 * whether anything may be sent (gate) nor puts a frame on the bus. */
#include "bus/isotp_send.h"

#include <string.h>

int isotp_send_begin(struct isotp_send *send, uint16_t id, const uint8_t *payload, size_t len, int64_t now_ns)
{
    if (len == 0 || len > ISOTP_MESSAGE_MAX)
        return -1;
    *send = (struct isotp_send){.state = ISOTP_SEND_FRAMES, .id = id, .len = len, .due_ns = now_ns};
    memcpy(send->payload, payload, len);
    return 0;
}

static void make_single(struct isotp_send *send, struct frame *frame)
{
    frame->data[0] = (uint8_t)send->len;
    memcpy(frame->data + 1, send->payload, send->len);
    send->sent = send->len;
    send->state = ISOTP_SEND_IDLE;
}

static void make_first(struct isotp_send *send, struct frame *frame, int64_t now_ns)
{
    frame->data[0] = (uint8_t)(0x10 | send->len >> 8);
    frame->data[1] = (uint8_t)(send->len & 0xFF);
    memcpy(frame->data + 2, send->payload, ISOTP_FIRST_BYTES);
    send->sent = ISOTP_FIRST_BYTES;
    send->sequence = 1;
    send->state = ISOTP_SEND_AWAITING;
    send->due_ns = now_ns + ISOTP_N_BS_NS;
}

static void make_consecutive(struct isotp_send *send, struct frame *frame, int64_t now_ns)
{
    size_t rest = send->len - send->sent;
    size_t bytes = rest < ISOTP_CONSECUTIVE_MAX ? rest : ISOTP_CONSECUTIVE_MAX;

    frame->data[0] = (uint8_t)(0x20 | send->sequence);
    memcpy(frame->data + 1, send->payload + send->sent, bytes);
    send->sent += bytes;
    send->sequence = (send->sequence + 1) & 0x0F;
    send->due_ns = now_ns + send->st_min_ns;
    if (send->sent == send->len) {
        send->state = ISOTP_SEND_IDLE;
        return;
    }
    if (send->block_size != 0 && --send->block_left == 0) {
        send->state = ISOTP_SEND_AWAITING;
        send->due_ns = now_ns + ISOTP_N_BS_NS;
    }
}

bool isotp_send_next(struct isotp_send *send, int64_t now_ns, struct frame *frame)
{
    if (send->state != ISOTP_SEND_FRAMES || now_ns < send->due_ns)
        return false;
    *frame = (struct frame){.time_ns = now_ns, .id = send->id, .len = FRAME_DATA_MAX};
    if (send->sent > 0)
        make_consecutive(send, frame, now_ns);
    else if (send->len <= ISOTP_SINGLE_MAX)
        make_single(send, frame);
    else
        make_first(send, frame, now_ns);
    return true;
}

static enum isotp_result give_up(struct isotp_send *send, enum isotp_result reason)
{
    send->state = ISOTP_SEND_IDLE;
    return reason;
}

static enum isotp_result take_wait(struct isotp_send *send, int64_t now_ns)
{
    if (++send->waits > ISOTP_WAITS_MAX)
        return give_up(send, ISOTP_TIMEOUT);
    send->due_ns = now_ns + ISOTP_N_BS_NS;
    return ISOTP_PARTIAL;
}

enum isotp_result isotp_send_take(struct isotp_send *send, const struct isotp_flow *flow, int64_t now_ns)
{
    if (send->state != ISOTP_SEND_AWAITING)
        return ISOTP_IGNORED;
    switch (flow->status) {
    case ISOTP_FLOW_WAIT:
        return take_wait(send, now_ns);
    case ISOTP_FLOW_OVERFLOW:
        return give_up(send, ISOTP_OVERFLOW);
    case ISOTP_FLOW_CONTINUE:
        break;
    }
    send->waits = 0;
    send->block_size = flow->block_size;
    send->block_left = flow->block_size;
    send->st_min_ns = isotp_st_min_ns(flow->st_min);
    send->state = ISOTP_SEND_FRAMES;
    send->due_ns = now_ns;
    return ISOTP_PARTIAL;
}

enum isotp_result isotp_send_expire(struct isotp_send *send, int64_t now_ns)
{
    if (send->state != ISOTP_SEND_AWAITING || now_ns <= send->due_ns)
        return ISOTP_IGNORED;
    return give_up(send, ISOTP_TIMEOUT);
}

int64_t isotp_send_due_ns(const struct isotp_send *send)
{
    return send->state == ISOTP_SEND_IDLE ? TIME_NONE : send->due_ns;
}
