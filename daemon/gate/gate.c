/* The gate: one constant table of what may leave, and the pace at which it may. Commands have no rows yet, so
 * none can leave. It opens no session (0x10, 0x3E), knows no writing service, and never addresses brakes,
 * steering or airbags, not even to read. Configuration can only narrow it: by the identifiers that are taken.
 */
#include "gate/gate.h"

#include <stdlib.h>
#include <string.h>

#define PCI_FLOW_CONTROL 0x3
#define FLOW_STATUS_LAST 2 /* continue, wait, overflow */
#define FLOW_BYTES       3

struct service {
    uint8_t service;
    uint8_t len; /* of the whole request: service and identifier */
    bool doctor;
};

static const struct service services[] = {
    {0x21, 2, false}, /* read by local identifier */
    {0x22, 3, false}, /* read by data identifier: one of two bytes */
    {0x01, 2, true},  /* legislated: current data */
    {0x09, 2, true},  /* legislated: vehicle information */
};

struct range {
    uint16_t first, last;
};

static const struct range readable[] = {{0x700, 0x7DE}, {0x7E0, 0x7E7}};

/* 0x70E brake, 0x740 ABS, 0x742 EPS, 0x745 body, 0x746 telematics, 0x747 head unit, 0x752 airbag. */
static const uint16_t never[] = {0x70E, 0x740, 0x742, 0x745, 0x746, 0x747, 0x752};

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

struct sent {
    int64_t time_ns; /* TIME_NONE: the slot is free */
    uint16_t id;
    bool request;
};

struct gate {
    uint8_t taken[(FRAME_ID_MAX + 1) / 8];
    struct sent sent[GATE_FRAMES_PER_S]; /* the last frames that left: all that can lie within a second */
    size_t next;
    int64_t outstanding_ns; /* since when a request is, or TIME_NONE */
    int64_t heard_ns, answered_ns, requested_ns;
    int64_t dongle_flow_ns; /* `requested_ns` of the question whose flow control a dongle was allowed */
    bool silent_car, doctor;
    uint64_t counts[GATE_VERDICT_COUNT];
};

static const char *const names[GATE_VERDICT_COUNT] = {
    [GATE_READ] = "read",
    [GATE_FLOW_CONTROL] = "flow_control",
    [GATE_DOCTOR] = "doctor",
    [GATE_REFUSED_LENGTH] = "refused_length",
    [GATE_REFUSED_IDENTIFIER] = "refused_identifier",
    [GATE_REFUSED_PCI] = "refused_pci",
    [GATE_REFUSED_SERVICE] = "refused_service",
    [GATE_REFUSED_PADDING] = "refused_padding",
    [GATE_REFUSED_UNASKED] = "refused_unasked",
    [GATE_REFUSED_SILENCE] = "refused_silence",
    [GATE_REFUSED_BUSY] = "refused_busy",
    [GATE_REFUSED_PACE] = "refused_pace",
    [GATE_REFUSED_RATE] = "refused_rate",
};

const char *gate_verdict_name(enum gate_verdict verdict)
{
    return names[verdict];
}

struct gate *gate_new(const uint16_t *taken, size_t count)
{
    struct gate *gate = calloc(1, sizeof(*gate));

    if (!gate)
        return NULL;
    for (size_t i = 0; i < count; i++) {
        if (taken[i] <= FRAME_ID_MAX)
            gate->taken[taken[i] / 8] |= (uint8_t)(1u << taken[i] % 8);
    }
    for (size_t i = 0; i < COUNT_OF(gate->sent); i++)
        gate->sent[i].time_ns = TIME_NONE;
    gate->outstanding_ns = TIME_NONE;
    gate->heard_ns = TIME_NONE;
    gate->answered_ns = TIME_NONE;
    gate->requested_ns = TIME_NONE;
    gate->dongle_flow_ns = TIME_NONE;
    return gate;
}

void gate_free(struct gate *gate)
{
    free(gate);
}

void gate_set_silent_car(struct gate *gate, bool silent)
{
    gate->silent_car = silent;
}

void gate_set_doctor(struct gate *gate, bool doctor)
{
    gate->doctor = doctor;
}

void gate_heard(struct gate *gate, int64_t now_ns)
{
    gate->heard_ns = now_ns;
}

void gate_answered(struct gate *gate, int64_t now_ns)
{
    gate->answered_ns = now_ns;
}

void gate_done(struct gate *gate)
{
    gate->outstanding_ns = TIME_NONE;
}

/* Whether `then` lies less than `span_ns` before now. A time in the future counts: when in doubt, it was just
 * now. */
static bool within(int64_t then_ns, int64_t now_ns, int64_t span_ns)
{
    return then_ns != TIME_NONE && now_ns - then_ns < span_ns;
}

static bool is_readable(const struct gate *gate, uint16_t id)
{
    bool in_range = false;

    for (size_t i = 0; i < COUNT_OF(readable); i++)
        in_range = in_range || (id >= readable[i].first && id <= readable[i].last);
    for (size_t i = 0; i < COUNT_OF(never); i++)
        in_range = in_range && id != never[i];
    return in_range && !(gate->taken[id / 8] & (1u << id % 8));
}

static bool is_zero_from(const struct frame *frame, size_t first)
{
    for (size_t i = first; i < FRAME_DATA_MAX; i++) {
        if (frame->data[i] != 0)
            return false;
    }
    return true;
}

