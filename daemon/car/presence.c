/* Presence from evidence. Arrival and departure are claims: a dongle that does not answer may be asleep, out
 * of range or gone, so nothing is said for ten minutes, and with a dongle that sleeps never. Does not decide
 * what may be asked: that is bus/manners. */
#include "car/presence.h"

const char *presence_name(enum presence presence)
{
    static const char *const names[] = {
        [PRESENCE_UNKNOWN] = "unknown",   [PRESENCE_AWAY] = "away", [PRESENCE_ASLEEP] = "asleep",
        [PRESENCE_AWAKE] = "awake",       [PRESENCE_ON] = "on",     [PRESENCE_DRIVING] = "driving",
        [PRESENCE_CHARGING] = "charging",
    };

    return names[presence];
}

const char *presence_reason_text(enum presence_reason reason)
{
    static const char *const texts[PRESENCE_REASON_COUNT] = {
        [PRESENCE_REASON_NONE] = "",
        [PRESENCE_REASON_LISTENING] = "listening for the car",
        [PRESENCE_REASON_NO_CONTACT] = "the dongle does not answer",
        [PRESENCE_REASON_GONE] = "the dongle has been gone for ten minutes",
        [PRESENCE_REASON_DONGLE_SLEEPS] = "the dongle sleeps or is out of reach",
        [PRESENCE_REASON_LENT] = "the dongle is lent to another program",
        [PRESENCE_REASON_SILENT_OFF] = "this car is silent while off",
        [PRESENCE_REASON_SUPPLY_ALONE] = "the 12 V supply is being charged, but the car says nothing",
    };

    return texts[reason];
}

struct presence_state presence_start(int64_t now_ns)
{
    return (struct presence_state){.presence = PRESENCE_UNKNOWN,
                                   .reason = PRESENCE_REASON_NO_CONTACT,
                                   .garage = TRI_UNKNOWN,
                                   .since_ns = now_ns,
                                   .contact_ns = now_ns};
}

static bool is_alive(const struct presence_evidence *evidence, int64_t now_ns)
{
    return evidence->alive_ns != TIME_NONE && now_ns - evidence->alive_ns < evidence->alive_for_ns;
}

/* Its absence says nothing. */
static bool is_excused(const struct presence_evidence *evidence)
{
    return evidence->wired || evidence->dongle_sleeps || evidence->lent;
}

static bool is_gone(const struct presence_state *state, const struct presence_evidence *evidence,
                    int64_t now_ns)
{
    return !evidence->contact && !is_excused(evidence) && now_ns - state->contact_ns >= PRESENCE_GONE_NS;
}

static enum tri judge_garage(const struct presence_state *state, const struct presence_evidence *evidence,
                             int64_t now_ns)
{
    if (evidence->contact && (!evidence->wired || is_alive(evidence, now_ns)))
        return TRI_TRUE;
    return is_gone(state, evidence, now_ns) ? TRI_FALSE : TRI_UNKNOWN;
}

static enum presence judge_absent(struct presence_state *state, const struct presence_evidence *evidence,
                                  int64_t now_ns)
{
    if (is_gone(state, evidence, now_ns)) {
        state->reason = PRESENCE_REASON_GONE;
        return PRESENCE_AWAY;
    }
    state->reason = evidence->lent            ? PRESENCE_REASON_LENT
                    : evidence->dongle_sleeps ? PRESENCE_REASON_DONGLE_SLEEPS
                                              : PRESENCE_REASON_NO_CONTACT;
    return PRESENCE_UNKNOWN;
}

static enum presence judge_alive(struct presence_state *state, const struct presence_evidence *evidence)
{
    state->reason = PRESENCE_REASON_NONE;
    if (evidence->moving == TRI_TRUE)
        return PRESENCE_DRIVING;
    if (evidence->charging == TRI_TRUE)
        return PRESENCE_CHARGING;
    return evidence->on == TRI_TRUE ? PRESENCE_ON : PRESENCE_AWAKE;
}

/* In contact, and nothing is heard. */
static enum presence judge_silence(struct presence_state *state, const struct presence_evidence *evidence,
                                   int64_t now_ns)
{
    if (now_ns - state->contact_ns < PRESENCE_LISTEN_NS) {
        state->reason = PRESENCE_REASON_LISTENING;
        return PRESENCE_UNKNOWN;
    }
    if (evidence->supplied == TRI_TRUE) {
        state->reason = PRESENCE_REASON_SUPPLY_ALONE;
        return PRESENCE_UNKNOWN;
    }
    state->reason = evidence->silent_car ? PRESENCE_REASON_SILENT_OFF : PRESENCE_REASON_NONE;
    return evidence->silent_car && evidence->supplied == TRI_UNKNOWN ? PRESENCE_UNKNOWN : PRESENCE_ASLEEP;
}

struct presence_state presence_next(const struct presence_state *before,
                                    const struct presence_evidence *evidence, int64_t now_ns)
{
    struct presence_state state = *before;

    if (evidence->contact != before->contact || evidence->lent) { /* lent: gone for ten minutes after that */
        state.contact = evidence->contact;
        state.contact_ns = now_ns;
    }
    state.garage = judge_garage(&state, evidence, now_ns);
    if (!evidence->contact)
        state.presence = judge_absent(&state, evidence, now_ns);
    else if (is_alive(evidence, now_ns))
        state.presence = judge_alive(&state, evidence);
    else
        state.presence = judge_silence(&state, evidence, now_ns);
    if (state.presence != before->presence)
        state.since_ns = now_ns;
    return state;
}
