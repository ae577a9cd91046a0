/* util/secretfile: which files may hold a password, and what is said of those that may not. */
#include "util/secretfile.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct place {
    char folder[64], path[96];
    struct err err;
    char secret[16];
};

static void begin(struct place *place)
{
    *place = (struct place){.folder = "/tmp/garaged-secret-XXXXXX"};
    assert_non_null(mkdtemp(place->folder));
    snprintf(place->path, sizeof(place->path), "%s/pass", place->folder);
}

static void end(struct place *place)
{
    unlink(place->path);
    rmdir(place->folder);
}

static void write_file(const struct place *place, const char *bytes, size_t len, mode_t mode)
{
    unlink(place->path); /* it may be one that is not to be written to */
    FILE *file = fopen(place->path, "w");

    assert_non_null(file);
    fwrite(bytes, 1, len, file);
    fclose(file);
    assert_int_equal(chmod(place->path, mode), 0);
}

static void expect_refused(struct place *place, const char *reason)
{
    char whole[256];

    snprintf(whole, sizeof(whole), "item: %s: %s", place->path, reason);
    assert_int_equal(secretfile_read("item", place->path, place->secret, sizeof(place->secret), &place->err),
                     -1);
    assert_string_equal(place->err.text, whole);
}

static void the_first_line_is_the_secret(void **state)
{
    (void)state;
    struct place place;
    static const char *const texts[] = {"geheim", "geheim\n", "geheim\r\nmore"};

    begin(&place);
    for (size_t i = 0; i < 3; i++) {
        write_file(&place, texts[i], strlen(texts[i]), 0600);
        assert_int_equal(secretfile_read("item", place.path, place.secret, sizeof(place.secret), &place.err),
                         0);
        assert_string_equal(place.secret, "geheim");
    }
    assert_int_equal(secretfile_check("item", place.path, &place.err), 0);
    end(&place);
}

static void what_others_may_read_is_refused(void **state)
{
    (void)state;
    static const mode_t modes[] = {0604, 0640, 0620, 0602, 0644, 0610, 0666};
    struct place place;

    begin(&place);
    for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
        write_file(&place, "geheim", 6, modes[i]);
        expect_refused(&place, "others may read it: chmod 600");
        assert_int_equal(secretfile_check("item", place.path, &place.err), -1);
    }
    end(&place);
}

static void what_others_could_have_put_there_is_refused(void **state)
{
    (void)state;
    struct place place;

    begin(&place);
    assert_int_equal(symlink("/etc/passwd", place.path), 0);
    expect_refused(&place, "a link: name the file itself");
    unlink(place.path);
    assert_int_equal(mkfifo(place.path, 0600), 0);
    expect_refused(&place, "not a file");
    end(&place);
}

/* Takes the right to give files away. */
static void what_is_another_users_is_refused(void **state)
{
    (void)state;
    struct place place;

    begin(&place);
    write_file(&place, "geheim", 6, 0600);
    bool is_given = chown(place.path, 1234, 1234) == 0;
    if (is_given)
        expect_refused(&place, "belongs to another user");
    end(&place);
    if (!is_given)
        skip();
}

static void what_is_no_line_of_text_is_refused(void **state)
{
    (void)state;
    struct place place;

    begin(&place);
    expect_refused(&place, "No such file or directory");
    write_file(&place, "", 0, 0600);
    expect_refused(&place, "empty");
    write_file(&place, "\n", 1, 0600);
    expect_refused(&place, "empty");
    write_file(&place, "a\0b", 3, 0600);
    expect_refused(&place, "a NUL byte: this is no text");
    write_file(&place, "0123456789abcdef", 16, 0600);
    expect_refused(&place, "longer than 15 bytes");
    end(&place);
}

/* systemd lets our user read its file by a list, whose mask stands where the group's rights do. */
static void a_credential_of_systemd_is_found(void **state)
{
    (void)state;
    struct place place;
    char path[128];

    begin(&place);
    unsetenv("CREDENTIALS_DIRECTORY");
    assert_false(secretfile_credential("pass", path, sizeof(path)));
    setenv("CREDENTIALS_DIRECTORY", place.folder, 1);
    assert_false(secretfile_credential("pass", path, sizeof(path)));
    write_file(&place, "geheim", 6, 0440);
    assert_true(secretfile_credential("pass", path, sizeof(path)));
    assert_string_equal(path, place.path);
    assert_int_equal(secretfile_read("item", path, place.secret, sizeof(place.secret), &place.err), 0);
    write_file(&place, "geheim", 6, 0444);
    expect_refused(&place, "others may read it: chmod 600");
    unsetenv("CREDENTIALS_DIRECTORY");
    write_file(&place, "geheim", 6, 0440);
    expect_refused(&place, "others may read it: chmod 600");
    end(&place);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_line_is_the_secret),
        cmocka_unit_test(what_others_may_read_is_refused),
        cmocka_unit_test(what_others_could_have_put_there_is_refused),
        cmocka_unit_test(what_is_another_users_is_refused),
        cmocka_unit_test(what_is_no_line_of_text_is_refused),
        cmocka_unit_test(a_credential_of_systemd_is_found),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
