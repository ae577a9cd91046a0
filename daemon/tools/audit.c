/* garagectl audit: what happened at the door, and whether that list is still whole. */
#include "tools/audit.h"

#include "export/json_value.h"
#include "tools/access_list.h"
#include "tools/control_client.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#define LIMIT_USUAL 50
#define LIMIT_MAX   1000

static const char usage[] =
    "Usage: garagectl [--config FILE] audit [--limit N] [--json]\n"
    "       garagectl [--config FILE] audit verify [--json]\n"
    "\n"
    "Prints who came in, failed to, and changed what; newest first (50, at most 1000). `verify` reads all "
    "rows\n"
    "and names the first that was changed, moved or taken away. Compare the last row's number and hash with\n"
    "the journal (`journalctl -t garaged`, lines `audit: NUMBER HASH`): who can write the file can also "
    "make\n"
    "all hashes anew.\n"
    "\n"
    "Exit codes: 0 printed, and whole; 64 usage; 65 a row is not what it was; 69 garaged does not run.\n";

static void print_row(const json_t *row)
{
    printf("%" JSON_INTEGER_FORMAT " %s %s%s from %s: %s%s%s\n",
           json_integer_value(json_object_get(row, "id")), access_list_text(row, "time"),
           json_is_true(json_object_get(row, "ok")) ? "" : "FAILED ", access_list_text(row, "who"),
           access_list_text(row, "from"), access_list_text(row, "what"),
           *access_list_text(row, "detail") == '-' ? "" : " ",
           *access_list_text(row, "detail") == '-' ? "" : access_list_text(row, "detail"));
}

static void print_json(const json_t *answer)
{
    json_dumpf(answer, stdout, JSON_VALUE_FLAGS);
    putchar('\n');
}

static int list(const struct tool_options *options, int limit, bool as_json)
{
    const json_t *row;
    json_t *answer;
    size_t i;
    int code = control_ask(
        options->config,
        json_pack("{s:s, s:s, s:i, s:i}", "command", "audit", "do", "list", "limit", limit, "before", 0),
        &answer);

    if (code == EX_OK && as_json) {
        print_json(answer);
    } else if (code == EX_OK) {
        json_array_foreach(json_object_get(answer, "items"), i, row)
        {
            print_row(row);
        }
    }
    json_decref(answer);
    return code;
}

static int verify(const struct tool_options *options, bool as_json)
{
    json_t *answer;
    int code =
        control_ask(options->config, json_pack("{s:s, s:s}", "command", "audit", "do", "verify"), &answer);
    const json_t *bad = json_object_get(answer, "bad");

    if (code == EX_OK && json_is_integer(bad))
        code = EX_DATAERR;
    if (code != EX_UNAVAILABLE && as_json)
        print_json(answer);
    else if (code == EX_DATAERR)
        printf("row %" JSON_INTEGER_FORMAT " is not what was written\n", json_integer_value(bad));
    else if (code == EX_OK)
        printf("rows %" JSON_INTEGER_FORMAT " to %" JSON_INTEGER_FORMAT
               " are whole; the last one's hash is %s\n",
               json_integer_value(json_object_get(answer, "first")),
               json_integer_value(json_object_get(answer, "last")), access_list_text(answer, "hash"));
    json_decref(answer);
    return code;
}

/* Takes `--json` from the end. */
static bool take_json(int *argc, char **argv)
{
    bool is_there = *argc > 1 && strcmp(argv[*argc - 1], "--json") == 0;

    *argc -= is_there;
    return is_there;
}

int tool_audit(const struct tool_options *options, int argc, char **argv)
{
    bool asked = argc == 2 && strcmp(argv[1], "--help") == 0;
    bool as_json = take_json(&argc, argv);
    int limit = argc == 3 && strcmp(argv[1], "--limit") == 0 ? atoi(argv[2]) : 0;

    if (argc == 2 && strcmp(argv[1], "verify") == 0)
        return verify(options, as_json);
    if (argc == 1 || (limit > 0 && limit <= LIMIT_MAX))
        return list(options, argc == 1 ? LIMIT_USUAL : limit, as_json);
    fputs(usage, asked ? stdout : stderr);
    return asked ? EX_OK : EX_USAGE;
}
