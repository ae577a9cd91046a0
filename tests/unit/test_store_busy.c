/* diary/store: what is written to the card, and how large it becomes, with much to keep. Bytes are counted
 * where SQLite hands them to the system: database, log and checkpoints alike. */
#include "copy_folder.h"
#include "fault_vfs.h"

#include "diary/store/retention.h"
#include "util/core/time.h"

#define DAY_MS        INT64_C(86400000)
#define MINUTE_MS     INT64_C(60000)
#define START_MS      (DAY0 * DAY_MS)
#define SIGNALS       24
#define KEEP_DAYS     180
#define DAY_BYTES_MAX INT64_C(150000000)

static struct faults card;

static void open_diary(struct bench *bench)
{
    bench_start(bench);
    for (unsigned i = 0; i < SIGNALS; i++) {
        struct store_series series = {.car = "leaf", .unit = "%", .per_unit = 10};
        snprintf(series.signal, sizeof(series.signal), "signal_%u", i);
        store_add_series(bench->store, i, &series);
    }
}

/* All that was given to the store so far is done. */
static void wait_for_store(struct bench *bench)
{
    const struct store_question totals = everything(STORE_ASK_TOTALS);

    bench_ask(bench, &totals, sizeof(struct diary_totals));
}

static void add(struct bench *bench, unsigned signal, int64_t utc_ms)
{
    while (!store_has_room(bench->store))
        wait_for_store(bench);
    store_add_reading(bench->store, signal, utc_ms * NS_PER_MS, true, utc_ms / 1000 % 997, 0);
}

/* As the daemon does once a minute. */
static void commit(struct bench *bench)
{
    store_flush(bench->store);
    wait_for_store(bench);
}

static void add_minute(struct bench *bench, int64_t from_ms, int count)
{
    for (int i = 0; i < count; i++)
        add(bench, (unsigned)i % SIGNALS, from_ms + i / SIGNALS * 1000 + i % SIGNALS);
    commit(bench);
}

/* Three hours in which everything changes every second, and 40 changes a minute all the rest of the day. */
static void a_busy_day_writes_less_than_150_mb(void **state)
{
    (void)state;
    struct bench *bench = bench_new();

    open_diary(bench);
    int64_t before = atomic_load(&card.bytes);
    for (int minute = 0; minute < 1440; minute++) {
        struct diary_entry outing = an_outing(START_MS + minute * MINUTE_MS, DAY0, 1000, 10);
        add_minute(bench, START_MS + minute * MINUTE_MS, minute < 180 ? 60 * SIGNALS : 40);
        if (minute % 60 == 0)
            bench_keep(bench, &outing);
    }
    bench_stop(bench);
    int64_t bytes = atomic_load(&card.bytes) - before, rows = 180 * 60 * SIGNALS + 1260 * 40;
    printf("%.1f MB written for %lld readings\n", (double)bytes / 1e6, (long long)rows);
    assert_int_equal(ask_copy(bench->folder, "readings.db", "SELECT count(*) FROM reading_raw"), rows);
    assert_true(bytes > 12 * rows); /* it was counted */
    assert_true(bytes < DAY_BYTES_MAX);
    bench_free(bench);
}

/* ---- a year ---- */

static void note_end(void *ctx, const struct work *work, const char *why)
{
    assert_null(why);
    assert_false(retention_has_more(work));
    *(bool *)ctx = true;
}

static void purge(struct bench *bench, int64_t now_ms)
{
    static const struct work_events events = {.ended = note_end};
    const struct retention_order order = {.before_ms = now_ms - KEEP_DAYS * DAY_MS,
                                          .keep_ms = KEEP_DAYS * DAY_MS,
                                          .cars = {"leaf"},
                                          .car_count = 1};
    bool has_ended = false;

    assert_int_equal(store_begin_work(bench->store, retention_new(&order), &events, &has_ended), 0);
    while (!has_ended)
        bench_turn(bench);
}

/* Lives, and purges every ten days. Returns how large the file is then. */
static int64_t live(struct bench *bench, int from_day, int to_day)
{
    char path[128];
    struct stat status;

    open_diary(bench);
    for (int day = from_day; day < to_day; day++) {
        for (int64_t ms = day * DAY_MS; ms < (day + 1) * DAY_MS; ms += 2 * MINUTE_MS)
            add(bench, 0, START_MS + ms);
        commit(bench);
        if (day % 10 == 9)
            purge(bench, START_MS + (day + 1) * DAY_MS);
    }
    bench_stop(bench);
    snprintf(path, sizeof(path), "%s/readings.db", bench->folder);
    assert_int_equal(stat(path, &status), 0);
    return status.st_size;
}

/* What remains of a day whose readings went are its hours. */
static void a_year_needs_no_more_room_than_the_days_that_are_kept(void **state)
{
    (void)state;
    struct bench *bench = bench_new();

    int64_t early = live(bench, 0, 200), late = live(bench, 200, 370);
    printf("readings.db after 200 days %lld bytes, after 370 days %lld\n", (long long)early, (long long)late);
    assert_int_equal(ask_copy(bench->folder, "readings.db", "SELECT count(*) FROM hour"), 370 * 24 - 1);
    assert_true(late <= early + early / 20);
    assert_true(late >= early - early / 20);
    bench_free(bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_busy_day_writes_less_than_150_mb),
        cmocka_unit_test(a_year_needs_no_more_room_than_the_days_that_are_kept),
    };

    faults_install(&card);
    atomic_store(&card.forgets_syncs, true);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    faults_remove(&card);
    return failed;
}
