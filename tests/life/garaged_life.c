/* garaged-life: a diary of years that nobody lived (CONTRACT 12), for the demo and the bench. */
#include "live.h"

#include "../simulator/variants.h"

#include "export/json_tariffs.h"
#include "util/calendar.h"
#include "util/core/day.h"
#include "util/log.h"
#include "util/paths.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#define DAYS_PER_YEAR 365.25
#define MISHAP_DAYS   75

static const char usage[] =
    "usage: garaged-life --years N --out DIR [--car ze0-24|aze0-24|aze0-30|ze1-40|env200-40] [--seed N]\n"
    "                    [--until YYYY-MM-DD] [--zone ZONE] [--truth FILE] [--tariffs FILE]\n"
    "                    [--data DIR]\n"
    "Fills DIR, which must not hold a diary yet, with the diary of a made-up car, its last day today or "
    "--until,\n"
    "and car.begin, from which garaged-sim --begin goes on. --truth: what really happened;\n"
    "--tariffs: what its owner pays, as PUT /api/v1/tariffs takes it.\n";

struct program {
    struct live_options life;
    struct zone zone;
    const char *zone_name, *data, *tariffs;
    char tariffs_text[JSON_TARIFFS_MAX + 1];
    bool help;
};

enum option_code {
    OPT_YEARS = 256,
    OPT_OUT,
    OPT_CAR,
    OPT_SEED,
    OPT_UNTIL,
    OPT_ZONE,
    OPT_TRUTH,
    OPT_TARIFFS,
    OPT_DATA,
    OPT_HELP
};

static const struct option long_options[] = {
    {"years", required_argument, NULL, OPT_YEARS},
    {"out", required_argument, NULL, OPT_OUT},
    {"car", required_argument, NULL, OPT_CAR},
    {"seed", required_argument, NULL, OPT_SEED},
    {"until", required_argument, NULL, OPT_UNTIL},
    {"zone", required_argument, NULL, OPT_ZONE},
    {"truth", required_argument, NULL, OPT_TRUTH},
    {"data", required_argument, NULL, OPT_DATA},
    {"help", no_argument, NULL, OPT_HELP},
    {"tariffs", required_argument, NULL, OPT_TARIFFS},
    {NULL, 0, NULL, 0},
};

static int parse_number(const char *name, const char *text, unsigned long long min, unsigned long long max,
                        unsigned long long *value, struct err *err)
{
    char *end = NULL;

    errno = 0;
    *value = strtoull(text, &end, 10);
    if (text[0] >= '0' && text[0] <= '9' && *end == '\0' && errno == 0 && *value >= min && *value <= max)
        return 0;
    return err_set(err, "--%s %s: not a number within %llu and %llu", name, text, min, max);
}

static int take_option(struct program *program, int code, const char *value, struct err *err)
{
    unsigned long long number = 0;

    switch (code) {
    case OPT_YEARS:
        if (parse_number("years", value, 1, LIVE_YEARS_MAX, &number, err) != 0)
            return -1;
        program->life.days = (int32_t)((double)number * DAYS_PER_YEAR);
        return 0;
    case OPT_SEED:
        if (parse_number("seed", value, 0, UINT64_MAX, &number, err) != 0)
            return -1;
        program->life.seed = number;
        return 0;
    case OPT_UNTIL:
        return day_parse(value, &program->life.until) ? 0 : err_set(err, "--until %s: not a day", value);
    case OPT_OUT:
        program->life.out = value;
        return 0;
    case OPT_CAR:
        program->life.car = value;
        return 0;
    case OPT_ZONE:
        program->zone_name = value;
        return 0;
    case OPT_TRUTH:
        program->life.truth = value;
        return 0;
    case OPT_TARIFFS:
        program->tariffs = value;
        return 0;
    case OPT_DATA:
        program->data = value;
        return 0;
    case OPT_HELP:
        program->help = true;
        return 0;
    default:
        return err_set(err, "unknown option, or its value is missing");
    }
}

static int parse(struct program *program, int argc, char **argv, struct err *err)
{
    int code;

    program->life.car = "aze0-30";
    program->life.seed = 1;
    program->zone_name = "";
    program->life.mishap_days = MISHAP_DAYS;
    opterr = 0;
    while ((code = getopt_long(argc, argv, "", long_options, NULL)) != -1)
        if (take_option(program, code, optarg, err) != 0)
            return code == '?' ? err_prefix(err, "%s: ", argv[optind - 1]) : -1;
    if (program->help)
        return 0;
    if (optind < argc)
        return err_set(err, "%s: unexpected", argv[optind]);
    if (!sim_variant_find(program->life.car))
        return err_set(err, "--car %s: no such car", program->life.car);
    return program->life.days && program->life.out ? 0 : err_set(err, "--years and --out are needed");
}

/* A diary that is there may be somebody's own. */
static int make_folder(const char *folder, struct err *err)
{
    char path[PATHS_MAX];

    if (mkdir(folder, 0700) != 0 && errno != EEXIST)
        return err_set(err, "%s: %s", folder, strerror(errno));
    snprintf(path, sizeof(path), "%s/diary.db", folder);
    return access(path, F_OK) == 0 ? err_set(err, "%s: is there already", path) : 0;
}

static int read_tariffs(struct program *program, struct err *err)
{
    if (!program->tariffs)
        return 0;
    FILE *file = fopen(program->tariffs, "re");
    if (!file)
        return err_set(err, "%s: %s", program->tariffs, strerror(errno));
    size_t len = fread(program->tariffs_text, 1, sizeof(program->tariffs_text) - 1, file);
    bool is_read = !ferror(file) && feof(file);
    fclose(file);
    program->tariffs_text[len] = '\0';
    program->life.tariffs = program->tariffs_text;
    return is_read ? 0 : err_set(err, "%s: can't be read, or is too long", program->tariffs);
}

static int run(struct program *program)
{
    char vehicles[2 * PATHS_MAX];
    struct err err;

    log_set_level(LOG_LEVEL_WARNING);
    umask(0077);
    if (read_tariffs(program, &err) != 0 || calendar_load(&program->zone, program->zone_name, &err) != 0 ||
        make_folder(program->life.out, &err) != 0)
        goto fail;
    program->life.zone = &program->zone;
    paths_vehicles(vehicles, sizeof(vehicles), program->data);
    program->life.vehicles = vehicles;
    if (live_run(&program->life, &err) == 0)
        return EX_OK;
fail:
    fprintf(stderr, "garaged-life: %s\n", err.text);
    return EX_SOFTWARE;
}

int main(int argc, char **argv)
{
    struct program *program = calloc(1, sizeof(*program));
    struct err err;
    int code = EX_USAGE;

    if (!program)
        return EX_OSERR;
    if (parse(program, argc, argv, &err) != 0)
        fprintf(stderr, "garaged-life: %s\n%s", err.text, usage);
    else if (program->help)
        code = fputs(usage, stdout) < 0 ? EX_IOERR : EX_OK;
    else
        code = run(program);
    free(program);
    return code;
}
