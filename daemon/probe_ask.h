/* One question at a time on its way to the car and its answer back: gate, ISO-TP, matching. A part of the car
 * process's core, pure: what leaves goes through the port it is given. Answers that others asked for are
 * heard, too. */
#ifndef PROBE_ASK_H
#define PROBE_ASK_H

#include "bus/isotp.h"
#include "bus/uds.h"
#include "gate/gate.h"

#include <stdbool.h>
#include <stdint.h>

/* An adapter that takes turns needs so long to put a question on the bus. */
#define PROBE_TURN_NS (1500 * NS_PER_MS)

/* Where frames leave to. */
struct probe_port {
    void *ctx;
    bool (*is_ready)(void *ctx);
    int (*send)(void *ctx, const struct frame *frame, uint16_t answer_id); /* -1: not sent */
    void (*done)(void *ctx);                                               /* the question is over */
};

/* How the adapter behaves. */
struct probe_traits {
    bool sends_flow_control; /* by itself, after asking gate_judge_dongle_flow() */
    bool hears_all;          /* otherwise it takes turns, and is ready again when the question is over */
};

enum probe_heard {
    PROBE_HEARD_NOTHING,  /* part of something, or noise */
    PROBE_HEARD_ANSWER,   /* to our question; it is over */
    PROBE_HEARD_NEGATIVE, /* to our question; it is over */
    PROBE_HEARD_FAILURE,  /* no answer, or a broken one; our question is over */
    PROBE_HEARD_FOREIGN,  /* an answer to a question that somebody else asked, or that we gave up */
};

struct probe_ask_counts {
    uint64_t frames_sent, questions, sequence, length;
};

struct probe_ask;

/* `gate` outlives it. Returns NULL only without memory. */
struct probe_ask *probe_ask_new(struct gate *gate, const struct probe_port *port);
void probe_ask_free(struct probe_ask *ask);

/* How the adapter behaves; it may be found out at any time. */
void probe_ask_set_traits(struct probe_ask *ask, const struct probe_traits *traits);

/* Whether a question can be asked now: none is open and the adapter is ready. */
bool probe_ask_is_free(const struct probe_ask *ask);

/* Asks; -1 when the gate or the adapter refuses. `enough`: see isotp_take(). */
int probe_ask_begin(struct probe_ask *ask, const struct uds_question *question, size_t enough,
                    int64_t now_ns);

/* Takes a frame from an ECU's answering identifier. `enough` counts where it begins a foreign answer. */
enum probe_heard probe_ask_take(struct probe_ask *ask, const struct frame *frame, size_t enough,
                                int64_t now_ns, struct uds_answer *answer);

/* Lets time pass: PROBE_HEARD_FAILURE when the open question's is over. */
enum probe_heard probe_ask_advance(struct probe_ask *ask, int64_t now_ns);

/* The adapter can send again: one that takes turns has given up waiting. */
enum probe_heard probe_ask_ready(struct probe_ask *ask);

/* Forgets the open question and unfinished answers: the link is gone. True when a question was open. */
bool probe_ask_reset(struct probe_ask *ask);

/* When probe_ask_advance() has something to do, or INT64_MAX. */
int64_t probe_ask_deadline(const struct probe_ask *ask);

/* What was counted since the start. */
const struct probe_ask_counts *probe_ask_counts(const struct probe_ask *ask);

#endif
