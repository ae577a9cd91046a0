/* Lines of an ELM327 in recordings. The only thing taken for a frame is what can be nothing else: with a
 * 3-digit identifier and whole bytes the number of digits is odd, while answers without header are whole
 * bytes and even; so the length digit of ATD1 is believed only where the host is known to have switched it
 * on. Does not drive a dongle (elm327). */
#include "adapter/elm_line.h"

#include "adapter/elm327_line.h"
#include "adapter/elm327_text.h"
#include "util/core/hex.h"
#include "util/core/time.h"

#include <string.h>

#define ID_DIGITS 3

/* What adapters say besides the texts of elm327_text, by how it begins: names of chips and protocols. */
static const char *const names[] = {"AUTO",    "BUSINIT", "ELM3", "ISO ",   "OBDII",
                                    "OBDLink", "SAE ",    "STN",  "vLinker"};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static void skip_blanks(const char **line, size_t *len)
{
    while (*len > 0 && is_blank(**line)) {
        (*line)++;
        (*len)--;
    }
}

/* Copies without NUL bytes (the maker says: ignore them), with tabs as blanks, and without blanks and prompts
 * around. */
static size_t clean(char *text, const char *line, size_t len)
{
    size_t used = 0;

    for (size_t i = 0; i < len; i++) {
        if (line[i] != '\0' && (used > 0 || !is_blank(line[i])))
            text[used++] = line[i] == '\t' ? ' ' : line[i];
    }
    while (used > 0 && (is_blank(text[used - 1]) || text[used - 1] == '>'))
        used--;
    text[used] = '\0';
    return used;
}

/* "12.4V", "12.2" (the answer of ATRV) */
static bool is_voltage(const char *text, size_t len)
{
    size_t digits = strspn(text, "0123456789");
    size_t decimals = text[digits] == '.' ? strspn(text + digits + 1, "0123456789") : 0;
    size_t used = digits + 1 + decimals;

    if (digits < 1 || digits > 2 || decimals != 1)
        return false;
    return used == len || (used + 1 == len && (text[used] == 'V' || text[used] == 'v'));
}

/* The echo of a setting: "AT SH 79B", "ATZ". */
static bool is_setting(const char *text, size_t len)
{
    return strncmp(text, "AT", 2) == 0 && strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789@ ") == len;
}

static bool is_name(const char *text)
{
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (strncmp(text, names[i], strlen(names[i])) == 0)
            return true;
    }
    return false;
}

/* Takes the digit of ATD1 out, behind the identifier; -1 when there is none. */
static int take_length_digit(char *text)
{
    char *at = text + ID_DIGITS + strspn(text + ID_DIGITS, " ");
    int digit = hex_digit(*at);

    if (digit < 0 || digit > FRAME_DATA_MAX)
        return -1;
    memmove(at, at + 1, strlen(at));
    return digit;
}

static enum elm_line parse_frame(char *text, bool length_digit, struct frame *frame)
{
    int max = length_digit ? take_length_digit(text) : FRAME_DATA_MAX;

    frame->time_ns = TIME_NONE;
    if (elm327_line_parse(text, frame) != ELM327_PARSE_FRAME || frame->len > max)
        return ELM_LINE_CUT;
    return ELM_LINE_FRAME;
}

static bool begins_like_frame(const char *text, size_t len)
{
    return len >= ID_DIGITS && hex_identifier(text) >= 0;
}

static enum elm_line parse_digits(char *text, size_t len, bool length_digit, struct frame *frame)
{
    if (is_voltage(text, len) || is_setting(text, len) || is_name(text))
        return ELM_LINE_TEXT;
    return begins_like_frame(text, len) ? parse_frame(text, length_digit, frame) : ELM_LINE_GARBAGE;
}

/* "SEARCHING...7BB0462..." where the adapter did not begin a new line. */
static enum elm_line parse_searching(char *text, size_t len, bool length_digit, struct frame *frame)
{
    size_t skipped = strlen("SEARCHING");

    skipped += strspn(text + skipped, ". ");
    if (skipped == len)
        return ELM_LINE_TEXT;
    return parse_digits(text + skipped, len - skipped, length_digit, frame);
}

enum elm_line elm_line_parse(const char *line, size_t len, bool length_digit, struct frame *frame)
{
    char text[ELM_LINE_MAX + 1];

    if (len > ELM_LINE_MAX)
        return ELM_LINE_GARBAGE;
    len = clean(text, line, len);
    if (len == 0)
        return ELM_LINE_EMPTY;
    enum elm327_text said = elm327_text_find(text);

    if (said == ELM327_TEXT_OTHER)
        return parse_digits(text, len, length_digit, frame);
    if (said == ELM327_TEXT_SEARCHING)
        return parse_searching(text, len, length_digit, frame);
    if (said == ELM327_TEXT_DATA_ERROR || said == ELM327_TEXT_RX_ERROR)
        return ELM_LINE_DAMAGED;
    return begins_like_frame(text, len) ? ELM_LINE_CUT : ELM_LINE_TEXT; /* "7BB10 STOPPED" */
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
