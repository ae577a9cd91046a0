/* adapter/elm_line, adapter/transcript: what an ELM327 prints is a frame only if it can be nothing else. */
#include "adapter/transcript.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

static enum elm_line line_of(const char *text, bool length_digit, struct frame *frame)
{
    return elm_line_parse(text, strlen(text), length_digit, frame);
}

static void reads_frames(void **state)
{
    static const char *const same[] = {
        "7BB0462110399",  "7BB 04 62 11 03 99",        "7bb0462110399",        "  7BB 0462110399 ",
        "7BB0462110399>", "SEARCHING...7BB0462110399", "7BB 04 62 11 03 99 \r"};
    struct frame frame;

    (void)state;
    for (size_t i = 0; i < 6; i++) {
        assert_int_equal(line_of(same[i], false, &frame), ELM_LINE_FRAME);
        assert_int_equal(frame.id, 0x7BB);
        assert_int_equal(frame.len, 5);
        assert_memory_equal(frame.data, "\x04\x62\x11\x03\x99", 5);
    }
}

static void nul_bytes_are_skipped(void **state)
{
    static const char line[] = "\0"
                               "7BB 04 62\0 11 03 99\0";
    struct frame frame;

    (void)state;
    assert_int_equal(elm_line_parse(line, sizeof(line) - 1, false, &frame), ELM_LINE_FRAME);
    assert_int_equal(frame.len, 5);
}

static void refuses_what_is_cut(void **state)
{
    static const char *const cut[] = {
        "5A9 77 0",           "7BB",          "7BB0",      "7BB046",
        "62110399",           "6211039D",     "2101",      "7BB102961010000032800",
        "18DAF1DB0462110399", "7BB 04 62 XX", "7BB 04 6 2"};
    static const char *const garbage[] = {"029", "0:610100", "hello", "8BB0462110399", "\x01\x02", "6"};
    struct frame frame;

    (void)state;
    for (size_t i = 0; i < sizeof(cut) / sizeof(cut[0]); i++)
        assert_int_equal(line_of(cut[i], false, &frame), ELM_LINE_CUT);
    assert_int_equal(line_of(garbage[0], false, &frame), ELM_LINE_CUT);
    for (size_t i = 1; i < sizeof(garbage) / sizeof(garbage[0]); i++)
        assert_int_equal(line_of(garbage[i], false, &frame), ELM_LINE_GARBAGE);
}

static void knows_what_adapters_say(void **state)
{
    static const char *const texts[] = {
        "NO DATA",
        "no data",
        "SEARCHING...",
        "OK",
        "?",
        "STOPPED",
        "BUFFER FULL",
        "CAN ERROR",
        "ELM327 v1.5",
        "ELM327 v1.3a",
        "UNABLE TO CONNECT",
        "12.4V",
        "12.2",
        "14.4V",
        "LV RESET",
        "ACT ALERT",
        "!LP ALERT",
        "ERR94",
        "BUS BUSY",
        "ATZ",
        "FC RX TIMEOUT",
        "BUS INIT: ...ERROR",
    };
    struct frame frame;

    (void)state;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        assert_int_equal(line_of(texts[i], false, &frame), ELM_LINE_TEXT);
    assert_int_equal(line_of("", false, &frame), ELM_LINE_EMPTY);
    assert_int_equal(line_of(">", false, &frame), ELM_LINE_EMPTY);
    assert_int_equal(line_of("7BB0462110399 <DATA ERROR", false, &frame), ELM_LINE_DAMAGED);
    assert_int_equal(line_of("7BB0462110399<RX ERROR", false, &frame), ELM_LINE_DAMAGED);
    assert_int_equal(line_of("<RX ERROR", false, &frame), ELM_LINE_DAMAGED);
    assert_int_equal(line_of("7BB0462 STOPPED", false, &frame), ELM_LINE_CUT);
    assert_int_equal(line_of("SEARCHING...NO DATA", false, &frame), ELM_LINE_TEXT);
    assert_int_equal(line_of("120.4", false, &frame), ELM_LINE_CUT);
}

