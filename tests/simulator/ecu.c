/* Requests in, answers scheduled. What an answer contains is in ecu_lbc.c, ecu_vcm.c and ecu_body.c. */
#include "ecu.h"

#include "ecu_answers.h"

#include "util/core/time.h"

#define NEGATIVE            0x7F
#define SERVICE_UNKNOWN     0x11
#define SUBFUNCTION_UNKNOWN 0x12
#define RESPONSE_PENDING    0x78
#define SESSION_LASTS_NS    (1500 * NS_PER_MS)
#define PENDING_LASTS_NS    (60 * NS_PER_MS)

struct ecu_place {
    uint16_t asked_on, answers_on;
    uint8_t filler;
    uint8_t delay_ms; /* from question to answer, as in the logs */
    uint8_t gap_ms;   /* between its own frames at STmin 0 */
    unsigned cars;
    const struct sim_answers *answers;
};

static const struct ecu_place places[SIM_ECU_COUNT] = {
    [SIM_LBC] = {0x79B, 0x7BB, 0xFF, 8, 2, SIM_ALL, &sim_lbc_answers},
    [SIM_VCM] = {0x797, 0x79A, 0x00, 1, 1, SIM_ALL, &sim_vcm_answers},
    [SIM_METER] = {0x743, 0x763, 0xFF, 6, 1, SIM_ALL, &sim_meter_answers},
    [SIM_HVAC] = {0x744, 0x764, 0xFF, 2, 1, SIM_ALL, &sim_hvac_answers},
    [SIM_BCM] = {0x745, 0x765, 0xFF, 25, 10, SIM_ALL, &sim_bcm_answers},
    [SIM_TPMS] = {0x758, 0x778, 0xFF, 8, 1, SIM_ALL, &sim_tpms_answers},
    [SIM_INVERTER] = {0x784, 0x78C, 0xFF, 15, 1, SIM_PRE_ZE1, &sim_inverter_answers},
    [SIM_CHARGER] = {0x792, 0x793, 0xFF, 10, 1, SIM_ZE0_24, &sim_charger_answers},
};

/* A question as it came: service and what follows it. */
struct question {
    uint8_t service;
    uint8_t id_bytes; /* of the local identifier or DID that are there, 0..2 */
    uint16_t did;
};

static void ecus_rest(struct sim_ecus *ecus)
{
    for (unsigned i = 0; i < SIM_ECU_COUNT; i++) {
        struct sim_ecu *ecu = &ecus->ecu[i];

        sim_isotp_init(&ecu->isotp, places[i].answers_on, places[i].filler, places[i].gap_ms * NS_PER_MS);
        ecu->session_until_ns = TIME_NONE;
        ecu->pending = false;
    }
}

void sim_ecus_init(struct sim_ecus *ecus, const struct sim_model *model)
{
    ecus->model = model;
    ecus->faults = NULL;
    ecus_rest(ecus);
}

void sim_ecus_stop(struct sim_ecus *ecus)
{
    ecus_rest(ecus);
}

static int ecu_find(const struct sim_ecus *ecus, uint32_t id)
{
    for (int i = 0; i < SIM_ECU_COUNT; i++)
        if (places[i].asked_on == id && places[i].cars & ecus->model->variant->mask)
            return i;
    return -1;
}

static void ecu_refuse(struct sim_payload *payload, uint8_t service, uint8_t reason)
{
    payload->len = 0;
    sim_put(payload, NEGATIVE, 1);
    sim_put(payload, service, 1);
    sim_put(payload, reason, 1);
}

static const struct sim_answer *ecu_find_answer(const struct sim_answers *answers, unsigned car,
                                                const struct question *question)
{
    for (size_t i = 0; i < answers->count; i++) {
        const struct sim_answer *row = &answers->rows[i];

        if (row->service == question->service && row->did == question->did && row->cars & car)
            return row;
    }
    return NULL;
}

static bool ecu_knows_service(const struct sim_answers *answers, unsigned car, uint8_t service)
{
    for (size_t i = 0; i < answers->count; i++)
        if (answers->rows[i].service == service && answers->rows[i].cars & car)
            return true;
    return false;
}

/* VCMs of the first cars send PCI length 07 whatever the length: 07 62 11 03 A4 03 00 00. */
static void ecu_pad_old_vcm(struct sim_payload *payload)
{
    if (payload->len == 4)
        sim_put(payload, 0x030000, 3);
    else if (payload->len < 7)
        sim_put_until(payload, 0xFF, 7);
}

static void ecu_fill(const struct sim_ecus *ecus, int place, const struct sim_answer *row,
                     struct sim_payload *payload)
{
    payload->len = 0;
    sim_put(payload, row->service + 0x40, 1);
    sim_put(payload, row->did, row->service == 0x22 ? 2 : 1);
    row->fill(ecus->model, payload);
    if (place == SIM_VCM && ecus->model->variant->old_vcm && payload->len < 7)
        ecu_pad_old_vcm(payload);
}

/* Sessions: 10 C0 opens one (50 C0), 3E keeps it. */
static bool ecu_handle_session(struct sim_ecu *ecu, const struct question *question, int64_t now_ns)
{
    struct sim_payload *payload = &ecu->isotp.payload;

    if (question->service != 0x10 && question->service != 0x3E)
        return false;
    ecu->session_until_ns = now_ns + SESSION_LASTS_NS;
    payload->len = 0;
    sim_put(payload, question->service + 0x40, 1);
    sim_put(payload, question->did, question->id_bytes);
    return true;
}

