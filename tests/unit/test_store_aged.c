/* diary/store: what a day costs does not grow with the diary's age. Counted are the steps of SQLite's
 * machine, in a diary of some weeks and in one of more than a year, for the oldest day, one between and the
 * newest. */
#include "copy_folder.h"

#include "diary/store/entries.h"
#include "diary/store/history.h"
#include "diary/store/readings.h"
#include "util/core/time.h"

#include <inttypes.h>

#define DAY_MS   INT64_C(86400000)
#define YOUNG    28
#define OLD      448
#define ROWS     1152 /* a day: of eight signals one every ten minutes */
#define FIRST_MS (DAY0 * DAY_MS)

struct aged {
    char folder[64];
    struct database_place place;
    struct readings *readings;
    struct entries entries;
    int64_t steps;
};

static int count_step(void *ctx)
{
    ((struct aged *)ctx)->steps++;
    return 0;
}

static void let_go(void *ctx, struct diary_entry *entry)
{
    (void)ctx;
    free(entry);
}

static void run_sql(struct database *database, const char *sql)
{
    if (sqlite3_exec(database->sqlite, sql, NULL, NULL, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(database->sqlite));
}

static void add_readings(struct database *database, int days)
{
    char sql[1200];

    snprintf(sql, sizeof(sql),
             "BEGIN;"
             "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 8)"
             " INSERT INTO series SELECT i, 'leaf', 'signal_' || i, '%%', 10 FROM n;"
             "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < %d - 1)"
             " INSERT INTO reading_raw SELECT (%lld + i / 8 * 600000 << 12) + i %% 8 + 1, i %% 800, 0 FROM n;"
             "INSERT INTO minute SELECT ((key >> 12) / 60000 << 12) + (key & 4095), 1, steps, steps, steps"
             " FROM reading_raw;"
             "INSERT INTO hour SELECT ((key >> 12) / 60 << 12) + (key & 4095), sum(n), sum(sum), min(min), "
             "max(max)"
             " FROM minute GROUP BY 1;"
             "COMMIT",
             days * ROWS, (long long)FIRST_MS);
    run_sql(database, sql);
}

/* A charge and an outing a day. */
static void add_entries(struct aged *aged, int days)
{
    struct database *database = &aged->entries.file.database;
    struct err err;

    assert_int_equal(database_begin(database, &err), 0);
    for (int i = 0; i < days; i++) {
        struct diary_entry charge = a_charge(FIRST_MS + i * DAY_MS + HOUR_MS, DAY0 + i, 9000);
        struct diary_entry outing = an_outing(FIRST_MS + i * DAY_MS + 9 * HOUR_MS, DAY0 + i, 4000, 30);
        assert_int_equal(entries_put_item(database, &charge, &err), 0);
        assert_int_equal(entries_put_item(database, &outing, &err), 0);
    }
    assert_int_equal(database_commit(database, &err), 0);
}

static struct aged *aged_new(int days)
{
    struct aged *aged = calloc(1, sizeof(*aged));

    folder_new(aged->folder);
    aged->place = (struct database_place){.folder = aged->folder};
    aged->readings = readings_new(&aged->place);
    entries_init(&aged->entries, &aged->place, let_go, NULL);
    file_write(&aged->readings->file);
    file_write(&aged->entries.file);
    run_sql(&aged->readings->file.database, "PRAGMA synchronous = OFF");
    run_sql(&aged->entries.file.database, "PRAGMA synchronous = OFF");
    add_readings(&aged->readings->file.database, days);
    add_entries(aged, days);
    sqlite3_progress_handler(aged->readings->file.database.sqlite, 1, count_step, aged);
    sqlite3_progress_handler(aged->entries.file.database.sqlite, 1, count_step, aged);
    return aged;
}

static void aged_free(struct aged *aged)
{
    readings_free(aged->readings);
    entries_close(&aged->entries);
    folder_free(aged->folder);
    free(aged);
}

/* ---- what a day costs ---- */

static int64_t ask_history(struct aged *aged, int day, unsigned points)
{
    const int64_t from_ns = (FIRST_MS + day * DAY_MS) * NS_PER_MS;
    const struct store_history_request request = {.car = "leaf",
                                                  .signal = "signal_3",
                                                  .from_utc_ns = from_ns,
                                                  .to_utc_ns = from_ns + DAY_MS * NS_PER_MS,
                                                  .points = points};
    struct store_answer answer = {.count = 0};
    int64_t step_s;
    struct err err;

    aged->steps = 0;
    assert_int_equal(history_ask(aged->readings, &request, &answer, &step_s, &err), 0);
    assert_true(answer.count >= 20);
    free((void *)(uintptr_t)answer.items);
    return aged->steps;
}

static int64_t ask_entries(struct aged *aged, int day, enum store_subject subject)
{
    struct store_question question = everything(subject);
    struct store_answer answer = {.count = 0};
    struct err err;

    question.from_day = question.to_day = DAY0 + day;
    question.from_ms = FIRST_MS + day * DAY_MS;
    question.to_ms = question.from_ms + DAY_MS;
    aged->steps = 0;
    assert_int_equal(entries_ask(&aged->entries, &question, NULL, &answer, &err), 0);
    assert_int_equal(answer.count, 1);
    free((void *)(uintptr_t)answer.items);
    return aged->steps;
}

static int64_t ask_readings(struct aged *aged, int day)
{
    struct store_question question = everything(STORE_ASK_READINGS);
    struct store_answer answer = {.count = 0};
    struct err err;

    question.from_ms = FIRST_MS + day * DAY_MS;
    question.to_ms = question.from_ms + DAY_MS;
    aged->steps = 0;
    assert_int_equal(readings_ask(aged->readings, &question, &answer, &err), 0);
    assert_int_equal(answer.count, 100);
    free((void *)(uintptr_t)answer.items);
    return aged->steps;
}

/* ---- the tests ---- */

struct ages {
    struct aged *young, *old;
};

static int make_both(void **state)
{
    struct ages *ages = calloc(1, sizeof(*ages));

    ages->young = aged_new(YOUNG);
    ages->old = aged_new(OLD);
    *state = ages;
    return 0;
}

static int free_both(void **state)
{
    struct ages *ages = *state;

    aged_free(ages->young);
    aged_free(ages->old);
    free(ages);
    return 0;
}

/* The days of the young diary and those of the old one that are compared with them. */
static const struct {
    int young, old;
} days[] = {{0, 0}, {YOUNG / 2, OLD / 2}, {YOUNG - 1, OLD - 1}};

#define DAY_COUNT (sizeof(days) / sizeof(days[0]))

/* A tenth more is left to where the pages end. */
static void assert_as_young(int64_t young, int64_t old)
{
    assert_true(young > 20);
    if (old > young + young / 10)
        fail_msg("%" PRId64 " steps in a young diary, %" PRId64 " in an old one", young, old);
}

static void a_days_chart_costs_the_same_in_an_old_diary(void **state)
{
    const struct ages *ages = *state;

    for (size_t i = 0; i < DAY_COUNT; i++) {
        assert_as_young(ask_history(ages->young, days[i].young, 500),
                        ask_history(ages->old, days[i].old, 500)); /* single readings */
        assert_as_young(ask_history(ages->young, days[i].young, 100),
                        ask_history(ages->old, days[i].old, 100)); /* minutes */
        assert_as_young(ask_history(ages->young, days[i].young, 30),
                        ask_history(ages->old, days[i].old, 30)); /* hours */
    }
}

static void a_days_readings_cost_the_same_in_an_old_diary(void **state)
{
    const struct ages *ages = *state;

    for (size_t i = 0; i < DAY_COUNT; i++)
        assert_as_young(ask_readings(ages->young, days[i].young), ask_readings(ages->old, days[i].old));
}

static void a_days_sums_cost_the_same_in_an_old_diary(void **state)
{
    const struct ages *ages = *state;

    for (size_t i = 0; i < DAY_COUNT; i++) {
        assert_as_young(ask_entries(ages->young, days[i].young, STORE_ASK_DAYS),
                        ask_entries(ages->old, days[i].old, STORE_ASK_DAYS));
        assert_as_young(ask_entries(ages->young, days[i].young, STORE_ASK_SUMS),
                        ask_entries(ages->old, days[i].old, STORE_ASK_SUMS));
    }
}

/* What began earlier may still go on, so each older one is looked at: ten steps each, of some thousand. */
static void a_days_charges_and_outings_cost_ten_steps_for_each_older_one(void **state)
{
    const struct ages *ages = *state;

    for (size_t i = 0; i < DAY_COUNT; i++) {
        assert_true(ask_entries(ages->old, days[i].old, STORE_ASK_CHARGES) <= 100 + 10 * days[i].old);
        assert_true(ask_entries(ages->old, days[i].old, STORE_ASK_OUTINGS) <= 100 + 10 * days[i].old);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_days_chart_costs_the_same_in_an_old_diary),
        cmocka_unit_test(a_days_readings_cost_the_same_in_an_old_diary),
        cmocka_unit_test(a_days_sums_cost_the_same_in_an_old_diary),
        cmocka_unit_test(a_days_charges_and_outings_cost_ten_steps_for_each_older_one),
    };

    return cmocka_run_group_tests(tests, make_both, free_both);
}
