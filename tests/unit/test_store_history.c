/* diary/store, history: whatever was rolled up and whenever a row came, an answer says what the rows say. */
#include "diary/store/history.h"
#include "store_bench.h"
#include "store_entry.h"
#include "util/core/time.h"

#define ROWS 4000

struct sample {
    int64_t utc_ms, steps;
    bool known;
};

/* Small, repeatable, good enough to scatter rows. */
static unsigned next_random(unsigned *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

static void add_series(struct bench *bench)
{
    const struct store_series soc = {"leaf", "soc", "%", 10}, other = {"leaf", "range", "km", 1};

    store_add_series(bench->store, 0, &soc);
    store_add_series(bench->store, 1, &other);
}

static void add(struct bench *bench, const struct sample *sample)
{
    while (store_waiting(bench->store) > STORE_QUEUE_MAX / 2)
        usleep(100);
    store_add_reading(bench->store, 0, sample->utc_ms * NS_PER_MS, sample->known, sample->steps, 0);
}

/* What the answer must be, from the samples themselves; each time is unique. */
static size_t reduce(const struct sample *samples, size_t count, int64_t start_ms, int64_t step_ms,
                     struct store_point *point)
{
    int64_t sum = 0, least = INT64_MAX, most = INT64_MIN, last = 0, last_ms = INT64_MIN;
    size_t n = 0;

    for (size_t i = 0; i < count; i++) {
        if (!samples[i].known || samples[i].utc_ms < start_ms || samples[i].utc_ms >= start_ms + step_ms)
            continue;
        sum += samples[i].steps;
        least = samples[i].steps < least ? samples[i].steps : least;
        most = samples[i].steps > most ? samples[i].steps : most;
        last = samples[i].utc_ms > last_ms ? samples[i].steps : last;
        last_ms = samples[i].utc_ms > last_ms ? samples[i].utc_ms : last_ms;
        n++;
    }
    if (n > 0)
        *point = (struct store_point){start_ms * NS_PER_MS, (double)sum / (double)n / 10, (double)least / 10,
                                      (double)most / 10, (double)last / 10};
    return n;
}

static void check_answer(struct bench *bench, const struct sample *samples, size_t count, int64_t from_ms,
                         int64_t to_ms, unsigned points)
{
    struct store_point expected;
    size_t found = 0;

    bench_ask_history(bench, "soc", from_ms * NS_PER_MS, to_ms * NS_PER_MS, points);
    assert_int_equal(bench->state, STORE_OK);
    assert_false(bench->history.failed);
    assert_true(bench->history.count <= points + 1);
    int64_t step_ms = bench->history.step_s * 1000;
    if (step_ms == 0)
        return; /* single readings have tests of their own */
    for (int64_t start_ms = from_ms - from_ms % step_ms; start_ms < to_ms; start_ms += step_ms) {
        if (reduce(samples, count, start_ms, step_ms, &expected) == 0)
            continue;
        assert_true(found < bench->history.count);
        assert_true(bench->points[found].utc_ns == expected.utc_ns);
        assert_true(bench->points[found].mean == expected.mean);
        assert_true(bench->points[found].min == expected.min);
        assert_true(bench->points[found].max == expected.max);
        if (bench->wants_last && step_ms < HOUR_MS)
            assert_true(bench->points[found].last == expected.last);
        found++;
    }
    assert_int_equal(found, bench->history.count);
}

static void check_answers(struct bench *bench, const struct sample *samples, size_t count)
{
    static const struct {
        int64_t from_ms, to_ms;
        unsigned points;
    } asked[] = {
        {T0_MS, T0_MS + 50 * HOUR_MS, 2},        {T0_MS, T0_MS + 50 * HOUR_MS, 30},
        {T0_MS, T0_MS + 50 * HOUR_MS, 500},      {T0_MS, T0_MS + 50 * HOUR_MS, 2000},
        {T0_MS + 1234567, T0_MS + 7654321, 2},   {T0_MS + 1234567, T0_MS + 7654321, 100},
        {T0_MS + 1234567, T0_MS + 7654321, 900}, {T0_MS + 20 * HOUR_MS, T0_MS + 500 * HOUR_MS, 1000},
        {0, T0_MS + 90 * 24 * HOUR_MS, 2000},
    };

    for (size_t i = 0; i < 2 * sizeof(asked) / sizeof(asked[0]); i++) {
        bench->wants_last = i % 2 == 1;
        check_answer(bench, samples, count, asked[i / 2].from_ms, asked[i / 2].to_ms, asked[i / 2].points);
    }
}

/* 50 hours; most rows in order, some of them hours late, commits and restarts in between. */
static void roll_ups_agree_with_the_rows(void **state)
{
    (void)state;
    struct bench *bench = bench_new();
    struct sample *samples = calloc(ROWS, sizeof(*samples));
    unsigned seed = 7;

    bench_start(bench);
    add_series(bench);
    for (size_t i = 0; i < ROWS; i++) {
        int64_t late_ms = next_random(&seed) % 9 == 0 ? (int64_t)(next_random(&seed) % 20) * HOUR_MS : 0;
        samples[i].utc_ms = T0_MS + (int64_t)i * 50 * HOUR_MS / ROWS - late_ms + (int64_t)i % 1000;
        samples[i].steps = (int64_t)(next_random(&seed) % 1000) - 200;
        samples[i].known = next_random(&seed) % 10 != 0;
        add(bench, &samples[i]);
        store_add_reading(bench->store, 1, samples[i].utc_ms * NS_PER_MS, true, 5000, 0);
        if (next_random(&seed) % 400 == 0)
            store_flush(bench->store);
        if (i % 1000 == 999) {
            check_answers(bench, samples, i + 1);
            bench_stop(bench);
            bench_start(bench);
            add_series(bench);
            check_answers(bench, samples, i + 1);
        }
    }
    bench_stop(bench);
    free(samples);
    bench_free(bench);
}

/* A row of the same signal and millisecond replaces the one that was there; its hour is summed up again. */
static void a_row_that_is_replaced_counts_once(void **state)
{
    (void)state;
    struct bench *bench = bench_new();
    struct sample samples[] = {{T0_MS, 100, true}, {T0_MS + 3 * HOUR_MS, 100, true}};

    bench_start(bench);
    add_series(bench);
    add(bench, &samples[0]);
    add(bench, &samples[1]);
    check_answers(bench, samples, 2);
    samples[0].steps = 900;
    add(bench, &samples[0]);
    check_answers(bench, samples, 2);
    bench_stop(bench);
    bench_free(bench);
}

/* The definition's resolution became finer: the file keeps the steps it began with. */
static void a_new_resolution_goes_on_in_the_old_steps(void **state)
{
    (void)state;
    struct bench *bench = bench_new();
    const struct store_series finer = {"leaf", "soc", "%", 100};

    bench_start(bench);
    add_series(bench);
    store_add_reading(bench->store, 0, T0_MS * NS_PER_MS, true, 541, 0);
    bench_stop(bench);
    bench_start(bench);
    store_add_series(bench->store, 0, &finer);
    store_add_reading(bench->store, 0, (T0_MS + 5) * NS_PER_MS, true, 5427, 0);
    bench_ask_history(bench, "soc", T0_MS * NS_PER_MS, (T0_MS + 1000) * NS_PER_MS, 10);
    assert_int_equal(bench->state, STORE_OK);
    assert_int_equal(bench->history.count, 2);
    assert_true(bench->points[0].mean == 54.1 && bench->points[1].mean == 54.3);
    bench_stop(bench);
    bench_free(bench);
}

static void values_are_rescaled_to_the_nearest(void **state)
{
    (void)state;
    assert_true(readings_rescale(541, 10, 10) == 541);
    assert_true(readings_rescale(5427, 100, 10) == 543);
    assert_true(readings_rescale(-5427, 100, 10) == -543);
    assert_true(readings_rescale(5424, 100, 10) == 542);
    assert_true(readings_rescale(54, 1, 1000) == 54000);
}

static void steps_are_round_and_few_enough(void **state)
{
    (void)state;
    static const int64_t spans[] = {1, 59, 3600, 86400, 90061, 31536000, 315360000};

    for (size_t i = 0; i < sizeof(spans) / sizeof(spans[0]); i++) {
        for (unsigned points = 2; points <= STORE_POINTS_MAX; points += 333) {
            int64_t step = history_step(spans[i], points);
            assert_true(spans[i] <= step * (int64_t)(points - 1));
            assert_true(step % 86400 == 0 || 86400 % step == 0);
        }
    }
    assert_true(readings_key_time(readings_key(T0_MS, 4095)) == T0_MS);
    assert_true(readings_key_row(readings_key(T0_MS, 4095)) == 4095);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(roll_ups_agree_with_the_rows),
        cmocka_unit_test(a_row_that_is_replaced_counts_once),
        cmocka_unit_test(a_new_resolution_goes_on_in_the_old_steps),
        cmocka_unit_test(values_are_rescaled_to_the_nearest),
        cmocka_unit_test(steps_are_round_and_few_enough),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
