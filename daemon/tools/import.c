/* garagectl import leafspy|carwings --dry-run: reads the files and says what an import would find in them.
 * Needs no daemon and writes nothing. The import itself is not built yet. */
#include "tools/import.h"

#include "tools/import_files.h"
#include "util/calendar.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#define MM_PER_KM   1000000
#define MM_PER_MILE 1609344

static const char usage[] =
    "Usage: garagectl import leafspy --dry-run [--zone ZONE] [--odometer km|mi] [--json] FILE...\n"
    "       garagectl import carwings --dry-run [--json] FILE\n"
    "Reads logs of LeafSpy or a CARWINGS table and says what is in them. Writes nothing.\n"
    "\n"
    "  --dry-run           needed: the import itself is not built yet\n"
    "  --zone ZONE         where the car was (Europe/Oslo), for logs without epoch time\n"
    "  --odometer km|mi    unit of the odometer in logs without header (default: km)\n"
    "  --json              one JSON object\n"
    "\n"
    "Exit codes: 0 read, 64 usage, 65 no row could be used, 66 no such file, 69 not built.\n";

struct import_options {
    struct import_source source;
    const char *zone;
    bool dry_run;
    bool json;
    bool help;
};

static int take_option(struct import_options *options, int option)
{
    switch (option) {
    case 'd':
        options->dry_run = true;
        return 0;
    case 'z':
        options->zone = optarg;
        return 0;
    case 'o':
        options->source.mm_per_unit = strcmp(optarg, "mi") == 0 ? MM_PER_MILE : MM_PER_KM;
        return strcmp(optarg, "mi") == 0 || strcmp(optarg, "km") == 0 ? 0 : -1;
    case 'j':
        options->json = true;
        return 0;
    case 'h':
        options->help = true;
        return 0;
    default:
        return -1;
    }
}

/* Files begin at optind + 1, behind the word that names the source. */
static int parse_options(struct import_options *options, int argc, char **argv)
{
    static const struct option longs[] = {
        {"dry-run", no_argument, NULL, 'd'},        {"zone", required_argument, NULL, 'z'},
        {"odometer", required_argument, NULL, 'o'}, {"json", no_argument, NULL, 'j'},
        {"help", no_argument, NULL, 'h'},           {NULL, 0, NULL, 0},
    };
    int option;

    *options = (struct import_options){.source.mm_per_unit = MM_PER_KM};
    optind = 0; /* garagectl has parsed its own options with it */
    while ((option = getopt_long(argc, argv, "", longs, NULL)) != -1) {
        if (take_option(options, option))
            return -1;
    }
    if (options->help)
        return 0;
    if (argc - optind < 2)
        return -1;
    options->source.is_carwings = strcmp(argv[optind], "carwings") == 0;
    if (options->source.is_carwings)
        return argc - optind == 2 ? 0 : -1;
    return strcmp(argv[optind], "leafspy") == 0 ? 0 : -1;
}

static int run(const struct import_options *options, int count, char **files)
{
    static const char prefix[] = "garagectl import";
    struct import_report *report = calloc(1, sizeof(*report));
    int code = report ? EX_OK : EX_OSERR;
    struct err err;

    for (int i = 0; i < count && code == EX_OK; i++) {
        if (import_read_file(report, &options->source, files[i], &err)) {
            fprintf(stderr, "%s: %s\n", prefix, err.text);
            code = EX_NOINPUT;
        }
    }
    if (code == EX_OK) {
        import_print(report, &options->source, options->json);
        code = report->count > 0 ? EX_OK : EX_DATAERR;
    }
    if (report)
        free(report->keys);
    free(report);
    return code;
}

int tool_import(const struct tool_options *unused, int argc, char **argv)
{
    struct import_options options;
    struct zone zone;
    struct err err;

    (void)unused;
    if (parse_options(&options, argc, argv)) {
        fputs(usage, stderr);
        return EX_USAGE;
    }
    if (options.help) {
        fputs(usage, stdout);
        return EX_OK;
    }
    if (!options.dry_run) {
        fputs("garagectl import: the import is not built yet; --dry-run says what is in the files\n", stderr);
        return EX_UNAVAILABLE;
    }
    if (options.zone && (!calendar_zone_exists(options.zone) || calendar_load(&zone, options.zone, &err))) {
        fprintf(stderr, "garagectl import: --zone: %s: no such zone\n", options.zone);
        return EX_USAGE;
    }
    options.source.zone = options.zone ? &zone : NULL;
    return run(&options, argc - optind - 1, argv + optind + 1);
}
