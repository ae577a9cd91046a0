/* Weeks in which everything goes wrong that can: computer off and restarted, dongle out, clock wrong, card
 * full, at any moment; and what the diary says afterwards against what happened. One seed a week;
 * LIFE_WEEKS=100 lives more of them, LIFE_CAR=ze0-24 another car's.
 *
 * What must hold, and how exactly:
 * - the odometer, to the kilometre, and every kilometre in one outing: nothing doubled, nothing lost;
 * - no two entries of a kind overlap; no charge without one that happened, and none at home of 3 % or more is
 * missing: it is a charge, or an outing says "charged elsewhere";
 * - battery energy of a watched charge while nothing went wrong: 3 % and 100 Wh. Volts and amps are heard
 * once a minute with steps of 0.5 V and 0.5 A, and up to a minute at either end is not heard;
 * - of an inferred charge: 12 % and 400 Wh. It is a difference of SOC times a nominal voltage of 355 V, and
 * the pack stands between 345 and 395 V; SOC comes in steps of 0.1 %;
 * - never more energy than went in, within the same bounds;
 * - what an outing used: 12 % and 500 Wh, by the same constant. */
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

#define WEEKS_DEFAULT 4
#define DAYS          9
#define EDGE_MS       (INT64_C(180) * 1000) /* what is found out late */
#define NOTICED_SOC   300                   /* 0.01 %: a smaller charge may be missed */
#define WATCHED_PART  0.03
#define WATCHED_WH    100
#define INFERRED_PART 0.12
#define INFERRED_WH   400
#define OUTING_WH     500

struct week {
    char folder[64], truth_path[80];
    uint64_t seed;
    const char *car;
    struct account_side truth, diary;
    unsigned complaints;
};

__attribute__((format(printf, 2, 3))) static void complain(struct week *week, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    fprintf(stderr, "week %" PRIu64 ": ", week->seed);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
    week->complaints++;
}

/* ---- living it ---- */

static void live_week(struct week *week, struct zone *zone)
{
    struct live_options options = {.car = week->car,
                                   .days = DAYS,
                                   .seed = week->seed,
                                   .until = day_make(2026, 4, 2), /* the clocks go forward on 29 March */
                                   .zone = zone,
                                   .vehicles = "config/vehicles",
                                   .out = week->folder,
                                   .truth = week->truth_path,
                                   .mishap_days = 1,
                                   .card_fills = true};
    struct err err;

    strcpy(week->folder, "/tmp/garaged-week-XXXXXX");
    assert_non_null(mkdtemp(week->folder));
    snprintf(week->truth_path, sizeof(week->truth_path), "%s/truth", week->folder);
    if (live_run(&options, &err) != 0 || account_read_truth(&week->truth, week->truth_path, &err) != 0 ||
        account_read_diary(&week->diary, week->folder, &err) != 0)
        fail_msg("week %" PRIu64 ": %s", week->seed, err.text);
}

static void forget_week(const struct week *week)
{
    static const char *const names[] = {"readings.db",  "readings.db-wal", "readings.db-shm", "diary.db",
                                        "diary.db-wal", "diary.db-shm",    "car.begin",       "truth"};
    char path[128];

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        snprintf(path, sizeof(path), "%s/%s", week->folder, names[i]);
        unlink(path);
    }
    rmdir(week->folder);
}

/* ---- judging it ---- */

static bool overlap(int64_t a_from, int64_t a_to, int64_t b_from, int64_t b_to)
{
    return a_from < b_to && b_from < a_to;
}

static void check_mileage(struct week *week)
{
    int64_t sum_mm = 0;
    int64_t first_km = week->diary.first_odometer_km;

    for (size_t i = 0; i < week->diary.outing_count; i++)
        sum_mm += week->diary.outings[i].distance_mm;
    if (week->diary.odometer_km != week->truth.odometer_km)
        complain(week, "odometer %" PRId64 ", in truth %" PRId64, week->diary.odometer_km,
                 week->truth.odometer_km);
    if (sum_mm != (week->truth.odometer_km - first_km) * 1000000)
        complain(week, "outings of %" PRId64 " m together, in truth %" PRId64, sum_mm / 1000,
                 (week->truth.odometer_km - first_km) * 1000);
}

static void check_order(struct week *week)
{
    const struct account_side *diary = &week->diary;

    for (size_t i = 1; i < diary->charge_count; i++)
        if (diary->charges[i].from_ms < diary->charges[i - 1].to_ms)
            complain(week, "charges %zu and %zu overlap", i, i + 1);
    for (size_t i = 1; i < diary->outing_count; i++)
        if (diary->outings[i].from_ms < diary->outings[i - 1].to_ms)
            complain(week, "outings %zu and %zu overlap", i, i + 1);
    for (size_t i = 0; i < diary->charge_count; i++)
        if (diary->charges[i].status == DIARY_OPEN)
            complain(week, "charge %zu is still open", i + 1);
}

