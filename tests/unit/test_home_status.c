/* The line of `systemctl status garaged`. */
#include "home_status.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#include "view_sample.h"

static void names_cars_diary_and_broker(void **state)
{
    struct sample sample;
    char text[200];

    (void)state;
    sample_new(&sample, 2);
    sample.cars[0].presence = PRESENCE_ASLEEP;
    sample_take(&sample, 0, SIGNAL_SOC, 53.6, 1);
    sample.cars[1].link = VIEW_LINK_DOWN;
    snprintf(sample.cars[1].link_reason, sizeof(sample.cars[1].link_reason), "no such device");
    sample.view.mqtt.state = "up";
    home_status_write(&sample.view, text, sizeof(text));
    assert_string_equal(text, "leaf: asleep, 54 %; van: unknown, no such device; diary ok; mqtt up");
    sample_free(&sample);
}

static void says_what_is_missing(void **state)
{
    struct sample sample;
    char text[200];

    (void)state;
    sample_new(&sample, 0);
    sample.view.clock_right = false;
    sample.view.diary_state = "failed";
    home_status_write(&sample.view, text, sizeof(text));
    assert_string_equal(text, "no car configured; diary failed; mqtt off; the clock is not set");
    home_status_write(&sample.view, text, 20);
    assert_string_equal(text, "no car configured; ");
    sample_free(&sample);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_cars_diary_and_broker),
        cmocka_unit_test(says_what_is_missing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
