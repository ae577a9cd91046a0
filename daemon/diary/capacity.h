/* What a full battery holds, measured at its charges: what went in by how far SOC rose. Pure. */
#ifndef DIARY_CAPACITY_H
#define DIARY_CAPACITY_H

#include "diary/item.h"

/* 0.01 %: SOC comes in steps of 0.1 % at best, so a rise of 20 % is right to 0.1 / 20 = 0.5 % of itself; a
 * rise of 5 % would be to 2 %, about what a battery loses in a year. */
#define CAPACITY_RISE_MIN    2000
#define CAPACITY_CHARGES     10 /* the newest of so many: one odd charge moves no median */
#define CAPACITY_SCATTER_MIN 3  /* of fewer charges no scatter is told */

struct capacity {
    int64_t wh;         /* the median of the charges; DIARY_NONE: of none */
    int64_t scatter_wh; /* median absolute deviation: half of the charges lie no farther from the median */
    int64_t charges;
};

/* Wh of a full battery by this one charge, or DIARY_NONE: it was not watched whole, or SOC rose too little.
 */
int64_t capacity_of_charge(const struct diary_charge *charge);

/* Of the charges' figures, CAPACITY_CHARGES of them at most. */
struct capacity capacity_measure(const int64_t *full_wh, size_t count);

#endif
