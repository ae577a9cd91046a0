/* adapter/candump: a frame is what the whole line says, or there is none. */
#include "adapter/candump.h"
#include "util/core/time.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

static enum candump_result parse(const char *line, struct frame *frame)
{
    struct candump_interface interface;

    return candump_parse(line, strlen(line), frame, &interface);
}

static void reads_a_line(void **state)
{
    static const char line[] = "(1700000000.040250) can0 55B#D24000AAE1C80091";
    struct frame frame;
    struct candump_interface interface;

    (void)state;
    assert_int_equal(candump_parse(line, strlen(line), &frame, &interface), CANDUMP_FRAME);
    assert_int_equal(frame.time_ns, INT64_C(1700000000040250000));
    assert_int_equal(frame.id, 0x55B);
    assert_int_equal(frame.len, 8);
    assert_memory_equal(frame.data, "\xD2\x40\x00\xAA\xE1\xC8\x00\x91", 8);
    assert_int_equal(interface.len, 4);
    assert_memory_equal(interface.name, "can0", 4);
}

static void reads_what_candump_may_add(void **state)
{
    struct frame frame;

    (void)state;
    assert_int_equal(parse("(1.000001) vcan12 421#200000 R", &frame), CANDUMP_FRAME);
    assert_int_equal(frame.len, 3);
    assert_int_equal(parse("(1.000001) can0 421#200000 T", &frame), CANDUMP_FRAME);
    assert_int_equal(parse("(1.000001) can0 421#200000  ", &frame), CANDUMP_FRAME);
    assert_int_equal(parse("(1.5) can0 7bb#0a", &frame), CANDUMP_FRAME);
    assert_int_equal(frame.time_ns, NS_PER_S + NS_PER_S / 2);
    assert_int_equal(frame.data[0], 0x0A);
    assert_int_equal(parse("(1.5) can0 68C#", &frame), CANDUMP_FRAME);
    assert_int_equal(frame.len, 0);
}

static void knows_frames_that_are_not_ours(void **state)
{
    struct frame frame;

    (void)state;
    assert_int_equal(parse("(1.5) can0 18DAF1DB#0462110300000000", &frame), CANDUMP_OTHER);
    assert_int_equal(parse("(1.5) can0 20000004#0004000000000000", &frame), CANDUMP_OTHER);
    assert_int_equal(parse("(1.5) can0 55B#R8", &frame), CANDUMP_OTHER);
    assert_int_equal(parse("(1.5) can0 55B##1112233", &frame), CANDUMP_OTHER);
}

static void refuses_what_is_cut_or_garbled(void **state)
{
    static const char *const cut[] = {
        "(1.5) can0 55B#D24",
        "(1.5) can0 55B#D240R",
        "(1.5) can0 55B#D24000AAE1C8009100",
        "(1.5) can0 55B#D2 40",
        "(1.5) can0 55B#D240 X",
        "(1.5) can0 55B#D240 R T",
        "(1.5) can0 55B#G240",
        "(1.5) can0 55B",
        "(1.5) can0 5B#D240",
        "(1.5) can0 855B#D240",
        "(1.5) can0 800#D240",
        "(1.5) can0",
        "(1.5) can0 ",
        "(1.5)  55B#D2",
        "(1.5) abcdefghijklmnop 55B#D2",
        "(1.5) can0 55B#D2(1.6) can0 55B#D240",
        "(1.5) can0 #D2",
        "(1.5) can0 0000055B5#D2",
    };
    static const char *const garbage[] = {
        "",
        "(",
        "(1",
        "(1.",
        "(1.5",
        "(1.5)",
        "(1.5)can0 55B#D2",
        "(.5) can0 55B#D2",
        "(-1.5) can0 55B#D2",
        "(9000000001.5) can0 55B#D2",
        "(99999999999.5) can0 55B#D2",
        "(1.1234567890) can0 55B#D2",
        ".000000) can0 55B#D2",
        "hello",
        "7BB0462110300",
    };
    struct frame frame;

    (void)state;
    for (size_t i = 0; i < sizeof(cut) / sizeof(cut[0]); i++)
        assert_int_equal(parse(cut[i], &frame), CANDUMP_CUT);
    for (size_t i = 0; i < sizeof(garbage) / sizeof(garbage[0]); i++)
        assert_int_equal(parse(garbage[i], &frame), CANDUMP_GARBAGE);
}

