/* Times and days as clients write them: what is accepted must be written back as the same second, the same
 * day. */
#include "util/core/day.h"
#include "util/core/time.h"
#include "util/core/zone.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
    if (!holds)
        abort();
}

static void try_time(const struct zone *zone, const char *text)
{
    char again[ZONE_TIME_TEXT_SIZE];
    int64_t utc_ns, again_ns;

    if (!zone_time_parse(text, &utc_ns))
        return;
    zone_time_text(zone, utc_ns, again);
    require(zone_time_parse(again, &again_ns));
    require(utc_ns - again_ns >= 0 && utc_ns - again_ns < NS_PER_S);
    int32_t day = zone_day_of(zone, utc_ns);
    require(zone_day_start_ns(zone, day) <= utc_ns && utc_ns < zone_day_end_ns(zone, day));
}

static void try_day(const char *text)
{
    char again[DAY_TEXT_SIZE];
    int32_t day;

    if (!day_parse(text, &day))
        return;
    day_text(day, again);
    require(strcmp(text, again) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1);
    struct zone zone;

    memcpy(text, data, size);
    text[size] = '\0';
    zone_set_utc(&zone);
    try_time(&zone, text);
    try_day(text);
    free(text);
    return 0;
}
