/* Asking the running daemon (CONTRACT 13). */
#ifndef TOOLS_CONTROL_CLIENT_H
#define TOOLS_CONTROL_CLIENT_H

#include "util/core/err.h"

#include <jansson.h>

/* Sends the request ({"command": name, ...}; taken over) to the daemon that runs with this configuration and
 * takes its answer, which the caller drops with json_decref. Returns an exit code of sysexits.h; when it
 * isn't EX_OK the reason was printed on stderr. */
int control_ask(const char *config_path, json_t *request, json_t **answer);

/* The same without a word: 0, or -1 with err. *answer is NULL when nobody answered. The request stays the
 * caller's. */
int control_try(const char *config_path, const json_t *request, json_t **answer, struct err *err);

/* Asked aloud, long work on a file: `fd` goes with the request, and `progress` is called for each progress
 * line. */
typedef void control_progress_fn(double done);
int control_ask_with(const char *config_path, json_t *request, int fd, control_progress_fn *progress,
                     json_t **answer);

#endif
