/* A descriptor that somebody passed us to write into: a regular file, or a socket, which is never waited for.
 */
#ifndef UTIL_OUTLET_H
#define UTIL_OUTLET_H

#include "util/core/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct outlet {
    int fd;
    bool is_socket;
};

/* -1 with err: it could keep the house waiting, or can't be written to. The descriptor stays the caller's. */
int outlet_judge(struct outlet *outlet, int fd, struct err *err);

/* As write(2); EAGAIN: a slow reader has to take something first. */
ssize_t outlet_write(const struct outlet *outlet, const char *bytes, size_t len);

/* What a write that failed with this errno means, in words. */
const char *outlet_words(int error);

#endif
