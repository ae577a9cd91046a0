/* The small parts of the ELM327 driver: texts, lines, the allow-list, and slices. */
#include "adapter/elm327_command.h"
#include "adapter/elm327_line.h"
#include "adapter/elm327_slices.h"
#include "adapter/elm327_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

struct text_case {
    const char *line;
    enum elm327_text text;
    enum elm327_recovery recovery;
};

/* Every text of the data sheet, those of STN chips and clones, and the glued forms. */
static const struct text_case TEXTS[] = {
    {"OK", ELM327_TEXT_OK, ELM327_RECOVERY_NONE},
    {" ok ", ELM327_TEXT_OK, ELM327_RECOVERY_NONE},
    {"OKAY", ELM327_TEXT_OTHER, ELM327_RECOVERY_NONE},
    {"?", ELM327_TEXT_NOT_UNDERSTOOD, ELM327_RECOVERY_NONE},
    {"SEARCHING...", ELM327_TEXT_SEARCHING, ELM327_RECOVERY_NONE},
    {"NO DATA", ELM327_TEXT_NO_DATA, ELM327_RECOVERY_NO_ANSWER},
    {"STOPPED", ELM327_TEXT_STOPPED, ELM327_RECOVERY_NO_ANSWER},
    {"5B301020STOPPED", ELM327_TEXT_STOPPED, ELM327_RECOVERY_NO_ANSWER},
    {"FC RX TIMEOUT", ELM327_TEXT_FC_RX_TIMEOUT, ELM327_RECOVERY_NO_ANSWER},
    {"BUS BUSY", ELM327_TEXT_BUS_BUSY, ELM327_RECOVERY_BUS_TROUBLE},
    {"BUS ERROR", ELM327_TEXT_BUS_ERROR, ELM327_RECOVERY_BUS_TROUBLE},
    {"BUS INIT: ...ERROR", ELM327_TEXT_BUS_INIT, ELM327_RECOVERY_BUS_TROUBLE},
    {"CAN ERROR", ELM327_TEXT_CAN_ERROR, ELM327_RECOVERY_BUS_TROUBLE},
    {"DATA ERROR", ELM327_TEXT_DATA_ERROR, ELM327_RECOVERY_BUS_TROUBLE},
    {"7BB0361 <DATA ERROR", ELM327_TEXT_DATA_ERROR, ELM327_RECOVERY_BUS_TROUBLE},
    {"5B3 5C 01 <RX ERROR", ELM327_TEXT_RX_ERROR, ELM327_RECOVERY_BUS_TROUBLE},
    {"RX ERROR", ELM327_TEXT_RX_ERROR, ELM327_RECOVERY_BUS_TROUBLE},
    {"UART RX OVERFLOW", ELM327_TEXT_RX_OVERFLOW, ELM327_RECOVERY_NO_ANSWER},
    {"CANERROR", ELM327_TEXT_CAN_ERROR, ELM327_RECOVERY_BUS_TROUBLE},
    {"UNABLETOCONNECT", ELM327_TEXT_UNABLE_TO_CONNECT, ELM327_RECOVERY_BUS_TROUBLE},
    {"NODATA", ELM327_TEXT_NO_DATA, ELM327_RECOVERY_NO_ANSWER},
    {"FB ERROR", ELM327_TEXT_FB_ERROR, ELM327_RECOVERY_BUS_TROUBLE},
    {"UNABLE TO CONNECT", ELM327_TEXT_UNABLE_TO_CONNECT, ELM327_RECOVERY_BUS_TROUBLE},
    {"NOT CONNECTED", ELM327_TEXT_NOT_CONNECTED, ELM327_RECOVERY_BUS_TROUBLE},
    {"BUFFER FULL", ELM327_TEXT_BUFFER_FULL, ELM327_RECOVERY_HEAR_LESS},
    {"OUT OF MEMORY", ELM327_TEXT_OUT_OF_MEMORY, ELM327_RECOVERY_HEAR_LESS},
    {"LV RESET", ELM327_TEXT_LV_RESET, ELM327_RECOVERY_START_AGAIN},
    {"!ACT ALERT", ELM327_TEXT_ACT_ALERT, ELM327_RECOVERY_START_AGAIN},
    {"LP ALERT", ELM327_TEXT_LP_ALERT, ELM327_RECOVERY_START_AGAIN},
    {"ERR94", ELM327_TEXT_ERR, ELM327_RECOVERY_START_AGAIN},
    {"\xFC"
     "ELM327 v1.5",
     ELM327_TEXT_BANNER, ELM327_RECOVERY_START_AGAIN},
    {"elm327 v2.1", ELM327_TEXT_BANNER, ELM327_RECOVERY_START_AGAIN},
    {"12.4V", ELM327_TEXT_OTHER, ELM327_RECOVERY_NONE},
    {"", ELM327_TEXT_OTHER, ELM327_RECOVERY_NONE},
};

