/* `garagectl diary rebuild`: every minute and hour is summed up again from the readings, a few hours a slice.
 */
#ifndef DIARY_STORE_REBUILD_H
#define DIARY_STORE_REBUILD_H

#include "diary/store/work.h"

#include <stdint.h>

/* For store_begin_work(); NULL without memory. */
struct work *rebuild_new(void);

/* How many hours were summed up; when it has ended. */
int64_t rebuild_hours(const struct work *work);

#endif
