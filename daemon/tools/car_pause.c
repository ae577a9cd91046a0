/* garagectl car pause: asks the running daemon to lend a car's dongle to another program, or to take it
 * back. */
#include "tools/car.h"
#include "tools/control_client.h"
#include "tools/duration.h"

#include <stdio.h>
#include <string.h>
#include <sysexits.h>

static const char usage[] =
    "Usage: garagectl [--config FILE] car pause ID 30s|30m|2h\n"
    "       garagectl [--config FILE] car pause ID resume|0\n"
    "\n"
    "Frees the dongle's port for another program for so long (24 h at most); then garaged takes it back by\n"
    "itself, and at once with `resume`. Only one program at a time can use a dongle.\n";

static int pause_car(const struct tool_options *options, const char *id, int64_t seconds)
{
    json_t *answer;
    int code = control_ask(
        options->config,
        json_pack("{s:s, s:s, s:I}", "command", "pause", "car", id, "seconds", (json_int_t)seconds), &answer);

    if (code == EX_OK)
        printf("%s: %s\n", id, json_string_value(json_object_get(answer, "reason")));
    json_decref(answer);
    return code;
}

int tool_car_pause(const struct tool_options *options, int argc, char **argv)
{
    int64_t seconds = 0;

    if (argc == 2 && strcmp(argv[1], "--help") == 0) {
        fputs(usage, stdout);
        return EX_OK;
    }
    if (argc == 3 && (strcmp(argv[2], "resume") == 0 || duration_parse(argv[2], &seconds)))
        return pause_car(options, argv[1], seconds);
    if (argc == 3)
        fprintf(stderr, "garagectl car pause: %s: how long? 30s, 30m, 2h or resume\n", argv[2]);
    fputs(usage, stderr);
    return EX_USAGE;
}
