/* Hexadecimal digits. Inline: a log has hundreds of millions of them. */
#ifndef UTIL_CORE_HEX_H
#define UTIL_CORE_HEX_H

#include <stdint.h>

/* By character: the value of the digit + 1, 0 for what is none. */
extern const int8_t hex_table[256];

/* The value of a digit, or -1. */
static inline int hex_digit(char c)
{
    return hex_table[(uint8_t)c] - 1;
}

/* The value of two digits, or -1. */
static inline int hex_byte(const char *two)
{
    int high = hex_digit(two[0]);
    int low = hex_digit(two[1]);

    return high < 0 || low < 0 ? -1 : high << 4 | low;
}

/* An 11-bit identifier of three digits, or -1. */
static inline int hex_identifier(const char *three)
{
    int high = hex_digit(three[0]);
    int low = hex_byte(three + 1);

    return high < 0 || high > 7 || low < 0 ? -1 : high << 8 | low;
}

#endif
