/* The asking half of the car process. Every frame it sends has passed the gate, flow control included; a
 * refusal ends the question. It decodes nothing and decides nothing about what is asked when. */
#include "probe_ask.h"

#include <stdlib.h>

#define ST_MIN_MS 10 /* as LeafSpy asks for it: no answer comes faster than a slow adapter can pass it on */

struct probe_ask {
    struct gate *gate;
    struct probe_port port;
    struct probe_traits traits;
    struct isotp *isotp;
    struct uds_exchange exchange;
    size_t enough;
    struct probe_ask_counts counts;
};

struct probe_ask *probe_ask_new(struct gate *gate, const struct probe_port *port)
{
    struct probe_ask *ask = calloc(1, sizeof(*ask));

    if (!ask)
        return NULL;
    ask->gate = gate;
    ask->port = *port;
    ask->isotp = isotp_new(0, ST_MIN_MS);
    if (!ask->isotp) {
        free(ask);
        return NULL;
    }
    return ask;
}

void probe_ask_free(struct probe_ask *ask)
{
    if (!ask)
        return;
    isotp_free(ask->isotp);
    free(ask);
}

void probe_ask_set_traits(struct probe_ask *ask, const struct probe_traits *traits)
{
    ask->traits = *traits;
}

bool probe_ask_is_free(const struct probe_ask *ask)
{
    return !ask->exchange.open && ask->port.is_ready(ask->port.ctx);
}

static void close_question(struct probe_ask *ask)
{
    ask->exchange.open = false;
    gate_done(ask->gate);
    ask->port.done(ask->port.ctx);
}

int probe_ask_begin(struct probe_ask *ask, const struct uds_question *question, size_t enough, int64_t now_ns)
{
    struct frame frame;

    uds_question_frame(question, &frame);
    frame.time_ns = now_ns;
    if (!gate_passes(gate_judge(ask->gate, &frame, now_ns)))
        return -1;
    if (ask->port.send(ask->port.ctx, &frame, question->from) < 0) {
        gate_done(ask->gate);
        return -1;
    }
    ask->counts.frames_sent++;
    ask->counts.questions++;
    ask->enough = enough;
    if (isotp_drop(ask->isotp, question->from))
        ask->counts.length++;
    uds_exchange_begin(&ask->exchange, question, ask->traits.hears_all ? now_ns : now_ns + PROBE_TURN_NS);
    return 0;
}

/* Answers a first frame. False when that may not be: then the answer can't come. */
static bool send_flow(struct probe_ask *ask, const struct isotp_flow *flow, int64_t now_ns)
{
    const struct uds_question *question = &ask->exchange.question;
    struct frame frame;

    if (ask->traits.sends_flow_control)
        return true;
    isotp_flow_build(flow, question->to, &frame);
    frame.time_ns = now_ns;
    if (!gate_passes(gate_judge(ask->gate, &frame, now_ns)) ||
        ask->port.send(ask->port.ctx, &frame, question->from) != 0)
        return false;
    ask->counts.frames_sent++;
    return true;
}

/* A dongle answers each first frame by itself, once, also where its bytes are all that we wanted. */
static bool makes_dongle_answer(const struct probe_ask *ask, const struct frame *frame)
{
    return ask->traits.sends_flow_control && frame->len > 0 && frame->data[0] >> 4 == 1;
}

static void count_failure(struct probe_ask *ask, enum isotp_result result)
{
    switch (result) {
    case ISOTP_SEQUENCE:
        ask->counts.sequence++;
        break;
    case ISOTP_LENGTH:
    case ISOTP_TIMEOUT:
    case ISOTP_OVERFLOW:
        ask->counts.length++;
        break;
    case ISOTP_IGNORED:
    case ISOTP_PARTIAL:
    case ISOTP_COMPLETE:
        break;
    }
}

static enum probe_heard fail(struct probe_ask *ask)
{
    close_question(ask);
    return PROBE_HEARD_FAILURE;
}

/* An answer to another question than the open one, where nobody else's answers are heard, comes late or is
 * mixed up: nothing tells what it answers. */
