/* What faults do to frames between bus and dongle: above all what ISO-TP does not allow. */
#include "faults.h"

#include "util/core/time.h"

#include <string.h>

#define FIRST_DIAGNOSTIC_ID 0x700
#define SINGLE              0
#define FIRST               1
#define CONSECUTIVE         2
#define OTHER_ECU           0x7EC
#define GAP_NS              (1 * NS_PER_MS)

static void fault_queue(struct sim_faults *faults, const struct sim_frame *frame, int64_t due_ns)
{
    size_t at = faults->queued;

    if (at == SIM_FAULT_QUEUE_MAX)
        return;
    for (; at > 0 && faults->queue[at - 1].due_ns > due_ns; at--)
        faults->queue[at] = faults->queue[at - 1];
    faults->queue[at] = (struct sim_fault_frame){due_ns, *frame};
    faults->queued++;
}

bool sim_faults_take(struct sim_faults *faults, int64_t now_ns, struct sim_frame *frame)
{
    if (faults->queued == 0 || faults->queue[0].due_ns > now_ns)
        return false;
    *frame = faults->queue[0].frame;
    frame->time_ns = now_ns;
    faults->queued--;
    memmove(faults->queue, faults->queue + 1, faults->queued * sizeof(faults->queue[0]));
    return true;
}

static bool fault_loses(struct sim_faults *faults, int64_t now_ns)
{
    if (sim_faults_active(faults, SIM_FAULT_LOST_50, now_ns) && sim_random_chance(&faults->random, 50))
        return true;
    return sim_faults_active(faults, SIM_FAULT_LOST_5, now_ns) && sim_random_chance(&faults->random, 5);
}

static bool fault_strikes(struct sim_faults *faults, enum sim_fault fault, unsigned percent, int64_t now_ns)
{
    return sim_faults_active(faults, fault, now_ns) && sim_random_chance(&faults->random, percent);
}

/* The frame comes behind the next one. */
static bool fault_swap(struct sim_faults *faults, const struct sim_frame *frame, int64_t now_ns)
{
    if (faults->holds) {
        faults->holds = false;
        fault_queue(faults, &faults->held, now_ns);
        return true;
    }
    if (!fault_strikes(faults, SIM_FAULT_CF_SWAPPED, 25, now_ns))
        return true;
    faults->holds = true;
    faults->held = *frame;
    return false;
}

/* The last consecutive frame of an answer: more of them follow. */
static void fault_go_on(struct sim_faults *faults, const struct sim_frame *frame, int64_t now_ns)
{
    struct sim_frame more = *frame;
    unsigned count;

    if (!sim_faults_number(faults, SIM_FAULT_CF_FLOOD, now_ns, &count))
        return;
    for (unsigned i = 1; i <= count; i++) {
        more.data[0] = (uint8_t)(0x20 | ((frame->data[0] + i) & 0x0F));
        fault_queue(faults, &more, now_ns + i * GAP_NS);
    }
}

/* Holds it back until the next question when it belongs to the end of a long answer. */
static bool fault_hold_tail(struct sim_faults *faults, const struct sim_frame *frame, int64_t now_ns)
{
    bool is_tail = faults->answer_left > 0 && frame->data[0] != 0x21 && frame->data[0] != 0x22;

    if (!is_tail || !sim_faults_active(faults, SIM_FAULT_LATE_TAIL, now_ns) ||
        faults->tail_len == SIM_FAULT_QUEUE_MAX)
        return false;
    faults->tail[faults->tail_len] = *frame;
    faults->tail_len++;
    return true;
}

static bool fault_consecutive(struct sim_faults *faults, struct sim_frame *frame, int64_t now_ns)
{
    bool last = faults->answer_left > 0 && faults->answer_left <= 7;

    faults->answer_left -= faults->answer_left < 7 ? faults->answer_left : 7;
    if (frame->data[0] != 0x21 && sim_faults_active(faults, SIM_FAULT_SHORT_ANSWER, now_ns))
        return false;
    if (fault_strikes(faults, SIM_FAULT_CF_MISSING, 25, now_ns) || fault_hold_tail(faults, frame, now_ns))
        return false;
    if (fault_strikes(faults, SIM_FAULT_SEQUENCE, 33, now_ns))
        frame->data[0] = (uint8_t)(0x20 | ((frame->data[0] + 1) & 0x0F));
    if (frame->data[0] == 0x20 && sim_faults_active(faults, SIM_FAULT_CF_WRAP, now_ns))
        frame->data[0] = 0x21;
    if (fault_strikes(faults, SIM_FAULT_CF_DOUBLED, 25, now_ns))
        fault_queue(faults, frame, now_ns);
    if (last)
        fault_go_on(faults, frame, now_ns);
    return fault_swap(faults, frame, now_ns);
}

