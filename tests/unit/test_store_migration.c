/* diary/store, D09: files of the forms that schema 1 had before it was frozen become what they should be, or
 * stay what they were, whichever write is the last before the end. */
#include "fault_vfs.h"
#include "store_bench.h"
#include "store_entry.h"

#include <fcntl.h>
#include <sys/stat.h>

#define CHARGES 3
#define FOREVER 1000000

/* As the first files were: no views, tables under the views' names, columns missing. */
static const char make_old[] =
    "PRAGMA legacy_alter_table = 0; DROP VIEW day; DROP VIEW charge; DROP VIEW outing;"
    "ALTER TABLE charge_raw DROP COLUMN cost_from; ALTER TABLE charge_raw DROP COLUMN priced;"
    "ALTER TABLE charge_raw RENAME TO charge; ALTER TABLE outing_raw RENAME TO outing;"
    "PRAGMA journal_mode = DELETE";

struct bytes {
    char *data;
    size_t len;
};

static void find_diary(const struct bench *bench, char *path, size_t size)
{
    snprintf(path, size, "%s/diary.db", bench->folder);
}

static struct bytes an_old_diary(struct bench *bench)
{
    char path[128];
    sqlite3 *sqlite;
    struct stat status;
    struct bytes bytes;

    bench_start(bench);
    for (int i = 0; i < CHARGES; i++) {
        struct diary_entry charge = a_charge(T0_MS + i * 2 * HOUR_MS, DAY0, 1000);
        struct diary_entry outing = an_outing(T0_MS + (2 * i + 1) * HOUR_MS, DAY0, 5000000, 700);
        bench_keep(bench, &charge);
        bench_keep(bench, &outing);
    }
    bench_stop(bench);
    find_diary(bench, path, sizeof(path));
    assert_int_equal(sqlite3_open(path, &sqlite), SQLITE_OK);
    assert_int_equal(sqlite3_exec(sqlite, make_old, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(sqlite);
    int file = open(path, O_RDONLY | O_CLOEXEC);
    assert_int_equal(fstat(file, &status), 0);
    bytes.len = (size_t)status.st_size;
    bytes.data = malloc(bytes.len);
    assert_int_equal(read(file, bytes.data, bytes.len), (ssize_t)bytes.len);
    close(file);
    return bytes;
}

static void put_diary(const struct bench *bench, const struct bytes *bytes)
{
    char path[140];
    static const char *const beside[] = {"-wal", "-shm", "-journal", ""};

    for (size_t i = 0; i < sizeof(beside) / sizeof(beside[0]); i++) {
        snprintf(path, sizeof(path), "%s/diary.db%s", bench->folder, beside[i]);
        unlink(path);
    }
    int file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    assert_int_equal(write(file, bytes->data, bytes->len), (ssize_t)bytes->len);
    close(file);
}

static void expect_all(struct bench *bench)
{
    struct store_question question = everything(STORE_ASK_CHARGES);

    assert_int_equal(bench->state, STORE_OK);
    assert_null(strstr(bench->reason, "set aside"));
    const struct diary_charge *charges = bench_ask(bench, &question, sizeof(*charges));
    assert_int_equal(bench->answer.count, CHARGES);
    assert_true(charges[0].battery_wh == 1000);
    question.subject = STORE_ASK_OUTINGS;
    bench_ask(bench, &question, sizeof(struct diary_outing));
    assert_int_equal(bench->answer.count, CHARGES);
}

static void an_old_diary_is_old_or_new_whichever_write_is_the_last(void **state)
{
    (void)state;
    struct bench *bench = bench_new();
    struct bytes old = an_old_diary(bench);
    struct faults faults = {0};
    int n = 0;

    faults_install(&faults);
    do {
        put_diary(bench, &old);
        faults_arm(&faults, ++n, FOREVER, EIO);
        bench_start(bench);
        bench_stop(bench);
        faults_disarm(&faults);
        bench_start(bench);
        expect_all(bench);
        bench_stop(bench);
    } while (atomic_load(&faults.failed) > 0);
    faults_remove(&faults);
    assert_in_range(n, 10, 1000);
    free(old.data);
    bench_free(bench);
}

static void a_diary_that_is_as_it_should_be_is_not_written_to(void **state)
{
    (void)state;
    struct bench *bench = bench_new();
    struct bytes old = an_old_diary(bench);
    struct stat before, after;
    char path[128];

    bench_start(bench);
    bench_stop(bench);
    find_diary(bench, path, sizeof(path));
    assert_int_equal(stat(path, &before), 0);
    bench_start(bench);
    expect_all(bench);
    bench_stop(bench);
    assert_int_equal(stat(path, &after), 0);
    assert_int_equal(before.st_size, after.st_size);
    assert_true(before.st_mtim.tv_sec == after.st_mtim.tv_sec &&
                before.st_mtim.tv_nsec == after.st_mtim.tv_nsec);
    free(old.data);
    bench_free(bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_old_diary_is_old_or_new_whichever_write_is_the_last),
        cmocka_unit_test(a_diary_that_is_as_it_should_be_is_not_written_to),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
