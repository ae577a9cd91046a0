/* diary/store: each thing that can be wrong with a file has its name, concerns this file alone, and ends when
 * its cause does. */
#include "fault_vfs.h"
#include "store_bench.h"
#include "store_entry.h"
#include "util/core/time.h"

#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>

#define QUESTIONS         100
#define QUESTION_PAUSE_US 100000

static void find_path(const struct bench *bench, const char *name, char *path, size_t size)
{
    snprintf(path, size, "%s/%s", bench->folder, name);
}

/* What another program does to a file. */
static sqlite3 *open_file(const struct bench *bench, const char *name, const char *sql)
{
    char path[128];
    sqlite3 *sqlite;

    find_path(bench, name, path, sizeof(path));
    assert_int_equal(sqlite3_open(path, &sqlite), SQLITE_OK);
    assert_int_equal(sqlite3_exec(sqlite, sql, NULL, NULL, NULL), SQLITE_OK);
    return sqlite;
}

static void change_file(const struct bench *bench, const char *name, const char *sql)
{
    sqlite3_close(open_file(bench, name, sql));
}

/* Overwrites the bytes from `from` on, `len` of them or all. */
static void damage(const struct bench *bench, const char *name, long from, long len)
{
    char path[128];
    struct stat status;

    find_path(bench, name, path, sizeof(path));
    assert_int_equal(stat(path, &status), 0);
    FILE *file = fopen(path, "r+");
    fseek(file, from, SEEK_SET);
    for (long at = from; at < status.st_size && at < from + len; at++)
        fputc(0xA5, file);
    fclose(file);
}

static void add_rows(struct bench *bench, int from, int to)
{
    const struct store_series soc = {"leaf", "soc", "%", 10};

    store_add_series(bench->store, 0, &soc);
    for (int i = from; i < to; i++)
        store_add_reading(bench->store, 0, (T0_MS + i * 1000) * NS_PER_MS, true, i, 0);
}

static void wait_for_state(struct bench *bench, enum store_state state, const char *words)
{
    while (bench->state != state || !strstr(bench->reason, words)) {
        store_flush(bench->store);
        bench_turn(bench);
    }
}

static size_t count_of(struct bench *bench, enum store_subject subject, size_t item_bytes)
{
    struct store_question question = everything(subject);

    bench_ask(bench, &question, item_bytes);
    return bench->answer.count;
}

static void keep_something(struct bench *bench)
{
    struct diary_entry entry = a_charge(T0_MS, DAY0, 1000);

    bench_start(bench);
    add_rows(bench, 0, 90);
    bench_keep(bench, &entry);
    bench_stop(bench);
}

/* The other file goes on, in both directions. */
static void somebody_elses_file_is_left_alone(void **state)
{
    (void)state;
    struct bench *bench = bench_new();
    struct diary_entry entry = a_charge(T0_MS, DAY0, 1000);

    change_file(bench, "readings.db", "PRAGMA application_id = 7; CREATE TABLE t(a)");
    bench_start(bench);
    assert_int_equal(bench->state, STORE_FAILED);
    assert_non_null(strstr(bench->reason, "readings.db foreign"));
    assert_null(strstr(bench->reason, "diary.db"));
    bench_keep(bench, &entry);
    assert_int_equal(count_of(bench, STORE_ASK_CHARGES, sizeof(struct diary_charge)), 1);
    struct store_question rows = everything(STORE_ASK_ROWS);
    assert_int_equal(store_ask(bench->store, &rows, bench_keep_answer, bench), -1);
    bench_stop(bench);
    bench_free(bench);
}