static void writes_what_it_reads(void **state)
{
    static const char *const lines[] = {
        "(1700000000.040000) can0 55B#D24000AAE1C80091\n",
        "(0000000000.000001) can0 000#\n",
        "(1700000000.999999) elm 7FF#00\n",
    };
    char line[CANDUMP_LINE_MAX];
    struct candump_interface interface;
    struct frame frame;

    (void)state;
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        size_t len = strlen(lines[i]);
        char name[CANDUMP_INTERFACE_MAX + 1] = "";

        assert_int_equal(candump_parse(lines[i], len - 1, &frame, &interface), CANDUMP_FRAME);
        memcpy(name, interface.name, interface.len);
        assert_int_equal(candump_write(line, &frame, frame.time_ns, name), len);
        assert_string_equal(line, lines[i]);
    }
}

static void nul_bytes_are_no_digits(void **state)
{
    static const char line[] = "(1.5) can0 55B#D2\0\0";
    struct frame frame;
    struct candump_interface interface;

    (void)state;
    assert_int_equal(candump_parse(line, sizeof(line) - 1, &frame, &interface), CANDUMP_CUT);
}

static void an_interface_has_a_name(void **state)
{
    static const char line[] = "(1.5) ca\0n 55B#D2";
    struct frame frame;
    struct candump_interface interface;

    (void)state;
    assert_int_equal(candump_parse(line, sizeof(line) - 1, &frame, &interface), CANDUMP_CUT);
    assert_int_equal(parse("(1.5) ca\x7Fn 55B#D2", &frame), CANDUMP_CUT);
}

static void a_line_has_an_end(void **state)
{
    char line[CANDUMP_LINE_MAX + 2];
    struct frame frame;
    struct candump_interface interface;

    (void)state;
    memset(line, ' ', sizeof(line));
    memcpy(line, "(1.5) can0 55B#D2", 17);
    assert_int_equal(candump_parse(line, CANDUMP_LINE_MAX, &frame, &interface), CANDUMP_FRAME);
    assert_int_equal(candump_parse(line, CANDUMP_LINE_MAX + 1, &frame, &interface), CANDUMP_GARBAGE);
}

/* Cut at every byte, a line gives no frame or one whose bytes are a beginning of the true ones. */
static void a_cut_line_carries_no_byte_that_it_does_not_have(void **state)
{
    static const char line[] = "(1700000000.040250) can0 55B#D24000AAE1C80091";
    struct frame whole;
    struct frame frame;
    struct candump_interface interface;

    (void)state;
    parse(line, &whole);
    for (size_t len = 0; len < sizeof(line) - 1; len++) {
        if (candump_parse(line, len, &frame, &interface) != CANDUMP_FRAME)
            continue;
        assert_int_equal(frame.id, whole.id);
        assert_int_equal(frame.time_ns, whole.time_ns);
        assert_true(frame.len < whole.len);
        assert_memory_equal(frame.data, whole.data, frame.len);
    }
}

static void recognises_its_form(void **state)
{
    (void)state;
    assert_true(candump_recognise("(1.5) can0 55B#D", 16));
    assert_false(candump_recognise("(x", 2));
    assert_false(candump_recognise("7BB", 3));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_a_line),
        cmocka_unit_test(reads_what_candump_may_add),
        cmocka_unit_test(knows_frames_that_are_not_ours),
        cmocka_unit_test(refuses_what_is_cut_or_garbled),
        cmocka_unit_test(writes_what_it_reads),
        cmocka_unit_test(nul_bytes_are_no_digits),
        cmocka_unit_test(an_interface_has_a_name),
        cmocka_unit_test(a_line_has_an_end),
        cmocka_unit_test(a_cut_line_carries_no_byte_that_it_does_not_have),
        cmocka_unit_test(recognises_its_form),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
