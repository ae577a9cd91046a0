/* diary/store: long work in slices, between which the store does all else. */
#include "store_bench.h"
#include "store_entry.h"

struct counting {
    struct work work;
    int slices, fails_at;
};

struct told {
    int percents, ends;
    int slices; /* when it ended */
    char why[ERR_TEXT_MAX];
};

static int freed;

static enum work_step count_step(struct work *work, const struct work_place *place, struct err *err)
{
    struct counting *counting = (struct counting *)work;

    assert_non_null(place->entries);
    assert_non_null(place->readings);
    counting->slices++;
    work->done = counting->slices / 100.0;
    if (counting->slices == counting->fails_at)
        return (enum work_step)err_set(err, "slice %d", counting->slices);
    return counting->slices < 100 ? WORK_GOES_ON : WORK_DONE;
}

static void count_free(struct work *work)
{
    freed++;
    free(work);
}

static void keep_progress(void *ctx, double done)
{
    struct told *told = ctx;

    assert_true(done > 0);
    told->percents++;
}

static void keep_end(void *ctx, const struct work *work, const char *why)
{
    struct told *told = ctx;

    told->ends++;
    told->slices = ((const struct counting *)work)->slices;
    snprintf(told->why, sizeof(told->why), "%s", why ? why : "");
}

static const struct work_events told_events = {keep_progress, keep_end};

static struct work *a_work(int fails_at)
{
    struct counting *counting = calloc(1, sizeof(*counting));

    counting->work.step = count_step;
    counting->work.free = count_free;
    counting->fails_at = fails_at;
    return &counting->work;
}

static void work_goes_on_between_questions(void **state)
{
    (void)state;
    struct bench *bench = bench_new();
    struct told told = {0};
    struct diary_entry charge = a_charge(T0_MS, DAY0, 1000);

    freed = 0;
    bench_start(bench);
    assert_int_equal(store_begin_work(bench->store, a_work(0), &told_events, &told), 0);
    assert_true(bench_keep(bench, &charge) > 0);
    while (told.ends == 0)
        bench_turn(bench);
    assert_int_equal(told.slices, 100);
    assert_in_range(told.percents, 50, 100);
    assert_string_equal(told.why, "");
    assert_int_equal(freed, 1);
    bench_stop(bench);
    bench_free(bench);
}

static void work_that_fails_says_why(void **state)
{
    (void)state;
    struct bench *bench = bench_new();
    struct told told = {0};

    bench_start(bench);
    assert_int_equal(store_begin_work(bench->store, a_work(7), &told_events, &told), 0);
    while (told.ends == 0)
        bench_turn(bench);
    assert_int_equal(told.slices, 7);
    assert_string_equal(told.why, "slice 7");
    assert_int_equal(bench->state, STORE_OK);
    bench_stop(bench);
    bench_free(bench);
}

static void one_work_too_many_is_refused_and_none_is_leaked(void **state)
{
    (void)state;
    struct bench *bench = bench_new();
    struct told told = {0};
    int begun = 0;

    freed = 0;
    bench_start(bench);
    for (int i = 0; i < STORE_WORK_MAX + 1; i++) {
        struct work *work = a_work(0);
        work->due_ns = INT64_MAX; /* waits for ever */
        begun += store_begin_work(bench->store, work, &told_events, &told) == 0;
    }
    assert_int_equal(begun, STORE_WORK_MAX);
    assert_int_equal(freed, 1);
    bench_stop(bench);
    assert_int_equal(freed, STORE_WORK_MAX + 1);
    assert_int_equal(told.ends, 0);
    bench_free(bench);
}

static void work_that_nobody_waits_for_ends(void **state)
{
    (void)state;
    struct bench *bench = bench_new();
    struct told gone = {0}, told = {0};
    struct work *work = a_work(0);

    freed = 0;
    bench_start(bench);
    assert_int_equal(store_begin_work(bench->store, work, &told_events, &gone), 0);
    store_end_work(bench->store, &gone);
    assert_int_equal(store_begin_work(bench->store, a_work(0), &told_events, &told), 0);
    while (told.ends == 0)
        bench_turn(bench);
    assert_int_equal(gone.ends, 0);
    assert_int_equal(freed, 2);
    bench_stop(bench);
    bench_free(bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(work_goes_on_between_questions),
        cmocka_unit_test(work_that_fails_says_why),
        cmocka_unit_test(one_work_too_many_is_refused_and_none_is_leaked),
        cmocka_unit_test(work_that_nobody_waits_for_ends),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
