/* What the car is doing, from evidence (DESIGN 4, 5). A pure state machine: evidence is an event, and one
 * table says where each event leads from each state. PRESENCE.md beside this file shows the table; a test
 * keeps the two equal. */
#ifndef CAR_PRESENCE_H
#define CAR_PRESENCE_H

#include "util/core/time.h"

#include <stdbool.h>
#include <stdint.h>

#define PRESENCE_LISTEN_NS (10 * NS_PER_S)   /* a new contact is listened to before anything is said */
#define PRESENCE_HEARD_NS  (30 * NS_PER_S)   /* awake for so long after the last broadcast */
#define PRESENCE_GONE_NS   (10 * NS_PER_MIN) /* a dongle silent for so long has left with the car */

enum presence {
    PRESENCE_UNKNOWN,
    PRESENCE_AWAY,
    PRESENCE_ASLEEP,
    PRESENCE_AWAKE,
    PRESENCE_ON,
    PRESENCE_DRIVING,
    PRESENCE_CHARGING,
    PRESENCE_COUNT
};

/* "unknown", "away", ... as CONTRACT 4 prints them. */
const char *presence_name(enum presence presence);

enum tri { TRI_FALSE, TRI_TRUE, TRI_UNKNOWN };

/* What evidence amounts to at a moment. */
enum presence_event {
    PRESENCE_EVENT_LOST,     /* the dongle does not answer */
    PRESENCE_EVENT_DOZED,    /* the same of a dongle that switches itself off */
    PRESENCE_EVENT_LENT,     /* the same while the owner lends it to another program */
    PRESENCE_EVENT_GONE,     /* it has not answered for ten minutes */
    PRESENCE_EVENT_FOUND,    /* it answers since a moment: the bus is listened to */
    PRESENCE_EVENT_QUIET,    /* nothing is heard of a car that broadcasts while it is awake */
    PRESENCE_EVENT_REST,     /* a car that is silent while off, and its supply is at rest */
    PRESENCE_EVENT_MUTE,     /* the same, and nothing is known of its supply */
    PRESENCE_EVENT_DEAF,     /* a car that broadcasts, and a dongle that can't hear that */
    PRESENCE_EVENT_SUPPLIED, /* nothing is heard, but the 12 V battery is being charged */
    PRESENCE_EVENT_HEARD,    /* a sign of life */
    PRESENCE_EVENT_ON,       /* and the power switch is on */
    PRESENCE_EVENT_MOVES,    /* and it moves */
    PRESENCE_EVENT_CHARGES,  /* and its battery is being charged */
    PRESENCE_EVENT_COUNT
};

/* "lost", "dozed", ... as PRESENCE.md names them. */
const char *presence_event_name(enum presence_event event);

/* The transition table. */
enum presence presence_after(enum presence before, enum presence_event event);

/* On what the claim rests that the car is in the garage, or is not. */
enum presence_claim {
    PRESENCE_CLAIM_NONE,    /* nothing is claimed */
    PRESENCE_CLAIM_DONGLE,  /* the dongle in its socket answers: here */
    PRESENCE_CLAIM_TRAFFIC, /* frames on a wired adapter's bus: here */
    PRESENCE_CLAIM_ABSENCE, /* the dongle has been gone for ten minutes: not here */
};

/* Why the state is what it is, where the owner may wonder. */
enum presence_reason {
    PRESENCE_REASON_NONE,
    PRESENCE_REASON_LISTENING,  /* "listening for the car" */
    PRESENCE_REASON_NO_CONTACT, /* "the dongle does not answer" */
    PRESENCE_REASON_GONE,       /* "the dongle has been gone for ten minutes" */
    PRESENCE_REASON_DONGLE_SLEEPS,
    PRESENCE_REASON_LENT,         /* "the dongle is lent to another program" */
    PRESENCE_REASON_SILENT_OFF,   /* "this car is silent while off" */
    PRESENCE_REASON_DEAF,         /* "this dongle cannot hear whether the car is awake" */
    PRESENCE_REASON_SUPPLY_ALONE, /* "the 12 V supply is being charged, but the car says nothing" */
    PRESENCE_REASON_COUNT
};

/* Words for the owner. */
const char *presence_reason_text(enum presence_reason reason);

/* What is known at a moment. */
struct presence_evidence {
    bool contact;         /* the dongle is reachable and stands in a car's socket */
    bool wired;           /* the adapter is reachable with and without a car: only traffic counts */
    bool dongle_sleeps;   /* the dongle switches itself off: its silence says nothing */
    bool lent;            /* the owner lets another program use the dongle: the same */
    bool deaf;            /* the dongle can't hear what a car broadcasts */
    bool silent_car;      /* broadcasts nothing at the socket, can only be asked */
    int64_t alive_ns;     /* last sign of life: a broadcast, or an answer of a silent car; TIME_NONE */
    int64_t alive_for_ns; /* how long a sign of life holds: PRESENCE_HEARD_NS, or longer on a silent car */
    enum tri on, charging, moving;
    enum tri supplied; /* the supply shows that the car charges its 12 V battery; unknown: no voltmeter */
};

struct presence_state {
    enum presence presence;
    enum presence_reason reason;
    enum presence_claim claim;
    enum tri garage;    /* what the claim says */
    int64_t since_ns;   /* of `presence` */
    int64_t contact_ns; /* when the present contact, or the present lack of one, began */
    bool contact;
};

/* The state before anything is known. */
struct presence_state presence_start(int64_t now_ns);

/* The state that follows from the one before and what is known now. */
struct presence_state presence_next(const struct presence_state *before,
                                    const struct presence_evidence *evidence, int64_t now_ns);

#endif
