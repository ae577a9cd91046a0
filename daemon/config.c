/* Reads garaged.conf: the file as bytes, what libconfig must not see (util/core/confscan), then tree against
 * table (config_walk). Never writes it, never follows includes, holds no secrets. */
#include "config.h"

#include "config_private.h"

#include "util/core/buf.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MESSAGE_MAX 600
#define UTF8_MARK   "\xEF\xBB\xBF" /* some editors begin files with it */

void config_report(struct config_report *report, unsigned line, const char *item, const char *value,
                   const char *format, ...)
{
    char memory[MESSAGE_MAX];
    char reason[MESSAGE_MAX / 2];
    struct buf message;
    va_list args;

    report->count++;
    if (report->count > CONFIG_MISTAKE_MAX)
        return;
    va_start(args, format);
    vsnprintf(reason, sizeof(reason), format, args);
    va_end(args);
    buf_init(&message, memory, sizeof(memory));
    buf_add_text(&message, report->file);
    if (line > 0)
        buf_add_format(&message, ":%u", line);
    if (item)
        buf_add_format(&message, ": %s", item);
    if (value)
        buf_add_format(&message, ": %s", value[0] != '\0' ? value : "\"\"");
    buf_add_format(&message, ": %s", reason);
    report->fn(report->ctx, memory);
    if (report->count == CONFIG_MISTAKE_MAX)
        report->fn(report->ctx, "(only the first mistakes are shown)");
}

/* A copy that ends with a newline: libconfig knows no comment without one behind it. */
static char *copy_text(const char *text, size_t len)
{
    char *copy = malloc(len + 2);

    if (!copy)
        return NULL;
    memcpy(copy, text, len);
    memcpy(copy + len, "\n", 2);
    return copy;
}

static void parse_text(struct config *config, const char *text, size_t len, struct config_report *report)
{
    struct confscan scan;
    char *copy;

    confscan_run(&scan, text, len);
    if (scan.is_fatal) {
        config_report(report, scan.mistakes[0].line, NULL, NULL, "%s", scan.mistakes[0].reason);
        return;
    }
    copy = copy_text(text, len);
    if (copy)
        config_walk(config, copy, &scan, report);
    else
        config_report(report, 0, NULL, NULL, "out of memory");
    free(copy);
}

int config_parse(struct config *config, const char *text, size_t len, const char *name,
                 config_mistake_fn *mistake, void *ctx)
{
    struct config_report report = {.file = name, .fn = mistake, .ctx = ctx};

    memset(config, 0, sizeof(*config));
    if (len > CONFIG_FILE_BYTES) {
        config_report(&report, 0, NULL, NULL, "larger than %d bytes", CONFIG_FILE_BYTES);
        return report.count;
    }
    if (len >= strlen(UTF8_MARK) && memcmp(text, UTF8_MARK, strlen(UTF8_MARK)) == 0) {
        text += strlen(UTF8_MARK);
        len -= strlen(UTF8_MARK);
    }
    parse_text(config, text, len, &report);
    return report.count;
}

/* Bytes read, at most `size`, or -1 with errno. */
static ssize_t read_all(int fd, char *memory, size_t size)
{
    size_t len = 0;
    ssize_t got = 1;

    while (got > 0 && len < size) {
        got = read(fd, memory + len, size - len);
        if (got > 0)
            len += (size_t)got;
    }
    return got < 0 ? -1 : (ssize_t)len;
}

/* Non-blocking, so that a FIFO is refused and not waited for. */
static ssize_t read_file(const char *path, char *memory, size_t size, struct err *err)
{
    struct stat status;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

    if (fd < 0)
        return err_set(err, "%s", strerror(errno));
    ssize_t len = -1;
    if (fstat(fd, &status) != 0)
        err_set(err, "%s", strerror(errno));
    else if (!S_ISREG(status.st_mode))
        err_set(err, "not a file");
    else if ((len = read_all(fd, memory, size)) < 0)
        err_set(err, "%s", strerror(errno));
    close(fd);
    return len;
}

int config_load(struct config *config, const char *path, config_mistake_fn *mistake, void *ctx)
{
    struct config_report report = {.file = path, .fn = mistake, .ctx = ctx};
    char *text = malloc(CONFIG_FILE_BYTES + 1); /* one more, to see that there is more */
    struct err err;

    ssize_t len = text ? read_file(path, text, CONFIG_FILE_BYTES + 1, &err) : err_set(&err, "out of memory");
    int mistakes = 1;
    if (len < 0)
        config_report(&report, 0, NULL, NULL, "%s", err.text);
    else
        mistakes = config_parse(config, text, (size_t)len, path, mistake, ctx);
    free(text);
    return mistakes;
}
