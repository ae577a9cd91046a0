/* garaged-car: one car's half. Owns the dongle, listens, asks politely, and tells garaged; has no other way
 * out. Started by garaged with a connected socket, or by the service manager with a listening one. */
#include "check.h"
#include "config.h"
#include "probe.h"
#include "util/log.h"
#include "util/loop.h"
#include "util/nocore.h"
#include "util/notify.h"
#include "util/sandbox_look.h"

#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <signal.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#define REPLAY_SPEED_VARIABLE "GARAGED_REPLAY_SPEED"

struct arguments {
    const char *config, *car, *data;
    int link_fd;
    bool help;
};

static const char usage[] =
    "usage: garaged-car --config FILE --car ID [--link FD] [--data DIR]\n"
    "  --link FD    a socket connected to garaged; else the service manager passes a listening one\n"
    "  --data DIR   where vehicles/ is; found beside the program or in /usr/share/garaged\n"
    "A recording is replayed at " REPLAY_SPEED_VARIABLE " times its speed (1; 0: at once).\n";

static int parse_number(const char *text, int *number)
{
    char *end;

    errno = 0;
    long value = strtol(text, &end, 10);
    if (errno || *end || end == text || value < 0 || value > 65535)
        return -1;
    *number = (int)value;
    return 0;
}

static int parse_arguments(int argc, char **argv, struct arguments *arguments)
{
    static const struct option options[] = {
        {"config", required_argument, NULL, 'c'}, {"car", required_argument, NULL, 'i'},
        {"link", required_argument, NULL, 'l'},   {"data", required_argument, NULL, 'd'},
        {"help", no_argument, NULL, 'h'},         {NULL, 0, NULL, 0}};
    int option;

    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (option == 'c')
            arguments->config = optarg;
        else if (option == 'i')
            arguments->car = optarg;
        else if (option == 'd')
            arguments->data = optarg;
        else if (option == 'h')
            arguments->help = true;
        else if (option != 'l' || parse_number(optarg, &arguments->link_fd) < 0)
            return -1;
    }
    return optind == argc && (arguments->help || (arguments->config && arguments->car)) ? 0 : -1;
}

static void print_mistake(void *ctx, const char *text)
{
    (void)ctx;
    fprintf(stderr, "%s\n", text);
}

static const struct config_car *find_car(const struct config *config, const char *id)
{
    for (size_t i = 0; i < config->car_count; i++) {
        if (strcmp(config->cars[i].id, id) == 0)
            return &config->cars[i];
    }
    return NULL;
}

static double replay_speed(void)
{
    const char *text = getenv(REPLAY_SPEED_VARIABLE);
    double speed = text ? strtod(text, NULL) : 1.0;

    return isfinite(speed) && speed >= 0 ? speed : 1.0;
}

/* As the file of packaging/ports/ that its port needs leaves it. */
static void check_sandbox(const struct config_car *car, const char *state_dir)
{
    bool is_can = car->adapter == CONFIG_ADAPTER_SOCKETCAN;
    bool is_tcp = strncmp(car->port, "tcp:", 4) == 0;
    const struct sandbox_allowed allowed = {.internet = is_tcp,
                                            .network = is_can || strncmp(car->port, "b", 1) == 0,
                                            .netlink = is_can,
                                            .dongle = car->port[0] == '/'};
    struct sandbox_report report;

    sandbox_look(&allowed, state_dir, &report);
    sandbox_log(&report);
    nocore_set();
}

struct run {
    struct loop *loop;
    const struct arguments *arguments;
};

static void on_signal(void *ctx, int number)
{
    const struct run *run = ctx;

    if (number != SIGHUP || !check_hangup(run->arguments->config, run->arguments->data))
        loop_stop(run->loop);
}

static int run(struct run *this_run, struct probe_settings *settings, struct err *err)
{
    static const int signals[] = {SIGTERM, SIGINT, SIGHUP, 0};
    struct loop *loop = this_run->loop;

    if (loop_catch_signals(loop, signals, on_signal, this_run, err) < 0)
        return EX_OSERR;
    struct notify *notify = settings->notify = notify_new(loop, err);
    struct probe *probe = notify ? probe_new(loop, settings, err) : NULL;
    int code = probe ? EX_OK : EX_CONFIG;
    malloc_trim(0); /* what reading the definition took goes back: this process lives in 4 MB */
    if (probe) {
        notify_ready(notify);
        code = loop_run(loop, err) == 0 ? EX_OK : EX_OSERR;
        notify_stopping(notify);
    }
    probe_free(probe);
    notify_free(notify);
    return code;
}

int main(int argc, char **argv)
{
    struct arguments arguments = {.link_fd = -1};
    static const struct config empty;
    struct config config = empty;
    struct err err;

    if (parse_arguments(argc, argv, &arguments) < 0 || arguments.help) {
        fputs(usage, arguments.help ? stdout : stderr);
        return arguments.help ? EX_OK : EX_USAGE;
    }
    if (config_load(&config, arguments.config, print_mistake, NULL) != 0)
        return EX_CONFIG;
    log_set_level(config.log);
    const char *own = getenv("STATE_DIRECTORY");
    struct probe_settings settings = {.car = find_car(&config, arguments.car),
                                      .state_dir = own && *own ? own : config.state,
                                      .data_dir = arguments.data,
                                      .replay_speed = replay_speed(),
                                      .link_fd = arguments.link_fd,
                                      .listen_fd = arguments.link_fd < 0 ? notify_listening_socket() : -1};
    if (!settings.car || (settings.link_fd < 0 && settings.listen_fd < 0)) {
        fprintf(stderr, "garaged-car: %s\n",
                settings.car ? "neither --link nor a listening socket" : "no such car");
        return EX_USAGE;
    }
    check_sandbox(settings.car, settings.state_dir);
    struct loop *loop = loop_new(&err);
    struct run this_run = {.loop = loop, .arguments = &arguments};
    int code = loop ? run(&this_run, &settings, &err) : EX_OSERR;
    loop_free(loop);
    if (code != EX_OK)
        log_error("car", "%s: %s", arguments.car, err.text);
    return code;
}
