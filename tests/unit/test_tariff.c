/* plan/tariff: what a charge costs. The reference of the random comparison goes minute by minute and knows
 * nothing of pieces. */
#include "plan/tariff.h"

#include "util/calendar.h"
#include "util/core/day.h"
#include "util/core/time.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define WEEKDAYS 0x1FU
#define HOUR_MS  INT64_C(3600000)
#define MIN_MS   INT64_C(60000)
#define DAY_MS   (24 * HOUR_MS)
#define DEAR     30000 /* 0.30 a kWh */
#define CHEAP    18000

static struct zone oslo(void)
{
    struct zone zone;
    struct err err;

    assert_int_equal(calendar_load(&zone, "Europe/Oslo", &err), 0);
    return zone;
}

/* The instant at which clocks in Oslo show this. */
static int64_t at(const struct zone *zone, int year, int month, int day, int hour, int minute)
{
    int64_t local_ms = day_make(year, month, day) * DAY_MS + hour * HOUR_MS + minute * MIN_MS;
    int64_t utc_ms = local_ms - HOUR_MS;

    return local_ms - (int64_t)zone_offset_s(zone, utc_ms * NS_PER_MS) * 1000;
}

/* 0.30, on weekdays from 22:00 to 06:00 0.18; since 2026. */
static struct tariffs night_tariff(void)
{
    struct tariffs tariffs = {.count = 1};

    tariffs.list[0] = (struct tariff){.valid_from = day_make(2026, 1, 1), .currency = "EUR", .price_m = DEAR};
    tariffs.list[0].band_count = 1;
    tariffs.list[0].bands[0] = (struct tariff_band){WEEKDAYS, 22 * 60, 6 * 60, CHEAP};
    return tariffs;
}

static struct tariff_cost bill(const struct tariffs *tariffs, const struct zone *zone, int64_t from_ms,
                               int64_t to_ms, int64_t wh)
{
    struct tariff_bill bill;
    struct tariff_cost cost = {-1, -1, ""};

    tariff_bill_begin(&bill, tariffs, zone, from_ms);
    tariff_bill_add(&bill, from_ms, to_ms, wh * 1000000); /* fine, so that its parts are */
    if (!tariff_bill_end(&bill, wh, &cost))
        cost.cost_m = -1;
    return cost;
}

static void one_price_is_energy_times_price(void **state)
{
    struct zone zone = oslo();
    struct tariffs tariffs = night_tariff();
    int64_t noon = at(&zone, 2026, 6, 3, 12, 0);

    (void)state;
    struct tariff_cost cost = bill(&tariffs, &zone, noon, noon + HOUR_MS, 6600);
    assert_true(cost.cost_m == 198000); /* 1.98 */
    assert_true(cost.cost_max_m == TARIFF_NONE);
    assert_string_equal(cost.currency, "EUR");
}

static void the_night_rate_begins_at_its_minute(void **state)
{
    struct zone zone = oslo();
    struct tariffs tariffs = night_tariff();
    int64_t nine = at(&zone, 2026, 6, 3, 21, 0);

    (void)state;
    /* an hour dear, an hour cheap */
    assert_true(bill(&tariffs, &zone, nine, nine + 2 * HOUR_MS, 6000).cost_m == 3 * DEAR + 3 * CHEAP);
}

static void a_night_that_begins_on_friday_ends_on_saturday(void **state)
{
    struct zone zone = oslo();
    struct tariffs tariffs = night_tariff();
    int64_t until_ms;

    (void)state;
    assert_true(tariff_price_m(&tariffs, &zone, at(&zone, 2026, 6, 6, 5, 59), &until_ms) == CHEAP);
    assert_true(until_ms == at(&zone, 2026, 6, 6, 6, 0));
    assert_true(tariff_price_m(&tariffs, &zone, at(&zone, 2026, 6, 7, 5, 0), &until_ms) == DEAR);
    assert_true(tariff_price_m(&tariffs, &zone, at(&zone, 2026, 6, 8, 5, 0), &until_ms) ==
                DEAR); /* Sunday's */
    assert_true(tariff_price_m(&tariffs, &zone, at(&zone, 2026, 6, 8, 22, 0), &until_ms) == CHEAP);
}

