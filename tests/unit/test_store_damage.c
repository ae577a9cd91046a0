/* diary/store, D06 and D07: files whose bytes changed behind garaged's back. What is damaged is found at the
 * start or when it is met, set aside under a dated name as it is, never deleted, and a new file is begun. A
 * value that became another possible value is not found: SQLite keeps no checksums. GARAGED_SEEDS: how many
 * damages, for the long runs. */
#include "store_bench.h"
#include "store_entry.h"
#include "util/core/time.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>

#define CHARGES   40
#define PAGE      1024
#define NOT_FOUND 2 /* charges whose row says another car now: nobody can tell that */

struct bytes {
    unsigned char *data;
    size_t len;
};

/* What is random here must be the same everywhere. */
static uint64_t roll(uint64_t *seed)
{
    *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return *seed >> 33;
}

static void find_path(const struct bench *bench, const char *name, char *path, size_t size)
{
    snprintf(path, size, "%s/%s", bench->folder, name);
}

static struct bytes read_path(const char *path)
{
    struct bytes bytes = {0};
    struct stat status;
    int file = open(path, O_RDONLY | O_CLOEXEC);

    if (file < 0 || fstat(file, &status) != 0)
        return bytes;
    bytes.data = malloc((size_t)status.st_size + 1);
    bytes.len = (size_t)read(file, bytes.data, (size_t)status.st_size);
    close(file);
    return bytes;
}

static struct bytes read_file(const struct bench *bench, const char *name)
{
    char path[128];

    find_path(bench, name, path, sizeof(path));
    return read_path(path);
}

static void write_file(const struct bench *bench, const char *name, const struct bytes *bytes)
{
    char path[128];

    find_path(bench, name, path, sizeof(path));
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    assert_true(file >= 0);
    assert_int_equal(write(file, bytes->data, bytes->len), (ssize_t)bytes->len);
    close(file);
}

static void keep_charges(struct bench *bench, int64_t from_ms, int count)
{
    for (int i = 0; i < count; i++) {
        struct diary_entry entry = a_charge(from_ms + i * 2 * HOUR_MS, DAY0 + i / 12, 1000 + i);
        bench_keep(bench, &entry);
    }
}

/* A diary as a well run leaves it: one file, no log. */
static struct bytes a_well_diary(struct bench *bench)
{
    bench_start(bench);
    keep_charges(bench, T0_MS, CHARGES);
    bench_stop(bench);
    return read_file(bench, "diary.db");
}

/* Finds a file set aside that holds just these bytes. */
static bool is_set_aside(const struct bench *bench, const struct bytes *bytes)
{
    DIR *folder = opendir(bench->folder);
    struct dirent *entry;
    bool found = false;

    while ((entry = readdir(folder)) && !found) {
        if (strncmp(entry->d_name, "diary.db.damaged-", 17) != 0)
            continue;
        struct bytes aside = read_file(bench, entry->d_name);
        found = aside.len == bytes->len && memcmp(aside.data, bytes->data, bytes->len) == 0;
        free(aside.data);
    }
    closedir(folder);
    return found;
}

static void clear(const struct bench *bench)
{
    char path[512];
    DIR *folder = opendir(bench->folder);
    struct dirent *entry;

    while ((entry = readdir(folder))) {
        snprintf(path, sizeof(path), "%s/%s", bench->folder, entry->d_name);
        unlink(path);
    }
    closedir(folder);
}

/* One damage: a bit, some bytes, a page of zeros, an end cut off. */
static void damage(struct bytes *bytes, uint64_t *seed)
{
    size_t at = (size_t)(roll(seed) % bytes->len);

    switch (roll(seed) % 4) {
    case 0:
        bytes->data[at] ^= (unsigned char)(1U << roll(seed) % 8);
        break;
    case 1:
        for (size_t i = at; i < at + 64 && i < bytes->len; i++)
            bytes->data[i] = (unsigned char)roll(seed);
        break;
    case 2:
        at -= at % PAGE;
        memset(bytes->data + at, 0, bytes->len - at < PAGE ? bytes->len - at : PAGE);
        break;
    default:
        bytes->len = at;
        break;
    }
}

