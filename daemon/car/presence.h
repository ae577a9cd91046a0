/* What the car is doing, from evidence (DESIGN 4, 5). A pure state machine: evidence in, the next state
 * out. */
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
};

/* "unknown", "away", ... as CONTRACT 4 prints them. */
const char *presence_name(enum presence presence);

enum tri { TRI_FALSE, TRI_TRUE, TRI_UNKNOWN };

/* Why the state is what it is, where the owner may wonder. */
enum presence_reason {
    PRESENCE_REASON_NONE,
    PRESENCE_REASON_LISTENING,  /* "listening for the car" */
    PRESENCE_REASON_NO_CONTACT, /* "the dongle does not answer" */
    PRESENCE_REASON_GONE,       /* "the dongle has been gone for ten minutes" */
    PRESENCE_REASON_DONGLE_SLEEPS,
    PRESENCE_REASON_LENT,         /* "the dongle is lent to another program" */
    PRESENCE_REASON_SILENT_OFF,   /* "this car is silent while off" */
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
    bool silent_car;      /* broadcasts nothing at the socket, can only be asked */
    int64_t alive_ns;     /* last sign of life: a broadcast, or an answer of a silent car; TIME_NONE */
    int64_t alive_for_ns; /* how long a sign of life holds: PRESENCE_HEARD_NS, or longer on a silent car */
    enum tri on, charging, moving;
    enum tri supplied; /* the supply shows that the car charges its 12 V battery; unknown: no voltmeter */
};

struct presence_state {
    enum presence presence;
    enum presence_reason reason;
    enum tri garage;
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
