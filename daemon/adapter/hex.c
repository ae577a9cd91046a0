/* Hexadecimal digits by table: recordings have hundreds of millions of them. Knows nothing of blanks or
 * lengths. */
#include "adapter/hex.h"

/* clang-format off */
/* digit + 1, so that what is not named is none */
static const int8_t digits[256] = {
    ['0'] = 1, ['1'] = 2, ['2'] = 3, ['3'] = 4, ['4'] = 5, ['5'] = 6, ['6'] = 7, ['7'] = 8, ['8'] = 9, ['9'] = 10,
    ['A'] = 11, ['B'] = 12, ['C'] = 13, ['D'] = 14, ['E'] = 15, ['F'] = 16,
    ['a'] = 11, ['b'] = 12, ['c'] = 13, ['d'] = 14, ['e'] = 15, ['f'] = 16,
};
/* clang-format on */

int hex_digit(char c)
{
    return digits[(uint8_t)c] - 1;
}

int hex_byte(const char *two)
{
    int high = hex_digit(two[0]);
    int low = hex_digit(two[1]);

    return high < 0 || low < 0 ? -1 : high << 4 | low;
}

int hex_identifier(const char *three)
{
    int high = hex_digit(three[0]);
    int low = hex_byte(three + 1);

    return high < 0 || high > 7 || low < 0 ? -1 : high << 8 | low;
}
