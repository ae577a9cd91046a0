/* The same year twice: once with a car that is heard while it charges, once with one that is silent while it
 * is off, as most are. The owner of the second is to miss nothing but the curve: as many charges at home, the
 * same kWh within 3 %, each said to be inferred. LIFE_DAYS=30 for a month, LIFE_SEED for another owner.
 *
 * Each stay has one charge at most, of 2 % or more: of two in one stay, and of less, a silent car tells
 * nothing. */
#include "account.h"
#include "live.h"

#include "diary/item.h"

#include "util/calendar.h"
#include "util/core/day.h"
#include "util/log.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define DAYS_DEFAULT 365
#define PERCENT_OFF  3

struct year {
    char folder[64];
    struct account_side diary;
};

static unsigned long number_from(const char *name, unsigned long otherwise)
{
    const char *text = getenv(name);

    return text ? strtoul(text, NULL, 10) : otherwise;
}

static struct year *live(const char *car, enum live_charging charging, const struct zone *zone)
{
    struct year *year = calloc(1, sizeof(*year));
    const struct live_options options = {.car = car,
                                         .days = (int32_t)number_from("LIFE_DAYS", DAYS_DEFAULT),
                                         .seed = number_from("LIFE_SEED", 1),
                                         .until = day_make(2026, 4, 2),
                                         .zone = zone,
                                         .vehicles = "config/vehicles",
                                         .out = year->folder,
                                         .charging = charging,
                                         .charges_once = true};
    struct err err;

    strcpy(year->folder, "/tmp/garaged-year-XXXXXX");
    assert_non_null(mkdtemp(year->folder));
    if (live_run(&options, &err) != 0 || account_read_diary(&year->diary, year->folder, &err) != 0)
        fail_msg("%s", err.text);
    return year;
}

static void forget(struct year *year)
{
    static const char *const names[] = {"readings.db",  "readings.db-wal", "readings.db-shm", "diary.db",
                                        "diary.db-wal", "diary.db-shm",    "car.begin"};
    char path[128];

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        snprintf(path, sizeof(path), "%s/%s", year->folder, names[i]);
        unlink(path);
    }
    rmdir(year->folder);
    free(year);
}

static void all_are(const struct year *year, enum diary_how how)
{
    for (size_t i = 0; i < year->diary.charge_count; i++) {
        assert_int_equal(year->diary.charges[i].status, DIARY_CLOSED);
        assert_int_equal(year->diary.charges[i].how, how);
    }
}

static int64_t sum_up(const struct year *year)
{
    int64_t wh = 0;

    for (size_t i = 0; i < year->diary.charge_count; i++)
        wh += year->diary.charges[i].battery_wh;
    return wh;
}

/* Of its last night a silent car tells the next morning, which may be no day of the year any more. */
static void leave_out_last_night(struct account_side *heard, const struct account_side *silent)
{
    int64_t told_ms = silent->charge_count > 0 ? silent->charges[silent->charge_count - 1].to_ms : INT64_MAX;

    if (heard->charge_count > 0 && heard->charges[heard->charge_count - 1].from_ms > told_ms)
        heard->charge_count--;
}

static void compare(const char *car)
{
    struct zone zone;
    struct err err;

    log_set_level(LOG_LEVEL_ERROR);
    assert_int_equal(calendar_load(&zone, "Europe/Oslo", &err), 0);
    struct year *heard = live(car, LIVE_CHARGING_HEARD, &zone);
    struct year *silent = live(car, LIVE_CHARGING_SILENT, &zone);
    leave_out_last_night(&heard->diary, &silent->diary);
    int64_t heard_wh = sum_up(heard), silent_wh = sum_up(silent), off_wh = silent_wh - heard_wh;
    print_message("%s: heard %zu charges, %" PRId64 " Wh; silent %zu, %" PRId64 " Wh (%+.2f %%)\n", car,
                  heard->diary.charge_count, heard_wh, silent->diary.charge_count, silent_wh,
                  100.0 * (double)off_wh / (double)heard_wh);
    all_are(heard, DIARY_WATCHED);
    all_are(silent, DIARY_INFERRED);
    assert_int_not_equal(heard->diary.charge_count, 0);
    assert_int_equal(silent->diary.charge_count, heard->diary.charge_count);
    assert_true(off_wh * 100 <= heard_wh * PERCENT_OFF);
    assert_true(-off_wh * 100 <= heard_wh * PERCENT_OFF);
    forget(heard);
    forget(silent);
}

static void a_car_that_is_silent_while_it_charges_has_as_many_charges_and_kwh(void **state)
{
    (void)state;
    compare("aze0-30");
}

static void also_one_that_is_silent_whenever_it_is_off(void **state)
{
    (void)state;
    compare("ze1-40");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_car_that_is_silent_while_it_charges_has_as_many_charges_and_kwh),
        cmocka_unit_test(also_one_that_is_silent_whenever_it_is_off),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
