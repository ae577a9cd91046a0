/* When the ends of the link beat, answer, and give each other up. */
#include "link/beats.h"
#include "util/core/time.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#define T0 (INT64_C(1000) * NS_PER_S + 300 * NS_PER_MS)
#define S  NS_PER_S

static void the_car_beats_rarely_when_it_has_little_to_say(void **state)
{
    struct beats car = {.end = LINK_END_CAR, .heard_ns = T0};

    (void)state;
    beats_told(&car, T0);
    assert_int_equal(beats_next_ns(&car, T0), 1004 * S);
    car.sent = 3;
    assert_int_equal(beats_next_ns(&car, T0), 1004 * S);
    car.sent = 4;
    assert_int_equal(beats_next_ns(&car, T0), 1001 * S);
    beats_told(&car, 1001 * S);
    assert_int_equal(beats_next_ns(&car, 1001 * S), 1004 * S);
}

static void the_home_answers_every_other_beat_of_a_quiet_night(void **state)
{
    struct beats home = {.end = LINK_END_HOME, .heard_ns = T0, .told_ns = T0};
    int answers = 0;

    (void)state;
    for (int64_t second = 1004; second <= 1040; second += 4) {
        home.heard_ns = second * S;
        if (!beats_is_to_answer(&home))
            continue;
        beats_told(&home, home.heard_ns);
        answers++;
    }
    assert_int_equal(answers, 5);
}

static void the_car_answers_nothing(void **state)
{
    const struct beats car = {.end = LINK_END_CAR, .heard_ns = T0 + 60 * S, .told_ns = T0};

    (void)state;
    assert_false(beats_is_to_answer(&car));
}

/* One beat of a quiet night may be lost on the way to the home, one answer on the way to the car. */
static void who_is_silent_for_too_long_is_dead(void **state)
{
    const struct beats home = {.end = LINK_END_HOME, .heard_ns = T0};
    const struct beats car = {.end = LINK_END_CAR, .heard_ns = T0};

    (void)state;
    assert_false(beats_is_dead(&home, T0 + 10 * S - 1));
    assert_true(beats_is_dead(&home, T0 + 10 * S));
    assert_int_equal(beats_next_ns(&home, T0), T0 + 10 * S);
    assert_false(beats_is_dead(&car, T0 + 20 * S - 1));
    assert_true(beats_is_dead(&car, T0 + 20 * S));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_car_beats_rarely_when_it_has_little_to_say),
        cmocka_unit_test(the_home_answers_every_other_beat_of_a_quiet_night),
        cmocka_unit_test(the_car_answers_nothing),
        cmocka_unit_test(who_is_silent_for_too_long_is_dead),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
