/* diary/store/views: who asks the files with sqlite3 reads the figures that the page and the CSV files show,
 * and SCHEMA.md tells all there is. */
#include "store_bench.h"
#include "store_entry.h"

#include "export/json_diary.h"
#include "util/core/time.h"

#include <sqlite3.h>

#define SCHEMA_PATH  "daemon/diary/store/SCHEMA.md"
#define SCHEMA_BYTES 65536
#define LIFE_ENTRIES 300
#define LIFE_DAYS    40

/* ---- a random life ---- */

static unsigned chance(uint32_t *random, unsigned sides)
{
    *random = *random * 1664525U + 1013904223U;
    return (*random >> 8) % sides;
}

static int64_t perhaps(uint32_t *random, int64_t least, unsigned span)
{
    return chance(random, 4) ? least + chance(random, span) : DIARY_NONE;
}

static void choose(uint32_t *random, char *text, const char *const words[4])
{
    strcpy(text, words[chance(random, 4)]);
}

static struct diary_entry random_charge(uint32_t *random, int64_t from_ms, int32_t day)
{
    static const char *const currencies[] = {"", "EUR", "NOK", "EUR"};
    static const char *const places[] = {"", "home", "cabin", "Br\xc3\xb8"};
    static const char *const from[] = {"", "meter", "typed", ""};
    struct diary_entry entry = a_charge(from_ms, day, perhaps(random, -300, 30000));

    entry.charge.status = (enum diary_status)chance(random, 3);
    entry.charge.how = (enum diary_how)chance(random, 3);
    entry.charge.to_ms = perhaps(random, from_ms, 40000000);
    entry.charge.soc_from = perhaps(random, 0, 10000);
    entry.charge.soc_to = perhaps(random, 0, 10000);
    entry.charge.mode = (int)chance(random, 5) - 1;
    entry.charge.charger_wh = perhaps(random, 0, 32000);
    entry.charge.wall_wh = perhaps(random, 0, 35000);
    choose(random, entry.charge.wall_from, from);
    entry.charge.cost_m = perhaps(random, -5000, 2000000);
    entry.charge.cost_max_m = perhaps(random, 0, 2000000);
    choose(random, entry.charge.currency, currencies);
    entry.charge.peak_w = perhaps(random, 0, 50000);
    entry.charge.odometer_mm = perhaps(random, INT64_C(117568000000), 5000000);
    choose(random, entry.charge.place, places);
    choose(random, entry.charge.note, places);
    entry.charge.flags = chance(random, 64);
    entry.part_count = chance(random, 4);
    for (size_t i = 0; i < entry.part_count; i++)
        entry.parts[i] = (struct diary_part){chance(random, 8) ? day + (int32_t)i : DIARY_NO_DAY,
                                             perhaps(random, -100, 9000), perhaps(random, 0, 9000)};
    return entry;
}

static struct diary_entry random_outing(uint32_t *random, int64_t from_ms, int32_t day)
{
    static const char *const tags[] = {"", "work", "work rain", ""};
    struct diary_entry entry = an_outing(from_ms, chance(random, 5) ? day : DIARY_NO_DAY,
                                         perhaps(random, 0, 90000000), perhaps(random, -200, 12000));

    entry.outing.energy_gids_wh = perhaps(random, 0, 12000);
    choose(random, entry.outing.tags, tags);
    entry.outing.flags = chance(random, 64);
    return entry;
}

static void live(struct bench *bench, uint32_t random)
{
    for (int i = 0; i < LIFE_ENTRIES; i++) {
        int32_t days = (int32_t)chance(&random, LIFE_DAYS);
        int64_t from_ms = T0_MS + days * 24 * HOUR_MS + i * 1009;
        struct diary_entry entry = chance(&random, 2) ? random_charge(&random, from_ms, DAY0 + days)
                                                      : random_outing(&random, from_ms, DAY0 + days);

        if (chance(&random, 6) == 0)
            strcpy(entry.car, "other");
        bench_keep(bench, &entry);
    }
}

/* One reading a minute, from T0_MS on. */
static void drive(struct bench *bench, int minutes)
{
    static const struct store_series soc = {"leaf", "soc", "%", 10};
    const struct store_question files = {.subject = STORE_ASK_FILES};

    store_add_series(bench->store, 0, &soc);
    for (int i = 0; i < minutes; i++)
        store_add_reading(bench->store, 0, (T0_MS + i * 60037) * NS_PER_MS, i % 7 != 3, 800 - i, 0);
    store_flush(bench->store);
    bench_ask(bench, &files, sizeof(struct store_file));
}

/* ---- what sqlite3 shows ---- */

static sqlite3 *open_file(const struct bench *bench, const char *name)
{
    char path[128];
    sqlite3 *sqlite;

    snprintf(path, sizeof(path), "%s/%s", bench->folder, name);
    assert_int_equal(sqlite3_open(path, &sqlite), SQLITE_OK);
    return sqlite;
}

