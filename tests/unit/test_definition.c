/* The committed definitions load and pass their own vectors. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "car/definition.h"

static void leaf_passes(void **state)
{
    struct err err = {{0}};
    struct definition *d = definition_find("config/vehicles", "nissan-leaf", &err);

    (void)state;
    if (!d)
        fail_msg("%s", err.text);
    if (definition_self_test(d, &err) < 0)
        fail_msg("%s", err.text);
    definition_free(d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(leaf_passes)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
