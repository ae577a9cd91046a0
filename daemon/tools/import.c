/* garagectl import leafspy|carwings: reads the files and says what is in them, which needs no daemon; then,
 * but for a dry run, hands each to the running daemon, which writes (diary/store/import). */
#include "tools/import.h"

#include "tools/control_client.h"
#include "tools/import_files.h"
#include "util/calendar.h"
#include "util/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#define MM_PER_KM    1000000
#define MM_PER_MILE  1609344
#define LEAF_BEGIN_S INT64_C(1262304000) /* 2010 */

static const char usage[] =
    "Usage: garagectl [--config FILE] import leafspy [--car ID] [--dry-run] [--zone ZONE]\n"
    "                  [--odometer km|mi] [--json] FILE...\n"
    "       garagectl [--config FILE] import carwings [--car ID] [--dry-run] [--zone ZONE] [--json] FILE\n"
    "\n"
    "Reads logs of LeafSpy or a CARWINGS table, says what is in them, and has the running garaged add it to\n"
    "the diary. What the diary has of the same time stays: a second import adds nothing, and one that was\n"
    "broken off goes on where it was.\n"
    "\n"
    "  --car ID            whose diary (default: the only one)\n"
    "  --dry-run           write nothing; needs no garaged\n"
    "  --zone ZONE         where the car was (Europe/Oslo): for logs without epoch time, and for a table's\n"
    "                      days (default there: garaged's own zone)\n"
    "  --odometer km|mi    unit of the odometer in logs without header (default: km)\n"
    "  --json              one JSON object\n"
    "\n"
    "Exit codes: 0 done, 64 usage, 65 no row could be used, 66 no such file, 69 garaged does not answer.\n";