static void believes_the_length_digit_only_when_told(void **state)
{
    struct frame frame;

    (void)state;
    assert_int_equal(line_of("79A8037F2280", false, &frame), ELM_LINE_CUT);
    assert_int_equal(line_of("79A8037F2280", true, &frame), ELM_LINE_FRAME);
    assert_int_equal(frame.len, 4);
    assert_memory_equal(frame.data, "\x03\x7F\x22\x80", 4);
    assert_int_equal(line_of("79A 8 03 7F 22 80 00 00 00 00", true, &frame), ELM_LINE_FRAME);
    assert_int_equal(frame.len, 8);
    assert_int_equal(line_of("79A 3 03 7F 22 80", true, &frame), ELM_LINE_CUT);
    assert_int_equal(line_of("79A 9 03 7F 22 80", true, &frame), ELM_LINE_CUT);
    assert_int_equal(line_of("79A037F2280", true, &frame), ELM_LINE_CUT);
    assert_int_equal(line_of("79A", true, &frame), ELM_LINE_CUT);
}

static void builds_the_hosts_requests(void **state)
{
    struct frame frame;

    (void)state;
    assert_true(elm_line_request("2101", 4, 0x79B, ELM_FORMATTING_ON, &frame));
    assert_memory_equal(frame.data, "\x02\x21\x01\0\0\0\0\0", 8);
    assert_true(elm_line_request("21016", 5, 0x79B, ELM_FORMATTING_ON, &frame));
    assert_memory_equal(frame.data, "\x02\x21\x01\0\0\0\0\0", 8);
    assert_true(elm_line_request("022101", 6, 0x79B, ELM_FORMATTING_OFF, &frame));
    assert_memory_equal(frame.data, "\x02\x21\x01\0\0\0\0\0", 8);
    assert_true(elm_line_request("03221103", 8, 0x797, ELM_FORMATTING_UNKNOWN, &frame));
    assert_memory_equal(frame.data, "\x03\x22\x11\x03\0\0\0\0", 8);
    assert_true(elm_line_request("22 11 03", 8, 0x797, ELM_FORMATTING_UNKNOWN, &frame));
    assert_memory_equal(frame.data, "\x03\x22\x11\x03\0\0\0\0", 8);
    assert_true(elm_line_request("0322110300000000", 16, 0x797, ELM_FORMATTING_UNKNOWN, &frame));
    assert_memory_equal(frame.data, "\x03\x22\x11\x03\0\0\0\0", 8);
    assert_false(elm_line_request("ATZ", 3, 0x797, ELM_FORMATTING_ON, &frame));
    assert_false(elm_line_request("", 0, 0x797, ELM_FORMATTING_ON, &frame));
    assert_false(elm_line_request("6", 1, 0x797, ELM_FORMATTING_ON, &frame));
    assert_false(elm_line_request("221103", 5 - 4, 0x797, ELM_FORMATTING_ON, &frame));
    assert_false(elm_line_request("032211030000000000", 18, 0x797, ELM_FORMATTING_OFF, &frame));
    assert_false(elm_line_request("0322110300000000", 16, 0x797, ELM_FORMATTING_ON, &frame));
}

/* Feeds a line and expects the result. */
static struct frame expect(struct transcript *transcript, const char *line, enum transcript_result result)
{
    struct frame frame = {0};

    assert_int_equal(transcript_take(transcript, line, strlen(line), &frame), result);
    return frame;
}

