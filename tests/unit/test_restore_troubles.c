/* diary/store/restore when things go wrong around it: another garaged, logs left behind, a card that is full
 * or fails, a kill. The diary is the old one or the new one, whole. */
#include "restore_place.h"
#include "util/lockfile.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/wait.h>

#define STRIDE 32 /* system calls between two kills; the last ones are tried one by one */
#define LAST   60

/* ---- what lies beside it ---- */

static void copy_file(const char *from_path, const char *to_path, const char *suffix)
{
    char from[128], to[128], bytes[4096];
    size_t len;

    snprintf(from, sizeof(from), "%s%s", from_path, suffix);
    snprintf(to, sizeof(to), "%s%s", to_path, suffix);
    FILE *in = fopen(from, "r"), *out = fopen(to, "w");
    assert_true(in && out);
    while ((len = fread(bytes, 1, sizeof(bytes), in)) > 0)
        assert_int_equal(fwrite(bytes, 1, len, out), len);
    fclose(in);
    fclose(out);
}

/* The diary as a power cut leaves it: with one more charge, which is in its log only. */
static void copy_unsettled(const struct place *place, const char *to)
{
    struct diary_entry charge = a_charge(T0_MS + 900 * HOUR_MS, DAY0, 5);
    char path[96];

    snprintf(path, sizeof(path), "%s/diary.db", place->bench->folder);
    bench_start(place->bench);
    bench_keep(place->bench, &charge);
    copy_file(path, to, "");
    copy_file(path, to, "-wal");
    bench_stop(place->bench);
}

static void a_diary_saved_from_a_dying_card_brings_its_log(void **state)
{
    struct place *place = *state;
    struct restore_told told;
    struct err err;

    copy_unsettled(place, place->backup);
    assert_int_equal(restore(place, &told, &err), RESTORE_DONE);
    assert_int_equal(ask_diary(place, "SELECT count(*) FROM charge_raw"), PRESENT + 1);
    assert_int_equal(ask_diary(place, "SELECT count(*) FROM charge_raw WHERE battery_wh = 5"), 1);
}

/* SQLite finds no place for its index, as on a card that is mounted read-only. */
static void a_log_that_can_not_be_used_where_it_lies_is_said(void **state)
{
    struct place *place = *state;
    struct restore_told told;
    char path[128];
    struct err err;

    copy_unsettled(place, place->backup);
    snprintf(path, sizeof(path), "%s-shm", place->backup);
    assert_int_equal(symlink("nowhere", path), 0);
    assert_int_equal(restore(place, &told, &err), RESTORE_MISSING);
    assert_non_null(strstr(err.text, "copy both to where you can write"));
    assert_old(place);
    unlink(path);
}

/* SQLite would play it into whatever lies there next. */
static void the_log_of_a_diary_that_somebody_deleted_spoils_nothing(void **state)
{
    struct place *place = *state;
    char saved[96], path[96];
    struct restore_told told;
    struct err err;

    snprintf(saved, sizeof(saved), "%s/saved.db", place->folder);
    snprintf(path, sizeof(path), "%s/diary.db", place->bench->folder);
    copy_unsettled(place, saved);
    copy_file(saved, path, "-wal");
    assert_int_equal(unlink(path), 0);
    assert_int_equal(restore(place, &told, &err), RESTORE_DONE);
    bench_start(place->bench);
    assert_int_equal(place->bench->state, STORE_OK);
    bench_stop(place->bench);
    assert_whole(place->bench->folder, "diary.db");
    assert_int_equal(ask_diary(place, "SELECT count(*) FROM charge_raw"), SAVED);
}

static void the_diary_in_use_may_be_restored_onto_itself(void **state)
{
    struct place *place = *state;
    char saved[96], path[96];
    struct restore_told told;
    struct err err;

    snprintf(saved, sizeof(saved), "%s/saved.db", place->folder);
    snprintf(path, sizeof(path), "%s/diary.db", place->bench->folder);
    copy_unsettled(place, saved);
    copy_file(saved, path, "");
    copy_file(saved, path, "-wal");
    snprintf(place->backup, sizeof(place->backup), "%s", path);
    enum restore result = restore(place, &told, &err);
    if (result != RESTORE_DONE)
        fail_msg("%d: %s", result, err.text);
    assert_int_equal(ask_diary(place, "SELECT count(*) FROM charge_raw"), PRESENT + 1);
    assert_int_equal(ask_copy(place->bench->folder, told.kept, "SELECT count(*) FROM charge_raw"),
                     PRESENT + 1);
}

/* ---- a damaged one ---- */

#define PAGE 1024

static enum restore salvage(const struct place *place, struct restore_told *told, struct err *err)
{
    enum restore result;
    struct restoring *restoring = restore_open(place->backup, &result, err);

    *told = (struct restore_told){0};
    if (restoring) {
        restore_salvage(restoring);
        result = restore_into(restoring, place->bench->folder, told, err);
    }
    restore_close(restoring);
    return result;
}

