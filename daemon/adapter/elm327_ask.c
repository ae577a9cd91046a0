/* One question: header, flow control and filter of its ECU, each only when it changes, then the data line,
 * then frames until the prompt. Reassembles nothing: that the frames make an answer to this question is
 * judged by bus/. */
#include "adapter/elm327_private.h"

#include <stdio.h>
#include <string.h>

#define ASK_MAX_NS    (1500 * NS_PER_MS) /* not sent by then, it is dropped: the car may sleep by now */
#define LINGER_NS     (20 * NS_PER_MS)   /* the next question may follow at once; else listening begins */
#define FLOW_ID_CLEAR 0x008              /* where an ELM327 answers by itself: without this bit */

bool elm327_aim(struct elm327 *elm, uint16_t filter, uint16_t mask)
{
    if (elm->set.passes) {
        elm327_command(elm, "STFCP");
        return true;
    }
    if (elm->set.filter == filter && elm->set.mask == mask) {
        return false;
    }
    if (mask == FRAME_ID_MAX && !elm327_has(elm, ELM327_QUIRK_NO_ADDRESS)) {
        elm327_command(elm, "ATCRA%03X", filter);
    } else if (elm327_has(elm, ELM327_QUIRK_NO_MASK)) {
        return false;
    } else if (elm->set.filter != filter) {
        elm327_command(elm, "ATCF%03X", filter);
    } else {
        elm327_command(elm, "ATCM%03X", mask);
    }
    return true;
}

/* The first refusal may be a mishearing. */
static void aim_refused(struct elm327 *elm)
{
    if (++elm->aim_refusals < 2) {
        return;
    }
    elm->aim_refusals = 0;
    if (strncmp(elm->command, "ATCRA", 5) == 0) {
        elm327_add_quirk(elm, ELM327_QUIRK_NO_ADDRESS);
    } else {
        elm327_add_quirk(elm, ELM327_QUIRK_NO_MASK);
    }
    elm->set.filter = ELM327_NOT_SET;
    elm->set.mask = ELM327_NOT_SET;
}

bool elm327_aim_reply(struct elm327 *elm, uint16_t filter, uint16_t mask)
{
    if (strcmp(elm->command, "STFCP") == 0) {
        elm327_pass_clear_reply(elm);
        return true;
    }
    if (elm->reply.refused) {
        aim_refused(elm);
        return true;
    }
    if (!elm->reply.ok) {
        elm327_restart(elm, "the adapter's answers make no sense");
        return false;
    }
    elm->aim_refusals = 0;
    if (strncmp(elm->command, "ATCM", 4) != 0) {
        elm->set.filter = filter;
    }
    if (strncmp(elm->command, "ATCF", 4) != 0) {
        elm->set.mask = mask;
    }
    return true;
}

/* The frame that the adapter will put on the bus by itself when the answer is long. */
static bool ask_flow_is_allowed(struct elm327 *elm, const struct elm327_question *question)
{
    struct frame flow = {.time_ns = elm->now_ns, .id = question->frame.id, .len = 8, .data = {0x30}};
    if (elm->traits.flow == ELM327_FLOW_NONE) {
        return true;
    }
    if (elm->traits.flow == ELM327_FLOW_ITS_OWN) {
        flow.id = (uint16_t)(question->answer_id & ~FLOW_ID_CLEAR);
    }
    return elm->events.may_send(elm->ctx, &flow);
}

int elm327_send(struct elm327 *elm, int64_t now_ns, const struct frame *frame, uint16_t answer_id,
                struct err *err)
{
    elm->now_ns = now_ns;
    if (!elm327_is_ready(elm)) {
        return err_set(err, "the adapter is not ready");
    }
    if (frame->len != FRAME_DATA_MAX || frame->data[0] < 1 || frame->data[0] > 7) {
        return err_set(err, "an ELM327 sends single frames of 8 bytes only");
    }
    if (elm327_has(elm, ELM327_QUIRK_NO_AIM)) {
        return err_set(err, "this adapter cannot be told whom to hear");
    }
    if (elm327_learn_forbids(elm, frame, err)) {
        return -1;
    }
    struct elm327_question question = {
        .pending = true, .frame = *frame, .answer_id = answer_id, .since_ns = now_ns};
    if (!ask_flow_is_allowed(elm, &question)) {
        return err_set(err, "the adapter's flow control for %03X is not allowed", frame->id);
    }
    elm->question = question;
    elm327_listen_stop(elm);
    elm327_choose(elm);
    return 0;
}

void elm327_done(struct elm327 *elm, int64_t now_ns)
{
    elm->now_ns = now_ns;
    elm->question.done = true;
}

bool elm327_ask_waits_idly(const struct elm327 *elm)
{
    const struct elm327_question *question = &elm->question;
    bool owes_flow = question->is_long && question->later == 0; /* who sends a first frame waits for it */
    return elm->waiting && !elm->typing && !elm->hurried && elm->flight == ELM327_FLIGHT_QUESTION &&
           question->done && !owes_flow;
}

/* The answer is whole, and the adapter waits a fifth of a second for others: a blank ends that, as it ends
 * monitoring. One that is late is taken for the beginning of the next command, where it means nothing. */
