/* util/paths: from a source tree, from --data, and what is installed. */
#include "util/paths.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include <unistd.h>

static int ends_with(const char *text, const char *end)
{
    size_t len = strlen(text);

    return len >= strlen(end) && strcmp(text + len - strlen(end), end) == 0;
}

static void finds_the_source_tree(void **state)
{
    char paths[2 * PATHS_MAX];

    (void)state;
    paths_vehicles(paths, sizeof(paths), NULL);
    assert_int_equal(strncmp(paths, PATHS_OWN_VEHICLES ":/", strlen(PATHS_OWN_VEHICLES) + 2), 0);
    assert_true(ends_with(paths, "/config/vehicles"));
    assert_int_equal(access(strchr(paths, ':') + 1, R_OK), 0);
    paths_web(paths, sizeof(paths), NULL);
    assert_true(ends_with(paths, "/build/web"));
}

static void takes_what_it_is_told(void **state)
{
    char paths[2 * PATHS_MAX];

    (void)state;
    paths_vehicles(paths, sizeof(paths), "/srv/data");
    assert_string_equal(paths, PATHS_OWN_VEHICLES ":/srv/data/vehicles");
    paths_web(paths, sizeof(paths), "/srv/data");
    assert_string_equal(paths, "/srv/data/web");
}

static void finds_programs_beside_itself_first(void **state)
{
    char path[PATHS_MAX];

    (void)state;
    paths_program(path, sizeof(path), "test_paths");
    assert_true(ends_with(path, "/unit/test_paths"));
    paths_program(path, sizeof(path), "not-there");
    assert_string_equal(path, PATHS_LIBEXEC "/not-there");
}

static void cuts_what_does_not_fit(void **state)
{
    char path[8];

    (void)state;
    paths_web(path, sizeof(path), "/a/long/folder");
    assert_string_equal(path, "/a/long");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_the_source_tree),
        cmocka_unit_test(takes_what_it_is_told),
        cmocka_unit_test(finds_programs_beside_itself_first),
        cmocka_unit_test(cuts_what_does_not_fit),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
