/* home_upkeep: once a night, both files, while the clock is right; and what the owner is told of it. */
#include "home_upkeep.h"

#include "copy_folder.h"
#include "view_sample.h"

#include <fcntl.h>

#define MIDNIGHT_NS (INT64_C(1795305600) * NS_PER_S) /* 2026-11-22T00:00:00Z */

struct house {
    struct sample sample;
    struct zone zone;
    struct config_diary config;
    struct bench *bench;
    struct access *access;
    struct home_upkeep *upkeep;
};

static void open_house(struct house *house)
{
    struct err err;

    bench_start(house->bench);
    const struct access_settings settings = {house->bench->folder, false};
    house->access = access_new(house->bench->loop, &settings, &err);
    while (!access_ready(house->access))
        bench_turn(house->bench);
    const struct home_upkeep_parts parts = {&house->config, house->bench->folder, &house->sample.view,
                                            &house->zone,   house->bench->store,  house->access};
    house->sample.view.diary_state = "ok";
    house->sample.view.clock_right = true;
    house->upkeep = home_upkeep_new(&parts);
}

static void close_house(struct house *house)
{
    home_upkeep_free(house->upkeep);
    access_free(house->access);
    bench_stop(house->bench);
}

static int set_up(void **state)
{
    struct house *house = calloc(1, sizeof(*house));

    house->bench = bench_new();
    zone_set_utc(&house->zone);
    sample_new(&house->sample, 1);
    house->config.backups = 2;
    snprintf(house->config.backup_dir, sizeof(house->config.backup_dir), "%.40s-copies",
             house->bench->folder);
    open_house(house);
    *state = house;
    return 0;
}

static int tear_down(void **state)
{
    struct house *house = *state;

    close_house(house);
    folder_free(house->config.backup_dir);
    sample_free(&house->sample);
    bench_free(house->bench);
    free(house);
    return 0;
}

/* The time is `utc_ns` for as long as it takes to do what is due. */
static void live_at(struct house *house, int64_t utc_ns)
{
    int64_t boot_ns = utc_ns - MIDNIGHT_NS + 100 * NS_PER_H;
    struct err err;

    for (int i = 0; i < 4; i++) {
        home_upkeep_advance(house->upkeep, boot_ns, utc_ns - boot_ns);
        while (home_upkeep_is_busy(house->upkeep)) {
            assert_int_equal(loop_turn(house->bench->loop, 5, &err), 0);
            home_upkeep_advance(house->upkeep, boot_ns, utc_ns - boot_ns);
        }
    }
}

static const struct view_backups *told(const struct house *house)
{
    return &house->sample.view.backups;
}

static void both_files_are_copied_after_three_at_night(void **state)
{
    struct house *house = *state;
    const char *folder = house->config.backup_dir;

    live_at(house, MIDNIGHT_NS + 2 * NS_PER_H);
    assert_int_equal(told(house)->count, 0);
    live_at(house, MIDNIGHT_NS + 3 * NS_PER_H);
    assert_whole(folder, "diary-2026-11-22.db");
    assert_whole(folder, "access-2026-11-22.db");
    assert_int_equal(folder_mode(folder, "diary-2026-11-22.db"), 0600);
    assert_int_equal(folder_mode(folder, "access-2026-11-22.db"), 0600);
    assert_int_equal(folder_mode(folder, "."), 0700);
    assert_int_equal(ask_copy(folder, "access-2026-11-22.db", "SELECT count(*) FROM users"), 0);
    assert_string_equal(told(house)->newest, "2026-11-22");
    assert_int_equal(told(house)->count, 1);
    live_at(house, MIDNIGHT_NS + 23 * NS_PER_H);
    assert_false(folder_has(folder, "diary-2026-11-23.db"));
}

static void as_many_stay_as_the_owner_wants(void **state)
{
    struct house *house = *state;
    const char *folder = house->config.backup_dir;

    for (int day = 0; day < 4; day++)
        live_at(house, MIDNIGHT_NS + (24 * day + 4) * NS_PER_H);
    assert_int_equal(told(house)->count, 2);
    assert_string_equal(told(house)->newest, "2026-11-25");
    assert_true(folder_has(folder, "diary-2026-11-24.db"));
    assert_false(folder_has(folder, "diary-2026-11-23.db"));
    assert_true(folder_has(folder, "access-2026-11-24.db"));
    assert_false(folder_has(folder, "access-2026-11-23.db"));
}

