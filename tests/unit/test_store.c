/* diary/store: real files, the real thread, the real loop. */
#include "diary/store/queue.h"
#include "store_bench.h"
#include "util/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define T0 (INT64_C(1700000000) * NS_PER_S)

static void add_soc(struct bench *bench)
{
    const struct store_series soc = {"leaf", "soc", "%", 10};

    assert_int_equal(store_add_series(bench->store, 0, &soc), 0);
}

static void ask(struct bench *bench, int64_t from_s, int64_t to_s, unsigned points)
{
    bench_ask_history(bench, "soc", T0 + from_s * NS_PER_S, T0 + to_s * NS_PER_S, points);
}

static void answers_from_the_open_minute(void **state)
{
    (void)state;
    struct bench *bench = bench_new();

    bench_start(bench);
    assert_int_equal(bench->state, STORE_OK);
    add_soc(bench);
    store_add_reading(bench->store, 0, T0, true, 541, 0);
    store_add_reading(bench->store, 0, T0 + 10 * NS_PER_S, true, 542, 0);
    store_add_reading(bench->store, 0, T0 + 20 * NS_PER_S, false, 0, 0);
    ask(bench, 0, 60, 10);
    assert_false(bench->history.failed);
    assert_int_equal(bench->history.step_s, 0);
    assert_int_equal(bench->history.count, 2);
    assert_true(bench->points[0].utc_ns == T0);
    assert_true(bench->points[0].mean == 54.1);
    assert_true(bench->points[1].max == 54.2);
    bench_stop(bench);
    bench_free(bench);
}

static void survives_a_clean_stop(void **state)
{
    (void)state;
    struct bench *bench = bench_new();

    bench_start(bench);
    add_soc(bench);
    store_add_reading(bench->store, 0, T0, true, 500, 0);
    bench_stop(bench);
    bench_start(bench);
    ask(bench, 0, 60, 10);
    assert_int_equal(bench->history.count, 1);
    bench_stop(bench);
    bench_free(bench);
}

/* Deleted by hand, or replaced by a backup: what follows must be in the file that is there. */
static void begins_again_when_the_file_is_gone(void **state)
{
    (void)state;
    struct bench *bench = bench_new();
    struct err err;
    char path[128];

    bench_start(bench);
    add_soc(bench);
    store_add_reading(bench->store, 0, T0, true, 500, 0);
    store_flush(bench->store);
    ask(bench, 0, 60, 10);
    snprintf(path, sizeof(path), "%s/readings.db", bench->folder);
    assert_int_equal(unlink(path), 0);
    store_flush(bench->store);
    while (!strstr(bench->reason, "removed or replaced"))
        assert_int_equal(loop_turn(bench->loop, 10000, &err), 0);
    assert_int_equal(bench->state, STORE_OK);
    store_add_reading(bench->store, 0, T0 + NS_PER_S, true, 510, 0);
    bench_stop(bench);
    assert_int_equal(access(path, R_OK), 0);
    bench_start(bench);
    ask(bench, 0, 60, 10);
    assert_int_equal(bench->history.count, 1);
    assert_true(bench->points[0].mean == 51.0);
    bench_stop(bench);
    bench_free(bench);
}

static void reduces_to_mean_least_and_greatest(void **state)
{
    (void)state;
    struct bench *bench = bench_new();

    bench_start(bench);
    add_soc(bench);
    for (int i = 0; i < 600; i++)
        store_add_reading(bench->store, 0, T0 + i * NS_PER_S, true, i, 0);
    ask(bench, 0, 600, 11);
    assert_int_equal(bench->history.step_s, 60);
    assert_in_range(bench->history.count, 10, 11);
    size_t readings = 0;
    for (size_t i = 0; i < bench->history.count; i++) {
        const struct store_point *point = &bench->points[i];
        assert_true(point->utc_ns % (60 * NS_PER_S) == 0);
        assert_true(point->min <= point->mean && point->mean <= point->max);
        readings += (size_t)((point->max - point->min) * 10 + 1.5);
    }
    assert_int_equal(readings, 600);
    bench_stop(bench);
    bench_free(bench);
}

static void sets_a_damaged_file_aside(void **state)
{
    (void)state;
    struct bench *bench = bench_new();
    char path[128];
    FILE *file;

    snprintf(path, sizeof(path), "%s/readings.db", bench->folder);
    file = fopen(path, "w");
    for (int i = 0; i < 500; i++)
        fputs("this is not a database ", file);
    fclose(file);
    bench_start(bench);
    assert_int_equal(bench->state, STORE_OK);
    assert_non_null(strstr(bench->reason, "set aside as readings.db.damaged-"));
    add_soc(bench);
    store_add_reading(bench->store, 0, T0, true, 500, 0);
    ask(bench, 0, 60, 10);
    assert_int_equal(bench->history.count, 1);
    bench_stop(bench);
    bench_free(bench);
}

static void refuses_somebody_elses_database(void **state)
{
    (void)state;
    struct bench *bench = bench_new();
    char path[128];
    sqlite3 *sqlite;

    snprintf(path, sizeof(path), "%s/readings.db", bench->folder);
    assert_int_equal(sqlite3_open(path, &sqlite), SQLITE_OK);
    sqlite3_exec(sqlite, "PRAGMA application_id = 7; CREATE TABLE t(a)", NULL, NULL, NULL);
    sqlite3_close(sqlite);
    bench_start(bench);
    assert_int_equal(bench->state, STORE_FAILED);
    assert_non_null(strstr(bench->reason, "not garaged's"));
    struct store_history_request request = {
        .car = "leaf", .signal = "soc", .from_utc_ns = T0, .to_utc_ns = T0 + NS_PER_S, .points = 10};
    assert_int_equal(store_ask_history(bench->store, &request, bench_keep_history, bench), -1);
    bench_stop(bench);
    bench_free(bench);
}

