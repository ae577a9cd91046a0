/* garagectl session: who is in at the moment, and out. */
#include "tools/session.h"

#include "tools/access_list.h"
#include "tools/control_client.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

static const char usage[] = "Usage: garagectl [--config FILE] session list [--json]\n"
                            "       garagectl [--config FILE] session end NUMBER\n"
                            "       garagectl [--config FILE] session end --user NAME\n"
                            "       garagectl [--config FILE] session end --all\n"
                            "\n"
                            "Ended sessions have to log in again; their open pages are closed at once.\n";

static int end(const struct tool_options *options, json_t *request)
{
    json_t *answer;

    json_object_set_new(request, "command", json_string("session"));
    int code = control_ask(options->config, request, &answer);
    json_decref(answer);
    return code;
}

static void print_session(const json_t *session)
{
    printf("%" JSON_INTEGER_FORMAT " %s, %s, from %s, opened %s, seen %s\n",
           json_integer_value(json_object_get(session, "id")), access_list_text(session, "user"),
           access_list_text(session, "role"), access_list_text(session, "from"),
           access_list_text(session, "opened"), access_list_text(session, "seen"));
}

/* NULL when it is none. */
static json_t *which(int argc, char **argv)
{
    char *rest = NULL;

    if (argc == 4 && strcmp(argv[2], "--user") == 0)
        return json_pack("{s:s}", "user", argv[3]);
    if (argc == 3 && strcmp(argv[2], "--all") == 0)
        return json_pack("{s:b}", "all", true);
    long long id = argc == 3 ? strtoll(argv[2], &rest, 10) : 0;
    return id > 0 && *rest == '\0' ? json_pack("{s:I}", "id", (json_int_t)id) : NULL;
}

int tool_session(const struct tool_options *options, int argc, char **argv)
{
    const char *verb = argc > 1 ? argv[1] : "";
    json_t *request;

    if (strcmp(verb, "list") == 0 && (argc == 2 || (argc == 3 && strcmp(argv[2], "--json") == 0)))
        return access_list_print(options, "sessions", argc == 3, print_session);
    if (strcmp(verb, "end") == 0 && (request = which(argc, argv)) != NULL)
        return end(options, request);
    bool asked = argc == 2 && strcmp(verb, "--help") == 0;
    fputs(usage, asked ? stdout : stderr);
    return asked ? EX_OK : EX_USAGE;
}
