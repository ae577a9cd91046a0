/* The ELM327 dialogue while it listens and when things go wrong: filters first, slices, cut lines, late
 * answers, resets, silence; and the property that nothing but a whole line ever becomes a frame. */
#include "elm327_talk.h"

#include <stdlib.h>

#define FRAME_5B3 "5B30102030405060708\r"

static struct talk listening(void)
{
    return (struct talk){.listen = {0x1DB, 0x1DC, 0x5B3, 0x5BC, 0x60D}, .listen_count = 5};
}

static void test_filters_before_monitoring(void **state)
{
    (void)state;
    struct talk talk = listening();
    talk_open(&talk);
    talk_until_up(&talk, 1);
    talk_forget_log(&talk);
    talk_run(&talk, 3500 * NS_PER_MS);
    assert_string_equal(talk.log, "ATCM7F8\nATMA\n_\nATCF5B0\nATCM7F0\nATMA\n_\nATCRA60D\nATMA\n_\n"
                                  "ATCF1D8\nATCM7F8\nATMA\n");
    talk_close(&talk);
}

static size_t count_in(const char *log, const char *what)
{
    size_t count = 0;
    for (const char *at = log; (at = strstr(at, what)); at++) {
        count++;
    }
    return count;
}

/* A lasting silence makes the slices longer: fewer wake-ups on a sleeping car. Every other turn is for the
 * group that was heard last, each filter stays for two of them, and the first frame ends it all. */
static void test_silence_slows_the_turns(void **state)
{
    (void)state;
    struct talk talk = listening();
    talk_open(&talk);
    talk_until_up(&talk, 1);
    talk.traffic = FRAME_5B3;
    talk_run(&talk, 5 * NS_PER_S);
    talk.traffic = NULL;
    talk_run(&talk, 30 * NS_PER_S);
    talk_forget_log(&talk);
    talk_run(&talk, 120 * NS_PER_S);
    assert_int_equal(count_in(talk.log, "ATMA"), 12);
    assert_in_range(count_in(talk.log, "ATCF5B0"), 2, 3);
    assert_in_range(count_in(talk.log, "ATCF1D8"), 1, 2);
    assert_in_range(count_in(talk.log, "ATCRA60D"), 1, 2);
    talk.traffic = FRAME_5B3;
    talk_run(&talk, 22 * NS_PER_S);
    talk_forget_log(&talk);
    talk_run(&talk, 6 * NS_PER_S);
    assert_in_range(count_in(talk.log, "ATMA"), 5, 7);
    talk_close(&talk);
}

static void test_single_group_is_not_interrupted(void **state)
{
    (void)state;
    struct talk talk = {.listen = {0x5B3}, .listen_count = 1, .traffic = FRAME_5B3};
    talk_open(&talk);
    talk_until_up(&talk, 1);
    talk_forget_log(&talk);
    talk_run(&talk, 25 * NS_PER_S);
    assert_string_equal(talk.log, "ATMA\n_\nATRV\nATMA\n_\nATRV\nATMA\n");
    talk_close(&talk);
}

static void test_only_what_was_aimed_at_is_heard(void **state)
{
    (void)state;
    struct talk talk = listening();
    talk.traffic = "1DB0102030405060708\r" /* wanted */
                   "1D90102030405060708\r" /* let through by the filter, not wanted */
        FRAME_5B3                          /* of another slice: cannot be */
                   "1DC01020304\r"         /* shorter than ever before: not yet */
                   "1DC01020304\r"         /* now it is believed */
                   "1DB010203040506\r"     /* the end of the line was lost */
                   "1DC010203040506070\r"  /* an odd one */
                   "1DB0102030405060708<RX ERROR\r";
    talk_open(&talk);
    talk_until_up(&talk, 1);
    talk_run(&talk, 500 * NS_PER_MS);
    assert_int_equal(talk.frame_count, 2);
    assert_int_equal(talk.frames[0].id, 0x1DB);
    assert_int_equal(talk.frames[0].len, 8);
    assert_true(talk.frames[0].time_ns == talk.now_ns - 500 * NS_PER_MS);
    assert_int_equal(talk.frames[1].id, 0x1DC);
    assert_int_equal(talk.frames[1].len, 4);
    assert_int_equal(talk.counts[ADAPTER_LATE], 1);
    assert_int_equal(talk.counts[ADAPTER_BUS_ERRORS], 1);
    assert_true(talk.counts[ADAPTER_GARBAGE] >= 2);
    talk_close(&talk);
}

