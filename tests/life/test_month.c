/* Garage life with a faulty clone on the socket gives the same diary as hearing the car itself, fewer
 * readings aside: the same owner and car twice. LIFE_DAYS=30 for a month, LIFE_SEED for another owner.
 *
 * What may differ, and why:
 * - times by 180 s: a dongle that has just come into reach is heard a little later; and by as long as a fault
 *   lasted (20 minutes at most) that was there at that moment;
 * - battery energy of a watched charge by 3 % and 100 Wh when nothing broke meanwhile: volts and amps are
 *   integrated over other moments; where faults made gaps, the charge says so ("gaps") and may have less
 *   energy, never more;
 * - what an outing used by 300 Wh: SOC is heard some metres earlier or later, in steps of 0.1 %. */
#include "account.h"
#include "dongle.h"
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

#define DAYS_DEFAULT 3
#define TIME_MS      180000
#define FAULT_MS     (TIME_MS + 1200000)
#define CHARGE_PART  0.03
#define CHARGE_WH    100
#define OUTING_WH    300

struct diary_of {
    char folder[64];
    struct account_side side;
};

struct pair {
    const struct account_side *perfect, *clone;
    const struct dongle *dongle;
    int64_t begin_ns; /* of the life, in UTC */
    unsigned complaints;
};

__attribute__((format(printf, 2, 3))) static void complain(struct pair *pair, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
    pair->complaints++;
}

static unsigned long number_from(const char *name, unsigned long otherwise)
{
    const char *text = getenv(name);

    return text ? strtoul(text, NULL, 10) : otherwise;
}

static struct diary_of *live(const char *car, const struct garage_dongle *dongle, const struct zone *zone)
{
    struct diary_of *diary = calloc(1, sizeof(*diary));
    const struct live_options options = {.car = car,
                                         .days = (int32_t)number_from("LIFE_DAYS", DAYS_DEFAULT),
                                         .seed = number_from("LIFE_SEED", 1),
                                         .until = day_make(2026, 4, 2),
                                         .zone = zone,
                                         .vehicles = "config/vehicles",
                                         .out = diary->folder,
                                         .dongle = dongle};
    struct err err;

    strcpy(diary->folder, "/tmp/garaged-month-XXXXXX");
    assert_non_null(mkdtemp(diary->folder));
    if (live_run(&options, &err) != 0 || account_read_diary(&diary->side, diary->folder, &err) != 0)
        fail_msg("%s", err.text);
    return diary;
}

static void forget(struct diary_of *diary)
{
    static const char *const names[] = {"readings.db",  "readings.db-wal", "readings.db-shm", "diary.db",
                                        "diary.db-wal", "diary.db-shm",    "car.begin"};
    char path[128];

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        snprintf(path, sizeof(path), "%s/%s", diary->folder, names[i]);
        unlink(path);
    }
    rmdir(diary->folder);
    free(diary);
}

static bool is_near(int64_t a, int64_t b, int64_t most)
{
    return a - b <= most && b - a <= most;
}

/* The same moment, or as soon as the fault that was there then was over. */
static bool is_same_time(const struct pair *pair, int64_t a_ms, int64_t b_ms)
{
    int64_t first_ns = (a_ms < b_ms ? a_ms : b_ms) * NS_PER_MS - pair->begin_ns;
    int64_t last_ns = (a_ms < b_ms ? b_ms : a_ms) * NS_PER_MS - pair->begin_ns;

    return is_near(a_ms, b_ms, TIME_MS) ||
           (is_near(a_ms, b_ms, FAULT_MS) && dongle_was_faulty(pair->dongle, first_ns, last_ns));
}