/* Charges of both sides that have to do with each other: one that happened may be told in two parts, two of
 * them by one window. */
struct group {
    int64_t from_ms, to_ms;
    int64_t told_wh, real_wh;
    double slack_wh;
    size_t told, real;
};

static void add_told(struct group *group, const struct account_charge *charge)
{
    bool is_watched = charge->how == DIARY_WATCHED && !(charge->flags & DIARY_FLAG_ESTIMATED);
    double wh = (double)charge->battery_wh;

    group->told++;
    group->told_wh += charge->battery_wh;
    group->slack_wh += is_watched ? WATCHED_PART * wh + WATCHED_WH : INFERRED_PART * wh + INFERRED_WH;
}

static bool take_next(struct group *group, const struct account_side *side, size_t *next, bool only_at_home)
{
    while (only_at_home && *next < side->charge_count && !side->charges[*next].at_home)
        ++*next;
    if (*next == side->charge_count)
        return false;
    const struct account_charge *charge = &side->charges[*next];
    bool is_first = group->told + group->real == 0;
    if (!is_first && charge->from_ms - EDGE_MS > group->to_ms)
        return false;
    group->from_ms = is_first || charge->from_ms < group->from_ms ? charge->from_ms : group->from_ms;
    group->to_ms = is_first || charge->to_ms > group->to_ms ? charge->to_ms : group->to_ms;
    ++*next;
    if (only_at_home) {
        group->real++;
        group->real_wh += charge->battery_wh;
    } else {
        add_told(group, charge);
    }
    return true;
}

/* What went wrong then is a reason to have heard less than all, never more. */
static bool had_mishap(const struct week *week, int64_t from_ms, int64_t to_ms)
{
    for (size_t i = 0; i < week->truth.mishap_count; i++)
        if (overlap(from_ms - EDGE_MS, to_ms + EDGE_MS, week->truth.mishaps[i].from_ms,
                    week->truth.mishaps[i].to_ms))
            return true;
    return false;
}

static void check_group(struct week *week, const struct group *group, size_t number)
{
    double off_wh = (double)(group->told_wh - group->real_wh);
    bool may_lack = had_mishap(week, group->from_ms, group->to_ms);

    if (group->real == 0)
        complain(week, "charge %zu of %" PRId64 " Wh never happened", number, group->told_wh);
    else if (group->told > 0 && (off_wh > group->slack_wh || (!may_lack && off_wh < -group->slack_wh)))
        complain(week, "charge %zu: %" PRId64 " Wh, in truth %" PRId64, number, group->told_wh,
                 group->real_wh);
}

static void check_energy(struct week *week)
{
    size_t told = 0, real = 0;

    for (;;) {
        struct group group = {.told = 0};
        bool diary_first = told < week->diary.charge_count &&
                           (real >= week->truth.charge_count ||
                            week->diary.charges[told].from_ms < week->truth.charges[real].from_ms);
        if (diary_first)
            take_next(&group, &week->diary, &told, false);
        else
            take_next(&group, &week->truth, &real, true);
        while (take_next(&group, &week->diary, &told, false) || take_next(&group, &week->truth, &real, true))
            continue;
        if (group.told + group.real == 0)
            return;
        check_group(week, &group, told);
    }
}

/* It is in the diary, as a charge or as the reason why an outing says nothing of energy. */
static bool is_told(const struct week *week, const struct account_charge *real)
{
    for (size_t i = 0; i < week->diary.charge_count; i++) {
        const struct account_charge *charge = &week->diary.charges[i];
        if (overlap(charge->from_ms - EDGE_MS, charge->to_ms + EDGE_MS, real->from_ms, real->to_ms))
            return true;
    }
    for (size_t i = 0; i < week->diary.outing_count; i++) {
        const struct account_outing *outing = &week->diary.outings[i];
        if (outing->used_wh == DIARY_NONE &&
            overlap(outing->from_ms - EDGE_MS, outing->to_ms + EDGE_MS, real->from_ms, real->to_ms))
            return true;
    }
    return false;
}

