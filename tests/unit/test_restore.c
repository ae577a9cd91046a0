/* diary/store/restore: a backup comes back row by row, the old diary stays, and nothing but a diary gets in,
 * whoever made the file. GARAGED_DAMAGES: how many damaged backups are tried (40). */
#include "restore_place.h"

#include <fcntl.h>

#define DAMAGES 40

static void assert_refused(const struct place *place, const char *words)
{
    struct restore_told told;
    struct err err;
    enum restore result = restore(place, &told, &err);

    if (result != RESTORE_REFUSED)
        fail_msg("%s: not refused: %d", words, result);
    if (!strstr(err.text, words))
        fail_msg("%s: it says: %s", words, err.text);
    assert_old(place);
    assert_string_equal(told.kept, "");
}

/* ---- what is restored ---- */

static void every_row_comes_back_and_the_old_diary_stays(void **state)
{
    struct place *place = *state;
    struct restore_told told;
    struct err err;

    assert_int_equal(restore(place, &told, &err), RESTORE_DONE);
    assert_whole(place->bench->folder, "diary.db");
    assert_int_equal(ask_diary(place, "SELECT count(*) FROM charge_raw"), SAVED);
    assert_int_equal(ask_diary(place, "SELECT sum(battery_wh) FROM part"),
                     SAVED * 1000 + SAVED * (SAVED - 1) / 2);
    assert_true(told.rows >= 2 * SAVED);
    assert_whole(place->bench->folder, told.kept);
    assert_int_equal(folder_mode(place->bench->folder, "diary.db"), 0600);
    assert_int_equal(
        ask_copy(place->bench->folder, told.kept, "SELECT count(*) FROM charge_raw WHERE note = 'old'"),
        PRESENT);
    bench_start(place->bench); /* and garaged takes it for its own */
    assert_int_equal(place->bench->state, STORE_OK);
    const struct store_question charges = everything(STORE_ASK_CHARGES);
    bench_ask(place->bench, &charges, sizeof(struct diary_charge));
    assert_int_equal(place->bench->answer.count, SAVED);
    bench_stop(place->bench);
}

static void a_diary_that_is_gone_or_damaged_is_replaced(void **state)
{
    struct place *place = *state;
    struct restore_told told;
    struct err err;
    char path[128];

    snprintf(path, sizeof(path), "%s/diary.db", place->bench->folder);
    assert_int_equal(truncate(path, 3000), 0);
    assert_int_equal(restore(place, &told, &err), RESTORE_DONE);
    assert_int_equal(ask_diary(place, "SELECT count(*) FROM charge_raw"), SAVED);
    assert_true(folder_has(place->bench->folder, told.kept));
    unlink(path);
    assert_int_equal(restore(place, &told, &err), RESTORE_DONE);
    assert_int_equal(ask_diary(place, "SELECT count(*) FROM charge_raw"), SAVED);
    assert_string_equal(told.kept, "");
}

static void a_backup_from_before_a_column_was_gained_is_taken(void **state)
{
    struct place *place = *state;
    struct restore_told told;
    struct err err;

    change(place->backup, "DROP VIEW charge; DROP VIEW day; DROP VIEW outing; DROP TABLE cells;"
                          "ALTER TABLE charge_raw DROP COLUMN cost_from");
    assert_int_equal(restore(place, &told, &err), RESTORE_DONE);
    assert_int_equal(ask_diary(place, "SELECT count(*) FROM charge_raw WHERE cost_from = ''"), SAVED);
    assert_int_equal(ask_diary(place, "SELECT count(*) FROM charge"), SAVED);
}

/* What the bills of `store/pricing` leave in a row is a checksum of 64 bits. */
static void a_diary_with_bills_is_taken(void **state)
{
    struct place *place = *state;
    struct restore_told told;
    struct err err;

    change(place->backup,
           "UPDATE charge_raw SET priced = -9223372036854775807 - 1, cost_from = 'tariff', cost_m = 7");
    assert_int_equal(restore(place, &told, &err), RESTORE_DONE);
    assert_int_equal(ask_diary(place, "SELECT count(*) FROM charge_raw WHERE priced < 0 AND cost_m = 7"),
                     SAVED);
}

static void the_views_are_ours_whatever_the_backup_calls_so(void **state)
{
    struct place *place = *state;
    struct restore_told told;
    struct err err;

    change(place->backup, "DROP VIEW charge; CREATE VIEW charge AS SELECT load_extension('/tmp/evil')");
    assert_int_equal(restore(place, &told, &err), RESTORE_DONE);
    assert_int_equal(ask_diary(place, "SELECT count(*) FROM charge WHERE state = 'closed'"), SAVED);
}

/* ---- what is not ---- */

#define STAY_COLUMNS                                                                                         \
    "id INTEGER PRIMARY KEY, car TEXT NOT NULL, from_ms INTEGER NOT NULL, to_ms INTEGER NOT NULL,"           \
    " soc_from INTEGER, soc_to INTEGER"

