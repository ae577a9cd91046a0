/* Reader and writer of candump's log lines. Takes what the line carries and nothing more: half a byte, a ninth byte or
 * anything behind the data makes it no frame. Does not check what the bytes mean. */
#include "adapter/candump.h"

#include "util/core/hex.h"
#include "util/core/time.h"

#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>

#define SECONDS_DIGITS_MAX  10
#define FRACTION_DIGITS_MAX 9

/* What is left of a line. */
struct cursor {
    const char *at;
    const char *end;
};

static size_t left(const struct cursor *cursor)
{
    return (size_t)(cursor->end - cursor->at);
}

static bool take_char(struct cursor *cursor, char c)
{
    if (cursor->at == cursor->end || *cursor->at != c)
        return false;
    cursor->at++;
    return true;
}

/* Reads up to `max` decimal digits; returns how many. */
static unsigned take_digits(struct cursor *cursor, unsigned max, int64_t *value)
{
    unsigned count = 0;

    *value = 0;
    while (cursor->at < cursor->end && count < max && *cursor->at >= '0' && *cursor->at <= '9') {
        *value = *value * 10 + (*cursor->at - '0');
        cursor->at++;
        count++;
    }
    return count;
}

static bool take_time(struct cursor *cursor, int64_t *time_ns)
{
    int64_t seconds;
    int64_t fraction;

    if (!take_char(cursor, '(') || take_digits(cursor, SECONDS_DIGITS_MAX, &seconds) == 0)
        return false;
    if (!take_char(cursor, '.') || seconds > CANDUMP_SECONDS_MAX)
        return false;
    unsigned digits = take_digits(cursor, FRACTION_DIGITS_MAX, &fraction);

    if (digits == 0 || !take_char(cursor, ')') || !take_char(cursor, ' '))
        return false;
    for (; digits < FRACTION_DIGITS_MAX; digits++)
        fraction *= 10;
    *time_ns = seconds * NS_PER_S + fraction;
    return true;
}

static bool is_visible(char c)
{
    return c > ' ' && c < 0x7F;
}

static bool take_interface(struct cursor *cursor, struct candump_interface *interface)
{
    interface->name = cursor->at;
    while (cursor->at < cursor->end && is_visible(*cursor->at))
        cursor->at++;
    interface->len = (size_t)(cursor->at - interface->name);
    return interface->len > 0 && interface->len <= CANDUMP_INTERFACE_MAX && take_char(cursor, ' ');
}

static void skip_blanks(struct cursor *cursor)
{
    while (cursor->at < cursor->end && (*cursor->at == ' ' || *cursor->at == '\t'))
        cursor->at++;
}

/* Behind the data: nothing, or the direction. */
static bool take_end(struct cursor *cursor)
{
    skip_blanks(cursor);
    if (cursor->at < cursor->end && (*cursor->at == 'R' || *cursor->at == 'T') && cursor->at[-1] == ' ')
        cursor->at++;
    skip_blanks(cursor);
    return cursor->at == cursor->end;
}

static bool take_data(struct cursor *cursor, struct frame *frame)
{
    frame->len = 0;
    while (left(cursor) >= 2 && *cursor->at != ' ' && frame->len < FRAME_DATA_MAX) {
        int byte = hex_byte(cursor->at);

        if (byte < 0)
            return false;
        frame->data[frame->len++] = (uint8_t)byte;
        cursor->at += 2;
    }
    return true;
}

/* The digits of the identifier; how many there are before '#', 0 when there is no such thing. */
static size_t identifier_length(const struct cursor *cursor)
{
    size_t len = 0;

    while (len < left(cursor) && len <= 8 && hex_digit(cursor->at[len]) >= 0)
        len++;
    return len < left(cursor) && cursor->at[len] == '#' ? len : 0;
}

static enum candump_result parse_frame(struct cursor *cursor, struct frame *frame)
{
    size_t digits = identifier_length(cursor);

    if (digits == 8)
        return CANDUMP_OTHER;
    if (digits != 3)
        return CANDUMP_CUT;
    int id = hex_identifier(cursor->at);

    cursor->at += digits + 1;
    if (id < 0)
        return CANDUMP_CUT;
    if (left(cursor) > 0 && (*cursor->at == '#' || *cursor->at == 'R'))
        return CANDUMP_OTHER;
    frame->id = (uint16_t)id;
    return take_data(cursor, frame) && take_end(cursor) ? CANDUMP_FRAME : CANDUMP_CUT;
}

bool candump_recognise(const char *line, size_t len)
{
    struct cursor cursor = {line, line + len};
    int64_t time_ns;

    return take_time(&cursor, &time_ns);
}

enum candump_result candump_parse(const char *line, size_t len, struct frame *frame,
                                  struct candump_interface *interface)
{
    struct cursor cursor = {line, line + len};

    frame->id = CANDUMP_ID_NONE;
    if (len > CANDUMP_LINE_MAX || !take_time(&cursor, &frame->time_ns))
        return CANDUMP_GARBAGE;
    if (!take_interface(&cursor, interface))
        return CANDUMP_CUT;
    return parse_frame(&cursor, frame);
}

size_t candump_write(char line[CANDUMP_LINE_MAX], const struct frame *frame, int64_t utc_ns,
                     const char *interface)
{
    int len = snprintf(line, CANDUMP_LINE_MAX, "(%010" PRId64 ".%06d) %.*s %03X#", utc_ns / NS_PER_S,
                       (int)(utc_ns % NS_PER_S / NS_PER_US), CANDUMP_INTERFACE_MAX, interface, frame->id);

    for (size_t i = 0; i < frame->len; i++)
        len += snprintf(line + len, CANDUMP_LINE_MAX - (size_t)len, "%02X", frame->data[i]);
    return (size_t)(len + snprintf(line + len, CANDUMP_LINE_MAX - (size_t)len, "\n"));
}
