/* diary/store/views: who asks the files with sqlite3 reads the figures that the page and the CSV files show.
 */
#include "store_life.h"

#include "export/json_diary.h"

/* The column that shows a key of the JSON item: times are told in UTC there. */
static int column_of(sqlite3_stmt *row, const char *key)
{
    bool is_time = strcmp(key, "from") == 0 || strcmp(key, "to") == 0;
    char name[64];

    snprintf(name, sizeof(name), "%s%s", key, is_time ? "_utc" : "");
    for (int i = 0; i < sqlite3_column_count(row); i++)
        if (strcmp(sqlite3_column_name(row, i), name) == 0)
            return i;
    fail_msg("no column %s", name);
    return -1;
}

static void join(const json_t *words, char *text, size_t bytes)
{
    const json_t *word;
    size_t i;

    text[0] = '\0';
    json_array_foreach(words, i, word)
    {
        size_t len = strlen(text);
        snprintf(text + len, bytes - len, "%s%s", i ? " " : "", json_string_value(word));
    }
}

static void assert_shows(sqlite3_stmt *row, const char *key, const json_t *value)
{
    int column = column_of(row, key);
    const char *text = (const char *)sqlite3_column_text(row, column);
    char words[256];

    if (json_is_null(value)) {
        assert_int_equal(sqlite3_column_type(row, column), SQLITE_NULL);
    } else if (json_is_number(value)) {
        bool is_same = sqlite3_column_double(row, column) == json_number_value(value);
        if (!is_same || sqlite3_column_type(row, column) == SQLITE_NULL)
            fail_msg("%s: %s, not %.17g", key, text, json_number_value(value));
    } else if (json_is_array(value)) {
        join(value, words, sizeof(words));
        assert_string_equal(text, words);
    } else if (strstr(sqlite3_column_name(row, column), "_utc")) {
        snprintf(words, sizeof(words), "%.19sZ", json_string_value(value));
        assert_string_equal(text, words);
    } else {
        assert_string_equal(text, json_string_value(value));
    }
}

static void assert_row(sqlite3_stmt *select, const json_t *item)
{
    int shown = 1; /* `car` */
    const char *key;
    json_t *value;

    assert_int_equal(sqlite3_step(select), SQLITE_ROW);
    json_object_foreach((json_t *)item, key, value)
    {
        if (strcmp(key, "hours") == 0 || strcmp(key, "supplied_kwh") == 0) /* the zone's; the best of three */
            continue;
        assert_int_equal(column_of(select, key), shown++); /* in the same order */
        assert_shows(select, key, value);
    }
    assert_int_equal(sqlite3_column_count(select), shown);
    sqlite3_reset(select);
}

struct shown {
    enum json_diary_kind kind;
    enum store_subject subject;
    const char *key, *sql, *count_sql;
};

static void compare(struct bench *bench, const struct shown *shown)
{
    size_t size = json_diary_size(shown->kind);
    struct store_question question = everything(shown->subject);
    sqlite3 *sqlite = open_file(bench, "diary.db");
    sqlite3_stmt *select = prepare(sqlite, shown->sql);
    struct zone utc;

    zone_set_utc(&utc);
    question.limit = STORE_LIMIT_MAX;
    const char *items = bench_ask(bench, &question, size);
    assert_true(bench->answer.count >= LIFE_DAYS / 2);
    assert_int_equal(count_in(sqlite, shown->count_sql), bench->answer.count);
    for (size_t i = 0; i < bench->answer.count; i++) {
        json_t *item = json_diary_item(shown->kind, items + i * size, &utc);
        const json_t *key = json_object_get(item, shown->key);
        if (json_is_integer(key))
            sqlite3_bind_int64(select, 1, json_integer_value(key));
        else
            sqlite3_bind_text(select, 1, json_string_value(key), -1, SQLITE_TRANSIENT);
        assert_row(select, item);
        json_decref(item);
    }
    sqlite3_finalize(select);
    sqlite3_close(sqlite);
}

static void sqlite_shows_the_figures_of_the_page(void **state)
{
    (void)state;
    static const struct shown all[] = {
        {JSON_DIARY_CHARGE, STORE_ASK_CHARGES, "id", "SELECT * FROM charge WHERE id = ? AND car = 'leaf'",
         "SELECT count(*) FROM charge WHERE car = 'leaf'"},
        {JSON_DIARY_OUTING, STORE_ASK_OUTINGS, "id", "SELECT * FROM outing WHERE id = ? AND car = 'leaf'",
         "SELECT count(*) FROM outing WHERE car = 'leaf'"},
        {JSON_DIARY_DAY, STORE_ASK_DAYS, "day", "SELECT * FROM day WHERE day = ? AND car = 'leaf'",
         "SELECT count(*) FROM day WHERE car = 'leaf'"},
    };

    for (uint32_t life = 1; life <= 3; life++) {
        struct bench *bench = bench_new();

        bench_start(bench);
        live(bench, life);
        for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
            compare(bench, &all[i]);
        bench_stop(bench);
        bench_free(bench);
    }
}

