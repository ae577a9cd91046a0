/* Formats one line and hands it to the kernel in one write(), so that lines of threads and processes never
 * mix. Keeps nothing but the level and who else hears: what repeats is counted by its owner (struct log_repeat). No time stamps,
 * no files, no colours. */
#include "util/log.h"

#include "util/core/buf.h"
#include "util/core/time.h"
#include "util/core/utf8.h"

#include <errno.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LOG_TEXT_MAX 1024
#define LOG_LINE_MAX 2048 /* below PIPE_BUF: a line to a pipe is never torn */

static const struct {
    const char *journal; /* before the line when the journal reads it */
    const char *shown;   /* after the category when a person reads it */
    const char *name;
} levels[] = {
    [LOG_LEVEL_ERROR] = {"<3>", "error: ", "error"}, [LOG_LEVEL_WARNING] = {"<4>", "warning: ", "warning"},
    [LOG_LEVEL_NOTICE] = {"<5>", "", "notice"},      [LOG_LEVEL_INFO] = {"<6>", "", "info"},
    [LOG_LEVEL_DEBUG] = {"<7>", "debug: ", "debug"},
};

/* How the log is set: the one thing of the program that is neither constant nor somebody's. */
struct settings {
    atomic_int level;
    const struct log_sink *_Atomic sink;
};
static struct settings current = {.level = LOG_LEVEL_INFO};

void log_set_level(enum log_level level)
{
    atomic_store(&current.level, (int)level);
}

void log_set_sink(const struct log_sink *sink)
{
    atomic_store(&current.sink, sink);
}

const char *log_level_name(enum log_level level)
{
    return levels[level].name;
}

static bool is_heard(enum log_level level)
{
    return (int)level <= atomic_load(&current.level);
}

/* $JOURNAL_STREAM names the journal's socket; it is inherited also by children whose standard error is a
 * file. */
static bool stderr_is_journal(void)
{
    const char *stream = getenv("JOURNAL_STREAM");
    unsigned long long device, inode;
    struct stat status;

    if (!stream || sscanf(stream, "%llu:%llu", &device, &inode) != 2)
        return false;
    return fstat(STDERR_FILENO, &status) == 0 && status.st_dev == device && status.st_ino == inode;
}

/* What came from outside (a dongle, a client) may stand in a text: it must not draw on a terminal or end the
 * line. */
static void add_escaped(struct buf *line, const char *text)
{
    size_t len = strlen(text);
    size_t at = 0;

    while (at < len) {
        size_t length = utf8_char_length(text + at, len - at);
        if (length == 0 || utf8_is_control(text + at, length)) {
            buf_add_format(line, "\\x%02X", (unsigned)(unsigned char)text[at]);
            length = 1;
        } else {
            buf_add(line, text + at, length);
        }
        at += length;
    }
}

static void tell_sink(enum log_level level, const char *category, const char *text)
{
    const struct log_sink *sink = atomic_load(&current.sink);
    char memory[LOG_LINE_MAX];
    struct buf line;

    if (sink == NULL)
        return;
    buf_init(&line, memory, sizeof(memory));
    buf_add_format(&line, "%s: ", category);
    add_escaped(&line, text);
    sink->take(sink->ctx, level, memory, line.len);
}

static void write_line(enum log_level level, const char *category, const char *text)
{
    char memory[LOG_LINE_MAX];
    struct buf line;

    buf_init(&line, memory, sizeof(memory) - 1); /* one byte is kept for the newline */
    if (stderr_is_journal())
        buf_add_format(&line, "%s%s: ", levels[level].journal, category);
    else
        buf_add_format(&line, "%s: %s", category, levels[level].shown);
    add_escaped(&line, text);
    memory[line.len++] = '\n';
    ssize_t written;
    do
        written = write(STDERR_FILENO, memory, line.len);
    while (written < 0 && errno == EINTR);
    tell_sink(level, category, text);
}

void log_line(enum log_level level, const char *category, const char *format, ...)
{
    char text[LOG_TEXT_MAX];
    va_list args;

    if (!is_heard(level))
        return;
    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    write_line(level, category, text);
}

/* Whether it is time to speak again. The owner starts from zeros; a clock that reads 0 must not look like
 * "never". */
static bool is_due(const struct log_repeat *repeat, int64_t now_ns)
{
    return repeat->last_ns == 0 || now_ns - repeat->last_ns >= NS_PER_H;
}

void log_repeated(struct log_repeat *repeat, int64_t now_ns, enum log_level level, const char *category,
                  const char *format, ...)
{
    char memory[LOG_TEXT_MAX];
    struct buf text;
    va_list args;

    if (!is_heard(level))
        return;
    if (!is_due(repeat, now_ns)) {
        repeat->suppressed++;
        return;
    }
    va_start(args, format);
    vsnprintf(memory, sizeof(memory), format, args);
    va_end(args);
    char whole[LOG_TEXT_MAX + 64];
    buf_init(&text, whole, sizeof(whole));
    buf_add_text(&text, memory);
    if (repeat->suppressed > 0)
        buf_add_format(&text, " (%u more times since it was last said)", repeat->suppressed);
    write_line(level, category, whole);
    repeat->last_ns = now_ns != 0 ? now_ns : 1;
    repeat->suppressed = 0;
}
