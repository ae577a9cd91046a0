/* What takes both garaged.conf and the definitions to judge is said with its line, like any other mistake. */
#include "check.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#define SAID_MAX 4096

struct fixture {
    char folder[64];
    char path[80];
    char said_path[80];
    char said[SAID_MAX];
};

static int set_up(void **state)
{
    struct fixture *fixture = calloc(1, sizeof(*fixture));

    assert_non_null(fixture);
    snprintf(fixture->folder, sizeof(fixture->folder), "/tmp/garaged-check-XXXXXX");
    assert_non_null(mkdtemp(fixture->folder));
    snprintf(fixture->path, sizeof(fixture->path), "%s/x.conf", fixture->folder);
    snprintf(fixture->said_path, sizeof(fixture->said_path), "%s/said", fixture->folder);
    *state = fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;

    unlink(fixture->path);
    unlink(fixture->said_path);
    rmdir(fixture->folder);
    free(fixture);
    return 0;
}

static void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "we");

    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    fclose(file);
}

static void read_said(struct fixture *fixture)
{
    FILE *file = fopen(fixture->said_path, "re");

    assert_non_null(file);
    fixture->said[fread(fixture->said, 1, SAID_MAX - 1, file)] = '\0';
    fclose(file);
}

/* The exit code; `said` is what came on standard error. The definitions are those of the checkout. */
static int check(struct fixture *fixture, const char *text)
{
    struct config *config = calloc(1, sizeof(*config));
    int kept = dup(STDERR_FILENO);
    int fd = open(fixture->said_path, O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);

    write_file(fixture->path, text);
    fflush(stderr);
    dup2(fd, STDERR_FILENO);
    int code = check_config(config, fixture->path, "config");

    dup2(kept, STDERR_FILENO);
    close(fd);
    close(kept);
    free(config);
    read_said(fixture);
    return code;
}

static void a_right_file_says_nothing(void **state)
{
    struct fixture *fixture = *state;

    assert_int_equal(check(fixture, "cars = ( { id = \"a\"; port = \"/dev/x\"; generation = \"ZE1\"; } );"),
                     EX_OK);
    assert_string_equal(fixture->said, "");
}

static void cars_are_judged_with_their_line(void **state)
{
    struct fixture *fixture = *state;
    int code = check(fixture, "cars = ( { id = \"a\"; port = \"/dev/x\";\n generation = \"ZE9\"; },\n"
                              "{ id = \"b\"; port = \"/dev/y\";\n\n vehicle = \"zeppelin\"; } );\n");

    assert_int_equal(code, EX_CONFIG);
    assert_non_null(
        strstr(fixture->said, "/x.conf:2: cars[0].generation: ZE9: nissan-leaf has no such generation\n"));
    assert_non_null(
        strstr(fixture->said, "/x.conf:5: cars[1].vehicle: zeppelin: no definition zeppelin.conf in "));
}

/* A service goes on with what it read; what a terminal's end means is left to who asked. */
static void a_service_that_is_asked_judges_the_file_and_goes_on(void **state)
{
    struct fixture *fixture = *state;

    unsetenv("NOTIFY_SOCKET");
    write_file(fixture->path, "log = \"loud\";");
    assert_false(check_hangup(fixture->path, "config"));
    setenv("NOTIFY_SOCKET", "/nowhere", 1);
    assert_true(check_hangup(fixture->path, "config"));
    write_file(fixture->path, "");
    assert_true(check_hangup(fixture->path, "config"));
    unsetenv("NOTIFY_SOCKET");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_right_file_says_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(cars_are_judged_with_their_line, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_service_that_is_asked_judges_the_file_and_goes_on, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
