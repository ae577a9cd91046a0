/* A figure that must never fall in what was told (Home Assistant takes a fall for a new meter): not after a
 * restart, not after a lost database. Integers of any unit. Pure. */
#ifndef EXPORT_COUNTER_H
#define EXPORT_COUNTER_H

#include <stdbool.h>
#include <stdint.h>

struct counter {
    bool is_known;
    int64_t told;
    int64_t offset;              /* what a lost history amounts to */
    int64_t doubted, doubted_ns; /* a leap that was seen once */
};

/* What was told before the start. */
void counter_read_back(struct counter *counter, int64_t told);

/* The sum over the whole history is now `sum`: where history was lost, counting goes on from what was told.
 * Differences up to `rounding` are none. */
void counter_count(struct counter *counter, int64_t sum, int64_t rounding);

/* An instrument reads `value`, heard at that time: lower is ignored, a rise of more than `leap` is believed
 * when it is heard a second time. */
void counter_follow(struct counter *counter, int64_t value, int64_t leap, int64_t heard_ns);

#endif
