/* diary/capacity: what a full battery holds, measured at its charges. */
#include "diary/capacity.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static struct diary_charge a_charge(int64_t soc_from, int64_t soc_to, int64_t battery_wh)
{
    return (struct diary_charge){.status = DIARY_CLOSED,
                                 .how = DIARY_WATCHED,
                                 .soc_from = soc_from,
                                 .soc_to = soc_to,
                                 .battery_wh = battery_wh};
}

static void what_went_in_by_how_far_soc_rose(void **state)
{
    (void)state;
    struct diary_charge half = a_charge(3000, 8000, 10000), enough = a_charge(3000, 5000, 4001);

    assert_true(capacity_of_charge(&half) == 20000);
    assert_true(capacity_of_charge(&enough) == 20005);
}

static void a_charge_that_rose_too_little_measures_nothing(void **state)
{
    (void)state;
    const struct diary_charge charges[] = {
        a_charge(3000, 4999, 4000),       a_charge(8000, 3000, 4000),      a_charge(DIARY_NONE, 5000, 4000),
        a_charge(3000, DIARY_NONE, 4000), a_charge(3000, INT64_MAX, 4000), a_charge(3000, 8000, DIARY_NONE),
        a_charge(3000, 8000, 0),          a_charge(3000, 8000, -4000),     a_charge(3000, 8000, INT64_MAX)};

    for (size_t i = 0; i < sizeof(charges) / sizeof(charges[0]); i++)
        assert_true(capacity_of_charge(&charges[i]) == DIARY_NONE);
}

static void a_charge_that_was_not_watched_whole_measures_nothing(void **state)
{
    (void)state;
    static const unsigned unfit[] = {DIARY_FLAG_GAPS, DIARY_FLAG_ESTIMATED, DIARY_FLAG_IMPLAUSIBLE};
    struct diary_charge charge = a_charge(3000, 8000, 10000);

    for (size_t i = 0; i < sizeof(unfit) / sizeof(unfit[0]); i++) {
        charge.flags = unfit[i] | DIARY_FLAG_RESTARTED;
        assert_true(capacity_of_charge(&charge) == DIARY_NONE);
    }
    charge.flags = DIARY_FLAG_RESTARTED | DIARY_FLAG_INTERRUPTED;
    assert_true(capacity_of_charge(&charge) == 20000);
    charge.how = DIARY_INFERRED;
    assert_true(capacity_of_charge(&charge) == DIARY_NONE);
    charge.how = DIARY_METERED;
    assert_true(capacity_of_charge(&charge) == DIARY_NONE);
    charge.how = DIARY_WATCHED;
    charge.status = DIARY_OPEN;
    assert_true(capacity_of_charge(&charge) == DIARY_NONE);
    charge.status = DIARY_INCOMPLETE;
    assert_true(capacity_of_charge(&charge) == DIARY_NONE);
}

static void one_odd_charge_moves_neither_median_nor_scatter(void **state)
{
    (void)state;
    const int64_t full_wh[] = {20100, 19900, 35000, 20000, 20050};
    struct capacity capacity = capacity_measure(full_wh, 5);

    assert_true(capacity.wh == 20050);
    assert_true(capacity.scatter_wh == 50); /* of 0 50 50 150 14950 */
    assert_true(capacity.charges == 5);
}

static void of_few_charges_no_scatter_is_told(void **state)
{
    (void)state;
    const int64_t full_wh[] = {20100, 19900};
    struct capacity none = capacity_measure(full_wh, 0), two = capacity_measure(full_wh, 2);

    assert_true(none.wh == DIARY_NONE && none.scatter_wh == DIARY_NONE && none.charges == 0);
    assert_true(two.wh == 20000 && two.scatter_wh == DIARY_NONE && two.charges == 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_went_in_by_how_far_soc_rose),
        cmocka_unit_test(a_charge_that_rose_too_little_measures_nothing),
        cmocka_unit_test(a_charge_that_was_not_watched_whole_measures_nothing),
        cmocka_unit_test(one_odd_charge_moves_neither_median_nor_scatter),
        cmocka_unit_test(of_few_charges_no_scatter_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