static void the_owner_is_told_that_the_same_disk_is_no_protection(void **state)
{
    struct house *house = *state;

    live_at(house, MIDNIGHT_NS + 4 * NS_PER_H);
    assert_non_null(strstr(told(house)->reason, "no protection against a dead card"));
}

static void a_clock_that_is_not_right_makes_no_copy_and_deletes_none(void **state)
{
    struct house *house = *state;

    live_at(house, MIDNIGHT_NS + 4 * NS_PER_H);
    house->sample.view.clock_right = false;
    for (int day = 1; day < 10; day++)
        live_at(house, MIDNIGHT_NS + (24 * day + 4) * NS_PER_H);
    assert_int_equal(told(house)->count, 1);
    assert_whole(house->config.backup_dir, "diary-2026-11-22.db");
}

static void after_a_restart_the_copy_of_today_is_not_made_again(void **state)
{
    struct house *house = *state;
    struct stat before, after;
    char path[128];

    live_at(house, MIDNIGHT_NS + 4 * NS_PER_H);
    snprintf(path, sizeof(path), "%.80s/diary-2026-11-22.db", house->config.backup_dir);
    assert_int_equal(stat(path, &before), 0);
    close_house(house);
    open_house(house);
    live_at(house, MIDNIGHT_NS + 1 * NS_PER_H);
    assert_string_equal(told(house)->newest, "2026-11-22");
    live_at(house, MIDNIGHT_NS + 5 * NS_PER_H);
    assert_int_equal(stat(path, &after), 0);
    assert_int_equal(before.st_ino, after.st_ino);
}

static void a_folder_that_can_not_be_written_is_said_and_tried_again(void **state)
{
    struct house *house = *state;

    folder_touch("/tmp", strrchr(house->config.backup_dir, '/') + 1); /* a file in its place */
    live_at(house, MIDNIGHT_NS + 4 * NS_PER_H);
    assert_non_null(strstr(told(house)->reason, "no copy of 2026-11-22: "));
    unlink(house->config.backup_dir);
    live_at(house, MIDNIGHT_NS + 6 * NS_PER_H);
    assert_whole(house->config.backup_dir, "diary-2026-11-22.db");
    assert_null(strstr(told(house)->reason, "no copy"));
}

/* Opening it waits for whoever writes into it, as a network disk that is gone keeps everybody waiting. */
static void a_folder_that_does_not_answer_holds_nothing_up(void **state)
{
    struct house *house = *state;
    const struct store_question charges = everything(STORE_ASK_CHARGES);
    int64_t utc_ns = MIDNIGHT_NS + 4 * NS_PER_H, boot_ns = 100 * NS_PER_H;

    assert_int_equal(mkfifo(house->config.backup_dir, 0600), 0);
    for (int i = 0; i < 20; i++) {
        home_upkeep_advance(house->upkeep, boot_ns + i * NS_PER_S, utc_ns - boot_ns);
        bench_ask(house->bench, &charges, sizeof(struct diary_charge));
    }
    assert_false(home_upkeep_is_busy(house->upkeep));
    assert_non_null(strstr(told(house)->reason, "does not answer"));
    int fd = open(house->config.backup_dir, O_WRONLY | O_CLOEXEC); /* it does */
    unlink(house->config.backup_dir);
    close(fd);
    while (told(house)->count == 0)
        live_at(house, utc_ns);
    assert_whole(house->config.backup_dir, "diary-2026-11-22.db");
    assert_null(strstr(told(house)->reason, "does not answer"));
}

static void add_reading(struct house *house, int64_t utc_ns)
{
    store_add_reading(house->bench->store, 0, utc_ns, true, 500, 0);
    store_flush(house->bench->store);
}