static void test_texts(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(TEXTS) / sizeof(TEXTS[0]); i++) {
        enum elm327_text text = elm327_text_find(TEXTS[i].line);
        assert_int_equal(text, TEXTS[i].text);
        assert_int_equal(elm327_text_recovery(text), TEXTS[i].recovery);
        assert_true(strlen(elm327_text_words(text)) > 0);
    }
}

static enum elm327_token take_all(struct elm327_line *line, const char *bytes, size_t len)
{
    enum elm327_token token = ELM327_TOKEN_MORE;
    for (size_t i = 0; i < len && token == ELM327_TOKEN_MORE; i++) {
        token = elm327_line_take(line, bytes[i]);
    }
    return token;
}

static void test_lines(void **state)
{
    (void)state;
    struct elm327_line line = {0};
    assert_int_equal(take_all(&line, "\r\n\r\nO\0K\0\r", 9), ELM327_TOKEN_LINE);
    assert_string_equal(line.text, "OK");
    elm327_line_clear(&line);
    assert_int_equal(take_all(&line, "7BB1029>", 8), ELM327_TOKEN_PROMPT);
    assert_string_equal(line.text, "7BB1029"); /* without its end */
    elm327_line_clear(&line);
    assert_int_equal(take_all(&line, ">", 1), ELM327_TOKEN_PROMPT);
    assert_string_equal(line.text, "");
}

/* E11: no CR for a megabyte. */
static void test_endless_line(void **state)
{
    (void)state;
    struct elm327_line line = {0};
    for (int i = 0; i < 1000000; i++) {
        assert_int_equal(elm327_line_take(&line, '5'), ELM327_TOKEN_MORE);
    }
    assert_int_equal(elm327_line_take(&line, '\r'), ELM327_TOKEN_LINE);
    assert_true(line.overlong);
    assert_true(line.len == ELM327_LINE_MAX);
}

static void test_frames(void **state)
{
    (void)state;
    static const char *const GOOD[] = {"7BB10296101FFFFF8F8", "7bb10296101fffff8f8",
                                       "7BB 10 29 61 01 FF FF F8 F8 "};
    static const char *const CUT[] = {
        "7",
        "7BB",
        "7BB1",
        "7BB102",
        "7BB10296101FFFFF8F",
        "7BB10296101FFFFF8F8A",
        "7BB10296101FFFFF8F8AB",
        "8BB1029",
        "7BB810296101FFFFF8F8", /* ATD1: a length digit */
        "18DAF11003410C00",
        "5A9 77 0",
        "5A9 7 01 2", /* two digits are lost, and what is left would be two other bytes */
    };
    struct frame frame;
    for (size_t i = 0; i < sizeof(GOOD) / sizeof(GOOD[0]); i++) {
        assert_int_equal(elm327_line_parse(GOOD[i], &frame), ELM327_PARSE_FRAME);
        assert_int_equal(frame.id, 0x7BB);
        assert_int_equal(frame.len, 8);
        assert_memory_equal(frame.data, "\x10\x29\x61\x01\xFF\xFF\xF8\xF8", 8);
    }
    for (size_t i = 0; i < sizeof(CUT) / sizeof(CUT[0]); i++) {
        assert_int_equal(elm327_line_parse(CUT[i], &frame), ELM327_PARSE_CUT);
    }
    assert_int_equal(elm327_line_parse("7BB10<RX ERROR", &frame), ELM327_PARSE_TEXT);
    assert_int_equal(elm327_line_parse("0: 61 01", &frame), ELM327_PARSE_TEXT);
    assert_int_equal(elm327_line_parse("00000", &frame), ELM327_PARSE_FRAME);
    assert_int_equal(frame.len, 1);
}

static void test_echo(void **state)
{
    (void)state;
    assert_true(elm327_line_is_echo("ATZ", "ATZ"));
    assert_true(elm327_line_is_echo("at sh 79b", "ATSH79B"));
    assert_false(elm327_line_is_echo("ATSH79", "ATSH79B"));
    assert_false(elm327_line_is_echo("ATSH79BB", "ATSH79B"));
    assert_false(elm327_line_is_echo("", "ATZ"));
}

