/* home_diary: from the view to rows, with a real store. */
#include "home_diary.h"

#include "view_sample.h"

#include <sqlite3.h>
#include <unistd.h>

#define ROUNDS  32
#define WAITING 3000

struct fixture {
    struct sample sample;
    char folder[64];
    struct loop *loop;
    struct store *store;
    struct home_diary *diary;
    bool is_open, answered;
};

static void keep_state(void *ctx, enum store_state state, const char *reason)
{
    struct fixture *fixture = ctx;

    (void)reason;
    fixture->is_open = state == STORE_OK;
}

static void keep_answer(void *ctx, const struct store_history *history)
{
    struct fixture *fixture = ctx;

    (void)history;
    fixture->answered = true;
}

static void start(struct fixture *fixture)
{
    static const struct store_events events = {.state = keep_state};
    struct err err;

    memset(fixture, 0, sizeof(*fixture));
    sample_new(&fixture->sample, 1);
    strcpy(fixture->folder, "/tmp/garaged-diary-XXXXXX");
    assert_non_null(mkdtemp(fixture->folder));
    const struct store_settings settings = {.folder = fixture->folder};
    fixture->loop = loop_new(&err);
    fixture->store = store_new(fixture->loop, &settings, &events, fixture, &err);
    assert_non_null(fixture->store);
    fixture->diary = home_diary_new(fixture->store, &fixture->sample.view);
    while (!fixture->is_open)
        assert_int_equal(loop_turn(fixture->loop, 10000, &err), 0);
}

/* Until the store has done all that was asked of it before. */
static void wait_for_store(struct fixture *fixture)
{
    const struct store_history_request request = {"leaf", "soc", 0, NS_PER_S, 2};
    struct err err;

    fixture->answered = false;
    assert_int_equal(store_ask_history(fixture->store, &request, keep_answer, fixture), 0);
    while (!fixture->answered)
        assert_int_equal(loop_turn(fixture->loop, 10000, &err), 0);
}

static void stop(struct fixture *fixture)
{
    home_diary_free(fixture->diary);
    store_free(fixture->store);
    loop_free(fixture->loop);
    sample_free(&fixture->sample);
}

static int count_rows(const struct fixture *fixture, const char *where)
{
    char path[128], sql[128];
    sqlite3 *database;
    sqlite3_stmt *statement;

    snprintf(path, sizeof(path), "%s/readings.db", fixture->folder);
    snprintf(sql, sizeof(sql), "SELECT count(*) FROM reading WHERE %s", where);
    assert_int_equal(sqlite3_open(path, &database), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(database, sql, -1, &statement, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    int count = sqlite3_column_int(statement, 0);
    sqlite3_finalize(statement);
    sqlite3_close(database);
    return count;
}

static void clean(const struct fixture *fixture)
{
    char path[128];

    snprintf(path, sizeof(path), "%s/readings.db", fixture->folder);
    unlink(path);
    rmdir(fixture->folder);
}

static void take_soc(struct fixture *fixture, double percent, int64_t boot_ns, enum quality quality)
{
    const struct state_value value = {
        .heard = true, .known = true, .quality = quality, .value = percent, .time_ns = boot_ns};

    view_take_value(&fixture->sample.view, &fixture->sample.cars[0], SIGNAL_SOC, &value);
    home_diary_take(fixture->diary, 0, SIGNAL_SOC);
}

static void more_wait_for_the_clock_than_the_queue_holds(void **state)
{
    (void)state;
    struct fixture fixture;

    start(&fixture);
    fixture.sample.view.clock_right = false;
    for (int i = 0; i < WAITING; i++)
        take_soc(&fixture, i % 2 ? 50 : 60, i * NS_PER_S, QUALITY_OK);
    fixture.sample.view.clock_right = true;
    for (int i = 0; i < ROUNDS; i++) {
        home_diary_advance(fixture.diary, (WAITING + i) * NS_PER_S, 0);
        wait_for_store(&fixture);
    }
    assert_int_equal(store_dropped(fixture.store), 0);
    stop(&fixture);
    assert_int_equal(count_rows(&fixture, "1"), WAITING);
    clean(&fixture);
}

static void growing_old_rewrites_no_row(void **state)
{
    (void)state;
    struct fixture fixture;

    start(&fixture);
    take_soc(&fixture, 50, NS_PER_S, QUALITY_OK);
    take_soc(&fixture, 50, NS_PER_S, QUALITY_OLD);
    home_diary_advance(fixture.diary, NS_PER_H, 0);
    take_soc(&fixture, 50, NS_PER_H, QUALITY_OK);
    stop(&fixture);
    assert_int_equal(count_rows(&fixture, "quality = 0"), 1);
    assert_int_equal(count_rows(&fixture, "1"), 1);
    clean(&fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(more_wait_for_the_clock_than_the_queue_holds),
        cmocka_unit_test(growing_old_rewrites_no_row),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
