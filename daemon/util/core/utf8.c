/* UTF-8 as RFC 3629 has it: no overlong forms, no surrogates, nothing above U+10FFFF. Converts nothing. */
#include "util/core/utf8.h"

#include <stdint.h>

/* By first byte: how long, and which second bytes are allowed (there overlong and surrogates show). */
static const struct {
    uint8_t first_from, first_to, length, second_from, second_to;
} forms[] = {
    {0xC2, 0xDF, 2, 0x80, 0xBF}, {0xE0, 0xE0, 3, 0xA0, 0xBF}, {0xE1, 0xEC, 3, 0x80, 0xBF},
    {0xED, 0xED, 3, 0x80, 0x9F}, {0xEE, 0xEF, 3, 0x80, 0xBF}, {0xF0, 0xF0, 4, 0x90, 0xBF},
    {0xF1, 0xF3, 4, 0x80, 0xBF}, {0xF4, 0xF4, 4, 0x80, 0x8F},
};

static bool follows(const uint8_t *byte, size_t form)
{
    if (byte[1] < forms[form].second_from || byte[1] > forms[form].second_to)
        return false;
    for (size_t i = 2; i < forms[form].length; i++) {
        if ((byte[i] & 0xC0) != 0x80)
            return false;
    }
    return true;
}

size_t utf8_char_length(const char *bytes, size_t len)
{
    const uint8_t *byte = (const uint8_t *)bytes;

    if (len == 0)
        return 0;
    if (byte[0] < 0x80)
        return 1;
    for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
        if (byte[0] >= forms[i].first_from && byte[0] <= forms[i].first_to)
            return len >= forms[i].length && follows(byte, i) ? forms[i].length : 0;
    }
    return 0;
}

bool utf8_is_control(const char *bytes, size_t length)
{
    const uint8_t *byte = (const uint8_t *)bytes;

    if (length == 1)
        return byte[0] < 0x20 || byte[0] == 0x7F;
    return length == 2 && byte[0] == 0xC2 && byte[1] < 0xA0;
}

bool utf8_is_clean(const char *bytes, size_t len)
{
    size_t at = 0;

    while (at < len) {
        size_t length = utf8_char_length(bytes + at, len - at);
        if (length == 0 || utf8_is_control(bytes + at, length))
            return false;
        at += length;
    }
    return true;
}
