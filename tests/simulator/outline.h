/* The dongle's line to the host: bytes leave at the speed it carries, whole lines at a time. */
#ifndef SIM_OUTLINE_H
#define SIM_OUTLINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SIM_OUTLINE_CAP   8192
#define SIM_OUTLINE_CHUNK 128

struct sim_outline {
    char bytes[SIM_OUTLINE_CAP];
    size_t first, len;
    int64_t free_ns; /* when the byte before the first one had left */
    double bytes_per_s;
    size_t most; /* bytes at once */
};

/* `piece`: bytes that arrive at once at most; 0: whole lines. */
void sim_outline_init(struct sim_outline *outline, double bytes_per_s, size_t piece);

/* Queues bytes; what does not fit is lost. */
void sim_outline_put(struct sim_outline *outline, const char *bytes, size_t len, int64_t now_ns);

/* Lets nothing pass for so long. */
void sim_outline_stall(struct sim_outline *outline, int64_t ns);

size_t sim_outline_queued(const struct sim_outline *outline);
void sim_outline_clear(struct sim_outline *outline);

/* When the next piece will have arrived at the host: a line, a prompt, or with `byte_ns` a byte, which takes
 * so long.
 * TIME_NONE when nothing is queued. */
int64_t sim_outline_next(const struct sim_outline *outline, int64_t byte_ns);

/* Takes that piece; returns its length. */
size_t sim_outline_take(struct sim_outline *outline, int64_t byte_ns, char piece[SIM_OUTLINE_CHUNK]);

#endif
