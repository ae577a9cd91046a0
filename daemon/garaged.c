/* garaged, the home half: arguments, configuration, house. Everything else is in home.c and the stages. */
#include "check.h"
#include "config.h"
#include "home.h"
#include "util/log.h"
#include "util/logbook.h"
#include "util/nocore.h"
#include "util/sandbox_look.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sysexits.h>

static const char usage[] =
    "usage: garaged [--config FILE] [--check] [--demo] [--no-spawn[=DIR]] [--data DIR] [--trust-clock]\n"
    "  --config FILE   the settings (/etc/garaged/garaged.conf)\n"
    "  --check         say whether they are right, and end\n"
    "  --no-spawn      reach garaged-car by its socket in DIR (" HOME_SOCKETS "); systemd starts it\n"
    "  --data DIR      vehicle definitions and page (found by itself)\n"
    "  --trust-clock   believe the clock though nothing says that it is synchronised\n"
    "  --demo          a made-up car: say so everywhere\n"
    "  --version, --help\n";

struct arguments {
    const char *config_path;
    const char *data_dir;
    const char *sockets_dir;
    bool check, demo, trust_clock;
};

static void print_and_end(const char *text)
{
    fputs(text, stdout);
    exit(EX_OK);
}

static void take_option(struct arguments *arguments, int option)
{
    switch (option) {
    case 'c':
        arguments->config_path = optarg;
        break;
    case 'k':
        arguments->check = true;
        break;
    case 'm':
        arguments->demo = true;
        break;
    case 'n':
        arguments->sockets_dir = optarg ? optarg : HOME_SOCKETS;
        break;
    case 'd':
        arguments->data_dir = optarg;
        break;
    case 't':
        arguments->trust_clock = true;
        break;
    case 'v':
        print_and_end("garaged " GARAGED_VERSION "\n");
        break;
    case 'h':
        print_and_end(usage);
        break;
    default:
        fputs(usage, stderr);
        exit(EX_USAGE);
    }
}

static struct arguments parse_arguments(int argc, char **argv)
{
    static const struct option options[] = {
        {"config", required_argument, NULL, 'c'},
        {"check", no_argument, NULL, 'k'},
        {"demo", no_argument, NULL, 'm'},
        {"no-spawn", optional_argument, NULL, 'n'},
        {"data", required_argument, NULL, 'd'},
        {"trust-clock", no_argument, NULL, 't'},
        {"version", no_argument, NULL, 'v'},
        {"help", no_argument, NULL, 'h'},
        {NULL, 0, NULL, 0},
    };
    struct arguments arguments = {.config_path = "/etc/garaged/garaged.conf"};
    int option;

    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1)
        take_option(&arguments, option);
    if (optind < argc)
        take_option(&arguments, '?');
    return arguments;
}

/* systemd names the folders; in the foreground the file's `state` holds everything. */
static const char *folder_from(const char *variable, const char *otherwise)
{
    const char *folder = getenv(variable);

    return folder && *folder ? folder : otherwise;
}

static int run_house(const struct arguments *arguments, const struct config *config)
{
    static const struct sandbox_allowed allowed = {.internet = true, .network = true, .machine = true};
    const char *state_dir = folder_from("STATE_DIRECTORY", config->state);
    struct sandbox_report sandbox;
    struct logbook *logbook = logbook_new();

    if (logbook) /* for as long as the process: a thread that its card holds may still speak at the end */
        log_set_sink(logbook_sink(logbook));
    sandbox_look(&allowed, state_dir, &sandbox);
    sandbox_log(&sandbox);
    nocore_set(); /* behind the look at what the unit says */
    const struct home_settings settings = {
        .config = config,
        .config_path = arguments->config_path,
        .data_dir = arguments->data_dir,
        .state_dir = state_dir,
        .runtime_dir = folder_from("RUNTIME_DIRECTORY", state_dir),
        .demo = arguments->demo,
        .sockets_dir = arguments->sockets_dir,
        .trust_clock = arguments->trust_clock || arguments->demo,
        .logbook = logbook,
        .sandbox = &sandbox,
    };
    struct err err;

    int code = EX_UNAVAILABLE;
    struct home *home = home_new(&settings, &code, &err);
    if (home && home_run(home, &err) == 0)
        code = EX_OK;
    if (code != EX_OK)
        log_error("home", "%s", err.text);
    home_free(home);
    return code;
}

int main(int argc, char **argv)
{
    struct arguments arguments = parse_arguments(argc, argv);
    struct config *config = calloc(1, sizeof(*config));

    umask(0077); /* the diary is nobody else's */
    if (!config)
        return EX_OSERR;
    int code = check_config(config, arguments.config_path, arguments.data_dir);
    if (code == EX_OK && arguments.check) {
        puts("configuration OK");
    } else if (code == EX_OK && (code = check_secrets(config)) == EX_OK) {
        log_set_level(config->log);
        code = run_house(&arguments, config);
    }
    free(config);
    return code;
}
