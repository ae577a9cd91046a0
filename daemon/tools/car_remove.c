/* garagectl car remove: edits the configuration file, as the owner would. The new text is judged before it
 * takes the old one's place. */
#include "config.h"
#include "tools/car.h"
#include "tools/car_text.h"
#include "tools/forget.h"
#include "util/conftext.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#define FILE_BYTES_MAX (256 * 1024)

static const char usage[] =
    "Usage: garagectl [--config FILE] car remove ID [--forget] [--yes]\n"
    "\n"
    "Takes the car out of the configuration file; comments elsewhere in it stay. Its diary stays, too, to be "
    "read, unless\n"
    "--forget erases it with the readings, the backups and its recordings (see garagectl forget --help).\n"
    "\n"
    "  --yes   does not ask before it forgets\n";

struct arguments {
    const char *id;
    bool forgets, is_sure;
};

static int parse_arguments(int argc, char **argv, struct arguments *arguments)
{
    *arguments = (struct arguments){0};
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--forget") == 0)
            arguments->forgets = true;
        else if (strcmp(argv[i], "--yes") == 0)
            arguments->is_sure = true;
        else if (argv[i][0] == '-' || arguments->id)
            return -1;
        else
            arguments->id = argv[i];
    }
    return arguments->id ? 0 : -1;
}

static int fail(const char *path, const char *why)
{
    fprintf(stderr, "garagectl car remove: %s: %s\n", path, why);
    return EX_IOERR;
}

static void print_mistake(void *ctx, const char *text)
{
    (void)ctx;
    fprintf(stderr, "%s\n", text);
}

static bool is_right(const char *path)
{
    struct config *config = calloc(1, sizeof(*config));
    bool is = config && config_load(config, path, print_mistake, NULL) == 0;

    free(config);
    return is;
}

/* With the owner and the mode of the old one. */
static int write_beside(const char *path, const char *fresh, const char *text, size_t from, size_t to,
                        size_t len)
{
    struct stat status;
    int fd = open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

    if (fd < 0)
        return -1;
    bool is_done = stat(path, &status) == 0 && fchown(fd, status.st_uid, status.st_gid) == 0 &&
                   fchmod(fd, status.st_mode & 0777) == 0 && write(fd, text, from) == (ssize_t)from &&
                   write(fd, text + to, len - to) == (ssize_t)(len - to) && fsync(fd) == 0;
    close(fd);
    return is_done ? 0 : -1;
}

static int put_in_place(const char *path, const char *fresh)
{
    if (!is_right(fresh))
        return EX_CONFIG;
    return rename(fresh, path) == 0 ? EX_OK : fail(path, strerror(errno));
}

static int cut(const char *path, const char *text, size_t len, const char *id)
{
    char fresh[PATH_MAX + 8];
    size_t from, to;

    if (!car_text_find(text, len, id, &from, &to)) {
        fprintf(stderr, "garagectl car remove: %s: no such car in %s\n", id, path);
        return EX_NOINPUT;
    }
    snprintf(fresh, sizeof(fresh), "%s.new", path);
    unlink(fresh);
    int code = write_beside(path, fresh, text, from, to, len) == 0 ? put_in_place(path, fresh)
                                                                   : fail(fresh, strerror(errno));
    if (code != EX_OK)
        unlink(fresh);
    return code;
}

/* A link to the file stays one. */
static int edit(const char *config, const char *id)
{
    char path[PATH_MAX];
    struct err err;
    size_t len;

    if (!realpath(config, path))
        return fail(config, strerror(errno));
    char *text = conftext_read(path, FILE_BYTES_MAX, &len, &err);
    int code = text ? cut(path, text, len, id) : fail(path, err.text);
    free(text);
    return code;
}

static int forget(const struct tool_options *options, const char *id)
{
    char *words[] = {"forget", "--car", (char *)id, "--yes", NULL};

    return tool_forget(options, 4, words);
}

int tool_car_remove(const struct tool_options *options, int argc, char **argv)
{
    struct arguments arguments;
    bool is_help = argc == 2 && strcmp(argv[1], "--help") == 0;

    if (is_help || parse_arguments(argc, argv, &arguments)) {
        fputs(usage, is_help ? stdout : stderr);
        return is_help ? EX_OK : EX_USAGE;
    }
    if (arguments.forgets && !arguments.is_sure && !forget_is_confirmed(arguments.id))
        return EX_USAGE;
    int code = edit(options->config, arguments.id);
    if (code != EX_OK)
        return code;
    printf("%s is no longer in the configuration\n", arguments.id);
    if (arguments.forgets)
        return forget(options, arguments.id);
    fputs("it takes effect when garaged is restarted: systemctl restart garaged\n", stderr);
    return EX_OK;
}
