/* The only place that reads a clock. */
#ifndef UTIL_CLOCK_H
#define UTIL_CLOCK_H

#include "util/core/time.h"

#include <stdbool.h>

/* CLOCK_BOOTTIME, CLOCK_REALTIME and CLOCK_MONOTONIC now. */
int64_t clock_boot_ns(void);
int64_t clock_utc_ns(void);
int64_t clock_monotonic_ns(void); /* for pthread_cond_timedwait only */

/* What makes UTC of a boot time, of one moment: what is worked between two calls would shift the times of rows. */
int64_t clock_utc_minus_boot_ns(void);

/* Whether the calendar clock may be believed: /run/garaged-clock/ok exists, or adjtimex() says synchronised,
 * and the time is not before this program was built. */
bool clock_is_right(void);

/* No right clock shows a time before this source was written (2026-07-01). A constant, so that builds stay the same. */
#define CLOCK_EARLIEST_NS (INT64_C(1782864000) * NS_PER_S)

#endif