static void a_diary_made_up_is_no_diary_lived(void **state)
{
    (void)state;
    struct bench *bench = bench_new();

    bench->demo = true;
    keep_something(bench);
    bench->demo = false;
    bench_start(bench);
    assert_int_equal(bench->state, STORE_FAILED);
    assert_non_null(strstr(bench->reason, "diary.db made-up: this diary is made up"));
    assert_non_null(strstr(bench->reason, "readings.db made-up: this diary is made up"));
    bench_stop(bench);
    bench->demo = true;
    bench_start(bench);
    assert_int_equal(count_of(bench, STORE_ASK_CHARGES, sizeof(struct diary_charge)), 1);
    bench_stop(bench);
    bench_free(bench);
    bench = bench_new();
    keep_something(bench);
    bench->demo = true;
    bench_start(bench);
    assert_non_null(strstr(bench->reason, "diary.db made-up: this diary was lived"));
    bench_stop(bench);
    bench_free(bench);
}

static void a_newer_diary_is_only_read(void **state)
{
    (void)state;
    struct bench *bench = bench_new();
    struct diary_entry entry = an_outing(T0_MS, DAY0, 1000, 10);
    struct store_edit edit = {.subject = STORE_ASK_PREFERENCES, .text = strdup("{}")};

    keep_something(bench);
    change_file(bench, "diary.db", "PRAGMA user_version = 2");
    bench_start(bench);
    assert_int_equal(bench->state, STORE_FAILED);
    assert_non_null(strstr(bench->reason, "diary.db newer"));
    assert_int_equal(count_of(bench, STORE_ASK_CHARGES, sizeof(struct diary_charge)), 1);
    bench->answered = false;
    assert_int_equal(store_edit(bench->store, &edit, bench_keep_answer, bench), 0);
    while (!bench->answered)
        bench_turn(bench);
    assert_true(bench->answer.failed);
    store_add_entry(bench->store, &entry);
    assert_int_equal(count_of(bench, STORE_ASK_OUTINGS, sizeof(struct diary_outing)), 0);
    change_file(bench, "diary.db", "PRAGMA user_version = 1");
    bench_stop(bench);
    bench_start(bench);
    assert_int_equal(count_of(bench, STORE_ASK_CHARGES, sizeof(struct diary_charge)), 1);
    bench_stop(bench);
    bench_free(bench);
}

/* What stands in a file's head is garbage: whatever it is, the file is what it was afterwards. */
static void a_diary_with_a_garbage_head_is_never_changed(void **state)
{
    (void)state;
    static const struct {
        const char *change, *words;
        int charges; /* that can be read */
    } heads[] = {
        {"PRAGMA user_version = -5", "diary.db newer: no garaged wrote its version number", 1},
        {"PRAGMA user_version = 0", "diary.db newer: no garaged wrote its version number", 1},
        {"PRAGMA user_version = 2147483647", "diary.db newer: a newer garaged wrote it", 1},
        {"PRAGMA application_id = -1", "diary.db foreign: it is not garaged's", 0},
        {"PRAGMA application_id = 0", "diary.db foreign: it is not garaged's", 0},
    };
    struct diary_entry entry = an_outing(T0_MS, DAY0, 1000, 10);

    for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
        struct bench *bench = bench_new();
        struct store_question charges = everything(STORE_ASK_CHARGES);

        keep_something(bench);
        change_file(bench, "diary.db", heads[i].change);
        bench_start(bench);
        assert_int_equal(bench->state, STORE_FAILED);
        if (!strstr(bench->reason, heads[i].words))
            fail_msg("%s: %s", heads[i].change, bench->reason);
        if (heads[i].charges)
            assert_int_equal(count_of(bench, STORE_ASK_CHARGES, sizeof(struct diary_charge)), 1);
        else
            assert_int_equal(store_ask(bench->store, &charges, bench_keep_answer, bench), -1);
        store_add_entry(bench->store, &entry);
        bench_stop(bench);
        change_file(bench, "diary.db", "PRAGMA user_version = 1; PRAGMA application_id = 0x67617264");
        bench_start(bench);
        assert_string_equal(bench->reason, "");
        assert_int_equal(count_of(bench, STORE_ASK_CHARGES, sizeof(struct diary_charge)), 1);
        assert_int_equal(count_of(bench, STORE_ASK_OUTINGS, sizeof(struct diary_outing)), 0);
        bench_stop(bench);
        bench_free(bench);
    }
}

