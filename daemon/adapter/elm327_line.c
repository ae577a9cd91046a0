/* Cuts the byte stream at CR, LF and '>' and reads hex lines. A line that was cut short must not become a
 * frame; what cannot be told from a short frame here (an even number of digits is left) is told by the
 * listener's memory of lengths and by ISO-TP. */
#include "adapter/elm327_line.h"

#include <ctype.h>

#define ID_DIGITS 3

enum elm327_token elm327_line_take(struct elm327_line *line, char byte)
{
    if (byte == '>') {
        return ELM327_TOKEN_PROMPT;
    }
    if (byte == '\r' || byte == '\n') {
        return line->len > 0 ? ELM327_TOKEN_LINE : ELM327_TOKEN_MORE;
    }
    if (byte == '\0') {
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

static int hex_value(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'A' && c <= 'F') {
        return c - 'A' + 10;
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    return -1;
}

/* Copies the values of the hex digits, up to `max`; returns how many there are, or -1 for another character.
 */
static int line_digits(const char *text, uint8_t *digits, int max)
{
    int count = 0;
    for (; *text; text++) {
        if (*text == ' ') {
            continue;
        }
        int value = hex_value(*text);
        if (value < 0) {
            return -1;
        }
        if (count < max) {
            digits[count] = (uint8_t)value;
        }
        count++;
    }
    return count;
}

enum elm327_parse elm327_line_parse(const char *text, struct frame *frame)
{
    uint8_t digits[ID_DIGITS + 2 * FRAME_DATA_MAX];
    int count = line_digits(text, digits, (int)sizeof(digits));
    if (count < 0) {
        return ELM327_PARSE_TEXT;
    }
    if (count < ID_DIGITS + 2 || count > (int)sizeof(digits) || count % 2 == 0 || digits[0] > 7) {
        return ELM327_PARSE_CUT;
    }
    frame->id = (uint16_t)(digits[0] << 8 | digits[1] << 4 | digits[2]);
    frame->len = (uint8_t)((count - ID_DIGITS) / 2);
    for (int i = 0; i < frame->len; i++) {
        frame->data[i] = (uint8_t)(digits[ID_DIGITS + 2 * i] << 4 | digits[ID_DIGITS + 2 * i + 1]);
    }
    return ELM327_PARSE_FRAME;
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