static void a_holiday_has_prices_of_its_own(void **state)
{
    struct zone zone = oslo();
    struct tariffs tariffs = night_tariff();
    int64_t until_ms;

    (void)state;
    tariffs.holidays[tariffs.holiday_count++] = day_make(2026, 5, 1); /* a Friday */
    assert_true(tariff_price_m(&tariffs, &zone, at(&zone, 2026, 5, 1, 23, 0), &until_ms) == DEAR);
    assert_true(tariff_price_m(&tariffs, &zone, at(&zone, 2026, 5, 1, 5, 0), &until_ms) == CHEAP);
    tariffs.list[0].bands[1] = (struct tariff_band){TARIFF_HOLIDAY, 0, 0, 100};
    tariffs.list[0].band_count = 2;
    assert_true(tariff_price_m(&tariffs, &zone, at(&zone, 2026, 5, 1, 23, 0), &until_ms) == 100);
    assert_true(tariff_price_m(&tariffs, &zone, at(&zone, 2026, 5, 2, 12, 0), &until_ms) == DEAR);
}

/* 22:00 to 06:00 of the night of 2026-03-29 has 7 hours, that of 2026-10-25 has 9; every day is cheap then.
 */
static void the_night_in_which_clocks_change_has_its_own_length(void **state)
{
    struct zone zone = oslo();
    struct tariffs tariffs = night_tariff();

    (void)state;
    tariffs.list[0].bands[0].days = 0xFF;
    int64_t spring = at(&zone, 2026, 3, 28, 22, 0), autumn = at(&zone, 2026, 10, 24, 22, 0);
    assert_true(bill(&tariffs, &zone, spring, spring + 8 * HOUR_MS, 8000).cost_m == 7 * CHEAP + DEAR);
    assert_true(bill(&tariffs, &zone, autumn, autumn + 9 * HOUR_MS, 9000).cost_m == 9 * CHEAP);
    assert_true(bill(&tariffs, &zone, autumn, autumn + 10 * HOUR_MS, 10000).cost_m == 9 * CHEAP + DEAR);
}

static void a_new_price_holds_from_midnight_of_its_day(void **state)
{
    struct zone zone = oslo();
    struct tariffs tariffs = night_tariff();

    (void)state;
    tariffs.list[1] =
        (struct tariff){.valid_from = day_make(2027, 1, 1), .currency = "EUR", .price_m = 10000};
    tariffs.count = 2;
    int64_t eve = at(&zone, 2026, 12, 31, 23, 0);
    assert_true(bill(&tariffs, &zone, eve, eve + 2 * HOUR_MS, 2000).cost_m == CHEAP + 10000);
}

static void each_charge_pays_the_fee_once(void **state)
{
    struct zone zone = oslo();
    struct tariffs tariffs = night_tariff();
    int64_t noon = at(&zone, 2026, 6, 3, 12, 0);
    struct tariff_cost cost;

    (void)state;
    tariffs.list[0].session_m = 50000;
    assert_true(bill(&tariffs, &zone, noon, noon + HOUR_MS, 1000).cost_m == DEAR + 50000);
    assert_true(tariff_range(&tariffs, &zone, noon, noon + DAY_MS, 1000, &cost));
    assert_true(cost.cost_m == CHEAP + 50000);
    assert_true(cost.cost_max_m == DEAR + 50000);
}

/* A clock was wrong: there is no walking through a million years of nights. */
static void a_window_of_more_than_a_year_has_no_price(void **state)
{
    struct zone zone = oslo();
    struct tariffs tariffs = night_tariff();
    int64_t noon = at(&zone, 2026, 6, 3, 12, 0);
    struct tariff_bill sum;
    struct tariff_cost cost;

    (void)state;
    assert_true(tariff_range(&tariffs, &zone, noon, noon + TARIFF_WINDOW_MAX_MS, 10000, &cost));
    assert_false(tariff_range(&tariffs, &zone, noon, noon + TARIFF_WINDOW_MAX_MS + 1, 10000, &cost));
    assert_false(tariff_range(&tariffs, &zone, noon, INT64_MAX, 10000, &cost));
    tariff_bill_begin(&sum, &tariffs, &zone, noon);
    tariff_bill_add(&sum, INT64_MIN, noon, 1000);
    assert_false(tariff_bill_end(&sum, 1000, &cost));
}