static void fault_first(struct sim_faults *faults, struct sim_frame *frame, int64_t now_ns)
{
    static const uint16_t lengths[] = {0, 1, 2, 3, 4, 5, 6, 7, 1025, 4095};
    size_t announced = (size_t)(frame->data[0] & 0x0F) << 8 | frame->data[1];
    unsigned length;

    faults->holds = false;
    faults->tail_len = 0;
    faults->answer_left = announced > 6 ? announced - 6 : 0;
    if (sim_faults_draw(faults, SIM_FAULT_FIRST_LENGTH, now_ns, lengths, 10, &length)) {
        frame->data[0] = (uint8_t)(0x10 | length >> 8);
        frame->data[1] = (uint8_t)length;
    }
    if (sim_faults_active(faults, SIM_FAULT_FIRST_ESCAPE, now_ns))
        memcpy(frame->data, "\x10\x00\xFF\xFF\xFF\xFF", 6);
}

static void fault_single(struct sim_faults *faults, struct sim_frame *frame, int64_t now_ns)
{
    static const uint16_t lengths[] = {0, 8, 15};
    unsigned length;

    if (sim_faults_draw(faults, SIM_FAULT_SINGLE_LENGTH, now_ns, lengths, 3, &length))
        frame->data[0] = (uint8_t)length;
}

/* Frames of others that come with this one. */
static void fault_accompany(struct sim_faults *faults, const struct sim_frame *frame, int64_t now_ns)
{
    struct sim_frame other = *frame;

    if (sim_faults_active(faults, SIM_FAULT_TWO_ECUS, now_ns)) {
        other.id = OTHER_ECU;
        other.data[7] ^= 0x55;
        fault_queue(faults, &other, now_ns);
    }
    if (!sim_faults_active(faults, SIM_FAULT_FLOW_UNASKED, now_ns))
        return;
    other = (struct sim_frame){.id = frame->id, .len = 8};
    other.data[0] = (uint8_t)(0x30 + sim_random_below(&faults->random, 4));
    fault_queue(faults, &other, now_ns);
    other.id = OTHER_ECU;
    fault_queue(faults, &other, now_ns);
}

/* A frame of a control unit. */
static bool fault_answer_frame(struct sim_faults *faults, struct sim_frame *frame, int64_t now_ns)
{
    fault_accompany(faults, frame, now_ns);
    switch (frame->data[0] >> 4) {
    case SINGLE:
        fault_single(faults, frame, now_ns);
        break;
    case FIRST:
        fault_first(faults, frame, now_ns);
        break;
    case CONSECUTIVE:
        if (!fault_consecutive(faults, frame, now_ns))
            return false;
        break;
    default:
        break;
    }
    if (sim_faults_active(faults, SIM_FAULT_WRONG_ID, now_ns))
        frame->id ^= 1;
    if (fault_strikes(faults, SIM_FAULT_SHORT_FRAMES, 50, now_ns))
        frame->len = (uint8_t)(1 + sim_random_below(&faults->random, frame->len - 1U));
    return true;
}

bool sim_faults_frame(struct sim_faults *faults, struct sim_frame *frame, int64_t now_ns)
{
    static const uint16_t fillers[] = {0xFF, 0x7F};
    unsigned filler;

    if (faults->count == 0)
        return true;
    if (fault_loses(faults, now_ns))
        return false;
    if (frame->id >= FIRST_DIAGNOSTIC_ID)
        return frame->len < 2 || fault_answer_frame(faults, frame, now_ns);
    if (sim_faults_draw(faults, SIM_FAULT_PLACEHOLDER, now_ns, fillers, 2, &filler))
        memset(frame->data, (int)filler, frame->len);
    return true;
}

void sim_faults_asked(struct sim_faults *faults, const struct sim_frame *frame, int64_t now_ns)
{
    if (frame->data[0] >> 4 != SINGLE)
        return;
    for (size_t i = 0; i < faults->tail_len; i++)
        fault_queue(faults, &faults->tail[i], now_ns + (int64_t)(i + 1) * (GAP_NS / 4));
    faults->tail_len = 0;
    faults->answer_left = 0;
}
