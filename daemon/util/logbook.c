/* One lock around a ring: a line is copied in a microsecond, also while another thread reads. Judges nothing:
 * what is hidden from whom is the readers'. */
#include "util/logbook.h"

#include "util/clock.h"
#include "util/core/utf8.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct logbook {
    struct log_sink sink; /* first: who holds the sink holds the book */
    pthread_mutex_t mutex;
    struct logbook_line lines[LOGBOOK_LINES];
    size_t count; /* ever written */
};

/* As much as fits, and no half character. */
static void copy_text(char text[LOGBOOK_TEXT], const char *line, size_t len)
{
    size_t fits = 0;

    for (size_t step = 1; step > 0 && fits < len; fits += step) {
        step = utf8_char_length(line + fits, len - fits);
        if (fits + step >= LOGBOOK_TEXT)
            break;
    }
    memcpy(text, line, fits);
    text[fits] = '\0';
}

static void take(void *ctx, enum log_level level, const char *line, size_t len)
{
    struct logbook *logbook = ctx;
    int64_t now_ns = clock_boot_ns();

    pthread_mutex_lock(&logbook->mutex);
    struct logbook_line *place = &logbook->lines[logbook->count++ % LOGBOOK_LINES];
    place->boot_ns = now_ns;
    place->level = level;
    copy_text(place->text, line, len);
    pthread_mutex_unlock(&logbook->mutex);
}

struct logbook *logbook_new(void)
{
    struct logbook *logbook = calloc(1, sizeof(*logbook));

    if (logbook == NULL)
        return NULL;
    pthread_mutex_init(&logbook->mutex, NULL);
    logbook->sink = (struct log_sink){take, logbook};
    return logbook;
}

void logbook_free(struct logbook *logbook)
{
    if (logbook == NULL)
        return;
    pthread_mutex_destroy(&logbook->mutex);
    free(logbook);
}

const struct log_sink *logbook_sink(const struct logbook *logbook)
{
    return &logbook->sink;
}

size_t logbook_read(struct logbook *logbook, struct logbook_line lines[LOGBOOK_LINES])
{
    pthread_mutex_lock(&logbook->mutex);
    size_t count = logbook->count < LOGBOOK_LINES ? logbook->count : LOGBOOK_LINES;
    for (size_t i = 0; i < count; i++)
        lines[i] = logbook->lines[(logbook->count - 1 - i) % LOGBOOK_LINES];
    pthread_mutex_unlock(&logbook->mutex);
    return count;
}
