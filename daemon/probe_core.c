/* The core's incoming side: frames and voltages become readings, evidence and presence. Broadcasts count as
 * signs of life, answers of a silent car do; questions and answers of other testers are neither. Logs
 * nothing, sends nothing itself. */
#include "probe_core.h"

#include "probe_evidence.h"
#include "probe_private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define BROADCAST_LAST 0x6FF /* above this all identifiers belong to questions and answers */

/* ---- making ---- */

static struct gate *make_gate(const struct definition *definition)
{
    uint16_t taken[FRAME_ID_MAX + 1];
    size_t frames;
    const uint16_t *ids = definition_frame_ids(definition, &frames);
    size_t count = 0;

    for (unsigned id = 0; id <= FRAME_ID_MAX; id++) {
        if (definition_answers_on(definition, (uint16_t)id))
            taken[count++] = (uint16_t)id;
    }
    for (size_t i = 0; i < frames && count < sizeof(taken) / sizeof(taken[0]); i++)
        taken[count++] = ids[i];
    return gate_new(taken, count);
}

static void copy_request(struct poller_request *to, const struct definition_request *from)
{
    to->question = (struct uds_question){.to = from->to, .from = from->from, .ask_len = from->ask_len};
    memcpy(to->question.ask, from->ask, sizeof(to->question.ask));
    to->enough = from->enough;
    to->every_on_s = from->every_on_s;
    to->every_charging_s = from->every_charging_s;
}

static struct poller_request *make_requests(const struct definition *definition)
{
    size_t count = definition_request_count(definition);
    struct poller_request *requests = calloc(count + 1, sizeof(*requests));

    for (size_t i = 0; requests && i < count; i++)
        copy_request(&requests[i], definition_request(definition, i));
    return requests;
}

static void assign_roles(struct probe_core *core)
{
    const struct definition *definition = core->settings.definition;

    for (size_t i = 0; i < core->request_count; i++)
        core->roles[core->requests[i].question.to & FRAME_ID_MAX] = PROBE_ROLE_QUESTION;
    for (unsigned id = 0; id <= FRAME_ID_MAX; id++) {
        if (definition_answers_on(definition, (uint16_t)id))
            core->roles[id] = PROBE_ROLE_ANSWER;
    }
}

struct probe_core *probe_core_new(const struct probe_core_settings *settings, const struct probe_port *port,
                                  int64_t now_ns)
{
    struct probe_core *core = calloc(1, sizeof(*core));

    if (!core)
        return NULL;
    core->settings = *settings;
    core->generation = settings->generation;
    core->on_since_ns = TIME_NONE;
    core->rival = "";
    core->rival_ns = TIME_NONE;
    core->tick_ns = now_ns;
    core->counters[COUNTER_STARTED_US] = (uint64_t)(now_ns / 1000);
    core->presence = presence_start(now_ns);
    core->verdict = MANNERS_NO_LINK;
    core->decoder = decoder_new(settings->definition, settings->generation);
    core->state = state_new(settings->definition, settings->generation);
    core->manners = manners_new(settings->poll);
    core->gate = make_gate(settings->definition);
    core->request_count = definition_request_count(settings->definition);
    core->requests = make_requests(settings->definition);
    if (core->requests)
        core->poller = poller_new(core->requests, core->request_count);
    if (core->gate)
        core->ask = probe_ask_new(core->gate, port);
    if (!core->decoder || !core->state || !core->manners || !core->poller || !core->ask) {
        probe_core_free(core);
        return NULL;
    }
    assign_roles(core);
    core->generation = decoder_generation(core->decoder); /* a definition may know only one */
    state_set_generation(core->state, core->generation);
    core->possible = decoder_possible(core->decoder);
    probe_judge_car(core);
    return core;
}

void probe_core_free(struct probe_core *core)
{
    if (!core)
        return;
    probe_ask_free(core->ask);
    poller_free(core->poller);
    free(core->requests);
    gate_free(core->gate);
    manners_free(core->manners);
    state_free(core->state);
    decoder_free(core->decoder);
    free(core);
}

/* ---- readings ---- */

/* What is answered is exact; the broadcast (292) reads low and only stands in for it. */
static void take_aux_voltage(struct probe_core *core, const struct reading *reading)
{
    bool best = state_get(core->state, SIGNAL_AUX_VOLTAGE)->source == reading->source;

    if (core->answering || best)
        supply_take_car(manners_supply(core->manners), reading->value, core->now_ns);
}

