/* Lines of an ELM327 in recordings. The only thing taken for a frame is what can be nothing else: with a
 * 3-digit identifier and whole bytes the number of digits is odd, while answers without header are whole
 * bytes and even; so the length digit of ATD1 is believed only where the host is known to have switched it
 * on. Does not drive a dongle (elm327). */
#include "adapter/elm_line.h"

#include "adapter/hex.h"
#include "util/core/time.h"

#include <string.h>

/* What an adapter says besides frames, by how it begins. */
static const char *const texts[] = {
    "?",     "ACT ALERT", "!ACT ALERT", "BUFFER FULL", "BUS ",      "CAN ERROR", "DATA ERROR",    "ELM3",
    "ERR",   "FB ERROR",  "LP ALERT",   "!LP ALERT",   "LV RESET",  "NO DATA",   "NOT CONNECTED", "OBDLINK",
    "OK",    "RX ERROR",  "STN",        "STOPPED",     "UNABLE TO", "AUTO",      "ISO ",          "VLINKER",
    "FC RX", "BUSINIT",   "AT",
};

static char upper(char c)
{
    return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

static bool begins_with(const char *line, size_t len, const char *text)
{
    for (; *text != '\0'; text++, line++, len--) {
        if (len == 0 || upper(*line) != *text)
            return false;
    }
    return true;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\0'; /* the maker says: ignore NUL bytes */
}

static void trim(const char **line, size_t *len)
{
    while (*len > 0 && is_blank(**line)) {
        (*line)++;
        (*len)--;
    }
    while (*len > 0 && (is_blank((*line)[*len - 1]) || (*line)[*len - 1] == '>'))
        (*len)--;
}

/* "12.4V", "12.2" (the answer of ATRV) */
static bool is_voltage(const char *line, size_t len)
{
    size_t digits = 0;
    size_t points = 0;

    if (len > 0 && upper(line[len - 1]) == 'V')
        len--;
    for (size_t i = 0; i < len; i++) {
        digits += line[i] >= '0' && line[i] <= '9';
        points += line[i] == '.';
    }
    return len <= 5 && digits >= 2 && points == 1 && digits + points == len;
}

static enum elm_line classify_text(const char *line, size_t len)
{
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        if (begins_with(line, len, texts[i]))
            return ELM_LINE_TEXT;
    }
    return is_voltage(line, len) ? ELM_LINE_TEXT : ELM_LINE_GARBAGE;
}

static void skip_blanks(const char **line, size_t *len)
{
    while (*len > 0 && is_blank(**line)) {
        (*line)++;
        (*len)--;
    }
}

/* The digit of ATD1, -1 when there is none. */
static int take_length_digit(const char **line, size_t *len)
{
    skip_blanks(line, len);
    int digit = *len > 0 ? hex_digit(**line) : -1;

    if (digit < 0 || digit > FRAME_DATA_MAX)
        return -1;
    (*line)++;
    (*len)--;
    return digit;
}

static enum elm_line take_bytes(const char *line, size_t len, size_t max, struct frame *frame)
{
    frame->len = 0;
    for (skip_blanks(&line, &len); len > 0; skip_blanks(&line, &len)) {
        if (*line == '<')
            return ELM_LINE_DAMAGED;
        int byte = len >= 2 ? hex_byte(line) : -1;

        if (byte < 0 || frame->len == max)
            return ELM_LINE_CUT;
        frame->data[frame->len++] = (uint8_t)byte;
        line += 2;
        len -= 2;
    }
    return frame->len > 0 ? ELM_LINE_FRAME : ELM_LINE_CUT;
}

static enum elm_line parse_frame(const char *line, size_t len, bool length_digit, struct frame *frame)
{
    size_t max = FRAME_DATA_MAX;
    int id = hex_identifier(line);

    line += 3;
    len -= 3;
    if (length_digit) {
        int digit = take_length_digit(&line, &len);

        if (digit < 0)
            return ELM_LINE_CUT;
        max = (size_t)digit;
    }
    *frame = (struct frame){.time_ns = TIME_NONE, .id = (uint16_t)id};
    return take_bytes(line, len, max, frame);
}

/* "SEARCHING...7BB0462..." where the adapter did not begin a new line. */
static void skip_searching(const char **line, size_t *len)
{
    static const char searching[] = "SEARCHING";

    if (!begins_with(*line, *len, searching))
        return;
    *line += sizeof(searching) - 1;
    *len -= sizeof(searching) - 1;
    while (*len > 0 && **line == '.') {
        (*line)++;
        (*len)--;
    }
}

enum elm_line elm_line_parse(const char *line, size_t len, bool length_digit, struct frame *frame)
{
    if (len > ELM_LINE_MAX)
        return ELM_LINE_GARBAGE;
    trim(&line, &len);
    if (len == 0)
        return ELM_LINE_EMPTY;
    if (begins_with(line, len, "SEARCHING")) {
        skip_searching(&line, &len);
        trim(&line, &len);
        if (len == 0)
            return ELM_LINE_TEXT;
    }
    if (classify_text(line, len) == ELM_LINE_TEXT)
        return ELM_LINE_TEXT;
    if (*line == '<')
        return ELM_LINE_DAMAGED;
    return len >= 3 && hex_identifier(line) >= 0 ? parse_frame(line, len, length_digit, frame)
                                                 : ELM_LINE_GARBAGE;
}

/* Up to 8 bytes from digits with blanks; how many, or -1. */
static int bytes_from(const char *digits, size_t len, uint8_t *bytes)
{
    int count = 0;

    for (skip_blanks(&digits, &len); len > 0; skip_blanks(&digits, &len)) {
        if (len == 1)
            return hex_digit(*digits) < 0 ? -1 : count;
        int byte = hex_byte(digits);

        if (byte < 0 || count == FRAME_DATA_MAX)
            return -1;
        bytes[count++] = (uint8_t)byte;
        digits += 2;
        len -= 2;
    }
    return count;
}

/* Whether the first byte can be the length of a single frame that holds the others. */
static bool has_length_byte(const uint8_t *bytes, int count)
{
    return bytes[0] >= 1 && bytes[0] < FRAME_DATA_MAX && (bytes[0] == count - 1 || count == FRAME_DATA_MAX);
}

bool elm_line_request(const char *digits, size_t len, uint16_t id, enum elm_formatting formatting,
                      struct frame *frame)
{
    uint8_t bytes[FRAME_DATA_MAX];
    int count = bytes_from(digits, len, bytes);

    if (count < 1)
        return false;
    if (formatting == ELM_FORMATTING_UNKNOWN)
        formatting = has_length_byte(bytes, count) ? ELM_FORMATTING_OFF : ELM_FORMATTING_ON;
    int shift = formatting == ELM_FORMATTING_ON ? 1 : 0;

    if (count + shift > FRAME_DATA_MAX)
        return false;
    *frame = (struct frame){.time_ns = TIME_NONE, .id = id, .len = FRAME_DATA_MAX};
    frame->data[0] = (uint8_t)count; /* overwritten where the host gave it */
    memcpy(frame->data + shift, bytes, (size_t)count);
    return true;
}
