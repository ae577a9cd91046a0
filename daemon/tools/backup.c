/* garagectl backup: opens the file, hands it to the running daemon and gives it its name when it is whole.
 * What goes to stdout is kept in memory until then: half a diary is worse than none. */
#include "tools/backup.h"

#include "tools/control_client.h"
#include "tools/outgoing.h"
#include "util/copies.h"

#include <errno.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#define COPY_BYTES 65536

static const char usage[] = "Usage: garagectl [--config FILE] backup [--force] [--json] FILE|-\n"
                            "\n"
                            "Copies the diary (charges, outings, days, battery health, tariffs) as it is at "
                            "this moment into FILE, a\n"
                            "SQLite file that `garagectl restore` reads. Users, passwords and single "
                            "readings are not in it. Keep it on\n"
                            "another disk than the diary: a card dies with all that is on it.\n"
                            "\n"
                            "  --force   replace FILE when it is there already\n"
                            "  --json    the result as one JSON object\n";

struct arguments {
    const char *file;
    bool force, as_json;
};

/* 0: go on; otherwise *code is the exit code. */
static int parse_arguments(int argc, char **argv, struct arguments *arguments, int *code)
{
    static const struct option longs[] = {
        {"force", no_argument, NULL, 'f'},
        {"json", no_argument, NULL, 'j'},
        {"help", no_argument, NULL, 'h'},
        {NULL, 0, NULL, 0},
    };
    bool is_right = true;
    int option;

    *arguments = (struct arguments){0};
    *code = EX_USAGE;
    optind = 0; /* begins anew: main() has used it */
    while ((option = getopt_long(argc, argv, "", longs, NULL)) != -1) {
        if (option == 'f')
            arguments->force = true;
        else if (option == 'j')
            arguments->as_json = true;
        else if (option == 'h')
            *code = EX_OK;
        else
            is_right = false;
    }
    if (*code != EX_OK && is_right && optind == argc - 1) {
        arguments->file = argv[optind];
        return 0;
    }
    fputs(usage, *code == EX_OK ? stdout : stderr);
    return -1;
}

static void show_progress(double done)
{
    fprintf(stderr, "\rcopying: %3.0f %%", done * 100);
}

struct backing_up {
    const struct tool_options *options;
    const struct arguments *arguments;
    json_t *answer;
};

static int back_up_to(void *ctx, int fd)
{
    struct backing_up *backing_up = ctx;

    return control_ask_with(backing_up->options->config, json_pack("{s:s}", "command", "backup"), fd,
                            isatty(STDERR_FILENO) ? show_progress : NULL, &backing_up->answer);
}

static int copy_out(int from)
{
    char bytes[COPY_BYTES];
    ssize_t got;

    if (lseek(from, 0, SEEK_SET) != 0)
        return EX_IOERR;
    while ((got = read(from, bytes, sizeof(bytes))) > 0 &&
           fwrite(bytes, 1, (size_t)got, stdout) == (size_t)got)
        ;
    if (got == 0 && fflush(stdout) == 0)
        return EX_OK;
    fprintf(stderr, "garagectl: the output can't be written: %s\n", strerror(errno));
    return EX_IOERR;
}

static int back_up_to_stdout(struct backing_up *backing_up)
{
    int fd = memfd_create("backup", MFD_CLOEXEC);

    if (fd < 0)
        return EX_OSERR;
    int code = back_up_to(backing_up, fd);
    code = code == EX_OK ? copy_out(fd) : code;
    close(fd);
    return code;
}

/* NULL, or why nothing may get this name. Whoever opens FILE next would play a log beside it into the backup.
 */
static const char *judge_name(const struct arguments *arguments)
{
    char log[COPIES_PATH_MAX];
    struct stat there;

    snprintf(log, sizeof(log), "%s-wal", arguments->file);
    if (lstat(log, &there) == 0)
        return "a database that is in use, or its log: take another name";
    if (lstat(arguments->file, &there) != 0)
        return NULL;
    if (!S_ISREG(there.st_mode))
        return "there already, and not a file";
    return arguments->force ? NULL : "File exists; --force replaces it";
}

static int back_up_to_file(struct backing_up *backing_up)
{
    const struct arguments *arguments = backing_up->arguments;
    char part[COPIES_PATH_MAX];
    const struct outgoing outgoing = {"garagectl backup", part, .keeps_a_part = false};
    const char *why = judge_name(arguments);
    struct err err;

    if (why) {
        fprintf(stderr, "garagectl backup: %s: %s\n", arguments->file, why);
        return EX_CANTCREAT;
    }
    snprintf(part, COPIES_PATH_MAX, "%s.part", arguments->file);
    unlink(part); /* of one that was killed */
    int code = outgoing_run(&outgoing, back_up_to, backing_up);
    if (code == EX_OK && copies_name(part, arguments->file, &err)) {
        fprintf(stderr, "garagectl backup: %s\n", err.text);
        unlink(part);
        code = EX_CANTCREAT;
    }
    return code;
}

/* On stdout, unless the diary itself goes there. */
static void print_result(const struct backing_up *backing_up, bool is_stdout)
{
    FILE *out = is_stdout ? stderr : stdout;

    if (isatty(STDERR_FILENO))
        fputs("\r\x1b[K", stderr);
    if (backing_up->arguments->as_json) {
        json_dumpf(backing_up->answer, out, JSON_COMPACT);
        fputs("\n", out);
    } else if (!is_stdout) {
        fprintf(out, "copied: %" JSON_INTEGER_FORMAT " bytes\n",
                json_integer_value(json_object_get(backing_up->answer, "bytes")));
    }
}

int tool_backup(const struct tool_options *options, int argc, char **argv)
{
    struct arguments arguments;
    int code;

    if (parse_arguments(argc, argv, &arguments, &code))
        return code;
    struct backing_up backing_up = {options, &arguments, NULL};
    bool is_stdout = strcmp(arguments.file, "-") == 0;
    code = is_stdout ? back_up_to_stdout(&backing_up) : back_up_to_file(&backing_up);
    if (code == EX_OK)
        print_result(&backing_up, is_stdout);
    json_decref(backing_up.answer);
    return code;
}