static void test_question_interrupts_a_slice(void **state)
{
    (void)state;
    struct talk talk = listening();
    talk_rule(&talk, "0221010000000000", "7BB037F211200000000\r\r>", 0);
    talk_open(&talk);
    talk_until_up(&talk, 1);
    talk_run(&talk, 300 * NS_PER_MS);
    talk_forget_log(&talk);
    assert_true(elm327_is_ready(talk.elm));
    assert_int_equal(talk_ask(&talk, 0x79B, 0x7BB, 0x21, 1), 0);
    assert_false(elm327_is_ready(talk.elm));
    talk_run(&talk, 1 * NS_PER_MS);
    assert_string_equal(talk.log,
                        "_\nATSH79B\nATFCSH79B\nATCRA7BB\n0221010000000000\n");
    assert_int_equal(talk.frame_count, 1);
    talk_run(&talk, 200 * NS_PER_MS);
    assert_non_null(strstr(talk.log, "ATCF5B0\nATCM7F0\nATMA\n")); /* and it listens again */
    talk_close(&talk);
}

static void test_buffer_full_narrows(void **state)
{
    (void)state;
    struct talk talk = listening();
    talk_rule(&talk, "ATMA", FRAME_5B3 "5B3010203BUFFER FULL\r\r>", 1);
    talk_open(&talk);
    talk_until_up(&talk, 1);
    talk_forget_log(&talk);
    talk_run(&talk, 1500 * NS_PER_MS);
    assert_string_equal(talk.log, "ATCM7F8\nATMA\nATCRA1DB\nATMA\n_\nATCRA1DC\nATMA\n");
    assert_int_equal(talk.counts[ADAPTER_OVERFLOWS], 1);
    talk_close(&talk);
}

/* Ten minutes after the flood the groups are as wide as before. */
static void test_narrow_is_not_for_ever(void **state)
{
    (void)state;
    struct talk talk = listening();
    talk_rule(&talk, "ATMA", "BUFFER FULL\r\r>", 4);
    talk_open(&talk);
    talk_until_up(&talk, 1);
    talk_run(&talk, 9 * NS_PER_MIN);
    assert_non_null(strstr(talk.log, "ATCRA1DC"));
    talk_run(&talk, 2 * NS_PER_MIN);
    talk_forget_log(&talk);
    talk_run(&talk, NS_PER_MIN);
    assert_non_null(strstr(talk.log, "ATCF1D8\nATCM7F8"));
    assert_null(strstr(talk.log, "ATCRA1DC"));
    talk_close(&talk);
}

/* E15: even a single identifier is too much: it goes on in turn, without spinning. */
static void test_buffer_always_full(void **state)
{
    (void)state;
    struct talk talk = listening();
    talk.byte_ns = 100 * NS_PER_US;
    talk_rule(&talk, "ATMA", "BUFFER FULL\r\r>", 0);
    talk_open(&talk);
    talk_until_up(&talk, 1);
    talk_run(&talk, 10 * NS_PER_S);
    assert_int_equal(talk.ups, 1);
    assert_in_range(talk.counts[ADAPTER_OVERFLOWS], 5, 40);
    talk_close(&talk);
}

/* An adapter that ends monitoring by itself is not asked again at once. */
static void test_monitoring_that_ends_by_itself(void **state)
{
    (void)state;
    struct talk talk = listening();
    talk_rule(&talk, "ATMA", "CAN ERROR\r\r>", 0);
    talk_open(&talk);
    talk_until_up(&talk, 1);
    talk_run(&talk, 10 * NS_PER_S);
    assert_in_range(talk.counts[ADAPTER_BUS_ERRORS], 8, 12);
    assert_false(elm327_has(talk.elm, ELM327_QUIRK_NO_MONITOR));
    talk_close(&talk);
}