static void take_reading(void *ctx, const struct reading *reading)
{
    struct probe_core *core = ctx;

    if (!plausible_take(&core->plausible, reading)) {
        core->counters[COUNTER_RANGE]++;
        return;
    }
    state_take(core->state, reading);
    core->dirty = core->dirty || evidence_concerns(reading->signal);
    if (reading->signal == SIGNAL_AUX_VOLTAGE && reading->known)
        take_aux_voltage(core, reading);
}

static void count_reason(struct probe_core *core, enum decode_reason reason)
{
    static const enum counter counters[DECODE_REASON_COUNT] = {
        [DECODE_CHECKSUM] = COUNTER_CHECKSUM, [DECODE_LENGTH] = COUNTER_LENGTH,
        [DECODE_SEQUENCE] = COUNTER_SEQUENCE, [DECODE_NEGATIVE] = COUNTER_NEGATIVE,
        [DECODE_RANGE] = COUNTER_RANGE,       [DECODE_UNKNOWN] = COUNTER_UNKNOWN,
    };

    if (reason != DECODE_OK)
        core->counters[counters[reason]]++;
}

/* What frames and answers have told about the generation. */
static void judge_generation(struct probe_core *core)
{
    int generation = decoder_generation(core->decoder);

    if (core->possible != decoder_possible(core->decoder))
        probe_judge_car(core);
    if (generation == core->generation)
        return;
    core->generation = generation;
    state_set_generation(core->state, generation);
}

/* ---- frames ---- */

static void note_rival(struct probe_core *core, uint16_t id, int64_t now_ns)
{
    const char *rival = definition_rival(core->settings.definition, id);

    if (*rival == '\0')
        return;
    core->rival = rival;
    core->rival_ns = now_ns;
}

static void take_broadcast(struct probe_core *core, const struct frame *frame, int64_t now_ns)
{
    if (frame->id > BROADCAST_LAST)
        return;
    manners_heard(core->manners, now_ns);
    gate_heard(core->gate, now_ns);
    note_rival(core, frame->id, now_ns);
    if (!core->heard) {
        core->heard = true;
        decoder_hint(core->decoder, probe_broadcasting(core->settings.definition));
        decoder_narrow(core->decoder, probe_broadcasting(core->settings.definition));
        probe_judge_car(core);
    }
    count_reason(core, decoder_take_frame(core->decoder, frame, take_reading, core));
}

/* How many bytes of a foreign answer are enough: whoever asked may have stopped it there. */
static size_t enough_of(const struct probe_core *core, const struct frame *frame)
{
    const uint8_t *bytes;
    size_t len = isotp_peek(frame, &bytes);
    const struct definition_request *request =
        len > 0 ? definition_request_of(core->settings.definition, frame->id, 0, bytes, len) : NULL;

    return request ? request->enough : 0;
}

/* A text of an answer, and whose name it is. */
struct name {
    struct probe_identity *identity;
    enum definition_identity whose;
};

static void take_text(void *ctx, uint16_t signal, const uint8_t *bytes, size_t len)
{
    const struct name *name = ctx;

    (void)signal;
    probe_identity_take(name->identity, name->whose, bytes, len);
}

static void take_identity(struct probe_core *core, const struct uds_answer *answer)
{
    const struct definition_request *request = definition_request_of(
        core->settings.definition, answer->from, answer->to, answer->payload, answer->len);

    if (!request || request->identity == DEFINITION_IDENTITY_NONE || !core->settings.identity)
        return;
    struct name name = {core->settings.identity, request->identity};
    decoder_take_texts(core->decoder, answer, take_text, &name);
}

static void decode_answer(struct probe_core *core, const struct uds_answer *answer)
{
    take_identity(core, answer);
    core->answering = true;
    count_reason(core, decoder_take_answer(core->decoder, answer, take_reading, core));
    core->answering = false;
}

/* It answers, and was not heard by an adapter that has listened for long enough to find out that it can't. */
static bool is_silent(const struct probe_core *core, int64_t now_ns)
{
    return !core->heard && core->contact.listens && now_ns - core->listens_since_ns >= PROBE_LISTENED_NS;
}

static void take_answer(struct probe_core *core, const struct frame *frame, int64_t now_ns)
{
    struct uds_answer answer;
    enum probe_heard heard = probe_ask_take(core->ask, frame, enough_of(core, frame), now_ns, &answer);

    switch (heard) {
    case PROBE_HEARD_NOTHING:
        return;
    case PROBE_HEARD_ANSWER:
        decode_answer(core, &answer);
        if (is_silent(core, now_ns))
            decoder_hint(core->decoder, ~probe_broadcasting(core->settings.definition));
        probe_question_over(core, heard, -1, now_ns);
        return;
    case PROBE_HEARD_NEGATIVE:
        probe_question_over(core, heard, uds_negative_code(answer.payload, answer.len), now_ns);
        return;
    case PROBE_HEARD_FAILURE:
        probe_question_over(core, heard, -1, now_ns);
        return;
    case PROBE_HEARD_FOREIGN:
        decode_answer(core, &answer);
        return;
    }
}

