/* util/core/utf8: what is a character, what is a control character. */
#include "util/core/utf8.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

static void measures_characters(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t length;
    } rows[] = {
        {"a", 1},
        {"\xC2\x80", 2},
        {"\xDF\xBF", 2},
        {"\xE0\xA0\x80", 3},
        {"\xED\x9F\xBF", 3},
        {"\xEE\x80\x80", 3},
        {"\xF0\x90\x80\x80", 4},
        {"\xF4\x8F\xBF\xBF", 4},
        {"\x80", 0},
        {"\xC0\x80", 0},
        {"\xC1\xBF", 0},
        {"\xE0\x9F\xBF", 0},
        {"\xED\xA0\x80", 0},
        {"\xF0\x8F\xBF\xBF", 0},
        {"\xF4\x90\x80\x80", 0},
        {"\xF5\x80\x80\x80", 0},
        {"\xFF", 0},
        {"\xC2", 0},
        {"\xE2\x82", 0},
        {"\xE2\x82x", 0},
        {"\xF0\x9F\x98", 0},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        assert_int_equal(utf8_char_length(rows[i].bytes, strlen(rows[i].bytes)), rows[i].length);
    assert_int_equal(utf8_char_length("", 0), 0);
    assert_int_equal(utf8_char_length("", 1), 1);
}

static void finds_control_characters(void **state)
{
    (void)state;

    assert_true(utf8_is_clean("plain \xC3\xA5 \xE2\x82\xAC \xF0\x9F\x9A\x97", 17));
    assert_true(utf8_is_clean("", 0));
    assert_true(utf8_is_clean("\xC2\xA0", 2));
    assert_false(utf8_is_clean("a\nb", 3));
    assert_false(utf8_is_clean("a\0b", 3));
    assert_false(utf8_is_clean("\x7F", 1));
    assert_false(utf8_is_clean("\xC2\x9B", 2));
    assert_false(utf8_is_clean("\xFF", 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(measures_characters),
        cmocka_unit_test(finds_control_characters),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
