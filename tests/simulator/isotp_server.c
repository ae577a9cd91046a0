/* Answers only: requests to the car are single frames, longer ones are not taken. */
#include "isotp_server.h"

#include "util/core/time.h"

#include <string.h>

void sim_isotp_init(struct sim_isotp *isotp, uint32_t id, uint8_t filler, int64_t least_gap_ns)
{
    memset(isotp, 0, sizeof(*isotp));
    isotp->id = id;
    isotp->filler = filler;
    isotp->least_gap_ns = least_gap_ns;
}

bool sim_isotp_is_busy(const struct sim_isotp *isotp)
{
    return isotp->state != SIM_ISOTP_IDLE;
}

void sim_isotp_answer(struct sim_isotp *isotp, int64_t due_ns)
{
    isotp->state = SIM_ISOTP_DUE;
    isotp->sent = 0;
    isotp->sequence = 1;
    isotp->due_ns = due_ns;
}

int64_t sim_isotp_separation_ns(uint8_t st_min)
{
    if (st_min <= 0x7F)
        return st_min * NS_PER_MS;
    if (st_min >= 0xF1 && st_min <= 0xF9)
        return (st_min - 0xF0) * 100 * NS_PER_US;
    return 127 * NS_PER_MS;
}

void sim_isotp_flow_control(struct sim_isotp *isotp, const struct sim_frame *frame, int64_t now_ns)
{
    if (isotp->state != SIM_ISOTP_WAITS_FC || frame->len < 3)
        return;
    switch (frame->data[0] & 0x0F) {
    case 0: /* go on */
        isotp->state = SIM_ISOTP_SENDS;
        isotp->block_left = frame->data[1];
        isotp->gap_ns = sim_isotp_separation_ns(frame->data[2]);
        if (isotp->gap_ns < isotp->least_gap_ns)
            isotp->gap_ns = isotp->least_gap_ns;
        isotp->due_ns = now_ns + isotp->least_gap_ns;
        break;
    case 1: /* wait */
        isotp->due_ns = now_ns + SIM_ISOTP_FC_WAIT_NS;
        break;
    default: /* overflow, or reserved */
        isotp->state = SIM_ISOTP_IDLE;
        break;
    }
}

int64_t sim_isotp_next(const struct sim_isotp *isotp)
{
    return isotp->state == SIM_ISOTP_IDLE ? TIME_NONE : isotp->due_ns;
}

static void isotp_fill(struct sim_isotp *isotp, struct sim_frame *frame, size_t room)
{
    size_t left = isotp->payload.len - isotp->sent;
    size_t now = left < room ? left : room;

    memcpy(frame->data + SIM_FRAME_DATA_MAX - room, isotp->payload.data + isotp->sent, now);
    isotp->sent += now;
}

static void isotp_begin(struct sim_isotp *isotp, struct sim_frame *frame)
{
    size_t len = isotp->payload.len;

    if (len <= 7) {
        frame->data[0] = (uint8_t)len;
        isotp_fill(isotp, frame, 7);
        isotp->state = SIM_ISOTP_IDLE;
        return;
    }
    frame->data[0] = (uint8_t)(0x10 | len >> 8);
    frame->data[1] = (uint8_t)len;
    isotp_fill(isotp, frame, 6);
    isotp->state = SIM_ISOTP_WAITS_FC;
    isotp->due_ns += SIM_ISOTP_FC_WAIT_NS;
}

static void isotp_continue(struct sim_isotp *isotp, struct sim_frame *frame)
{
    frame->data[0] = (uint8_t)(0x20 | (isotp->sequence & 0x0F));
    isotp->sequence++;
    isotp_fill(isotp, frame, 7);
    isotp->due_ns += isotp->gap_ns;
    if (isotp->sent >= isotp->payload.len) {
        isotp->state = SIM_ISOTP_IDLE;
        return;
    }
    if (isotp->block_left == 0)
        return;
    isotp->block_left--;
    if (isotp->block_left > 0)
        return;
    isotp->state = SIM_ISOTP_WAITS_FC;
    isotp->due_ns += SIM_ISOTP_FC_WAIT_NS;
}

bool sim_isotp_take(struct sim_isotp *isotp, struct sim_frame *frame)
{
    memset(frame, 0, sizeof(*frame));
    memset(frame->data, isotp->filler, sizeof(frame->data));
    frame->time_ns = isotp->due_ns;
    frame->id = isotp->id;
    frame->len = SIM_FRAME_DATA_MAX;
    switch (isotp->state) {
    case SIM_ISOTP_DUE:
        isotp_begin(isotp, frame);
        return true;
    case SIM_ISOTP_SENDS:
        isotp_continue(isotp, frame);
        return true;
    case SIM_ISOTP_WAITS_FC:
        isotp->state = SIM_ISOTP_IDLE;
        return false;
    case SIM_ISOTP_IDLE:
        break;
    }
    return false;
}