void elm327_ask_hurry(struct elm327 *elm)
{
    elm->hurried = true;
    elm->events.write(elm->ctx, " ", 1);
}

bool elm327_ask_is_over(const struct elm327 *elm)
{
    return elm->question.done || elm->now_ns - elm->question.since_ns > ASK_MAX_NS;
}

void elm327_ask_drop(struct elm327 *elm)
{
    elm->question.pending = false;
    elm->tell_ready = true;
    elm->job = ELM327_JOB_IDLE;
    elm->listen_ns = elm->now_ns + LINGER_NS;
}

static bool ask_is_formatted(const struct elm327 *elm)
{
    return elm327_has(elm, ELM327_QUIRK_FORMATS_ITSELF) || elm327_has(elm, ELM327_QUIRK_FORMATS_UNASKED);
}

/* The car's units send eight bytes always (leaf/FACTS 6); an adapter that formats leaves away what is beyond
 * the message. Anything else is a line that lost some digits, and those that are left say something else. */
static bool ask_frame_is_whole(const struct elm327 *elm, const struct frame *frame)
{
    unsigned pci = frame->data[0] >> 4;
    bool consecutive = pci == 2; /* the message counts its bytes */
    bool single_fits = pci == 0 && frame->len == frame->data[0] + 1;
    return frame->len == FRAME_DATA_MAX || (ask_is_formatted(elm) && (consecutive || single_fits));
}

/* An adapter that formats by itself gets the payload, any other the eight bytes as they shall stand on the
 * bus. */
static void ask_write(struct elm327 *elm)
{
    const struct frame *frame = &elm->question.frame;
    bool formats = ask_is_formatted(elm);
    size_t first = formats ? 1 : 0;
    size_t end = formats ? (size_t)frame->data[0] + 1 : frame->len;
    char *at = elm->command;
    for (size_t i = first; i < end; i++) {
        at += snprintf(at, 3, "%02X", frame->data[i]);
    }
    elm327_type_begin(elm, ELM327_FLIGHT_QUESTION);
}

/* Its bytes and when to send it were told at the start, and stay: each command more costs a slow link two
 * round trips. */
static void ask_flow(struct elm327 *elm)
{
    elm->set.flow_header = ELM327_NOT_SET; /* until it is agreed */
    elm327_command(elm, "ATFCSH%03X", elm->question.frame.id);
}

static void ask_next(struct elm327 *elm)
{
    const struct elm327_question *question = &elm->question;
    if (elm327_ask_is_over(elm) || elm327_has(elm, ELM327_QUIRK_NO_AIM)) {
        elm327_ask_drop(elm);
    } else if (elm->set.header != question->frame.id) {
        elm327_command(elm, "ATSH%03X", question->frame.id);
    } else if (elm->traits.flow == ELM327_FLOW_OURS && elm->set.flow_header != question->frame.id) {
        ask_flow(elm);
    } else if (elm327_aim(elm, question->answer_id, FRAME_ID_MAX)) {
        return;
    } else if (ask_flow_is_allowed(elm, question)) {
        ask_write(elm);
    } else {
        elm327_ask_drop(elm);
    }
}

void elm327_ask_begin(struct elm327 *elm)
{
    elm->job = ELM327_JOB_ASK;
    ask_next(elm);
}

void elm327_ask_frame(struct elm327 *elm, const struct frame *frame)
{
    if (elm->question.done || frame->id != elm->question.answer_id) {
        elm327_count(elm, ADAPTER_LATE);
    } else if (!ask_frame_is_whole(elm, frame)) {
        elm->reply.damaged = true;
        elm327_count_garbage(elm);
    } else {
        elm327_learn_frame(elm, frame);
        elm->events.frame(elm->ctx, frame);
    }
}

/* ATSH or ATFCSH was accepted. */
static void ask_accepted(struct elm327 *elm)
{
    if (strncmp(elm->command, "ATSH", 4) == 0) {
        elm->header_refusals = 0;
        elm->set.header = elm->question.frame.id;
    } else {
        elm->set.flow_header = elm->question.frame.id;
    }
}

/* The first refusal may be a mishearing. */
static void ask_header_refused(struct elm327 *elm)
{
    if (++elm->header_refusals < 2) {
        elm327_ask_drop(elm);
    } else {
        elm327_give_up(elm, "the adapter refuses ATSH: it cannot be used");
    }
}

void elm327_ask_reply(struct elm327 *elm)
{
    if (elm->flight == ELM327_FLIGHT_QUESTION) {
        elm327_learn_prompt(elm);
        elm327_ask_drop(elm);
        if (elm->reply.ok) {
            elm327_restart(elm, "the adapter answered another command");
        }
        return;
    }
    if (strncmp(elm->command, "ATC", 3) == 0 || strncmp(elm->command, "STF", 3) == 0) {
        if (elm327_aim_reply(elm, elm->question.answer_id, FRAME_ID_MAX)) {
            ask_next(elm);
        }
    } else if (elm->reply.ok) {
        ask_accepted(elm);
        ask_next(elm);
    } else if (elm->reply.refused && strncmp(elm->command, "ATSH", 4) == 0) {
        ask_header_refused(elm);
    } else {
        elm327_restart(elm, "the adapter refuses a setting that it took before");
    }
}