void probe_core_take_frame(struct probe_core *core, const struct frame *frame, int64_t now_ns)
{
    if (frame->id > FRAME_ID_MAX || frame->len > FRAME_DATA_MAX)
        return;
    core->now_ns = now_ns;
    core->counters[COUNTER_FRAMES_HEARD]++;
    switch ((enum probe_role)core->roles[frame->id]) {
    case PROBE_ROLE_BROADCAST:
        take_broadcast(core, frame, now_ns);
        break;
    case PROBE_ROLE_ANSWER:
        take_answer(core, frame, now_ns);
        break;
    case PROBE_ROLE_QUESTION:
        break;
    }
    judge_generation(core);
}

/* ---- the adapter ---- */

static bool is_same_contact(const struct probe_contact *a, const struct probe_contact *b)
{
    return a->up == b->up && a->lent == b->lent && a->can_send == b->can_send &&
           a->has_voltmeter == b->has_voltmeter && a->listens == b->listens &&
           a->traits.sends_flow_control == b->traits.sends_flow_control &&
           a->traits.hears_all == b->traits.hears_all;
}

void probe_core_set_contact(struct probe_core *core, const struct probe_contact *contact, int64_t now_ns)
{
    if (is_same_contact(contact, &core->contact))
        return;
    if (core->contact.up && !contact->up) {
        core->counters[COUNTER_LINK_DOWNS] += contact->lent ? 0 : 1;
        if (probe_ask_reset(core->ask))
            probe_question_over(core, PROBE_HEARD_FAILURE, -1, now_ns);
    }
    if (!core->contact.up && contact->up)
        probe_renew_identity(core);
    if (!core->contact.up || !core->contact.listens)
        core->listens_since_ns = now_ns;
    core->contact = *contact;
    core->dirty = true;
    probe_ask_set_traits(core->ask, &contact->traits);
    manners_set_link(core->manners, contact->up && contact->can_send, contact->has_voltmeter, now_ns);
}

/* The car's own figure is better, but of a moment ago: it doesn't outlive the car's last sign of life, nor
 * what a calibrated voltmeter contradicts now. */
static void outdate_aux_voltage(struct probe_core *core, int64_t now_ns)
{
    const struct supply *supply = manners_supply(core->manners);
    const struct state_value *value = state_get(core->state, SIGNAL_AUX_VOLTAGE);
    bool contradicted =
        supply_is_calibrated(supply) && fabs(supply_volts(supply) - value->value) > PROBE_AUX_CHANGED_V;

    if (contradicted || !manners_is_alive(core->manners, now_ns))
        state_outdate(core->state, SIGNAL_AUX_VOLTAGE, now_ns - PROBE_AUX_HOLD_NS);
}

void probe_core_take_volts(struct probe_core *core, double volts, int64_t now_ns)
{
    struct supply *supply = manners_supply(core->manners);

    core->dirty = core->dirty || supply_is_unplugged(supply);
    supply_take(supply, volts, !manners_is_alive(core->manners, now_ns), now_ns);
    core->dirty = core->dirty || supply_is_unplugged(supply);
    if (supply_is_unplugged(supply) || !supply_is_known(supply, now_ns))
        return;
    struct reading reading = {.signal = SIGNAL_AUX_VOLTAGE,
                              .source = definition_source_adapter(core->settings.definition),
                              .quality = supply_is_calibrated(supply) ? QUALITY_OK : QUALITY_ASSUMED,
                              .known = true,
                              .value = supply_volts(supply),
                              .time_ns = now_ns};
    outdate_aux_voltage(core, now_ns);
    state_take(core->state, &reading);
}

void probe_core_take_ready(struct probe_core *core, int64_t now_ns)
{
    if (probe_ask_ready(core->ask) == PROBE_HEARD_FAILURE)
        probe_question_over(core, PROBE_HEARD_FAILURE, -1, now_ns);
}

bool probe_core_may_send(struct probe_core *core, const struct frame *frame, int64_t now_ns)
{
    return gate_passes(gate_judge_dongle_flow(core->gate, frame, now_ns));
}

/* ---- time ---- */

/* A single high reading is no reason to ask yet, but one not to call the car asleep. */
static enum tri supplied(const struct probe_core *core, int64_t now_ns)
{
    const struct supply *supply = manners_supply(core->manners);

