/* util/lockfile: a second one is told so, a dead one holds nobody up. */
#include "util/lockfile.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* What another process, which ends at once, gets. */
static int other_process(const char *folder)
{
    int status = 0, fd;
    struct err err;
    pid_t pid = fork();

    if (pid == 0)
        _exit((int)lockfile_take(folder, &fd, &err));
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return WEXITSTATUS(status);
}

static void one_at_a_time(void **state)
{
    char folder[] = "/tmp/garaged-lock-XXXXXX";
    char path[64];
    struct err err;
    int fd, second;

    (void)state;
    assert_non_null(mkdtemp(folder));
    assert_int_equal(other_process(folder), LOCKFILE_TAKEN);
    assert_int_equal(lockfile_take(folder, &fd, &err), LOCKFILE_TAKEN);
    assert_int_equal(other_process(folder), LOCKFILE_BUSY);
    assert_int_equal(lockfile_take(folder, &second, &err), LOCKFILE_BUSY);
    assert_int_equal(second, -1);
    assert_non_null(strstr(err.text, "another garaged"));
    close(fd);
    assert_int_equal(other_process(folder), LOCKFILE_TAKEN);
    snprintf(path, sizeof(path), "%s/lock", folder);
    unlink(path);
    rmdir(folder);
}

static void says_why_it_is_impossible(void **state)
{
    struct err err;
    int fd;

    (void)state;
    assert_int_equal(lockfile_take("/nowhere", &fd, &err), LOCKFILE_IMPOSSIBLE);
    assert_string_equal(err.text, "/nowhere/lock: No such file or directory");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_at_a_time),
        cmocka_unit_test(says_why_it_is_impossible),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