static void whatever_is_more_than_a_diary_is_refused_by_name(void **state)
{
    struct place *place = *state;
    static const struct {
        const char *sql, *words;
    } hostile[] = {
        {"CREATE TRIGGER evil AFTER INSERT ON charge_raw BEGIN DELETE FROM charge_raw; END", "trigger evil"},
        {"CREATE TRIGGER evil INSTEAD OF INSERT ON charge BEGIN DELETE FROM charge_raw; END", "trigger evil"},
        {"CREATE VIEW evil AS SELECT 1", "view evil"},
        {"DROP TABLE stay; CREATE VIEW stay AS SELECT 1 AS id", "view stay"},
        {"CREATE TABLE evil(x)", "table evil"},
        {"CREATE TABLE sqlitex(x)", "table sqlitex"},
        {"ANALYZE", "table sqlite_stat1"},
        {"CREATE VIRTUAL TABLE evil USING fts5(x)", "table evil"},
        {"CREATE VIRTUAL TABLE evil USING fts4(x)", "table evil"},
        {"DROP TABLE stay; CREATE VIRTUAL TABLE stay USING fts4(id, car)", "table stay"},
        {"CREATE INDEX evil ON stay(abs(soc_from))", "index evil"},
        {"DROP INDEX stay_by_time; CREATE INDEX stay_by_time ON stay(abs(soc_from))", "index stay_by_time"},
        {"ALTER TABLE stay ADD COLUMN evil INTEGER", "column evil of stay"},
        {"ALTER TABLE stay ADD COLUMN evil INTEGER AS (soc_from + 1) VIRTUAL", "column evil of stay"},
        {"DROP TABLE stay; CREATE TABLE stay(" STAY_COLUMNS
         ", odometer_mm INTEGER AS (soc_from) STORED) STRICT",
         "column odometer_mm of stay"},
        {"DROP TABLE stay; CREATE TABLE stay(" STAY_COLUMNS ", odometer_mm TEXT) STRICT",
         "column odometer_mm of stay"},
        {"DROP TABLE stay; CREATE TABLE stay(" STAY_COLUMNS ", odometer_mm INTEGER)", "table stay"},
        {"PRAGMA application_id = 7", "no diary of garaged's"},
        {"PRAGMA application_id = 0x64656d64", "made up"},
        {"PRAGMA user_version = 99", "its schema is 99"},
        {"PRAGMA user_version = 0", "its schema is 0"},
    };
    char path[96], sql[128];

    snprintf(path, sizeof(path), "%s", place->backup);
    for (size_t i = 0; i < sizeof(hostile) / sizeof(hostile[0]); i++) {
        snprintf(place->backup, sizeof(place->backup), "%s/hostile-%zu.db", place->folder, i);
        snprintf(sql, sizeof(sql), "VACUUM INTO '%s'", place->backup);
        change(path, sql);
        change(place->backup, hostile[i].sql);
        assert_refused(place, hostile[i].words);
    }
}

static void rows_that_garaged_can_not_have_written_are_refused_by_number(void **state)
{
    struct place *place = *state;
    static const struct {
        const char *sql, *words;
    } hostile[] = {
        {"UPDATE charge_raw SET note = CAST(x'ff41' AS TEXT) WHERE id = 7",
         "row 7 of charge_raw: note: no text"},
        {"UPDATE charge_raw SET note = CAST(x'4100' AS TEXT) WHERE id = 8",
         "row 8 of charge_raw: note: no text"},
        {"UPDATE charge_raw SET note = printf('%.*c', 70000, 'x') WHERE id = 9",
         "row 9 of charge_raw: note: no text"},
        {"UPDATE charge_raw SET battery_wh = 9223372036854775807 WHERE id = 1",
         "row 1 of charge_raw: battery_wh"},
        {"UPDATE charge_raw SET car = '../../etc' WHERE id = 2", "row 2 of charge_raw: car: no car"},
        {"PRAGMA foreign_keys = OFF; INSERT INTO part(charge, number) VALUES(4711, 0)",
         "of part: FOREIGN KEY"},
    };
    char path[96], sql[128];

    snprintf(path, sizeof(path), "%s", place->backup);
    for (size_t i = 0; i < sizeof(hostile) / sizeof(hostile[0]); i++) {
        snprintf(place->backup, sizeof(place->backup), "%s/rows-%zu.db", place->folder, i);
        snprintf(sql, sizeof(sql), "VACUUM INTO '%s'", place->backup);
        change(path, sql);
        change(place->backup, hostile[i].sql);
        assert_refused(place, hostile[i].words);
    }
}