static void newer_readings_are_only_read(void **state)
{
    (void)state;
    struct bench *bench = bench_new();

    keep_something(bench);
    change_file(bench, "readings.db", "PRAGMA user_version = 2");
    bench_start(bench);
    assert_non_null(strstr(bench->reason, "readings.db newer"));
    assert_int_equal(count_of(bench, STORE_ASK_ROWS, sizeof(struct diary_row)), 90);
    bench_ask_history(bench, "soc", T0_MS * NS_PER_MS, (T0_MS + HOUR_MS) * NS_PER_MS, 500);
    assert_int_equal(bench->history.count, 90);
    add_rows(bench, 100, 110);
    store_flush(bench->store);
    assert_int_equal(count_of(bench, STORE_ASK_ROWS, sizeof(struct diary_row)), 90);
    bench_stop(bench);
    bench_free(bench);
}

static void another_program_holds_the_lock(void **state)
{
    (void)state;
    struct bench *bench = bench_new();
    struct diary_entry entry = a_charge(T0_MS, DAY0, 1000);

    bench_start(bench);
    sqlite3 *other = open_file(bench, "diary.db", "BEGIN EXCLUSIVE");
    assert_int_equal(store_add_entry(bench->store, &entry), 0);
    wait_for_state(bench, STORE_FAILED, "diary.db locked");
    assert_int_equal(count_of(bench, STORE_ASK_CHARGES, sizeof(struct diary_charge)), 0);
    add_rows(bench, 0, 10);
    assert_int_equal(count_of(bench, STORE_ASK_ROWS, sizeof(struct diary_row)), 10);
    sqlite3_close(other);
    wait_for_state(bench, STORE_OK, "");
    assert_int_equal(bench->kept_count, 1);
    assert_int_equal(count_of(bench, STORE_ASK_CHARGES, sizeof(struct diary_charge)), 1);
    bench_stop(bench);
    bench_free(bench);
}

/* The trackers would take what is missing for what never was. */
static void rows_that_wait_for_the_card_are_not_passed_over(void **state)
{
    (void)state;
    struct bench *bench = bench_new();
    const struct store_question question = everything(STORE_ASK_ROWS);

    bench_start(bench);
    sqlite3 *other = open_file(bench, "readings.db", "BEGIN IMMEDIATE");
    add_rows(bench, 0, 10);
    assert_int_equal(store_ask(bench->store, &question, bench_keep_answer, bench), 0);
    while (!bench->answered)
        bench_turn(bench);
    assert_true(bench->answer.failed);
    wait_for_state(bench, STORE_FAILED, "readings.db locked");
    sqlite3_close(other);
    wait_for_state(bench, STORE_OK, "");
    assert_int_equal(count_of(bench, STORE_ASK_ROWS, sizeof(struct diary_row)), 10);
    bench_stop(bench);
    bench_free(bench);
}

/* A page that asks every few seconds must not put off the next try to write. */
static void questions_that_fail_hold_up_no_entry(void **state)
{
    (void)state;
    struct bench *bench = bench_new();
    const struct store_question question = everything(STORE_ASK_TOTALS);
    struct diary_entry entry = a_charge(T0_MS, DAY0, 1000);
    int asked = 0;

    bench_start(bench);
    change_file(bench, "diary.db", "ALTER TABLE outing_raw RENAME TO elsewhere");
    for (bench->kept_count = 0; bench->kept_count == 0 && asked < QUESTIONS; asked++) {
        assert_int_equal(store_ask(bench->store, &question, bench_keep_answer, bench), 0);
        for (bench->answered = false; !bench->answered;)
            bench_turn(bench);
        assert_true(bench->answer.failed);
        if (asked == 1)
            assert_int_equal(store_add_entry(bench->store, &entry), 0);
        usleep(QUESTION_PAUSE_US);
    }
    assert_int_equal(bench->kept_count, 1);
    bench_stop(bench);
    bench_free(bench);
}

