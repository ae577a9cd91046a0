/* garagectl token: keys for programs. A new one is printed once, alone on stdout, and kept nowhere. */
#include "tools/token.h"

#include "tools/access_list.h"
#include "tools/control_client.h"

#include <errno.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

static const char usage[] =
    "Usage: garagectl [--config FILE] token list [--json]\n"
    "       garagectl [--config FILE] token add --name NAME --role viewer|driver [--scope read|metrics] "
    "[--days "
    "N]\n"
    "       garagectl [--config FILE] token revoke NUMBER\n"
    "\n"
    "A program sends its token as `Authorization: Bearer garaged_...`. `--scope read` looks only, `--scope "
    "metrics`\n"
    "reads /metrics only; without it the token may all that its role may. `--days` ends it by itself.\n";

static int add(const struct tool_options *options, const char *name, const char *role, const char *scope,
               long long days)
{
    json_t *answer;
    int code = control_ask(options->config,
                           json_pack("{s:s, s:s, s:s, s:s, s:s, s:I}", "command", "token", "do", "add",
                                     "name", name, "role", role, "scope", scope, "days", (json_int_t)days),
                           &answer);

    if (code == EX_OK)
        puts(access_list_text(answer, "token"));
    json_decref(answer);
    return code;
}

/* A whole number from 1 on. */
static bool read_number(const char *text, long long *number)
{
    char *end;

    errno = 0;
    *number = strtoll(text, &end, 10);
    return errno == 0 && end != text && *end == '\0' && *number > 0;
}

static int parse_add(const struct tool_options *options, int argc, char **argv)
{
    static const struct option longs[] = {{"name", required_argument, NULL, 'n'},
                                          {"role", required_argument, NULL, 'r'},
                                          {"scope", required_argument, NULL, 's'},
                                          {"days", required_argument, NULL, 'd'},
                                          {NULL, 0, NULL, 0}};
    const char *name = NULL, *role = NULL, *scope = "", *days_text = NULL;
    long long days = 0;
    int option;

    optind = 0; /* begins anew: main() has used it */
    while ((option = getopt_long(argc, argv, "", longs, NULL)) != -1) {
        name = option == 'n' ? optarg : name;
        role = option == 'r' ? optarg : role;
        scope = option == 's' ? optarg : scope;
        days_text = option == 'd' ? optarg : days_text;
        if (option == '?')
            return EX_USAGE;
    }
    if (optind == argc && name && role && (!days_text || read_number(days_text, &days)))
        return add(options, name, role, scope, days);
    fputs(usage, stderr);
    return EX_USAGE;
}

static int revoke(const struct tool_options *options, const char *text)
{
    long long id;
    json_t *answer;

    if (!read_number(text, &id)) {
        fprintf(stderr, "garagectl token revoke: %s: `token list` tells the numbers\n", text);
        return EX_USAGE;
    }
    int code = control_ask(
        options->config,
        json_pack("{s:s, s:s, s:I}", "command", "token", "do", "remove", "id", (json_int_t)id), &answer);
    json_decref(answer);
    return code;
}

static void print_token(const json_t *token)
{
    printf("%" JSON_INTEGER_FORMAT " %s, %s, scope %s, until %s, used %s from %s\n",
           json_integer_value(json_object_get(token, "id")), access_list_text(token, "name"),
           access_list_text(token, "role"), access_list_text(token, "scope"), access_list_text(token, "ends"),
           access_list_text(token, "used"), access_list_text(token, "used_from"));
}

int tool_token(const struct tool_options *options, int argc, char **argv)
{
    const char *verb = argc > 1 ? argv[1] : "";

    if (strcmp(verb, "list") == 0 && (argc == 2 || (argc == 3 && strcmp(argv[2], "--json") == 0)))
        return access_list_print(options, "tokens", argc == 3, print_token);
    if (strcmp(verb, "add") == 0)
        return parse_add(options, argc - 1, argv + 1);
    if (strcmp(verb, "revoke") == 0 && argc == 3)
        return revoke(options, argv[2]);
    bool asked = argc == 2 && strcmp(verb, "--help") == 0;
    fputs(usage, asked ? stdout : stderr);
    return asked ? EX_OK : EX_USAGE;
}
