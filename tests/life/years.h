/* A made-up life of years: owner, car, computer and mishaps together, into a folder. */
#ifndef LIFE_YEARS_H
#define LIFE_YEARS_H

#include "util/core/err.h"
#include "util/core/zone.h"

#include <stdint.h>

#define YEARS_MAX    20
#define YEARS_END_AT 5 /* local hour of the last day: everybody sleeps */

struct years_options {
    const char *car; /* "aze0-30" */
    unsigned years;
    uint64_t seed;
    int32_t until;           /* the last day; 0: today, or yesterday in its first hours */
    const struct zone *zone; /* outlives it */
    const char *vehicles;    /* folders of definitions */
    const char *out;         /* folder, there and empty; car.begin says how the car stands at the end */
    const char *truth;       /* path, or NULL */
};

/* Lives. 0, or -1 with err. */
int years_run(const struct years_options *options, struct err *err);

#endif