/* The blank that ends a slice is lost once; then for ever. */
static void test_monitoring_that_does_not_end(void **state)
{
    (void)state;
    struct talk talk = {.listen = {0x5B3}, .listen_count = 1};
    talk_open(&talk);
    talk_until_up(&talk, 1);
    talk_run(&talk, 100 * NS_PER_MS);
    talk.monitoring = false; /* the blank finds nobody who prints STOPPED */
    talk_run(&talk, 30 * NS_PER_S);
    assert_int_equal(talk.startings, 1);
    assert_string_equal(talk.words, "the adapter did not answer in time");
    assert_int_equal(talk.ups, 2);
    talk_close(&talk);
}

/* Every text of the table, as the reply to a question: the dialogue is ready again, without a frame and
 * without help. */
static void test_every_text_in_every_place(void **state)
{
    (void)state;
    static const char *const SAID[] = {
        "NO DATA",
        "STOPPED",
        "SEARCHING...",
        "BUS BUSY",
        "BUS ERROR",
        "BUS INIT: ERROR",
        "CAN ERROR",
        "DATA ERROR",
        "7BB0361<DATA ERROR",
        "7BB0361<RX ERROR",
        "FB ERROR",
        "UNABLE TO CONNECT",
        "NOT CONNECTED",
        "FC RX TIMEOUT",
        "BUFFER FULL",
        "OUT OF MEMORY",
        "LV RESET",
        "ACT ALERT",
        "!LP ALERT",
        "ERR94",
        "ELM327 v1.5",
        "?",
        "OK",
        "\x01\x02\x03",
        "7BB",
        "7BB1",
    };
    static const char *const AFTER[] = {"ATSH79B",          "ATFCSH79B", "ATFCSM1", "ATCRA7BB",
                                        "0221010000000000", "ATMA",      "ATRV",    "ATCF1D8",
                                        "ATCAF0",           "ATZ",       "ATI",     "ATDPN"};
    for (size_t i = 0; i < sizeof(SAID) / sizeof(SAID[0]); i++) {
        for (size_t k = 0; k < sizeof(AFTER) / sizeof(AFTER[0]); k++) {
            char reply[64];
            struct talk talk = listening();
            snprintf(reply, sizeof(reply), "%s\r\r>", SAID[i]);
            talk_rule(&talk, AFTER[k], reply, 1);
            talk_open(&talk);
            talk_until_up(&talk, 1);
            talk_ask(&talk, 0x79B, 0x7BB, 0x21, 1);
            talk_run(&talk, 20 * NS_PER_S);
            assert_true(elm327_is_ready(talk.elm));
            assert_int_equal(talk.losses, 0);
            assert_int_equal(talk.frame_count, 0);
            talk_close(&talk);
        }
    }
}

/* E08: after a reset nothing is asked before the whole start-up, and the question of before is not asked
 * again. */
static void test_reset_between_questions(void **state)
{
    (void)state;
    struct talk talk = {0};
    talk_rule(&talk, "0221020000000000", "7BB102961\rLV RESET\r\r>", 1);
    talk_open(&talk);
    talk_until_up(&talk, 1);
    assert_int_equal(talk_ask(&talk, 0x79B, 0x7BB, 0x21, 2), 0);
    talk_run(&talk, 1);
    assert_false(elm327_is_ready(talk.elm));
    assert_string_equal(talk.words, "the adapter restarted because its supply dipped");
    talk_forget_log(&talk);
    talk_until_up(&talk, 2);
    assert_null(strstr(talk.log, "022102"));
    assert_int_equal(talk_ask(&talk, 0x79B, 0x7BB, 0x21, 1), 0);
    talk_run(&talk, NS_PER_S);
    assert_non_null(strstr(talk.log, "ATSH79B\nATFCSH79B"));
    assert_int_equal(talk.counts[ADAPTER_RESETS], 1);
    talk_close(&talk);
}

/* E05: the answer comes four seconds late, when the dialogue has long begun again. */
static void test_late_answer_is_dropped(void **state)
{
    (void)state;
    struct talk talk = {0};
    talk_rule(&talk, "0221010000000000", NULL, 1);
    talk_open(&talk);
    talk_until_up(&talk, 1);
    assert_int_equal(talk_ask(&talk, 0x79B, 0x7BB, 0x21, 1), 0);
    talk_run(&talk, 2100 * NS_PER_MS);
    assert_int_equal(talk.startings, 1);
    talk_say(&talk, "7BB037F211200000000\r\r>");
    talk_until_up(&talk, 2);
    assert_int_equal(talk_ask(&talk, 0x79B, 0x7BB, 0x21, 2), 0);
    talk_run(&talk, NS_PER_S);
    assert_int_equal(talk.frame_count, 0);
    assert_int_equal(talk.counts[ADAPTER_TIMEOUTS], 1);
    talk_close(&talk);
}

