/* Quirks that only use shows. A sleeping car and a fault on the bus look much alike, so nothing is concluded
 * from a reply with an error text or a damaged line, nor from silence alone: other requests must have been
 * answered in between. Asks nothing by itself. */
#include "adapter/elm327_private.h"

#include <string.h>

#define CUT_MAX         5  /* long answers of which none was whole */
#define UNASKED_POINTS  3  /* it adds a length byte */
#define REFUSAL_POINTS  1  /* a data line was refused */
#define MISREAD_POINTS  2  /* a unit took the length byte for a service; once, it may be another tester's */
#define FREEZES_MAX     2  /* in the answer to one request */
#define SHORTENS_POINTS 18 /* that adapter forwards no three bytes */
#define SILENCE_POINTS  1
#define NEGATIVE_POINTS 3 /* the unit knows no such request: it got another one */
#define RETRY_NS        NS_PER_H

#define FIRST_BYTES 6
#define NEXT_BYTES  7
#define PCI_FIRST   1
#define NEGATIVE    0x7F
#define POSITIVE    0x40
#define STILL_AT_IT 0x78

void elm327_learn_again(struct elm327 *elm)
{
    elm->evidence = (struct elm327_evidence){.long_whole = false};
    elm->traits.quirks &= 1U << ELM327_QUIRK_FREEZES;
}

static bool freeze_is_of(const struct elm327_freeze *freeze, const struct frame *frame)
{
    return freeze->times > 0 && freeze->id == frame->id &&
           memcmp(freeze->data, frame->data, sizeof(freeze->data)) == 0;
}

static struct elm327_freeze *freeze_find(struct elm327 *elm, const struct frame *frame)
{
    for (size_t i = 0; i < ELM327_FREEZE_MAX; i++) {
        if (freeze_is_of(&elm->freezes[i], frame)) {
            return &elm->freezes[i];
        }
    }
    return NULL;
}

/* A free row, else the one that is free soonest. */
static struct elm327_freeze *freeze_new(struct elm327 *elm, const struct frame *frame)
{
    struct elm327_freeze *row = &elm->freezes[0];
    for (size_t i = 1; i < ELM327_FREEZE_MAX && row->times > 0; i++) {
        struct elm327_freeze *each = &elm->freezes[i];
        if (each->times == 0 || each->until_ns < row->until_ns) {
            row = each;
        }
    }
    *row = (struct elm327_freeze){.id = frame->id, .other_answered = true};
    memcpy(row->data, frame->data, sizeof(row->data));
    return row;
}

bool elm327_learn_forbids(struct elm327 *elm, const struct frame *frame, struct err *err)
{
    const struct elm327_freeze *freeze = freeze_find(elm, frame);
    if (freeze && elm->now_ns < freeze->until_ns) {
        err_set(err, "the adapter hangs on the answer to this request");
        return true;
    }
    if (frame->data[0] > 2 && elm->now_ns < elm->evidence.shortens_until_ns) {
        err_set(err, "the adapter shortens requests of more than two bytes");
        return true;
    }
    return false;
}

/* What tells that it adds a length byte to ours. */
static void learn_unasked(struct elm327 *elm, unsigned points)
{
    elm->evidence.unasked += points;
    if (!elm->evidence.eight_answered && elm->evidence.unasked >= UNASKED_POINTS) {
        elm327_add_quirk(elm, ELM327_QUIRK_FORMATS_UNASKED);
    }
}

/* The length byte that it should not have added made a service of ours: "7F 02" for 02 21 01. */
static void learn_negative(struct elm327 *elm, const uint8_t *data)
{
    const uint8_t *asked = elm->question.frame.data;
    elm->question.negative = true;
    if (data[2] == asked[0] && data[2] != asked[1]) {
        learn_unasked(elm, MISREAD_POINTS);
    }
}

/* Frames that have to follow a first one. */
static unsigned learn_wanted(const uint8_t *data)
{
    unsigned bytes = (data[0] & 0x0FU) << 8 | data[1];
    return bytes > FIRST_BYTES ? (bytes - FIRST_BYTES + NEXT_BYTES - 1) / NEXT_BYTES : 0;
}

/* A long answer in full: that many frames came, in whatever order. */
static bool learn_is_whole(const struct elm327_question *question)
{
    return question->later >= question->wanted;
}

