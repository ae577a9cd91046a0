/* The last lines of the process's own log, for the page and its diagnostics: a ring in memory, filled by
 * whichever thread speaks. Nothing of it is written anywhere. */
#ifndef UTIL_LOGBOOK_H
#define UTIL_LOGBOOK_H

#include "util/log.h"

#include <stddef.h>
#include <stdint.h>

#define LOGBOOK_LINES 200
#define LOGBOOK_TEXT  320 /* of a line; a longer one is cut */

struct logbook;

struct logbook_line {
    int64_t boot_ns; /* CLOCK_BOOTTIME; the calendar may not be right yet */
    enum log_level level;
    char text[LOGBOOK_TEXT]; /* "web: listening on ...": UTF-8, no control characters */
};

/* NULL only without memory. */
struct logbook *logbook_new(void);
void logbook_free(struct logbook *logbook); /* once no thread speaks any more. NULL is fine */

/* What log_set_sink() takes: it fills the book. */
const struct log_sink *logbook_sink(const struct logbook *logbook);

/* Copies the last lines, newest first; how many. */
size_t logbook_read(struct logbook *logbook, struct logbook_line lines[LOGBOOK_LINES]);

#endif
