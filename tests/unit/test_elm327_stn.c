/* STN chips: their pass filters and a faster line, and the way back where these do not work. */
#include "elm327_talk.h"

#include <stdlib.h>

#define FRAME_5B3 "5B30102030405060708\r"
#define FRAME_1DB "1DB0102030405060708\r"

static struct talk *talk_new(void)
{
    static const uint16_t LISTEN[] = {0x1DB, 0x1DC, 0x5B3, 0x5BC, 0x60D};
    struct talk *talk = calloc(1, sizeof(*talk));
    assert_non_null(talk);
    talk->echoes = true;
    memcpy(talk->listen, LISTEN, sizeof(LISTEN));
    talk->listen_count = 5;
    talk_rule(talk, "STI", "STN1110 v4.0.4\r\r>", 0);
    return talk;
}

static void talk_free(struct talk *talk)
{
    talk_close(talk);
    free(talk);
}

static size_t count_in(const char *log, const char *what)
{
    size_t count = 0;
    for (const char *at = log; (at = strstr(at, what)); at++) {
        count++;
    }
    return count;
}

/* All groups at once, and not interrupted for turns; a question clears them, then they are set again. */
static void test_all_groups_at_once(void **state)
{
    (void)state;
    struct talk *talk = talk_new();
    talk->traffic = FRAME_5B3 FRAME_1DB "7010102030405060708\r";
    talk_open(talk);
    talk_until_up(talk, 1);
    talk_forget_log(talk);
    talk_run(talk, 8 * NS_PER_S);
    assert_string_equal(talk->log, "STFCP\nSTFAP1D8,7F8\nSTFAP5B0,7F0\nSTFAP60D,7FF\nSTM\n");
    assert_int_equal(talk->frame_count, 2);
    assert_int_equal(talk->counts[ADAPTER_LATE], 1);
    talk_forget_log(talk);
    talk_run(talk, 5 * NS_PER_S);
    assert_string_equal(talk->log, "_\nATRV\nSTM\n"); /* the filters are still there */
    talk_forget_log(talk);
    assert_int_equal(talk_ask(talk, 0x79B, 0x7BB, 0x21, 1), 0);
    talk_run(talk, 500 * NS_PER_MS);
    assert_string_equal(talk->log,
                        "_\nATSH79B\nATFCSH79B\nSTFCP\nATCRA7BB\n"
                        "0221010000000000\nSTFCP\nSTFAP1D8,7F8\nSTFAP5B0,7F0\nSTFAP60D,7FF\nSTM\n");
    talk_free(talk);
}

/* What is refused, wherever: it listens in the common way. */
static void test_refusals(void **state)
{
    (void)state;
    static const char *const REFUSED[] = {"STFCP", "STFAP1D8,7F8", "STFAP60D,7FF", "STM"};
    for (size_t i = 0; i < 4; i++) {
        struct talk *talk = talk_new();
        talk_rule(talk, REFUSED[i], "?\r\r>", 0);
        talk->traffic = FRAME_5B3;
        talk_open(talk);
        talk_until_up(talk, 1);
        talk_run(talk, 20 * NS_PER_S);
        assert_true(elm327_has(talk->elm, ELM327_QUIRK_NO_PASS_FILTERS));
        assert_true(elm327_listens(talk->elm));
        assert_true(talk->frame_count > 2);
        assert_int_equal(talk->startings, 0);
        talk_free(talk);
    }
}

/* Room for two filters only; BUFFER FULL with all of them: fewer at once. */
static void test_fewer_at_once(void **state)
{
    (void)state;
    static const char *const COMMANDS[] = {"STFAP60D,7FF", "STM"};
    static const char *const REPLIES[] = {"OUT OF MEMORY\r\r>", FRAME_5B3 "5B301BUFFER FULL\r\r>"};
    for (size_t i = 0; i < 2; i++) {
        struct talk *talk = talk_new();
        talk_rule(talk, COMMANDS[i], REPLIES[i], 1);
        talk->traffic = FRAME_5B3;
        talk_open(talk);
        talk_until_up(talk, 1);
        talk_run(talk, 30 * NS_PER_S);
        assert_true(talk->frame_count > 2);
        assert_int_equal(talk->startings, 0);
        assert_non_null(strstr(talk->log, "ATCF5B0\nATCM7F0\nATMA\n")); /* three halved is one */
        talk_free(talk);
    }
}

/* It agrees to everything and lets nothing through; in the common way frames are heard. */
static void test_filters_that_hear_nothing(void **state)
{
    (void)state;
    struct talk *talk = talk_new();
    talk->passes_nothing = true;
    talk->traffic = FRAME_5B3;
    talk_open(talk);
    talk_until_up(talk, 1);
    talk_run(talk, 3 * NS_PER_MIN);
    assert_true(elm327_has(talk->elm, ELM327_QUIRK_NO_PASS_FILTERS));
    assert_true(talk->frame_count > 10);
    talk_free(talk);
}

