/* util/wipe: what is deleted was overwritten before; what is not ours is left alone. */
#include "util/wipe.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

struct place {
    char path[64];
    int folder;
};

static int set_up(void **state)
{
    struct place *place = calloc(1, sizeof(*place));

    strcpy(place->path, "/tmp/garaged-wipe-XXXXXX");
    assert_non_null(mkdtemp(place->path));
    place->folder = open(place->path, O_RDONLY | O_DIRECTORY);
    *state = place;
    return 0;
}

static int tear_down(void **state)
{
    struct place *place = *state;
    static const char *const names[] = {"note", "other", "link"};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        unlinkat(place->folder, names[i], 0);
    close(place->folder);
    assert_int_equal(rmdir(place->path), 0); /* nothing was left */
    free(place);
    return 0;
}

/* Another descriptor sees what the disk is given back. */
static int write_note(const struct place *place, const char *name, size_t len)
{
    int fd = openat(place->folder, name, O_RDWR | O_CREAT | O_EXCL, 0600);

    assert_true(fd >= 0);
    for (size_t i = 0; i < len; i++)
        assert_int_equal(write(fd, "x", 1), 1);
    return fd;
}

static void assert_all(int fd, char wanted, size_t len)
{
    char byte;

    for (size_t i = 0; i < len; i++) {
        assert_int_equal(pread(fd, &byte, 1, (off_t)i), 1);
        assert_int_equal(byte, wanted);
    }
    close(fd);
}

static void a_file_is_overwritten_and_deleted(void **state)
{
    const struct place *place = *state;
    int fd = write_note(place, "note", 5000);
    int64_t bytes = 1;
    struct err err;

    assert_int_equal(wipe_file(place->folder, "note", &bytes, &err), 0);
    assert_int_equal(bytes, 5001);
    assert_int_equal(faccessat(place->folder, "note", F_OK, 0), -1);
    assert_all(fd, '\0', 5000);
    assert_int_equal(wipe_file(place->folder, "note", &bytes, &err), 0); /* it is gone: that is as wished */
}

static void a_link_goes_and_what_it_leads_to_stays(void **state)
{
    const struct place *place = *state;
    int fd = write_note(place, "other", 10);
    int64_t bytes = 0;
    struct err err;

    assert_int_equal(symlinkat("other", place->folder, "link"), 0);
    assert_int_equal(wipe_file(place->folder, "link", &bytes, &err), 0);
    assert_int_equal(linkat(place->folder, "other", place->folder, "link", 0), 0);
    assert_int_equal(wipe_file(place->folder, "link", &bytes, &err), 0);
    assert_int_equal(bytes, 0);
    assert_int_equal(faccessat(place->folder, "link", F_OK, AT_SYMLINK_NOFOLLOW), -1);
    assert_all(fd, 'x', 10);
}

static void what_can_not_be_written_to_is_said(void **state)
{
    const struct place *place = *state;
    int64_t bytes = 0;
    struct err err;

    assert_int_equal(mkdirat(place->folder, "note", 0700), 0);
    assert_int_equal(wipe_file(place->folder, "note", &bytes, &err), -1);
    assert_non_null(strstr(err.text, "note: "));
    assert_int_equal(unlinkat(place->folder, "note", AT_REMOVEDIR), 0);
}

/* A disk of a million bytes, as far as this process can tell. */
static void free_space_is_filled_and_given_back(void **state)
{
    const struct place *place = *state;
    struct rlimit before, small;
    int64_t bytes = 0;
    struct err err;

    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    small = before;
    small.rlim_cur = 1000000;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    int rc = wipe_free_space(place->folder, &bytes, &err);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_int_equal(rc, 0);
    assert_int_equal(bytes, 1000000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_file_is_overwritten_and_deleted, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_link_goes_and_what_it_leads_to_stays, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_can_not_be_written_to_is_said, set_up, tear_down),
        cmocka_unit_test_setup_teardown(free_space_is_filled_and_given_back, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
