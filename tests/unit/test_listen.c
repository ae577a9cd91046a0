/* Who may connect to the car half: how its own user namespace shows the user `garaged`. */
#include "link/listen.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static uid_t seen_in(const char *map, uid_t uid)
{
    char path[] = "/tmp/garaged-test-listen-XXXXXX";
    int fd = mkstemp(path);

    assert_true(fd >= 0);
    assert_true(dprintf(fd, "%s", map) >= 0);
    close(fd);
    uid_t seen = link_listen_seen(path, uid);
    unlink(path);
    return seen;
}

static void everybody_is_known_outside_of_a_namespace(void **state)
{
    (void)state;
    assert_int_equal(seen_in("         0          0 4294967295\n", 991), 991);
    assert_int_equal(link_listen_seen("/nowhere/uid_map", 991), 991);
}

/* What PrivateUsers= makes: root and the service's own user. */
static void a_stranger_is_nobody_in_a_small_namespace(void **state)
{
    static const char map[] = "         0          0          1\n       992        992          1\n";

    (void)state;
    assert_int_equal(seen_in(map, 991), 65534);
    assert_int_equal(seen_in(map, 992), 992);
    assert_int_equal(seen_in(map, 993), 65534);
    assert_int_equal(seen_in(map, 0), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everybody_is_known_outside_of_a_namespace),
        cmocka_unit_test(a_stranger_is_nobody_in_a_small_namespace),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
