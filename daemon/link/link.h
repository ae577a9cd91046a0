/* One end of the socket between garaged-car and garaged: records over SOCK_SEQPACKET on the loop. Never
 * blocks. Beats by itself and says once, with the reason in words, that the other end is gone. Both programs
 * use the same code. */
#ifndef LINK_LINK_H
#define LINK_LINK_H

#include "link/beats.h"
#include "link/record.h"
#include "util/core/err.h"
#include "util/loop.h"

#include <stdbool.h>
#include <stdint.h>

struct link;

struct link_events {
    void (*record)(void *ctx, const struct record *record); /* beats and unknown kinds are not passed on */
    void (*writable)(void *ctx); /* room again after link_send() returned false; may be NULL */
    void (*down)(void *ctx,
                 const char *reason); /* once; nothing is sent or received any more: free the link */
};

/* Takes over `fd` (made non-blocking, closed by link_free; on failure it stays the caller's) and sends a
 * first beat. Any callback may free the link. */
struct link *link_new(struct loop *loop, int fd, enum link_end end, const struct link_events *events,
                      void *ctx, struct err *err);
void link_free(struct link *link);

/* False: the socket is full or the link is down, and the record was dropped and counted. After a full socket
 * `writable` says when to go on. */
bool link_send(struct link *link, const struct record *record);

/* Records dropped by this end: not sent because the socket was full, or received and malformed. */
uint64_t link_dropped(const struct link *link);

/* A connected pair for a child process: ends[0] is close-on-exec, ends[1] is to be inherited. */
int link_pair(int ends[2], struct err *err);

#endif