static void waits_for_a_missing_folder(void **state)
{
    (void)state;
    struct bench *bench = bench_new();

    rmdir(bench->folder);
    bench_start(bench);
    assert_int_equal(bench->state, STORE_FAILED);
    assert_non_null(strstr(bench->reason, "readings.db"));
    assert_non_null(strstr(bench->reason, "diary.db"));
    add_soc(bench);
    store_add_reading(bench->store, 0, T0, true, 1, 0);
    mkdir(bench->folder, 0700);
    while (bench->state != STORE_OK)
        bench_turn(bench);
    assert_string_equal(bench->reason, "");
    ask(bench, 0, 60, 10);
    assert_int_equal(bench->history.count, 1);
    assert_int_equal(store_dropped(bench->store), 0);
    bench_stop(bench);
    bench_free(bench);
}

/* A process killed without warning loses the minute that was not committed and nothing else. */
static void a_kill_costs_the_open_minute_only(void **state)
{
    (void)state;
    struct bench *bench = bench_new();
    pid_t child = fork();

    if (child == 0) {
        bench_start(bench);
        add_soc(bench);
        store_add_reading(bench->store, 0, T0, true, 500, 0);
        store_flush(bench->store);
        store_add_reading(bench->store, 0, T0 + 5 * NS_PER_S, true, 501, 0);
        ask(bench, 0, 60, 10);
        kill(getpid(), SIGKILL);
    }
    int status;
    waitpid(child, &status, 0);
    assert_true(WIFSIGNALED(status));
    bench_start(bench);
    ask(bench, 0, 60, 10);
    assert_int_equal(bench->history.count, 1);
    assert_true(bench->points[0].mean == 50.0);
    bench_stop(bench);
    bench_free(bench);
}

static void a_forgotten_asker_is_not_called(void **state)
{
    (void)state;
    struct bench *bench = bench_new();
    struct store_history_request request = {
        .car = "leaf", .signal = "soc", .from_utc_ns = T0, .to_utc_ns = T0 + NS_PER_S, .points = 10};
    int other;

    bench_start(bench);
    assert_int_equal(store_ask_history(bench->store, &request, bench_keep_history, &other), 0);
    store_forget(bench->store, &other);
    ask(bench, 0, 60, 10);
    assert_int_equal(bench->history.count, 0);
    bench_stop(bench);
    bench_free(bench);
}

/* All that the files grew by was written, and the log and its checkpoint besides. */
static void what_is_written_is_counted(void **state)
{
    (void)state;
    struct bench *bench = bench_new();
    const struct store_question question = {.subject = STORE_ASK_FILES};
    int64_t bytes = 0;

    bench_start(bench);
    const struct store_file *files = bench_ask(bench, &question, sizeof(*files));
    int64_t begun = bench->answer.written_today;
    assert_true(begun > 0);
    add_soc(bench);
    for (int i = 0; i < 900; i++)
        store_add_reading(bench->store, 0, T0 + i * NS_PER_S, true, i, 0);
    store_flush(bench->store);
    ask(bench, 0, 60, 10);
    files = bench_ask(bench, &question, sizeof(*files));
    assert_int_equal(bench->answer.count, 3);
    for (size_t i = 0; i < bench->answer.count; i++)
        bytes += files[i].bytes;
    assert_string_equal(files[1].name, "diary.db");
    assert_true(files[1].bytes > 0 && files[2].bytes > 0);
    assert_true(bench->answer.written_today >= bytes);
    assert_true(bench->answer.written_today - begun > 900 * 9);
    bench_stop(bench);
    bench_free(bench);
}

static void the_queue_keeps_its_reserve(void **state)
{
    (void)state;
    struct queue *queue = queue_new(sizeof(int), 10, 3);
    int item;

    for (int i = 0; i < 7; i++)
        assert_true(queue_push(queue, &i, false));
    item = 7;
    assert_false(queue_push(queue, &item, false));
    for (item = 7; item < 10; item++)
        assert_true(queue_push(queue, &item, true));
    assert_false(queue_push(queue, &item, true));
    for (int i = 0; i < 10; i++) {
        assert_true(queue_pop(queue, &item, 0));
        assert_int_equal(item, i);
    }
    assert_false(queue_pop(queue, &item, clock_monotonic_ns() + NS_PER_MS));
    queue_free(queue);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_from_the_open_minute),
        cmocka_unit_test(survives_a_clean_stop),
        cmocka_unit_test(begins_again_when_the_file_is_gone),
        cmocka_unit_test(reduces_to_mean_least_and_greatest),
        cmocka_unit_test(sets_a_damaged_file_aside),
        cmocka_unit_test(refuses_somebody_elses_database),
        cmocka_unit_test(waits_for_a_missing_folder),
        cmocka_unit_test(a_kill_costs_the_open_minute_only),
        cmocka_unit_test(a_forgotten_asker_is_not_called),
        cmocka_unit_test(what_is_written_is_counted),
        cmocka_unit_test(the_queue_keeps_its_reserve),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
