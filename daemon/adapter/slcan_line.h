/* From a Lawicel adapter's bytes to lines, and from a line to what it says. Pure. */
#ifndef ADAPTER_SLCAN_LINE_H
#define ADAPTER_SLCAN_LINE_H

#include "bus/frame.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SLCAN_LINE_MAX 160 /* a CAN FD frame of 64 bytes with its time stamp has 146 */
#define SLCAN_SEND_MAX (5 + 2 * FRAME_DATA_MAX)

struct slcan_line {
    char text[SLCAN_LINE_MAX + 1];
    size_t len;
    bool spoilt; /* too long, or with bytes that no adapter says */
};

enum slcan_token {
    SLCAN_TOKEN_MORE,
    SLCAN_TOKEN_LINE,    /* CR: `text` is a whole line, perhaps empty */
    SLCAN_TOKEN_REFUSED, /* BEL: the adapter says no; `text` is what stood before it, mostly "" */
    SLCAN_TOKEN_FULL,    /* so many bytes without an end; what follows still belongs to the same line */
};

/* Takes one byte. After anything but MORE call slcan_line_clear. */
enum slcan_token slcan_line_take(struct slcan_line *line, char byte);
void slcan_line_clear(struct slcan_line *line, enum slcan_token token);

enum slcan_kind {
    SLCAN_FRAME, /* a data frame with 11 bits, of exactly the length it names */
    SLCAN_OTHER, /* remote, extended or CAN FD: well, but none of ours */
    SLCAN_ACK,   /* nothing, z or Z: done */
    SLCAN_FLAGS, /* F and two digits */
    SLCAN_CUT,   /* begins as a frame and doesn't end as one */
    SLCAN_TEXT,  /* anything else */
};

struct slcan_words {
    struct frame frame; /* id, len and data, with SLCAN_FRAME */
    size_t stamp;       /* digits behind the data: 0, or 4 or 8 of a time stamp */
    uint8_t flags;      /* with SLCAN_FLAGS */
};

/* Reads a whole line without its end. */
enum slcan_kind slcan_line_parse(const char *text, size_t len, struct slcan_words *words);

/* The command that sends a data frame, without its CR. */
void slcan_line_format(const struct frame *frame, char text[SLCAN_SEND_MAX + 1]);

#endif
