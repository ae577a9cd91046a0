/* The configured zone as a table of UTC offsets (util/core/zone), made once at the start. */
#ifndef UTIL_CALENDAR_H
#define UTIL_CALENDAR_H

#include "util/core/err.h"
#include "util/core/zone.h"

#include <stdbool.h>

/* Whether the system's time zone data know this name ("Europe/Oslo"). */
bool calendar_zone_exists(const char *name);

/* Fills the table for `name`, "" for the system's zone ($TZ, else /etc/localtime, else UTC). Call it before
 * the first thread starts: the C library knows zones only through the environment. 0, or -1 with err. */
int calendar_load(struct zone *zone, const char *name, struct err *err);

#endif
