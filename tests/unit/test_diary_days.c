/* To which days the trackers put what they tell, in random lives at places whose clocks are changed in every
 * way there is: to the kilometre and the watt-hour nothing is lost and nothing told twice, and a day is what
 * the C library says it is. */
#include "diary_life.h"

#include "util/calendar.h"
#include "util/core/day.h"
#include "util/core/time.h"

#include <time.h>

#define LIVES     40
#define MM_PER_KM INT64_C(1000000)
#define DAY_MAX   60          /* of a life */
#define BACK_MS   (3 * HOURS) /* no clocks go back by more */
#define BACK_STEP (10 * MINUTES)
#define EARLIER   7 /* days before the change on which a life begins */

/* A place, and a night in which its clocks were changed. */
static const struct place {
    const char *zone;
    int year, month, day;
} places[] = {
    {"UTC", 2026, 1, 10},
    {"Asia/Kolkata", 2026, 1, 10},        /* 5 h 30 min east, never changed */
    {"Europe/Oslo", 2026, 3, 29},         /* a day of 23 h */
    {"Europe/Oslo", 2026, 10, 25},        /* of 25 h */
    {"Australia/Lord_Howe", 2026, 4, 5},  /* of 24.5 h */
    {"Australia/Lord_Howe", 2026, 10, 4}, /* of 23.5 h */
    {"America/Santiago", 2026, 4, 5},     /* changed at midnight, back */
    {"America/Santiago", 2026, 9, 6},     /* and forward: the day begins at 1 o'clock */
    {"Africa/Cairo", 2026, 4, 24},
    {"America/St_Johns", 2010, 11, 7}, /* a minute after midnight: back into the day before */
    {"Pacific/Apia", 2011, 12, 30},    /* a day that never was */
};

#define PLACE_COUNT (sizeof(places) / sizeof(places[0]))

/* ---- the C library's days ---- */

static int32_t library_day_at(int64_t utc_ms)
{
    time_t second = (time_t)(utc_ms / 1000);
    struct tm tm;

    assert_non_null(localtime_r(&second, &tm));
    return day_make(tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday);
}

/* A day that has begun is not left again, though the clock shows the one before for a while. */
static int32_t library_day(int64_t utc_ms)
{
    int32_t latest = library_day_at(utc_ms);

    for (int64_t at_ms = utc_ms - BACK_MS; at_ms < utc_ms; at_ms += BACK_STEP / 20)
        if (library_day_at(at_ms) > latest)
            latest = library_day_at(at_ms);
    return latest;
}

/* ---- sums ---- */

struct sums {
    int64_t distance_mm, used_wh, battery_wh, charger_wh;
};

/* The days of a life, and behind them what belongs to none. */
struct tally {
    int32_t first;
    struct sums days[DAY_MAX], none, all;
};

static int64_t known(int64_t sum)
{
    return sum == DIARY_NONE ? 0 : sum;
}

static struct sums *sums_of(struct tally *tally, int32_t day)
{
    if (day == DIARY_NO_DAY)
        return &tally->none;
    assert_in_range(day - tally->first, 0, DAY_MAX - 1);
    return &tally->days[day - tally->first];
}

static void add_outing(struct tally *tally, const struct diary_outing *outing)
{
    sums_of(tally, outing->day)->distance_mm += known(outing->distance_mm);
    sums_of(tally, outing->day)->used_wh += known(outing->energy_soc_wh);
    tally->all.distance_mm += known(outing->distance_mm);
    tally->all.used_wh += known(outing->energy_soc_wh);
}

static void add_charge(struct tally *tally, const struct diary_entry *entry)
{
    for (size_t i = 0; i < entry->part_count; i++) {
        sums_of(tally, entry->parts[i].day)->battery_wh += known(entry->parts[i].battery_wh);
        sums_of(tally, entry->parts[i].day)->charger_wh += known(entry->parts[i].charger_wh);
    }
    tally->all.battery_wh += known(entry->charge.battery_wh);
    tally->all.charger_wh += known(entry->charge.charger_wh);
}

static void add(struct tally *tally, const struct diary_entry *entry)
{
    if (entry->kind == DIARY_OUTING)
        add_outing(tally, &entry->outing);
    if (entry->kind == DIARY_CHARGE && entry->charge.status != DIARY_OPEN)
        add_charge(tally, entry);
}

static void check_sums(const struct tally *tally)
{
    struct sums sums = tally->none;

    for (size_t i = 0; i < DAY_MAX; i++) {
        sums.distance_mm += tally->days[i].distance_mm;
        sums.used_wh += tally->days[i].used_wh;
        sums.battery_wh += tally->days[i].battery_wh;
        sums.charger_wh += tally->days[i].charger_wh;
    }
    assert_memory_equal(&sums, &tally->all, sizeof(sums));
}

