/* diary/store/retention: old readings go and nothing else does, while the store does all else. GARAGED_PURGE:
 * how many readings go in the long one (110000). */
#include "diary/store/retention.h"

#include "copy_folder.h"
#include "util/clock.h"

#define DAYS     40
#define STEP_MS  600000 /* a reading every ten minutes */
#define ROWS     (DAYS * 144)
#define DAY_MS   INT64_C(86400000)
#define START_MS INT64_C(1699920000000) /* 2023-11-14T00:00:00Z */
#define LONG     110000

struct told {
    bool ended, has_more;
    int64_t rows;
    char why[ERR_TEXT_MAX];
};

static void change(const struct bench *bench, const char *name, const char *sql)
{
    char path[128];
    sqlite3 *sqlite;

    snprintf(path, sizeof(path), "%s/%s", bench->folder, name);
    assert_int_equal(sqlite3_open(path, &sqlite), SQLITE_OK);
    sqlite3_exec(sqlite, "PRAGMA synchronous = OFF", NULL, NULL, NULL);
    if (sqlite3_exec(sqlite, sql, NULL, NULL, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(sqlite));
    sqlite3_close(sqlite);
}

/* Readings of one car, summed up as garaged would have. */
static struct bench *bench_with(int64_t rows, int64_t step_ms)
{
    struct bench *bench = bench_new();
    char sql[1024];

    bench_start(bench);
    bench_stop(bench);
    snprintf(sql, sizeof(sql),
             "INSERT INTO series VALUES(1, 'leaf', 'soc', '%%', 10);"
             "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < %lld - 1)"
             " INSERT INTO reading_raw SELECT (%lld + i * %lld << 12) + 1, i %% 1000, 0 FROM n;"
             "INSERT INTO minute SELECT ((key >> 12) / 60000 << 12) + 1, count(*), sum(steps), min(steps), "
             "max(steps)"
             " FROM reading_raw GROUP BY 1;"
             "INSERT INTO hour SELECT ((key >> 12) / 60 << 12) + 1, sum(n), sum(sum), min(min), max(max)"
             " FROM minute GROUP BY 1;",
             (long long)rows, (long long)START_MS, (long long)step_ms);
    change(bench, "readings.db", sql);
    return bench;
}

static void keep_end(void *ctx, const struct work *work, const char *why)
{
    struct told *told = ctx;

    told->ended = true;
    told->rows = retention_rows(work);
    told->has_more = retention_has_more(work);
    snprintf(told->why, sizeof(told->why), "%s", why ? why : "");
}

static void begin_purge(struct bench *bench, int64_t before_ms, int64_t keep_ms, struct told *told)
{
    static const struct work_events events = {.ended = keep_end};
    const struct retention_order order = {
        .before_ms = before_ms, .keep_ms = keep_ms, .cars = {"leaf"}, .car_count = 1};

    *told = (struct told){0};
    assert_int_equal(store_begin_work(bench->store, retention_new(&order), &events, told), 0);
}

/* Returns how many readings went; the store is stopped afterwards. */
static int64_t purge(struct bench *bench, int64_t before_ms, int64_t keep_ms)
{
    struct told told;

    bench_start(bench);
    begin_purge(bench, before_ms, keep_ms, &told);
    while (!told.ended)
        bench_turn(bench);
    assert_string_equal(told.why, "");
    assert_false(told.has_more);
    bench_stop(bench);
    return told.rows;
}

static int64_t count(const struct bench *bench, const char *what)
{
    char sql[96];

    snprintf(sql, sizeof(sql), "SELECT count(*) FROM %s", what);
    return ask_copy(bench->folder, "readings.db", sql);
}

static void old_readings_go_and_their_hours_stay(void **state)
{
    (void)state;
    struct bench *bench = bench_with(ROWS, STEP_MS);

    assert_int_equal(purge(bench, START_MS + 30 * DAY_MS, 10 * DAY_MS), 144 * 30 - 6);
    /* the newest reading is ten minutes before the end: the hour that its tenth day begins in stays whole */
    assert_int_equal(count(bench, "reading_raw"), 144 * 10 + 6);
    assert_int_equal(count(bench, "minute"), 144 * 10 + 6);
    assert_int_equal(count(bench, "hour"), DAYS * 24);
    assert_int_equal(ask_copy(bench->folder, "readings.db", "SELECT min(key) >> 12 FROM reading_raw"),
                     START_MS + 30 * DAY_MS - HOUR_MS);
    assert_whole(bench->folder, "readings.db");
    bench_free(bench);
}

static void a_day_whose_readings_went_is_shown_by_its_hours(void **state)
{
    (void)state;
    struct bench *bench = bench_with(ROWS, STEP_MS);

    purge(bench, START_MS + 30 * DAY_MS, 10 * DAY_MS);
    bench_start(bench);
    bench_ask_history(bench, "soc", (START_MS + 5 * DAY_MS) * NS_PER_MS, (START_MS + 6 * DAY_MS) * NS_PER_MS,
                      500);
    assert_int_equal(bench->history.count, 24);
    assert_int_equal(bench->history.step_s, 3600);
    assert_true(bench->points[0].utc_ns == (START_MS + 5 * DAY_MS) * NS_PER_MS);
    assert_true(bench->points[0].min == 5 * 144 % 1000 / 10.0);
    bench_ask_history(bench, "soc", (START_MS + 35 * DAY_MS) * NS_PER_MS,
                      (START_MS + 36 * DAY_MS) * NS_PER_MS, 500);
    assert_int_equal(bench->history.count, 144);
    bench_stop(bench);
    bench_free(bench);
}

static void the_readings_of_an_open_charge_stay(void **state)
{
    (void)state;
    struct bench *bench = bench_with(ROWS, STEP_MS);
    struct diary_entry charge = a_charge(START_MS + 10 * DAY_MS, DAY0, 1000);

    charge.charge.status = DIARY_OPEN;
    charge.anchor = an_anchor(START_MS + 20 * DAY_MS);
    bench_start(bench);
    bench_keep(bench, &charge);
    bench_stop(bench);
    assert_int_equal(purge(bench, START_MS + 30 * DAY_MS, DAY_MS), 144 * 10);
    bench_free(bench);
}

static void what_the_trackers_have_not_heard_yet_stays(void **state)
{
    (void)state;
    struct bench *bench = bench_with(ROWS, STEP_MS);
    struct diary_entry outing = an_outing(START_MS, DAY0, 1000, 10);

    outing.anchor = an_anchor(START_MS + 20 * DAY_MS);
    bench_start(bench);
    bench_keep(bench, &outing);
    bench_stop(bench);
    assert_int_equal(purge(bench, START_MS + 30 * DAY_MS, DAY_MS), 144 * 20);
    bench_free(bench);
}

/* What nobody follows any more does not keep the others' readings for ever. */
static void a_car_that_is_gone_holds_nothing_back(void **state)
{
    (void)state;
    struct bench *bench = bench_with(ROWS, STEP_MS);
    struct diary_entry outing = an_outing(START_MS, DAY0, 1000, 10);

    strcpy(outing.car, "sold");
    outing.anchor = an_anchor(START_MS);
    bench_start(bench);
    bench_keep(bench, &outing);
    bench_stop(bench);
    assert_int_equal(purge(bench, START_MS + 30 * DAY_MS, DAY_MS), 144 * 30);
    bench_free(bench);
}

static void a_clock_fifty_years_ahead_takes_no_more_than_the_readings_say(void **state)
{
    (void)state;
    struct bench *bench = bench_with(ROWS, STEP_MS);

    assert_int_equal(purge(bench, START_MS + 50 * 365 * DAY_MS, 30 * DAY_MS), 144 * 10 - 6);
    assert_int_equal(purge(bench, START_MS - 50 * 365 * DAY_MS, 30 * DAY_MS), 0);
    bench_free(bench);
}

/* A reading a day, by a clock fifty years ahead. */
static void live_ahead(const struct bench *bench, int days)
{
    char sql[256];

    snprintf(sql, sizeof(sql),
             "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < %d)"
             " INSERT OR REPLACE INTO reading_raw SELECT (%lld + i * 86400000 << 12) + 1, 5, 0 FROM n",
             days, (long long)(START_MS + 50 * 365 * DAY_MS));
    change(bench, "readings.db", sql);
}

static void a_clock_fifty_years_ahead_that_wrote_readings_takes_none_of_the_true_ones(void **state)
{
    (void)state;
    struct bench *bench = bench_with(ROWS, STEP_MS);

    live_ahead(bench, 1);
    assert_int_equal(purge(bench, START_MS + (50 * 365 - 29) * DAY_MS, 30 * DAY_MS), 0);
    live_ahead(bench, 20);
    assert_int_equal(purge(bench, START_MS + (50 * 365 - 10) * DAY_MS, 30 * DAY_MS), 0);
    assert_int_equal(count(bench, "minute"), ROWS);
    assert_int_equal(purge(bench, START_MS + 15 * DAY_MS, 30 * DAY_MS), 15 * 144); /* set right again */
    bench_free(bench);
}

/* The house was closed for years: what it kept before goes once its new readings are old enough. */
static void a_house_that_was_closed_for_long_forgets_a_little_later(void **state)
{
    (void)state;
    struct bench *bench = bench_with(ROWS, STEP_MS);

    live_ahead(bench, 40);
    assert_int_equal(purge(bench, START_MS + (50 * 365 + 10) * DAY_MS, 30 * DAY_MS), ROWS + 10);
    bench_free(bench);
}

static void a_diary_without_readings_has_none_to_lose(void **state)
{
    (void)state;
    struct bench *bench = bench_with(0, 1);

    assert_int_equal(purge(bench, START_MS, DAY_MS), 0);
    bench_free(bench);
}

/* Readings come and questions are answered all the time; how long the slowest waited is said, not judged. */
static void much_goes_while_the_house_lives_on(void **state)
{
    (void)state;
    const char *wanted = getenv("GARAGED_PURGE");
    int64_t rows = wanted ? atoll(wanted) : LONG, went = 0, slowest_ns = 0, added = 0;
    struct bench *bench = bench_with(rows, 1000);
    const struct store_series series = {"leaf", "soc", "%", 10};
    const struct store_question charges = everything(STORE_ASK_CHARGES);
    struct told told = {.ended = true, .has_more = true};
    int turns = 0;

    bench_start(bench);
    store_add_series(bench->store, 7, &series);
    while (!told.ended || told.has_more) {
        if (told.ended) {
            begin_purge(bench, START_MS + rows * 1000, 60000, &told);
            turns++;
        }
        int64_t before_ns = clock_monotonic_ns();
        store_add_reading(bench->store, 7, (START_MS + rows * 1000 + ++added * 1000) * NS_PER_MS, true, 5, 0);
        bench_ask(bench, &charges, sizeof(struct diary_charge));
        int64_t waited_ns = clock_monotonic_ns() - before_ns;
        slowest_ns = waited_ns > slowest_ns ? waited_ns : slowest_ns;
        usleep(2000);
        went += told.ended ? told.rows : 0;
    }
    bench_stop(bench);
    printf("%lld readings deleted in %d turns, the slowest answer meanwhile: %.1f ms\n", (long long)went,
           turns, (double)slowest_ns / 1e6);
    assert_true(turns > 1 || rows < LONG);
    assert_int_equal(went, (START_MS + rows * 1000) / HOUR_MS * HOUR_MS / 1000 - START_MS / 1000);
    assert_int_equal(count(bench, "reading_raw"), rows - went + added);
    assert_whole(bench->folder, "readings.db");
    bench_free(bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(old_readings_go_and_their_hours_stay),
        cmocka_unit_test(a_day_whose_readings_went_is_shown_by_its_hours),
        cmocka_unit_test(the_readings_of_an_open_charge_stay),
        cmocka_unit_test(what_the_trackers_have_not_heard_yet_stays),
        cmocka_unit_test(a_car_that_is_gone_holds_nothing_back),
        cmocka_unit_test(a_clock_fifty_years_ahead_takes_no_more_than_the_readings_say),
        cmocka_unit_test(a_clock_fifty_years_ahead_that_wrote_readings_takes_none_of_the_true_ones),
        cmocka_unit_test(a_house_that_was_closed_for_long_forgets_a_little_later),
        cmocka_unit_test(a_diary_without_readings_has_none_to_lose),
        cmocka_unit_test(much_goes_while_the_house_lives_on),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
