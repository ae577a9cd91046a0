/* A month with a meter at the wall, beside a car that is silent while it charges and beside one that is
 * heard: as many charges as there were at home, each with what came out of the wall for it, to the Wh where
 * a counter says so; and what the car gained by it. LIFE_DAYS=365 for a year, LIFE_SEED for another owner. */
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

#define DAYS_DEFAULT  30
#define SOC_OFF       100 /* 1 %: it was heard some minutes earlier or later */
#define KNOWN_PERCENT 80  /* nothing follows from a rise below 2 %, or when it drove unheard */
#define GAIN_PERCENT  3   /* volts of both ends for those between */
#define LEAST_WH      50  /* a full car that is plugged in once more takes nothing worth a charge */

struct month {
    char folder[64], truth_path[80];
    struct account_side truth, diary;
};

/* What a month is like, and how far each charge may be off; `is_blurred`: two may pass for one, and what the
 * battery gained is not always known. */
struct story {
    const char *car;
    enum live_charging charging;
    struct plug plug;
    int32_t mishap_days;
    int64_t wall_off_wh;
    bool is_blurred;
};

static unsigned long number_from(const char *name, unsigned long otherwise)
{
    const char *text = getenv(name);

    return text ? strtoul(text, NULL, 10) : otherwise;
}

static struct month *live(struct story *story)
{
    struct month *month = calloc(1, sizeof(*month));
    struct zone zone;
    struct err err;
    const struct live_options options = {.car = story->car,
                                         .days = (int32_t)number_from("LIFE_DAYS", DAYS_DEFAULT),
                                         .seed = number_from("LIFE_SEED", 1),
                                         .until = day_make(2026, 4, 2),
                                         .zone = &zone,
                                         .vehicles = "config/vehicles",
                                         .out = month->folder,
                                         .truth = month->truth_path,
                                         .plug = &story->plug,
                                         .mishap_days = story->mishap_days,
                                         .charging = story->charging};

    log_set_level(LOG_LEVEL_ERROR);
    assert_int_equal(calendar_load(&zone, "Europe/Oslo", &err), 0);
    strcpy(month->folder, "/tmp/garaged-plug-XXXXXX");
    assert_non_null(mkdtemp(month->folder));
    snprintf(month->truth_path, sizeof(month->truth_path), "%s/truth", month->folder);
    if (live_run(&options, &err) != 0 || account_read_truth(&month->truth, month->truth_path, &err) != 0 ||
        account_read_diary(&month->diary, month->folder, &err) != 0)
        fail_msg("%s", err.text);
    return month;
}

static void forget(struct month *month)
{
    static const char *const names[] = {"readings.db",  "readings.db-wal", "readings.db-shm", "diary.db",
                                        "diary.db-wal", "diary.db-shm",    "car.begin",       "truth"};
    char path[128];

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        snprintf(path, sizeof(path), "%s/%s", month->folder, names[i]);
        unlink(path);
    }
    rmdir(month->folder);
    free(month);
}

static void is_near(size_t number, const char *what, int64_t told, int64_t truth, int64_t most)
{
    if (told - truth > most || truth - told > most)
        fail_msg("charge %zu: %s %" PRId64 ", in truth %" PRId64, number + 1, what, told, truth);
}

/* Only those at home: the others are not this plug's. */
static size_t take_home(const struct account_side *truth, const struct account_charge **home)
{
    size_t count = 0;

    for (size_t i = 0; i < truth->charge_count; i++)
        if (truth->charges[i].at_home && truth->charges[i].battery_wh >= LEAST_WH)
            home[count++] = &truth->charges[i];
    return count;
}

static void compare_charge(const struct story *story, size_t number, const struct account_charge *told,
                           const struct account_charge *truth)
{
    enum diary_how how = story->charging == LIVE_CHARGING_HEARD ? DIARY_WATCHED : DIARY_METERED;

    assert_int_equal(told->how, how);
    assert_int_equal(told->status, DIARY_CLOSED);
    is_near(number, "at the wall", told->wall_wh, plug_wall_wh(truth->charger_wh), story->wall_off_wh);
    if (told->battery_wh != DIARY_NONE)
        is_near(number, "SOC after", told->soc_to, truth->soc_to, SOC_OFF);
}