static int64_t count_readings(struct house *house)
{
    static const struct store_question files = {.subject = STORE_ASK_FILES};
    struct store_question rows = everything(STORE_ASK_ROWS);

    bench_ask(house->bench, &files, sizeof(struct store_file)); /* what was added before is taken */
    rows.from_ms = 0;
    rows.limit = STORE_ROWS_MAX;
    snprintf(rows.car, sizeof(rows.car), "%s", "leaf");
    bench_ask(house->bench, &rows, sizeof(struct diary_row));
    return (int64_t)house->bench->answer.count;
}

/* The newest reading is half a day old: thirty days are kept from there. */
static void readings_go_when_they_are_old_by_a_clock_that_is_right(void **state)
{
    struct house *house = *state;
    const struct store_series soc = {"leaf", "soc", "%", 10};

    house->config.keep_readings_days = 30;
    store_add_series(house->bench->store, 0, &soc);
    for (int day = 0; day < 40; day++)
        add_reading(house, MIDNIGHT_NS - (24 * day + 12) * NS_PER_H);
    assert_int_equal(count_readings(house), 40);
    house->sample.view.clock_right = false;
    live_at(house, MIDNIGHT_NS + 4 * NS_PER_H);
    assert_int_equal(count_readings(house), 40);
    house->sample.view.clock_right = true;
    live_at(house, MIDNIGHT_NS + 4 * NS_PER_H);
    assert_int_equal(count_readings(house), 31);
    live_at(house,
            MIDNIGHT_NS + (50 * 365 * 24 + 4) * NS_PER_H); /* it says it is right, and is fifty years ahead */
    assert_int_equal(count_readings(house), 31);
}

static void who_keeps_all_readings_keeps_them(void **state)
{
    struct house *house = *state;
    const struct store_series soc = {"leaf", "soc", "%", 10};

    store_add_series(house->bench->store, 0, &soc);
    add_reading(house, MIDNIGHT_NS - 9000 * 24 * NS_PER_H);
    add_reading(house, MIDNIGHT_NS);
    live_at(house, MIDNIGHT_NS + 4 * NS_PER_H);
    assert_int_equal(count_readings(house), 2);
}

static void who_wants_no_copies_gets_none(void **state)
{
    struct house *house = *state;

    close_house(house);
    house->config.backups = 0;
    open_house(house);
    live_at(house, MIDNIGHT_NS + 4 * NS_PER_H);
    assert_null(told(house)->folder);
    assert_false(folder_has(house->config.backup_dir, "."));
}

/* ---- a copy that somebody asks for ---- */

struct heard {
    unsigned count;
    uint64_t request;
    char why[200], name[40];
    int64_t bytes;
};

static void hear(void *ctx, uint64_t request, const struct orders_copy *copy)
{
    struct heard *heard = ctx;

    heard->count++;
    heard->request = request;
    snprintf(heard->why, sizeof(heard->why), "%s", copy->why ? copy->why : "");
    snprintf(heard->name, sizeof(heard->name), "%s", copy->name);
    heard->bytes = copy->bytes;
}

static int ask_for_copy(struct house *house, struct heard *heard, uint64_t request, int64_t utc_ns,
                        struct err *err)
{
    const struct home_upkeep_wish wish = {hear, heard, request};

    return home_upkeep_copy_now(house->upkeep, &wish, utc_ns - MIDNIGHT_NS + 100 * NS_PER_H, utc_ns, err);
}