/* The service is one of this unit's. */
static void ecu_answer_known(struct sim_ecus *ecus, int place, const struct question *question,
                             bool in_session)
{
    struct sim_ecu *ecu = &ecus->ecu[place];
    struct sim_payload *payload = &ecu->isotp.payload;
    const struct sim_variant *variant = ecus->model->variant;
    const struct sim_answer *row = ecu_find_answer(places[place].answers, variant->mask, question);

    if (!row) {
        bool did = question->service == 0x22;

        ecu_refuse(payload, question->service, did ? variant->no_such_did : SUBFUNCTION_UNKNOWN);
    } else if (row->flags & SIM_NEEDS_SESSION && !in_session) {
        ecu_refuse(payload, question->service, variant->not_in_session);
    } else if (row->flags & SIM_IS_SLOW) {
        ecu_fill(ecus, place, row, &ecu->later);
        ecu_refuse(payload, question->service, RESPONSE_PENDING);
        ecu->pending = true;
    } else {
        ecu_fill(ecus, place, row, payload);
    }
}

/* Puts the answer into the unit's payload; false when it keeps silent. */
static bool ecu_answer(struct sim_ecus *ecus, int place, const struct question *question, int64_t now_ns)
{
    struct sim_ecu *ecu = &ecus->ecu[place];
    bool in_session = now_ns < ecu->session_until_ns;

    if (ecu_handle_session(ecu, question, now_ns))
        return true;
    if (in_session)
        ecu->session_until_ns = now_ns + SESSION_LASTS_NS;
    if (ecu_knows_service(places[place].answers, ecus->model->variant->mask, question->service)) {
        ecu_answer_known(ecus, place, question, in_session);
        return true;
    }
    ecu_refuse(&ecu->isotp.payload, question->service, SERVICE_UNKNOWN);
    /* Meters before the ZE1 leave 22 xxxx unanswered (log of a 2016 car). */
    return !(place == SIM_METER && question->service == 0x22);
}

static bool ecu_parse(const struct sim_frame *frame, struct question *question)
{
    unsigned len = frame->data[0];

    if (frame->len < 2 || len < 1 || len > 7 || frame->len < len + 1)
        return false;
    question->service = frame->data[1];
    question->id_bytes = (uint8_t)(len - 1 > 2 ? 2 : len - 1);
    question->did = 0;
    for (unsigned i = 0; i < question->id_bytes; i++)
        question->did = (uint16_t)(question->did << 8 | frame->data[2 + i]);
    return true;
}

void sim_ecus_receive(struct sim_ecus *ecus, const struct sim_frame *frame, int64_t now_ns)
{
    int place = frame->extended || frame->remote ? -1 : ecu_find(ecus, frame->id);
    struct question question;

    if (place < 0 || !ecus->model->alive || frame->len < 1)
        return;
    struct sim_ecu *ecu = &ecus->ecu[place];
    if (frame->data[0] >> 4 == 3) {
        sim_isotp_flow_control(&ecu->isotp, frame, now_ns);
        return;
    }
    if (sim_isotp_is_busy(&ecu->isotp) || ecu->pending || !ecu_parse(frame, &question))
        return;
    if (!ecu_answer(ecus, place, &question, now_ns))
        return;
    int64_t later_ns =
        ecus->faults ? sim_faults_answer(ecus->faults, &ecu->isotp.payload, question.service, now_ns) : 0;
    sim_isotp_answer(&ecu->isotp, now_ns + later_ns + places[place].delay_ms * NS_PER_MS);
}

static const struct sim_ecu *ecus_first(const struct sim_ecus *ecus)
{
    const struct sim_ecu *first = NULL;

    for (unsigned i = 0; i < SIM_ECU_COUNT; i++) {
        int64_t next_ns = sim_isotp_next(&ecus->ecu[i].isotp);

        if (next_ns != TIME_NONE && (!first || next_ns < sim_isotp_next(&first->isotp)))
            first = &ecus->ecu[i];
    }
    return first;
}

int64_t sim_ecus_next(const struct sim_ecus *ecus)
{
    const struct sim_ecu *first = ecus_first(ecus);

    return first ? sim_isotp_next(&first->isotp) : TIME_NONE;
}

static bool ecu_pends_for_ever(const struct sim_ecus *ecus, const struct sim_ecu *ecu, int64_t now_ns)
{
    const struct sim_payload *payload = &ecu->isotp.payload;
    bool pends = payload->len == 3 && payload->data[0] == NEGATIVE && payload->data[2] == RESPONSE_PENDING;

    return pends && ecus->faults && !sim_isotp_is_busy(&ecu->isotp) &&
           sim_faults_active(ecus->faults, SIM_FAULT_PENDING, now_ns);
}

bool sim_ecus_take(struct sim_ecus *ecus, struct sim_frame *frame)
{
    const struct sim_ecu *first = ecus_first(ecus);

    if (!first)
        return false;
    struct sim_ecu *ecu = &ecus->ecu[first - ecus->ecu];
    int64_t now_ns = sim_isotp_next(&ecu->isotp);
    bool sent = sim_isotp_take(&ecu->isotp, frame);
    if (ecu_pends_for_ever(ecus, ecu, now_ns)) {
        sim_isotp_answer(&ecu->isotp, now_ns + PENDING_LASTS_NS);
        return sent;
    }
    if (ecu->pending && !sim_isotp_is_busy(&ecu->isotp)) {
        ecu->pending = false;
        ecu->isotp.payload = ecu->later;
        sim_isotp_answer(&ecu->isotp, now_ns + PENDING_LASTS_NS);
    }
    return sent;
}
