/* Schema 1 is frozen: people ask these files with sqlite3, and backups of it must be restored for years. Who
 * changes a word of it makes schema 2, and a way from 1 to 2. */
#include "store_bench.h"

#include <sqlite3.h>

#define FROZEN   "tests/unit/schema1.sql"
#define TEXT_MAX 65536

struct text {
    size_t len;
    char bytes[TEXT_MAX];
};

static void add(struct text *text, const char *words, const char *end)
{
    int len = snprintf(text->bytes + text->len, sizeof(text->bytes) - text->len, "%s%s", words, end);

    assert_in_range(len, 0, sizeof(text->bytes) - text->len - 1);
    text->len += (size_t)len;
}

static void add_rows(struct text *text, sqlite3 *sqlite, const char *sql)
{
    sqlite3_stmt *select;

    assert_int_equal(sqlite3_prepare_v2(sqlite, sql, -1, &select, NULL), SQLITE_OK);
    while (sqlite3_step(select) == SQLITE_ROW)
        add(text, (const char *)sqlite3_column_text(select, 0), ";\n");
    assert_int_equal(sqlite3_finalize(select), SQLITE_OK);
}

static void add_file(struct text *text, const struct bench *bench, const char *name)
{
    char path[128];
    sqlite3 *sqlite;

    snprintf(path, sizeof(path), "%s/%s", bench->folder, name);
    assert_int_equal(sqlite3_open_v2(path, &sqlite, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    add(text, "-- ", name);
    add(text, "\n", "");
    add_rows(text, sqlite, "SELECT 'PRAGMA application_id = ' || application_id FROM pragma_application_id");
    add_rows(text, sqlite, "SELECT 'PRAGMA user_version = ' || user_version FROM pragma_user_version");
    add_rows(text, sqlite, "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY type, name");
    sqlite3_close(sqlite);
}

static void read_frozen(struct text *text)
{
    FILE *file = fopen(FROZEN, "r");

    assert_non_null(file);
    text->len = fread(text->bytes, 1, sizeof(text->bytes) - 1, file);
    text->bytes[text->len] = '\0';
    fclose(file);
}

static void new_files_have_schema_1_to_the_letter(void **state)
{
    struct bench *bench = bench_new();
    struct text *now = calloc(1, sizeof(*now)), *frozen = calloc(1, sizeof(*frozen));

    (void)state;
    bench_start(bench);
    bench_stop(bench);
    add_file(now, bench, "diary.db");
    add_file(now, bench, "readings.db");
    read_frozen(frozen);
    if (strcmp(now->bytes, frozen->bytes) != 0)
        fputs(now->bytes, stdout); /* whole: a long difference is cut short */
    assert_string_equal(now->bytes, frozen->bytes);
    free(now);
    free(frozen);
    bench_free(bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(new_files_have_schema_1_to_the_letter),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
