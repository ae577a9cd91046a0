/* diary/store/days: sums of days, months, years and any span, of random lives and of what is special. */
#include "store_bench.h"
#include "store_entry.h"

#include "diary_life.h"

#include "util/calendar.h"
#include "util/core/day.h"
#include "util/core/time.h"

#define MM_PER_KM INT64_C(1000000)
#define EARLIER   7

/* ---- a life in the store ---- */

struct sums {
    int64_t distance_mm, used_wh, battery_wh, charger_wh, charges, outings;
};

static int64_t known(int64_t sum)
{
    return sum == DIARY_NONE ? 0 : sum;
}

static void add(struct sums *sums, const struct diary_day *day)
{
    sums->distance_mm += known(day->distance_mm);
    sums->used_wh += known(day->used_wh);
    sums->battery_wh += known(day->battery_wh);
    sums->charger_wh += known(day->charger_wh);
    sums->charges += day->charges;
    sums->outings += day->outings;
}

static void add_entry(struct sums *sums, const struct diary_entry *entry)
{
    struct diary_day day = {.charges = entry->kind == DIARY_CHARGE, .outings = entry->kind == DIARY_OUTING};

    if (entry->kind == DIARY_CHARGE) {
        day.battery_wh = entry->charge.battery_wh;
        day.charger_wh = entry->charge.charger_wh;
    } else {
        day.distance_mm = entry->outing.distance_mm;
        day.used_wh = entry->outing.energy_soc_wh;
        if (day.used_wh == DIARY_NONE) /* the second best */
            day.used_wh = entry->outing.energy_gids_wh;
    }
    add(sums, &day);
}

static bool is_kept(const struct diary_entry *entry)
{
    return entry->kind == DIARY_OUTING || (entry->kind == DIARY_CHARGE && entry->charge.status != DIARY_OPEN);
}

/* What the trackers tell of the life goes to the store; its sums, and whether they are the odometer's. */
static struct sums keep_life(struct bench *bench, struct life *life, const struct zone *zone,
                             int64_t begin_ms)
{
    struct sums sums = {0};
    struct book book;

    life_live_from(life, (uint32_t)(begin_ms / DAYS), begin_ms, (unsigned)(begin_ms / DAYS % 3));
    book_new(&book);
    book.zone = *zone;
    for (size_t i = 0; i < life->count; i++)
        diary_take(book.diary, &life->rows[i]);
    diary_advance(book.diary, life->now_ms);
    for (size_t i = 0; i < book.count; i++) {
        if (!is_kept(&book.entries[i]))
            continue;
        if (book.entries[i].kind == DIARY_OUTING || book_is_last_word(&book, i))
            add_entry(&sums, &book.entries[i]);
        if (book.entries[i].kind == DIARY_CHARGE)
            book.entries[i].charge.id = 0;
        bench_keep(bench, &book.entries[i]);
    }
    book_free(&book);
    assert_int_equal(sums.distance_mm, ((int64_t)life->km - life->first_km) * MM_PER_KM);
    return sums;
}

/* ---- what the store says of it ---- */

static void set_span(struct store_question *question, const struct zone *zone, int32_t from, int32_t to)
{
    question->from_day = from;
    question->to_day = to;
    question->from_ms = zone_day_start_ns(zone, from) / NS_PER_MS;
    question->to_ms = zone_day_end_ns(zone, to) / NS_PER_MS;
}

static struct sums ask_list(struct bench *bench, struct store_question *question)
{
    struct sums sums = {0};

    question->limit = STORE_LIMIT_MAX;
    const struct diary_day *items = bench_ask(bench, question, sizeof(*items));
    for (size_t i = 0; i < bench->answer.count; i++)
        add(&sums, &items[i]);
    add(&sums, &bench->answer.unattributed);
    return sums;
}

static struct sums ask_sums(struct bench *bench, struct store_question *question)
{
    struct sums sums = {0};

    add(&sums, bench_ask(bench, question, sizeof(struct diary_day)));
    return sums;
}

