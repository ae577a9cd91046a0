/* The core's outgoing side: what kind of car it is, whether it may be asked, and the next question. Reads no
 * frame. */
#include "probe_evidence.h"
#include "probe_private.h"

uint32_t probe_broadcasting(const struct definition *definition)
{
    uint32_t mask = 0;

    for (size_t i = 0; i < definition_generation_count(definition); i++) {
        if (definition_generation(definition, i)->broadcasts)
            mask |= UINT32_C(1) << i;
    }
    return mask;
}

static enum manners_car kind_of_car(const struct probe_core *core)
{
    uint32_t loud = probe_broadcasting(core->settings.definition);

    if (core->heard || (core->possible & ~loud) == 0)
        return MANNERS_CAR_BROADCASTS;
    return (core->possible & loud) == 0 ? MANNERS_CAR_SILENT : MANNERS_CAR_UNKNOWN;
}

void probe_judge_car(struct probe_core *core)
{
    enum manners_car car = kind_of_car(core);

    core->possible = decoder_possible(core->decoder);
    manners_set_car(core->manners, car);
    gate_set_silent_car(core->gate, car != MANNERS_CAR_BROADCASTS);
    for (size_t i = 0; i < core->request_count; i++) {
        const struct definition_request *request = definition_request(core->settings.definition, i);
        bool is_for_us = core->settings.identity || request->identity == DEFINITION_IDENTITY_NONE;
        poller_set_wanted(core->poller, i, is_for_us && (request->generations & core->possible) != 0);
    }
}

void probe_renew_identity(struct probe_core *core)
{
    if (!core->settings.identity)
        return;
    probe_identity_forget(core->settings.identity);
    for (size_t i = 0; i < core->request_count; i++) {
        if (definition_request(core->settings.definition, i)->identity != DEFINITION_IDENTITY_NONE)
            poller_renew(core->poller, i);
    }
}

enum tri probe_is_on(struct probe_core *core, int64_t now_ns)
{
    enum tri on = evidence_on(core->state, now_ns);

    if (on != TRI_TRUE) {
        core->on_since_ns = TIME_NONE;
        return on;
    }
    if (core->on_since_ns == TIME_NONE)
        core->on_since_ns = now_ns;
    return now_ns - core->on_since_ns >= PROBE_DEBOUNCE_NS ? TRI_TRUE : TRI_FALSE;
}

static enum manners_activity activity_of(enum tri on, enum tri charging)
{
    if (on == TRI_TRUE)
        return MANNERS_ACTIVITY_ON;
    if (charging == TRI_TRUE)
        return MANNERS_ACTIVITY_CHARGING;
    return on == TRI_FALSE ? MANNERS_ACTIVITY_OFF : MANNERS_ACTIVITY_UNKNOWN;
}

static enum poller_mode mode_of(enum manners_activity activity)
{
    switch (activity) {
    case MANNERS_ACTIVITY_ON:
        return POLLER_ON;
    case MANNERS_ACTIVITY_CHARGING:
        return POLLER_CHARGING;
    case MANNERS_ACTIVITY_OFF:
    case MANNERS_ACTIVITY_UNKNOWN:
        break;
    }
    return POLLER_STOPPED;
}

void probe_judge_activity(struct probe_core *core, int64_t now_ns)
{
    enum manners_activity activity =
        activity_of(probe_is_on(core, now_ns), evidence_charging(core->state, now_ns));

    manners_set_activity(core->manners, activity);
    poller_set_mode(core->poller, mode_of(activity), now_ns);
}

/* ---- questions ---- */

static int begin(struct probe_core *core, const struct uds_question *question, size_t enough, int index,
                 int64_t now_ns)
{
    poller_asked(core->poller, now_ns);
    if (probe_ask_begin(core->ask, question, enough, now_ns) < 0)
        return -1;
    core->question = index;
    core->counters[COUNTER_POLLS]++;
    if (!manners_is_alive(core->manners, now_ns))
        core->counters[COUNTER_WAKEUPS]++;
    return 0;
}

/* The question that finds out whether anything else may be asked (DESIGN 5.2), if this car has one. */
static const struct poller_request *probe_of(const struct probe_core *core, enum definition_probe probe)
{
    const struct definition *definition = core->settings.definition;
    const struct definition_request *request = definition_probe(definition, probe);

    return request ? &core->requests[request - definition_request(definition, 0)] : NULL;
}

