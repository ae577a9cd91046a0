/* diary/store/import: what another program wrote gets into the diary once, whole, and beside what garaged
 * watched itself. */
#include "import_bench.h"
#include "store_entry.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>

/* ---- the tests ---- */

static void a_log_becomes_an_outing_with_health_cells_and_readings(void **state)
{
    (void)state;
    struct bench *bench = begin();
    FILE *log = a_drive(LOG_S, 80, 10000, 20);
    struct told told = import_file(bench, log, false);

    assert_string_equal(told.why, "");
    assert_int_equal(told.result.rows, 72 + 120);
    assert_int_equal(told.result.outings, 1);
    assert_int_equal(told.result.charges, 0);
    assert_int_equal(told.result.health, 1);
    assert_int_equal(told.result.cells, 1);
    assert_int_equal(value_of(bench, "diary.db", "SELECT distance_mm FROM outing_raw"), 20000000);
    assert_int_equal(value_of(bench, "diary.db", "SELECT soc_from - soc_to FROM outing_raw"), 2000);
    assert_int_equal(value_of(bench, "diary.db", "SELECT flags & 128 FROM outing_raw"), 128);
    assert_int_equal(value_of(bench, "diary.db", "SELECT soh FROM health"), 8525);
    assert_int_equal(value_of(bench, "diary.db", "SELECT capacity_mah FROM health"), 56000);
    assert_int_equal(value_of(bench, "readings.db",
                              "SELECT count(*) FROM reading WHERE signal = 'pack_current'"
                              " AND value = -30.5"),
                     1);
    fclose(log);
    end(bench);
}

static void a_second_import_adds_nothing(void **state)
{
    (void)state;
    struct bench *bench = begin();
    FILE *logs[] = {a_drive(LOG_S, 80, 10000, 20), a_drive(LOG_S + 20 * HOUR_S, 95, 10020, 7)};

    for (int i = 0; i < 2; i++)
        import_file(bench, logs[i], false);
    const struct contents first = contents_of(bench);
    for (int i = 0; i < 2; i++) {
        struct told told = import_file(bench, logs[i], false);
        assert_int_equal(told.result.readings + told.result.outings + told.result.charges +
                             told.result.health + told.result.cells,
                         0);
        assert_true(told.result.known > 0);
        fclose(logs[i]);
    }
    const struct contents second = contents_of(bench);
    assert_memory_equal(&first, &second, sizeof(first));
    end(bench);
}

/* Parked with 60 % and found with 95 %: nobody logs at night. */
static void a_charge_between_two_logs_is_inferred(void **state)
{
    (void)state;
    struct bench *bench = begin();
    FILE *logs[] = {a_drive(LOG_S, 80, 10000, 20), a_drive(LOG_S + 20 * HOUR_S, 95, 10020, 7)};

    for (int i = 0; i < 2; i++) {
        import_file(bench, logs[i], false);
        fclose(logs[i]);
    }
    assert_int_equal(value_of(bench, "diary.db", "SELECT count(*) FROM charge_raw"), 1);
    assert_int_equal(value_of(bench, "diary.db", "SELECT soc_to - soc_from FROM charge_raw WHERE how = 1"),
                     3500);
    assert_int_equal(value_of(bench, "diary.db", "SELECT flags & 128 FROM charge_raw"), 128);
    assert_int_equal(value_of(bench, "diary.db", "SELECT sum(distance_mm) FROM outing_raw"), 27000000);
    end(bench);
}

/* The app was off on the way home. */
static void a_way_that_no_log_has_is_an_outing_of_its_own(void **state)
{
    (void)state;
    struct bench *bench = begin();
    FILE *logs[] = {a_drive(LOG_S, 80, 10000, 20), a_drive(LOG_S + 9 * HOUR_S, 40, 10045, 5)};

    for (int i = 1; i >= 0; i--) { /* whatever the order */
        import_file(bench, logs[i], false);
        fclose(logs[i]);
    }
    assert_int_equal(value_of(bench, "diary.db", "SELECT count(*) FROM outing_raw"), 3);
    assert_int_equal(value_of(bench, "diary.db", "SELECT sum(distance_mm) FROM outing_raw"), 50000000);
    end(bench);
}

