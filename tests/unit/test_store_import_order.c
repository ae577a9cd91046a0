/* diary/store/import: logs in any order, found later, grown longer, cut in pieces that overlap: in the end
 * the diary tells each way once and whole. */
#include "import_bench.h"

#define ROWS_OF_A_DRIVE 192 /* of 20 km: 36 parked, 120 on the way, 36 parked */

static void import_log(struct bench *bench, FILE *log)
{
    assert_string_equal(import_file(bench, log, false).why, "");
}

/* Three days, 27 km of the second on another road than the log's. */
static void three_logs(FILE *logs[3])
{
    logs[0] = a_drive(LOG_S, 80, 10000, 20);
    logs[1] = a_drive(LOG_S + 24 * HOUR_S, 95, 10047, 20);
    logs[2] = a_drive(LOG_S + 48 * HOUR_S, 90, 10067, 20);
}

static void close_all(FILE *logs[3])
{
    for (int i = 0; i < 3; i++)
        fclose(logs[i]);
}

/* Rows [from, to) of a log. */
static FILE *a_piece(FILE *log, int from, int to)
{
    char line[8192];
    FILE *piece = a_file();

    rewind(log);
    for (int i = -1; fgets(line, sizeof(line), log); i++)
        if (i < 0 || (i >= from && i < to))
            fputs(line, piece);
    return piece;
}

static void a_log_that_is_found_later_takes_the_place_of_the_pause_that_was_seen(void **state)
{
    (void)state;
    static const int orders[][3] = {{0, 1, 2}, {0, 2, 1}, {2, 1, 0}, {1, 0, 2}};
    struct contents contents[4];
    FILE *logs[3];

    three_logs(logs);
    for (int i = 0; i < 4; i++) {
        struct bench *bench = begin();
        for (int k = 0; k < 3; k++)
            import_log(bench, logs[orders[i][k]]);
        assert_int_equal(value_of(bench, "diary.db", "SELECT count(*) FROM outing_raw"), 4);
        assert_int_equal(value_of(bench, "diary.db", "SELECT sum(distance_mm) FROM outing_raw"), 87000000);
        contents[i] = contents_of(bench);
        assert_memory_equal(&contents[i], &contents[0], sizeof(contents[0]));
        end(bench);
    }
    close_all(logs);
}

static void what_somebody_typed_into_stays(void **state)
{
    (void)state;
    struct bench *bench = begin();
    FILE *logs[3];

    three_logs(logs);
    import_log(bench, logs[0]);
    import_log(bench, logs[2]);
    value_of(bench, "diary.db", "UPDATE outing_raw SET tags = 'holiday' WHERE distance_mm = 47000000");
    import_log(bench, logs[1]);
    assert_int_equal(value_of(bench, "diary.db", "SELECT count(*) FROM outing_raw"), 3);
    assert_int_equal(value_of(bench, "diary.db", "SELECT sum(distance_mm) FROM outing_raw"), 87000000);
    close_all(logs);
    end(bench);
}

/* The phone handed over the day's log at noon, and again in the evening. */
static void a_log_that_has_grown_ends_what_it_had_begun(void **state)
{
    (void)state;
    struct bench *bench = begin();
    FILE *logs[3], *noon;

    three_logs(logs);
    noon = a_piece(logs[0], 0, 100);
    import_log(bench, noon);
    import_log(bench, logs[2]); /* the rest of the way is a pause before it */
    import_log(bench, logs[0]);
    import_log(bench, noon); /* which knows less by now */
    assert_int_equal(value_of(bench, "diary.db", "SELECT count(*) FROM outing_raw"), 3);
    assert_int_equal(value_of(bench, "diary.db", "SELECT sum(distance_mm) FROM outing_raw"), 87000000);
    assert_int_equal(value_of(bench, "diary.db", "SELECT distance_mm FROM outing_raw ORDER BY from_ms"),
                     20000000);
    fclose(noon);
    close_all(logs);
    end(bench);
}

static void pieces_that_overlap_make_the_whole_way(void **state)
{
    (void)state;
    FILE *log = a_drive(LOG_S, 80, 10000, 20);
    FILE *pieces[] = {a_piece(log, 0, 90), a_piece(log, 70, 130), a_piece(log, 110, ROWS_OF_A_DRIVE)};

    for (int is_reverse = 0; is_reverse < 2; is_reverse++) {
        struct bench *bench = begin();
        for (int i = 0; i < 3; i++)
            import_log(bench, pieces[is_reverse ? 2 - i : i]);
        assert_int_equal(value_of(bench, "diary.db", "SELECT sum(distance_mm) FROM outing_raw"), 20000000);
        assert_int_equal(value_of(bench, "diary.db", "SELECT sum(soc_from - soc_to) FROM outing_raw"), 2000);
        end(bench);
    }
    for (int i = 0; i < 3; i++)
        fclose(pieces[i]);
    fclose(log);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_log_that_is_found_later_takes_the_place_of_the_pause_that_was_seen),
        cmocka_unit_test(what_somebody_typed_into_stays),
        cmocka_unit_test(a_log_that_has_grown_ends_what_it_had_begun),
        cmocka_unit_test(pieces_that_overlap_make_the_whole_way),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