/* Both sides of each midnight. */
static void check_spans(struct bench *bench, const struct zone *zone, int32_t first, int32_t last,
                        const struct sums *expected)
{
    static const enum store_subject subjects[] = {STORE_ASK_DAYS, STORE_ASK_SUMS};

    for (size_t i = 0; i < 2; i++)
        for (int32_t day = first; day < last; day++) {
            struct store_question question = everything(subjects[i]);
            struct sums both, after;
            set_span(&question, zone, first - 1, day);
            both = i == 0 ? ask_list(bench, &question) : ask_sums(bench, &question);
            set_span(&question, zone, day + 1, last + 1);
            after = i == 0 ? ask_list(bench, &question) : ask_sums(bench, &question);
            add(&both, &(struct diary_day){.distance_mm = after.distance_mm,
                                           .used_wh = after.used_wh,
                                           .battery_wh = after.battery_wh,
                                           .charger_wh = after.charger_wh,
                                           .charges = after.charges,
                                           .outings = after.outings});
            if (i == 1) /* a list has the shares of a charge on both sides of midnight, a span the whole */
                assert_memory_equal(&both, expected, sizeof(both));
            assert_int_equal(both.distance_mm, expected->distance_mm);
            assert_int_equal(both.battery_wh, expected->battery_wh);
        }
}

static void check_counters(struct bench *bench, const struct sums *expected)
{
    struct store_question question = everything(STORE_ASK_TOTALS);
    const struct diary_totals *totals = bench_ask(bench, &question, sizeof(*totals));

    assert_int_equal(totals->distance_mm, expected->distance_mm);
    assert_int_equal(totals->used_wh, expected->used_wh);
    assert_int_equal(totals->charged_wh, expected->battery_wh);
    assert_int_equal(totals->outings, expected->outings);
}

static void check_life(struct life *life, const struct zone *zone, int32_t day)
{
    static const enum store_subject lists[] = {STORE_ASK_DAYS, STORE_ASK_MONTHS, STORE_ASK_YEARS};
    struct bench *bench = bench_new();

    bench_start(bench);
    struct sums expected = keep_life(bench, life, zone, zone_day_start_ns(zone, day) / NS_PER_MS);
    for (size_t i = 0; i < 3; i++) {
        struct store_question question = everything(lists[i]);
        struct sums sums = ask_list(bench, &question);
        assert_memory_equal(&sums, &expected, sizeof(sums));
    }
    check_spans(bench, zone, day, zone_day_of(zone, life->now_ms * NS_PER_MS), &expected);
    check_counters(bench, &expected);
    bench_stop(bench);
    bench_free(bench);
}

/* The lives begin on one of the days before the clocks are changed. */
static void days_months_and_years_with_the_unattributed_are_the_odometer_and_the_counters(void **state)
{
    static const struct {
        const char *zone;
        int year, month, day;
    } places[] = {{"Europe/Oslo", 2026, 10, 25},
                  {"Australia/Lord_Howe", 2026, 4, 5},
                  {"America/Santiago", 2026, 9, 6},
                  {"Pacific/Apia", 2011, 12, 30}};
    struct life *life = life_new();
    struct zone zone;
    struct err err;

    (void)state;
    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        assert_int_equal(calendar_load(&zone, places[i].zone, &err), 0);
        int32_t changed = day_make(places[i].year, places[i].month, places[i].day);
        for (int32_t earlier = 1; earlier <= EARLIER; earlier++)
            check_life(life, &zone, changed - earlier);
    }
    free(life);
}

/* ---- what is special ---- */

static int64_t keep_bill(struct bench *bench, int64_t from_ms, int32_t day, int64_t cost_m,
                         const char *currency)
{
    struct diary_entry entry = a_charge(from_ms, day, 5000);

    entry.charge.cost_m = cost_m;
    strcpy(entry.charge.currency, currency);
    return bench_keep(bench, &entry);
}

