/* tools/jsonlines: replies in JSON, one a line, or nothing. */
#include "tools/jsonlines.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

static int parse(const char *line, struct jsonlines_reply *reply)
{
    return jsonlines_parse(line, strlen(line), reply);
}

static void reads_a_reply(void **state)
{
    struct jsonlines_reply reply;

    (void)state;
    assert_int_equal(parse("{\"tx\": \"797\", \"rx\": \"79A\", \"request\": \"221103\", \"lines\": "
                           "[\"79A04621103A3\", \"NO DATA\"], "
                           "\"more\": {}}",
                           &reply),
                     0);
    assert_true(reply.asked);
    assert_int_equal(reply.question.id, 0x797);
    assert_memory_equal(reply.question.data, "\x03\x22\x11\x03\0\0\0\0", 8);
    assert_int_equal(reply.rx, 0x79A);
    assert_int_equal(reply.count, 2);
    assert_int_equal(reply.kinds[0], ELM_LINE_FRAME);
    assert_int_equal(reply.frames[0].id, 0x79A);
    assert_int_equal(reply.frames[0].len, 5);
    assert_int_equal(reply.kinds[1], ELM_LINE_TEXT);
    assert_int_equal(reply.left_out, 0);
}

static void only_lines_are_needed(void **state)
{
    struct jsonlines_reply reply;

    (void)state;
    assert_int_equal(parse("{\"lines\":[\"7BB037F2112\"]}", &reply), 0);
    assert_false(reply.asked);
    assert_int_equal(reply.rx, -1);
    assert_int_equal(reply.count, 1);
    assert_int_equal(parse("{\"tx\":\"79B\",\"lines\":[]}", &reply), 0);
    assert_false(reply.asked);
    assert_int_equal(reply.count, 0);
}

static void refuses_what_makes_no_sense(void **state)
{
    static const char *const wrong[] = {
        "",
        "{",
        "{}",
        "[]",
        "7",
        "null",
        "{\"lines\":7}",
        "{\"lines\":{}}",
        "{\"tx\":7,\"lines\":[]}",
        "{\"tx\":\"7\",\"lines\":[]}",
        "{\"tx\":\"FFF\",\"lines\":[]}",
        "{\"rx\":\"79\",\"lines\":[]}",
        "{\"tx\":\"79B\",\"request\":21,\"lines\":[]}",
        "{\"tx\":\"79B\",\"request\":\"\",\"lines\":[]}",
        "{\"tx\":\"79B\",\"request\":\"xy\",\"lines\":[]}",
        "{\"lines\":[],\"lines\":[]}",
        "{\"lines\":[]} trailing",
        "{\"lines\":[\"7BB",
        "{\"lines\":[\"\\u0000\"]}",
        "{\"tx\":\"79B\",\"request\":\"2101010101010101\",\"lines\":[]}",
    };
    struct jsonlines_reply reply;

    (void)state;
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
        assert_int_equal(parse(wrong[i], &reply), -1);
}

static void keeps_only_so_many_frames(void **state)
{
    struct jsonlines_reply reply;
    char line[8192] = "{\"lines\":[7,null";
    size_t len = strlen(line);

    (void)state;
    for (int i = 0; i < JSONLINES_FRAMES_MAX + 3; i++)
        len += (size_t)snprintf(line + len, sizeof(line) - len, ",\"7BB037F2112\"");
    snprintf(line + len, sizeof(line) - len, "]}");
    assert_int_equal(parse(line, &reply), 0);
    assert_int_equal(reply.count, JSONLINES_FRAMES_MAX);
    assert_int_equal(reply.left_out, 5);
}

static void nesting_is_bounded(void **state)
{
    char line[100000];
    struct jsonlines_reply reply;

    (void)state;
    memset(line, '[', sizeof(line));
    assert_int_equal(jsonlines_parse(line, sizeof(line), &reply), -1);
}

static void recognises_its_form(void **state)
{
    (void)state;
    static const char cut[] = " {\"tx\":\"79";

    assert_true(jsonlines_recognise(cut, sizeof(cut) - 1));
    assert_false(jsonlines_recognise("{\"a\":1}", 7)); /* some other JSON */
    assert_false(jsonlines_recognise("{", 1));
    assert_false(jsonlines_recognise("[", 1));
    assert_false(jsonlines_recognise("", 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_a_reply),
        cmocka_unit_test(only_lines_are_needed),
        cmocka_unit_test(refuses_what_makes_no_sense),
        cmocka_unit_test(keeps_only_so_many_frames),
        cmocka_unit_test(nesting_is_bounded),
        cmocka_unit_test(recognises_its_form),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
