/* diary/store/restore and the trackers: what a restored diary does not know yet is concluded again from the
 * readings. */
#include "diary/store/restore.h"

#include "home_diary_fixture.h"

static void back_up(const struct fixture *fixture, char path[128])
{
    char file[160], sql[160];
    sqlite3 *database;

    snprintf(path, 128, "%s-backup.db", fixture->folder);
    snprintf(file, sizeof(file), "%s/diary.db", fixture->folder);
    snprintf(sql, sizeof(sql), "VACUUM INTO '%s'", path);
    assert_int_equal(sqlite3_open(file, &database), SQLITE_OK);
    assert_int_equal(sqlite3_exec(database, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(database);
}

static void restore(const struct fixture *fixture, const char *path)
{
    struct restore_told told;
    enum restore result;
    char kept[256];
    struct err err;

    struct restoring *restoring = restore_open(path, &result, &err);
    assert_non_null(restoring);
    assert_int_equal(restore_into(restoring, fixture->folder, &told, &err), RESTORE_DONE);
    restore_close(restoring);
    snprintf(kept, sizeof(kept), "%s/%s", fixture->folder, told.kept);
    assert_int_equal(unlink(kept), 0);
    snprintf(kept, sizeof(kept), "%s/lock", fixture->folder);
    unlink(kept);
    unlink(path);
}

/* The backup is of the middle of a charge, as one of the night is. */
static void what_happened_since_the_backup_is_known_again(void **state)
{
    (void)state;
    static const char sums[] =
        "SELECT (SELECT sum(battery_wh) FROM charge_raw WHERE status = 1) * 1000"
        " + (SELECT count(*) FROM charge_raw) * 10 + (SELECT count(*) FROM outing_raw)";
    struct fixture fixture;
    double soc = 40;
    char path[128];

    start(&fixture);
    pass(&fixture, 1);
    arrive(&fixture, soc, 1000);
    charge(&fixture, 20, &soc);
    close_house(&fixture);
    back_up(&fixture, path);
    fixture.now_ns += 5 * NS_PER_S;
    see_nothing(&fixture);
    open_house(&fixture);
    pass(&fixture, 1);
    arrive(&fixture, soc, 1000);
    charge(&fixture, 20, &soc);
    end_charge(&fixture);
    leave(&fixture);
    arrive(&fixture, 30, 1050);
    pass(&fixture, 400);
    close_house(&fixture);
    int64_t before = query(&fixture, "diary.db", sums);
    assert_int_equal(before % 1000, 11); /* a charge and an outing */
    restore(&fixture, path);
    assert_int_equal(query(&fixture, "diary.db", "SELECT count(*) FROM outing_raw"), 0);
    fixture.now_ns += 5 * NS_PER_S;
    see_nothing(&fixture);
    open_house(&fixture);
    pass(&fixture, 1);
    pass(&fixture, 1);
    assert_int_equal(query(&fixture, "diary.db", sums), before);
    stop(&fixture);
    clean(&fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_happened_since_the_backup_is_known_again),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
