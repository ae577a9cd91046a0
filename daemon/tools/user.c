/* garagectl user: who may come in. Passwords come on standard input, so that they stand in no list of
 * processes and in no shell's history. */
#include "tools/user.h"

#include "access/secret.h"
#include "tools/access_list.h"
#include "tools/control_client.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#define PASSWORD_TEXT 1024

static const char usage[] =
    "Usage: garagectl [--config FILE] user list [--json]\n"
    "       garagectl [--config FILE] user add NAME --role viewer|driver|admin --password-stdin\n"
    "       garagectl [--config FILE] user passwd NAME --password-stdin\n"
    "       garagectl [--config FILE] user role NAME viewer|driver|admin\n"
    "       garagectl [--config FILE] user remove NAME\n"
    "\n"
    "A viewer looks, a driver also types, pauses and records, an admin also makes tokens and ends sessions.\n"
    "The password is one line of 12 characters or more. A new password or role, and `remove`, end the "
    "user's\n"
    "sessions at once.\n";

/* The first line of standard input. */
static bool read_password(char password[PASSWORD_TEXT])
{
    if (!fgets(password, PASSWORD_TEXT, stdin))
        password[0] = '\0';
    password[strcspn(password, "\n")] = '\0';
    if (password[0] == '\0')
        fputs("garagectl user: no password on standard input\n", stderr);
    return password[0] != '\0';
}

static int ask(const struct tool_options *options, json_t *request)
{
    json_t *answer;
    int code = control_ask(options->config, request, &answer);

    json_decref(answer);
    return code;
}

static int ask_with_password(const struct tool_options *options, const char *what, const char *name,
                             const char *role)
{
    char password[PASSWORD_TEXT];

    if (!read_password(password))
        return EX_DATAERR;
    int code = ask(options, json_pack("{s:s, s:s, s:s, s:s, s:s}", "command", "user", "do", what, "name",
                                      name, "role", role, "password", password));
    secret_wipe(password, sizeof(password));
    return code;
}

static void print_user(const json_t *user)
{
    printf("%-32s %-6s %" JSON_INTEGER_FORMAT " sessions\n", access_list_text(user, "name"),
           access_list_text(user, "role"), json_integer_value(json_object_get(user, "sessions")));
}

static bool is(int argc, char **argv, int count, const char *verb)
{
    return argc == count && strcmp(argv[1], verb) == 0;
}

int tool_user(const struct tool_options *options, int argc, char **argv)
{
    if (is(argc, argv, 2, "list"))
        return access_list_print(options, "users", false, print_user);
    if (is(argc, argv, 3, "list") && strcmp(argv[2], "--json") == 0)
        return access_list_print(options, "users", true, print_user);
    if (is(argc, argv, 6, "add") && strcmp(argv[3], "--role") == 0 &&
        strcmp(argv[5], "--password-stdin") == 0)
        return ask_with_password(options, "add", argv[2], argv[4]);
    if (is(argc, argv, 4, "passwd") && strcmp(argv[3], "--password-stdin") == 0)
        return ask_with_password(options, "passwd", argv[2], "");
    if (is(argc, argv, 4, "role"))
        return ask(options, json_pack("{s:s, s:s, s:s, s:s}", "command", "user", "do", "role", "name",
                                      argv[2], "role", argv[3]));
    if (is(argc, argv, 3, "remove"))
        return ask(options, json_pack("{s:s, s:s, s:s}", "command", "user", "do", "remove", "name", argv[2]));
    bool asked = argc == 2 && strcmp(argv[1], "--help") == 0;
    fputs(usage, asked ? stdout : stderr);
    return asked ? EX_OK : EX_USAGE;
}