/* A terminal does what such words say. */
static void no_byte_of_a_hostile_schema_gets_to_the_terminal(void **state)
{
    struct place *place = *state;
    struct restore_told told;
    struct err err;

    change(place->backup, "PRAGMA writable_schema = ON;"
                          "UPDATE sqlite_schema SET sql = replace(sql, 'run_us INTEGER',"
                          " 'run_us ' || char(27) || '[2J') WHERE name = 'traffic'");
    assert_int_equal(restore(place, &told, &err), RESTORE_REFUSED);
    assert_non_null(strstr(err.text, "words that can't be shown"));
    assert_null(strchr(err.text, 27));
    assert_old(place);
}

static void write_backup(const struct place *place, const char *bytes, size_t len)
{
    FILE *file = fopen(place->backup, "w");

    assert_int_equal(fwrite(bytes, 1, len, file), len);
    fclose(file);
}

static void what_is_no_sqlite_file_is_refused(void **state)
{
    struct place *place = *state;
    struct restore_told told;
    struct err err;
    char noise[20000];

    for (size_t i = 0; i < sizeof(noise); i++)
        noise[i] = (char)(i * 7919 >> 5);
    write_backup(place, noise, sizeof(noise));
    assert_refused(place, "it is no SQLite file");
    write_backup(place, "date,km\n2026-11-22,31\n", 22);
    assert_refused(place, "it is no SQLite file");
    write_backup(place, "", 0);
    assert_refused(place, "it is no diary of garaged's");
    snprintf(place->backup, sizeof(place->backup), "%s", place->folder);
    assert_int_equal(restore(place, &told, &err), RESTORE_MISSING);
    assert_non_null(strstr(err.text, "not a file"));
    snprintf(place->backup, sizeof(place->backup), "%s/none", place->folder);
    assert_int_equal(restore(place, &told, &err), RESTORE_MISSING);
    assert_int_equal(mkfifo(place->backup, 0600), 0);
    assert_int_equal(restore(place, &told, &err), RESTORE_MISSING);
    assert_old(place);
}

static void a_huge_schema_is_refused_before_it_eats_the_memory(void **state)
{
    struct place *place = *state;
    sqlite3 *sqlite;
    char sql[96];

    assert_int_equal(sqlite3_open(place->backup, &sqlite), SQLITE_OK);
    sqlite3_exec(sqlite, "PRAGMA synchronous = OFF; BEGIN", NULL, NULL, NULL);
    for (int i = 0; i < 3000; i++) {
        snprintf(sql, sizeof(sql), "CREATE TABLE evil_%d(a, b, c, d, e, f, g, h)", i);
        assert_int_equal(sqlite3_exec(sqlite, sql, NULL, NULL, NULL), SQLITE_OK);
    }
    sqlite3_exec(sqlite, "COMMIT", NULL, NULL, NULL);
    sqlite3_close(sqlite);
    assert_refused(place, "tables, indexes and views");
}

/* Whatever a byte of the file becomes: refused, or a diary that is whole. */
static void a_damaged_backup_is_refused_or_becomes_a_whole_diary(void **state)
{
    struct place *place = *state;
    const char *wanted = getenv("GARAGED_DAMAGES");
    int damages = wanted ? atoi(wanted) : DAMAGES;
    int fd = open(place->backup, O_RDWR), refused = 0;
    off_t size = lseek(fd, 0, SEEK_END);
    uint32_t random = 1;
    struct restore_told told;
    struct err err;

    for (int i = 0; i < damages; i++) {
        random = random * 1664525U + 1013904223U;
        off_t at = (off_t)(random >> 8) % (i % 2 ? size : 200);
        unsigned char before, after;
        assert_int_equal(pread(fd, &before, 1, at), 1);
        after = (unsigned char)(before ^ (1U << (random % 8)));
        assert_int_equal(pwrite(fd, &after, 1, at), 1);
        enum restore result = restore(place, &told, &err);
        if (result != RESTORE_DONE && result != RESTORE_REFUSED)
            fail_msg("byte %lld: %d %s", (long long)at, result, err.text);
        refused += result == RESTORE_REFUSED;
        assert_whole(place->bench->folder, "diary.db");
        assert_int_equal(pwrite(fd, &before, 1, at), 1);
    }
    close(fd);
    assert_true(refused > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_row_comes_back_and_the_old_diary_stays, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_diary_that_is_gone_or_damaged_is_replaced, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_backup_from_before_a_column_was_gained_is_taken, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_diary_with_bills_is_taken, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_views_are_ours_whatever_the_backup_calls_so, set_up, tear_down),
        cmocka_unit_test_setup_teardown(whatever_is_more_than_a_diary_is_refused_by_name, set_up, tear_down),
        cmocka_unit_test_setup_teardown(rows_that_garaged_can_not_have_written_are_refused_by_number, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(no_byte_of_a_hostile_schema_gets_to_the_terminal, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_no_sqlite_file_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_huge_schema_is_refused_before_it_eats_the_memory, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_damaged_backup_is_refused_or_becomes_a_whole_diary, set_up,
                                        tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
