/* util/copies and diary/store/copy: a copy is whole, private and of one moment, whatever is written
 * meanwhile; old ones go, and nothing else does. GARAGED_COPIES: how many are made while the diary is written
 * (50). */
#include "diary/store/copy.h"

#include "copy_folder.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>

#define COPIES  50
#define ENTRIES 200 /* the diary's before the first copy */

struct told {
    bool ended;
    char why[ERR_TEXT_MAX];
    struct copies_found found;
    int64_t bytes;
};

static void keep_end(void *ctx, const struct work *work, const char *why)
{
    struct told *told = ctx;

    told->ended = true;
    snprintf(told->why, sizeof(told->why), "%s", why ? why : "");
    told->found = *copy_found(work);
    told->bytes = copy_bytes(work);
}

static void begin_copy(struct bench *bench, const char *folder, const char *day, int fd, struct told *told)
{
    static const struct work_events events = {.ended = keep_end};
    struct copy_order order = {.keep = 2, .fd = fd};

    snprintf(order.folder, sizeof(order.folder), "%s", folder);
    snprintf(order.day, sizeof(order.day), "%s", day);
    *told = (struct told){0};
    assert_int_equal(store_begin_work(bench->store, copy_new(&order), &events, told), 0);
}

static void copy(struct bench *bench, const char *folder, const char *day, int fd, struct told *told)
{
    begin_copy(bench, folder, day, fd, told);
    while (!told->ended)
        bench_turn(bench);
}

static void keep_charges(struct bench *bench, int64_t first, int64_t count)
{
    for (int64_t i = first; i < first + count; i++) {
        struct diary_entry charge = a_charge(T0_MS + i * HOUR_MS, DAY0 + (int32_t)(i / 24), 1000 + i);
        bench_keep(bench, &charge);
    }
}

static void a_copy_is_one_private_file_that_stands_alone(void **state)
{
    (void)state;
    struct bench *bench = bench_new();
    struct told told;
    char folder[64];

    folder_new(folder);
    bench_start(bench);
    keep_charges(bench, 0, 3);
    copy(bench, folder, "2026-11-22", -1, &told);
    assert_string_equal(told.why, "");
    assert_string_equal(told.found.newest, "2026-11-22");
    assert_int_equal(told.found.count, 1);
    assert_true(told.found.same_disk);
    assert_int_equal(folder_mode(folder, "diary-2026-11-22.db"), 0600);
    assert_false(folder_has(folder, "diary-2026-11-22.db-wal"));
    assert_false(folder_has(folder, "diary.part"));
    assert_whole(folder, "diary-2026-11-22.db");
    assert_int_equal(ask_copy(folder, "diary-2026-11-22.db", "SELECT count(*) FROM charge"), 3);
    assert_int_equal(ask_copy(folder, "diary-2026-11-22.db", "PRAGMA application_id"), 0x67617264);
    bench_stop(bench);
    bench_free(bench);
    folder_free(folder);
}

/* Each charge has one part: a copy of half an entry would have one without the other. */
static void every_copy_made_while_the_diary_is_written_is_whole(void **state)
{
    (void)state;
    const char *wanted = getenv("GARAGED_COPIES");
    int copies = wanted ? atoi(wanted) : COPIES;
    struct bench *bench = bench_new();
    int64_t written = ENTRIES, meanwhile = 0;
    struct told told;
    char folder[64], day[DAY_TEXT_SIZE], name[32];

    folder_new(folder);
    bench_start(bench);
    keep_charges(bench, 0, written);
    for (int i = 0; i < copies; i++) {
        int64_t before = written;
        day_text(DAY0 + i, day);
        begin_copy(bench, folder, day, -1, &told);
        for (; !told.ended; written++)
            keep_charges(bench, written, 1);
        meanwhile += written - before;
        assert_string_equal(told.why, "");
        snprintf(name, sizeof(name), "diary-%s.db", day);
        assert_whole(folder, name);
        assert_int_equal(
            ask_copy(folder, name, "SELECT count(*) - (SELECT count(*) FROM part) FROM charge_raw"), 0);
        assert_in_range(ask_copy(folder, name, "SELECT count(*) FROM charge_raw"), before, written);
    }
    assert_true(meanwhile >= copies); /* it was written while it was copied */
    bench_stop(bench);
    bench_free(bench);
    folder_free(folder);
}