static void an_outing_that_garaged_watched_stays_alone(void **state)
{
    (void)state;
    struct bench *bench = begin();
    struct diary_entry outing = an_outing(LOG_S * 1000, 17532, 20000000, 3000);
    FILE *log = a_drive(LOG_S, 80, 10000, 20);

    bench_keep(bench, &outing);
    struct told told = import_file(bench, log, false);
    assert_int_equal(told.result.outings, 0);
    assert_int_equal(value_of(bench, "diary.db", "SELECT count(*) FROM outing_raw"), 1);
    assert_int_equal(value_of(bench, "diary.db", "SELECT flags & 128 FROM outing_raw"), 0);
    fclose(log);
    end(bench);
}

static void rows_of_garaged_s_own_time_are_left_alone(void **state)
{
    (void)state;
    struct bench *bench = begin();
    struct diary_entry charge = a_charge((LOG_S - 100 * HOUR_S) * 1000, 17530, 5000);
    FILE *log = a_drive(LOG_S, 80, 10000, 20);

    bench_keep(bench, &charge); /* the trackers stand at its end, before the log */
    struct told told = import_file(bench, log, false);
    assert_int_equal(told.result.later, told.result.rows);
    assert_int_equal(told.result.readings + told.result.outings + told.result.health, 0);
    fclose(log);
    end(bench);
}

static void the_newest_charge_stays_the_last_one_and_the_trackers_stay_where_they_are(void **state)
{
    const struct store_question newest = {.subject = STORE_ASK_CHARGES,
                                          .car = "leaf",
                                          .limit = 1,
                                          .from_day = INT32_MIN,
                                          .to_day = INT32_MAX,
                                          .from_ms = INT64_MIN / 2,
                                          .to_ms = INT64_MAX / 2};
    (void)state;
    struct bench *bench = begin();
    struct diary_entry charge = a_charge(T0_MS, DAY0, 5000);
    FILE *logs[] = {a_drive(LOG_S, 80, 10000, 20), a_drive(LOG_S + 20 * HOUR_S, 95, 10020, 7)};

    bench_keep(bench, &charge);
    int64_t at_ms = value_of(bench, "diary.db", "SELECT at_ms FROM anchor");
    for (int i = 0; i < 2; i++) {
        import_file(bench, logs[i], false);
        fclose(logs[i]);
    }
    const struct diary_charge *last = bench_ask(bench, &newest, sizeof(struct diary_charge));
    assert_int_equal(last->from_ms, T0_MS);
    assert_int_equal(value_of(bench, "diary.db", "SELECT count(*) FROM charge_raw"), 2);
    assert_int_equal(value_of(bench, "diary.db", "SELECT at_ms FROM anchor"), at_ms);
    assert_int_equal(bench->kept_count, 1); /* nobody is notified of what was long ago */
    end(bench);
}

static void the_cells_of_each_drive_are_those_at_rest_after_it(void **state)
{
    (void)state;
    struct bench *bench = begin();
    FILE *log = a_drive(LOG_S, 80, 10000, 5);

    leafspy_write_drive(log, LOG_S + 3 * HOUR_S, 70, 10005, 5);
    leafspy_write_row(log,
                      &(struct leafspy_moment){LOG_S + 4 * HOUR_S, 65, 10010, 1, 0, 3700}); /* no drive */
    struct told told = import_file(bench, log, false);
    assert_int_equal(told.result.cells, 2);
    assert_int_equal(value_of(bench, "diary.db", "SELECT max(at_ms) FROM cells"),
                     (LOG_S + 3 * HOUR_S + 101 * 10) * 1000);
    assert_int_equal(value_of(bench, "diary.db", "SELECT json_array_length(mv) FROM cells"), 96);
    fclose(log);
    end(bench);
}

static void a_watched_charge_in_a_log_has_its_energy(void **state)
{
    (void)state;
    struct bench *bench = begin();
    FILE *log = a_file();

    leafspy_write_header(log);
    for (int i = 0; i <= 360; i++) /* an hour of 3810 W; 11 % */
        leafspy_write_row(
            log, &(struct leafspy_moment){LOG_S + i * 10, 50 + i / 33, 10000, 1, i < 360 ? 3810 : 0, 0});
    struct told told = import_file(bench, log, false);
    assert_int_equal(told.result.charges, 1);
    int64_t wh = value_of(bench, "diary.db", "SELECT battery_wh FROM charge_raw WHERE how = 0");
    assert_in_range(wh, 3900, 4050); /* 380.5 V times 10.5 A for an hour */
    fclose(log);
    end(bench);
}

