/* diary/store/rebuild: whatever became of the roll-ups, after a rebuild they say what the readings say. */
#include "store_life.h"

#include "diary/store/rebuild.h"
#include "diary/store/rollup.h"

#define HOURS 3000

struct told {
    int percents, ends;
    int64_t hours;
    char why[ERR_TEXT_MAX];
};

static void keep_progress(void *ctx, double done)
{
    struct told *told = ctx;

    assert_true(done > 0 && done <= 1);
    told->percents++;
}

static void keep_end(void *ctx, const struct work *work, const char *why)
{
    struct told *told = ctx;

    told->ends++;
    told->hours = rebuild_hours(work);
    snprintf(told->why, sizeof(told->why), "%s", why ? why : "");
}

static const struct work_events events = {keep_progress, keep_end};

static void rebuild(struct bench *bench, struct told *told)
{
    *told = (struct told){0};
    assert_int_equal(store_begin_work(bench->store, rebuild_new(), &events, told), 0);
    while (told->ends == 0)
        bench_turn(bench);
}

static void close_and(struct bench *bench, const char *sql)
{
    bench_stop(bench);
    change_file(bench, "readings.db", sql);
    bench_start(bench);
}

/* Two readings an hour, the second one now and then unknown; the file as it is then is copied to before.db.
 */
static struct bench *lived(void)
{
    static const struct store_series series[] = {{"leaf", "soc", "%", 10}, {"van", "range", "km", 1}};
    struct bench *bench = bench_new();
    char sql[128];

    bench_start(bench);
    for (unsigned i = 0; i < 2; i++)
        store_add_series(bench->store, i, &series[i]);
    for (int i = 0; i < HOURS; i++) {
        while (!store_has_room(bench->store) || store_waiting(bench->store) > STORE_QUEUE_MAX / 2)
            usleep(100);
        store_add_reading(bench->store, 0, (T0_MS + i * HOUR_MS) * NS_PER_MS, true, i % 900 - 40, 0);
        store_add_reading(bench->store, 1, (T0_MS + i * HOUR_MS + 60000) * NS_PER_MS, i % 5 != 0, i, 0);
        if (i % (ROLLUP_STEP_MAX / 2) == 0)
            store_flush(bench->store);
    }
    close_and(bench, "PRAGMA user_version"); /* the last rows are on the card */
    snprintf(sql, sizeof(sql), "VACUUM INTO '%s/before.db'", bench->folder);
    close_and(bench, sql);
    return bench;
}

static int64_t differences(struct bench *bench, const char *table)
{
    char sql[512];
    sqlite3 *sqlite = open_file(bench, "readings.db");

    snprintf(sql, sizeof(sql), "ATTACH '%s/before.db' AS before", bench->folder);
    assert_int_equal(sqlite3_exec(sqlite, sql, NULL, NULL, NULL), SQLITE_OK);
    snprintf(sql, sizeof(sql),
             "SELECT (SELECT count(*) FROM (SELECT * FROM main.%s EXCEPT SELECT * FROM before.%s))"
             " + (SELECT count(*) FROM (SELECT * FROM before.%s EXCEPT SELECT * FROM main.%s))",
             table, table, table, table);
    int64_t count = count_in(sqlite, sql);
    sqlite3_close(sqlite);
    return count;
}

static void damaged_sums_are_mended_from_the_readings(void **state)
{
    (void)state;
    static const char *const damages[] = {
        "UPDATE minute SET sum = sum + 1, n = n + 2; UPDATE hour SET max = max + 7",
        "DELETE FROM hour WHERE key % 3 = 0; DELETE FROM minute WHERE key % 7 = 0",
        "DELETE FROM hour; DELETE FROM minute",
        "INSERT INTO minute VALUES((40000000 << 12) + 1, 1, 1, 1, 1);"
        "INSERT INTO hour VALUES((9000000 << 12) + 1, 1, 1, 1, 1)", /* of years to come */
    };
    struct bench *bench = lived();
    struct told told;

    assert_int_equal(differences(bench, "hour"), 0);
    for (size_t i = 0; i < sizeof(damages) / sizeof(damages[0]); i++) {
        close_and(bench, damages[i]);
        assert_true(differences(bench, "hour") > 0);
        for (int twice = 0; twice < 2; twice++) {
            rebuild(bench, &told);
            assert_string_equal(told.why, "");
            assert_int_equal(told.hours, HOURS - 1); /* the newest goes on */
            assert_int_equal(differences(bench, "hour"), 0);
            assert_int_equal(differences(bench, "minute"), 0);
        }
    }
    assert_int_equal(bench->state, STORE_OK);
    bench_stop(bench);
    bench_free(bench);
}