/* The frames of a question that was given up, those of another identifier, and those that come unasked. */
static void test_frames_of_nobody_are_dropped(void **state)
{
    (void)state;
    struct talk talk = {.byte_ns = 100 * NS_PER_US};
    talk_rule(&talk, "0221010000000000", "7BB10296101FFFFF8F8\r7632200000000000000\r7BB2100000000000000\r\r>",
              0);
    talk_open(&talk);
    talk_until_up(&talk, 1);
    assert_int_equal(talk_ask(&talk, 0x79B, 0x7BB, 0x21, 1), 0);
    while (talk.frame_count == 0) {
        assert_true(talk_step(&talk, INT64_MAX));
    }
    elm327_done(talk.elm, talk.now_ns);
    talk_run(&talk, NS_PER_S);
    assert_int_equal(talk.frame_count, 1);
    assert_int_equal(talk.counts[ADAPTER_LATE], 2);
    talk_say(&talk, "7BB2200000000000000\r\r>"); /* wican #288: the tail comes when nothing is asked */
    talk_run(&talk, NS_PER_S);
    assert_int_equal(talk.frame_count, 1);
    assert_int_equal(talk.counts[ADAPTER_LATE], 3);
    assert_int_equal(talk.startings, 0);
    talk_close(&talk);
}

/* wican #288, ioniq-app #16: nothing after the first frame; the dialogue reports what came and is ready
 * again. */
static void test_truncated_answer(void **state)
{
    (void)state;
    struct talk talk = {0};
    talk_rule(&talk, "0221010000000000", "7BB10296101FFFFF8F8\r\r>", 1);
    talk_rule(&talk, "0221010000000000", "7BB10296101FFFFF8F8>", 1); /* a line without its end is none */
    talk_open(&talk);
    talk_until_up(&talk, 1);
    assert_int_equal(talk_ask(&talk, 0x79B, 0x7BB, 0x21, 1), 0);
    talk_run(&talk, NS_PER_S);
    assert_int_equal(talk.frame_count, 1);
    assert_int_equal(talk_ask(&talk, 0x79B, 0x7BB, 0x21, 1), 0);
    talk_run(&talk, NS_PER_S);
    assert_int_equal(talk.frame_count, 1);
    assert_true(elm327_is_ready(talk.elm));
    talk_close(&talk);
}

/* A question that can't be sent for two seconds is not sent: what was known of the car is old by then. */
static void test_old_question_is_not_sent(void **state)
{
    (void)state;
    struct talk talk = {.byte_ns = 150 * NS_PER_MS};
    talk_open(&talk);
    talk_until_up(&talk, 1);
    talk_forget_log(&talk);
    assert_int_equal(talk_ask(&talk, 0x79B, 0x7BB, 0x21, 1), 0);
    talk_run(&talk, 8 * NS_PER_S);
    assert_null(strstr(talk.log, "022101"));
    assert_true(elm327_is_ready(talk.elm));
    talk_close(&talk);
}

/* A question that was given up in the middle of its settings leaves none that are taken for another's. */
static void test_flow_header_of_a_dropped_question(void **state)
{
    (void)state;
    struct talk talk = {.byte_ns = 5 * NS_PER_MS};
    talk_rule(&talk, "0221010000000000", "7BB036101AA00000000\r\r>", 0);
    talk_open(&talk);
    talk_until_up(&talk, 1);
    assert_int_equal(talk_ask(&talk, 0x79B, 0x7BB, 0x21, 1), 0);
    talk_run(&talk, 2 * NS_PER_S);
    assert_int_equal(talk.frame_count, 1);
    talk_forget_log(&talk);
    assert_int_equal(talk_ask(&talk, 0x797, 0x79A, 0x21, 1), 0);
    for (int i = 0; i < 1000 && !strstr(talk.log, "ATFCSH797\n"); i++) {
        talk_run(&talk, NS_PER_MS);
    }
    elm327_done(talk.elm, talk.now_ns);
    talk_run(&talk, NS_PER_S);
    talk_forget_log(&talk);
    assert_int_equal(talk_ask(&talk, 0x79B, 0x7BB, 0x21, 1), 0);
    talk_run(&talk, 2 * NS_PER_S);
    assert_non_null(strstr(talk.log, "ATFCSH79B\n"));
    assert_int_equal(talk.frame_count, 2);
    talk_close(&talk);
}

