/* garagectl record: hands the file to the running daemon and waits until it is written. */
#include "tools/record.h"

#include "tools/control_client.h"
#include "tools/outgoing.h"

#include <errno.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#define SECONDS_DEFAULT 60

static const char usage[] =
    "Usage: garagectl [--config FILE] record [--car ID] [--seconds N] [--json] FILE|-\n"
    "\n"
    "Writes what is on the car's bus, heard or sent, to FILE in the form of `candump -L`, which `garagectl\n"
    "decode`, the replay adapter and can-utils read. VIN and serial numbers are hidden. An ELM327 listens "
    "to\n"
    "a part of the bus at a time: what stands in the file is what it heard. FILE must not be there yet.\n"
    "\n"
    "  --car ID       which car (default: the only one)\n"
    "  --seconds N    how long, up to 3600 (default: 60)\n"
    "  --json         the result as one JSON object\n";

struct arguments {
    const char *car, *file;
    long seconds;
    bool as_json;
};

static bool parse_seconds(const char *text, long *seconds)
{
    char *end;

    errno = 0;
    *seconds = strtol(text, &end, 10);
    return errno == 0 && text[0] >= '0' && text[0] <= '9' && *end == '\0' && *seconds >= 1;
}

/* 0: go on; otherwise *code is the exit code. */
static int parse_arguments(int argc, char **argv, struct arguments *arguments, int *code)
{
    static const struct option longs[] = {
        {"car", required_argument, NULL, 'c'},
        {"seconds", required_argument, NULL, 's'},
        {"json", no_argument, NULL, 'j'},
        {"help", no_argument, NULL, 'h'},
        {NULL, 0, NULL, 0},
    };
    bool is_right = true;
    int option;

    *arguments = (struct arguments){.seconds = SECONDS_DEFAULT};
    *code = EX_USAGE;
    optind = 0; /* begins anew: main() has used it */
    while ((option = getopt_long(argc, argv, "", longs, NULL)) != -1) {
        if (option == 'c')
            arguments->car = optarg;
        else if (option == 'j')
            arguments->as_json = true;
        else if (option == 'h')
            *code = EX_OK;
        else if (option != 's' || !parse_seconds(optarg, &arguments->seconds))
            is_right = false;
    }
    if (*code != EX_OK && is_right && optind == argc - 1) {
        arguments->file = argv[optind];
        return 0;
    }
    fputs(usage, *code == EX_OK ? stdout : stderr);
    return -1;
}

static void show_progress(double done)
{
    fprintf(stderr, "\rrecording: %3.0f %%", done * 100);
}

/* On stdout, unless the recording itself goes there. */
static void print_result(const json_t *answer, const struct arguments *arguments)
{
    FILE *out = strcmp(arguments->file, "-") == 0 ? stderr : stdout;

    if (isatty(STDERR_FILENO))
        fputs("\r\x1b[K", stderr);
    if (arguments->as_json) {
        json_dumpf(answer, out, JSON_COMPACT);
        fputs("\n", out);
    } else {
        fprintf(out, "recorded: %s\n", json_string_value(json_object_get(answer, "text")));
    }
}

struct recording {
    const struct tool_options *options;
    const struct arguments *arguments;
};

static int record_to(void *ctx, int fd)
{
    const struct tool_options *options = ((const struct recording *)ctx)->options;
    const struct arguments *arguments = ((const struct recording *)ctx)->arguments;
    json_t *request = json_pack("{s:s, s:I}", "command", "record", "seconds", (json_int_t)arguments->seconds);
    json_t *answer;

    if (arguments->car)
        json_object_set_new(request, "car", json_string(arguments->car));
    int code =
        control_ask_with(options->config, request, fd, isatty(STDERR_FILENO) ? show_progress : NULL, &answer);
    if (code == EX_OK)
        print_result(answer, arguments);
    json_decref(answer);
    return code;
}

int tool_record(const struct tool_options *options, int argc, char **argv)
{
    struct arguments arguments;
    int code;

    if (parse_arguments(argc, argv, &arguments, &code))
        return code;
    /* What was recorded until the daemon was stopped stays. */
    const struct outgoing outgoing = {"garagectl record", arguments.file, .keeps_a_part = true};
    struct recording recording = {options, &arguments};
    return outgoing_run(&outgoing, record_to, &recording);
}
