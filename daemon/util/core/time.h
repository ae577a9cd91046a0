/* Time is a signed 64-bit count of nanoseconds and always an argument; which clock it counts is said by the name:
 * `boot_ns` is CLOCK_BOOTTIME (ages, deadlines, stamps between the processes), `utc_ns` is the calendar's. */
#ifndef UTIL_CORE_TIME_H
#define UTIL_CORE_TIME_H

#include <stdint.h>

#define NS_PER_US  INT64_C(1000)
#define NS_PER_MS  INT64_C(1000000)
#define NS_PER_S   INT64_C(1000000000)
#define NS_PER_MIN (60 * NS_PER_S)
#define NS_PER_H   (3600 * NS_PER_S)

#define TIME_NONE INT64_MIN /* no time is known, or never */

#endif
