/* Local time from a table. Pure: where the table comes from and what the time is are not known here. */
#include "util/core/zone.h"

#include "util/core/day.h"
#include "util/core/time.h"

#include <stdio.h>
#include <string.h>

#define S_PER_DAY  86400
#define NS_PER_DAY (S_PER_DAY * NS_PER_S)
#define DAY_LIMIT  106000 /* days from 1970 that fit into nanoseconds, with room for offsets */

/* No place is further from UTC, and no clock change reaches further back; a search that starts so early
 * misses none. */
#define SEARCH_BACK_NS (2 * NS_PER_DAY)

void zone_set_utc(struct zone *zone)
{
    memset(zone, 0, sizeof(*zone));
    memcpy(zone->name, "UTC", sizeof("UTC"));
    zone->spans[0].from_ns = INT64_MIN;
    zone->count = 1;
}

static size_t span_at(const struct zone *zone, int64_t utc_ns)
{
    size_t low = 0;
    size_t high = zone->count;

    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (zone->spans[middle].from_ns <= utc_ns)
            low = middle;
        else
            high = middle;
    }
    return low;
}

int32_t zone_offset_s(const struct zone *zone, int64_t utc_ns)
{
    return zone->spans[span_at(zone, utc_ns)].offset_s;
}

static int64_t floor_div(int64_t value, int64_t by)
{
    return value / by - (value % by < 0 ? 1 : 0);
}

static int64_t local_s(const struct zone *zone, int64_t utc_ns)
{
    return floor_div(utc_ns, NS_PER_S) + zone_offset_s(zone, utc_ns);
}

int32_t zone_day_of(const struct zone *zone, int64_t utc_ns)
{
    int32_t day = (int32_t)floor_div(local_s(zone, utc_ns), S_PER_DAY);

    return zone_day_start_ns(zone, day + 1) <= utc_ns ? day + 1 : day;
}

int64_t zone_day_start_ns(const struct zone *zone, int32_t day)
{
    if (day > DAY_LIMIT)
        day = DAY_LIMIT;
    if (day < -DAY_LIMIT)
        day = -DAY_LIMIT;
    int64_t local_ns = day * NS_PER_DAY;
    size_t i = span_at(zone, local_ns - SEARCH_BACK_NS);
    for (;; i++) {
        int64_t start_ns = local_ns - zone->spans[i].offset_s * NS_PER_S;
        if (start_ns < zone->spans[i].from_ns)
            start_ns = zone->spans[i].from_ns;
        if (i + 1 == zone->count || start_ns < zone->spans[i + 1].from_ns)
            return start_ns;
    }
}

int64_t zone_day_end_ns(const struct zone *zone, int32_t day)
{
    return zone_day_start_ns(zone, day + 1);
}

void zone_time_text(const struct zone *zone, int64_t utc_ns, char text[ZONE_TIME_TEXT_SIZE])
{
    int64_t local = local_s(zone, utc_ns);
    int32_t day = (int32_t)floor_div(local, S_PER_DAY);
    unsigned second = (unsigned)(local - (int64_t)day * S_PER_DAY);
    int offset_min = zone_offset_s(zone, utc_ns) / 60;
    unsigned distance_min = (unsigned)(offset_min < 0 ? -offset_min : offset_min);

    day_text(day, text);
    snprintf(text + DAY_TEXT_SIZE - 1, ZONE_TIME_TEXT_SIZE - (DAY_TEXT_SIZE - 1),
             "T%02u:%02u:%02u%c%02u:%02u", second / 3600 % 24, second / 60 % 60, second % 60,
             offset_min < 0 ? '-' : '+', distance_min / 60 % 24, distance_min % 60);
}

/* Two digits below `limit`, or -1. */
static int two_digits(const char *text, int limit)
{
    if (text[0] < '0' || text[0] > '9' || text[1] < '0' || text[1] > '9')
        return -1;
    int value = (text[0] - '0') * 10 + (text[1] - '0');
    return value < limit ? value : -1;
}

/* "HH:MM:SS" as seconds, or -1; a leap second counts as the next minute's first. */
static int clock_of(const char *text)
{
    int hour = two_digits(text, 24);

    if (hour < 0 || text[2] != ':')
        return -1;
    int minute = two_digits(text + 3, 60);
    if (minute < 0 || text[5] != ':')
        return -1;
    int second = two_digits(text + 6, 61);
    return second < 0 ? -1 : hour * 3600 + minute * 60 + second;
}

/* ".125" as nanoseconds; moves *text behind it. -1 if a point has no digit behind it. */
static int64_t fraction_of(const char **text)
{
    int64_t unit = NS_PER_S / 10;
    int64_t fraction_ns = 0;

    if (**text != '.')
        return 0;
    const char *first = ++*text;
    for (; **text >= '0' && **text <= '9'; ++*text) {
        fraction_ns += unit * (**text - '0');
        unit /= 10;
    }
    return *text == first ? -1 : fraction_ns;
}

/* "Z" or "+HH:MM" to the end of the text. */
static bool parse_offset(const char *text, int *offset_s)
{
    *offset_s = 0;
    if (strcmp(text, "Z") == 0 || strcmp(text, "z") == 0)
        return true;
    if ((text[0] != '+' && text[0] != '-') || strlen(text) != strlen("+HH:MM") || text[3] != ':')
        return false;
    int hours = two_digits(text + 1, 24);
    int minutes = two_digits(text + 4, 60);
    if (hours < 0 || minutes < 0)
        return false;
    *offset_s = (hours * 3600 + minutes * 60) * (text[0] == '-' ? -1 : 1);
    return true;
}

bool zone_time_parse(const char *text, int64_t *utc_ns)
{
    char date[DAY_TEXT_SIZE];
    int32_t day;
    int offset_s;

    if (strlen(text) < sizeof("2026-11-22T07:55:01Z") - 1 || (text[10] != 'T' && text[10] != 't'))
        return false;
    memcpy(date, text, sizeof(date) - 1);
    date[sizeof(date) - 1] = '\0';
    int second = clock_of(text + 11);
    if (second < 0 || !day_parse(date, &day) || day > DAY_LIMIT || day < -DAY_LIMIT)
        return false;
    const char *rest = text + 19;
    int64_t fraction_ns = fraction_of(&rest);
    if (fraction_ns < 0 || !parse_offset(rest, &offset_s))
        return false;
    *utc_ns = day * NS_PER_DAY + (second - offset_s) * NS_PER_S + fraction_ns;
    return true;
}