static void a_backup_goes_into_the_file_that_was_given(void **state)
{
    (void)state;
    struct bench *bench = bench_new();
    struct told told;
    struct stat status;
    char folder[64], path[128];

    folder_new(folder);
    bench_start(bench);
    keep_charges(bench, 0, 500);
    snprintf(path, sizeof(path), "%s/mine.db", folder);
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    copy(bench, folder, "", fd, &told);
    assert_string_equal(told.why, "");
    assert_int_equal(stat(path, &status), 0);
    assert_true(told.bytes == status.st_size && told.bytes > 0);
    assert_whole(folder, "mine.db");
    assert_int_equal(ask_copy(folder, "mine.db", "SELECT count(*) FROM charge_raw"), 500);
    assert_int_equal(told.found.count, 0);
    assert_false(folder_has(folder, "diary.part"));
    bench_stop(bench);
    bench_free(bench);
    folder_free(folder);
}

/* The disk takes a part of what it is given. */
static void a_backup_onto_a_full_disk_says_so(void **state)
{
    (void)state;
    const off_t begin = 1 << 20;
    struct bench *bench = bench_new();
    struct rlimit before, limit;
    struct told told;
    char folder[64], path[128];

    signal(SIGXFSZ, SIG_IGN);
    folder_new(folder);
    bench_start(bench);
    snprintf(path, sizeof(path), "%s/mine.db", folder);
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    assert_int_equal(lseek(fd, begin, SEEK_SET), begin);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    limit = before;
    limit.rlim_cur = (rlim_t)begin + 3000;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
    copy(bench, folder, "", fd, &told);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_string_equal(told.why, "write the backup: File too large");
    assert_false(folder_has(folder, "diary.part"));
    bench_stop(bench);
    bench_free(bench);
    folder_free(folder);
}

static void the_oldest_go_and_nothing_that_is_not_ours(void **state)
{
    (void)state;
    static const char *const others[] = {"diary-2020-01-01.db.gz", "diary-2020-01-01.txt",
                                         "diary-2020-13-01.db", "mydiary-2020-01-01.db",
                                         "access-2020-01-01.db"};
    struct bench *bench = bench_new();
    struct told told;
    char folder[64];

    folder_new(folder);
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
        folder_touch(folder, others[i]);
    folder_touch(folder, "diary-2026-11-19.db");
    folder_touch(folder, "diary-2026-11-20.db");
    folder_touch(folder, "diary-2026-11-21.db");
    bench_start(bench);
    copy(bench, folder, "2026-11-22", -1, &told);
    assert_int_equal(told.found.count, 2);
    assert_false(folder_has(folder, "diary-2026-11-19.db"));
    assert_false(folder_has(folder, "diary-2026-11-20.db"));
    assert_true(folder_has(folder, "diary-2026-11-21.db"));
    assert_whole(folder, "diary-2026-11-22.db");
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
        assert_true(folder_has(folder, others[i]));
    bench_stop(bench);
    bench_free(bench);
    folder_free(folder);
}

/* A clock that was years ahead left copies of days to come: the one just made stays all the same, and they go
 * once there are enough true ones. */
static void copies_of_days_to_come_push_out_no_true_one(void **state)
{
    (void)state;
    struct bench *bench = bench_new();
    struct told told;
    char folder[64];

    folder_new(folder);
    folder_touch(folder, "diary-2026-11-21.db");
    folder_touch(folder, "diary-2076-01-01.db");
    folder_touch(folder, "diary-2076-01-02.db");
    bench_start(bench);
    copy(bench, folder, "2026-11-22", -1, &told);
    assert_whole(folder, "diary-2026-11-22.db");
    assert_true(folder_has(folder, "diary-2026-11-21.db"));
    assert_int_equal(told.found.count, 2);
    assert_string_equal(told.found.newest, "2026-11-22");
    copy(bench, folder, "2026-11-23", -1, &told);
    assert_whole(folder, "diary-2026-11-22.db");
    assert_whole(folder, "diary-2026-11-23.db");
    assert_int_equal(told.found.count, 2);
    bench_stop(bench);
    bench_free(bench);
    folder_free(folder);
}

