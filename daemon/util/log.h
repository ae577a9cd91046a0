/* Log lines on standard error with journal priorities (<6>...); one fact a line, no time stamps: journald has
 * them. */
#ifndef UTIL_LOG_H
#define UTIL_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum log_level { LOG_LEVEL_ERROR, LOG_LEVEL_WARNING, LOG_LEVEL_NOTICE, LOG_LEVEL_INFO, LOG_LEVEL_DEBUG };

/* Lines above `level` are dropped. Prefixes are written when standard error is a journal stream
 * ($JOURNAL_STREAM). */
void log_set_level(enum log_level level);

/* Who hears every line that is written, besides: called by whichever thread speaks, and must not speak
 * itself. `line` is "category: text" as it stands in the log, without a newline. */
struct log_sink {
    void (*take)(void *ctx, enum log_level level, const char *line, size_t len);
    void *ctx;
};

/* From now on; NULL: nobody. A thread may still be in the sink that was set before. */
void log_set_sink(const struct log_sink *sink);

/* The word for people: "error". */
const char *log_level_name(enum log_level level);

/* `category` is one word: "adapter", "web". No newline in the text; its control bytes are written as \xNN. */
void log_line(enum log_level level, const char *category, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#define log_error(...)   log_line(LOG_LEVEL_ERROR, __VA_ARGS__)
#define log_warning(...) log_line(LOG_LEVEL_WARNING, __VA_ARGS__)
#define log_notice(...)  log_line(LOG_LEVEL_NOTICE, __VA_ARGS__)
#define log_info(...)    log_line(LOG_LEVEL_INFO, __VA_ARGS__)
#define log_debug(...)   log_line(LOG_LEVEL_DEBUG, __VA_ARGS__)

/* For facts that repeat: owned by whoever reports them. The first is written, then one an hour with the
 * count. */
struct log_repeat {
    int64_t last_ns;
    unsigned suppressed;
};
void log_repeated(struct log_repeat *repeat, int64_t now_ns, enum log_level level, const char *category,
                  const char *format, ...) __attribute__((format(printf, 5, 6)));

#endif
