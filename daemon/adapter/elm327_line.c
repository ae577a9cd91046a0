/* Cuts the byte stream at CR, LF and '>' and reads hex lines. Bytes that no text has vanish: some clones
 * strew them in. One that stood for a digit is missed: the line is cut then. A line that was cut short must
 * not become a frame; what cannot be told from a short frame here (an even number of digits is left) is told
 * by the listener's memory of lengths and by ISO-TP. */
#include "adapter/elm327_line.h"

#include "util/core/hex.h"

#include <ctype.h>
#include <string.h>

#define ID_DIGITS  3
#define HEX_DIGITS "0123456789ABCDEFabcdef"

enum elm327_token elm327_line_take(struct elm327_line *line, char byte)
{
    if (byte == '>') {
        return ELM327_TOKEN_PROMPT;
    }
    if (byte == '\r' || byte == '\n') {
        return line->len > 0 ? ELM327_TOKEN_LINE : ELM327_TOKEN_MORE;
    }
    if (byte == '\0' || (byte & 0x80) != 0) {
        return ELM327_TOKEN_MORE;
    }
    if (line->len == ELM327_LINE_MAX) {
        line->overlong = true;
        return ELM327_TOKEN_MORE;
    }
    line->text[line->len++] = byte;
    line->text[line->len] = '\0';
    return ELM327_TOKEN_MORE;
}

void elm327_line_clear(struct elm327_line *line)
{
    line->len = 0;
    line->text[0] = '\0';
    line->overlong = false;
}

/* Whole bytes with blanks between them. False when a digit stands alone or there are too many. */
static bool take_bytes(const char *text, struct frame *frame)
{
    frame->len = 0;
    for (text += strspn(text, " "); *text; text += strspn(text, " ")) {
        int byte = hex_byte(text);
        if (byte < 0 || frame->len == FRAME_DATA_MAX) {
            return false;
        }
        frame->data[frame->len++] = (uint8_t)byte;
        text += 2;
    }
    return frame->len > 0;
}

enum elm327_parse elm327_line_parse(const char *text, struct frame *frame)
{
    text += strspn(text, " ");
    if (text[strspn(text, HEX_DIGITS " ")] != '\0') {
        return ELM327_PARSE_TEXT;
    }
    if (strlen(text) < ID_DIGITS || hex_identifier(text) < 0) {
        return ELM327_PARSE_CUT;
    }
    frame->id = (uint16_t)hex_identifier(text);
    return take_bytes(text + ID_DIGITS, frame) ? ELM327_PARSE_FRAME : ELM327_PARSE_CUT;
}

bool elm327_line_is_echo(const char *text, const char *command)
{
    for (; *text; text++) {
        if (*text == ' ') {
            continue;
        }
        if (toupper((unsigned char)*text) != *command) {
            return false;
        }
        command++;
    }
    return *command == '\0';
}
