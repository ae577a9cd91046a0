/* Day numbers to and from year, month, day. Knows no zone and no clock (util/core/zone has the zone). */
#include "util/core/day.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#define DAYS_PER_ERA   146097 /* 400 years */
#define DAYS_TO_EPOCH  719468 /* from 0000-03-01 to 1970-01-01 */
#define YEAR_SHOWN_MAX 9999

static bool is_leap_year(int year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

bool day_exists(int year, int month, int day)
{
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

    if (month < 1 || month > 12 || day < 1)
        return false;
    return day <= lengths[month - 1] + (month == 2 && is_leap_year(year) ? 1 : 0);
}

/* Years begin in March here, so that the leap day is the last of its year. Howard Hinnant, "chrono-compatible
 * low-level date algorithms", days_from_civil and civil_from_days. */
int32_t day_make(int year, int month, int day)
{
    assert(day_exists(year, month, day));
    int from_march = month <= 2 ? year - 1 : year;
    int era = (from_march >= 0 ? from_march : from_march - 399) / 400;
    int year_of_era = from_march - era * 400;
    int day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    int day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;

    return era * DAYS_PER_ERA + day_of_era - DAYS_TO_EPOCH;
}

struct day_parts day_split(int32_t day)
{
    int64_t shifted = (int64_t)day + DAYS_TO_EPOCH;
    int era = (int)((shifted >= 0 ? shifted : shifted - (DAYS_PER_ERA - 1)) / DAYS_PER_ERA);
    int day_of_era = (int)(shifted - (int64_t)era * DAYS_PER_ERA);
    int year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int month = (5 * day_of_year + 2) / 153;
    struct day_parts parts = {
        .year = year_of_era + era * 400 + (month >= 10 ? 1 : 0),
        .month = month < 10 ? month + 3 : month - 9,
        .day = day_of_year - (153 * month + 2) / 5 + 1,
    };

    return parts;
}

void day_text(int32_t day, char text[DAY_TEXT_SIZE])
{
    struct day_parts parts = day_split(day);
    int year = parts.year;

    if (year < 0)
        year = 0;
    if (year > YEAR_SHOWN_MAX)
        year = YEAR_SHOWN_MAX;
    snprintf(text, DAY_TEXT_SIZE, "%04u-%02u-%02u", (unsigned)year % 10000, (unsigned)parts.month % 100,
             (unsigned)parts.day % 100);
}

bool day_parse(const char *text, int32_t *day)
{
    const char *shape = "dddd-dd-dd";
    int numbers[3] = {0, 0, 0};
    int part = 0;

    if (strlen(text) != strlen(shape))
        return false;
    for (size_t i = 0; shape[i] != '\0'; i++) {
        bool is_digit = text[i] >= '0' && text[i] <= '9';
        if (shape[i] == 'd' ? !is_digit : text[i] != shape[i])
            return false;
        if (is_digit)
            numbers[part] = numbers[part] * 10 + (text[i] - '0');
        else
            part++;
    }
    if (!day_exists(numbers[0], numbers[1], numbers[2]))
        return false;
    *day = day_make(numbers[0], numbers[1], numbers[2]);
    return true;
}
