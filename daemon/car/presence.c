/* Presence: evidence to event, event to state. Arrival and departure are claims with a source: a dongle that
 * does not answer may be asleep, out of range or gone, so nothing is said for ten minutes, and with a dongle
 * that sleeps never. Does not decide what may be asked: that is bus/manners. */
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
        [PRESENCE_REASON_DEAF] = "this dongle cannot hear whether the car is awake",
        [PRESENCE_REASON_SUPPLY_ALONE] = "the 12 V supply is being charged, but the car says nothing",
    };

    return texts[reason];
}

const char *presence_event_name(enum presence_event event)
{
    static const char *const names[PRESENCE_EVENT_COUNT] = {
        [PRESENCE_EVENT_LOST] = "lost",         [PRESENCE_EVENT_DOZED] = "dozed",
        [PRESENCE_EVENT_LENT] = "lent",         [PRESENCE_EVENT_GONE] = "gone",
        [PRESENCE_EVENT_FOUND] = "found",       [PRESENCE_EVENT_QUIET] = "quiet",
        [PRESENCE_EVENT_REST] = "rest",         [PRESENCE_EVENT_MUTE] = "mute",
        [PRESENCE_EVENT_SUPPLIED] = "supplied", [PRESENCE_EVENT_DEAF] = "deaf",
        [PRESENCE_EVENT_HEARD] = "heard",       [PRESENCE_EVENT_ON] = "on",
        [PRESENCE_EVENT_MOVES] = "moves",       [PRESENCE_EVENT_CHARGES] = "charges",
    };

    return names[event];
}

/* clang-format off */
#define UNKNOWN  PRESENCE_UNKNOWN
#define AWAY     PRESENCE_AWAY
#define ASLEEP   PRESENCE_ASLEEP
#define AWAKE    PRESENCE_AWAKE
#define ON       PRESENCE_ON
#define DRIVING  PRESENCE_DRIVING
#define CHARGING PRESENCE_CHARGING

/* A car that is away stays so until its dongle is found; else each event is told as it is, whatever was before. */
static const uint8_t transitions[PRESENCE_EVENT_COUNT][PRESENCE_COUNT] = {
    /* from                       unknown   away      asleep    awake     on        driving   charging */
    [PRESENCE_EVENT_LOST]     = { UNKNOWN,  AWAY,     UNKNOWN,  UNKNOWN,  UNKNOWN,  UNKNOWN,  UNKNOWN  },
    [PRESENCE_EVENT_DOZED]    = { UNKNOWN,  UNKNOWN,  UNKNOWN,  UNKNOWN,  UNKNOWN,  UNKNOWN,  UNKNOWN  },
    [PRESENCE_EVENT_LENT]     = { UNKNOWN,  UNKNOWN,  UNKNOWN,  UNKNOWN,  UNKNOWN,  UNKNOWN,  UNKNOWN  },
    [PRESENCE_EVENT_GONE]     = { AWAY,     AWAY,     AWAY,     AWAY,     AWAY,     AWAY,     AWAY     },
    [PRESENCE_EVENT_FOUND]    = { UNKNOWN,  UNKNOWN,  UNKNOWN,  UNKNOWN,  UNKNOWN,  UNKNOWN,  UNKNOWN  },
    [PRESENCE_EVENT_QUIET]    = { ASLEEP,   ASLEEP,   ASLEEP,   ASLEEP,   ASLEEP,   ASLEEP,   ASLEEP   },
    [PRESENCE_EVENT_REST]     = { ASLEEP,   ASLEEP,   ASLEEP,   ASLEEP,   ASLEEP,   ASLEEP,   ASLEEP   },
    [PRESENCE_EVENT_MUTE]     = { UNKNOWN,  UNKNOWN,  UNKNOWN,  UNKNOWN,  UNKNOWN,  UNKNOWN,  UNKNOWN  },
    [PRESENCE_EVENT_DEAF]     = { UNKNOWN,  UNKNOWN,  UNKNOWN,  UNKNOWN,  UNKNOWN,  UNKNOWN,  UNKNOWN  },
    [PRESENCE_EVENT_SUPPLIED] = { UNKNOWN,  UNKNOWN,  UNKNOWN,  UNKNOWN,  UNKNOWN,  UNKNOWN,  UNKNOWN  },
    [PRESENCE_EVENT_HEARD]    = { AWAKE,    AWAKE,    AWAKE,    AWAKE,    AWAKE,    AWAKE,    AWAKE    },
    [PRESENCE_EVENT_ON]       = { ON,       ON,       ON,       ON,       ON,       ON,       ON       },
    [PRESENCE_EVENT_MOVES]    = { DRIVING,  DRIVING,  DRIVING,  DRIVING,  DRIVING,  DRIVING,  DRIVING  },
    [PRESENCE_EVENT_CHARGES]  = { CHARGING, CHARGING, CHARGING, CHARGING, CHARGING, CHARGING, CHARGING },
};
/* clang-format on */

enum presence presence_after(enum presence before, enum presence_event event)
{
    return (enum presence)transitions[event][before];
}

