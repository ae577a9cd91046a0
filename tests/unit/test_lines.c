/* util/lines: every line once, whatever its end, and never more than a chunk of it. */
#include "util/lines.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A reader over a temporary file that holds `len` bytes. */
static struct lines *lines_of(FILE **file, const void *bytes, size_t len)
{
    *file = tmpfile();
    assert_non_null(*file);
    assert_int_equal(fwrite(bytes, 1, len, *file), len);
    rewind(*file);
    return lines_new(fileno(*file));
}

static void expect_line(struct lines *lines, const char *text)
{
    const char *line;
    size_t len;
    struct err err;

    assert_int_equal(lines_next(lines, &line, &len, &err), LINES_LINE);
    assert_int_equal(len, strlen(text));
    assert_memory_equal(line, text, len);
}

static void expect_status(struct lines *lines, enum lines_status status)
{
    const char *line;
    size_t len;
    struct err err;

    assert_int_equal(lines_next(lines, &line, &len, &err), status);
}

static void takes_every_kind_of_end(void **state)
{
    static const char text[] = "one\ntwo\r\n\r\nthree\rfour\n\n\rfive";
    FILE *file;
    struct lines *lines = lines_of(&file, text, strlen(text));

    (void)state;
    expect_line(lines, "one");
    expect_line(lines, "two");
    expect_line(lines, "three");
    expect_line(lines, "four");
    expect_line(lines, "five");
    expect_status(lines, LINES_END);
    expect_status(lines, LINES_END);
    lines_free(lines);
    fclose(file);
}

static void an_empty_file_has_no_line(void **state)
{
    FILE *file;
    struct lines *lines = lines_of(&file, "", 0);

    (void)state;
    expect_status(lines, LINES_END);
    lines_free(lines);
    fclose(file);
}

static void keeps_nul_bytes(void **state)
{
    FILE *file;
    struct lines *lines = lines_of(&file, "a\0b\n", 4);
    const char *line;
    size_t len;
    struct err err;

    (void)state;
    assert_int_equal(lines_next(lines, &line, &len, &err), LINES_LINE);
    assert_int_equal(len, 3);
    assert_memory_equal(line, "a\0b", 3);
    lines_free(lines);
    fclose(file);
}

/* "short", a line of `len` bytes, "after" (with an end only if `ended`). */
static void try_length(size_t len, enum lines_status status, int ended)
{
    char *text = malloc(len + 64);
    FILE *file;

    assert_non_null(text);
    memcpy(text, "short\n", 6);
    memset(text + 6, 'x', len);
    memcpy(text + 6 + len, "\nafter\n", 7);
    struct lines *lines = lines_of(&file, text, 6 + len + (ended ? 7 : 0));

    expect_line(lines, "short");
    expect_status(lines, status);
    if (ended)
        expect_line(lines, "after");
    expect_status(lines, LINES_END);
    lines_free(lines);
    fclose(file);
    free(text);
}

static void skips_what_is_too_long_as_one(void **state)
{
    (void)state;
    for (int ended = 0; ended <= 1; ended++) {
        try_length(LINES_CHUNK - 7, LINES_LINE, ended);
        try_length(LINES_CHUNK, LINES_LINE, ended);
        try_length(LINES_CHUNK + 1, LINES_TOO_LONG, ended);
        try_length(2 * LINES_CHUNK, LINES_TOO_LONG, ended);
        try_length(2 * LINES_CHUNK + 1, LINES_TOO_LONG, ended);
        try_length(5 * LINES_CHUNK + 3, LINES_TOO_LONG, ended);
    }
}

static void lines_across_chunks_are_whole(void **state)
{
    size_t count = 20000;
    FILE *file = tmpfile();
    char text[32];

    (void)state;
    assert_non_null(file);
    for (size_t i = 0; i < count; i++)
        fprintf(file, "line %zu of many\r\n", i);
    rewind(file);
    struct lines *lines = lines_new(fileno(file));

    for (size_t i = 0; i < count; i++) {
        snprintf(text, sizeof(text), "line %zu of many", i);
        expect_line(lines, text);
    }
    expect_status(lines, LINES_END);
    lines_free(lines);
    fclose(file);
}

static void says_why_it_can_not_read(void **state)
{
    struct lines *lines = lines_new(-1);
    const char *line;
    size_t len;
    struct err err;

    (void)state;
    assert_int_equal(lines_next(lines, &line, &len, &err), LINES_FAILED);
    assert_string_equal(err.text, "Bad file descriptor");
    lines_free(lines);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_every_kind_of_end),
        cmocka_unit_test(an_empty_file_has_no_line),
        cmocka_unit_test(keeps_nul_bytes),
        cmocka_unit_test(skips_what_is_too_long_as_one),
        cmocka_unit_test(lines_across_chunks_are_whole),
        cmocka_unit_test(says_why_it_can_not_read),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
