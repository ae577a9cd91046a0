/* What we cost the car, by local days: from the car half's counters, which begin at zero with each run of it,
 * to sums of a day. Pure. */
#ifndef DIARY_TRAFFIC_H
#define DIARY_TRAFFIC_H

#include "diary/item.h"

#include <stdbool.h>
#include <stdint.h>

/* The car half's counters at a moment. */
struct traffic_counted {
    int64_t run_us; /* which run of it counted: when that began */
    int64_t frames_sent, polls, wakeups, bytes;
};

/* Sums of no day yet, and nothing counted. */
struct diary_traffic traffic_begin(void);

/* Whether `day` is another day than that of the sums, so that these are final. A clock put back over midnight
 * is no other day: counting goes on where it was. */
bool traffic_is_over(const struct diary_traffic *traffic, int32_t day);

/* Sums of `day`, all zero; what was counted before stays counted. */
void traffic_start_day(struct diary_traffic *traffic, int32_t day);

/* Goes on with the sums of an earlier day, as they were kept; what was counted before stays counted. */
void traffic_go_back(struct diary_traffic *traffic, const struct diary_traffic *kept);

/* Adds what was counted since the last time; true when that was anything. */
bool traffic_take(struct diary_traffic *traffic, const struct traffic_counted *counted);

#endif
