/* The poller: intervals, order, gaps, retries and back-off, on a virtual clock. */
#include "bus/poller.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define S  NS_PER_S
#define MS NS_PER_MS

static const struct poller_request requests[] = {
    {.question = {.to = 0x79B, .ask = {0x21, 0x01}, .ask_len = 2}, .every_on_s = 10, .every_charging_s = 60},
    {.question = {.to = 0x797, .ask = {0x22, 0x11, 0x03}, .ask_len = 3}, .every_on_s = 30},
    {.question = {.to = 0x797, .ask = {0x22, 0x11, 0x4E}, .ask_len = 3},
     .every_on_s = 30,
     .every_charging_s = 60},
    {.question = {.to = 0x743, .ask = {0x22, 0x0E, 0x01}, .ask_len = 3}, .every_charging_s = 300},
};
#define COUNT (sizeof(requests) / sizeof(requests[0]))

struct fixture {
    struct poller *poller;
    int64_t now_ns;
    unsigned asked[COUNT];
    unsigned total;
    enum poller_outcome outcomes[COUNT];
    int64_t last_ns;
};

static int set_up(void **state)
{
    static struct fixture fixture;

    fixture = (struct fixture){.poller = poller_new(requests, COUNT), .now_ns = 5000 * S};
    assert_non_null(fixture.poller);
    *state = &fixture;
    return 0;
}

static int tear_down(void **state)
{
    poller_free(((struct fixture *)*state)->poller);
    return 0;
}

static void ask(struct fixture *fixture, int index)
{
    poller_asked(fixture->poller, fixture->now_ns);
    assert_true(fixture->now_ns - fixture->last_ns >= POLLER_GAP_NS);
    fixture->last_ns = fixture->now_ns;
    fixture->asked[index]++;
    fixture->total++;
    fixture->now_ns += fixture->outcomes[index] == POLLER_NO_ANSWER ? 1000 * MS : 40 * MS;
    poller_over(fixture->poller, (size_t)index, fixture->outcomes[index], fixture->now_ns);
}

/* Lives for `seconds`, asking whatever is due. */
static void live(struct fixture *fixture, int seconds)
{
    int64_t end_ns = fixture->now_ns + seconds * S;

    memset(fixture->asked, 0, sizeof(fixture->asked));
    fixture->total = 0;
    while (fixture->now_ns < end_ns) {
        int index = poller_next(fixture->poller, fixture->now_ns);
        if (index >= 0)
            ask(fixture, index);
        else
            fixture->now_ns += 10 * MS;
    }
}

static void stopped_asks_nothing(void **state)
{
    struct fixture *fixture = *state;

    live(fixture, 1000);
    assert_int_equal(fixture->total, 0);
    assert_int_equal(poller_deadline(fixture->poller), INT64_MAX);
}

static void intervals_follow_the_mode(void **state)
{
    struct fixture *fixture = *state;

    poller_set_mode(fixture->poller, POLLER_ON, fixture->now_ns);
    live(fixture, 600);
    assert_in_range(fixture->asked[0], 59, 60);
    assert_in_range(fixture->asked[1], 19, 20);
    assert_in_range(fixture->asked[2], 19, 20);
    assert_int_equal(fixture->asked[3], 0);
    poller_set_mode(fixture->poller, POLLER_CHARGING, fixture->now_ns);
    live(fixture, 600);
    assert_in_range(fixture->asked[0], 9, 11);
    assert_int_equal(fixture->asked[1], 0);
    assert_in_range(fixture->asked[2], 9, 11);
    assert_in_range(fixture->asked[3], 2, 3);
    poller_set_mode(fixture->poller, POLLER_STOPPED, fixture->now_ns);
    live(fixture, 600);
    assert_int_equal(fixture->total, 0);
}

static void the_first_of_each_goes_in_order(void **state)
{
    struct fixture *fixture = *state;

    poller_set_mode(fixture->poller, POLLER_ON, fixture->now_ns);
    assert_int_equal(poller_next(fixture->poller, fixture->now_ns), 0);
    ask(fixture, 0);
    assert_int_equal(poller_next(fixture->poller, fixture->now_ns), -1);
    int64_t deadline_ns = poller_deadline(fixture->poller);
    assert_int_equal(deadline_ns, fixture->now_ns + POLLER_GAP_NS);
    assert_int_equal(poller_next(fixture->poller, deadline_ns - 1), -1);
    assert_int_equal(poller_next(fixture->poller, deadline_ns), 1);
}