/* ---- CARWINGS ---- */

static void carwings_trips_of_a_day_are_outings_of_that_day(void **state)
{
    (void)state;
    struct bench *bench = begin();
    FILE *table = a_table("2014-05-01,1,3.2,4.0,0.8,10.0,3.1,0\n2014-05-01,2,1.1,1.5,0.4,3.0,2.7,0\n"
                          "2014-05-02,1,2.0,2.2,0.2,6.0,3.0,0\n");
    struct told told = import_file(bench, table, true);

    assert_string_equal(told.why, "");
    assert_int_equal(told.result.outings, 3);
    assert_int_equal(value_of(bench, "diary.db", "SELECT count(*) FROM outing_raw WHERE day = 16191"), 2);
    assert_int_equal(value_of(bench, "diary.db", "SELECT sum(distance_mm) FROM outing_raw WHERE day = 16191"),
                     13 * 1609344);
    assert_int_equal(
        value_of(bench, "diary.db", "SELECT sum(energy_soc_wh) FROM outing_raw WHERE day = 16191"),
        4300); /* net of what was regenerated */
    told = import_file(bench, table, true);
    assert_int_equal(told.result.outings, 0);
    assert_int_equal(told.result.known, 3);
    fclose(table);
    end(bench);
}

static void a_trip_of_a_day_that_was_not_takes_no_less_than_no_time(void **state)
{
    (void)state;
    struct bench *bench = begin();
    FILE *table = a_table("2011-12-30,7,2.5,2.5,0,10,4.0,0\n");

    fflush(table);
    struct import_order order = an_order(dup(fileno(table)));
    order.is_carwings = true;
    order.zone =
        (struct zone){.count = 2, .spans = {{INT64_MIN, -36000}, {1325239200 * INT64_C(1000000000), 50400}}};
    assert_int_equal(import_order(bench, &order).result.outings, 1);
    assert_int_equal(value_of(bench, "diary.db", "SELECT to_ms >= from_ms FROM outing_raw"), 1);
    fclose(table);
    end(bench);
}

static void a_day_of_which_the_diary_has_an_outing_gets_none_from_carwings(void **state)
{
    (void)state;
    struct bench *bench = begin();
    struct diary_entry outing = an_outing(INT64_C(1398931200000), 16191, 20000000, 3000); /* 08:00 */
    struct diary_entry charge = a_charge(T0_MS, DAY0, 5000);
    FILE *table = a_table("2014-05-01,1,3.2,4.0,0.8,10.0,3.1,0\n2014-05-02,1,2.0,2.2,0.2,6.0,3.0,0\n");

    bench_keep(bench, &outing);
    bench_keep(bench, &charge); /* garaged's own time begins later */
    struct told told = import_file(bench, table, true);
    assert_int_equal(told.result.outings, 1);
    assert_int_equal(told.result.known, 1);
    fclose(table);
    end(bench);
}

/* ---- what goes wrong ---- */

static void bad_lines_are_refused_one_by_one_and_counted(void **state)
{
    static const char nul[] = "2014-05-01,\0,1,1,0,1,1,0\n";
    (void)state;
    struct bench *bench = begin();
    FILE *table = a_table("0000-05-01,1,3.2,4.0,0.8,10.0,3.1,0\n9999-05-01,1,3.2,4.0,0.8,10.0,3.1,0\n"
                          "2014-05-01,1,3,2,4,0,0,8,10,0\n\"2014-05-01,1,1,1,0,1,1,0\n"
                          "2014-05-01,2,1e99,1,0,1,1,0\n2014-05-01,9,1.0,1.0,0,4.0,4.0,0\n");

    fseek(table, 0, SEEK_END);
    fwrite(nul, 1, sizeof(nul) - 1, table);
    struct told told = import_file(bench, table, true);
    assert_string_equal(told.why, "");
    assert_int_equal(told.result.rejected, 6);
    assert_int_equal(told.result.outings, 1);
    fclose(table);
    end(bench);
}

