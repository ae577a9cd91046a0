/* A made-up life: owner, car, computer and mishaps together, into a folder. */
#ifndef LIFE_LIVE_H
#define LIFE_LIVE_H

#include "garage.h"
#include "plug.h"

#include "util/core/err.h"
#include "util/core/zone.h"

#include <stdbool.h>
#include <stdint.h>

#define LIVE_YEARS_MAX 20
#define LIVE_END_AT    5 /* local hour of the last day: everybody sleeps */

/* Whether the car is heard while it charges. */
enum live_charging { LIVE_CHARGING_AS_THE_CAR_IS, LIVE_CHARGING_HEARD, LIVE_CHARGING_SILENT };

struct live_options {
    const char *car; /* "aze0-30" */
    int32_t days;
    uint64_t seed;
    int32_t until;           /* the last day; 0: today, or yesterday in its first hours */
    const struct zone *zone; /* outlives it */
    const char *vehicles;    /* folders of definitions */
    const char *out;         /* folder, there and empty; car.begin says how the car stands at the end */
    const char *truth;       /* path, or NULL */
    const char *tariffs;     /* what electricity costs, as a PUT has it, or NULL */
    int32_t mishap_days;     /* at most so many from one mishap to the next; 0: none */
    struct plug *plug; /* at home; outlives it; NULL: one without a meter */
    const struct garage_dongle *dongle; /* the car is behind it; outlives it; NULL: heard as it is */
    enum live_charging charging;
    bool charges_once; /* at home: nobody interrupts a charge, so a stay has one at most */
    bool card_fills;   /* one of them is a card that takes no more; for tests: the whole process feels it */
};

/* Lives. 0, or -1 with err. */
int live_run(const struct live_options *options, struct err *err);

#endif