static void exchange_page(const struct place *place, off_t number, unsigned char page[PAGE])
{
    int fd = open(place->backup, O_RDWR);
    unsigned char before[PAGE];

    assert_int_equal(pread(fd, before, PAGE, number * PAGE), PAGE);
    assert_int_equal(pwrite(fd, page, PAGE, number * PAGE), PAGE);
    memcpy(page, before, PAGE);
    close(fd);
}

static void assert_sound(const struct place *place)
{
    assert_whole(place->bench->folder, "diary.db");
    assert_int_equal(
        ask_diary(place, "SELECT count(*) FROM charge_raw WHERE id NOT IN (SELECT charge FROM part)"), 0);
    assert_int_equal(ask_diary(place, "SELECT count(*) FROM (SELECT car FROM charge_raw EXCEPT"
                                      " SELECT car FROM anchor)"),
                     0);
}

/* Each page once. Of one of charges the others are there, before it and behind it; of the schema all are
 * lost. */
static void what_can_be_read_of_a_damaged_diary_is_restored(void **state)
{
    struct place *place = *state;
    int whole = 0, torn = 0, refused = 0;
    unsigned char page[PAGE];
    struct restore_told told;
    struct stat status;
    struct err err;

    assert_int_equal(stat(place->backup, &status), 0);
    for (off_t number = 1; number < status.st_size / PAGE; number++) {
        memset(page, 0xA5, PAGE);
        exchange_page(place, number, page);
        enum restore result = salvage(place, &told, &err);
        exchange_page(place, number, page);
        if (result != RESTORE_DONE && result != RESTORE_REFUSED)
            fail_msg("page %ld: %d %s", (long)number, result, err.text);
        refused += result == RESTORE_REFUSED;
        if (result != RESTORE_DONE)
            continue;
        assert_sound(place);
        int64_t count = ask_diary(place, "SELECT count(*) FROM charge_raw");
        whole += count == SAVED;
        torn += count < SAVED && count > SAVED / 2;
        assert_true(count == SAVED || told.torn > 0);
    }
    assert_true(whole > 10 && torn > 0 && whole + torn > 2 * refused);
}

static void a_damaged_diary_may_hold_no_more_than_a_whole_one(void **state)
{
    struct place *place = *state;
    struct restore_told told;
    struct err err;

    change(place->backup, "CREATE TRIGGER evil AFTER INSERT ON stay BEGIN DELETE FROM charge_raw; END");
    assert_int_equal(salvage(place, &told, &err), RESTORE_REFUSED);
    assert_non_null(strstr(err.text, "trigger evil"));
    assert_old(place);
}

/* Somebody deleted a charge with `sqlite3`, which left its part behind. */
static void rows_that_are_passed_over_are_counted(void **state)
{
    struct place *place = *state;
    struct restore_told told;
    struct err err;

    change(place->backup, "DELETE FROM charge_raw WHERE id = 7");
    assert_int_equal(restore(place, &told, &err), RESTORE_REFUSED);
    assert_int_equal(salvage(place, &told, &err), RESTORE_DONE);
    assert_int_equal(told.passed_over, 1);
    assert_int_equal(told.torn, 0);
    assert_int_equal(ask_diary(place, "SELECT count(*) FROM charge_raw"), SAVED - 1);
    assert_sound(place);
}

/* ---- when the card is to blame ---- */

static void a_card_that_is_full_is_no_fault_of_the_backup(void **state)
{
    struct place *place = *state;
    struct rlimit before, limit;
    struct restore_told told;
    enum restore result = RESTORE_FAILED;
    struct err err;
    int failures = 0;

    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    limit = before;
    for (limit.rlim_cur = 33 * 1024; result != RESTORE_DONE; limit.rlim_cur += 2048) {
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
        result = restore(place, &told, &err);
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
        if (result != RESTORE_DONE && result != RESTORE_FAILED)
            fail_msg("%lu bytes: %d: %s", (unsigned long)limit.rlim_cur, result, err.text);
        failures += result == RESTORE_FAILED;
        if (result == RESTORE_FAILED)
            assert_old(place);
    }
    assert_true(failures > 3);
    assert_int_equal(ask_diary(place, "SELECT count(*) FROM charge_raw"), SAVED);
}

static bool folders_fail;

/* In place of the C library's. */
int fsync(int fd)
{
    struct stat status;

    if (folders_fail && fstat(fd, &status) == 0 && S_ISDIR(status.st_mode)) {
        errno = EIO;
        return -1;
    }
    return fdatasync(fd);
}