    if (!supply_is_known(supply, now_ns))
        return TRI_UNKNOWN;
    bool high = supply_is_high(supply, now_ns) || supply_may_be_high(supply);
    return high ? TRI_TRUE : TRI_FALSE;
}

static void judge_presence(struct probe_core *core, int64_t now_ns)
{
    bool silent = !core->heard && core->generation != DEFINITION_GENERATION_AUTO &&
                  !definition_generation(core->settings.definition, (size_t)core->generation)->broadcasts;
    enum tri on = probe_is_on(core, now_ns);
    struct presence_evidence evidence = {
        .contact = core->contact.up && !supply_is_unplugged(manners_supply(core->manners)),
        .wired = core->settings.wired,
        .dongle_sleeps = core->settings.dongle_sleeps,
        .lent = core->contact.lent,
        .deaf = !core->contact.listens,
        .silent_car = silent,
        .alive_ns = manners_alive_ns(core->manners),
        .alive_for_ns = core->heard ? PRESENCE_HEARD_NS : MANNERS_OPEN_NS,
        .on = on,
        .charging = evidence_charging(core->state, now_ns),
        .moving = on == TRI_FALSE ? TRI_FALSE : evidence_moving(core->state, now_ns),
        .supplied = supplied(core, now_ns),
    };

    core->presence = presence_next(&core->presence, &evidence, now_ns);
}

static bool is_lively(const struct probe_core *core, int64_t now_ns)
{
    return manners_is_alive(core->manners, now_ns) || core->presence.reason == PRESENCE_REASON_LISTENING ||
           core->presence.presence > PRESENCE_ASLEEP;
}

/* On whole seconds, where the link's beat falls, too: one wake-up for both. */
static void tick(struct probe_core *core, int64_t now_ns)
{
    int64_t interval_ns = is_lively(core, now_ns) ? PROBE_TICK_NS : PROBE_SLOW_TICK_NS;

    state_advance(core->state, now_ns);
    core->dirty = true;
    core->tick_ns = (now_ns / interval_ns + 1) * interval_ns;
}

void probe_core_advance(struct probe_core *core, int64_t now_ns)
{
    core->now_ns = now_ns;
    if (probe_ask_advance(core->ask, now_ns) == PROBE_HEARD_FAILURE)
        probe_question_over(core, PROBE_HEARD_FAILURE, -1, now_ns);
    if (now_ns >= core->tick_ns)
        tick(core, now_ns);
    if (core->dirty) {
        core->dirty = false;
        probe_judge_activity(core, now_ns);
        judge_presence(core, now_ns);
    }
    probe_ask_next(core, now_ns);
}

static int64_t earlier(int64_t a_ns, int64_t b_ns)
{
    return a_ns < b_ns ? a_ns : b_ns;
}

int64_t probe_core_deadline(const struct probe_core *core)
{
    int64_t deadline = earlier(core->tick_ns, probe_ask_deadline(core->ask));

    deadline = earlier(deadline, manners_deadline(core->manners, core->now_ns));
    if (core->verdict == MANNERS_POLL && probe_ask_is_free(core->ask))
        deadline = earlier(deadline, poller_deadline(core->poller));
    if (core->verdict == MANNERS_PROBE && poller_free_ns(core->poller) > core->now_ns)
        deadline = earlier(deadline, poller_free_ns(core->poller));
    return deadline;
}

/* ---- what is known ---- */

const struct state *probe_core_state(const struct probe_core *core)
{
    return core->state;
}

const struct presence_state *probe_core_presence(const struct probe_core *core)
{
    return &core->presence;
}

int probe_core_generation(const struct probe_core *core)
{
    return core->generation;
}

void probe_core_identity(const struct probe_core *core, struct record_identity *record)
{
    *record = (struct record_identity){0};
    if (core->settings.identity)
        probe_identity_fill(core->settings.identity, record);
}

uint64_t probe_core_counter(const struct probe_core *core, enum counter counter)
{
    const struct probe_ask_counts *asked = probe_ask_counts(core->ask);

    if (counter == COUNTER_FRAMES_SENT)
        return asked->frames_sent;
    if (counter == COUNTER_BYTES)
        return asked->frames_sent * FRAME_DATA_MAX;
    if (counter == COUNTER_SEQUENCE)
        return core->counters[counter] + asked->sequence;
    if (counter == COUNTER_LENGTH)
        return core->counters[counter] + asked->length;
    if (counter == COUNTER_DISPUTED)
        return state_dispute_count(core->state);
    return counter == COUNTER_GATE_REFUSED ? gate_refusals(core->gate) : core->counters[counter];
}
