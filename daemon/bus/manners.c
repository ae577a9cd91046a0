/* Politeness as one verdict. A car that broadcasts is asked only while it is heard; a silent one only while
 * its supply shows that it is awake for its own reasons, by one question a minute, until an answer opens the
 * door for 90 s; without one the questions become rarer, to four a day, until the supply falls and rises
 * again. Whoever is in doubt does not ask. */
#include "bus/manners.h"

#include "bus/supply.h"

#include <stdlib.h>

struct manners {
    struct supply *supply;
    bool wanted, can_send, has_voltmeter;
    enum manners_car car;
    enum manners_activity activity;
    int64_t link_ns, heard_ns, answered_ns;
    int64_t woke_ns;       /* the first broadcast after a silence */
    int64_t open_until_ns; /* silent cars: asking is allowed */
    int64_t probed_ns;
    unsigned unanswered;
    unsigned closed; /* "off and not charging" since it last was on, or woke up */
    unsigned rises;  /* supply_rises() when these began to count */
    bool follow_up;
};

const char *manners_verdict_text(enum manners_verdict verdict)
{
    static const char *const texts[MANNERS_VERDICT_COUNT] = {
        [MANNERS_POLL] = "",
        [MANNERS_PROBE] = "",
        [MANNERS_NOT_WANTED] = "asking is switched off in the configuration",
        [MANNERS_NO_LINK] = "no connection to the dongle",
        [MANNERS_LOW] = "12 V too low to ask",
        [MANNERS_LISTENING] = "listening for the car",
        [MANNERS_SILENT] = "the car is asleep",
        [MANNERS_AT_REST] = "this car is silent while off",
        [MANNERS_OFF] = "the car is off and not charging",
        [MANNERS_NO_ANSWER] = "the car does not answer",
    };

    return texts[verdict];
}

struct manners *manners_new(bool wanted)
{
    struct manners *manners = calloc(1, sizeof(*manners));

    if (!manners)
        return NULL;
    manners->supply = supply_new();
    if (!manners->supply) {
        free(manners);
        return NULL;
    }
    manners->wanted = wanted;
    manners->car = MANNERS_CAR_UNKNOWN;
    manners->link_ns = TIME_NONE;
    manners->heard_ns = TIME_NONE;
    manners->woke_ns = TIME_NONE;
    manners->answered_ns = TIME_NONE;
    manners->open_until_ns = TIME_NONE;
    manners->probed_ns = TIME_NONE;
    return manners;
}

void manners_free(struct manners *manners)
{
    if (!manners)
        return;
    supply_free(manners->supply);
    free(manners);
}

static bool within(int64_t then_ns, int64_t now_ns, int64_t span_ns)
{
    return then_ns != TIME_NONE && now_ns - then_ns < span_ns;
}

void manners_set_car(struct manners *manners, enum manners_car car)
{
    manners->car = car;
}

void manners_set_link(struct manners *manners, bool can_send, bool has_voltmeter, int64_t now_ns)
{
    if (can_send && !manners->can_send) {
        manners->link_ns = now_ns;
        supply_restart(manners->supply);
    }
    manners->can_send = can_send;
    manners->has_voltmeter = has_voltmeter;
}

static bool is_busy(enum manners_activity activity)
{
    return activity == MANNERS_ACTIVITY_ON || activity == MANNERS_ACTIVITY_CHARGING;
}

void manners_set_activity(struct manners *manners, enum manners_activity activity)
{
    if (is_busy(activity))
        manners->closed = 0;
    else if (is_busy(manners->activity) && activity == MANNERS_ACTIVITY_OFF)
        manners->closed = 1; /* switched off or unplugged: nobody needs to be asked about that */
    manners->activity = activity;
}

/* The car woke up, by the bus or by its supply: it may be charging now, and may answer now. */
static void forget_answers(struct manners *manners)
{
    manners->unanswered = 0;
    manners->closed = 0;
}

void manners_heard(struct manners *manners, int64_t now_ns)
{
    if (!within(manners->heard_ns, now_ns, MANNERS_HEARD_NS)) {
        forget_answers(manners);
        manners->woke_ns = now_ns;
    }
    manners->heard_ns = now_ns;
}

void manners_answered(struct manners *manners, int64_t now_ns)
{
    manners->answered_ns = now_ns;
    manners->open_until_ns = now_ns + MANNERS_OPEN_NS;
    manners->unanswered = 0;
}

void manners_probed(struct manners *manners, int64_t now_ns)
{
    manners->probed_ns = now_ns;
    manners->unanswered++;
    manners->follow_up = false;
}

void manners_closed(struct manners *manners)
{
    manners->open_until_ns = TIME_NONE;
    manners->follow_up = false;
    manners->unanswered = ++manners->closed;
}

void manners_follow_up(struct manners *manners)
{
    manners->follow_up = true;
}

static bool is_heard(const struct manners *manners, int64_t now_ns)
{
    return within(manners->heard_ns, now_ns, MANNERS_HEARD_NS);
}

static bool is_open(const struct manners *manners, int64_t now_ns)
{
    return manners->open_until_ns != TIME_NONE && now_ns < manners->open_until_ns;
}

bool manners_is_alive(const struct manners *manners, int64_t now_ns)
{
    if (manners->car == MANNERS_CAR_BROADCASTS)
        return is_heard(manners, now_ns);
    return is_heard(manners, now_ns) || is_open(manners, now_ns);
}

