/* garagectl pair: asks the running daemon for a pairing code and prints it alone on stdout. */
#include "tools/pair.h"

#include "tools/control_client.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

static const char usage[] =
    "Usage: garagectl [--config FILE] pair\n"
    "\n"
    "Prints a code of 8 digits. Type it on the page within 10 minutes to make the first (or a new) admin.\n";

int tool_pair(const struct tool_options *options, int argc, char **argv)
{
    json_t *answer;

    if (argc > 1) {
        bool asked = strcmp(argv[1], "--help") == 0;
        fputs(usage, asked ? stdout : stderr);
        return asked ? EX_OK : EX_USAGE;
    }
    int code = control_ask(options->config, json_pack("{s:s}", "command", "pair"), &answer);
    if (code == EX_OK)
        puts(json_string_value(json_object_get(answer, "code")));
    json_decref(answer);
    return code;
}
