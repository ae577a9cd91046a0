/* Which notices the owner gets (CONTRACT 11: event/notice, and a banner on the page). One table of kinds;
 * each can be silenced; nothing is ever concluded from what is not known. Pure. */
#ifndef PLAN_NOTICES_H
#define PLAN_NOTICES_H

#include "car/presence.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum notice_kind {
    NOTICE_CHARGE_FINISHED,
    NOTICE_CHARGE_INTERRUPTED,
    NOTICE_AUX_LOW,     /* 12 V */
    NOTICE_DONGLE_LOST, /* while the car was known to stand in the garage */
    NOTICE_SOC_LOW,
    NOTICE_NOT_PLUGGED, /* in the garage at the owner's hour */
    NOTICE_IDENTITY_CHANGED, /* another car or battery than the diary's: nothing is stored */
    NOTICE_KIND_COUNT
};

/* "charge_finished", "charge_interrupted", "aux_low", "dongle_lost", "soc_low", "not_plugged",
 * "identity_changed". */
const char *notice_name(enum notice_kind kind);

/* The owner's wishes, part of the preferences. */
struct notice_wishes {
    bool silenced[NOTICE_KIND_COUNT];
    int64_t soc_low; /* 0.01 % */
    int64_t aux_low_mv;
    int not_plugged_minute; /* of the local day; -1: never */
};
struct notice_wishes notice_wishes_default(void);

/* What is known at a moment; INT64_MIN: this is not known. An old value is not known, with one exception:
 * whether the car is plugged in is known as long as the car sleeps within reach and would have been heard
 * waking up, because plugging in wakes it. A dongle whose silence says nothing is reachable or unknown. */
struct notice_evidence {
    int64_t boot_ns;
    int minute_of_day; /* local; -1 while the clock is not right */
    int32_t day;
    enum presence presence;
    enum tri garage, plugged, charging, reachable;
    int64_t soc, aux_mv;
    int64_t aux_boot_ns; /* when aux_mv was measured */
    bool aux_at_rest;
    bool charge_finished, charge_interrupted; /* since the last call */
    bool identity_changed;                    /* and not accepted yet */
};

struct notices;
struct notices *notices_new(void);
void notices_free(struct notices *notices);

/* Retold: one that stands has another figure in its text. That is no news. */
enum notice_change { NOTICE_RAISED, NOTICE_RETOLD, NOTICE_CLEARED };
typedef void notice_fn(void *ctx, enum notice_kind kind, enum notice_change change, const char *text);

/* Looks at what is known, about once a second; calls fn for each notice that begins or is retold (with its
 * text) or ends. One that is silenced ends at once; what only happens once, meanwhile, is not told later. */
void notices_advance(struct notices *notices, const struct notice_wishes *wishes,
                     const struct notice_evidence *evidence, notice_fn *fn, void *ctx);

#endif
