/* The control socket (CONTRACT 13): garagectl's way in. One JSON request a line, one JSON answer a line; only
 * root and the daemon's own user are served. A file is passed as a descriptor beside its request; long work
 * answers later and says how far it is. */
#ifndef ACCESS_CONTROL_H
#define ACCESS_CONTROL_H

#include "util/core/err.h"
#include "util/loop.h"

#include <jansson.h>

#define CONTROL_REQUEST_BYTES 4096
#define CONTROL_CLIENT_MAX    16

struct control;

/* Does what the request asks and adds what is to be answered to `answer`. -1 with err: answered as an error.
 */
typedef int control_fn(void *ctx, const json_t *request, json_t *answer, struct err *err);

/* Long work for one client: it lives until control_job_end(), or until `gone` is called because the client
 * has left or the socket is closed. */
struct control_job;
typedef void control_gone_fn(void *ctx);

/* Begins long work. `fd` came with the request, or is -1; it is the callee's when 0 is returned. -1 with err:
 * answered as an error, and there is no job. */
typedef int control_begin_fn(void *ctx, const json_t *request, int fd, struct control_job *job,
                             struct err *err);

/* A row of the table: {"command":"pair"} calls `fn`, or `begin` for long work. The table ends with a NULL
 * name and lives as long as the socket. */
struct control_command {
    const char *name;
    control_fn *fn;
    control_begin_fn *begin;
};

/* Whom to tell when nobody waits for the job any more; called before `begin` returns. */
void control_job_listen(struct control_job *job, control_gone_fn *gone, void *ctx);
/* {"progress":0.4}. A client that does not read is dropped: `gone` may be called inside. */
void control_job_progress(struct control_job *job, double done);
/* The answer (taken over); the job is no more. */
void control_job_end(struct control_job *job, json_t *answer);

/* Listens on PATH (mode 0600, an old socket there is replaced). */
struct control *control_new(struct loop *loop, const char *path, const struct control_command *commands,
                            void *ctx, struct err *err);
void control_free(struct control *control);

#endif
