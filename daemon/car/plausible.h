/* Whether a reading can be true after the one before it: a battery is not filled within a second, an odometer
 * does not run backwards. What the range of the vocabulary lets through may still be nonsense (C12). Pure. */
#ifndef CAR_PLAUSIBLE_H
#define CAR_PLAUSIBLE_H

#include "car/reading.h"
#include "util/core/time.h"

#define PLAUSIBLE_TRACKS_MAX 64
#define PLAUSIBLE_CONFIRM    3               /* so many readings that agree with each other ... */
#define PLAUSIBLE_CONFIRM_NS (10 * NS_PER_S) /* ... over so long are believed against the one before */

/* What one source said of one signal. */
struct plausible_track {
    uint16_t signal, source;
    double value; /* last believed */
    int64_t time_ns;
    double doubted; /* first of those held back since then */
    int64_t doubted_ns;
    unsigned doubts;
};

/* All zero at the start. */
struct plausible {
    struct plausible_track tracks[PLAUSIBLE_TRACKS_MAX];
    size_t count;
};

/* False: the reading is to be held back, and counted. One that is repeated long enough is believed in the
 * end: packs and clusters are exchanged. */
bool plausible_take(struct plausible *plausible, const struct reading *reading);

#endif