static void a_table_of_ten_thousand_trips_is_taken_piece_by_piece(void **state)
{
    (void)state;
    struct bench *bench = begin();
    FILE *table = a_table("");

    fseek(table, 0, SEEK_END);
    for (int i = 0; i < 10000; i++)
        fprintf(table, "2014-%02d-%02d,%d,3,4,1,10,3,0\n", 1 + i / 1000, 1 + i % 28, i);
    struct told told = import_file(bench, table, true);
    assert_string_equal(told.why, "");
    assert_int_equal(told.result.outings, 10000);
    assert_int_equal(value_of(bench, "diary.db", "SELECT count(*) FROM outing_raw"), 10000);
    fclose(table);
    end(bench);
}

static void a_file_of_a_thousand_million_rows_is_refused_unread(void **state)
{
    (void)state;
    struct bench *bench = begin();
    FILE *file = a_file();

    assert_int_equal(ftruncate(fileno(file), INT64_C(1000000000) * 8), 0);
    struct told told = import_file(bench, file, false);
    assert_string_equal(told.why, "larger than 16 MiB");
    fclose(file);
    end(bench);
}

static void a_pipe_is_no_file(void **state)
{
    (void)state;
    struct bench *bench = begin();
    int ends[2];

    assert_int_equal(pipe(ends), 0);
    struct import_order order = an_order(ends[0]);
    struct told told = import_order(bench, &order);
    assert_string_equal(told.why, "not a regular file");
    close(ends[1]);
    end(bench);
}

static FILE *a_long_log(void)
{
    FILE *log = a_file();

    leafspy_write_header(log);
    for (int i = 0; i < 40; i++)
        leafspy_write_drive(log, LOG_S + i * 2 * HOUR_S, 90 - i, 10000 + 20 * i, 20);
    fflush(log);
    return log;
}

/* In a process of its own, killed after so long. */
static bool import_until_killed(struct bench *bench, FILE *log, unsigned us)
{
    int status;
    pid_t child = fork();

    if (child == 0) {
        bench_start(bench);
        import_file(bench, log, false);
        _exit(0);
    }
    usleep(us);
    kill(child, SIGKILL);
    waitpid(child, &status, 0);
    return WIFSIGNALED(status);
}

static void an_import_that_was_killed_goes_on_and_ends_with_the_same_rows(void **state)
{
    (void)state;
    FILE *log = a_long_log();
    struct bench *whole = begin(), *killed = bench_new();
    int kills = 0;

    import_file(whole, log, false);
    for (unsigned us = 5000; us < 120000; us += 9000)
        kills += import_until_killed(killed, log, us);
    assert_true(kills > 0);
    bench_start(killed);
    assert_string_equal(import_file(killed, log, false).why, "");
    const struct contents once = contents_of(whole), often = contents_of(killed);
    assert_memory_equal(&once, &often, sizeof(once));
    fclose(log);
    end(whole);
    end(killed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_log_becomes_an_outing_with_health_cells_and_readings),
        cmocka_unit_test(a_second_import_adds_nothing),
        cmocka_unit_test(a_charge_between_two_logs_is_inferred),
        cmocka_unit_test(a_way_that_no_log_has_is_an_outing_of_its_own),
        cmocka_unit_test(an_outing_that_garaged_watched_stays_alone),
        cmocka_unit_test(rows_of_garaged_s_own_time_are_left_alone),
        cmocka_unit_test(the_newest_charge_stays_the_last_one_and_the_trackers_stay_where_they_are),
        cmocka_unit_test(the_cells_of_each_drive_are_those_at_rest_after_it),
        cmocka_unit_test(a_watched_charge_in_a_log_has_its_energy),
        cmocka_unit_test(carwings_trips_of_a_day_are_outings_of_that_day),
        cmocka_unit_test(a_trip_of_a_day_that_was_not_takes_no_less_than_no_time),
        cmocka_unit_test(a_day_of_which_the_diary_has_an_outing_gets_none_from_carwings),
        cmocka_unit_test(bad_lines_are_refused_one_by_one_and_counted),
        cmocka_unit_test(a_table_of_ten_thousand_trips_is_taken_piece_by_piece),
        cmocka_unit_test(a_file_of_a_thousand_million_rows_is_refused_unread),
        cmocka_unit_test(a_pipe_is_no_file),
        cmocka_unit_test(an_import_that_was_killed_goes_on_and_ends_with_the_same_rows),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