static void a_charge_nobody_saw_costs_between_the_cheapest_and_the_dearest(void **state)
{
    struct zone zone = oslo();
    struct tariffs tariffs = night_tariff();
    int64_t noon = at(&zone, 2026, 6, 3, 12, 0);
    struct tariff_cost cost;

    (void)state;
    assert_true(tariff_range(&tariffs, &zone, noon, noon + 60 * DAY_MS, 10000, &cost));
    assert_true(cost.cost_m == 10 * CHEAP);
    assert_true(cost.cost_max_m == 10 * DEAR);
    assert_true(tariff_range(&tariffs, &zone, noon, noon + 3 * HOUR_MS, 10000, &cost));
    assert_true(cost.cost_m == 10 * DEAR);
    assert_true(cost.cost_max_m == TARIFF_NONE); /* it was dear all the time */
}

static void before_the_first_tariff_nothing_has_a_price(void **state)
{
    struct zone zone = oslo();
    struct tariffs tariffs = night_tariff(), none = {0};
    int64_t eve = at(&zone, 2025, 12, 31, 23, 0), until_ms;
    struct tariff_cost cost;

    (void)state;
    assert_true(tariff_price_m(&tariffs, &zone, eve, &until_ms) == TARIFF_NONE);
    assert_true(bill(&tariffs, &zone, eve, eve + 2 * HOUR_MS, 1000).cost_m == -1);
    assert_false(tariff_range(&tariffs, &zone, eve, eve + DAY_MS, 1000, &cost));
    assert_false(tariff_range(&none, &zone, eve, eve + DAY_MS, 1000, &cost));
}

static void crowns_and_euros_are_not_added(void **state)
{
    struct zone zone = oslo();
    struct tariffs tariffs = night_tariff();
    struct tariff_cost cost;

    (void)state;
    tariffs.list[1] =
        (struct tariff){.valid_from = day_make(2027, 1, 1), .currency = "NOK", .price_m = 10000};
    tariffs.count = 2;
    int64_t eve = at(&zone, 2026, 12, 31, 23, 0);
    assert_true(bill(&tariffs, &zone, eve, eve + 2 * HOUR_MS, 2000).cost_m == -1);
    assert_false(tariff_range(&tariffs, &zone, eve, eve + DAY_MS, 1000, &cost));
    assert_true(bill(&tariffs, &zone, eve + DAY_MS, eve + DAY_MS + HOUR_MS, 1000).cost_m == 10000);
}

/* What was metered at the wall is billed as the battery took it. */
static void the_course_shares_out_what_the_meter_counted(void **state)
{
    struct zone zone = oslo();
    struct tariffs tariffs = night_tariff();
    int64_t nine = at(&zone, 2026, 6, 3, 21, 0);
    struct tariff_bill course;
    struct tariff_cost cost;

    (void)state;
    tariff_bill_begin(&course, &tariffs, &zone, nine);
    tariff_bill_add(&course, nine, nine + HOUR_MS, 3000);
    tariff_bill_add(&course, nine + HOUR_MS, nine + 2 * HOUR_MS, 1000);
    assert_true(tariff_bill_end(&course, 8000, &cost));
    assert_true(cost.cost_m == 6 * DEAR + 2 * CHEAP);
}

/* ---- against a reference that goes minute by minute ---- */

static unsigned roll(uint64_t *seed)
{
    *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (unsigned)(*seed >> 33);
}

static struct tariffs random_tariffs(uint64_t *seed)
{
    struct tariffs tariffs = {.count = 1 + roll(seed) % 3};

    for (size_t i = 0; i < tariffs.count; i++) {
        struct tariff *tariff = &tariffs.list[i];
        tariff->valid_from = day_make(2026, 1, 1) + (int32_t)(i * 100 + roll(seed) % 100);
        memcpy(tariff->currency, "EUR", 4);
        tariff->price_m = (int64_t)(roll(seed) % 50000);
        tariff->band_count = roll(seed) % 5;
        for (size_t j = 0; j < tariff->band_count; j++)
            tariff->bands[j] = (struct tariff_band){(unsigned)(roll(seed) & 0xFF), (int)(roll(seed) % 1440),
                                                    (int)(roll(seed) % 1440), (int64_t)(roll(seed) % 50000)};
    }
    for (int32_t day = day_make(2026, 1, 1); day < day_make(2027, 1, 1);
         day += 1 + (int32_t)(roll(seed) % 40))
        tariffs.holidays[tariffs.holiday_count++] = day;
    return tariffs;
}

static bool is_free_day(const struct tariffs *tariffs, int32_t day)
{
    for (size_t i = 0; i < tariffs->holiday_count; i++)
        if (tariffs->holidays[i] == day)
            return true;
    return false;
}

