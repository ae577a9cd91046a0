/* diary/store/SCHEMA.md tells all that stands in the files, and its examples are answered. */
#include "store_life.h"

#define SCHEMA_PATH  "daemon/diary/store/SCHEMA.md"
#define SCHEMA_BYTES 65536

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
    int known = 0; /* the longest outing may belong to no day */
    for (int i = 0; i < sqlite3_column_count(select); i++)
        known += sqlite3_column_type(select, i) != SQLITE_NULL;
    assert_true(known >= 2);
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
        cmocka_unit_test(every_table_and_column_is_explained),
        cmocka_unit_test(the_five_examples_are_answered),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