static void a_lock_at_the_start_is_waited_for(void **state)
{
    (void)state;
    struct bench *bench = bench_new();

    keep_something(bench);
    sqlite3 *other = open_file(bench, "readings.db",
                               "PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE;"
                               "CREATE TABLE t(a); COMMIT");
    bench_start(bench);
    wait_for_state(bench, STORE_FAILED, "readings.db locked");
    sqlite3_close(other);
    wait_for_state(bench, STORE_OK, "");
    assert_int_equal(count_of(bench, STORE_ASK_ROWS, sizeof(struct diary_row)), 90);
    bench_stop(bench);
    bench_free(bench);
}

static void a_failing_card_is_named(void **state)
{
    (void)state;
    static const struct {
        int code;
        const char *words;
    } cards[] = {{EIO, "diary.db I/O error"}, {ENOSPC, "diary.db full"}, {EROFS, "diary.db read-only"}};
    struct bench *bench = bench_new();
    struct faults faults = {0};

    faults_install(&faults);
    bench_start(bench);
    for (size_t i = 0; i < sizeof(cards) / sizeof(cards[0]); i++) {
        struct diary_entry entry = a_charge(T0_MS + (int64_t)i, DAY0, 1000);
        faults_arm(&faults, 1, 1000000, cards[i].code);
        store_add_entry(bench->store, &entry);
        wait_for_state(bench, STORE_FAILED, cards[i].words);
        assert_null(strstr(bench->reason, "readings.db"));
        faults_disarm(&faults);
        wait_for_state(bench, STORE_OK, "");
        assert_string_equal(bench->reason, "");
        assert_int_equal(bench->kept_count, i + 1);
    }
    bench_stop(bench);
    faults_remove(&faults);
    bench_free(bench);
}

/* Found by the check before the start: the first page alone is good. */
static void a_damaged_diary_is_set_aside_at_the_start(void **state)
{
    (void)state;
    struct bench *bench = bench_new();
    struct diary_entry entry = a_charge(T0_MS, DAY0, 1000);

    keep_something(bench);
    damage(bench, "diary.db", 1024, LONG_MAX / 2);
    bench_start(bench);
    assert_int_equal(bench->state, STORE_OK);
    assert_non_null(strstr(bench->reason, "diary.db was damaged: set aside as diary.db.damaged-"));
    assert_non_null(strstr(bench->reason, "`garagectl restore` puts a copy in its place"));
    assert_int_equal(count_of(bench, STORE_ASK_ROWS, sizeof(struct diary_row)), 90);
    assert_int_equal(count_of(bench, STORE_ASK_CHARGES, sizeof(struct diary_charge)), 0);
    bench_keep(bench, &entry);
    assert_int_equal(count_of(bench, STORE_ASK_CHARGES, sizeof(struct diary_charge)), 1);
    bench_stop(bench);
    bench_free(bench);
}

/* Found by the check in slices, without anybody asking for the damaged pages. */
static void damaged_readings_are_set_aside_while_in_use(void **state)
{
    (void)state;
    struct bench *bench = bench_new();

    bench_start(bench);
    for (int i = 0; i < 20; i++) {
        add_rows(bench, i * 500, (i + 1) * 500);
        store_flush(bench->store);
        count_of(bench, STORE_ASK_CHARGES, sizeof(struct diary_charge));
    }
    bench_stop(bench);
    damage(bench, "readings.db", 20 * 1024, 20 * 1024);
    bench_start(bench);
    assert_string_equal(bench->reason, "");
    while (!strstr(bench->reason, "readings.db was damaged: set aside as readings.db.damaged-"))
        bench_turn(bench);
    assert_int_equal(bench->state, STORE_OK);
    add_rows(bench, 0, 10);
    assert_int_equal(count_of(bench, STORE_ASK_ROWS, sizeof(struct diary_row)), 10);
    bench_stop(bench);
    bench_free(bench);
}