static void a_day_paid_in_crowns_and_euros_has_no_cost(void **state)
{
    (void)state;
    struct bench *bench = bench_new();
    struct store_question days = everything(STORE_ASK_DAYS), months = everything(STORE_ASK_MONTHS);

    bench_start(bench);
    keep_bill(bench, T0_MS, DAY0, 1000000, "NOK");
    keep_bill(bench, T0_MS + HOUR_MS, DAY0, 200000, "EUR");
    keep_bill(bench, T0_MS + 2 * HOUR_MS, DAY0, 1000000, "NOK");
    keep_bill(bench, T0_MS + 24 * HOUR_MS, DAY0 + 1, 300000, "EUR");
    keep_bill(bench, T0_MS + 25 * HOUR_MS, DAY0 + 1, 100000, "EUR");
    keep_bill(bench, T0_MS + 26 * HOUR_MS, DAY0 + 1, DIARY_NONE, "NOK");
    const struct diary_day *item = bench_ask(bench, &days, sizeof(*item));
    assert_int_equal(bench->answer.count, 2);
    assert_true(item[0].cost_m == 400000);
    assert_string_equal(item[0].currency, "EUR");
    assert_true(item[1].cost_m == DIARY_NONE && item[1].cost_max_m == DIARY_NONE);
    assert_string_equal(item[1].currency, "");
    assert_true(item[1].battery_wh == 15000);
    item = bench_ask(bench, &months, sizeof(*item));
    assert_true(item->cost_m == DIARY_NONE && item->currency[0] == '\0' && item->charges == 6);
    bench_stop(bench);
    bench_free(bench);
}

/* One of a night with a cheap and a dear hour, one whose cost is known. */
static void the_most_that_a_day_can_have_cost_is_said_where_only_the_least_is_known(void **state)
{
    (void)state;
    struct bench *bench = bench_new();
    struct store_question days = everything(STORE_ASK_DAYS);
    struct diary_entry entry = a_charge(T0_MS, DAY0, 5000);

    bench_start(bench);
    keep_bill(bench, T0_MS + HOUR_MS, DAY0, 200000, "EUR");
    const struct diary_day *day = bench_ask(bench, &days, sizeof(*day));
    assert_true(day->cost_m == 200000 && day->cost_max_m == DIARY_NONE);
    entry.charge.cost_m = 100000;
    entry.charge.cost_max_m = 300000;
    bench_keep(bench, &entry);
    day = bench_ask(bench, &days, sizeof(*day));
    assert_true(day->cost_m == 300000 && day->cost_max_m == 500000);
    bench_stop(bench);
    bench_free(bench);
}

static void the_bill_of_a_charge_of_no_day_is_unattributed(void **state)
{
    (void)state;
    struct bench *bench = bench_new();
    struct store_question days = everything(STORE_ASK_DAYS);
    struct diary_entry entry = a_charge(T0_MS, DIARY_NO_DAY, 5000);

    entry.charge.wall_wh = 6000;
    entry.charge.cost_m = 1500000;
    strcpy(entry.charge.currency, "NOK");
    bench_start(bench);
    bench_keep(bench, &entry);
    bench_ask(bench, &days, sizeof(struct diary_day));
    const struct diary_day *rest = &bench->answer.unattributed;
    assert_int_equal(bench->answer.count, 0);
    assert_true(rest->battery_wh == 5000 && rest->charger_wh == 5700 && rest->wall_wh == 6000);
    assert_true(rest->cost_m == 1500000 && rest->charges == 1 && rest->outings == 0);
    assert_true(rest->distance_mm == 0);
    assert_string_equal(rest->currency, "NOK");
    bench_stop(bench);
    bench_free(bench);
}

/* DAY0 is 2023-11-14: the month ends with DAY0 + 16. */
static void an_outing_over_the_end_of_a_month_is_told_in_one_of_the_two(void **state)
{
    (void)state;
    struct bench *bench = bench_new();
    struct store_question november = everything(STORE_ASK_DAYS), december = everything(STORE_ASK_DAYS);
    struct zone utc;

    zone_set_utc(&utc);
    set_span(&november, &utc, DAY0 - 13, DAY0 + 16);
    set_span(&december, &utc, DAY0 + 17, DAY0 + 47);
    struct diary_entry outing = an_outing(december.from_ms - HOUR_MS / 2, DIARY_NO_DAY, 31 * MM_PER_KM, 5000);
    bench_start(bench);
    bench_keep(bench, &outing);
    bench_ask(bench, &november, sizeof(struct diary_day));
    assert_true(bench->answer.unattributed.distance_mm == 31 * MM_PER_KM);
    bench_ask(bench, &december, sizeof(struct diary_day));
    assert_true(bench->answer.unattributed.distance_mm == 0);
    bench_stop(bench);
    bench_free(bench);
}