/* Stopping for a moment does not make everything due again. */
static void a_short_stop_changes_nothing(void **state)
{
    struct fixture *fixture = *state;

    poller_set_mode(fixture->poller, POLLER_ON, fixture->now_ns);
    live(fixture, 5);
    for (int i = 0; i < 4; i++) {
        poller_set_mode(fixture->poller, POLLER_STOPPED, fixture->now_ns);
        poller_set_mode(fixture->poller, POLLER_ON, fixture->now_ns);
        live(fixture, 1);
        assert_int_equal(fixture->total, 0);
    }
}

static void retries_twice_then_backs_off(void **state)
{
    struct fixture *fixture = *state;

    fixture->outcomes[0] = POLLER_NO_ANSWER;
    poller_set_mode(fixture->poller, POLLER_ON, fixture->now_ns);
    live(fixture, 9);
    assert_int_equal(fixture->asked[0], 3);
    live(fixture, 7200);
    assert_in_range(fixture->asked[0], 30, 60); /* of 720: 20 s, 40 s ... 640 s, three times each */
    live(fixture, 7200);
    assert_in_range(fixture->asked[0], 30, 36);
    fixture->outcomes[0] = POLLER_ANSWERED;
    live(fixture, 700);
    live(fixture, 100);
    assert_in_range(fixture->asked[0], 9, 10);
}

static void what_is_refused_is_asked_hourly(void **state)
{
    struct fixture *fixture = *state;

    fixture->outcomes[1] = POLLER_REFUSED;
    poller_set_mode(fixture->poller, POLLER_ON, fixture->now_ns);
    live(fixture, 600);
    assert_int_equal(fixture->asked[1], 3);
    live(fixture, 7200);
    assert_int_equal(fixture->asked[1], 2);
}

static void when_nobody_answers_all_wait(void **state)
{
    struct fixture *fixture = *state;

    for (size_t i = 0; i < COUNT; i++)
        fixture->outcomes[i] = POLLER_NO_ANSWER;
    poller_set_mode(fixture->poller, POLLER_ON, fixture->now_ns);
    live(fixture, 60);
    assert_int_equal(fixture->total, POLLER_SILENT_MAX);
    live(fixture, 3600);
    assert_true(fixture->total <= 60 * POLLER_SILENT_MAX);
}

static void other_generations_are_not_asked(void **state)
{
    struct fixture *fixture = *state;

    poller_set_wanted(fixture->poller, 0, false);
    poller_set_mode(fixture->poller, POLLER_ON, fixture->now_ns);
    live(fixture, 60);
    assert_int_equal(fixture->asked[0], 0);
    poller_set_wanted(fixture->poller, 0, true);
    live(fixture, 60);
    assert_true(fixture->asked[0] > 0);
}

static void negative_codes_have_a_meaning(void **state)
{
    (void)state;
    assert_int_equal(poller_outcome_of(0x11), POLLER_REFUSED);
    assert_int_equal(poller_outcome_of(0x12), POLLER_REFUSED);
    assert_int_equal(poller_outcome_of(0x31), POLLER_REFUSED);
    assert_int_equal(poller_outcome_of(0x7F), POLLER_REFUSED);
    assert_int_equal(poller_outcome_of(0x21), POLLER_NOT_NOW);
    assert_int_equal(poller_outcome_of(0x22), POLLER_NOT_NOW);
    assert_int_equal(poller_outcome_of(-1), POLLER_REFUSED);
    for (int code = 0; code < 256; code++) { /* none of them is an answer, nor silence */
        enum poller_outcome outcome = poller_outcome_of(code);
        assert_true(outcome == POLLER_REFUSED || outcome == POLLER_NOT_NOW);
    }
}

/* Also before what was never asked, and only in a mode that wants it. */
static void what_is_renewed_goes_first(void **state)
{
    struct fixture *fixture = *state;

    poller_renew(fixture->poller, 3);
    poller_renew(fixture->poller, 1);
    poller_set_mode(fixture->poller, POLLER_ON, fixture->now_ns);
    assert_int_equal(poller_next(fixture->poller, fixture->now_ns), 1);
    ask(fixture, 1);
    fixture->now_ns += S;
    assert_int_equal(poller_next(fixture->poller, fixture->now_ns), 0);
    poller_renew(fixture->poller, 1);
    assert_int_equal(poller_next(fixture->poller, fixture->now_ns), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(stopped_asks_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(intervals_follow_the_mode, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_first_of_each_goes_in_order, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_short_stop_changes_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(retries_twice_then_backs_off, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_refused_is_asked_hourly, set_up, tear_down),
        cmocka_unit_test_setup_teardown(when_nobody_answers_all_wait, set_up, tear_down),
        cmocka_unit_test_setup_teardown(other_generations_are_not_asked, set_up, tear_down),
        cmocka_unit_test(negative_codes_have_a_meaning),
        cmocka_unit_test_setup_teardown(what_is_renewed_goes_first, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
