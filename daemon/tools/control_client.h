/* Asking the running daemon (CONTRACT 13). */
#ifndef TOOLS_CONTROL_CLIENT_H
#define TOOLS_CONTROL_CLIENT_H

#include <jansson.h>

/* Sends the request ({"command": name, ...}; taken over) to the daemon that runs with this configuration and
 * takes its answer, which the caller drops with json_decref. Returns an exit code of sysexits.h; when it
 * isn't EX_OK the reason was printed on stderr. */
int control_ask(const char *config_path, json_t *request, json_t **answer);

#endif