static void while_true_copies_are_few_those_of_days_to_come_stay(void **state)
{
    (void)state;
    struct bench *bench = bench_new();
    struct told told;
    char folder[64];

    folder_new(folder);
    folder_touch(folder, "diary-2076-01-01.db");
    folder_touch(folder, "diary-2076-01-02.db");
    bench_start(bench);
    copy(bench, folder, "2026-11-22", -1, &told);
    assert_int_equal(told.found.count, 3);
    bench_stop(bench);
    bench_free(bench);
    folder_free(folder);
}

/* The diary was damaged and begun anew, and its owner is away for longer than copies are kept. */
static void nights_of_a_diary_begun_anew_leave_a_copy_of_the_old_one(void **state)
{
    (void)state;
    struct bench *bench = bench_new();
    struct told told;
    char folder[64], name[32], path[128];

    folder_new(folder);
    bench_start(bench);
    keep_charges(bench, 0, 500);
    copy(bench, folder, "2026-11-01", -1, &told);
    copy(bench, folder, "2026-11-02", -1, &told);
    bench_stop(bench);
    snprintf(path, sizeof(path), "%s/diary.db", bench->folder);
    assert_int_equal(unlink(path), 0);
    bench_start(bench);
    for (int day = 3; day < 20; day++) {
        snprintf(name, sizeof(name), "2026-11-%02d", day);
        copy(bench, folder, name, -1, &told);
        assert_int_equal(told.found.count, 2);
    }
    bench_stop(bench);
    assert_int_equal(ask_copy(folder, "diary-2026-11-19.db", "SELECT count(*) FROM charge"), 0);
    assert_int_equal(ask_copy(folder, "diary-2026-11-02.db", "SELECT count(*) FROM charge"), 500);
    bench_free(bench);
    folder_free(folder);
}

static void a_copy_that_can_not_be_made_costs_no_older_one(void **state)
{
    (void)state;
    struct bench *bench = bench_new();
    struct told told;
    char folder[64], blocked[80];

    folder_new(folder);
    folder_touch(folder, "diary-2026-11-20.db");
    snprintf(blocked, sizeof(blocked), "%s/diary-2026-11-20.db/sub", folder);
    bench_start(bench);
    copy(bench, blocked, "2026-11-22", -1, &told);
    assert_non_null(strstr(told.why, "Not a directory"));
    assert_true(folder_has(folder, "diary-2026-11-20.db"));
    assert_int_equal(bench->state, STORE_OK);
    bench_stop(bench);
    bench_free(bench);
    folder_free(folder);
}

static void a_copy_that_nobody_waits_for_harms_nothing(void **state)
{
    (void)state;
    struct bench *bench = bench_new();
    struct told gone, told;
    char folder[64];

    folder_new(folder);
    bench_start(bench);
    keep_charges(bench, 0, 500);
    begin_copy(bench, folder, "2026-11-22", -1, &gone);
    bench_turn(bench);
    store_end_work(bench->store, &gone);
    copy(bench, folder, "2026-11-23", -1, &told);
    assert_string_equal(told.why, "");
    assert_whole(folder, "diary-2026-11-23.db");
    begin_copy(bench, folder, "2026-11-24", -1, &gone);
    bench_stop(bench); /* in the middle of one */
    bench_free(bench);
    folder_free(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_copy_is_one_private_file_that_stands_alone),
        cmocka_unit_test(every_copy_made_while_the_diary_is_written_is_whole),
        cmocka_unit_test(a_backup_goes_into_the_file_that_was_given),
        cmocka_unit_test(a_backup_onto_a_full_disk_says_so),
        cmocka_unit_test(the_oldest_go_and_nothing_that_is_not_ours),
        cmocka_unit_test(copies_of_days_to_come_push_out_no_true_one),
        cmocka_unit_test(while_true_copies_are_few_those_of_days_to_come_stay),
        cmocka_unit_test(nights_of_a_diary_begun_anew_leave_a_copy_of_the_old_one),
        cmocka_unit_test(a_copy_that_can_not_be_made_costs_no_older_one),
        cmocka_unit_test(a_copy_that_nobody_waits_for_harms_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