/* The charges that can be read; those of a file that was not set aside may have another figure. */
static size_t count_charges(struct bench *bench, bool *failed)
{
    const struct store_question question = everything(STORE_ASK_CHARGES);

    bench->answered = false;
    bench->item_bytes = sizeof(struct diary_charge);
    *failed = store_ask(bench->store, &question, bench_keep_answer, bench) != 0;
    while (!*failed && !bench->answered)
        bench_turn(bench);
    *failed = *failed || bench->answer.failed;
    return *failed ? 0 : bench->answer.count;
}

/* Whether garaged takes new charges, sooner or later, if the file is its own. */
static void expect_life(struct bench *bench, const struct bytes *damaged)
{
    bool failed;
    size_t count = count_charges(bench, &failed);
    bool refused =
        bench->state == STORE_FAILED && (strstr(bench->reason, "foreign") ||
                                         strstr(bench->reason, "made-up") || strstr(bench->reason, "newer"));

    if (refused) {
        struct bytes now = read_file(bench, "diary.db");
        assert_true(now.len >= damaged->len); /* it is left alone */
        assert_memory_equal(now.data, damaged->data, damaged->len);
        free(now.data);
        return;
    }
    if (damaged->len > 0 && !is_set_aside(bench, damaged))
        assert_true(!failed && count + NOT_FOUND >= CHARGES);
    keep_charges(bench, T0_MS + 1000 * HOUR_MS, 1);
    count_charges(bench, &failed);
    assert_false(failed);
}

static void whatever_byte_of_the_diary_is_damaged_nothing_is_deleted(void **state)
{
    (void)state;
    const char *text = getenv("GARAGED_SEEDS");
    long seeds = text ? strtol(text, NULL, 10) : 200;
    struct bench *bench = bench_new();
    struct bytes well = a_well_diary(bench);
    struct bytes copy = {malloc(well.len), well.len};

    for (long i = 1; i <= seeds; i++) {
        uint64_t seed = (uint64_t)i;
        copy.len = well.len;
        memcpy(copy.data, well.data, well.len);
        damage(&copy, &seed);
        clear(bench);
        write_file(bench, "diary.db", &copy);
        bench_start(bench);
        expect_life(bench, &copy);
        bench_stop(bench);
    }
    free(copy.data);
    free(well.data);
    bench_free(bench);
}

/* ---- D07: the files beside it ---- */

/* The diary with charges that are only in its log: as after a power cut. */
static void a_diary_with_a_log(struct bench *bench, struct bytes *diary, struct bytes *log)
{
    bench_start(bench);
    keep_charges(bench, T0_MS, CHARGES);
    *diary = read_file(bench, "diary.db");
    *log = read_file(bench, "diary.db-wal");
    bench_stop(bench);
    clear(bench);
    assert_true(log->len > 0);
    write_file(bench, "diary.db", diary);
}

static size_t charges_at_the_start(struct bench *bench)
{
    bool failed;

    bench_start(bench);
    size_t count = count_charges(bench, &failed);
    assert_false(failed);
    assert_int_equal(bench->state, STORE_OK);
    keep_charges(bench, T0_MS + 1000 * HOUR_MS, 1);
    bench_stop(bench);
    return count;
}

static void after_a_power_cut_the_log_is_read(void **state)
{
    (void)state;
    struct bench *bench = bench_new();
    struct bytes diary, log;

    a_diary_with_a_log(bench, &diary, &log);
    write_file(bench, "diary.db-wal", &log);
    assert_int_equal(charges_at_the_start(bench), CHARGES);
    free(diary.data);
    free(log.data);
    bench_free(bench);
}

static void a_log_that_was_deleted_costs_what_was_in_it_and_no_more(void **state)
{
    (void)state;
    struct bench *bench = bench_new();
    struct bytes diary, log;

    a_diary_with_a_log(bench, &diary, &log);
    assert_true(charges_at_the_start(bench) < CHARGES);
    free(diary.data);
    free(log.data);
    bench_free(bench);
}

static void the_log_of_another_diary_is_not_mixed_in(void **state)
{
    (void)state;
    struct bench *bench = bench_new(), *other = bench_new();
    struct bytes diary, log, other_diary, other_log;

    a_diary_with_a_log(bench, &diary, &log);
    a_diary_with_a_log(other, &other_diary, &other_log);
    bench_start(bench);
    keep_charges(bench, T0_MS + 100 * HOUR_MS, CHARGES);
    bench_stop(bench);
    write_file(bench, "diary.db-wal", &other_log);
    bench_start(bench);
    bool failed;
    size_t count = count_charges(bench, &failed);
    /* Whole pages of another file can't be told from one's own by SQLite; what comes of them must be a
     * diary that is consistent, or one that was set aside. */
    assert_false(failed);
    assert_int_equal(bench->state, STORE_OK);
    assert_true(count <= 2 * CHARGES);
    bench_stop(bench);
    free(diary.data);
    free(log.data);
    free(other_diary.data);
    free(other_log.data);
    bench_free(bench);
    bench_free(other);
}

