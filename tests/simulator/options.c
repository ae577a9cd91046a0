/* getopt and checks of single values; whether a car, an adapter or a fault exists is said by those who know
 * them. */
#include "options.h"

#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

const char sim_usage[] =
    "usage: garaged-sim [--car ze0-24|aze0-24|aze0-30|ze1-40|env200-40] (--listen HOST:PORT | --pty LINK)\n"
    "                   [--protocol elm327|slcan] [--adapter NAME] [--scenario FILE] [--begin FILE]\n"
    "                   [--seed N] [--speed X] [--charging-heard] [--fault "
    "NAME[:NUMBER][@SECONDS][+SECONDS]]...\n                   "
    "[--truth FILE] [--vin 17-CHARACTERS] [--battery SERIAL]\n"
    "A LEAF behind a dongle. HOST is a numeric address; port 0 chooses one. --begin: where garaged-life left "
    "a car. Scenario lines: SECONDS ACTION "
    "[VALUE],\n"
    "with asleep awake on drive KM charge KW plug unplug away back. --fault list and --adapter list name "
    "what\n"
    "there is.\n";

#define VIN_LEN    17
#define SERIAL_MAX 32

enum option_code {
    OPT_CAR = 256,
    OPT_LISTEN,
    OPT_PTY,
    OPT_PROTOCOL,
    OPT_ADAPTER,
    OPT_SCENARIO,
    OPT_BEGIN,
    OPT_SEED,
    OPT_SPEED,
    OPT_CHARGING_HEARD,
    OPT_FAULT,
    OPT_TRUTH,
    OPT_VIN,
    OPT_BATTERY,
    OPT_HELP,
};

static const struct option long_options[] = {
    {"car", required_argument, NULL, OPT_CAR},
    {"listen", required_argument, NULL, OPT_LISTEN},
    {"pty", required_argument, NULL, OPT_PTY},
    {"protocol", required_argument, NULL, OPT_PROTOCOL},
    {"adapter", required_argument, NULL, OPT_ADAPTER},
    {"scenario", required_argument, NULL, OPT_SCENARIO},
    {"begin", required_argument, NULL, OPT_BEGIN},
    {"seed", required_argument, NULL, OPT_SEED},
    {"speed", required_argument, NULL, OPT_SPEED},
    {"charging-heard", no_argument, NULL, OPT_CHARGING_HEARD},
    {"fault", required_argument, NULL, OPT_FAULT},
    {"truth", required_argument, NULL, OPT_TRUTH},
    {"vin", required_argument, NULL, OPT_VIN},
    {"battery", required_argument, NULL, OPT_BATTERY},
    {"help", no_argument, NULL, OPT_HELP},
    {NULL, 0, NULL, 0},
};

static int parse_unsigned(const char *text, unsigned long long max, unsigned long long *value)
{
    char *end = NULL;

    errno = 0;
    *value = strtoull(text, &end, 10);
    return text[0] >= '0' && text[0] <= '9' && *end == '\0' && errno == 0 && *value <= max ? 0 : -1;
}

static int parse_listen(struct sim_program_options *options, const char *text, struct err *err)
{
    const char *colon = strrchr(text, ':');
    unsigned long long port;

    if (!colon || colon == text || (size_t)(colon - text) >= sizeof(options->host))
        return err_set(err, "--listen %s: not HOST:PORT", text);
    if (parse_unsigned(colon + 1, 65535, &port) != 0)
        return err_set(err, "--listen %s: not a port: %s", text, colon + 1);
    memcpy(options->host, text, (size_t)(colon - text));
    options->host[colon - text] = '\0';
    options->port = (uint16_t)port;
    return 0;
}

static int parse_speed(struct sim_program_options *options, const char *text, struct err *err)
{
    char *end = NULL;

    options->sim.speed = strtod(text, &end);
    if (end == text || *end != '\0' || !isfinite(options->sim.speed))
        return err_set(err, "--speed %s: not a number", text);
    if (options->sim.speed < 0.01 || options->sim.speed > 100000)
        return err_set(err, "--speed %s: not within 0.01 and 100000", text);
    return 0;
}

static int parse_seed(struct sim_program_options *options, const char *text, struct err *err)
{
    unsigned long long seed;

    if (parse_unsigned(text, UINT64_MAX, &seed) != 0)
        return err_set(err, "--seed %s: not a number", text);
    options->sim.seed = seed;
    return 0;
}

static void choose_adapter(struct sim_program_options *options, const char *name)
{
    options->list_adapters |= strcmp(name, "list") == 0;
    options->sim.adapter = name;
}

static int add_fault(struct sim_program_options *options, const char *text, struct err *err)
{
    if (strcmp(text, "list") == 0) {
        options->list_faults = true;
        return 0;
    }
    if (options->sim.fault_count >= SIM_FAULTS_MAX)
        return err_set(err, "--fault %s: more than %d", text, SIM_FAULTS_MAX);
    options->faults[options->sim.fault_count] = text;
    options->sim.fault_count++;
    return 0;
}

static int take_option(struct sim_program_options *options, int code, const char *value, struct err *err)
{
    switch (code) {
    case OPT_CAR:
        options->sim.car = value;
        return 0;
    case OPT_LISTEN:
        return parse_listen(options, value, err);
    case OPT_PTY:
        options->pty = value;
        return 0;
    case OPT_PROTOCOL:
        options->sim.protocol = value;
        return 0;
    case OPT_ADAPTER:
        choose_adapter(options, value);
        return 0;
    case OPT_SCENARIO:
        options->scenario_path = value;
        return 0;
    case OPT_BEGIN:
        options->begin_path = value;
        return 0;
    case OPT_SEED:
        return parse_seed(options, value, err);
    case OPT_SPEED:
        return parse_speed(options, value, err);
    case OPT_CHARGING_HEARD:
        options->sim.charging_heard = true;
        return 0;
    case OPT_FAULT:
        return add_fault(options, value, err);
    case OPT_TRUTH:
        options->truth = value;
        return 0;
    case OPT_VIN:
        options->sim.vin = value;
        return strlen(value) == VIN_LEN ? 0 : err_set(err, "--vin %s: not %d characters", value, VIN_LEN);
    case OPT_BATTERY:
        options->sim.battery = value;
        return strlen(value) <= SERIAL_MAX ? 0
                                           : err_set(err, "--battery: more than %d characters", SERIAL_MAX);
    case OPT_HELP:
        options->help = true;
        return 0;
    default:
        return err_set(err, "unknown option, or its value is missing");
    }
}

int sim_options_parse(struct sim_program_options *options, int argc, char **argv, struct err *err)
{
    memset(options, 0, sizeof(*options));
    options->sim.seed = 1;
    options->sim.faults = options->faults;
    opterr = 0;
    optind = 0; /* glibc: begin anew */
    for (;;) {
        int code = getopt_long(argc, argv, "", long_options, NULL);

        if (code == -1)
            break;
        const char *shown = optind > 0 && optind <= argc ? argv[optind - 1] : "";
        if (take_option(options, code, optarg, err) != 0)
            return code == '?' ? err_prefix(err, "%s: ", shown) : -1;
    }
    if (optind < argc)
        return err_set(err, "%s: unexpected", argv[optind]);
    bool listens = options->host[0] != '\0';
    bool only_tells = options->help || options->list_faults || options->list_adapters;
    if (!only_tells && listens == (options->pty != NULL))
        return err_set(err, "one of --listen and --pty is needed");
    return 0;
}
