/* Durations as the owner types them. */
#include "tools/duration.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

static int64_t seconds_of(const char *text)
{
    int64_t seconds = -2;

    return duration_parse(text, &seconds) ? seconds : -1;
}

static void knows_its_units(void **state)
{
    (void)state;
    assert_int_equal(seconds_of("30s"), 30);
    assert_int_equal(seconds_of("30m"), 1800);
    assert_int_equal(seconds_of("5min"), 300);
    assert_int_equal(seconds_of("2h"), 7200);
    assert_int_equal(seconds_of("0"), 0);
    assert_int_equal(seconds_of("0m"), 0);
    assert_int_equal(seconds_of("168h"), DURATION_MAX_S);
}

static void takes_nothing_else(void **state)
{
    static const char *const wrong[] = {
        "",    "30",  "m",    "-5m",   "+5m",  " 5m",     "5 m",
        "5mm", "1d",  "1.5h", "0x5m",  "169h", "604801s", "99999999999999999999h",
        "5m ", "1h5", "00h5", "resume"};

    (void)state;
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
        assert_int_equal(seconds_of(wrong[i]), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(knows_its_units),
        cmocka_unit_test(takes_nothing_else),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