/* E16: what can never be written. */
static void test_allow_list(void **state)
{
    (void)state;
    static const char *const GOOD[] = {"ATZ",     "ATSP6",   "ATSH79B",   "ATCRA7BB",
                                       "ATCF500", "ATCM700", "ATFCSH000", "ATMA",
                                       "ATRV",    "STM",     "STFCP",     "STFAP1D8,7F8"};
    static const char *const BAD[] = {
        "",
        "AT",
        "ATSP0",
        "ATSP",
        "ATSP7",
        "ATTPA0",
        "0100",
        "ATPP2DFFON",
        "ATCV1234",
        "ATBI",
        "ATAR",
        "AT@3X",
        "ATSD12",
        "ATWM",
        "ATCAF1",
        "ATCSM0",
        "ATSH",
        "ATSH7",
        "ATSH79BB",
        "ATSH8FF",
        "ATSHXYZ",
        "ATSH79B\r0221",
        "ATCRA",
        "ATFCSD300001",
        "ATFCSM0",
        "ATFCSM2",
        "ATMR",
        "ATD",
        "ATWS",
        "STSBR",
        "ATZ ",
        "atz",
        "STFAP1D8",
        "STFAP1D8,8FF",
        "STFAP1D8.7FF",
        "STFAP1D8,7FFF",
        "STFAP1D8,7,F",
        "STMA",
        "STWBR",
        "STSLEEP",
        "STFAP,1D87F",
    };
    for (size_t i = 0; i < sizeof(GOOD) / sizeof(GOOD[0]); i++) {
        assert_true(elm327_command_allowed(GOOD[i]));
    }
    for (size_t i = 0; i < sizeof(BAD) / sizeof(BAD[0]); i++) {
        assert_false(elm327_command_allowed(BAD[i]));
    }
}

/* Every identifier is heard by exactly one slice, however often it is cut. */
static void slices_check(const struct elm327_slices *slices)
{
    size_t next = 0;
    for (size_t i = 0; i < slices->count; i++) {
        const struct elm327_slice *slice = &slices->slices[i];
        assert_int_equal(slice->first, next);
        assert_true(slice->count > 0);
        for (size_t k = 0; k < slice->count; k++) {
            assert_int_equal(slices->ids[slice->first + k] & slice->mask, slice->filter);
        }
        next += slice->count;
    }
    assert_int_equal(next, slices->id_count);
}

static void test_slices(void **state)
{
    (void)state;
    static const uint16_t IDS[] = {0x1DB, 0x1DC, 0x284, 0x50A, 0x54A, 0x54B, 0x5B3, 0x5BC, 0x60D};
    struct elm327_slices slices;
    elm327_slices_init(&slices, IDS, sizeof(IDS) / sizeof(IDS[0]));
    assert_int_equal(slices.count, 4);
    assert_int_equal(slices.slices[0].filter, 0x1D8);
    assert_int_equal(slices.slices[0].mask, 0x7F8);
    assert_int_equal(slices.slices[1].filter, 0x284);
    assert_int_equal(slices.slices[1].mask, 0x7FF);
    slices_check(&slices);
    assert_int_equal(elm327_slices_widest(&slices), 2);
    while (elm327_slices_split(&slices, 2)) {
        slices_check(&slices);
    }
    for (size_t i = 0; i < slices.count; i++) {
        while (elm327_slices_split(&slices, i)) {
            slices_check(&slices);
        }
    }
    assert_int_equal(slices.count, 9);
    assert_int_equal(slices.slices[8].mask, 0x7FF);
    assert_int_equal(elm327_slices_find(&slices, 0x5B3), 6);
    assert_int_equal(elm327_slices_find(&slices, 0x5B4), -1);
}

static void test_most_slices(void **state)
{
    (void)state;
    uint16_t ids[ELM327_LISTEN_MAX];
    struct elm327_slices slices;
    for (size_t i = 0; i < ELM327_LISTEN_MAX; i++) {
        ids[i] = (uint16_t)(i * 16);
    }
    elm327_slices_init(&slices, ids, ELM327_LISTEN_MAX);
    assert_int_equal(slices.count, 8);
    for (size_t i = 0; i < slices.count; i++) {
        while (elm327_slices_split(&slices, i)) {
        }
    }
    assert_int_equal(slices.count, ELM327_SLICE_MAX);
    slices_check(&slices);
    elm327_slices_init(&slices, NULL, 0);
    assert_int_equal(slices.count, 0);
    assert_int_equal(elm327_slices_widest(&slices), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_texts),        cmocka_unit_test(test_lines),
        cmocka_unit_test(test_endless_line), cmocka_unit_test(test_frames),
        cmocka_unit_test(test_echo),         cmocka_unit_test(test_allow_list),
        cmocka_unit_test(test_slices),       cmocka_unit_test(test_most_slices),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
