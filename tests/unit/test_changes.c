/* diary/changes: which readings become rows. */
#include "diary/changes.h"
#include "util/core/time.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

struct rows {
    struct change row[16];
    size_t count;
};

static void keep(void *ctx, size_t series, const struct change *change)
{
    struct rows *rows = ctx;

    assert_int_equal(series, 1);
    rows->row[rows->count++] = *change;
}

static struct change at(int64_t ms, int64_t steps)
{
    return (struct change){.steps = steps, .boot_ns = ms * NS_PER_MS, .known = true};
}

static void take(struct changes *changes, struct change change)
{
    changes_take(changes, 1, &change);
}

static void stores_the_first_and_then_changes(void **state)
{
    (void)state;
    struct rows rows = {.count = 0};
    struct changes *changes = changes_new(2, keep, &rows);

    take(changes, at(0, 10));
    take(changes, at(5000, 10));
    assert_int_equal(rows.count, 1);
    take(changes, at(6000, 11));
    assert_int_equal(rows.count, 2);
    struct change unknown = at(8000, 11);
    unknown.known = false;
    take(changes, unknown);
    assert_int_equal(rows.count, 3);
    assert_false(rows.row[2].known);
    changes_free(changes);
}

static void repeats_hourly(void **state)
{
    (void)state;
    struct rows rows = {.count = 0};
    struct changes *changes = changes_new(2, keep, &rows);

    take(changes, at(0, 10));
    take(changes, at(3599999, 10));
    assert_int_equal(rows.count, 1);
    take(changes, at(3600000, 10));
    assert_int_equal(rows.count, 2);
    changes_free(changes);
}

/* The last value of a burst must be stored even when nothing follows it. */
static void a_burst_ends_with_its_last_value(void **state)
{
    (void)state;
    struct rows rows = {.count = 0};
    struct changes *changes = changes_new(2, keep, &rows);

    take(changes, at(0, 1));
    take(changes, at(100, 2));
    take(changes, at(200, 3));
    changes_advance(changes, 999 * NS_PER_MS);
    assert_int_equal(rows.count, 1);
    changes_advance(changes, 1000 * NS_PER_MS);
    assert_int_equal(rows.count, 2);
    assert_int_equal(rows.row[1].steps, 3);
    assert_int_equal(rows.row[1].boot_ns, 200 * NS_PER_MS);
    changes_advance(changes, 5000 * NS_PER_MS);
    assert_int_equal(rows.count, 2);
    changes_free(changes);
}

static void a_burst_that_returns_leaves_nothing(void **state)
{
    (void)state;
    struct rows rows = {.count = 0};
    struct changes *changes = changes_new(2, keep, &rows);

    take(changes, at(0, 1));
    take(changes, at(100, 2));
    take(changes, at(200, 1));
    changes_advance(changes, 2000 * NS_PER_MS);
    assert_int_equal(rows.count, 1);
    changes_free(changes);
}

static void a_series_may_be_given_more_time(void **state)
{
    (void)state;
    struct rows rows = {.count = 0};
    struct changes *changes = changes_new(2, keep, &rows);

    changes_set_spacing(changes, 1, 60 * NS_PER_S);
    take(changes, at(0, 1));
    take(changes, at(59999, 2));
    take(changes, at(59999, 3));
    changes_advance(changes, 59999 * NS_PER_MS);
    assert_int_equal(rows.count, 1);
    changes_advance(changes, 60000 * NS_PER_MS);
    assert_int_equal(rows.count, 2);
    assert_int_equal(rows.row[1].steps, 3);
    changes_free(changes);
}

static void repeats_as_often_as_told(void **state)
{
    (void)state;
    struct rows rows = {.count = 0};
    struct changes *changes = changes_new(2, keep, &rows);

    changes_set_repeat(changes, 1, 50 * NS_PER_S);
    take(changes, at(0, 10));
    take(changes, at(49000, 10));
    assert_int_equal(rows.count, 1);
    take(changes, at(60000, 10));
    assert_int_equal(rows.count, 2);
    changes_set_repeat(changes, 1, 0);
    take(changes, at(120000, 10));
    assert_int_equal(rows.count, 2);
    changes_free(changes);
}

/* After a silence an unchanged value says: it is the same. What was heard before says nothing. */
static void the_first_after_a_silence_is_a_row(void **state)
{
    (void)state;
    struct rows rows = {.count = 0};
    struct changes *changes = changes_new(2, keep, &rows);

    take(changes, at(1000, 10));
    changes_renew(changes, 0, 2, 60000 * NS_PER_MS);
    take(changes, at(50000, 10));
    assert_int_equal(rows.count, 1);
    take(changes, at(60000, 10));
    take(changes, at(70000, 10));
    assert_int_equal(rows.count, 2);
    changes_free(changes);
}

/* garaged ends within the second of a change. */
static void a_flush_leaves_nothing_waiting(void **state)
{
    (void)state;
    struct rows rows = {.count = 0};
    struct changes *changes = changes_new(2, keep, &rows);

    take(changes, at(0, 1));
    take(changes, at(100, 2));
    changes_flush(changes);
    assert_int_equal(rows.count, 2);
    assert_int_equal(rows.row[1].steps, 2);
    changes_flush(changes);
    assert_int_equal(rows.count, 2);
    changes_free(changes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stores_the_first_and_then_changes),
        cmocka_unit_test(repeats_hourly),
        cmocka_unit_test(repeats_as_often_as_told),
        cmocka_unit_test(the_first_after_a_silence_is_a_row),
        cmocka_unit_test(a_burst_ends_with_its_last_value),
        cmocka_unit_test(a_burst_that_returns_leaves_nothing),
        cmocka_unit_test(a_series_may_be_given_more_time),
        cmocka_unit_test(a_flush_leaves_nothing_waiting),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
