/* A chunked line reader. One buffer of two chunks: what is left of a line moves to the front, then a chunk is
 * read behind it. Does not look into the lines and does not mind NUL bytes. Blocks as its descriptor does. */
#include "util/lines.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct lines {
    int fd;
    bool ended;    /* read() said so */
    bool skipping; /* inside a line that is too long */
    size_t begin, end;
    char data[2 * LINES_CHUNK];
};

struct lines *lines_new(int fd)
{
    struct lines *lines = malloc(sizeof(*lines));

    if (!lines)
        return NULL;
    lines->fd = fd;
    lines->ended = false;
    lines->skipping = false;
    lines->begin = 0;
    lines->end = 0;
    return lines;
}

void lines_free(struct lines *lines)
{
    free(lines);
}

static int fill(struct lines *lines, struct err *err)
{
    size_t kept = lines->end - lines->begin;
    ssize_t got;

    memmove(lines->data, lines->data + lines->begin, kept);
    lines->begin = 0;
    lines->end = kept;
    do {
        got = read(lines->fd, lines->data + kept, LINES_CHUNK);
    } while (got < 0 && errno == EINTR);
    if (got < 0)
        return err_set(err, "%s", strerror(errno));
    lines->ended = got == 0;
    lines->end += (size_t)got;
    return 0;
}

/* The first CR or LF, or NULL. */
static const char *find_break(const char *from, size_t len)
{
    const char *feed = memchr(from, '\n', len);

    if (feed)
        len = (size_t)(feed - from);
    const char *carriage = memchr(from, '\r', len);

    return carriage ? carriage : feed;
}

/* Takes a line out of the buffer, false when no whole one is there. Sets `*len` to 0 for an empty line. */
static bool take(struct lines *lines, const char **line, size_t *len)
{
    const char *from = lines->data + lines->begin;
    size_t there = lines->end - lines->begin;
    const char *end = find_break(from, there);

    if (!end && !(lines->ended && there > 0))
        return false;
    *line = from;
    *len = end ? (size_t)(end - from) : there;
    lines->begin += *len + (end ? 1 : 0);
    return true;
}

/* What to make of a line that was taken out; LINES_END: nothing, it is empty. */
static enum lines_status judge(struct lines *lines, size_t len)
{
    bool too_long = lines->skipping || len > LINES_CHUNK;

    lines->skipping = false;
    if (too_long)
        return LINES_TOO_LONG;
    return len > 0 ? LINES_LINE : LINES_END;
}

static enum lines_status finish(struct lines *lines)
{
    bool cut = lines->skipping;

    lines->skipping = false;
    return cut ? LINES_TOO_LONG : LINES_END;
}

enum lines_status lines_next(struct lines *lines, const char **line, size_t *len, struct err *err)
{
    for (;;) {
        while (take(lines, line, len)) {
            enum lines_status status = judge(lines, *len);

            if (status != LINES_END)
                return status;
        }
        if (lines->ended)
            return finish(lines);
        if (lines->end - lines->begin > LINES_CHUNK) {
            lines->skipping = true;
            lines->begin = lines->end;
        }
        if (fill(lines, err))
            return LINES_FAILED;
    }
}