static void probe(struct probe_core *core, int64_t now_ns)
{
    bool power_known = evidence_on(core->state, now_ns) != TRI_UNKNOWN;
    enum definition_probe which = power_known ? DEFINITION_PROBE_CHARGING : DEFINITION_PROBE_POWER;
    const struct poller_request *request = probe_of(core, which);

    if (request)
        begin(core, &request->question, request->enough,
              power_known ? PROBE_QUESTION_CHARGE : PROBE_QUESTION_POWER, now_ns);
    manners_probed(core->manners, now_ns); /* also when it could not leave: no hurry */
}

static void poll(struct probe_core *core, int64_t now_ns)
{
    int index = poller_next(core->poller, now_ns);

    if (index < 0)
        return;
    const struct poller_request *request = &core->requests[index];
    if (begin(core, &request->question, request->enough, index, now_ns) < 0)
        poller_over(core->poller, (size_t)index, POLLER_NO_ANSWER, now_ns);
}

void probe_ask_next(struct probe_core *core, int64_t now_ns)
{
    core->verdict = manners_judge(core->manners, now_ns);
    if (!probe_ask_is_free(core->ask))
        return;
    switch (core->verdict) {
    case MANNERS_POLL:
        poll(core, now_ns);
        break;
    case MANNERS_PROBE:
        if (now_ns >= poller_free_ns(core->poller)) /* a second probe may follow the first, not at once */
            probe(core, now_ns);
        break;
    case MANNERS_NOT_WANTED:
    case MANNERS_NO_LINK:
    case MANNERS_LOW:
    case MANNERS_LISTENING:
    case MANNERS_SILENT:
    case MANNERS_AT_REST:
    case MANNERS_OFF:
    case MANNERS_NO_ANSWER:
    case MANNERS_VERDICT_COUNT:
        break;
    }
}

/* ---- answers ---- */

/* After a probe: a car that is on, or charges, is polled; one that is off is left alone. */
static void judge_probe(struct probe_core *core, int64_t now_ns)
{
    enum tri charging = evidence_charging(core->state, now_ns);

    if (evidence_on(core->state, now_ns) != TRI_FALSE || charging == TRI_TRUE)
        return;
    if (core->question == PROBE_QUESTION_POWER && charging == TRI_UNKNOWN &&
        probe_of(core, DEFINITION_PROBE_CHARGING))
        manners_follow_up(core->manners);
    else
        manners_closed(core->manners);
}

static enum poller_outcome outcome_of(enum probe_heard heard, int code)
{
    switch (heard) {
    case PROBE_HEARD_ANSWER:
        return POLLER_ANSWERED;
    case PROBE_HEARD_NEGATIVE:
        return poller_outcome_of(code);
    case PROBE_HEARD_NOTHING:
    case PROBE_HEARD_FAILURE:
    case PROBE_HEARD_FOREIGN:
        break;
    }
    return POLLER_NO_ANSWER;
}

/* A request of the poller ended. A name that was heard for the first time is asked for once more. */
static void request_over(struct probe_core *core, size_t index, enum poller_outcome outcome, int64_t now_ns)
{
    enum definition_identity whose = definition_request(core->settings.definition, index)->identity;

    poller_over(core->poller, index, outcome, now_ns);
    if (core->settings.identity && outcome == POLLER_ANSWERED &&
        probe_identity_is_open(core->settings.identity, whose))
        poller_renew(core->poller, index);
}

void probe_question_over(struct probe_core *core, enum probe_heard heard, int code, int64_t now_ns)
{
    if (heard == PROBE_HEARD_ANSWER) {
        core->counters[COUNTER_ANSWERS]++;
        manners_answered(core->manners, now_ns);
        gate_answered(core->gate, now_ns);
    } else if (heard == PROBE_HEARD_NEGATIVE) {
        core->counters[COUNTER_NEGATIVE]++;
    } else {
        core->counters[COUNTER_TIMEOUTS]++;
    }
    probe_judge_activity(core, now_ns);
    if (core->question >= 0)
        request_over(core, (size_t)core->question, outcome_of(heard, code), now_ns);
    else if (heard == PROBE_HEARD_ANSWER)
        judge_probe(core, now_ns);
}