struct import_options {
    struct import_source source;
    const char *zone, *car;
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
    case 'c':
        options->car = optarg;
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
        {"dry-run", no_argument, NULL, 'd'},
        {"zone", required_argument, NULL, 'z'},
        {"odometer", required_argument, NULL, 'o'},
        {"json", no_argument, NULL, 'j'},
        {"help", no_argument, NULL, 'h'},
        {"car", required_argument, NULL, 'c'},
        {NULL, 0, NULL, 0},
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

/* ---- the import ---- */

struct import_run {
    const struct import_options *options;
    const char *config;
    struct import_report report;
    struct import_added added;
    size_t count;
    struct import_file files[];
};

/* The zone as garaged takes it: [from, offset] since the first LEAF. */
static json_t *zone_json(const struct zone *zone)
{
    json_t *spans = json_array();

    for (size_t i = 0; i < zone->count; i++) {
        int64_t end_s = i + 1 < zone->count ? zone->spans[i + 1].from_ns / NS_PER_S : INT64_MAX;
        int64_t from_s = i == 0 ? LEAF_BEGIN_S : zone->spans[i].from_ns / NS_PER_S;

        if (end_s > LEAF_BEGIN_S && from_s < clock_utc_ns() / NS_PER_S)
            json_array_append_new(
                spans, json_pack("[I,I]", (json_int_t)from_s, (json_int_t)zone->spans[i].offset_s));
    }
    return spans;
}

static json_t *request_of(const struct import_options *options)
{
    const struct import_source *source = &options->source;
    json_t *request = json_pack("{s:s, s:s, s:s}", "command", "import", "source",
                                source->is_carwings ? "carwings" : "leafspy", "odometer",
                                source->mm_per_unit == MM_PER_MILE ? "mi" : "km");

    if (options->car)
        json_object_set_new(request, "car", json_string(options->car));
    if (source->zone)
        json_object_set_new(request, "zone", zone_json(source->zone));
    return request;
}

/* Behind the bar, and back. */
static void show_progress(double done)
{
    fprintf(stderr, "\x1b[s %3.0f %%\x1b[u", done * 100);
}

static void show_bar(size_t done, size_t count)
{
    static const char bar[] = "##############################";
    int full = (int)(done * (sizeof(bar) - 1) / count);

    if (isatty(STDERR_FILENO))
        fprintf(stderr, "\r\x1b[K[%-30.*s] %zu of %zu files%s", full, bar, done, count,
                done == count ? "\n" : "");
}

static void add_up(struct import_added *added, const json_t *answer)
{
    const struct {
        const char *key;
        int64_t *sum;
    } sums[] = {
        {"readings", &added->readings}, {"charges", &added->charges}, {"outings", &added->outings},
        {"health", &added->health},     {"cells", &added->cells},     {"known", &added->known},
        {"later", &added->later},
    };

    for (size_t i = 0; i < sizeof(sums) / sizeof(sums[0]); i++)
        *sums[i].sum += json_integer_value(json_object_get(answer, sums[i].key));
}

static int import_one(struct import_run *run, const struct import_file *file)
{
    int fd = open(file->name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    json_t *answer;

    if (fd < 0) {
        fprintf(stderr, "garagectl import: %s: %s\n", file->name, strerror(errno));
        return EX_NOINPUT;
    }
    int code = control_ask_with(run->config, request_of(run->options), fd,
                                isatty(STDERR_FILENO) ? show_progress : NULL, &answer);
    close(fd);
    if (code == EX_OK)
        add_up(&run->added, answer);
    else
        fprintf(stderr, "garagectl import: ended at %s; run it again to go on\n", file->name);
    json_decref(answer);
    return code;
}

static int compare_files(const void *a, const void *b)
{
    const struct import_file *left = a, *right = b;

    return (left->first_s > right->first_s) - (left->first_s < right->first_s);
}

/* In the order of time: what lies between two logs follows from both. */
static int import_all(struct import_run *run)
{
    int code = EX_OK;

    qsort(run->files, run->count, sizeof(run->files[0]), compare_files);
    for (size_t i = 0; i < run->count && code == EX_OK; i++) {
        show_bar(i, run->count);
        if (run->files[i].rows > 0)
            code = import_one(run, &run->files[i]);
    }
    if (code == EX_OK)
        show_bar(run->count, run->count);
    return code;
}

static int read_all_files(struct import_run *run, char **names)
{
    struct err err;

    for (size_t i = 0; i < run->count; i++) {
        run->files[i].name = names[i];
        if (import_read_file(&run->report, &run->options->source, &run->files[i], &err)) {
            fprintf(stderr, "garagectl import: %s\n", err.text);
            return EX_NOINPUT;
        }
    }
    return EX_OK;
}

/* All files are read before the first is written. */
static int run_import(const struct import_options *options, const char *config, size_t count, char **names)
{
    struct import_run *run = calloc(1, sizeof(*run) + count * sizeof(run->files[0]));

    if (!run)
        return EX_OSERR;
    run->options = options;
    run->config = config;
    run->count = count;
    int code = read_all_files(run, names);
    bool is_read = code == EX_OK;
    if (is_read && run->report.count == 0)
        code = EX_DATAERR;
    if (code == EX_OK && !options->dry_run)
        code = import_all(run);
    if (is_read)
        import_print(&run->report, &options->source,
                     options->dry_run || run->report.count == 0 ? NULL : &run->added, options->json);
    free(run->report.keys);
    free(run);
    return code;
}

int tool_import(const struct tool_options *tool, int argc, char **argv)
{
    struct import_options options;
    struct zone zone;
    struct err err;

    if (parse_options(&options, argc, argv)) {
        fputs(usage, stderr);
        return EX_USAGE;
    }
    if (options.help) {
        fputs(usage, stdout);
        return EX_OK;
    }
    if (options.zone && (!calendar_zone_exists(options.zone) || calendar_load(&zone, options.zone, &err))) {
        fprintf(stderr, "garagectl import: --zone: %s: no such zone\n", options.zone);
        return EX_USAGE;
    }
    options.source.zone = options.zone ? &zone : NULL;
    return run_import(&options, tool->config, (size_t)(argc - optind - 1), argv + optind + 1);
}
