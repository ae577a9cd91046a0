/* Lines from a descriptor, fast and in bounded memory: of whatever file, no more than one chunk is kept. */
#ifndef UTIL_LINES_H
#define UTIL_LINES_H

#include "util/core/err.h"

#include <stddef.h>

#define LINES_CHUNK (64 * 1024) /* bytes read at once, and the longest line */

struct lines;

enum lines_status {
    LINES_LINE,
    LINES_TOO_LONG, /* a line over LINES_CHUNK was skipped whole */
    LINES_END,
    LINES_FAILED,
};

/* Reads from `fd`, which stays the caller's. Returns NULL only without memory. */
struct lines *lines_new(int fd);
void lines_free(struct lines *lines);

/* The next line without its end (LF, CR or both; the last one may have none); empty lines are not reported.
 * `*line` lasts until the next call and has no NUL behind it. err is set with LINES_FAILED only. */
enum lines_status lines_next(struct lines *lines, const char **line, size_t *len, struct err *err);

#endif