/* ---- days ---- */

static void check_outing_day(const struct diary_outing *outing)
{
    int32_t from = library_day(outing->from_ms);
    int32_t to = library_day(outing->to_ms);

    assert_int_equal(outing->day, from == to ? from : DIARY_NO_DAY);
}

static void check_inferred_days(const struct diary_entry *entry)
{
    int32_t from = library_day(entry->charge.from_ms);
    int32_t to = library_day(entry->charge.to_ms);

    assert_int_equal(entry->part_count, 1);
    assert_int_equal(entry->parts[0].day, from == to ? from : DIARY_NO_DAY);
}

/* In the order of the calendar, each between beginning and end, and none that never was. */
static void check_watched_days(const struct diary_entry *entry, const struct zone *zone)
{
    int32_t last = library_day(entry->charge.from_ms) - 1;

    for (size_t i = 0; i < entry->part_count; i++) {
        int32_t day = entry->parts[i].day;
        assert_true(day > last && day <= library_day(entry->charge.to_ms));
        assert_true(zone_day_end_ns(zone, day) > zone_day_start_ns(zone, day));
        last = day;
    }
    assert_int_equal(entry->parts[0].day, library_day(entry->charge.from_ms));
}

static void check_days(const struct diary_entry *entry, const struct zone *zone)
{
    if (entry->kind == DIARY_OUTING)
        check_outing_day(&entry->outing);
    if (entry->kind != DIARY_CHARGE || entry->charge.status == DIARY_OPEN)
        return;
    if (entry->charge.how == DIARY_INFERRED)
        check_inferred_days(entry);
    else
        check_watched_days(entry, zone);
}

/* ---- lives ---- */

struct scene {
    struct zone zone;
    struct life *life;
    struct book whole, rest; /* `rest`: told after a restart */
    size_t kept;             /* so many entries of `whole` before it */
};

static void read_rows(struct book *book, const struct life *life, int64_t after_ms)
{
    for (size_t i = 0; i < life->count; i++)
        if (life->rows[i].utc_ms > after_ms)
            diary_take(book->diary, &life->rows[i]);
    diary_advance(book->diary, life->now_ms);
}

static void use_zone(struct zone *zone, const char *name)
{
    struct err err;

    assert_int_equal(calendar_load(zone, name, &err), 0);
    setenv("TZ", name, 1);
    tzset();
}

/* From what stood in the diary after one of the entries; in another zone, if one is named. */
static void restart_somewhere(struct scene *scene, const char *zone)
{
    struct book *rest = &scene->rest;

    scene->kept = 1 + chance(scene->life, (unsigned)scene->whole.count);
    const struct diary_anchor *anchor = &scene->whole.entries[scene->kept - 1].anchor;
    book_new(rest);
    rest->zone = scene->zone;
    if (zone)
        use_zone(&rest->zone, zone);
    rest->next_id = scene->whole.next_id;
    diary_free(rest->diary);
    rest->diary = diary_new(&rest->settings, anchor, NULL, book_keep, rest);
    read_rows(rest, scene->life, anchor->at_ms);
}

static void live(struct scene *scene, const struct place *place, uint32_t seed, const char *later_zone)
{
    int32_t day = day_make(place->year, place->month, place->day) - EARLIER;

    life_live_from(scene->life, seed, zone_day_start_ns(&scene->zone, day) / NS_PER_MS, 0);
    book_new(&scene->whole);
    scene->whole.zone = scene->zone;
    read_rows(&scene->whole, scene->life, INT64_MIN);
    restart_somewhere(scene, later_zone);
}

static void check_sums_of(const struct scene *scene)
{
    struct tally tally = {.first = library_day(scene->life->rows[0].utc_ms) - 1};

    for (size_t i = 0; i < scene->kept; i++)
        add(&tally, &scene->whole.entries[i]);
    for (size_t i = 0; i < scene->rest.count; i++)
        add(&tally, &scene->rest.entries[i]);
    check_sums(&tally);
    assert_int_equal(tally.all.distance_mm, ((int64_t)scene->life->km - scene->life->first_km) * MM_PER_KM);
}

static void days_and_the_unattributed_are_the_odometer_and_the_counters_wherever_one_lives(void **state)
{
    struct scene *scene = calloc(1, sizeof(*scene));

    (void)state;
    scene->life = life_new();
    for (size_t i = 0; i < PLACE_COUNT; i++) {
        use_zone(&scene->zone, places[i].zone);
        for (uint32_t seed = 0; seed < LIVES; seed++) {
            live(scene, &places[i], seed, NULL);
            for (size_t j = 0; j < scene->whole.count; j++)
                check_days(&scene->whole.entries[j], &scene->zone);
            check_sums_of(scene);
            book_free(&scene->whole);
            book_free(&scene->rest);
        }
    }
    free(scene->life);
    free(scene);
}

