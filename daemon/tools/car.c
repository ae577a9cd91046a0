/* garagectl car: finds the sub-command and runs it; each has its own file. */
#include "tools/car.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

static const struct verb {
    const char *name;
    const char *help;
    tool_fn *run;
} verbs[] = {
    {"accept", "go on with another car or battery than the diary's", tool_car_accept},
    {"list", "the cars of the configuration file", tool_car_list},
    {"pause", "lend a car's dongle to another program for a while", tool_car_pause},
    {"remove", "take a car out of the configuration file, and forget it if told so", tool_car_remove},
};

#define VERB_COUNT (sizeof(verbs) / sizeof(verbs[0]))

static void print_usage(FILE *out)
{
    fputs("Usage: garagectl [--config FILE] car SUB-COMMAND ...\n\n", out);
    for (size_t i = 0; i < VERB_COUNT; i++)
        fprintf(out, "  %-8s %s\n", verbs[i].name, verbs[i].help);
}

int tool_car(const struct tool_options *options, int argc, char **argv)
{
    for (size_t i = 0; argc > 1 && i < VERB_COUNT; i++) {
        if (strcmp(verbs[i].name, argv[1]) == 0)
            return verbs[i].run(options, argc - 1, argv + 1);
    }
    if (argc > 1 && strcmp(argv[1], "--help") == 0) {
        print_usage(stdout);
        return EX_OK;
    }
    if (argc > 1)
        fprintf(stderr, "garagectl car: %s: no such sub-command\n", argv[1]);
    print_usage(stderr);
    return EX_USAGE;
}
