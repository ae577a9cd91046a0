/* util/core: buffers that never overrun, errors that carry their context. */
#include "util/core/buf.h"
#include "util/core/err.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

static void keeps_what_fits_and_says_so(void **state)
{
    (void)state;
    char memory[8];
    struct buf buf;

    buf_init(&buf, memory, sizeof(memory));
    buf_add_text(&buf, "abc");
    assert_false(buf.cut);
    buf_add_format(&buf, "%d", 123456);
    assert_true(buf.cut);
    assert_int_equal(buf.len, 7);
    assert_string_equal(buf.data, "abc1234");
    buf_add(&buf, "x", 1);
    assert_string_equal(buf.data, "abc1234");
}

static void prefixes_an_error_within_its_memory(void **state)
{
    (void)state;
    struct err err;
    char long_text[2 * ERR_TEXT_MAX];

    assert_int_equal(err_set(&err, "no such file"), -1);
    assert_int_equal(err_prefix(&err, "open %s: ", "x"), -1);
    assert_string_equal(err.text, "open x: no such file");
    memset(long_text, 'a', sizeof(long_text) - 1);
    long_text[sizeof(long_text) - 1] = '\0';
    err_prefix(&err, "%s", long_text);
    assert_int_equal(strlen(err.text), ERR_TEXT_MAX - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keeps_what_fits_and_says_so),
        cmocka_unit_test(prefixes_an_error_within_its_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
