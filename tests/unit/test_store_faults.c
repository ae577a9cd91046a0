/* diary/store on a card that fails at every single write: nothing that was accepted is lost, nothing is kept
 * twice, no good file is taken for a damaged one, and all is well when the card is. */
#include "fault_vfs.h"
#include "store_bench.h"
#include "store_entry.h"
#include "util/core/time.h"

#define ROWS    60
#define ENTRIES 5
#define FOREVER 1000000

static void check_file(const struct bench *bench, const char *name)
{
    char path[128];
    sqlite3 *sqlite;
    sqlite3_stmt *check;

    snprintf(path, sizeof(path), "%s/%s", bench->folder, name);
    assert_int_equal(sqlite3_open(path, &sqlite), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(sqlite, "PRAGMA integrity_check", -1, &check, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(check), SQLITE_ROW);
    assert_string_equal((const char *)sqlite3_column_text(check, 0), "ok");
    sqlite3_finalize(check);
    sqlite3_close(sqlite);
}

static size_t files_set_aside(const struct bench *bench)
{
    DIR *folder = opendir(bench->folder);
    struct dirent *entry;
    size_t count = 0;

    while ((entry = readdir(folder)))
        count += strstr(entry->d_name, "damaged") != NULL;
    closedir(folder);
    return count;
}

static void add_rows(struct bench *bench, int from, int to)
{
    for (int i = from; i < to; i++)
        store_add_reading(bench->store, 0, (T0_MS + i * HOUR_MS / 20) * NS_PER_MS, true, i, 0);
}

/* The store has done all that it was told before. */
static void wait_for_thread(struct bench *bench)
{
    const struct store_question files = {.subject = STORE_ASK_FILES};

    bench_ask(bench, &files, sizeof(struct store_file));
}

static void live_a_little(struct bench *bench)
{
    const struct store_series soc = {"leaf", "soc", "%", 10};

    store_add_series(bench->store, 0, &soc);
    for (int i = 0; i < ENTRIES; i++) {
        struct diary_entry entry = i % 2 ? an_outing(T0_MS + i * HOUR_MS, DAY0, 1000, 100)
                                         : a_charge(T0_MS + i * HOUR_MS, DAY0, 1000);
        assert_int_equal(store_add_entry(bench->store, &entry), 0);
        add_rows(bench, i * ROWS / ENTRIES, (i + 1) * ROWS / ENTRIES);
        if (i % 2)
            store_flush(bench->store);
    }
    store_flush(bench->store);
    wait_for_thread(bench);
}

static void get_well(struct bench *bench)
{
    while (bench->state != STORE_OK || bench->kept_count < ENTRIES) {
        store_flush(bench->store);
        wait_for_thread(bench);
    }
}

static void find_all(struct bench *bench)
{
    struct store_question question = everything(STORE_ASK_CHARGES);

    bench_ask(bench, &question, sizeof(struct diary_charge));
    assert_int_equal(bench->answer.count, 3);
    question.subject = STORE_ASK_OUTINGS;
    bench_ask(bench, &question, sizeof(struct diary_outing));
    assert_int_equal(bench->answer.count, 2);
    question.subject = STORE_ASK_DAYS;
    const struct diary_day *day = bench_ask(bench, &question, sizeof(*day));
    assert_true(bench->answer.count == 1 && day->battery_wh == 3000 && day->distance_mm == 2000);
    question.subject = STORE_ASK_ROWS;
    bench_ask(bench, &question, sizeof(struct diary_row));
    assert_int_equal(bench->answer.count, ROWS);
    bench_ask_history(bench, "soc", T0_MS * NS_PER_MS, (T0_MS + 5 * HOUR_MS) * NS_PER_MS, 3);
    assert_int_equal(bench->history.step_s, 14400);
    assert_int_equal(bench->kept_count, ENTRIES);
    assert_int_equal(store_dropped(bench->store), 0);
}

/* What is not kept is told, and by its name. */
static void check_reason(const struct bench *bench, int code)
{
    assert_true(bench->kept_count == ENTRIES || bench->state == STORE_FAILED);
    if (bench->state == STORE_FAILED)
        assert_non_null(strstr(bench->reason, code == ENOSPC ? " full: " : " I/O error: "));
}

/* One life with a card that fails from the n-th call on; whether it got that far. */
static bool live_through(struct faults *faults, int n, int count, int code)
{
    struct bench *bench = bench_new();

    faults_arm(faults, n, count, code);
    bench_start(bench);
    live_a_little(bench);
    check_reason(bench, code);
    faults_disarm(faults);
    get_well(bench);
    find_all(bench);
    bench_stop(bench);
    assert_int_equal(files_set_aside(bench), 0);
    check_file(bench, "diary.db");
    check_file(bench, "readings.db");
    bench_start(bench);
    bench->kept_count = ENTRIES;
    find_all(bench);
    bench_stop(bench);
    bench_free(bench);
    return atomic_load(&faults->failed) > 0;
}

static void live_through_all(int count, int code)
{
    struct faults faults = {0};
    int n = 1;

    faults_install(&faults);
    while (live_through(&faults, n, count, code))
        n++;
    faults_remove(&faults);
    assert_true(n > 50);
}

static void one_write_fails_with_an_io_error(void **state)
{
    (void)state;
    live_through_all(1, EIO);
}

static void one_write_finds_the_card_full(void **state)
{
    (void)state;
    live_through_all(1, ENOSPC);
}

static void all_writes_fail_from_one_on(void **state)
{
    (void)state;
    live_through_all(FOREVER, EIO);
}

static void the_card_is_full_from_one_write_on(void **state)
{
    (void)state;
    live_through_all(FOREVER, ENOSPC);
}

/* A diary that is opened again while the card can't be read; whether it got that far. */
static bool open_through(struct faults *faults, int n, int count)
{
    struct bench *bench = bench_new();

    bench_start(bench);
    live_a_little(bench);
    bench_stop(bench);
    faults_arm(faults, n, count, EIO);
    bench_start(bench);
    wait_for_thread(bench);
    check_reason(bench, EIO);
    faults_disarm(faults);
    get_well(bench);
    find_all(bench);
    bench_stop(bench);
    assert_int_equal(files_set_aside(bench), 0);
    bench_free(bench);
    return atomic_load(&faults->failed) > 0;
}

static void open_through_all(int count)
{
    struct faults faults = {.of_reads = true};
    int n = 1;

    faults_install(&faults);
    while (open_through(&faults, n, count))
        n++;
    faults_remove(&faults);
    assert_true(n > 10);
}

static void one_read_fails_with_an_io_error(void **state)
{
    (void)state;
    open_through_all(1);
}

static void all_reads_fail_from_one_on(void **state)
{
    (void)state;
    open_through_all(FOREVER);
}

/* A power cut takes what was not synced: kept means synced, of entries and of flushed rows. */
static void what_is_kept_was_synced(void **state)
{
    (void)state;
    struct bench *bench = bench_new();
    struct faults faults = {0};
    const struct store_series soc = {"leaf", "soc", "%", 10};

    faults_install(&faults);
    bench_start(bench);
    store_add_series(bench->store, 0, &soc);
    for (int i = 0; i < 20; i++) {
        struct diary_entry entry = an_outing(T0_MS + i * HOUR_MS, DAY0, 1000, 100);
        int before = atomic_load(&faults.calls);
        bench_keep(bench, &entry);
        assert_true(atomic_load(&faults.calls) > before);
        assert_false(atomic_load(&faults.is_unsynced));
        add_rows(bench, i * 3, i * 3 + 3);
        store_flush(bench->store);
        wait_for_thread(bench);
        assert_false(atomic_load(&faults.is_unsynced));
    }
    bench_stop(bench);
    faults_remove(&faults);
    bench_free(bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_write_fails_with_an_io_error),
        cmocka_unit_test(one_write_finds_the_card_full),
        cmocka_unit_test(all_writes_fail_from_one_on),
        cmocka_unit_test(the_card_is_full_from_one_write_on),
        cmocka_unit_test(one_read_fails_with_an_io_error),
        cmocka_unit_test(all_reads_fail_from_one_on),
        cmocka_unit_test(what_is_kept_was_synced),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