static void garbage_beside_the_diary_is_no_log(void **state)
{
    (void)state;
    static const char *const names[] = {"diary.db-wal", "diary.db-shm", "diary.db-journal"};
    uint64_t seed = 7;
    struct bench *bench = bench_new();
    struct bytes well = a_well_diary(bench);
    struct bytes garbage = {malloc(40000), 40000};

    for (size_t i = 0; i < garbage.len; i++)
        garbage.data[i] = (unsigned char)roll(&seed);
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        clear(bench);
        write_file(bench, "diary.db", &well);
        write_file(bench, names[i], &garbage);
        assert_int_equal(charges_at_the_start(bench), CHARGES);
    }
    free(garbage.data);
    free(well.data);
    bench_free(bench);
}

/* A journal as another program's crash leaves it: SQLite would roll its pages back into our file. */
static void the_hot_journal_of_another_file_is_found_out(void **state)
{
    (void)state;
    struct bench *bench = bench_new();
    struct bytes well = a_well_diary(bench);
    char path[128];
    sqlite3 *sqlite;

    find_path(bench, "other.db", path, sizeof(path));
    assert_int_equal(sqlite3_open(path, &sqlite), SQLITE_OK);
    assert_int_equal(sqlite3_exec(sqlite,
                                  "PRAGMA page_size = 1024; PRAGMA cache_size = 1; CREATE TABLE t(a);"
                                  "INSERT INTO t VALUES(randomblob(9000)); BEGIN;"
                                  "UPDATE t SET a = randomblob(9001); CREATE TABLE u(a);"
                                  "INSERT INTO u VALUES(randomblob(90000))",
                                  NULL, NULL, NULL),
                     SQLITE_OK);
    struct bytes journal = read_file(bench, "other.db-journal");
    assert_true(journal.len > 1024);
    sqlite3_close(sqlite);
    write_file(bench, "diary.db", &well);
    write_file(bench, "diary.db-journal", &journal);
    bench_start(bench);
    bool failed;
    size_t count = count_charges(bench, &failed);
    assert_true(failed || count == CHARGES || count == 0);
    if (bench->state == STORE_OK && count == 0)
        assert_non_null(strstr(bench->reason, "set aside"));
    bench_stop(bench);
    free(journal.data);
    free(well.data);
    bench_free(bench);
}

/* No mark of ours, and no mark of anybody's: but it is not empty. */
static void a_file_without_marks_that_is_not_empty_is_somebody_elses(void **state)
{
    (void)state;
    struct bench *bench = bench_new();
    char path[128];
    sqlite3 *sqlite;

    find_path(bench, "diary.db", path, sizeof(path));
    assert_int_equal(sqlite3_open(path, &sqlite), SQLITE_OK);
    assert_int_equal(sqlite3_exec(sqlite, "CREATE TABLE photos(a)", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(sqlite);
    struct bytes before = read_file(bench, "diary.db");
    bench_start(bench);
    assert_int_equal(bench->state, STORE_FAILED);
    assert_non_null(strstr(bench->reason, "diary.db foreign"));
    bench_stop(bench);
    struct bytes after = read_file(bench, "diary.db");
    assert_int_equal(after.len, before.len);
    assert_memory_equal(after.data, before.data, before.len);
    free(before.data);
    free(after.data);
    bench_free(bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whatever_byte_of_the_diary_is_damaged_nothing_is_deleted),
        cmocka_unit_test(after_a_power_cut_the_log_is_read),
        cmocka_unit_test(a_log_that_was_deleted_costs_what_was_in_it_and_no_more),
        cmocka_unit_test(the_log_of_another_diary_is_not_mixed_in),
        cmocka_unit_test(garbage_beside_the_diary_is_no_log),
        cmocka_unit_test(the_hot_journal_of_another_file_is_found_out),
        cmocka_unit_test(a_file_without_marks_that_is_not_empty_is_somebody_elses),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
