/* Frames as the ELM327 prints them, and its hexadecimal digits. Settings are only read. */
#include "elm327_private.h"

#include "util/core/buf.h"

#include <string.h>

/* With formatting on a single frame is printed up to its length byte (79A04621103A3); of longer answers every
 * byte is. */
static unsigned format_length(const struct sim_elm327 *elm, const struct sim_frame *frame)
{
    unsigned pci = frame->data[0];

    if (elm->state != SIM_ELM_ASKING || !sim_elm_formats(elm) || frame->len == 0)
        return frame->len;
    return pci >= 1 && pci < frame->len ? pci + 1 : frame->len;
}

static bool format_has_spaces(const struct sim_elm327 *elm)
{
    return elm->settings.spaces || sim_elm_has_fault(elm, SIM_FAULT_SPACES);
}

static void format_bytes(const struct sim_elm327 *elm, const uint8_t *bytes, unsigned len, struct buf *line)
{
    for (unsigned i = 0; i < len; i++)
        buf_add_format(line, format_has_spaces(elm) ? "%02X " : "%02X", bytes[i]);
}

static void format_header(const struct sim_elm327 *elm, const struct sim_frame *frame, struct buf *line)
{
    const char *space = format_has_spaces(elm) ? " " : "";

    buf_add_format(line, frame->extended ? "%08X%s" : "%03X%s", frame->id, space);
    if (elm->settings.show_length || sim_elm_has_fault(elm, SIM_FAULT_DLC_DIGIT))
        buf_add_format(line, "%X%s", frame->len, space);
}

/* ATH0 with formatting: the length of a long answer on a line of its own, then "0: ", "1: " and so on. */
static void format_without_header(const struct sim_elm327 *elm, const struct sim_frame *frame,
                                  struct buf *line)
{
    unsigned len = format_length(elm, frame);
    unsigned kind = frame->data[0] >> 4;

    if (!sim_elm_formats(elm) || elm->state != SIM_ELM_ASKING || len == 0 || kind > 2) {
        format_bytes(elm, frame->data, len, line);
    } else if (kind == 0) {
        format_bytes(elm, frame->data + 1, len - 1, line);
    } else if (kind == 1 && len > 2) {
        buf_add_format(line, "%03X \r0: ", (unsigned)(frame->data[0] & 0x0F) << 8 | frame->data[1]);
        format_bytes(elm, frame->data + 2, len - 2, line);
    } else {
        buf_add_format(line, "%X: ", frame->data[0] & 0x0FU);
        format_bytes(elm, frame->data + 1, len - 1, line);
    }
}

void sim_elm_format(const struct sim_elm327 *elm, const struct sim_frame *frame, char *text, size_t cap)
{
    struct buf line;

    buf_init(&line, text, cap);
    if (!elm->settings.headers) {
        format_without_header(elm, frame, &line);
        return;
    }
    format_header(elm, frame, &line);
    if (frame->remote)
        buf_add_text(&line, "RTR");
    else
        format_bytes(elm, frame->data, format_length(elm, frame), &line);
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

bool sim_elm_parse_hex(const char *text, uint32_t *value)
{
    *value = 0;
    if (*text == '\0')
        return false;
    for (; *text != '\0'; text++) {
        int digit = hex_digit(*text);

        if (digit < 0)
            return false;
        *value = *value << 4 | (uint32_t)digit;
    }
    return true;
}

bool sim_elm_parse_bytes(const char *text, uint8_t *bytes, uint8_t max, uint8_t *len)
{
    size_t digits = strlen(text);

    *len = 0;
    if (digits == 0 || digits % 2 != 0 || digits / 2 > max)
        return false;
    for (size_t i = 0; i < digits; i += 2) {
        int high = hex_digit(text[i]);
        int low = hex_digit(text[i + 1]);

        if (high < 0 || low < 0)
            return false;
        bytes[*len] = (uint8_t)(high << 4 | low);
        (*len)++;
    }
    return true;
}
