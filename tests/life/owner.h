/* The made-up owner: what is done with the car, day after day, in an order that follows from the seed. */
#ifndef LIFE_OWNER_H
#define LIFE_OWNER_H

#include "../simulator/model.h"
#include "../simulator/random.h"

#include "util/core/zone.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define OWNER_DEEDS_MAX  256
#define OWNER_PLANS_AT_S (3 * 3600 + 1800) /* the day begins for him at 03:30 */

enum deed_wait {
    DEED_AT_ONCE,
    DEED_KM_LEFT, /* until so many km are left of the drive */
    DEED_ARRIVED,
    DEED_SOC, /* until the battery has so much, or takes no more */
};

/* One thing he does, after the one before it. */
struct deed {
    int64_t at_s;    /* not before; 0: any time */
    int64_t after_s; /* seconds after the one before, or after what it waits for */
    enum deed_wait wait;
    double until;
    int64_t no_later_s; /* he doesn't wait longer; 0: he does */
    double skip_above;  /* SOC at which he leaves it, and the `skip` deeds behind it, out; 0: never */
    size_t skip;
    enum sim_action action;
    double value;
};

struct owner {
    struct sim_random random;
    const struct zone *zone;
    int32_t last_day; /* he stays at home from its beginning on */
    int32_t planned;  /* the last day that has a plan */
    bool charges_once; /* nobody else needs the socket: no charge is interrupted */
    double range_km;  /* of a full battery that he relies on */
    int64_t last_s;   /* when the last deed was done */
    int64_t waited_s; /* since when the next one's condition holds; 0: it doesn't yet */
    struct deed deeds[OWNER_DEEDS_MAX];
    size_t first, count;
};

/* He begins with the day after `first_day`; the car stands at home. */
void owner_init(struct owner *owner, uint64_t seed, const struct zone *zone, int32_t first_day,
                int32_t last_day);

/* What he does now; false: nothing (any more). */
bool owner_take(struct owner *owner, const struct sim_model *model, int64_t utc_s, struct deed *deed);

/* When to ask him again, in UTC. */
int64_t owner_next_s(const struct owner *owner, const struct sim_model *model, int64_t utc_s);

/* owner_plan.c: adds the deeds of `day`, or of all days of a journey; the last of them. */
int32_t owner_plan(struct owner *owner, const struct sim_model *model, int32_t day);

/* Puts a deed behind the others. */
void owner_add(struct owner *owner, const struct deed *deed);

#endif
