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

#define BATTERY_WH "(SELECT sum(battery_wh) FROM charge_raw WHERE status = 1)"
#define SUMS                                                                                                 \
    "SELECT " BATTERY_WH " * 1000 + (SELECT count(*) FROM charge_raw) * 10 + (SELECT count(*) FROM "         \
    "outing_raw)"

/* A charge, of whose middle the backup is, as of one of the night; then an outing. Returns the sums of it. */
static int64_t live(struct fixture *fixture, char backup[128])
{
    double soc = 40;

    start(fixture);
    pass(fixture, 1);
    arrive(fixture, soc, 1000);
    charge(fixture, 20, &soc);
    close_house(fixture);
    back_up(fixture, backup);
    fixture->now_ns += 5 * NS_PER_S;
    see_nothing(fixture);
    open_house(fixture);
    pass(fixture, 1);
    arrive(fixture, soc, 1000);
    charge(fixture, 20, &soc);
    end_charge(fixture);
    leave(fixture);
    arrive(fixture, 30, 1050);
    pass(fixture, 400);
    close_house(fixture);
    int64_t sums = query(fixture, "diary.db", SUMS);
    assert_int_equal(sums % 1000, 11); /* a charge and an outing */
    return sums;
}

static void go_on(struct fixture *fixture)
{
    fixture->now_ns += 5 * NS_PER_S;
    see_nothing(fixture);
    open_house(fixture);
    pass(fixture, 1);
    pass(fixture, 1);
}

static void lose(const struct fixture *fixture, const char *name)
{
    char path[128];

    snprintf(path, sizeof(path), "%s/%s", fixture->folder, name);
    assert_int_equal(unlink(path), 0);
}

static void end(struct fixture *fixture)
{
    stop(fixture);
    clean(fixture);
}

static void what_happened_since_the_backup_is_known_again(void **state)
{
    (void)state;
    struct fixture fixture;
    char path[128];
    int64_t before = live(&fixture, path);

    restore(&fixture, path);
    assert_int_equal(query(&fixture, "diary.db", "SELECT count(*) FROM outing_raw"), 0);
    go_on(&fixture);
    assert_int_equal(query(&fixture, "diary.db", SUMS), before);
    end(&fixture);
}

static void nothing_is_known_twice_after_a_second_restore(void **state)
{
    (void)state;
    struct fixture fixture;
    char path[128], again[128];
    int64_t before = live(&fixture, path);

    restore(&fixture, path);
    go_on(&fixture);
    close_house(&fixture);
    back_up(&fixture, again);
    restore(&fixture, again);
    go_on(&fixture);
    assert_int_equal(query(&fixture, "diary.db", SUMS), before);
    end(&fixture);
}

/* Without any backup: damaged, set aside, begun anew. */
static void a_diary_begun_anew_is_concluded_again_from_the_readings(void **state)
{
    (void)state;
    struct fixture fixture;
    char path[128];
    int64_t before = live(&fixture, path);

    unlink(path);
    lose(&fixture, "diary.db");
    go_on(&fixture);
    assert_int_equal(query(&fixture, "diary.db", SUMS), before);
    end(&fixture);
}

/* A new card, without readings: of the charge that was open nobody knows the end, and the distance is right.
 */
static void a_backup_on_a_new_card_goes_on_with_the_next_words_of_the_car(void **state)
{
    (void)state;
    struct fixture fixture;
    char path[128];

    live(&fixture, path);
    restore(&fixture, path);
    assert_int_equal(query(&fixture, "diary.db", "SELECT count(*) FROM charge_raw WHERE status = 0"), 1);
    lose(&fixture, "readings.db");
    go_on(&fixture);
    arrive(&fixture, 30, 1050);
    pass(&fixture, 400);
    assert_int_equal(query(&fixture, "diary.db", "SELECT count(*) FROM charge_raw"), 1);
    assert_int_equal(query(&fixture, "diary.db", "SELECT status FROM charge_raw"), DIARY_INCOMPLETE);
    assert_int_equal(query(&fixture, "diary.db", "SELECT to_ms >= from_ms FROM charge_raw"), 1);
    assert_int_equal(query(&fixture, "diary.db", "SELECT sum(distance_mm) FROM outing_raw"), 50000000);
    end(&fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_happened_since_the_backup_is_known_again),
        cmocka_unit_test(nothing_is_known_twice_after_a_second_restore),
        cmocka_unit_test(a_diary_begun_anew_is_concluded_again_from_the_readings),
        cmocka_unit_test(a_backup_on_a_new_card_goes_on_with_the_next_words_of_the_car),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
