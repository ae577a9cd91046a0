/* Asks the C library for the offset of every other day of 1970..2100 and searches the second where it
 * changes: so daylight rules, their history and zones that change at midnight come from tzdata, and nobody
 * needs tzset() afterwards. Deliberately no reader of zone files of our own: the system's is updated with the
 * zones. */
#include "util/calendar.h"

#include "util/core/time.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define ZONE_FOLDER  "/usr/share/zoneinfo/"
#define LAST_S       INT64_C(4133980800) /* 2101-01-01 */
#define STEP_S       (2 * 86400)         /* no place kept an offset for less than 6 days since 1970 */
#define UNKNOWN_NAME "local"

_Static_assert(sizeof(time_t) == 8, "build with -D_TIME_BITS=64: the table reaches beyond 2038");

static bool is_name_shaped(const char *name)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_+-/";
    size_t len = strlen(name);

    if (len == 0 || len >= ZONE_NAME_MAX || strspn(name, allowed) != len)
        return false;
    if (name[0] == '/' || name[len - 1] == '/' || strstr(name, "//"))
        return false;
    return strncmp(name, "right/", 6) != 0; /* those count leap seconds: not what clocks show */
}

static bool is_zone_file(const char *path)
{
    char magic[4] = "";
    FILE *file = fopen(path, "re");

    if (!file)
        return false;
    size_t got = fread(magic, 1, sizeof(magic), file);
    fclose(file);
    return got == sizeof(magic) && memcmp(magic, "TZif", sizeof(magic)) == 0;
}

bool calendar_zone_exists(const char *name)
{
    char path[sizeof(ZONE_FOLDER) + ZONE_NAME_MAX];

    if (!is_name_shaped(name))
        return false;
    snprintf(path, sizeof(path), ZONE_FOLDER "%s", name);
    return is_zone_file(path);
}

/* $TZ may also hold a path or a rule ("CET-1CEST,M3.5.0,M10.5.0/3"); a mistyped name would be UTC without a
 * word. */
static bool is_usable_tz(const char *tz)
{
    if (tz[0] == ':')
        tz++;
    if (tz[0] == '/')
        return is_zone_file(tz);
    return tz[0] == '\0' || strcmp(tz, "UTC") == 0 || calendar_zone_exists(tz) || strpbrk(tz, "0123456789");
}

static void name_of_system_zone(char name[ZONE_NAME_MAX])
{
    char target[PATH_MAX];
    ssize_t len = readlink("/etc/localtime", target, sizeof(target) - 1);

    snprintf(name, ZONE_NAME_MAX, "%s", len < 0 && errno == ENOENT ? "UTC" : UNKNOWN_NAME);
    if (len < 0)
        return;
    target[len] = '\0';
    const char *folder = strstr(target, "zoneinfo/");
    if (folder && is_name_shaped(folder + strlen("zoneinfo/")))
        snprintf(name, ZONE_NAME_MAX, "%.*s", ZONE_NAME_MAX - 1, folder + strlen("zoneinfo/"));
}

/* Whole minutes, as RFC 3339 has them: only Liberia before 1972 had another. */
static int32_t offset_at(int64_t utc_s)
{
    time_t instant = (time_t)utc_s;
    struct tm local;

    if (!localtime_r(&instant, &local))
        return 0;
    return (int32_t)(local.tm_gmtoff / 60 * 60);
}

/* The first second after `before_s`, not after `after_s`, at which the offset is no longer that of
 * `before_s`. */
static int64_t find_change(int64_t before_s, int64_t after_s)
{
    int32_t old = offset_at(before_s);

    while (after_s - before_s > 1) {
        int64_t middle_s = before_s + (after_s - before_s) / 2;
        if (offset_at(middle_s) == old)
            before_s = middle_s;
        else
            after_s = middle_s;
    }
    return after_s;
}

static int fill_table(struct zone *zone, struct err *err)
{
    zone->spans[0] = (struct zone_span){INT64_MIN, offset_at(0)};
    zone->count = 1;
    for (int64_t at_s = STEP_S; at_s < LAST_S; at_s += STEP_S) {
        int32_t offset_s = offset_at(at_s);
        if (offset_s == zone->spans[zone->count - 1].offset_s)
            continue;
        if (zone->count == ZONE_SPAN_MAX)
            return err_set(err, "zone %s changes its clocks more than %d times", zone->name, ZONE_SPAN_MAX);
        int64_t change_s = find_change(at_s - STEP_S, at_s);
        zone->spans[zone->count++] = (struct zone_span){change_s * NS_PER_S, offset_s};
    }
    return 0;
}

static int load_named(struct zone *zone, struct err *err)
{
    char *previous = getenv("TZ");
    char *kept = previous ? strdup(previous) : NULL;

    if ((previous && !kept) || setenv("TZ", zone->name, 1) != 0) {
        free(kept);
        return err_set(err, "out of memory");
    }
    tzset();
    int result = fill_table(zone, err);
    if (kept)
        setenv("TZ", kept, 1);
    else
        unsetenv("TZ");
    tzset();
    free(kept);
    return result;
}

static int load_system(struct zone *zone, struct err *err)
{
    const char *tz = getenv("TZ");

    if (tz && !is_usable_tz(tz))
        return err_set(err, "the environment's TZ=%s: no such time zone", tz);
    if (tz && calendar_zone_exists(tz[0] == ':' ? tz + 1 : tz))
        snprintf(zone->name, sizeof(zone->name), "%s", tz[0] == ':' ? tz + 1 : tz);
    else if (tz)
        snprintf(zone->name, sizeof(zone->name), "%s", tz[0] == '\0' ? "UTC" : UNKNOWN_NAME);
    else
        name_of_system_zone(zone->name);
    tzset();
    return fill_table(zone, err);
}

int calendar_load(struct zone *zone, const char *name, struct err *err)
{
    memset(zone, 0, sizeof(*zone));
    if (name[0] == '\0')
        return load_system(zone, err);
    if (!calendar_zone_exists(name))
        return err_set(err, "zone %s: no such time zone", name);
    snprintf(zone->name, sizeof(zone->name), "%s", name);
    return load_named(zone, err);
}
