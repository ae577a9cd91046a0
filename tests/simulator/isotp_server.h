/* The sending half of ISO-TP as a control unit does it: one answer at a time, obeying the flow control it is
 * sent. */
#ifndef SIM_ISOTP_SERVER_H
#define SIM_ISOTP_SERVER_H

#include "frame.h"
#include "payload.h"

#include <stdbool.h>
#include <stdint.h>

/* N_Bs: an answer whose flow control does not come is dropped. */
#define SIM_ISOTP_FC_WAIT_NS INT64_C(1000000000)

enum sim_isotp_state { SIM_ISOTP_IDLE, SIM_ISOTP_DUE, SIM_ISOTP_WAITS_FC, SIM_ISOTP_SENDS };

struct sim_isotp {
    enum sim_isotp_state state;
    uint32_t id;          /* that it answers on */
    uint8_t filler;       /* behind the last byte */
    int64_t least_gap_ns; /* between its own consecutive frames, whatever STmin allows */
    struct sim_payload payload;
    size_t sent;
    unsigned sequence;
    unsigned block_left; /* frames until the next flow control; 0: no limit */
    int64_t gap_ns;
    int64_t due_ns; /* the next thing to do; in WAITS_FC when it gives up */
};

void sim_isotp_init(struct sim_isotp *isotp, uint32_t id, uint8_t filler, int64_t least_gap_ns);

/* Whether an answer is under way: a request that arrives now is lost. */
bool sim_isotp_is_busy(const struct sim_isotp *isotp);

/* Begins the answer in isotp->payload at `due_ns`. */
void sim_isotp_answer(struct sim_isotp *isotp, int64_t due_ns);

void sim_isotp_flow_control(struct sim_isotp *isotp, const struct sim_frame *frame, int64_t now_ns);

/* TIME_NONE when there is nothing to do. */
int64_t sim_isotp_next(const struct sim_isotp *isotp);

/* Does what is due; true when `frame` was filled. */
bool sim_isotp_take(struct sim_isotp *isotp, struct sim_frame *frame);

/* STmin byte to nanoseconds; reserved values count as the longest, 127 ms. */
int64_t sim_isotp_separation_ns(uint8_t st_min);

#endif