static void times_of(const struct diary_entry *entry, int64_t *from_ms, int64_t *to_ms)
{
    *from_ms = entry->kind == DIARY_CHARGE ? entry->charge.from_ms : entry->outing.from_ms;
    *to_ms = entry->kind == DIARY_CHARGE ? entry->charge.to_ms : entry->outing.to_ms;
}

/* The next charge or outing from `i` on; book->count: none. */
static size_t next_of(const struct book *book, size_t i)
{
    while (i < book->count && book->entries[i].kind != DIARY_CHARGE && book->entries[i].kind != DIARY_OUTING)
        i++;
    return i;
}

/* What is told after the move, beside what would have been told without it. Battery health has other days. */
static void check_move(const struct scene *scene)
{
    size_t j = next_of(&scene->whole, scene->kept);

    for (size_t i = next_of(&scene->rest, 0); i < scene->rest.count; i = next_of(&scene->rest, i + 1)) {
        int64_t from_ms, to_ms, unmoved_from_ms, unmoved_to_ms;
        assert_true(j < scene->whole.count);
        assert_int_equal(scene->rest.entries[i].kind, scene->whole.entries[j].kind);
        times_of(&scene->rest.entries[i], &from_ms, &to_ms);
        times_of(&scene->whole.entries[j], &unmoved_from_ms, &unmoved_to_ms);
        assert_true(from_ms == unmoved_from_ms && to_ms == unmoved_to_ms);
        if (scene->rest.entries[i].kind == DIARY_OUTING)
            check_outing_day(&scene->rest.entries[i].outing);
        j = next_of(&scene->whole, j + 1);
    }
    assert_int_equal(j, scene->whole.count);
}

/* The owner moves with car and Pi, and sets the zone: what happened stays where it was in UTC, what comes has
 * the new place's days, and nothing is lost. */
static void another_zone_in_the_configuration_changes_no_time_and_loses_nothing(void **state)
{
    static const struct place oslo = {"Europe/Oslo", 2026, 3, 29};
    struct scene *scene = calloc(1, sizeof(*scene));

    (void)state;
    scene->life = life_new();
    for (uint32_t seed = 0; seed < LIVES; seed++) {
        use_zone(&scene->zone, oslo.zone);
        live(scene, &oslo, seed, "Pacific/Auckland");
        check_move(scene);
        check_sums_of(scene);
        book_free(&scene->whole);
        book_free(&scene->rest);
    }
    free(scene->life);
    free(scene);
}

/* The 29th of December 2011 was followed by the 31st. */
static void a_charge_has_no_share_in_a_day_that_never_was(void **state)
{
    (void)state;
    struct book book;
    struct err err;
    int32_t day = day_make(2011, 12, 29);
    double soc = 20;

    book_new(&book);
    assert_int_equal(calendar_load(&book.zone, "Pacific/Apia", &err), 0);
    int64_t begin_ms = zone_day_end_ns(&book.zone, day) / NS_PER_MS - HOURS;
    book_arrive(&book, begin_ms, soc, 1000);
    book_plug(&book, begin_ms + MINUTES);
    book_charging(&book, begin_ms + MINUTES, 119, 10, &soc);
    book_unplug(&book, begin_ms + 2 * HOURS);
    diary_advance(book.diary, begin_ms + 3 * HOURS);
    const struct diary_entry *entry = book_find(&book, DIARY_CHARGE, 1);
    assert_int_equal(entry->part_count, 2);
    assert_int_equal(entry->parts[0].day, day);
    assert_int_equal(entry->parts[0].battery_wh, 3933); /* 59 of 119 minutes with 4 kW */
    assert_int_equal(entry->parts[1].day, day + 2);
    assert_int_equal(entry->parts[0].battery_wh + entry->parts[1].battery_wh, entry->charge.battery_wh);
    book_free(&book);
}

/* Ten kilometres by the old one, and it is changed at the workshop while the car is on. */
static void an_instrument_that_is_changed_on_the_way_loses_no_way_before(void **state)
{
    (void)state;
    struct book book;

    book_new(&book);
    book_arrive(&book, BOOK_START, 80, 90000);
    book_take(&book, BOOK_START + HOURS, DIARY_SIGNAL_PRESENCE, PRESENCE_DRIVING);
    book_take(&book, BOOK_START + HOURS + 15 * MINUTES, SIGNAL_ODOMETER, 90010);
    book_take(&book, BOOK_START + 2 * HOURS, SIGNAL_ODOMETER, 50);
    book_take(&book, BOOK_START + 2 * HOURS + MINUTES, SIGNAL_ODOMETER, 50);
    book_take(&book, BOOK_START + 3 * HOURS, SIGNAL_ODOMETER, 57);
    book_arrive(&book, BOOK_START + 3 * HOURS, 70, 57);
    diary_advance(book.diary, BOOK_START + 4 * HOURS);
    assert_int_equal(book_count(&book, DIARY_OUTING), 1);
    assert_int_equal(book_find(&book, DIARY_OUTING, 0)->outing.distance_mm, 17 * MM_PER_KM);
    book_free(&book);
}