void elm327_learn_frame(struct elm327 *elm, const struct frame *frame)
{
    struct elm327_question *question = &elm->question;
    uint8_t wanted = (uint8_t)(question->frame.data[1] + POSITIVE);
    unsigned pci = frame->data[0] >> 4;
    if (pci == PCI_FIRST) {
        question->is_long = true;
        question->wanted = learn_wanted(frame->data);
        question->positive = frame->data[2] == wanted;
    } else if (pci != 0) {
        question->later++;
    } else if (frame->data[1] == NEGATIVE && frame->data[3] != STILL_AT_IT) {
        learn_negative(elm, frame->data);
    } else {
        question->positive |= frame->data[1] == wanted;
    }
}

static void learn_flow(struct elm327 *elm)
{
    struct elm327_evidence *evidence = &elm->evidence;
    if (!elm->question.is_long) {
        return;
    }
    evidence->long_whole |= learn_is_whole(&elm->question);
    evidence->long_cut++;
    if (!evidence->long_whole && evidence->long_cut >= CUT_MAX && elm->traits.flow == ELM327_FLOW_OURS) {
        elm327_add_quirk(elm, ELM327_QUIRK_CUTS_LONG);
    }
    if (evidence->long_whole) {
        elm->traits.quirks &= ~(1U << ELM327_QUIRK_CUTS_LONG);
    }
}

static void learn_three_bytes(struct elm327 *elm)
{
    struct elm327_evidence *evidence = &elm->evidence;
    if (elm->question.positive) {
        evidence->three_answered = true;
        elm->traits.quirks &= ~(1U << ELM327_QUIRK_SHORTENS);
    }
    if (evidence->three_answered || !evidence->two_answered) {
        return;
    }
    evidence->two_answered = false;
    evidence->three_failed += elm->question.negative ? NEGATIVE_POINTS : SILENCE_POINTS;
    if (evidence->three_failed >= SHORTENS_POINTS) {
        evidence->three_failed = SHORTENS_POINTS - 1;
        evidence->shortens_until_ns = elm->now_ns + RETRY_NS;
        elm327_add_quirk(elm, ELM327_QUIRK_SHORTENS);
    }
}

static bool freeze_lasts(const struct elm327 *elm)
{
    bool lasts = false;
    for (size_t i = 0; i < ELM327_FREEZE_MAX; i++) {
        lasts |= elm->freezes[i].times >= FREEZES_MAX;
    }
    return lasts;
}

/* An answer in full clears its request of freezing, and shows for the others that the line works. */
static void learn_answered(struct elm327 *elm)
{
    for (size_t i = 0; i < ELM327_FREEZE_MAX; i++) {
        if (freeze_is_of(&elm->freezes[i], &elm->question.frame)) {
            elm->freezes[i] = (struct elm327_freeze){.times = 0};
        } else {
            elm->freezes[i].other_answered = true;
        }
    }
    if (!freeze_lasts(elm)) {
        elm->traits.quirks &= ~(1U << ELM327_QUIRK_FREEZES);
    }
}

/* It heard the line as it was typed, and still refuses eight bytes: it adds one. */
static void learn_refusal(struct elm327 *elm)
{
    if (!elm327_has(elm, ELM327_QUIRK_ECHOES_LATE)) {
        learn_unasked(elm, REFUSAL_POINTS);
    }
}

void elm327_learn_prompt(struct elm327 *elm)
{
    const struct elm327_question *question = &elm->question;
    enum elm327_recovery recovery = elm327_text_recovery(elm->reply.trouble);
    if (elm->reply.damaged ||
        (recovery != ELM327_RECOVERY_NONE && elm->reply.trouble != ELM327_TEXT_NO_DATA)) {
        return;
    }
    if (elm->reply.refused) {
        learn_refusal(elm);
        return;
    }
    learn_flow(elm);
    elm->evidence.eight_answered |= question->positive;
    if (question->positive && (!question->is_long || learn_is_whole(question))) {
        learn_answered(elm);
    }
    if (question->frame.data[0] == 2) {
        elm->evidence.two_answered |= question->positive;
    } else if (question->frame.data[0] == 3) {
        learn_three_bytes(elm);
    }
}

void elm327_learn_freeze(struct elm327 *elm)
{
    if (!elm->question.pending || !elm->question.is_long || elm->flight != ELM327_FLIGHT_QUESTION) {
        return;
    }
    struct elm327_freeze *freeze = freeze_find(elm, &elm->question.frame);
    freeze = freeze ? freeze : freeze_new(elm, &elm->question.frame);
    freeze->times += freeze->other_answered;
    freeze->other_answered = false;
    if (freeze->times >= FREEZES_MAX) {
        freeze->until_ns = elm->now_ns + RETRY_NS;
        elm327_add_quirk(elm, ELM327_QUIRK_FREEZES);
    }
}
