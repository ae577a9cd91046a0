/* garagectl diary rebuild: has the running daemon sum up its readings again. */
#include "tools/diary.h"

#include "tools/control_client.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

static const char usage[] = "Usage: garagectl [--config FILE] diary rebuild [--json]\n"
                            "\n"
                            "Sums up again every minute and hour from the readings that are there, while "
                            "everything goes on. Days and\n"
                            "months need none: they are always summed up from the charges and outings. What "
                            "was summed up from readings\n"
                            "that were let go since stays as it is.\n";

static void show_progress(double done)
{
    fprintf(stderr, "\rrebuilding: %3.0f %%", done * 100);
}

static void print_result(const json_t *answer, bool as_json)
{
    if (isatty(STDERR_FILENO))
        fputs("\r\x1b[K", stderr);
    if (as_json) {
        json_dumpf(answer, stdout, JSON_COMPACT);
        putchar('\n');
    } else {
        printf("rebuilt: %" JSON_INTEGER_FORMAT " hours\n",
               json_integer_value(json_object_get(answer, "hours")));
    }
}

int tool_diary(const struct tool_options *options, int argc, char **argv)
{
    bool is_help = argc >= 2 && strcmp(argv[argc - 1], "--help") == 0;
    bool as_json = argc == 3 && strcmp(argv[2], "--json") == 0;
    json_t *answer;

    if (is_help || argc < 2 || strcmp(argv[1], "rebuild") != 0 || (argc != 2 && !as_json)) {
        fputs(usage, is_help ? stdout : stderr);
        return is_help ? EX_OK : EX_USAGE;
    }
    int code = control_ask_with(options->config, json_pack("{s:s}", "command", "rebuild"), -1,
                                isatty(STDERR_FILENO) ? show_progress : NULL, &answer);
    if (code == EX_OK)
        print_result(answer, as_json);
    json_decref(answer);
    return code;
}
