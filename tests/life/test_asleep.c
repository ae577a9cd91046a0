/* A sleeping car is left in peace: a day of it, for each car, and not one frame on the bus (DESIGN 5.5). */
#include "life.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static const char *const cars[] = {"ze0-24", "aze0-24", "aze0-30", "ze1-40", "env200-40"};

static void sleep_a_day(const struct life_options *options)
{
    struct life *life = life_new(options);
    char reason[200];

    life_run(life, LIFE_DAY_S);
    print_message("%s/%s: frames %u, wake-ups %.2f/s, %s: %s\n", options->car,
                  options->generation ? options->generation : "auto", life->sent,
                  (double)life->wakeups / LIFE_DAY_S, presence_name(life_presence(life)),
                  life_reason(life, reason, sizeof(reason)));
    assert_int_equal(sim_truth(life->sim).frames_sent, 0);
    assert_int_equal(life->sent, 0);
    assert_int_equal(life->ups, 1);
    assert_int_equal(life_presence(life), PRESENCE_ASLEEP);
    assert_int_equal(probe_core_presence(life->core)->garage, TRI_TRUE);
    assert_int_equal(probe_core_counter(life->core, COUNTER_FRAMES_SENT), 0);
    assert_int_equal(probe_core_counter(life->core, COUNTER_WAKEUPS), 0);
    assert_int_equal(probe_core_counter(life->core, COUNTER_POLLS), 0);
    assert_int_equal(probe_core_counter(life->core, COUNTER_BYTES), 0);
    life_free(life);
}

static void no_car_is_disturbed(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(cars) / sizeof(cars[0]); i++)
        sleep_a_day(&(struct life_options){.car = cars[i]});
}

static void nor_one_whose_generation_is_configured(void **state)
{
    (void)state;
    sleep_a_day(&(struct life_options){.car = "ze1-40", .generation = "ZE1"});
    sleep_a_day(&(struct life_options){.car = "aze0-30", .generation = "AZE0", .adapter = "wican"});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_car_is_disturbed),
        cmocka_unit_test(nor_one_whose_generation_is_configured),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
