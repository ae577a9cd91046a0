/* util/disk: the kernel's folder of disks, made up: a card with two partitions, a stick with one. */
#include "util/disk.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

static char top[64];

static void make(const char *name, const char *target)
{
    char path[128];

    snprintf(path, sizeof(path), "%s/%s", top, name);
    if (target)
        assert_int_equal(symlink(target, path), 0);
    else
        assert_int_equal(mkdir(path, 0700), 0);
}

static int set_up(void **state)
{
    static const char *const folders[] = {
        "card",  "card/card1",   "card/card1/partition",   "card/card2", "card/card2/partition",
        "stick", "stick/stick1", "stick/stick1/partition", "whole"};

    (void)state;
    strcpy(top, "/tmp/garaged-disk-XXXXXX");
    assert_non_null(mkdtemp(top));
    for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
        make(folders[i], NULL);
    make("179:1", "card/card1");
    make("179:2", "card/card2");
    make("8:1", "stick/stick1");
    make("254:0", "whole");
    return 0;
}

static int tear_down(void **state)
{
    char command[96];

    (void)state;
    snprintf(command, sizeof(command), "rm -r %s", top);
    return system(command);
}

static void partitions_of_one_card_are_one_disk(void **state)
{
    (void)state;
    assert_true(disk_is_same(top, makedev(179, 1), makedev(179, 2)));
    assert_true(disk_is_same(top, makedev(179, 1), makedev(179, 1)));
    assert_false(disk_is_same(top, makedev(179, 2), makedev(8, 1)));
    assert_false(disk_is_same(top, makedev(179, 2), makedev(254, 0)));
}

static void what_the_kernel_does_not_know_is_a_disk_of_its_own(void **state)
{
    (void)state;
    assert_false(disk_is_same(top, makedev(0, 41), makedev(0, 42)));
    assert_false(disk_is_same(top, makedev(0, 41), makedev(8, 1)));
    assert_true(disk_is_same(top, makedev(0, 41), makedev(0, 41)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(partitions_of_one_card_are_one_disk),
        cmocka_unit_test(what_the_kernel_does_not_know_is_a_disk_of_its_own),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