static void test_garbage_flood_is_given_up(void **state)
{
    (void)state;
    struct talk talk = listening();
    talk_open(&talk);
    talk_until_up(&talk, 1);
    for (int i = 0; i < 700 && talk.losses == 0; i++) {
        talk_say(&talk, "5B3010\xFF\r");
        talk_run(&talk, NS_PER_MS);
    }
    assert_int_equal(talk.losses, 1);
    talk_close(&talk);
}

/* Where some bytes of a line are garbled, others may have become other digits: nothing is believed for a
 * second. A line that only lost its end casts no doubt. */
/* Beside a line that was damaged others may be, too, in ways that nothing tells: bytes that are no text, a line
 * that lost a digit, one that lost two. */
static void test_damaged_lines_cast_doubt(void **state)
{
    (void)state;
    static const char *const damaged[] = {"5B3010\xFF\r", "5B301020304050607\r", "5B3010203040506\r"};
    for (size_t i = 0; i < sizeof(damaged) / sizeof(damaged[0]); i++) {
        struct talk talk = {.listen = {0x5B3}, .listen_count = 1};
        talk_open(&talk);
        talk_until_up(&talk, 1);
        talk_run(&talk, 100 * NS_PER_MS);
        talk_say(&talk, "5B30102\r" FRAME_5B3);
        talk_run(&talk, 10 * NS_PER_MS);
        assert_int_equal(talk.frame_count, 1);
        talk_say(&talk, damaged[i]);
        talk_say(&talk, FRAME_5B3);
        talk_run(&talk, 900 * NS_PER_MS);
        talk_say(&talk, FRAME_5B3);
        talk_run(&talk, 10 * NS_PER_MS);
        assert_int_equal(talk.frame_count, 1);
        talk_run(&talk, 200 * NS_PER_MS);
        talk_say(&talk, FRAME_5B3);
        talk_run(&talk, 10 * NS_PER_MS);
        assert_int_equal(talk.frame_count, 2);
        talk_close(&talk);
    }
}

/* "12.6V" that lost bytes. */
static void test_damaged_voltage_is_none(void **state)
{
    (void)state;
    static const char *const damaged[] = {"16V\r\r>", "126V\r\r>", "12.V\r\r>", "12.6V5\r\r>"};
    for (size_t i = 0; i < sizeof(damaged) / sizeof(damaged[0]); i++) {
        struct talk talk = {.listen_count = 0};
        talk_rule(&talk, "ATRV", damaged[i], 0);
        talk_open(&talk);
        talk_until_up(&talk, 1);
        assert_int_equal(talk.voltages, 0);
        talk_close(&talk);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_filters_before_monitoring),
        cmocka_unit_test(test_silence_slows_the_turns),
        cmocka_unit_test(test_single_group_is_not_interrupted),
        cmocka_unit_test(test_only_what_was_aimed_at_is_heard),
        cmocka_unit_test(test_question_interrupts_a_slice),
        cmocka_unit_test(test_buffer_full_narrows),
        cmocka_unit_test(test_narrow_is_not_for_ever),
        cmocka_unit_test(test_buffer_always_full),
        cmocka_unit_test(test_monitoring_that_ends_by_itself),
        cmocka_unit_test(test_monitoring_that_does_not_end),
        cmocka_unit_test(test_every_text_in_every_place),
        cmocka_unit_test(test_reset_between_questions),
        cmocka_unit_test(test_late_answer_is_dropped),
        cmocka_unit_test(test_frames_of_nobody_are_dropped),
        cmocka_unit_test(test_truncated_answer),
        cmocka_unit_test(test_old_question_is_not_sent),
        cmocka_unit_test(test_flow_header_of_a_dropped_question),
        cmocka_unit_test(test_garbage_flood_is_given_up),
        cmocka_unit_test(test_damaged_lines_cast_doubt),
        cmocka_unit_test(test_damaged_voltage_is_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