/* A sleeping car is heard in neither way: the filters stay in use. */
static void test_silence_is_no_refusal(void **state)
{
    (void)state;
    struct talk *talk = talk_new();
    talk_open(talk);
    talk_until_up(talk, 1);
    talk_run(talk, 10 * NS_PER_MIN);
    assert_false(elm327_has(talk->elm, ELM327_QUIRK_NO_PASS_FILTERS));
    assert_true(count_in(talk->log, "STM\n") > 10);
    assert_true(count_in(talk->log, "ATMA\n") > 10);
    talk_free(talk);
}

static struct talk *talk_new_fast(const char *answer)
{
    struct talk *talk = talk_new();
    talk_rule(talk, "STBR230400", answer, 0);
    talk_open(talk);
    elm327_closed(talk->elm);
    elm327_allow_speed(talk->elm, true);
    talk->out_len = 0;
    talk_forget_log(talk);
    elm327_opened(talk->elm, talk->now_ns);
    return talk;
}

/* The switch, and back with a reset. */
static void test_faster_line(void **state)
{
    (void)state;
    struct talk *talk = talk_new_fast("OK\r");
    talk_until_up(talk, 1);
    assert_true(talk->fast);
    assert_int_equal(talk->speeds, 1);
    assert_int_equal(talk->startings, 0);
    assert_int_equal(talk_ask(talk, 0x79B, 0x7BB, 0x21, 1), 0);
    talk_run(talk, 100 * NS_PER_MS);
    talk_say(talk, "LV RESET\r\r>");
    talk_until_up(talk, 2);
    assert_false(talk->fast); /* once for each opening of the port */
    assert_int_equal(count_in(talk->log, "STBR"), 1);
    talk_free(talk);
}

/* Refused, no name at the new speed, garbage instead, no OK: it comes up at the old speed. */
static void test_faster_line_that_fails(void **state)
{
    (void)state;
    static const char *const ANSWERS[] = {"?\r\r>", "OK\r",    "OK\r",        "OK\r",
                                          "OK\r",   "OK\r\r>", "STOPPED\r\r>"};
    static const char *const NAMES[] = {NULL, "", "\xFF\x80\xF8\r", NULL, NULL, "", NULL};
    static const char *const CONFIRMATIONS[] = {NULL, NULL, NULL, "", "?\r\r>", NULL, NULL};
    for (size_t i = 0; i < sizeof(ANSWERS) / sizeof(ANSWERS[0]); i++) {
        struct talk *talk = talk_new_fast(ANSWERS[i]);
        talk->fast_name = NAMES[i];
        talk->confirmation = CONFIRMATIONS[i];
        int64_t begun_ns = talk->now_ns;
        talk_until_up(talk, 1);
        assert_false(talk->fast);
        assert_int_equal(talk->losses, 0);
        assert_int_equal(count_in(talk->log, "STBR"), 1);
        assert_true(talk->now_ns - begun_ns < 5 * NS_PER_S);
        talk_free(talk);
    }
}

/* Plugged in again without the port noticing: nobody answers at the high speed any more. */
static void test_fast_line_that_is_lost(void **state)
{
    (void)state;
    struct talk *talk = talk_new_fast("OK\r");
    talk_until_up(talk, 1);
    talk_rule(talk, "ATI", NULL, 1); /* the first one, at the high speed */
    talk->rules[talk->rule_count++] = talk->rules[0];
    talk_run(talk, 300 * NS_PER_MS);
    talk->monitoring = false;
    talk->echoes = false; /* and no echo there */
    talk_run(talk, 15 * NS_PER_S);
    assert_false(talk->fast);
    talk->echoes = true;
    talk_run(talk, 30 * NS_PER_S);
    assert_true(talk->ups >= 2);
    talk_free(talk);
}

/* As a process that was killed left it: behind a line of fixed speed it would be gone until it is unplugged.
 */
static void test_line_that_was_left_fast(void **state)
{
    (void)state;
    struct talk *talk = talk_new_fast("OK\r");
    talk->left_fast = true;
    talk_until_up(talk, 1);
    assert_true(talk->fast);
    assert_int_equal(talk->losses, 0);
    assert_int_equal(count_in(talk->log, "STBR"), 1);
    talk_free(talk);
}

/* Where the port has no speed it is not tried; nor with another chip. */
static void test_faster_line_is_not_tried(void **state)
{
    (void)state;
    struct talk *talk = talk_new();
    talk_open(talk);
    talk_until_up(talk, 1);
    assert_null(strstr(talk->log, "STBR"));
    talk_free(talk);
    talk = talk_new_fast("OK\r");
    talk->rules[0].reply = "?\r\r>"; /* STI */
    talk_until_up(talk, 1);
    assert_null(strstr(talk->log, "STBR"));
    talk_free(talk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_groups_at_once),      cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_fewer_at_once),           cmocka_unit_test(test_filters_that_hear_nothing),
        cmocka_unit_test(test_silence_is_no_refusal),   cmocka_unit_test(test_faster_line),
        cmocka_unit_test(test_faster_line_that_fails),  cmocka_unit_test(test_fast_line_that_is_lost),
        cmocka_unit_test(test_line_that_was_left_fast), cmocka_unit_test(test_faster_line_is_not_tried),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
