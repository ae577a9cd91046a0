/* One function a kind of value. What the values mean is the handlers'. */
#include "export/web_query.h"

#include "util/core/day.h"
#include "util/core/zone.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define VALUE_BYTES 64
#define DIGITS_MAX  18 /* what surely fits */

enum web_query web_query_text(const char *query, const char *name, char *value, size_t size)
{
    size_t name_len = strlen(name);
    const char *at = query;

    value[0] = '\0';
    while (*at != '\0') {
        size_t len = strcspn(at, "&");

        if (len > name_len && strncmp(at, name, name_len) == 0 && at[name_len] == '=') {
            size_t value_len = len - name_len - 1;

            if (value_len >= size)
                return WEB_QUERY_TOO_LONG;
            memcpy(value, at + name_len + 1, value_len);
            value[value_len] = '\0';
            return WEB_QUERY_THERE;
        }
        at += len;
        at += *at == '&';
    }
    return WEB_QUERY_ABSENT;
}

bool web_query_number(const char *query, const char *name, int64_t min, int64_t max, int64_t *number)
{
    char text[VALUE_BYTES];
    enum web_query state = web_query_text(query, name, text, sizeof(text));
    size_t digits = strspn(text, "0123456789");

    if (state == WEB_QUERY_ABSENT)
        return true;
    if (state == WEB_QUERY_TOO_LONG || digits == 0 || digits > DIGITS_MAX || text[digits] != '\0')
        return false;
    int64_t value = strtoll(text, NULL, 10);
    if (value < min || value > max)
        return false;
    *number = value;
    return true;
}

bool web_query_day(const char *query, const char *name, int32_t *day)
{
    char text[VALUE_BYTES];
    enum web_query state = web_query_text(query, name, text, sizeof(text));

    return state == WEB_QUERY_ABSENT || (state == WEB_QUERY_THERE && day_parse(text, day));
}

static bool query_first_day(const char *query, const char *name, const char *rest, int32_t *day)
{
    char text[VALUE_BYTES], first[VALUE_BYTES + 8];
    enum web_query state = web_query_text(query, name, text, sizeof(text));

    snprintf(first, sizeof(first), "%s%s", text, rest);
    return state == WEB_QUERY_ABSENT || (state == WEB_QUERY_THERE && day_parse(first, day));
}

bool web_query_month(const char *query, const char *name, int32_t *day)
{
    return query_first_day(query, name, "-01", day);
}

bool web_query_year(const char *query, const char *name, int32_t *day)
{
    return query_first_day(query, name, "-01-01", day);
}

/* The + of an offset, written as it is and not as %2B, comes as a blank: our own times are copied so. */
bool web_query_time(const char *query, const char *name, int64_t *utc_ns)
{
    char text[VALUE_BYTES];
    enum web_query state = web_query_text(query, name, text, sizeof(text));
    char *blank = strchr(text, ' ');

    if (blank != NULL)
        *blank = '+';
    return state == WEB_QUERY_ABSENT || (state == WEB_QUERY_THERE && zone_time_parse(text, utc_ns));
}

const struct view_car *web_query_car(const char *query, const struct view *view)
{
    char id[VALUE_BYTES];

    switch (web_query_text(query, "car", id, sizeof(id))) {
    case WEB_QUERY_ABSENT:
        return view->car_count == 1 ? &view->cars[0] : NULL;
    case WEB_QUERY_THERE:
        return view_find_car(view, id);
    case WEB_QUERY_TOO_LONG:
        break;
    }
    return NULL;
}