int64_t manners_alive_ns(const struct manners *manners)
{
    if (manners->car == MANNERS_CAR_BROADCASTS || manners->answered_ns < manners->heard_ns)
        return manners->heard_ns;
    return manners->answered_ns;
}

/* ---- probes ---- */

static int64_t probe_interval_ns(const struct manners *manners, int64_t now_ns)
{
    if (!manners->has_voltmeter && manners->car == MANNERS_CAR_SILENT)
        return within(manners->answered_ns, now_ns, MANNERS_BLIND_NS) ? MANNERS_PROBE_NS : MANNERS_BLIND_NS;
    if (manners->unanswered < MANNERS_PROBES_MAX)
        return MANNERS_PROBE_NS;
    return manners->unanswered < MANNERS_PROBES_MAX + MANNERS_PROBES_SLOW ? MANNERS_PROBE_SLOW_NS
                                                                          : MANNERS_PROBE_RARE_NS;
}

static enum manners_verdict judge_probe(const struct manners *manners, int64_t now_ns)
{
    if (manners->follow_up)
        return MANNERS_PROBE;
    if (manners->car == MANNERS_CAR_UNKNOWN && manners->unanswered >= MANNERS_GUESSES_MAX)
        return MANNERS_NO_ANSWER;
    return within(manners->probed_ns, now_ns, probe_interval_ns(manners, now_ns)) ? MANNERS_NO_ANSWER
                                                                                  : MANNERS_PROBE;
}

/* ---- verdicts ---- */

/* Off, says a broadcast or an answer. The charger may have begun without a broadcast that says so; it feeds
 * the 12 V battery, too, so that is what is looked at. A car that broadcasts is asked once and then not until
 * it wakes up again. */
static enum manners_verdict judge_off(const struct manners *manners, bool supply_high, int64_t now_ns)
{
    if (manners->follow_up)
        return MANNERS_PROBE;
    if (!supply_high || (manners->closed > 0 && is_heard(manners, now_ns)))
        return MANNERS_OFF;
    return judge_probe(manners, now_ns);
}

static enum manners_verdict judge_activity(const struct manners *manners, bool supply_high, int64_t now_ns)
{
    switch (manners->activity) {
    case MANNERS_ACTIVITY_ON:
    case MANNERS_ACTIVITY_CHARGING:
        return MANNERS_POLL;
    case MANNERS_ACTIVITY_OFF:
        return judge_off(manners, supply_high, now_ns);
    case MANNERS_ACTIVITY_UNKNOWN:
        break;
    }
    /* What it broadcasts will say whether it is on: that is waited for. */
    if (is_heard(manners, now_ns) && within(manners->woke_ns, now_ns, MANNERS_LISTEN_NS))
        return MANNERS_LISTENING;
    return judge_probe(manners, now_ns);
}

/* A car of which no broadcast is heard, but that may be one that never sends any. */
static enum manners_verdict judge_silent(const struct manners *manners, bool supply_high, int64_t now_ns)
{
    if (is_open(manners, now_ns))
        return judge_activity(manners, supply_high, now_ns);
    if (manners->has_voltmeter)
        return supply_high ? judge_probe(manners, now_ns) : MANNERS_AT_REST;
    return manners->car == MANNERS_CAR_SILENT ? judge_probe(manners, now_ns) : MANNERS_SILENT;
}

/* High, and not falling: nothing is asked on a supply that is already at rest. */
static bool is_supplied(const struct manners *manners, int64_t now_ns)
{
    return supply_is_high(manners->supply, now_ns) &&
           (!supply_is_known(manners->supply, now_ns) || supply_may_be_high(manners->supply));
}

enum manners_verdict manners_judge(struct manners *manners, int64_t now_ns)
{
    bool supply_high = is_supplied(manners, now_ns);

    if (supply_rises(manners->supply) != manners->rises) {
        manners->rises = supply_rises(manners->supply);
        forget_answers(manners);
    }
    if (!manners->wanted)
        return MANNERS_NOT_WANTED;
    if (!manners->can_send)
        return MANNERS_NO_LINK;
    if (supply_is_low(manners->supply))
        return MANNERS_LOW;
    if (is_heard(manners, now_ns))
        return judge_activity(manners, supply_high, now_ns);
    if (within(manners->link_ns, now_ns, MANNERS_LISTEN_NS))
        return MANNERS_LISTENING;
    if (manners->car == MANNERS_CAR_BROADCASTS)
        return MANNERS_SILENT;
    return judge_silent(manners, supply_high, now_ns);
}

int64_t manners_deadline(const struct manners *manners, int64_t now_ns)
{
    int64_t listened = manners->link_ns == TIME_NONE ? INT64_MAX : manners->link_ns + MANNERS_LISTEN_NS;
    int64_t probe =
        manners->probed_ns == TIME_NONE ? INT64_MAX : manners->probed_ns + probe_interval_ns(manners, now_ns);
    int64_t next = INT64_MAX;

    if (!manners->wanted || !manners->can_send)
        return next;
    if (listened > now_ns)
        next = listened;
    if (probe > now_ns && probe < next)
        next = probe;
    return next;
}

struct supply *manners_supply(struct manners *manners)
{
    return manners->supply;
}
