/* diary/store killed at any moment: what was shown as done is there afterwards. GARAGED_KILLS: how many
 * times (100). */
#include "store_bench.h"
#include "store_entry.h"
#include "util/core/time.h"

#include <signal.h>
#include <sqlite3.h>
#include <sys/wait.h>

#define KILLS 100

/* What the child says is done: entries and rows up to these numbers. */
struct shown {
    int64_t entries, rows;
};

static void show(int pipe_end, const struct shown *shown)
{
    if (write(pipe_end, shown, sizeof(*shown)) != sizeof(*shown))
        _exit(1);
}

/* Lives until it is killed. */
static void live(struct bench *bench, int pipe_end, struct shown shown)
{
    const struct store_series soc = {"leaf", "soc", "%", 10};
    const struct store_question files = {.subject = STORE_ASK_FILES};

    bench_start(bench);
    store_add_series(bench->store, 0, &soc);
    for (;;) {
        struct diary_entry entry = shown.entries % 2
                                       ? an_outing(T0_MS + shown.entries * HOUR_MS, DAY0, 1000, 10)
                                       : a_charge(T0_MS + shown.entries * HOUR_MS, DAY0, 1000);
        bench_keep(bench, &entry);
        shown.entries++;
        for (int64_t row = shown.rows; row < shown.rows + 20; row++)
            store_add_reading(bench->store, 0, (T0_MS + row * 1000 * 60) * NS_PER_MS, true, row, 0);
        store_flush(bench->store);
        bench_ask(bench, &files, sizeof(struct store_file));
        shown.rows += 20;
        show(pipe_end, &shown);
    }
}

static int64_t count_in(const struct bench *bench, const char *name, const char *sql)
{
    char path[128];
    sqlite3 *sqlite;
    sqlite3_stmt *select;

    snprintf(path, sizeof(path), "%s/%s", bench->folder, name);
    assert_int_equal(sqlite3_open(path, &sqlite), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(sqlite, sql, -1, &select, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(select), SQLITE_ROW);
    int64_t count = sqlite3_column_int64(select, 0);
    sqlite3_finalize(select);
    sqlite3_close(sqlite);
    return count;
}

static void check_shown(const struct bench *bench, const struct shown *shown)
{
    int64_t entries =
        count_in(bench, "diary.db", "SELECT (SELECT count(*) FROM charge_raw) + count(*) FROM outing_raw");
    int64_t rows = count_in(bench, "readings.db", "SELECT count(*) FROM reading_raw");
    int64_t at_ms = count_in(bench, "diary.db", "SELECT max(at_ms) FROM anchor");

    assert_true(entries == shown->entries || entries == shown->entries + 1);
    assert_true(rows >= shown->rows && rows <= shown->rows + 20);
    assert_true(at_ms == T0_MS + entries * HOUR_MS);
    assert_int_equal(count_in(bench, "diary.db",
                              "SELECT count(*) FROM charge_raw LEFT JOIN part ON charge = id"
                              " WHERE charge IS NULL"),
                     0);
    assert_int_equal(count_in(bench, "diary.db", "SELECT integrity_check = 'ok' FROM pragma_integrity_check"),
                     1);
    assert_int_equal(
        count_in(bench, "readings.db", "SELECT integrity_check = 'ok' FROM pragma_integrity_check"), 1);
}

/* The child has shown something and is killed a few milliseconds later. */
static void live_and_be_killed(struct bench *bench, struct shown *shown, unsigned delay_us)
{
    int ends[2];

    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    if (child == 0)
        live(bench, ends[1], *shown);
    close(ends[1]);
    assert_int_equal(read(ends[0], shown, sizeof(*shown)), sizeof(*shown));
    usleep(delay_us);
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    while (read(ends[0], shown, sizeof(*shown)) == sizeof(*shown))
        ;
    close(ends[0]);
}

static void nothing_shown_as_done_is_lost(void **state)
{
    (void)state;
    const char *wanted = getenv("GARAGED_KILLS");
    int kills = wanted ? atoi(wanted) : KILLS;
    struct bench *bench = bench_new();
    struct shown shown = {0};

    for (int i = 0; i < kills; i++) {
        live_and_be_killed(bench, &shown, (unsigned)(i * 7919 % 20000));
        check_shown(bench, &shown);
    }
    bench_start(bench);
    assert_int_equal(bench->state, STORE_OK);
    bench_stop(bench);
    bench_free(bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(nothing_shown_as_done_is_lost)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
