/* Bounded builder. Allocates nothing; what does not fit is left out and remembered in `cut`. */
#include "util/core/buf.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void buf_init(struct buf *buf, char *memory, size_t cap)
{
    assert(cap >= 1);
    buf->data = memory;
    buf->cap = cap;
    buf_clear(buf);
}

void buf_clear(struct buf *buf)
{
    buf->len = 0;
    buf->cut = false;
    buf->data[0] = '\0';
}

void buf_add(struct buf *buf, const void *bytes, size_t len)
{
    size_t room = buf->cap - 1 - buf->len;

    if (len > room) {
        len = room;
        buf->cut = true;
    }
    memcpy(buf->data + buf->len, bytes, len);
    buf->len += len;
    buf->data[buf->len] = '\0';
}

void buf_add_text(struct buf *buf, const char *text)
{
    buf_add(buf, text, strlen(text));
}

void buf_add_format(struct buf *buf, const char *format, ...)
{
    size_t room = buf->cap - buf->len;
    va_list args;

    va_start(args, format);
    int wanted = vsnprintf(buf->data + buf->len, room, format, args);
    va_end(args);
    if (wanted < 0 || (size_t)wanted >= room) {
        buf->cut = true;
        buf->len = buf->cap - 1;
        return;
    }
    buf->len += (size_t)wanted;
}