static void check_charges(struct week *week)
{
    int64_t sum_wh = 0;

    check_energy(week);
    for (size_t i = 0; i < week->diary.charge_count; i++)
        sum_wh += week->diary.charges[i].battery_wh;
    for (size_t i = 0; i < week->truth.charge_count; i++) {
        const struct account_charge *real = &week->truth.charges[i];
        if (real->from_ms > week->diary.known_ms && real->soc_to - real->soc_from >= NOTICED_SOC &&
            !is_told(week, real))
            complain(week, "a charge of %" PRId64 " Wh (number %zu) is not told", real->battery_wh, i + 1);
    }
    if (sum_wh != week->diary.parts_wh)
        complain(week, "the days' shares are %" PRId64 " Wh, the charges %" PRId64, week->diary.parts_wh,
                 sum_wh);
}

static void check_outing(struct week *week, size_t index)
{
    const struct account_outing *outing = &week->diary.outings[index];
    int64_t used_wh = 0, charged_wh = 0;
    size_t count = 0;

    for (size_t i = 0; i < week->truth.outing_count; i++) {
        const struct account_outing *real = &week->truth.outings[i];
        if (!overlap(outing->from_ms, outing->to_ms, real->from_ms, real->to_ms))
            continue;
        used_wh += real->used_wh;
        charged_wh += real->charged_wh;
        count++;
    }
    if (count == 0)
        complain(week, "outing %zu never happened", index + 1);
    if (outing->from_ms < week->diary.known_ms)
        return;
    if (charged_wh > 0 && outing->used_wh != DIARY_NONE)
        complain(week, "outing %zu was charged on the way and claims to know its energy", index + 1);
    double slack_wh = INFERRED_PART * (double)used_wh + OUTING_WH;
    double off_wh = (double)(outing->used_wh - used_wh);
    if (count > 0 && outing->used_wh != DIARY_NONE && (off_wh > slack_wh || off_wh < -slack_wh))
        complain(week, "outing %zu used %" PRId64 " Wh, in truth %" PRId64, index + 1, outing->used_wh,
                 used_wh);
}

/* Each is in one outing of the diary: both its ends are. */
static void check_told_once(struct week *week, size_t index)
{
    const struct account_outing *real = &week->truth.outings[index];
    size_t count = 0;

    for (size_t i = 0; i < week->diary.outing_count; i++) {
        const struct account_outing *outing = &week->diary.outings[i];
        count += overlap(outing->from_ms, outing->to_ms, real->from_ms, real->to_ms);
    }
    if (real->odometer_to_km <= week->diary.first_odometer_km)
        return; /* the car was not known yet */
    if (count != 1 && real->odometer_to_km > real->odometer_from_km)
        complain(week, "outing %zu in truth is told %zu times", index + 1, count);
}

static void reckon(struct week *week)
{
    check_mileage(week);
    check_order(week);
    check_charges(week);
    for (size_t i = 0; i < week->diary.outing_count; i++)
        check_outing(week, i);
    for (size_t i = 0; i < week->truth.outing_count; i++)
        check_told_once(week, i);
}

static void live_weeks(const char *car)
{
    const char *wanted = getenv("LIFE_WEEKS");
    const char *first = getenv("LIFE_SEED");
    unsigned long weeks = wanted ? strtoul(wanted, NULL, 10) : WEEKS_DEFAULT;
    uint64_t seed = first ? strtoull(first, NULL, 10) : 1;
    struct zone zone;
    struct err err;
    unsigned complaints = 0;

    log_set_level(LOG_LEVEL_ERROR);
    assert_int_equal(calendar_load(&zone, "Europe/Oslo", &err), 0);
    for (unsigned long i = 0; i < weeks; i++) {
        struct week *week = calloc(1, sizeof(*week));
        assert_non_null(week);
        week->seed = seed + i;
        week->car = car;
        live_week(week, &zone);
        reckon(week);
        print_message("week %" PRIu64
                      " of %s: %zu charges (%zu in truth), %zu outings (%zu), %zu mishaps, %u complaints\n",
                      week->seed, car, week->diary.charge_count, week->truth.charge_count,
                      week->diary.outing_count, week->truth.outing_count, week->truth.mishap_count,
                      week->complaints);
        complaints += week->complaints;
        if (week->complaints == 0)
            forget_week(week);
        else
            print_message("kept: %s\n", week->folder);
        free(week);
    }
    assert_int_equal(complaints, 0);
}

static void the_diary_tells_what_happened(void **state)
{
    (void)state;
    const char *car = getenv("LIFE_CAR");

    live_weeks(car ? car : "aze0-30");
}

/* One that broadcasts nothing and is silent while it charges: its charges are found out afterwards. */
static void also_of_a_car_that_only_answers(void **state)
{
    (void)state;
    if (!getenv("LIFE_CAR"))
        live_weeks("ze1-40");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_diary_tells_what_happened),
        cmocka_unit_test(also_of_a_car_that_only_answers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
