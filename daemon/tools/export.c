/* garagectl export: has the running daemon write a list of the diary, or the readings, as long as it is. What
 * the options mean is the daemon's: they are the parameters of the page's lists (CONTRACT 6); what can be no
 * such thing is refused here. */
#include "tools/export.h"

#include "export/web_ask.h"
#include "tools/control_client.h"
#include "tools/outgoing.h"
#include "util/core/buf.h"
#include "util/core/day.h"

#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#define QUERY_BYTES 512

static const char usage[] =
    "Usage: garagectl [--config FILE] export WHAT [--car ID] [--from DAY] [--to DAY] [--signal NAME]\n"
    "                 [--format csv|json] [--json] [FILE|-]\n"
    "\n"
    "Writes days, months, years, charges, outings, battery, cells, traffic or readings to FILE, which\n"
    "must not be there yet, or to stdout: the items and figures that the page shows, newest first;\n"
    "readings oldest first.\n"
    "\n"
    "  --car ID           which car (default: the only one)\n"
    "  --from DAY         from this local day on (2026-11-22; default: the whole time)\n"
    "  --to DAY           to this local day, inclusive\n"
    "  --signal NAME      of the readings only those of this signal\n"
    "  --format csv|json  a table with a head, or one object (default: csv)\n"
    "  --json             how it went as one JSON object\n";

struct arguments {
    const char *list, *file;
    bool as_json;
    char query[QUERY_BYTES];
};

/* False: it would be another parameter. */
static bool add_parameter(struct buf *query, const char *name, const char *value)
{
    buf_add_format(query, "&%s=%s", name, value);
    return strpbrk(value, "&\r\n") == NULL;
}

static bool is_day(const char *text)
{
    int32_t day;

    return day_parse(text, &day);
}

static bool is_format(const char *text)
{
    return strcmp(text, "csv") == 0 || strcmp(text, "json") == 0;
}

static bool is_list(const char *name)
{
    char path[64];

    return snprintf(path, sizeof(path), "/api/v1/%s", name) < (int)sizeof(path) && web_ask_list(path);
}

/* The word is repeated above the usage. */
static bool judge(bool is_right, const char *what, const char *word)
{
    if (!is_right)
        fprintf(stderr, "garagectl export: %s: %s\n", word, what);
    return is_right;
}

static bool take_option(struct buf *query, int option, bool *as_json)
{
    switch (option) {
    case 'c':
        return add_parameter(query, "car", optarg);
    case 'f':
        return judge(is_day(optarg), "not a day like 2026-11-22", optarg) &&
               add_parameter(query, "from", optarg);
    case 't':
        return judge(is_day(optarg), "not a day like 2026-11-22", optarg) &&
               add_parameter(query, "to", optarg);
    case 's':
        return add_parameter(query, "signal", optarg);
    case 'o':
        return judge(is_format(optarg), "neither csv nor json", optarg) &&
               add_parameter(query, "format", optarg);
    case 'j':
        *as_json = true;
        return true;
    default:
        return false;
    }
}

/* 0: go on; otherwise *code is the exit code. */
static int parse_arguments(int argc, char **argv, struct arguments *arguments, int *code)
{
    static const struct option longs[] = {
        {"car", required_argument, NULL, 'c'},    {"from", required_argument, NULL, 'f'},
        {"to", required_argument, NULL, 't'},     {"signal", required_argument, NULL, 's'},
        {"format", required_argument, NULL, 'o'}, {"json", no_argument, NULL, 'j'},
        {"help", no_argument, NULL, 'h'},         {NULL, 0, NULL, 0},
    };
    bool is_right = true;
    struct buf query;
    int option;

    *arguments = (struct arguments){.file = "-"};
    *code = EX_USAGE;
    buf_init(&query, arguments->query, sizeof(arguments->query));
    optind = 0; /* begins anew: main() has used it */
    while ((option = getopt_long(argc, argv, "", longs, NULL)) != -1) {
        if (option == 'h')
            *code = EX_OK;
        else if (!take_option(&query, option, &arguments->as_json))
            is_right = false;
    }
    if (!strstr(arguments->query, "&format="))
        buf_add_text(&query, "&format=csv");
    bool is_whole = *code != EX_OK && is_right && !query.cut && argc - optind >= 1 && argc - optind <= 2;
    if (is_whole && judge(is_list(argv[optind]), "no such list", argv[optind])) {
        arguments->list = argv[optind];
        arguments->file = argc - optind == 2 ? argv[optind + 1] : "-";
        return 0;
    }
    fputs(usage, *code == EX_OK ? stdout : stderr);
    return -1;
}

static void show_progress(double done)
{
    fprintf(stderr, "\rexporting: %3.0f %%", done * 100);
}

/* On stdout, unless the list itself goes there. */
static void print_result(const json_t *answer, const struct arguments *arguments)
{
    bool is_stdout = strcmp(arguments->file, "-") == 0;
    FILE *out = is_stdout ? stderr : stdout;

    if (!is_stdout && isatty(STDERR_FILENO))
        fputs("\r\x1b[K", stderr);
    if (arguments->as_json) {
        json_dumpf(answer, out, JSON_COMPACT);
        fputs("\n", out);
    } else if (is_stdout && isatty(STDOUT_FILENO) && strstr(arguments->query, "&format=json")) {
        putchar('\n'); /* the object has none */
    } else if (!is_stdout) {
        fprintf(out, "exported: %" JSON_INTEGER_FORMAT " %s\n",
                json_integer_value(json_object_get(answer, "items")), arguments->list);
    }
}

struct exporting {
    const struct tool_options *options;
    const struct arguments *arguments;
};

static int export_to(void *ctx, int fd)
{
    const struct exporting *exporting = ctx;
    const struct arguments *arguments = exporting->arguments;
    json_t *request = json_pack("{s:s, s:s, s:s}", "command", "export", "list", arguments->list, "query",
                                arguments->query + 1);
    bool is_shown = isatty(STDERR_FILENO) && strcmp(arguments->file, "-") != 0;
    json_t *answer;

    int code =
        control_ask_with(exporting->options->config, request, fd, is_shown ? show_progress : NULL, &answer);
    if (code == EX_OK)
        print_result(answer, arguments);
    json_decref(answer);
    return code;
}

int tool_export(const struct tool_options *options, int argc, char **argv)
{
    struct arguments arguments;
    int code;

    if (parse_arguments(argc, argv, &arguments, &code))
        return code;
    const struct outgoing outgoing = {"garagectl export", arguments.file, .keeps_a_part = false};
    struct exporting exporting = {options, &arguments};
    return outgoing_run(&outgoing, export_to, &exporting);
}
