/* Cuts the byte stream at CR and BEL and reads Lawicel lines. A frame's line must have exactly the length
 * that it names: one that lost bytes must not become another frame. */
#include "adapter/slcan_line.h"

#include "util/core/hex.h"

#include <string.h>

#define CR         '\r'
#define BEL        '\a'
#define ID_DIGITS  3
#define LEN_AT     (1 + ID_DIGITS)
#define HEADER_LEN (LEN_AT + 1)

enum slcan_token slcan_line_take(struct slcan_line *line, char byte)
{
    if (byte == CR) {
        return SLCAN_TOKEN_LINE;
    }
    if (byte == BEL) {
        return SLCAN_TOKEN_REFUSED;
    }
    if (byte == '\n') {
        return SLCAN_TOKEN_MORE; /* some end their lines with both */
    }
    line->spoilt |= byte < ' ' || byte > '~';
    line->text[line->len++] = byte;
    line->text[line->len] = '\0';
    line->spoilt |= line->len == SLCAN_LINE_MAX;
    return line->len == SLCAN_LINE_MAX ? SLCAN_TOKEN_FULL : SLCAN_TOKEN_MORE;
}

void slcan_line_clear(struct slcan_line *line, enum slcan_token token)
{
    line->len = 0;
    line->text[0] = '\0';
    line->spoilt = token == SLCAN_TOKEN_FULL;
}

static bool is_hex(const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (hex_digit(text[i]) < 0) {
            return false;
        }
    }
    return len > 0;
}

/* tIIILDD..., perhaps with a time stamp of 4 or 8 digits. */
static enum slcan_kind parse_frame(const char *text, size_t len, struct slcan_words *words)
{
    if (len < HEADER_LEN || !is_hex(text + 1, len - 1) || hex_identifier(text + 1) < 0 ||
        hex_digit(text[LEN_AT]) > FRAME_DATA_MAX) {
        return SLCAN_CUT;
    }
    struct frame *frame = &words->frame;
    frame->id = (uint16_t)hex_identifier(text + 1);
    frame->len = (uint8_t)hex_digit(text[LEN_AT]);
    size_t data_end = HEADER_LEN + 2U * frame->len;
    words->stamp = len - data_end;
    if (len < data_end || (words->stamp != 0 && words->stamp != 4 && words->stamp != 8)) {
        return SLCAN_CUT;
    }
    for (size_t i = 0; i < frame->len; i++) {
        frame->data[i] = (uint8_t)hex_byte(text + HEADER_LEN + 2 * i);
    }
    return SLCAN_FRAME;
}

static enum slcan_kind parse_flags(const char *text, size_t len, struct slcan_words *words)
{
    if (len != 3 || !is_hex(text + 1, 2)) {
        return SLCAN_TEXT;
    }
    words->flags = (uint8_t)hex_byte(text + 1);
    return SLCAN_FLAGS;
}

enum slcan_kind slcan_line_parse(const char *text, size_t len, struct slcan_words *words)
{
    *words = (struct slcan_words){.stamp = 0};
    switch (len > 0 ? text[0] : 'z') {
    case 't':
        return parse_frame(text, len, words);
    case 'T': /* 29 bits */
    case 'r': /* remote */
    case 'R':
    case 'd': /* CAN FD */
    case 'D':
    case 'b':
    case 'B':
        return is_hex(text + 1, len - 1) ? SLCAN_OTHER : SLCAN_TEXT;
    case 'z':
    case 'Z':
        return len <= 1 ? SLCAN_ACK : SLCAN_TEXT;
    case 'F':
        return parse_flags(text, len, words);
    default:
        return SLCAN_TEXT;
    }
}

void slcan_line_format(const struct frame *frame, char text[SLCAN_SEND_MAX + 1])
{
    static const char DIGITS[] = "0123456789ABCDEF";
    char *to = text;
    *to++ = 't';
    for (int shift = 8; shift >= 0; shift -= 4) {
        *to++ = DIGITS[frame->id >> shift & 0xF];
    }
    *to++ = DIGITS[frame->len];
    for (size_t i = 0; i < frame->len; i++) {
        *to++ = DIGITS[frame->data[i] >> 4];
        *to++ = DIGITS[frame->data[i] & 0xF];
    }
    *to = '\0';
}