static const struct service *find_service(const struct gate *gate, uint8_t service)
{
    for (size_t i = 0; i < COUNT_OF(services); i++) {
        if (services[i].service == service && (!services[i].doctor || gate->doctor))
            return &services[i];
    }
    return NULL;
}

static enum gate_verdict judge_flow_control(const struct frame *frame)
{
    if ((frame->data[0] & 0x0F) > FLOW_STATUS_LAST)
        return GATE_REFUSED_PCI;
    return is_zero_from(frame, FLOW_BYTES) ? GATE_FLOW_CONTROL : GATE_REFUSED_PADDING;
}

static enum gate_verdict judge_request(const struct gate *gate, const struct frame *frame)
{
    const struct service *service = find_service(gate, frame->data[1]);

    if (frame->data[0] == 0 || frame->data[0] >= FRAME_DATA_MAX)
        return GATE_REFUSED_PCI;
    if (!service)
        return GATE_REFUSED_SERVICE;
    if (frame->data[0] != service->len)
        return GATE_REFUSED_PCI;
    if (!is_zero_from(frame, 1u + service->len))
        return GATE_REFUSED_PADDING;
    return service->doctor ? GATE_DOCTOR : GATE_READ;
}

enum gate_verdict gate_judge_frame(const struct gate *gate, const struct frame *frame)
{
    if (frame->len != FRAME_DATA_MAX)
        return GATE_REFUSED_LENGTH;
    if (frame->id > FRAME_ID_MAX || !is_readable(gate, frame->id))
        return GATE_REFUSED_IDENTIFIER;
    if (frame->data[0] >> 4 == PCI_FLOW_CONTROL)
        return judge_flow_control(frame);
    return judge_request(gate, frame);
}

static bool asked_within(const struct gate *gate, uint16_t id, int64_t now_ns, int64_t span_ns)
{
    for (size_t i = 0; i < COUNT_OF(gate->sent); i++) {
        const struct sent *sent = &gate->sent[i];
        if (sent->request && sent->id == id && within(sent->time_ns, now_ns, span_ns))
            return true;
    }
    return false;
}

/* A car that broadcasts must have been heard. One that never does must have answered, or is asked now and
 * then. */
static bool may_be_asleep(const struct gate *gate, int64_t now_ns)
{
    if (within(gate->heard_ns, now_ns, GATE_HEARD_NS))
        return false;
    if (!gate->silent_car)
        return true;
    return !within(gate->answered_ns, now_ns, GATE_ANSWERED_NS) &&
           within(gate->requested_ns, now_ns, GATE_PROBE_NS);
}

static enum gate_verdict judge_pace(const struct gate *gate, const struct frame *frame, int64_t now_ns,
                                    bool request)
{
    if (!request && !asked_within(gate, frame->id, now_ns, GATE_FLOW_NS))
        return GATE_REFUSED_UNASKED;
    if (request && may_be_asleep(gate, now_ns))
        return GATE_REFUSED_SILENCE;
    if (request && within(gate->outstanding_ns, now_ns, GATE_OUTSTANDING_NS))
        return GATE_REFUSED_BUSY;
    if (request && asked_within(gate, frame->id, now_ns, GATE_ECU_NS))
        return GATE_REFUSED_PACE;
    if (within(gate->sent[gate->next].time_ns, now_ns, NS_PER_S))
        return GATE_REFUSED_RATE;
    return GATE_READ;
}

static void note_sent(struct gate *gate, const struct frame *frame, int64_t now_ns, bool request)
{
    gate->sent[gate->next] = (struct sent){.time_ns = now_ns, .id = frame->id, .request = request};
    gate->next = (gate->next + 1) % COUNT_OF(gate->sent);
    if (request) {
        gate->outstanding_ns = now_ns;
        gate->requested_ns = now_ns;
    }
}

enum gate_verdict gate_judge(struct gate *gate, const struct frame *frame, int64_t now_ns)
{
    enum gate_verdict verdict = gate_judge_frame(gate, frame);

    if (gate_passes(verdict)) {
        bool request = verdict != GATE_FLOW_CONTROL;
        enum gate_verdict pace = judge_pace(gate, frame, now_ns, request);
        if (gate_passes(pace))
            note_sent(gate, frame, now_ns, request);
        else
            verdict = pace;
    }
    gate->counts[verdict]++;
    return verdict;
}

enum gate_verdict gate_judge_dongle_flow(struct gate *gate, const struct frame *frame, int64_t now_ns)
{
    if (gate_judge_frame(gate, frame) == GATE_FLOW_CONTROL && gate->dongle_flow_ns != TIME_NONE &&
        gate->dongle_flow_ns == gate->requested_ns && asked_within(gate, frame->id, now_ns, GATE_FLOW_NS))
        return GATE_FLOW_CONTROL;
    enum gate_verdict verdict = gate_judge(gate, frame, now_ns);
    if (verdict == GATE_FLOW_CONTROL)
        gate->dongle_flow_ns = gate->requested_ns;
    return verdict;
}

uint64_t gate_count(const struct gate *gate, enum gate_verdict verdict)
{
    return gate->counts[verdict];
}

uint64_t gate_refusals(const struct gate *gate)
{
    uint64_t refusals = 0;

    for (int i = GATE_DOCTOR + 1; i < GATE_VERDICT_COUNT; i++)
        refusals += gate->counts[i];
    return refusals;
}
