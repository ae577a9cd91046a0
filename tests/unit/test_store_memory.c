/* diary/store when SQLite gets no memory at the n-th call: what was accepted is not lost nor kept twice, the
 * trouble is named, no good file is taken for a damaged one, and all is well when there is memory again.
 * GARAGED_ALLOCATIONS: how many of them fail, evenly spread (150); 0: each. */
#include "store_bench.h"
#include "store_entry.h"
#include "util/core/time.h"

#include <sqlite3.h>
#include <stdatomic.h>

#define ROWS        20
#define ENTRIES     4
#define ALLOCATIONS 150
#define TURNS_MAX   200
#define FOREVER     1000000

/* SQLite's own memory, until it is short. */
struct shortage {
    sqlite3_mem_methods system;
    atomic_int calls;       /* since armed */
    atomic_int first, last; /* these fail */
    atomic_int failed;
};

/* SQLite passes no context to its allocator. */
static struct shortage shortage;

static bool is_short(void)
{
    int call = atomic_fetch_add(&shortage.calls, 1) + 1;

    if (call < atomic_load(&shortage.first) || call > atomic_load(&shortage.last))
        return false;
    atomic_fetch_add(&shortage.failed, 1);
    return true;
}

static void *short_malloc(int size)
{
    return is_short() ? NULL : shortage.system.xMalloc(size);
}

static void *short_realloc(void *memory, int size)
{
    return is_short() ? NULL : shortage.system.xRealloc(memory, size);
}

static void arm(int n, int count)
{
    atomic_store(&shortage.failed, 0);
    atomic_store(&shortage.calls, 0);
    atomic_store(&shortage.last, n + count - 1);
    atomic_store(&shortage.first, n);
}

static void disarm(void)
{
    atomic_store(&shortage.last, 0);
}

/* Before SQLite is used. */
static int install(void **state)
{
    (void)state;
    sqlite3_mem_methods own;

    assert_int_equal(sqlite3_config(SQLITE_CONFIG_GETMALLOC, &shortage.system), SQLITE_OK);
    own = shortage.system;
    own.xMalloc = short_malloc;
    own.xRealloc = short_realloc;
    assert_int_equal(sqlite3_config(SQLITE_CONFIG_MALLOC, &own), SQLITE_OK);
    return sqlite3_initialize() == SQLITE_OK ? 0 : -1;
}

/* The store has done all that it was told before. */
static void wait_for_thread(struct bench *bench)
{
    const struct store_question files = {.subject = STORE_ASK_FILES};

    bench_ask(bench, &files, sizeof(struct store_file));
}

static void live_a_little(struct bench *bench)
{
    const struct store_series soc = {"leaf", "soc", "%", 10};

    store_add_series(bench->store, 0, &soc);
    for (int i = 0; i < ENTRIES; i++) {
        struct diary_entry entry = i % 2 ? an_outing(T0_MS + i * HOUR_MS, DAY0, 1000, 100)
                                         : a_charge(T0_MS + i * HOUR_MS, DAY0, 1000);
        assert_int_equal(store_add_entry(bench->store, &entry), 0);
        for (int row = i * ROWS / ENTRIES; row < (i + 1) * ROWS / ENTRIES; row++)
            store_add_reading(bench->store, 0, (T0_MS + row * HOUR_MS / 5) * NS_PER_MS, true, row, 0);
    }
    store_flush(bench->store);
    wait_for_thread(bench);
}

/* What is not kept is told, and by the name of what is missing. */
static void check_reason(const struct bench *bench)
{
    assert_true(bench->kept_count == ENTRIES || bench->state == STORE_FAILED);
    if (bench->state == STORE_FAILED && !strstr(bench->reason, "out of memory"))
        fail_msg("unnamed: %s", bench->reason);
}

static void get_well(struct bench *bench)
{
    for (int i = 0; bench->state != STORE_OK || bench->kept_count < ENTRIES; i++) {
        if (i == TURNS_MAX)
            fail_msg("never well again: %s", bench->reason);
        store_flush(bench->store);
        wait_for_thread(bench);
    }
}

static void find_all(struct bench *bench)
{
    struct store_question question = everything(STORE_ASK_CHARGES);

    bench_ask(bench, &question, sizeof(struct diary_charge));
    assert_int_equal(bench->answer.count, 2);
    question.subject = STORE_ASK_OUTINGS;
    bench_ask(bench, &question, sizeof(struct diary_outing));
    assert_int_equal(bench->answer.count, 2);
    question.subject = STORE_ASK_DAYS;
    const struct diary_day *day = bench_ask(bench, &question, sizeof(*day));
    assert_true(bench->answer.count == 1 && day->battery_wh == 2000 && day->distance_mm == 2000);
    question.subject = STORE_ASK_ROWS;
    bench_ask(bench, &question, sizeof(struct diary_row));
    assert_int_equal(bench->answer.count, ROWS);
}

static void check_nothing_set_aside(const struct bench *bench)
{
    DIR *folder = opendir(bench->folder);
    struct dirent *entry;

    while ((entry = readdir(folder)))
        assert_null(strstr(entry->d_name, "damaged"));
    closedir(folder);
}

/* One life in which `count` calls fail from the n-th on; how many there were. */
static int live_through(int n, int count)
{
    struct bench *bench = bench_new();

    arm(n, count);
    bench_start(bench);
    live_a_little(bench);
    check_reason(bench);
    disarm();
    int calls = atomic_load(&shortage.calls);
    get_well(bench);
    find_all(bench);
    bench_stop(bench);
    check_nothing_set_aside(bench);
    bench_start(bench);
    assert_string_equal(bench->reason, "");
    find_all(bench);
    bench_stop(bench);
    bench_free(bench);
    return calls;
}

static void live_through_all(int count)
{
    const char *wanted = getenv("GARAGED_ALLOCATIONS");
    int lives = wanted ? atoi(wanted) : ALLOCATIONS;
    int calls = live_through(FOREVER, 1);
    int step = lives > 0 && calls > lives ? calls / lives : 1;

    assert_true(calls > 100);
    for (int n = 1; n <= calls; n += step)
        live_through(n, count);
    print_message("%d allocations, each %d. failed\n", calls, step);
}

static void one_allocation_fails(void **state)
{
    (void)state;
    live_through_all(1);
}

static void all_allocations_fail_from_one_on(void **state)
{
    (void)state;
    live_through_all(FOREVER);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_allocation_fails),
        cmocka_unit_test(all_allocations_fail_from_one_on),
    };

    return cmocka_run_group_tests(tests, install, NULL);
}