static void a_folder_that_can_not_be_made_to_last_costs_no_diary(void **state)
{
    struct place *place = *state;
    struct restore_told told;
    char old[64] = "";
    const struct dirent *entry;
    struct err err;

    folders_fail = true;
    assert_int_equal(restore(place, &told, &err), RESTORE_FAILED);
    folders_fail = false;
    assert_non_null(strstr(err.text, strerror(EIO)));
    assert_whole(place->bench->folder, "diary.db");
    DIR *dir = opendir(place->bench->folder);
    while ((entry = readdir(dir)))
        if (strncmp(entry->d_name, "diary.db.before-restore-", 24) == 0)
            snprintf(old, sizeof(old), "%.63s", entry->d_name);
    closedir(dir);
    assert_int_equal(
        ask_copy(place->bench->folder, old, "SELECT count(*) FROM charge_raw WHERE note = 'old'"), PRESENT);
}

/* ---- when it may not, and when it is killed ---- */

static void while_garaged_runs_nothing_is_restored(void **state)
{
    struct place *place = *state;
    struct restore_told told;
    struct err err;
    int lock;

    assert_int_equal(lockfile_take(place->bench->folder, &lock, &err), LOCKFILE_TAKEN);
    assert_int_equal(restore(place, &told, &err), RESTORE_BUSY);
    assert_old(place);
    close(lock);
    assert_int_equal(restore(place, &told, &err), RESTORE_DONE);
}

/* Restores in a child that is killed before its n-th system call. How many it made when it came to its end
 * before that, else 0; -1: this machine lets nobody be traced. */
static long restore_killed_at(const struct place *place, long n)
{
    struct restore_told told;
    struct err err;
    int status;
    long stops = 0;
    pid_t child = fork();

    if (child == 0) {
        if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) != 0)
            _exit(77);
        raise(SIGSTOP);
        _exit(restore(place, &told, &err) == RESTORE_DONE ? 0 : 1);
    }
    waitpid(child, &status, 0);
    for (; stops < 2 * n && WIFSTOPPED(status); stops++) { /* it stops before and after each */
        ptrace(PTRACE_SYSCALL, child, NULL, NULL);
        waitpid(child, &status, 0);
    }
    if (WIFSTOPPED(status)) {
        kill(child, SIGKILL);
        waitpid(child, &status, 0);
        return 0;
    }
    if (WIFEXITED(status) && WEXITSTATUS(status) == 77)
        return -1;
    assert_int_equal(status, 0);
    return stops / 2;
}

static bool is_new(const struct place *place)
{
    assert_whole(place->bench->folder, "diary.db");
    int64_t count = ask_diary(place, "SELECT count(*) FROM charge_raw");
    assert_true(count == PRESENT || count == SAVED);
    return count == SAVED;
}

/* The old one lies there again, as it was. */
static void put_back(const struct place *place, const char *saved)
{
    static const char *const suffixes[] = {"-wal", "-shm", "-journal", ""};
    char path[128], sql[256];

    for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
        snprintf(path, sizeof(path), "%s/diary.db%s", place->bench->folder, suffixes[i]);
        unlink(path);
    }
    snprintf(sql, sizeof(sql), "VACUUM INTO '%s'", path);
    change(saved, sql);
}

static void killed_at_any_moment_the_diary_is_the_old_or_the_new_one(void **state)
{
    struct place *place = *state;
    char path[128], saved[96], sql[256];
    int olds = 0, news = 0;

    snprintf(saved, sizeof(saved), "%s/saved.db", place->folder);
    snprintf(path, sizeof(path), "%s/diary.db", place->bench->folder);
    snprintf(sql, sizeof(sql), "VACUUM INTO '%s'", saved);
    change(path, sql);
    long calls = restore_killed_at(place, LONG_MAX / 2);
    if (calls < 0)
        skip();
    for (long n = 1; n < calls; n += n + LAST < calls ? STRIDE : 1) {
        put_back(place, saved);
        restore_killed_at(place, n);
        if (is_new(place))
            news++;
        else
            olds++;
    }
    assert_true(olds > 10 && news > 0);
    put_back(place, saved);
    struct restore_told told;
    struct err err;
    assert_int_equal(restore(place, &told, &err), RESTORE_DONE); /* what they left behind disturbs nobody */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_diary_saved_from_a_dying_card_brings_its_log, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_log_that_can_not_be_used_where_it_lies_is_said, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_log_of_a_diary_that_somebody_deleted_spoils_nothing, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(the_diary_in_use_may_be_restored_onto_itself, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_can_be_read_of_a_damaged_diary_is_restored, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_damaged_diary_may_hold_no_more_than_a_whole_one, set_up, tear_down),
        cmocka_unit_test_setup_teardown(rows_that_are_passed_over_are_counted, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_card_that_is_full_is_no_fault_of_the_backup, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_folder_that_can_not_be_made_to_last_costs_no_diary, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(while_garaged_runs_nothing_is_restored, set_up, tear_down),
        cmocka_unit_test_setup_teardown(killed_at_any_moment_the_diary_is_the_old_or_the_new_one, set_up,
                                        tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