static void follows_a_session(void **state)
{
    struct transcript transcript;

    (void)state;
    transcript_init(&transcript);
    expect(&transcript, ">ATZ", TRANSCRIPT_NOTHING);
    expect(&transcript, "ELM327 v1.5", TRANSCRIPT_NOTHING);
    expect(&transcript, ">2101", TRANSCRIPT_ENDED); /* nobody knows to whom */
    expect(&transcript, ">AT SH 79B", TRANSCRIPT_NOTHING);
    expect(&transcript, "OK", TRANSCRIPT_NOTHING);
    struct frame asked = expect(&transcript, ">2101", TRANSCRIPT_ASKED);
    assert_int_equal(asked.id, 0x79B);
    assert_memory_equal(asked.data, "\x02\x21\x01", 3);
    expect(&transcript, "2101", TRANSCRIPT_NOTHING); /* echo */
    assert_int_equal(expect(&transcript, "7BB 03 7F 21 12", TRANSCRIPT_FRAME).id, 0x7BB);
    expect(&transcript, "", TRANSCRIPT_NOTHING);
    expect(&transcript, ">", TRANSCRIPT_NOTHING);
    expect(&transcript, ">ATSH000797", TRANSCRIPT_NOTHING);
    expect(&transcript, ">ATCAF0", TRANSCRIPT_NOTHING);
    asked = expect(&transcript, ">03221103", TRANSCRIPT_ASKED);
    assert_int_equal(asked.id, 0x797);
    assert_memory_equal(asked.data, "\x03\x22\x11\x03", 4);
    expect(&transcript, "03221103", TRANSCRIPT_NOTHING);
    expect(&transcript, "7BB0462110", TRANSCRIPT_CUT);
    expect(&transcript, "7BB0462<DATA ERROR", TRANSCRIPT_DAMAGED);
    expect(&transcript, "what?", TRANSCRIPT_GARBAGE);
    expect(&transcript, ">ATSH18DB33F1", TRANSCRIPT_NOTHING);
    expect(&transcript, ">03221103", TRANSCRIPT_ENDED);
    expect(&transcript, ">ATD1", TRANSCRIPT_NOTHING);
    assert_int_equal(expect(&transcript, "79A8037F2280", TRANSCRIPT_FRAME).len, 4);
    expect(&transcript, ">ATD0", TRANSCRIPT_NOTHING);
    expect(&transcript, "79A8037F2280", TRANSCRIPT_CUT);
}

static void long_lines_are_not_followed(void **state)
{
    struct transcript transcript;
    char line[ELM_LINE_MAX + 2];
    struct frame frame;

    (void)state;
    transcript_init(&transcript);
    memset(line, '0', sizeof(line));
    line[0] = '>';
    assert_int_equal(transcript_take(&transcript, line, ELM_LINE_MAX, &frame), TRANSCRIPT_ENDED);
    assert_int_equal(transcript_take(&transcript, line, sizeof(line), &frame), TRANSCRIPT_GARBAGE);
    assert_int_equal(transcript_take(&transcript, line + 1, sizeof(line) - 1, &frame), TRANSCRIPT_GARBAGE);
}

static void recognises_its_form(void **state)
{
    (void)state;
    assert_true(transcript_recognise(">ATZ", 4));
    assert_true(transcript_recognise("7BB0462110399", 13));
    assert_true(transcript_recognise("ELM327 v1.5", 11));
    assert_true(transcript_recognise("UNABLE TO CONNECT", 17));
    assert_true(transcript_recognise("AT SH 79B", 9));
    assert_false(transcript_recognise("Attention, please", 17));
    assert_false(transcript_recognise("hello world", 11));
    static const char prose[] = "there was no data in the file that I sent";
    assert_false(transcript_recognise(prose, sizeof(prose) - 1));
    assert_false(transcript_recognise("7BB", 3));
    assert_false(transcript_recognise("Date/Time,Lat", 13));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_frames),
        cmocka_unit_test(nul_bytes_are_skipped),
        cmocka_unit_test(refuses_what_is_cut),
        cmocka_unit_test(knows_what_adapters_say),
        cmocka_unit_test(believes_the_length_digit_only_when_told),
        cmocka_unit_test(builds_the_hosts_requests),
        cmocka_unit_test(follows_a_session),
        cmocka_unit_test(long_lines_are_not_followed),
        cmocka_unit_test(recognises_its_form),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