/* Of a car that is silent while off: no day is known, but the month is. DAY0 + 16 is the last of November. */
static void a_charge_overnight_is_of_its_month(void **state)
{
    (void)state;
    static const int nights[] = {0, 15, 16, 40, 50, 400};
    struct bench *bench = bench_new();
    struct store_question months = everything(STORE_ASK_MONTHS), years = everything(STORE_ASK_YEARS);

    bench_start(bench);
    for (size_t i = 0; i < sizeof(nights) / sizeof(nights[0]); i++) {
        struct diary_entry charge =
            a_charge((DAY0 + nights[i]) * (24 * HOUR_MS) + 23 * HOUR_MS, DIARY_NO_DAY, 1000);
        charge.charge.to_ms = charge.charge.from_ms + 8 * HOUR_MS;
        bench_keep(bench, &charge);
    }
    const struct diary_day *items = bench_ask(bench, &months, sizeof(*items));
    assert_int_equal(bench->answer.count, 4); /* two of November, one of December, January and a year later */
    assert_true(items[3].day == DAY0 - 13 && items[3].battery_wh == 2000 && items[3].charges == 2);
    assert_true(items[2].charges == 1 && items[1].charges == 1 && items[0].charges == 1);
    assert_true(bench->answer.unattributed.battery_wh == 1000 && bench->answer.unattributed.charges == 1);
    items = bench_ask(bench, &years, sizeof(*items));
    assert_int_equal(bench->answer.count, 2);
    assert_true(items[1].charges == 4 && bench->answer.unattributed.charges == 0);
    bench_stop(bench);
    bench_free(bench);
}

/* Every second month has a day of its own, the others have but nights. */
static void months_that_have_but_nights_come_page_by_page(void **state)
{
    (void)state;
    struct bench *bench = bench_new();
    struct store_question months = everything(STORE_ASK_MONTHS);
    int32_t last = INT32_MAX;
    int64_t charges = 0;

    bench_start(bench);
    for (int month = 0; month < 12; month++) {
        int32_t day = DAY0 + 30 * month;
        struct diary_entry charge =
            a_charge(day * (24 * HOUR_MS) + 20 * HOUR_MS, month % 2 ? day : DIARY_NO_DAY, 1000);
        charge.charge.to_ms = charge.charge.from_ms + 8 * HOUR_MS;
        bench_keep(bench, &charge);
    }
    for (months.limit = 5; months.before != 0 || last == INT32_MAX; months.before = bench->answer.next) {
        const struct diary_day *items = bench_ask(bench, &months, sizeof(*items));
        assert_int_equal(bench->answer.unattributed.charges, 0);
        for (size_t i = 0; i < bench->answer.count; i++) {
            assert_true(items[i].day < last);
            last = items[i].day;
            charges += items[i].charges;
        }
        if (bench->answer.next == 0)
            break;
    }
    assert_int_equal(charges, 12);
    bench_stop(bench);
    bench_free(bench);
}

static void an_outing_that_was_charged_elsewhere_makes_no_average_better(void **state)
{
    (void)state;
    struct bench *bench = bench_new();
    struct store_question days = everything(STORE_ASK_DAYS);
    struct diary_entry far = an_outing(T0_MS, DAY0, 200 * MM_PER_KM, DIARY_NONE);
    struct diary_entry near = an_outing(T0_MS + HOUR_MS, DAY0, 20 * MM_PER_KM, 4000);
    struct diary_entry nowhere = an_outing(T0_MS + 2 * HOUR_MS, DAY0, DIARY_NONE, 600);

    far.outing.flags = DIARY_FLAG_CHARGED_ELSEWHERE;
    bench_start(bench);
    bench_keep(bench, &far);
    bench_keep(bench, &near);
    bench_keep(bench, &nowhere);
    const struct diary_day *day = bench_ask(bench, &days, sizeof(*day));
    assert_true(day->distance_mm == 220 * MM_PER_KM && day->used_wh == 4600 && day->outings == 3);
    assert_true(day->rated_mm == 20 * MM_PER_KM && day->rated_wh == 4000);
    bench_stop(bench);
    bench_free(bench);
}

