/* What garagectl's sub-commands have in common. */
#ifndef TOOLS_TOOL_H
#define TOOLS_TOOL_H

/* Options that stand before the sub-command. */
struct tool_options {
    const char *config; /* path of garaged.conf */
};

/* Runs a sub-command: argv[0] is its name. Returns an exit code of sysexits.h. */
typedef int tool_fn(const struct tool_options *options, int argc, char **argv);

#endif
