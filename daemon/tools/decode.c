/* garagectl decode: a recording in, readings as JSON lines out, one summary line on standard error. Needs no
 * daemon and no configuration. The work is done by decode_input, decode_feed and decode_write. */
#include "tools/decode.h"

#include "tools/decode_feed.h"
#include "tools/decode_input.h"
#include "tools/decode_write.h"
#include "util/paths.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#define OUTPUT_BUFFER (256 * 1024)

static const char usage[] =
    "Usage: garagectl decode [--vehicle NAME] [--generation NAME] [--definitions DIR] [--changes] FILE|-\n"
    "Prints what a recording says, one JSON object a reading.\n"
    "\n"
    "  --vehicle NAME      the vehicle definition to use (default: nissan-leaf)\n"
    "  --generation NAME   ZE0, AZE0, ZE1, eNV200 (default: found out from the recording)\n"
    "  --definitions DIR   look for the definition there, and only there\n"
    "  --changes           print a reading only when its value changed\n"
    "\n"
    "FILE is a log of `candump -L`, a transcript of an ELM327 (what the host sent begins\n"
    "with >), or JSON lines of replies; - is standard input. The last line on standard\n"
    "error counts what was read and what was rejected.\n"
    "\n"
    "Exit codes: 0 the file could be read, 64 usage, 65 none of the three forms, 66 no\n"
    "such file, 74 output failed, 78 bad definition.\n";

struct decode_options {
    const char *vehicle;
    const char *generation;  /* NULL: auto */
    const char *definitions; /* NULL: find them */
    const char *file;
    bool changes;
    bool help;
};

static int parse_options(struct decode_options *options, int argc, char **argv)
{
    static const struct option longs[] = {
        {"vehicle", required_argument, NULL, 'v'},
        {"generation", required_argument, NULL, 'g'},
        {"definitions", required_argument, NULL, 'd'},
        {"changes", no_argument, NULL, 'c'},
        {"help", no_argument, NULL, 'h'},
        {NULL, 0, NULL, 0},
    };
    int option;

    *options = (struct decode_options){.vehicle = "nissan-leaf"};
    optind = 0; /* garagectl has parsed its own options with it */
    while ((option = getopt_long(argc, argv, "", longs, NULL)) != -1) {
        switch (option) {
        case 'v':
            options->vehicle = optarg;
            break;
        case 'g':
            options->generation = optarg;
            break;
        case 'd':
            options->definitions = optarg;
            break;
        case 'c':
            options->changes = true;
            break;
        case 'h':
            options->help = true;
            break;
        default:
            return -1;
        }
    }
    if (options->help)
        return 0;
    if (optind != argc - 1)
        return -1;
    options->file = argv[optind];
    return 0;
}

static int fail(int code, const char *text)
{
    fprintf(stderr, "garagectl decode: %s\n", text);
    return code;
}

static void print_summary(const struct feed_counts *counts, uint64_t readings)
{
    fprintf(stderr, "decode: frames %llu readings %llu rejected", (unsigned long long)counts->frames,
            (unsigned long long)readings);
    for (int i = DECODE_OK + 1; i < DECODE_REASON_COUNT; i++) {
        const char *name = decode_reason_name((enum decode_reason)i);

        fprintf(stderr, " %s %llu", name, (unsigned long long)counts->rejected[i]);
    }
    fputc('\n', stderr);
}

/* Opens the recording; -1 with err. */
static int open_file(const char *file, struct err *err)
{
    if (strcmp(file, "-") == 0)
        return STDIN_FILENO;
    int fd = open(file, O_RDONLY | O_CLOEXEC);

    if (fd < 0)
        err_set(err, "%s: %s", file, strerror(errno));
    return fd;
}

static int run_input(const struct decode_options *options, int fd, struct feed *feed,
                     struct decode_writer *writer)
{
    struct err err;

    switch (decode_input_run(fd, feed, &err)) {
    case DECODE_INPUT_OK:
        break;
    case DECODE_INPUT_NO_FORM:
        err_set(&err, "%s: neither a candump log, an ELM327 transcript nor JSON lines", options->file);
        return fail(EX_DATAERR, err.text);
    case DECODE_INPUT_UNREADABLE:
        err_prefix(&err, "%s: ", options->file);
        return fail(EX_NOINPUT, err.text);
    }
    if (decode_writer_finish(writer, &err)) {
        err_prefix(&err, "output: ");
        return fail(EX_IOERR, err.text);
    }
    print_summary(feed_counts(feed), decode_writer_count(writer));
    return EX_OK;
}

/* Standard output behind a large buffer of our own; NULL with err. Closed with fclose(). */
static FILE *open_output(char *buffer, struct err *err)
{
    int fd = dup(STDOUT_FILENO);
    FILE *out = fd >= 0 ? fdopen(fd, "w") : NULL;

    if (!out) {
        err_set(err, "output: %s", strerror(errno));
        if (fd >= 0)
            close(fd);
        return NULL;
    }
    setvbuf(out, buffer, _IOFBF, OUTPUT_BUFFER);
    return out;
}

static int run_output(const struct decode_options *options, const struct definition *definition,
                      int generation, int fd, FILE *out)
{
    struct decode_writer *writer = decode_writer_new(definition, out, options->changes);
    struct feed *feed = writer ? feed_new(definition, generation, decode_writer_take, writer) : NULL;
    int code = feed ? run_input(options, fd, feed, writer) : fail(EX_OSERR, "out of memory");

    feed_free(feed);
    decode_writer_free(writer);
    return code;
}

static int run_definition(const struct decode_options *options, const struct definition *definition, int fd)
{
    struct err err;
    int generation = DEFINITION_GENERATION_AUTO;

    if (options->generation) {
        generation = definition_generation_find(definition, options->generation);
        if (generation == DEFINITION_GENERATION_AUTO) {
            err_set(&err, "--generation: %s: %s has no such generation", options->generation,
                    options->vehicle);
            return fail(EX_USAGE, err.text);
        }
    }
    char *buffer = malloc(OUTPUT_BUFFER);
    FILE *out = buffer ? open_output(buffer, &err) : NULL;
    int code = EX_OSERR;

    if (out)
        code = run_output(options, definition, generation, fd, out);
    else
        fail(EX_OSERR, buffer ? err.text : "out of memory");
    if (out)
        fclose(out); /* what was written was flushed and checked before */
    free(buffer);
    return code;
}

static int run(const struct decode_options *options)
{
    char dirs[2 * PATHS_MAX];
    struct err err;

    if (options->definitions)
        snprintf(dirs, sizeof(dirs), "%s", options->definitions);
    else
        paths_vehicles(dirs, sizeof(dirs), NULL);
    int fd = open_file(options->file, &err);

    if (fd < 0)
        return fail(EX_NOINPUT, err.text);
    struct definition *definition = definition_find(dirs, options->vehicle, &err);
    int code = definition ? run_definition(options, definition, fd) : fail(EX_CONFIG, err.text);

    definition_free(definition);
    if (fd != STDIN_FILENO)
        close(fd);
    return code;
}

int tool_decode(const struct tool_options *unused, int argc, char **argv)
{
    struct decode_options options;

    (void)unused;
    if (parse_options(&options, argc, argv)) {
        fputs(usage, stderr);
        return EX_USAGE;
    }
    if (options.help) {
        fputs(usage, stdout);
        return EX_OK;
    }
    return run(&options);
}