static void sqlite_shows_the_readings_of_the_chart(void **state)
{
    (void)state;
    struct bench *bench = bench_new();
    size_t i = 0;

    bench_start(bench);
    drive(bench, 60);
    bench_ask_history(bench, "soc", T0_MS * NS_PER_MS, (T0_MS + HOUR_MS * 2) * NS_PER_MS, STORE_POINTS_MAX);
    assert_true(bench->history.step_s == 0 && bench->history.count == 51);
    sqlite3 *sqlite = open_file(bench, "readings.db");
    sqlite3_stmt *select = prepare(sqlite, "SELECT value, julianday(at_utc), unit, quality, car, signal"
                                           " FROM reading WHERE value IS NOT NULL ORDER BY key");
    for (; sqlite3_step(select) == SQLITE_ROW; i++) {
        const struct store_point *point = &bench->points[i];
        double utc_ms = (sqlite3_column_double(select, 1) - 2440587.5) * 86400000;
        assert_true(sqlite3_column_double(select, 0) == point->mean);
        assert_true((int64_t)(utc_ms + 0.5) == point->utc_ns / NS_PER_MS);
        assert_string_equal((const char *)sqlite3_column_text(select, 2), "%");
        assert_string_equal((const char *)sqlite3_column_text(select, 3), "ok");
    }
    assert_int_equal(i, bench->history.count);
    sqlite3_finalize(select);
    assert_int_equal(count_in(sqlite, "SELECT count(*) FROM reading"), 60);
    sqlite3_close(sqlite);
    bench_stop(bench);
    bench_free(bench);
}

/* ---- files of before ---- */

static void a_file_of_before_the_views_gets_them_and_keeps_its_rows(void **state)
{
    (void)state;
    struct bench *bench = bench_new();
    struct store_question charges = everything(STORE_ASK_CHARGES), days = everything(STORE_ASK_DAYS);
    struct diary_entry entry = a_charge(T0_MS, DAY0, 9400);

    bench_start(bench);
    bench_keep(bench, &entry);
    drive(bench, 3);
    bench_stop(bench);
    change_file(bench, "diary.db",
                "DROP VIEW charge; DROP VIEW outing; DROP VIEW day;"
                "ALTER TABLE charge_raw RENAME TO charge; ALTER TABLE outing_raw RENAME TO outing");
    change_file(bench, "readings.db", "DROP VIEW reading; ALTER TABLE reading_raw RENAME TO reading");
    bench_start(bench);
    bench_ask(bench, &charges, sizeof(struct diary_charge));
    assert_int_equal(bench->answer.count, 1);
    entry.charge.battery_wh = 9500;
    bench_keep(bench, &entry); /* its part goes and comes with it */
    const struct diary_day *day = bench_ask(bench, &days, sizeof(*day));
    assert_true(bench->answer.count == 1 && day->charges == 1);
    sqlite3 *sqlite = open_file(bench, "diary.db");
    assert_int_equal(count_in(sqlite, "SELECT battery_kwh = 9.5 FROM charge"), 1);
    assert_int_equal(count_in(sqlite, "SELECT count(*) FROM day"), 1);
    sqlite3_close(sqlite);
    sqlite = open_file(bench, "readings.db");
    assert_int_equal(count_in(sqlite, "SELECT count(*) FROM reading"), 3);
    sqlite3_close(sqlite);
    bench_stop(bench);
    bench_free(bench);
}

static void a_view_of_another_garaged_is_made_anew(void **state)
{
    (void)state;
    struct bench *bench = bench_new();

    bench_start(bench);
    bench_stop(bench);
    change_file(bench, "diary.db", "DROP VIEW day; CREATE VIEW day AS SELECT 1 AS one");
    bench_start(bench);
    sqlite3 *sqlite = open_file(bench, "diary.db");
    assert_int_equal(count_in(sqlite, "SELECT count(*) FROM pragma_table_info('day') WHERE name = 'one'"), 0);
    assert_int_equal(count_in(sqlite, "SELECT count(*) FROM day"), 0);
    sqlite3_close(sqlite);
    bench_stop(bench);
    bench_free(bench);
}

static int64_t written_by_a_start(struct bench *bench)
{
    const struct store_question files = {.subject = STORE_ASK_FILES};

    bench_start(bench);
    bench_ask(bench, &files, sizeof(struct store_file));
    int64_t written = bench->answer.written_today;
    bench_stop(bench);
    return written;
}

static void a_start_writes_no_views_that_are_there(void **state)
{
    (void)state;
    struct bench *bench = bench_new();

    assert_true(written_by_a_start(bench) > 0);
    assert_int_equal(written_by_a_start(bench), 0);
    bench_free(bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sqlite_shows_the_figures_of_the_page),
        cmocka_unit_test(sqlite_shows_the_readings_of_the_chart),
        cmocka_unit_test(a_file_of_before_the_views_gets_them_and_keeps_its_rows),
        cmocka_unit_test(a_view_of_another_garaged_is_made_anew),
        cmocka_unit_test(a_start_writes_no_views_that_are_there),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