/* Each by itself. */
static void compare_charges(const struct story *story, const struct month *month,
                            const struct account_charge **home, size_t count)
{
    int64_t gained_wh = 0, charged_wh = 0;
    size_t known = 0;

    assert_int_equal(month->diary.charge_count, count);
    for (size_t i = 0; i < count; i++) {
        compare_charge(story, i, &month->diary.charges[i], home[i]);
        if (month->diary.charges[i].battery_wh == DIARY_NONE)
            continue;
        known++;
        gained_wh += month->diary.charges[i].battery_wh;
        charged_wh += home[i]->battery_wh;
    }
    print_message("%s: %" PRId64 " Wh into the battery, %+.2f %%\n", story->car, gained_wh,
                  100.0 * (double)(gained_wh - charged_wh) / (double)charged_wh);
    assert_true(known * 100 >= count * KNOWN_PERCENT);
    is_near(count, "all into the battery", gained_wh, charged_wh, charged_wh * GAIN_PERCENT / 100);
}

static void compare(struct story story)
{
    const struct account_charge *home[ACCOUNT_MAX];
    struct month *month = live(&story);
    size_t count = take_home(&month->truth, home);
    int64_t wall_wh = 0;

    assert_int_not_equal(count, 0);
    for (size_t i = 0; i < month->diary.charge_count; i++)
        wall_wh += month->diary.charges[i].wall_wh == DIARY_NONE ? 0 : month->diary.charges[i].wall_wh;
    print_message("%s: %zu charges of %zu, %" PRId64 " Wh at the wall of %.0f\n", story.car,
                  month->diary.charge_count, count, wall_wh, story.plug.car_wh);
    is_near(count, "all at the wall", wall_wh, (int64_t)story.plug.car_wh,
            story.wall_off_wh * (int64_t)count);
    if (!story.is_blurred)
        compare_charges(&story, month, home, count);
    forget(month);
}

static void a_silent_car_at_a_plug_that_counts_has_every_charge_and_kwh(void **state)
{
    (void)state;
    compare((struct story){.car = "aze0-30",
                           .charging = LIVE_CHARGING_SILENT,
                           .plug = {.every_s = 60, .step_wh = 1},
                           .wall_off_wh = 2});
    compare((struct story){.car = "ze1-40",
                           .charging = LIVE_CHARGING_SILENT,
                           .plug = {.every_s = 300, .step_wh = 1},
                           .wall_off_wh = 2});
}

/* A plug tells each five minutes what it counted, the car says at once that it is full. */
static void a_car_that_is_heard_has_no_charge_besides_and_the_last_minutes_too(void **state)
{
    (void)state;
    compare((struct story){.car = "aze0-30",
                           .charging = LIVE_CHARGING_HEARD,
                           .plug = {.every_s = 300, .step_wh = 1},
                           .wall_off_wh = 20});
}

static void a_counter_in_whole_kwh_is_at_most_one_off_each(void **state)
{
    (void)state;
    compare((struct story){.car = "aze0-30",
                           .charging = LIVE_CHARGING_SILENT,
                           .plug = {.every_s = 60, .step_wh = 1000},
                           .wall_off_wh = 1000,
                           .is_blurred = true});
}

static void a_plug_that_tells_its_power_misses_a_minute_of_each_charge(void **state)
{
    (void)state;
    compare((struct story){.car = "aze0-30",
                           .charging = LIVE_CHARGING_SILENT,
                           .plug = {.every_s = 60},
                           .wall_off_wh = 7400 / 60});
}

/* garaged off, started again, beside a dongle that is gone, with a wrong clock: the plug counts. */
static void whatever_happens_to_garaged_no_kwh_is_lost_or_counted_twice(void **state)
{
    struct story story = {.car = "aze0-30",
                          .charging = LIVE_CHARGING_SILENT,
                          .plug = {.every_s = 60, .step_wh = 1},
                          .mishap_days = 3,
                          .wall_off_wh = 2,
                          .is_blurred = true};

    (void)state;
    compare(story);
    story.charging = LIVE_CHARGING_HEARD;
    compare(story);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_silent_car_at_a_plug_that_counts_has_every_charge_and_kwh),
        cmocka_unit_test(a_car_that_is_heard_has_no_charge_besides_and_the_last_minutes_too),
        cmocka_unit_test(a_counter_in_whole_kwh_is_at_most_one_off_each),
        cmocka_unit_test(a_plug_that_tells_its_power_misses_a_minute_of_each_charge),
        cmocka_unit_test(whatever_happens_to_garaged_no_kwh_is_lost_or_counted_twice),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
