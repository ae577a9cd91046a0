/* How soon a dongle is back, for a fault that ends at any moment of any outage; and which speed is tried
 * when. */
#include "adapter/reopen.h"
#include "adapter/speeds.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define STEP_NS (250 * NS_PER_MS)

/* Tries until one begins after the fault's end, or is under way then and notices it, which it does but for
 * its last seconds; the time from the fault's end to a link that is up. `try_ns`: how long a failing try
 * takes. */
static int64_t recovery_ns(int64_t fault_ns, int64_t try_ns)
{
    struct reopen reopen;
    int64_t now_ns = 0; /* the fault began here */
    reopen_reset(&reopen);
    for (;;) {
        now_ns += reopen_delay_ns(&reopen, now_ns);
        reopen_begun(&reopen, now_ns);
        if (now_ns >= fault_ns) {
            return now_ns + REOPEN_START_NS - fault_ns;
        }
        now_ns += try_ns;
        if (now_ns - REOPEN_TRY_NS > fault_ns) {
            return REOPEN_TRY_NS + REOPEN_START_NS;
        }
    }
}

static void assert_promise(int64_t from_ns, int64_t until_ns, int64_t limit_ns)
{
    static const int64_t TRIES_NS[] = {0, 1 * NS_PER_S, 3 * NS_PER_S, 4 * NS_PER_S, 12 * NS_PER_S};
    for (size_t i = 0; i < sizeof(TRIES_NS) / sizeof(TRIES_NS[0]); i++) {
        for (int64_t fault_ns = from_ns; fault_ns < until_ns; fault_ns += STEP_NS) {
            assert_true(recovery_ns(fault_ns, TRIES_NS[i]) <= limit_ns);
        }
    }
}

static void test_short_outages(void **state)
{
    (void)state;
    assert_promise(0, REOPEN_SHORT_NS, 10 * NS_PER_S);
}

static void test_long_outages(void **state)
{
    (void)state;
    assert_promise(REOPEN_SHORT_NS, 40 * NS_PER_MIN, 60 * NS_PER_S);
    assert_promise(30 * 24 * NS_PER_H, 30 * 24 * NS_PER_H + 3 * NS_PER_MIN, 60 * NS_PER_S);
}

/* And all the same nobody hammers a dongle that is gone: in a day not every second but every three quarters
 * of a minute. */
static void test_back_off(void **state)
{
    (void)state;
    struct reopen reopen;
    int64_t now_ns = 0;
    unsigned tries = 0;
    reopen_reset(&reopen);
    for (; now_ns < 24 * NS_PER_H; tries++) {
        reopen_begun(&reopen, now_ns);
        now_ns += reopen_delay_ns(&reopen, now_ns);
    }
    assert_in_range(tries, 24 * 80, 24 * 80 + 170);
    assert_int_equal(reopen_delay_ns(&reopen, now_ns), 45 * NS_PER_S);
    reopen_reset(&reopen);
    assert_int_equal(reopen_delay_ns(&reopen, now_ns), 1 * NS_PER_S);
}

/* Every speed that the configuration knows and a dongle may have, once a round, then a pause. */
static void test_all_speeds_are_tried(void **state)
{
    (void)state;
    static const int WANTED[] = {9600,   38400,  57600,  115200,  230400,
                                 460800, 500000, 921600, 1000000, 2000000};
    for (size_t i = 0; i < sizeof(WANTED) / sizeof(WANTED[0]); i++) {
        struct speeds speeds;
        unsigned tried = 1;
        speeds_init(&speeds, 0);
        assert_int_equal(speeds_current(&speeds), 38400);
        for (; speeds_current(&speeds) != WANTED[i]; tried++) {
            assert_true(speeds_failed(&speeds));
        }
        assert_true(tried <= 10);
    }
    struct speeds speeds;
    unsigned at_once = 0;
    for (speeds_init(&speeds, 0); speeds_failed(&speeds); at_once++) {
    }
    assert_int_equal(at_once, 9);
    assert_int_equal(speeds_current(&speeds), 38400);
}

static void test_a_speed_is_remembered(void **state)
{
    (void)state;
    struct speeds speeds;
    speeds_init(&speeds, 0);
    assert_true(speeds_failed(&speeds));
    speeds_worked(&speeds);
    for (int i = 0; i < 20; i++) {
        assert_int_equal(speeds_current(&speeds), 115200);
        assert_false(speeds_failed(&speeds));
    }
}

/* Doubted: the others, each once, and the known one before each of them; then it is believed again. */
static void test_a_speed_is_doubted(void **state)
{
    (void)state;
    struct speeds speeds;
    int others = 0;
    speeds_init(&speeds, 0);
    speeds_failed(&speeds);
    speeds_worked(&speeds);
    speeds_doubt(&speeds);
    while (speeds_failed(&speeds)) {
        assert_int_not_equal(speeds_current(&speeds), 115200);
        others++;
        assert_true(speeds_failed(&speeds));
        assert_int_equal(speeds_current(&speeds), 115200);
    }
    assert_int_equal(others, 9);
    speeds_doubt(&speeds);
    assert_true(speeds_failed(&speeds));
    int other = speeds_current(&speeds);
    speeds_worked(&speeds);
    assert_int_equal(speeds_current(&speeds), other);
    assert_false(speeds_failed(&speeds));
}

static void test_a_speed_that_was_told(void **state)
{
    (void)state;
    struct speeds speeds;
    speeds_init(&speeds, 57600);
    speeds_doubt(&speeds);
    assert_false(speeds_failed(&speeds));
    assert_int_equal(speeds_current(&speeds), 57600);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_short_outages),
        cmocka_unit_test(test_long_outages),
        cmocka_unit_test(test_back_off),
        cmocka_unit_test(test_all_speeds_are_tried),
        cmocka_unit_test(test_a_speed_is_remembered),
        cmocka_unit_test(test_a_speed_is_doubted),
        cmocka_unit_test(test_a_speed_that_was_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
