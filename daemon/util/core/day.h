/* Calendar days as one number: days since 1970-01-01, proleptic Gregorian, of whichever place they are
 * counted for. */
#ifndef UTIL_CORE_DAY_H
#define UTIL_CORE_DAY_H

#include <stdbool.h>
#include <stdint.h>

#define DAY_TEXT_SIZE 11 /* "2026-11-22" and NUL */

struct day_parts {
    int year, month, day; /* month and day from 1 */
};

/* The parts must exist (see day_exists). */
int32_t day_make(int year, int month, int day);
bool day_exists(int year, int month, int day);
struct day_parts day_split(int32_t day);

/* "YYYY-MM-DD"; years outside 0..9999 are shown as the nearest of these. */
void day_text(int32_t day, char text[DAY_TEXT_SIZE]);

/* Exactly "YYYY-MM-DD", of a day that exists. */
bool day_parse(const char *text, int32_t *day);

#endif