static void spoil(const char *folder, const char *name)
{
    char path[512];

    snprintf(path, sizeof(path), "%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs("of this morning", file);
    fclose(file);
}

static void who_asks_gets_a_copy_at_once_and_todays_anew(void **state)
{
    struct house *house = *state;
    const char *folder = house->config.backup_dir;
    struct heard heard = {0};
    struct err err;

    assert_int_equal(ask_for_copy(house, &heard, 7, MIDNIGHT_NS + NS_PER_H, &err), 0);
    assert_int_equal(ask_for_copy(house, &heard, 8, MIDNIGHT_NS + NS_PER_H, &err), -1);
    assert_non_null(strstr(err.text, "already"));
    live_at(house, MIDNIGHT_NS + NS_PER_H);
    assert_int_equal(heard.count, 1);
    assert_int_equal(heard.request, 7);
    assert_string_equal(heard.why, "");
    assert_string_equal(heard.name, "diary-2026-11-22.db");
    assert_true(heard.bytes > 1000);
    assert_whole(folder, "diary-2026-11-22.db");
    assert_whole(folder, "access-2026-11-22.db");
    assert_string_equal(told(house)->newest, "2026-11-22");
    spoil(folder, "diary-2026-11-22.db");
    assert_int_equal(ask_for_copy(house, &heard, 9, MIDNIGHT_NS + 2 * NS_PER_H, &err), 0);
    live_at(house, MIDNIGHT_NS + 2 * NS_PER_H);
    assert_int_equal(heard.request, 9);
    assert_whole(folder, "diary-2026-11-22.db");
}

static void a_copy_is_refused_where_its_date_or_the_diary_would_be_wrong(void **state)
{
    struct house *house = *state;
    struct heard heard = {0};
    struct err err;

    house->sample.view.clock_right = false;
    assert_int_equal(ask_for_copy(house, &heard, 1, MIDNIGHT_NS, &err), -1);
    assert_non_null(strstr(err.text, "the clock is not set"));
    house->sample.view.clock_right = true;
    house->sample.view.diary_state = "failed";
    assert_int_equal(ask_for_copy(house, &heard, 1, MIDNIGHT_NS, &err), -1);
    assert_non_null(strstr(err.text, "the diary can't be read"));
    assert_int_equal(heard.count, 0);
}

static void who_asks_hears_why_there_is_no_copy(void **state)
{
    struct house *house = *state;
    struct heard heard = {0};
    struct err err;

    snprintf(house->config.backup_dir, sizeof(house->config.backup_dir), "/proc/self/nowhere");
    close_house(house);
    open_house(house);
    assert_int_equal(ask_for_copy(house, &heard, 3, MIDNIGHT_NS + NS_PER_H, &err), 0);
    live_at(house, MIDNIGHT_NS + NS_PER_H);
    assert_int_equal(heard.count, 1);
    assert_int_equal(heard.request, 3);
    assert_non_null(strstr(heard.why, "/proc/self/nowhere"));
}

static void where_none_are_made_at_night_one_is_made_for_who_asks(void **state)
{
    struct house *house = *state;
    struct heard heard = {0};
    struct err err;

    house->config.backups = 0;
    close_house(house);
    open_house(house);
    assert_int_equal(ask_for_copy(house, &heard, 4, MIDNIGHT_NS + NS_PER_H, &err), 0);
    live_at(house, MIDNIGHT_NS + NS_PER_H);
    assert_string_equal(heard.why, "");
    assert_whole(house->config.backup_dir, "diary-2026-11-22.db");
    live_at(house, MIDNIGHT_NS + 28 * NS_PER_H);
    assert_false(folder_has(house->config.backup_dir, "diary-2026-11-23.db"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(both_files_are_copied_after_three_at_night, set_up, tear_down),
        cmocka_unit_test_setup_teardown(as_many_stay_as_the_owner_wants, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_owner_is_told_that_the_same_disk_is_no_protection, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_clock_that_is_not_right_makes_no_copy_and_deletes_none, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(after_a_restart_the_copy_of_today_is_not_made_again, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_folder_that_can_not_be_written_is_said_and_tried_again, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_folder_that_does_not_answer_holds_nothing_up, set_up, tear_down),
        cmocka_unit_test_setup_teardown(readings_go_when_they_are_old_by_a_clock_that_is_right, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(who_keeps_all_readings_keeps_them, set_up, tear_down),
        cmocka_unit_test_setup_teardown(who_wants_no_copies_gets_none, set_up, tear_down),
        cmocka_unit_test_setup_teardown(who_asks_gets_a_copy_at_once_and_todays_anew, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_copy_is_refused_where_its_date_or_the_diary_would_be_wrong, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(who_asks_hears_why_there_is_no_copy, set_up, tear_down),
        cmocka_unit_test_setup_teardown(where_none_are_made_at_night_one_is_made_for_who_asks, set_up,
                                        tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
