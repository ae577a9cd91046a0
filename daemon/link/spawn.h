/* The other half as a child process: started with one end of a socketpair, stopped with SIGTERM, its death
 * reported. The owner decides when to start it again. */
#ifndef LINK_SPAWN_H
#define LINK_SPAWN_H

#include "util/core/err.h"
#include "util/loop.h"

#include <sys/types.h>

#define SPAWN_ARGUMENT_MAX 16

struct spawn;

typedef void spawn_exit_fn(void *ctx, int status); /* as waitpid() gives it; the spawn may be freed inside */

/* Starts `arguments` (NULL-terminated, [0] is the program's path), in which a "%d" argument is replaced by
 * the number of the child's end of the socketpair; *fd is the parent's end, the caller's. The child gets
 * SIGTERM when this process dies. */
struct spawn *spawn_new(struct loop *loop, const char *const *arguments, int *fd, spawn_exit_fn *fn,
                        void *ctx, struct err *err);

/* Sends SIGTERM if the child still runs, waits a second for it, then SIGKILL. NULL is fine. */
void spawn_free(struct spawn *spawn);

#endif
