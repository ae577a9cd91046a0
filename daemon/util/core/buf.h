/* A text or byte builder over the caller's memory: never grows, never overruns, says when something was cut.
 */
#ifndef UTIL_CORE_BUF_H
#define UTIL_CORE_BUF_H

#include <stdbool.h>
#include <stddef.h>

struct buf {
    char *data;
    size_t len;
    size_t cap; /* one byte of it is kept for the NUL that always follows data[len - 1] */
    bool cut;
};

/* Starts an empty buffer over `cap` >= 1 bytes of the caller's memory. */
void buf_init(struct buf *buf, char *memory, size_t cap);

/* Empties it; or appends what fits and remembers in `cut` if that was not all. */
void buf_clear(struct buf *buf);
void buf_add(struct buf *buf, const void *bytes, size_t len);
void buf_add_text(struct buf *buf, const char *text);
void buf_add_format(struct buf *buf, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