static sqlite3_stmt *prepare(sqlite3 *sqlite, const char *sql)
{
    sqlite3_stmt *statement;

    if (sqlite3_prepare_v2(sqlite, sql, -1, &statement, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(sqlite));
    return statement;
}

static void change_file(const struct bench *bench, const char *name, const char *sql)
{
    sqlite3 *sqlite = open_file(bench, name);

    if (sqlite3_exec(sqlite, sql, NULL, NULL, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(sqlite));
    sqlite3_close(sqlite);
}

static int count_in(sqlite3 *sqlite, const char *sql)
{
    sqlite3_stmt *select = prepare(sqlite, sql);

    assert_int_equal(sqlite3_step(select), SQLITE_ROW);
    int count = sqlite3_column_int(select, 0);
    sqlite3_finalize(select);
    return count;
}

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
        if (strcmp(key, "hours") == 0) /* the zone's matter */
            continue;
        assert_shows(select, key, value);
        shown++;
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

/* ---- SCHEMA.md ---- */

static char *read_schema(void)
{
    char *text = calloc(1, SCHEMA_BYTES);
    FILE *file = fopen(SCHEMA_PATH, "r");

    assert_non_null(file);
    size_t len = fread(text, 1, SCHEMA_BYTES - 1, file);
    assert_true(len > 0 && len < SCHEMA_BYTES - 1);
    fclose(file);
    return text;
}

static int count_of(const char *text, const char *end, const char *what)
{
    int count = 0;

    for (text = strstr(text, what); text && text < end; text = strstr(text + 1, what))
        count++;
    return count;
}

/* The section of a table or view names its columns, and no others. */
static void assert_explained(sqlite3 *sqlite, const char *schema, const char *name)
{
    char mark[96];
    int columns = 0;

    snprintf(mark, sizeof(mark), "\n### `%s`\n", name);
    const char *section = strstr(schema, mark);
    if (!section)
        fail_msg("%s is not explained", name);
    const char *end = strstr(section + strlen(mark), "\n#");
    end = end ? end : section + strlen(section);
    sqlite3_stmt *select = prepare(sqlite, "SELECT name FROM pragma_table_info(?)");
    sqlite3_bind_text(select, 1, name, -1, SQLITE_STATIC);
    for (; sqlite3_step(select) == SQLITE_ROW; columns++) {
        snprintf(mark, sizeof(mark), "\n| `%s` |", (const char *)sqlite3_column_text(select, 0));
        if (count_of(section, end, mark) != 1)
            fail_msg("%s of %s is not explained", mark + 1, name);
    }
    sqlite3_finalize(select);
    assert_int_equal(count_of(section, end, "\n| `"), columns);
}

static void every_table_and_column_is_explained(void **state)
{
    (void)state;
    static const char *const files[] = {"diary.db", "readings.db"};
    struct bench *bench = bench_new();
    char *schema = read_schema();
    int explained = 0;

    bench_start(bench);
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        sqlite3 *sqlite = open_file(bench, files[i]);
        sqlite3_stmt *select =
            prepare(sqlite, "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view')"
                            " AND name NOT LIKE 'sqlite~_%' ESCAPE '~'");
        for (; sqlite3_step(select) == SQLITE_ROW; explained++)
            assert_explained(sqlite, schema, (const char *)sqlite3_column_text(select, 0));
        sqlite3_finalize(select);
        sqlite3_close(sqlite);
    }
    assert_int_equal(count_of(schema, schema + SCHEMA_BYTES, "\n### `"), explained);
    bench_stop(bench);
    bench_free(bench);
    free(schema);
}

/* "-- FILE", then the query. */
static void ask_example(const struct bench *bench, char *example)
{
    char *name = example + strlen("-- "), *sql = strchr(name, '\n');

    *sql++ = '\0';
    sqlite3 *sqlite = open_file(bench, name);
    sqlite3_stmt *select = prepare(sqlite, sql);
    if (sqlite3_step(select) != SQLITE_ROW)
        fail_msg("no rows: %s", sql);
    assert_true(sqlite3_column_type(select, 0) != SQLITE_NULL);
    sqlite3_finalize(select);
    sqlite3_close(sqlite);
}

static void the_five_examples_are_answered(void **state)
{
    (void)state;
    static const char fence[] = "```sql\n";
    struct bench *bench = bench_new();
    char *schema = read_schema(), *at = schema;
    int count = 0;

    bench_start(bench);
    live(bench, 4);
    drive(bench, 60);
    for (; (at = strstr(at, fence)); count++) {
        char *example = at + strlen(fence);
        at = strstr(example, "```");
        *at++ = '\0';
        ask_example(bench, example);
    }
    assert_int_equal(count, 5);
    bench_stop(bench);
    bench_free(bench);
    free(schema);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sqlite_shows_the_figures_of_the_page),
        cmocka_unit_test(sqlite_shows_the_readings_of_the_chart),
        cmocka_unit_test(a_file_of_before_the_views_gets_them_and_keeps_its_rows),
        cmocka_unit_test(a_view_of_another_garaged_is_made_anew),
        cmocka_unit_test(a_start_writes_no_views_that_are_there),
        cmocka_unit_test(every_table_and_column_is_explained),
        cmocka_unit_test(the_five_examples_are_answered),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