/* Of each minute of the band's day, one after the other, as a list would have it. */
static bool reference_fits(const struct tariffs *tariffs, const struct tariff_band *band,
                           int64_t local_minute)
{
    int length = (band->to_min - band->from_min + 1440) % 1440;

    if (length == 0)
        length = 1440;
    for (int back = 0; back < 2; back++) {
        int64_t day = local_minute / 1440 - back;
        unsigned word = is_free_day(tariffs, (int32_t)day) ? 7 : (unsigned)((day + 3) % 7);
        int64_t begin = day * 1440 + (length == 1440 ? 0 : band->from_min);
        if (band->days >> word & 1 && local_minute >= begin && local_minute < begin + length)
            return true;
    }
    return false;
}

static double reference_price(const struct tariffs *tariffs, const struct zone *zone, int64_t utc_ms)
{
    int64_t local_minute = (utc_ms + (int64_t)zone_offset_s(zone, utc_ms * NS_PER_MS) * 1000) / MIN_MS;
    const struct tariff *found = NULL;

    for (size_t i = 0; i < tariffs->count; i++)
        if (tariffs->list[i].valid_from <= local_minute / 1440)
            found = &tariffs->list[i];
    if (!found)
        return -1;
    for (size_t i = 0; i < found->band_count; i++)
        if (reference_fits(tariffs, &found->bands[i], local_minute))
            return (double)found->bands[i].price_m;
    return (double)found->price_m;
}

static void random_tariffs_agree_with_a_minute_by_minute_bill(void **state)
{
    struct zone zone = oslo();
    int priced = 0;

    (void)state;
    for (uint64_t i = 1; i <= 300; i++) {
        uint64_t seed = i;
        struct tariffs tariffs = random_tariffs(&seed);
        int64_t minutes = 1 + (int64_t)(roll(&seed) % 2000);
        int64_t from = at(&zone, 2026, 1, 1, 0, 0) + (int64_t)(roll(&seed) % 520000) * MIN_MS;
        double sum = 0, least = 1e9, most = 0;
        bool is_unpriced = false;
        for (int64_t minute = 0; minute < minutes; minute++) {
            double price = reference_price(&tariffs, &zone, from + minute * MIN_MS);
            is_unpriced = is_unpriced || price < 0;
            least = price < least ? price : least;
            most = price > most ? price : most;
            sum += price / 60; /* at 1 kW */
        }
        int64_t wh = minutes * 1000 / 60;
        struct tariff_cost cost = bill(&tariffs, &zone, from, from + minutes * MIN_MS, wh);
        struct tariff_cost range;
        bool has_range = tariff_range(&tariffs, &zone, from, from + minutes * MIN_MS, 1000, &range);
        assert_int_equal(cost.cost_m == -1, is_unpriced);
        assert_int_equal(has_range, !is_unpriced);
        if (is_unpriced)
            continue;
        priced++;
        double expected = sum * (double)wh / ((double)minutes * 1000 / 60);
        assert_true(fabs((double)cost.cost_m - expected) <= 1 + expected * 1e-9);
        int64_t dearest = range.cost_max_m == TARIFF_NONE ? range.cost_m : range.cost_max_m;
        assert_true(range.cost_m == (int64_t)least && dearest == (int64_t)most);
    }
    assert_in_range(priced, 150, 300);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_price_is_energy_times_price),
        cmocka_unit_test(the_night_rate_begins_at_its_minute),
        cmocka_unit_test(a_night_that_begins_on_friday_ends_on_saturday),
        cmocka_unit_test(a_holiday_has_prices_of_its_own),
        cmocka_unit_test(the_night_in_which_clocks_change_has_its_own_length),
        cmocka_unit_test(a_new_price_holds_from_midnight_of_its_day),
        cmocka_unit_test(each_charge_pays_the_fee_once),
        cmocka_unit_test(a_window_of_more_than_a_year_has_no_price),
        cmocka_unit_test(a_charge_nobody_saw_costs_between_the_cheapest_and_the_dearest),
        cmocka_unit_test(before_the_first_tariff_nothing_has_a_price),
        cmocka_unit_test(crowns_and_euros_are_not_added),
        cmocka_unit_test(the_course_shares_out_what_the_meter_counted),
        cmocka_unit_test(random_tariffs_agree_with_a_minute_by_minute_bill),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
