/* Whether the car may be asked something now, and if not, why (DESIGN 5, rules 1 to 4). Pure: it is told what
 * happens and answers with a verdict; what is asked and in which order is the poller's business. */
#ifndef BUS_MANNERS_H
#define BUS_MANNERS_H

#include "util/core/time.h"

#include <stdbool.h>
#include <stdint.h>

struct supply;

#define MANNERS_LISTEN_NS     (10 * NS_PER_S) /* a new contact is only listened to */
#define MANNERS_HEARD_NS      (10 * NS_PER_S) /* a broadcast allows asking for so long */
#define MANNERS_OPEN_NS       (90 * NS_PER_S) /* an answer of a silent car does */
#define MANNERS_PROBE_NS      (60 * NS_PER_S) /* between two probes */
#define MANNERS_PROBES_MAX    10              /* without an answer, then one an hour */
#define MANNERS_PROBE_SLOW_NS (1 * NS_PER_H)
#define MANNERS_PROBES_SLOW   24 /* a day of those without an answer, then rarer still */
#define MANNERS_PROBE_RARE_NS (6 * NS_PER_H)
#define MANNERS_GUESSES_MAX   3                 /* the same for a car nobody knows yet, then none */
#define MANNERS_BLIND_NS      (10 * NS_PER_MIN) /* without a voltmeter: see DESIGN 5.2 */

enum manners_car {
    MANNERS_CAR_BROADCASTS, /* heard on pins 6/14 while awake: only that counts */
    MANNERS_CAR_SILENT,     /* can only be asked (ZE1) */
    MANNERS_CAR_UNKNOWN,    /* neither configured nor recognised, and never heard */
};

/* What is known of the power switch and the charger. */
enum manners_activity {
    MANNERS_ACTIVITY_UNKNOWN,
    MANNERS_ACTIVITY_OFF,
    MANNERS_ACTIVITY_ON,
    MANNERS_ACTIVITY_CHARGING
};

/* clang-format off */
enum manners_verdict {
    MANNERS_POLL,             /* ask what is due */
    MANNERS_PROBE,            /* ask one question: is it on? then call manners_probed() */
    /* nothing may be sent, because: */
    MANNERS_NOT_WANTED,       /* the configuration says so */
    MANNERS_NO_LINK,          /* the adapter is not there or can't send */
    MANNERS_LOW,              /* the 12 V supply is too low */
    MANNERS_LISTENING,        /* the contact is new */
    MANNERS_SILENT,           /* nothing is heard */
    MANNERS_AT_REST,          /* a silent car whose supply shows no sign of life */
    MANNERS_OFF,              /* off and not charging */
    MANNERS_NO_ANSWER,        /* probed, waiting for the next time */
    MANNERS_VERDICT_COUNT
};
/* clang-format on */

/* Words for the owner; "" while asking is allowed. */
const char *manners_verdict_text(enum manners_verdict verdict);

struct manners;

/* `wanted`: the configuration's poll. Returns NULL only without memory. */
struct manners *manners_new(bool wanted);
void manners_free(struct manners *manners);

/* What kind of car it is, what the adapter can do, and what the car is doing, each as soon as it is known. */
void manners_set_car(struct manners *manners, enum manners_car car);
void manners_set_link(struct manners *manners, bool can_send, bool has_voltmeter, int64_t now_ns);
void manners_set_activity(struct manners *manners, enum manners_activity activity);

void manners_heard(struct manners *manners, int64_t now_ns);    /* a broadcast frame */
void manners_answered(struct manners *manners, int64_t now_ns); /* an answer to any question */
void manners_probed(struct manners *manners, int64_t now_ns);   /* a probe went out */

/* The car answers that it is off and not charging: what its answers had opened is closed, and to the next
 * probes it is like no answer. */
void manners_closed(struct manners *manners);

/* The car says it is off and the charger was not asked yet: a second probe may follow at once. */
void manners_follow_up(struct manners *manners);

/* Whether there was a sign of life: what counts for this car, within its time. */
bool manners_is_alive(const struct manners *manners, int64_t now_ns);

/* The last one, or TIME_NONE. */
int64_t manners_alive_ns(const struct manners *manners);

/* Whether the car may be asked now, and if not, why. */
enum manners_verdict manners_judge(struct manners *manners, int64_t now_ns);

/* When manners_judge() may say something else although nothing happens meanwhile. */
int64_t manners_deadline(const struct manners *manners, int64_t now_ns);

/* Its picture of the supply; fed by the owner. */
struct supply *manners_supply(struct manners *manners);

#endif