static enum probe_heard take_foreign(const struct probe_ask *ask, const struct isotp_message *message,
                                     struct uds_answer *answer)
{
    if (ask->exchange.open && message->id == ask->exchange.question.from && !ask->traits.hears_all)
        return PROBE_HEARD_NOTHING;
    *answer = (struct uds_answer){.time_ns = message->time_ns,
                                  .from = message->id,
                                  .payload = message->payload,
                                  .len = message->len,
                                  .full_length = message->full_length};
    return PROBE_HEARD_FOREIGN;
}

static enum probe_heard take_message(struct probe_ask *ask, const struct isotp_message *message,
                                     int64_t now_ns, struct uds_answer *answer)
{
    switch (uds_exchange_take(&ask->exchange, message, now_ns, answer)) {
    case UDS_NOT_OURS:
        return take_foreign(ask, message, answer);
    case UDS_ANSWER:
        close_question(ask);
        return PROBE_HEARD_ANSWER;
    case UDS_REFUSED:
        close_question(ask);
        return PROBE_HEARD_NEGATIVE;
    case UDS_PENDING:
        break;
    }
    return PROBE_HEARD_NOTHING;
}

static bool is_over(enum isotp_result result)
{
    return result == ISOTP_SEQUENCE || result == ISOTP_LENGTH || result == ISOTP_TIMEOUT ||
           result == ISOTP_OVERFLOW;
}

enum probe_heard probe_ask_take(struct probe_ask *ask, const struct frame *frame, size_t enough,
                                int64_t now_ns, struct uds_answer *answer)
{
    bool ours = ask->exchange.open && frame->id == ask->exchange.question.from;
    struct isotp_outcome outcome;

    if (ours && makes_dongle_answer(ask, frame))
        ask->counts.frames_sent++;
    isotp_take(ask->isotp, frame, ours ? ask->enough : enough, &outcome);
    count_failure(ask, outcome.dropped);
    count_failure(ask, outcome.result);
    if (outcome.result == ISOTP_COMPLETE)
        return take_message(ask, &outcome.message, now_ns, answer);
    if (!ours)
        return PROBE_HEARD_NOTHING;
    if (is_over(outcome.result))
        return fail(ask);
    if (outcome.flow_wanted && !send_flow(ask, &outcome.flow, now_ns))
        return fail(ask);
    if (outcome.result == ISOTP_PARTIAL)
        uds_exchange_progress(&ask->exchange, now_ns);
    return PROBE_HEARD_NOTHING;
}

enum probe_heard probe_ask_advance(struct probe_ask *ask, int64_t now_ns)
{
    bool failed = false;
    uint16_t id;

    while (isotp_expire(ask->isotp, now_ns, &id)) {
        ask->counts.length++;
        failed = failed || (ask->exchange.open && id == ask->exchange.question.from);
    }
    if (!failed && !uds_exchange_expire(&ask->exchange, now_ns))
        return PROBE_HEARD_NOTHING;
    return fail(ask);
}

enum probe_heard probe_ask_ready(struct probe_ask *ask)
{
    if (!ask->exchange.open || ask->traits.hears_all)
        return PROBE_HEARD_NOTHING;
    return fail(ask);
}

bool probe_ask_reset(struct probe_ask *ask)
{
    bool open = ask->exchange.open;

    isotp_reset(ask->isotp);
    ask->exchange.open = false;
    gate_done(ask->gate);
    return open;
}

int64_t probe_ask_deadline(const struct probe_ask *ask)
{
    int64_t deadline = isotp_deadline(ask->isotp);

    if (ask->exchange.open && (deadline == TIME_NONE || ask->exchange.deadline_ns < deadline))
        deadline = ask->exchange.deadline_ns;
    return deadline == TIME_NONE ? INT64_MAX
                                 : deadline + 1; /* what expires does so after its deadline, not at it */
}

const struct probe_ask_counts *probe_ask_counts(const struct probe_ask *ask)
{
    return &ask->counts;
}
