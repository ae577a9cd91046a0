/* The car's 12 V supply as the dongle's voltmeter shows it: too low to ask, or so high that the car must be
 * awake for its own reasons (DESIGN 5.2, 5.4). Learns the voltmeter's offset against the car's own readings.
 * Pure. */
#ifndef BUS_SUPPLY_H
#define BUS_SUPPLY_H

#include "util/core/time.h"

#include <stdbool.h>
#include <stdint.h>

#define SUPPLY_SAMPLE_NS     (10 * NS_PER_S)  /* readings are looked at no more often */
#define SUPPLY_STALE_NS      (5 * NS_PER_MIN) /* a reading older than this says nothing */
#define SUPPLY_SAMPLES       3                /* so many in a row must agree */
#define SUPPLY_LOW_V         12.0
#define SUPPLY_LOW_RAW_V     11.8 /* as long as the offset is not known */
#define SUPPLY_RECOVERED_V   12.4
#define SUPPLY_HIGH_V        12.9
#define SUPPLY_ABOVE_REST_V  0.4
#define SUPPLY_HYSTERESIS_V  0.1
#define SUPPLY_OFFSETS       20             /* pairs that the offset is the median of */
#define SUPPLY_OFFSETS_FEW   3              /* enough to doubt a voltmeter that shows too much */
#define SUPPLY_REST_RAW_V    13.0           /* an uncalibrated voltmeter may show nearly so much at rest */
#define SUPPLY_PAIR_NS       (5 * NS_PER_S) /* how far apart the two readings of a pair may lie */
#define SUPPLY_REST_EVERY_NS (10 * NS_PER_MIN)
#define SUPPLY_RESTS         144 /* a day of them */
#define SUPPLY_RESTS_MIN     18  /* fewer are no median to rely on */
#define SUPPLY_MIN_V         6.0 /* below: no car at the other end */
#define SUPPLY_MAX_V         18.0

struct supply;

struct supply *supply_new(void); /* NULL only without memory */
void supply_free(struct supply *supply);

/* A reading of the dongle's voltmeter. `resting`: the car gives no other sign of life. */
void supply_take(struct supply *supply, double volts, bool resting, int64_t now_ns);

/* What the car says itself (2101, 22 1103, 292): teaches the offset, and stands in where there is no
 * voltmeter. */
void supply_take_car(struct supply *supply, double volts, int64_t now_ns);

/* Forgets runs of readings (not the offset, nor the resting ones): the dongle was away. */
void supply_restart(struct supply *supply);

bool supply_is_known(const struct supply *supply, int64_t now_ns); /* by the voltmeter */
bool supply_is_calibrated(const struct supply *supply);

/* The voltmeter is connected to no battery: its last reading was below SUPPLY_MIN_V. */
bool supply_is_unplugged(const struct supply *supply);

/* The last reading, corrected when calibrated; NAN without one. */
double supply_volts(const struct supply *supply);

/* Stays true from the third low reading until one of SUPPLY_RECOVERED_V. */
bool supply_is_low(const struct supply *supply);

/* True from the third high reading until the third that is none. */
bool supply_is_high(const struct supply *supply, int64_t now_ns);

/* Whether the last reading is one of a car that is awake: no reason to ask yet, but one not to call it
 * asleep.
 */
bool supply_may_be_high(const struct supply *supply);

/* How often it went from not high to high: a new chance for a car that did not answer. */
unsigned supply_rises(const struct supply *supply);

#endif