/* Out at ten in the evening, back at two, both ends unheard: nobody knows which kilometres were yesterday's.
 */
static void an_outing_over_midnight_belongs_to_no_day(void **state)
{
    (void)state;
    struct book book;
    int64_t midnight_ms = BOOK_START + 18 * HOURS;

    book_new(&book);
    book_arrive(&book, midnight_ms - 3 * HOURS, 80, 1000);
    book_leave(&book, midnight_ms - 2 * HOURS);
    book_arrive(&book, midnight_ms + 2 * HOURS, 60, 1030);
    book_leave(&book, midnight_ms + 3 * HOURS);
    book_arrive(&book, midnight_ms + 5 * HOURS, 50, 1045);
    diary_advance(book.diary, midnight_ms + 6 * HOURS);
    assert_int_equal(book_count(&book, DIARY_OUTING), 2);
    assert_int_equal(book_find(&book, DIARY_OUTING, 0)->outing.day, DIARY_NO_DAY);
    assert_int_equal(book_find(&book, DIARY_OUTING, 1)->outing.day, 20780);
    book_free(&book);
}

/* Three hours and a hundred kilometres later it is an hour before it left. */
static void a_clock_that_is_set_back_while_the_car_is_out_loses_no_way(void **state)
{
    (void)state;
    struct book book;
    int64_t back_ms = BOOK_START - HOURS;

    book_new(&book);
    book_arrive(&book, BOOK_START, 80, 1000);
    book_leave(&book, BOOK_START + MINUTES);
    diary_advance(book.diary, BOOK_START + 3 * HOURS);
    book_arrive(&book, back_ms, 30, 1100);
    book_take(&book, back_ms + MINUTES, SIGNAL_ODOMETER, 1100);
    diary_advance(book.diary, back_ms + HOURS);
    assert_int_equal(book_count(&book, DIARY_OUTING), 1);
    assert_int_equal(book_find(&book, DIARY_OUTING, 0)->outing.distance_mm, 100 * MM_PER_KM);
    assert_true(book_find(&book, DIARY_OUTING, 0)->outing.to_ms == back_ms);
    book_free(&book);
}

static void distance_counts_from_the_first_odometer_though_the_car_is_driving(void **state)
{
    (void)state;
    struct book book;
    int64_t begin_ms = BOOK_START;

    book_new(&book);
    book_take(&book, begin_ms, DIARY_SIGNAL_REACHABLE, 1);
    book_take(&book, begin_ms, DIARY_SIGNAL_PRESENCE, PRESENCE_DRIVING);
    book_take(&book, begin_ms + MINUTES, SIGNAL_ODOMETER, 1000);
    book_take(&book, begin_ms + 6 * MINUTES, SIGNAL_ODOMETER, 1004);
    book_take(&book, begin_ms + 7 * MINUTES, DIARY_SIGNAL_PRESENCE, PRESENCE_AWAKE);
    book_take(&book, begin_ms + 7 * MINUTES + SECONDS, SIGNAL_SOC, 60);
    book_take(&book, begin_ms + 7 * MINUTES + SECONDS, SIGNAL_ODOMETER, 1005);
    diary_advance(book.diary, begin_ms + HOURS);
    const struct diary_outing *outing = &book_find(&book, DIARY_OUTING, 0)->outing;
    assert_int_equal(outing->from_ms, begin_ms + MINUTES);
    assert_int_equal(outing->to_ms, begin_ms + 7 * MINUTES);
    assert_int_equal(outing->distance_mm, 5 * MM_PER_KM);
    assert_int_equal(outing->energy_soc_wh, DIARY_NONE);
    book_free(&book);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(another_zone_in_the_configuration_changes_no_time_and_loses_nothing),
        cmocka_unit_test(an_instrument_that_is_changed_on_the_way_loses_no_way_before),
        cmocka_unit_test(an_outing_over_midnight_belongs_to_no_day),
        cmocka_unit_test(a_clock_that_is_set_back_while_the_car_is_out_loses_no_way),
        cmocka_unit_test(a_charge_has_no_share_in_a_day_that_never_was),
        cmocka_unit_test(distance_counts_from_the_first_odometer_though_the_car_is_driving),
        cmocka_unit_test(days_and_the_unattributed_are_the_odometer_and_the_counters_wherever_one_lives),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
