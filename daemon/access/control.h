/* The control socket (CONTRACT 13): garagectl's way in. One JSON request a line, one JSON answer a line; only
 * root and the daemon's own user are served. */
#ifndef ACCESS_CONTROL_H
#define ACCESS_CONTROL_H

#include "util/core/err.h"
#include "util/loop.h"

#include <jansson.h>

#define CONTROL_REQUEST_BYTES 4096
#define CONTROL_CLIENT_MAX    4

struct control;

/* Does what the request asks and adds what is to be answered to `answer`. -1 with err: answered as an error.
 */
typedef int control_fn(void *ctx, const json_t *request, json_t *answer, struct err *err);

/* A row of the table: {"command":"pair"} calls `fn`. The table ends with a NULL name and lives as long as the
 * socket. */
struct control_command {
    const char *name;
    control_fn *fn;
};

/* Listens on PATH (mode 0600, an old socket there is replaced). */
struct control *control_new(struct loop *loop, const char *path, const struct control_command *commands,
                            void *ctx, struct err *err);
void control_free(struct control *control);

#endif