static void compare_charges(struct pair *pair)
{
    const struct account_side *perfect = pair->perfect, *clone = pair->clone;

    if (perfect->charge_count != clone->charge_count)
        complain(pair, "%zu charges, through the dongle %zu", perfect->charge_count, clone->charge_count);
    for (size_t i = 0; i < perfect->charge_count && i < clone->charge_count; i++) {
        const struct account_charge *a = &perfect->charges[i], *b = &clone->charges[i];
        double slack_wh = CHARGE_PART * (double)a->battery_wh + CHARGE_WH;
        if (!is_same_time(pair, a->from_ms, b->from_ms) || !is_same_time(pair, a->to_ms, b->to_ms))
            complain(pair,
                     "charge %zu from %" PRId64 " to %" PRId64 " s, through the dongle %+" PRId64
                     " and %+" PRId64,
                     i + 1, a->from_ms / 1000, a->to_ms / 1000, (b->from_ms - a->from_ms) / 1000,
                     (b->to_ms - a->to_ms) / 1000);
        bool may_lack = (b->flags & DIARY_FLAG_GAPS) != 0;
        if (b->battery_wh - a->battery_wh > (int64_t)slack_wh ||
            (a->battery_wh - b->battery_wh > (int64_t)slack_wh && !may_lack))
            complain(pair, "charge %zu of %" PRId64 " Wh, through the dongle %" PRId64, i + 1, a->battery_wh,
                     b->battery_wh);
    }
}

static void compare_outings(struct pair *pair)
{
    const struct account_side *perfect = pair->perfect, *clone = pair->clone;

    if (perfect->outing_count != clone->outing_count)
        complain(pair, "%zu outings, through the dongle %zu", perfect->outing_count, clone->outing_count);
    for (size_t i = 0; i < perfect->outing_count && i < clone->outing_count; i++) {
        const struct account_outing *a = &perfect->outings[i], *b = &clone->outings[i];
        if (a->distance_mm != b->distance_mm)
            complain(pair, "outing %zu of %" PRId64 " m, through the dongle %" PRId64, i + 1,
                     a->distance_mm / 1000, b->distance_mm / 1000);
        if (!is_same_time(pair, a->from_ms, b->from_ms) || !is_same_time(pair, a->to_ms, b->to_ms))
            complain(pair, "outing %zu: times differ by %" PRId64 " and %" PRId64 " s", i + 1,
                     (b->from_ms - a->from_ms) / 1000, (b->to_ms - a->to_ms) / 1000);
        if (a->used_wh != b->used_wh && (a->used_wh == DIARY_NONE || b->used_wh == DIARY_NONE ||
                                         !is_near(a->used_wh, b->used_wh, OUTING_WH)))
            complain(pair, "outing %zu used %" PRId64 " Wh, through the dongle %" PRId64, i + 1, a->used_wh,
                     b->used_wh);
    }
}

/* As live.c has it. */
static int64_t life_begin_ns(const struct zone *zone)
{
    int32_t first = day_make(2026, 4, 2) - (int32_t)number_from("LIFE_DAYS", DAYS_DEFAULT);

    return zone_day_start_ns(zone, first) + 8 * NS_PER_H;
}

static void compare(const char *car, const char *adapter)
{
    struct zone zone;
    struct err err;

    log_set_level(LOG_LEVEL_ERROR);
    assert_int_equal(calendar_load(&zone, "Europe/Oslo", &err), 0);
    struct diary_of *perfect = live(car, NULL, &zone);
    struct dongle *dongle = dongle_new(car, adapter, number_from("LIFE_SEED", 1), true);
    dongle->as_seen.model->charging_heard = true;
    struct diary_of *clone = live(car, &dongle->as_seen, &zone);
    struct pair pair = {&perfect->side, &clone->side, dongle, life_begin_ns(&zone), 0};
    compare_charges(&pair);
    compare_outings(&pair);
    if (perfect->side.odometer_km != clone->side.odometer_km)
        complain(&pair, "odometer %" PRId64 ", through the dongle %" PRId64, perfect->side.odometer_km,
                 clone->side.odometer_km);
    print_message(
        "%s behind %s: %zu charges, %zu outings, %u faults, %u link losses, %u frames sent, %u complaints\n",
        car, adapter, clone->side.charge_count, clone->side.outing_count, dongle->faults, dongle->life->downs,
        dongle->life->sent, pair.complaints);
    assert_int_equal(dongle->life->to_sleeper, 0);
    dongle_free(dongle);
    if (pair.complaints > 0)
        fail_msg("kept: %s and %s", perfect->folder, clone->folder);
    forget(perfect);
    forget(clone);
}

static void a_faulty_clone_keeps_the_same_diary(void **state)
{
    (void)state;
    const char *adapter = getenv("LIFE_ADAPTER");

    compare("aze0-30", adapter ? adapter : "not-utf8");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_faulty_clone_keeps_the_same_diary),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
