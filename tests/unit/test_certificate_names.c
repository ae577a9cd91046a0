/* The names that a certificate is for. */
#include "access/certificate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>

static void names_are_plain_and_stand_once(void **state)
{
    static const char *const bad[] = {"", "a b", "a,DNS:evil", "a/b", "n\xc3\xb6", "*.local"};
    struct certificate_names names = {.count = 0};
    char name[20];

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        certificate_names_add(&names, bad[i]);
    assert_int_equal(names.count, 0);
    certificate_names_add(&names, "Leaf.Local");
    certificate_names_add(&names, "leaf.local");
    certificate_names_add(&names, "FD00:0::5");
    certificate_names_add(&names, "fd00::5");
    assert_int_equal(names.count, 2);
    assert_string_equal(names.names[0], "leaf.local");
    assert_string_equal(names.names[1], "fd00::5");
    for (int i = 0; i < 100; i++) {
        snprintf(name, sizeof(name), "n%d", i);
        certificate_names_add(&names, name);
    }
    assert_int_equal(names.count, CERTIFICATE_NAMES_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_plain_and_stand_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
