/* What faults make control units say. Payloads begin with the response service. */
#include "faults.h"

#include "util/core/time.h"

#include <string.h>

#define NEGATIVE 0x7F
#define PENDING  0x78

/* The codes of ISO 14229-1 and two of KWP 2000. */
static const uint16_t codes[] = {0x10, 0x11, 0x12, 0x13, 0x14, 0x21, 0x22, 0x24, 0x25, 0x26, 0x31,
                                 0x33, 0x35, 0x36, 0x37, 0x70, 0x71, 0x72, 0x73, 0x7E, 0x7F, 0x80,
                                 0x81, 0x83, 0x88, 0x92, 0x93, 0x9A, 0xFA, 0x00, 0xFF};

static void answer_refuse(struct sim_payload *payload, uint8_t service, uint8_t code)
{
    payload->len = 0;
    sim_put(payload, NEGATIVE, 1);
    sim_put(payload, service, 1);
    sim_put(payload, code, 1);
}

/* Another answer to the same length. */
static void answer_belie(struct sim_faults *faults, struct sim_payload *payload, uint8_t service,
                         int64_t now_ns)
{
    size_t echo_end = service == 0x22 ? 3 : 2;

    if (payload->len > echo_end && sim_faults_active(faults, SIM_FAULT_WRONG_DID, now_ns))
        payload->data[echo_end - 1] ^= 0x05;
    if (sim_faults_active(faults, SIM_FAULT_WRONG_SERVICE, now_ns))
        payload->data[0] ^= 0x03;
}

static void answer_repeat(struct sim_faults *faults, struct sim_payload *payload, int64_t now_ns)
{
    struct sim_payload now = *payload;

    if (faults->old.len > 0 && sim_faults_active(faults, SIM_FAULT_OLD_ANSWER, now_ns))
        *payload = faults->old;
    faults->old = now;
}

static void answer_fill(struct sim_faults *faults, struct sim_payload *payload, uint8_t service,
                        int64_t now_ns)
{
    static const uint16_t fillers[] = {0xFF, 0x7F};
    size_t echo_end = service == 0x22 ? 3 : 2;
    unsigned filler;

    if (!sim_faults_draw(faults, SIM_FAULT_PLACEHOLDER, now_ns, fillers, 2, &filler))
        return;
    if (payload->len > echo_end)
        memset(payload->data + echo_end, (int)filler, payload->len - echo_end);
}

int64_t sim_faults_answer(struct sim_faults *faults, struct sim_payload *payload, uint8_t service,
                          int64_t now_ns)
{
    unsigned number;

    if (faults->count == 0)
        return 0;
    answer_fill(faults, payload, service, now_ns);
    answer_repeat(faults, payload, now_ns);
    answer_belie(faults, payload, service, now_ns);
    if (sim_faults_draw(faults, SIM_FAULT_REFUSE, now_ns, codes, sizeof(codes) / sizeof(codes[0]), &number))
        answer_refuse(payload, service, (uint8_t)number);
    if (sim_faults_active(faults, SIM_FAULT_PENDING, now_ns))
        answer_refuse(payload, service, PENDING);
    if (!sim_faults_number(faults, SIM_FAULT_LATE, now_ns, &number) || sim_random_chance(&faults->random, 50))
        return 0;
    return number * NS_PER_MS;
}
