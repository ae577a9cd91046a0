/* Others who talk on the bus: a second tester, a second telematics unit, and a flood. And when a dongle says
 * something out of turn. */
#include "faults.h"

#include "util/core/time.h"

#include <string.h>

#define ASKS_EACH_NS (350 * NS_PER_MS)
#define GOES_ON_NS   (15 * NS_PER_MS) /* its flow control, behind its question */
#define TEXT_MOST_MS 3000             /* between two texts */
#define TCU_EACH_NS  (100 * NS_PER_MS)

enum talker { TESTER, TCU, FLOOD, TALKERS };

static const enum sim_fault faults_of[TALKERS] = {SIM_FAULT_SECOND_TESTER, SIM_FAULT_SECOND_TCU,
                                                  SIM_FAULT_FLOOD};

/* Questions that LeafSpy asks, and the flow control behind each; whoever listens on 7BB gets those answers.
 */
static int64_t talk_as_tester(struct sim_faults *faults, struct sim_frame *frame)
{
    static const uint8_t asks[] = {0x02, 0x04, 0x06, 0x01};

    frame->id = 0x79B;
    if (faults->talks % 2 == 0)
        memcpy(frame->data, (const uint8_t[]){0x02, 0x21, asks[faults->talks / 2 % 4]}, 3);
    else
        frame->data[0] = 0x30;
    faults->talks++;
    return faults->talks % 2 == 0 ? ASKS_EACH_NS - GOES_ON_NS : GOES_ON_NS;
}

/* As ours would: "wake up" and an empty command. */
static int64_t talk_as_tcu(struct sim_frame *frame)
{
    frame->id = 0x56E;
    frame->len = 1;
    frame->data[0] = 0x46;
    return TCU_EACH_NS;
}

/* What the car said last, so that it passes the filter, in turn with identifiers that nobody knows. */
static int64_t talk_as_flood(struct sim_faults *faults, struct sim_frame *frame, unsigned per_second)
{
    bool repeats = faults->heard.len > 0 && sim_random_chance(&faults->random, 50);

    if (repeats)
        *frame = faults->heard;
    else
        frame->id =
            sim_random_chance(&faults->random, 50) ? 0 : 0x100 + sim_random_below(&faults->random, 16);
    return NS_PER_S / (per_second > 0 ? per_second : 1);
}

static int64_t talk(struct sim_faults *faults, enum talker talker, unsigned number, struct sim_frame *frame)
{
    *frame = (struct sim_frame){.len = 8};
    if (talker == TESTER)
        return talk_as_tester(faults, frame);
    return talker == TCU ? talk_as_tcu(frame) : talk_as_flood(faults, frame, number);
}

bool sim_faults_talk(struct sim_faults *faults, int64_t now_ns, struct sim_frame *frame)
{
    unsigned number;

    for (enum talker talker = TESTER; talker < TALKERS; talker++) {
        if (!sim_faults_number(faults, faults_of[talker], now_ns, &number) ||
            faults->traffic_ns[talker] > now_ns)
            continue;
        faults->traffic_ns[talker] = now_ns + talk(faults, talker, number, frame);
        frame->time_ns = now_ns;
        return true;
    }
    return false;
}

int64_t sim_faults_talk_next(const struct sim_faults *faults, int64_t now_ns)
{
    int64_t best_ns = TIME_NONE;

    for (enum talker talker = TESTER; talker < TALKERS; talker++) {
        int64_t due_ns = faults->traffic_ns[talker];

        if (!sim_faults_active(faults, faults_of[talker], now_ns))
            continue;
        if (due_ns < now_ns)
            due_ns = now_ns;
        if (best_ns == TIME_NONE || due_ns < best_ns)
            best_ns = due_ns;
    }
    return best_ns;
}

bool sim_faults_text(struct sim_faults *faults, int64_t now_ns, unsigned *index)
{
    unsigned wanted;

    if (!sim_faults_number(faults, SIM_FAULT_TEXTS, now_ns, &wanted))
        return false;
    *index = wanted == SIM_FAULT_ANY_NUMBER ? sim_random_below(&faults->random, SIM_FAULT_TEXTS_MAX) : wanted;
    faults->text_ns = now_ns + (1 + sim_random_below(&faults->random, TEXT_MOST_MS)) * NS_PER_MS;
    return true;
}

int64_t sim_faults_text_next(const struct sim_faults *faults, int64_t now_ns)
{
    if (!sim_faults_active(faults, SIM_FAULT_TEXTS, now_ns))
        return TIME_NONE;
    return faults->text_ns > now_ns ? faults->text_ns : now_ns;
}