static enum presence_reason reason_of(enum presence_event event)
{
    static const uint8_t reasons[PRESENCE_EVENT_COUNT] = {
        [PRESENCE_EVENT_LOST] = PRESENCE_REASON_NO_CONTACT,
        [PRESENCE_EVENT_DOZED] = PRESENCE_REASON_DONGLE_SLEEPS,
        [PRESENCE_EVENT_LENT] = PRESENCE_REASON_LENT,
        [PRESENCE_EVENT_GONE] = PRESENCE_REASON_GONE,
        [PRESENCE_EVENT_FOUND] = PRESENCE_REASON_LISTENING,
        [PRESENCE_EVENT_REST] = PRESENCE_REASON_SILENT_OFF,
        [PRESENCE_EVENT_MUTE] = PRESENCE_REASON_SILENT_OFF,
        [PRESENCE_EVENT_DEAF] = PRESENCE_REASON_DEAF,
        [PRESENCE_EVENT_SUPPLIED] = PRESENCE_REASON_SUPPLY_ALONE,
    };

    return (enum presence_reason)reasons[event];
}

struct presence_state presence_start(int64_t now_ns)
{
    return (struct presence_state){.presence = PRESENCE_UNKNOWN,
                                   .reason = PRESENCE_REASON_NO_CONTACT,
                                   .claim = PRESENCE_CLAIM_NONE,
                                   .garage = TRI_UNKNOWN,
                                   .since_ns = now_ns,
                                   .contact_ns = now_ns};
}

/* ---- evidence to event ---- */

static bool is_alive(const struct presence_evidence *evidence, int64_t now_ns)
{
    return evidence->alive_ns != TIME_NONE && now_ns - evidence->alive_ns < evidence->alive_for_ns;
}

static enum presence_event event_of_absence(const struct presence_evidence *evidence, int64_t absent_ns)
{
    if (evidence->lent)
        return PRESENCE_EVENT_LENT;
    if (evidence->dongle_sleeps)
        return PRESENCE_EVENT_DOZED;
    return !evidence->wired && absent_ns >= PRESENCE_GONE_NS ? PRESENCE_EVENT_GONE : PRESENCE_EVENT_LOST;
}

static enum presence_event event_of_life(const struct presence_evidence *evidence)
{
    if (evidence->moving == TRI_TRUE)
        return PRESENCE_EVENT_MOVES;
    if (evidence->charging == TRI_TRUE)
        return PRESENCE_EVENT_CHARGES;
    return evidence->on == TRI_TRUE ? PRESENCE_EVENT_ON : PRESENCE_EVENT_HEARD;
}

/* In contact, and nothing is heard. */
static enum presence_event event_of_silence(const struct presence_evidence *evidence, int64_t contact_for_ns)
{
    if (contact_for_ns < PRESENCE_LISTEN_NS)
        return PRESENCE_EVENT_FOUND;
    if (evidence->supplied == TRI_TRUE)
        return PRESENCE_EVENT_SUPPLIED;
    if (!evidence->silent_car)
        return evidence->deaf ? PRESENCE_EVENT_DEAF : PRESENCE_EVENT_QUIET;
    return evidence->supplied == TRI_FALSE ? PRESENCE_EVENT_REST : PRESENCE_EVENT_MUTE;
}

static enum presence_event event_of(const struct presence_evidence *evidence, int64_t since_ns,
                                    int64_t now_ns)
{
    if (!evidence->contact)
        return event_of_absence(evidence, now_ns - since_ns);
    if (is_alive(evidence, now_ns))
        return event_of_life(evidence);
    return event_of_silence(evidence, now_ns - since_ns);
}

/* ---- the garage ---- */

/* A wired adapter is there with and without a car: it knows only traffic. */
static enum presence_claim claim_of(const struct presence_evidence *evidence, enum presence presence,
                                    int64_t now_ns)
{
    if (presence == PRESENCE_AWAY)
        return PRESENCE_CLAIM_ABSENCE;
    if (evidence->wired)
        return evidence->contact && is_alive(evidence, now_ns) ? PRESENCE_CLAIM_TRAFFIC : PRESENCE_CLAIM_NONE;
    return evidence->contact ? PRESENCE_CLAIM_DONGLE : PRESENCE_CLAIM_NONE;
}

static enum tri garage_of(enum presence_claim claim)
{
    switch (claim) {
    case PRESENCE_CLAIM_DONGLE:
    case PRESENCE_CLAIM_TRAFFIC:
        return TRI_TRUE;
    case PRESENCE_CLAIM_ABSENCE:
        return TRI_FALSE;
    case PRESENCE_CLAIM_NONE:
        break;
    }
    return TRI_UNKNOWN;
}

struct presence_state presence_next(const struct presence_state *before,
                                    const struct presence_evidence *evidence, int64_t now_ns)
{
    struct presence_state state = *before;

    if (evidence->contact != before->contact || evidence->lent) { /* lent: gone for ten minutes after that */
        state.contact = evidence->contact;
        state.contact_ns = now_ns;
    }
    enum presence_event event = event_of(evidence, state.contact_ns, now_ns);
    state.presence = presence_after(before->presence, event);
    state.reason = reason_of(event);
    state.claim = claim_of(evidence, state.presence, now_ns);
    state.garage = garage_of(state.claim);
    if (state.presence != before->presence)
        state.since_ns = now_ns;
    return state;
}
