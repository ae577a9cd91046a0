/* export/view: what takes a sequence number, and what grows old. */
#include "view_sample.h"

static bool take_cells(struct sample *sample, double second)
{
    const struct state_value value = {.heard = true, .known = true};
    const double elements[] = {3.986, second, NAN};

    return view_take_cells(&sample->view, &sample->cars[0], &value, elements, 3);
}

static void a_cell_that_changed_is_a_change(void **state)
{
    (void)state;
    struct sample sample;

    sample_new(&sample, 1);
    assert_true(take_cells(&sample, 3.99));
    uint64_t sequence = sample.view.sequence;
    assert_false(take_cells(&sample, 3.9901)); /* prints the same */
    assert_int_equal(sample.view.sequence, sequence);
    assert_true(take_cells(&sample, 3.995));
    assert_int_equal(sample.cars[0].values[SIGNAL_CELLS].changed, sequence + 1);
    assert_true(take_cells(&sample, NAN));
    sample_free(&sample);
}

static void grows_old_and_recovers(void **state)
{
    (void)state;
    struct sample sample;
    const struct state_value *soc;
    int64_t later_ns = NS_PER_H;

    sample_new(&sample, 1);
    soc = &sample.cars[0].values[SIGNAL_SOC];
    sample_take(&sample, 0, SIGNAL_SOC, 54.1, 0);
    assert_false(view_advance(&sample.view, NS_PER_S));
    assert_true(view_advance(&sample.view, later_ns));
    assert_int_equal(soc->quality, QUALITY_OLD);
    assert_false(view_advance(&sample.view, later_ns + NS_PER_S));
    assert_true(sample_take(&sample, 0, SIGNAL_SOC, 54.1, later_ns));
    assert_int_equal(soc->quality, QUALITY_OK);
    sample_free(&sample);
}

static void shows_the_dashboard_s_soc_while_it_is_not_the_older(void **state)
{
    (void)state;
    struct sample sample;
    int64_t later_ns = NS_PER_H;

    sample_new(&sample, 1);
    assert_int_equal(view_soc_signal(&sample.cars[0]), SIGNAL_SOC);
    sample_take(&sample, 0, SIGNAL_SOC, 54.1, 0);
    sample_take(&sample, 0, SIGNAL_SOC_DASH, 50.0, 0);
    assert_int_equal(view_soc_signal(&sample.cars[0]), SIGNAL_SOC_DASH);
    view_advance(&sample.view, later_ns);
    assert_int_equal(view_soc_signal(&sample.cars[0]), SIGNAL_SOC_DASH);
    sample_take(&sample, 0, SIGNAL_SOC, 60.0, later_ns); /* polled while it charges */
    assert_int_equal(view_soc_signal(&sample.cars[0]), SIGNAL_SOC);
    sample_free(&sample);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_cell_that_changed_is_a_change),
        cmocka_unit_test(grows_old_and_recovers),
        cmocka_unit_test(shows_the_dashboard_s_soc_while_it_is_not_the_older),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