static void since_the_last_charge_means_the_last_that_is_over(void **state)
{
    (void)state;
    struct bench *bench = bench_new();
    struct store_question sums = everything(STORE_ASK_SUMS);
    struct diary_entry before = an_outing(T0_MS - 5 * HOUR_MS, DAY0, 7 * MM_PER_KM, 1000);
    struct diary_entry charge = a_charge(T0_MS, DAY0, 5000);
    struct diary_entry after = an_outing(T0_MS + HOUR_MS, DAY0, 9 * MM_PER_KM, 2000);
    struct diary_entry open = a_charge(T0_MS + 3 * HOUR_MS, DAY0, 1000);

    sums.since_charge = true;
    sums.from_ms = T0_MS; /* whatever else is said */
    open.charge.status = DIARY_OPEN;
    bench_start(bench);
    bench_keep(bench, &before);
    const struct diary_day *sum = bench_ask(bench, &sums, sizeof(*sum));
    assert_true(bench->answer.since_ms == DIARY_NONE && sum->distance_mm == 7 * MM_PER_KM);
    bench_keep(bench, &charge);
    sum = bench_ask(bench, &sums, sizeof(*sum));
    assert_true(bench->answer.since_ms == T0_MS + HOUR_MS);
    assert_true(sum->distance_mm == 0 && sum->used_wh == 0 && sum->battery_wh == 0 && sum->cost_m == 0);
    bench_keep(bench, &after);
    bench_keep(bench, &open);
    sum = bench_ask(bench, &sums, sizeof(*sum));
    assert_true(bench->answer.since_ms == T0_MS + HOUR_MS);
    assert_true(sum->distance_mm == 9 * MM_PER_KM && sum->outings == 1);
    assert_true(sum->charges == 1 && sum->battery_wh == 1000);
    bench_stop(bench);
    bench_free(bench);
}

/* At the wall, else out of the charger, else into the battery: charge by charge. */
static void what_was_supplied_is_taken_where_it_is_known_best(void **state)
{
    (void)state;
    struct bench *bench = bench_new();
    struct store_question sums = everything(STORE_ASK_SUMS);
    struct diary_entry wall = a_charge(T0_MS, DAY0, 5000);
    struct diary_entry charger = a_charge(T0_MS + 2 * HOUR_MS, DAY0, 3000);
    struct diary_entry battery = a_charge(T0_MS + 4 * HOUR_MS, DAY0, 2000);

    wall.charge.wall_wh = 6100;
    wall.part_count = 2;
    wall.parts[1] = (struct diary_part){DAY0 + 1, 1000, 1100};
    battery.charge.charger_wh = DIARY_NONE;
    bench_start(bench);
    bench_keep(bench, &wall);
    bench_keep(bench, &charger);
    bench_keep(bench, &battery);
    const struct diary_day *sum = bench_ask(bench, &sums, sizeof(*sum));
    assert_true(sum->supplied_wh == 6100 + 3700 + 2000);
    assert_true(sum->wall_wh == 6100 && sum->charges == 3);
    bench_stop(bench);
    bench_free(bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(days_months_and_years_with_the_unattributed_are_the_odometer_and_the_counters),
        cmocka_unit_test(a_day_paid_in_crowns_and_euros_has_no_cost),
        cmocka_unit_test(the_most_that_a_day_can_have_cost_is_said_where_only_the_least_is_known),
        cmocka_unit_test(the_bill_of_a_charge_of_no_day_is_unattributed),
        cmocka_unit_test(an_outing_over_the_end_of_a_month_is_told_in_one_of_the_two),
        cmocka_unit_test(a_charge_overnight_is_of_its_month),
        cmocka_unit_test(months_that_have_but_nights_come_page_by_page),
        cmocka_unit_test(an_outing_that_was_charged_elsewhere_makes_no_average_better),
        cmocka_unit_test(since_the_last_charge_means_the_last_that_is_over),
        cmocka_unit_test(what_was_supplied_is_taken_where_it_is_known_best),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
