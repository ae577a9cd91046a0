/* A number and its unit. A number alone is none but 0: nobody knows whether 30 means seconds or minutes. */
#include "tools/duration.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static int64_t unit_s(const char *unit)
{
    static const struct {
        const char *unit;
        int64_t seconds;
    } units[] = {{"s", 1}, {"m", 60}, {"min", 60}, {"h", 3600}};

    for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
        if (strcmp(units[i].unit, unit) == 0)
            return units[i].seconds;
    }
    return 0;
}

bool duration_parse(const char *text, int64_t *seconds)
{
    char *end;

    if (strcmp(text, "0") == 0) {
        *seconds = 0;
        return true;
    }
    errno = 0;
    long long number = strtoll(text, &end, 10);
    if (errno != 0 || text[0] < '0' || text[0] > '9' || number > DURATION_MAX_S)
        return false;
    *seconds = number * unit_s(end);
    return unit_s(end) > 0 && *seconds <= DURATION_MAX_S;
}
