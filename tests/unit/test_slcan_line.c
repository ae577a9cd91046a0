/* The lines of a Lawicel adapter. */
#include "adapter/slcan_line.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

static enum slcan_kind kind_of(const char *text, struct slcan_words *words)
{
    return slcan_line_parse(text, strlen(text), words);
}

static void a_frame_has_the_length_it_names(void **state)
{
    (void)state;
    struct slcan_words words;
    assert_int_equal(kind_of("t5B38112233445566778F", &words), SLCAN_FRAME);
    assert_int_equal(words.frame.id, 0x5B3);
    assert_int_equal(words.frame.len, 8);
    assert_memory_equal(words.frame.data, "\x11\x22\x33\x44\x55\x66\x77\x8f", 8);
    assert_int_equal(kind_of("t0000", &words), SLCAN_FRAME);
    assert_int_equal(kind_of("t5B32ABCD1234", &words), SLCAN_FRAME);
    assert_int_equal(words.stamp, 4);
    static const char *const CUT[] = {
        "t",         "t5B3",    "t5B32ABC", "t5B32ABCDE", "t5B39112233445566778899", "t8002ABCD", "tFFF0",
        "t5B32ABCG", "t5B31-1", "t5B3 0",   "tt5B30",
    };
    for (size_t i = 0; i < sizeof(CUT) / sizeof(CUT[0]); i++) {
        assert_int_equal(kind_of(CUT[i], &words), SLCAN_CUT);
    }
}

static void other_lines(void **state)
{
    (void)state;
    struct slcan_words words;
    static const char *const OTHER[] = {"T0000012328AABBCCDDEEFF0011",
                                        "r5B38",
                                        "R000001230",
                                        "d5B39AABB",
                                        "D000001231AA",
                                        "b5B31AA",
                                        "B000001231AA"};
    for (size_t i = 0; i < sizeof(OTHER) / sizeof(OTHER[0]); i++) {
        assert_int_equal(kind_of(OTHER[i], &words), SLCAN_OTHER);
    }
    assert_int_equal(kind_of("", &words), SLCAN_ACK);
    assert_int_equal(kind_of("z", &words), SLCAN_ACK);
    assert_int_equal(kind_of("Z", &words), SLCAN_ACK);
    assert_int_equal(kind_of("FA4", &words), SLCAN_FLAGS);
    assert_int_equal(words.flags, 0xA4);
    assert_int_equal(kind_of("F", &words), SLCAN_TEXT);
    assert_int_equal(kind_of("V1013", &words), SLCAN_TEXT);
    assert_int_equal(kind_of("b0ce665 github.com/normaldotcom/canable-fw.git", &words), SLCAN_TEXT);
}

static void what_is_formatted_is_read_again(void **state)
{
    (void)state;
    const struct frame frame = {.id = 0x79B, .len = 8, .data = {2, 0x21, 1, 0xAF}};
    char text[SLCAN_SEND_MAX + 1];
    struct slcan_words words;
    slcan_line_format(&frame, text);
    assert_string_equal(text, "t79B8022101AF00000000");
    assert_int_equal(kind_of(text, &words), SLCAN_FRAME);
    assert_memory_equal(words.frame.data, frame.data, 8);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_frame_has_the_length_it_names),
        cmocka_unit_test(other_lines),
        cmocka_unit_test(what_is_formatted_is_read_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