static void a_rebuild_broken_off_has_harmed_nothing(void **state)
{
    (void)state;
    struct bench *bench = lived();
    struct told told = {0};

    close_and(bench, "UPDATE minute SET sum = sum + 1; UPDATE hour SET sum = sum + 1");
    int64_t damaged = differences(bench, "hour");
    assert_int_equal(store_begin_work(bench->store, rebuild_new(), &events, &told), 0);
    while (told.percents == 0 && told.ends == 0)
        bench_turn(bench);
    store_end_work(bench->store, &told);
    bench_stop(bench);
    assert_true(differences(bench, "hour") < damaged);
    bench_start(bench);
    rebuild(bench, &told);
    assert_int_equal(differences(bench, "hour"), 0);
    assert_int_equal(differences(bench, "minute"), 0);
    bench_stop(bench);
    bench_free(bench);
}

/* Readings are let go by age; what they summed up to is kept for ever. */
static void hours_whose_readings_were_let_go_stay(void **state)
{
    (void)state;
    struct bench *bench = lived();
    struct told told;

    close_and(bench, "DELETE FROM reading_raw WHERE (key >> 12) / 3600000 < (1700000000000 / 3600000) + 1000;"
                     "UPDATE hour SET sum = sum + 1 WHERE key = (SELECT max(key) FROM hour)");
    rebuild(bench, &told);
    assert_int_equal(told.hours, HOURS - 1 - 1000);
    assert_int_equal(differences(bench, "hour"), 0);
    assert_int_equal(differences(bench, "minute"), 0);
    bench_stop(bench);
    bench_free(bench);
}

/* What waits to be committed is summed up, too, and goes on being kept. */
static void readings_go_on_while_it_lasts(void **state)
{
    (void)state;
    static const struct store_series soc = {"leaf", "soc", "%", 10};
    struct bench *bench = lived();
    int64_t late_ms = T0_MS + 10 * HOUR_MS + 300000;
    struct told told = {0};

    store_add_series(bench->store, 0, &soc);
    store_add_reading(bench->store, 0, late_ms * NS_PER_MS, true, 77, 0);
    assert_int_equal(store_begin_work(bench->store, rebuild_new(), &events, &told), 0);
    store_add_reading(bench->store, 0, (late_ms + 1000) * NS_PER_MS, true, 79, 0);
    while (told.ends == 0)
        bench_turn(bench);
    bench_ask_history(bench, "soc", (late_ms - 1000) * NS_PER_MS, (late_ms + 2000) * NS_PER_MS, 100);
    assert_int_equal(bench->history.count, 2);
    assert_true(bench->points[1].mean == 7.9);
    bench_stop(bench);
    assert_int_equal(differences(bench, "hour"), 2); /* one row, as it was and as it is */
    bench_free(bench);
}

static void a_diary_without_readings_is_done_at_once(void **state)
{
    (void)state;
    struct bench *bench = bench_new();
    struct told told;

    bench_start(bench);
    rebuild(bench, &told);
    assert_string_equal(told.why, "");
    assert_int_equal(told.hours, 0);
    bench_stop(bench);
    bench_free(bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(damaged_sums_are_mended_from_the_readings),
        cmocka_unit_test(a_rebuild_broken_off_has_harmed_nothing),
        cmocka_unit_test(hours_whose_readings_were_let_go_stay),
        cmocka_unit_test(readings_go_on_while_it_lasts),
        cmocka_unit_test(a_diary_without_readings_is_done_at_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