/* As two damages within one second. */
static void what_was_set_aside_is_never_overwritten(void **state)
{
    (void)state;
    struct bench *bench = bench_new();
    struct dirent *entry;
    size_t count = 0;

    for (int i = 0; i < 3; i++) {
        keep_something(bench);
        damage(bench, "diary.db", 0, LONG_MAX / 2);
    }
    bench_start(bench);
    bench_stop(bench);
    DIR *folder = opendir(bench->folder);
    while ((entry = readdir(folder)))
        count += strncmp(entry->d_name, "diary.db.damaged-", 17) == 0 && !strstr(entry->d_name, "-wal") &&
                 !strstr(entry->d_name, "-shm");
    closedir(folder);
    assert_int_equal(count, 3);
    bench_free(bench);
}

/* Rows that no queue has room for are counted; questions are refused; entries are refused from the 257th on.
 */
static void a_stopped_thread_fills_its_queue(void **state)
{
    (void)state;
    struct bench *bench = bench_new();
    struct diary_entry entry = a_charge(T0_MS, DAY0, 1000);
    struct store_question question = everything(STORE_ASK_CHARGES);
    struct faults faults = {0};
    int asked = 0, accepted = 0;

    faults_install(&faults);
    bench_start(bench);
    faults_stop(&faults);
    store_add_entry(bench->store, &entry);
    faults_wait_stopped(&faults);
    add_rows(bench, 0, STORE_QUEUE_MAX);
    assert_true(store_dropped(bench->store) >= STORE_QUEUE_RESERVE);
    assert_false(store_has_room(bench->store));
    assert_int_equal(store_ask(bench->store, &question, bench_keep_answer, bench), -1);
    while (store_add_entry(bench->store, &entry) == 0)
        accepted++;
    assert_in_range(accepted, STORE_QUEUE_RESERVE - 2, STORE_QUEUE_RESERVE);
    faults_continue(&faults);
    while (bench->kept_count < (size_t)accepted + 1)
        bench_turn(bench);
    while (store_ask(bench->store, &question, bench_keep_answer, bench) == 0)
        asked++;
    assert_true(asked > 0);
    bench_stop(bench);
    faults_remove(&faults);
    bench_free(bench);
}

/* In a child: what the hanging thread holds is never freed. */
static void a_hanging_card_does_not_hold_the_end(void **state)
{
    (void)state;
    struct bench *bench = bench_new();
    pid_t child = fork();
    int status;

    if (child == 0) {
        struct faults faults = {0};
        struct diary_entry entry = a_charge(T0_MS, DAY0, 1000);
        faults_install(&faults);
        bench_start(bench);
        faults_stop(&faults);
        store_add_entry(bench->store, &entry);
        faults_wait_stopped(&faults);
        store_free(bench->store);
        _exit(0);
    }
    waitpid(child, &status, 0);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    bench_free(bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(somebody_elses_file_is_left_alone),
        cmocka_unit_test(a_diary_made_up_is_no_diary_lived),
        cmocka_unit_test(a_newer_diary_is_only_read),
        cmocka_unit_test(a_diary_with_a_garbage_head_is_never_changed),
        cmocka_unit_test(newer_readings_are_only_read),
        cmocka_unit_test(another_program_holds_the_lock),
        cmocka_unit_test(rows_that_wait_for_the_card_are_not_passed_over),
        cmocka_unit_test(questions_that_fail_hold_up_no_entry),
        cmocka_unit_test(a_lock_at_the_start_is_waited_for),
        cmocka_unit_test(a_failing_card_is_named),
        cmocka_unit_test(a_damaged_diary_is_set_aside_at_the_start),
        cmocka_unit_test(damaged_readings_are_set_aside_while_in_use),
        cmocka_unit_test(what_was_set_aside_is_never_overwritten),
        cmocka_unit_test(a_stopped_thread_fills_its_queue),
        cmocka_unit_test(a_hanging_card_does_not_hold_the_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
