/* Linked into every cmocka test: TEST='*late*' in the environment runs the tests whose names match, `?` and `*` as in
 * a shell. Finds no test by itself: that is tests/abuse/cases.txt's. */
#include <stdlib.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

__attribute__((constructor)) static void filter_by_environment(void)
{
    const char *pattern = getenv("TEST");

    if (pattern)
        cmocka_set_test_filter(pattern);
}
