/* The ELM327 dialogue against literal bytes: the start-up, what is probed, questions, and every quirk of
 * leaf/ELM327_CLONES.md that these touch. */
#include "elm327_talk.h"

static const char *const START_UP =
    "ZZZZZZZZ\nATI\nATZ\nZZZZZZZZ\nZZZZZZZZ\nATL0\nATS0\nATH1\nATI\nAT@1\nSTI\nATSP6\nATCAF0\nATAT0\nATST32\n"
    "ATCSM1\nATFCSH7E0\nATFCSD300000\nATFCSM1\nATRV\nATDPN\n";

static void test_start_up_in_order(void **state)
{
    (void)state;
    struct talk talk = {0};
    talk_open(&talk);
    talk_until_up(&talk, 1);
    assert_string_equal(talk.log, START_UP);
    const struct elm327_traits *traits = elm327_traits(talk.elm);
    assert_string_equal(traits->identity, "ELM327 v1.5, OBDII to RS232");
    assert_int_equal(traits->quirks, 1U << ELM327_QUIRK_ECHOES_LATE | 1U << ELM327_QUIRK_NO_PASS_FILTERS);
    assert_int_equal(traits->flow, ELM327_FLOW_OURS);
    assert_true(talk.volts == 12.4);
    assert_int_equal(talk.readies, 1);
    assert_int_equal(talk.startings, 0);
    talk_close(&talk);
}

/* ELMduino #184: every byte half a second after the other; and a NUL between all of them (python-OBD). */
static void test_start_up_byte_by_byte(void **state)
{
    (void)state;
    struct talk talk = {.byte_ns = NS_PER_S / 2};
    talk_open(&talk);
    talk_until_up(&talk, 1);
    assert_int_equal(talk.startings, 0);
    talk_close(&talk);
}

static void test_start_up_through_junk(void **state)
{
    (void)state;
    static const char *const BANNERS[] = {
        "ATZ\r\r\rELM327 v1.5\r\r>",              /* echo first */
        "\xFC\xFF ELM327 v1.5\r\r>",              /* junk glued to it */
        "NO DATA\r\r>ATZ\r\r\rELM327 v1.3a\r\r>", /* wican #288: a late reply before it */
        "NO DATA\r\n\r\n>\r\n\r\nELM327 v2.1\r\n\r\n>",
        "LV RESET\r\r>",
    };
    for (size_t i = 0; i < sizeof(BANNERS) / sizeof(BANNERS[0]); i++) {
        struct talk talk = {0};
        talk_rule(&talk, "ATZ", BANNERS[i], 0);
        talk_open(&talk);
        talk_until_up(&talk, 1);
        assert_int_equal(talk.startings, 0);
        talk_close(&talk);
    }
}

/* python-OBD #254: half a command was in the adapter's buffer, and the echo is on. */
static void test_start_up_after_half_a_command(void **state)
{
    (void)state;
    struct talk talk = {0};
    talk_rule(&talk, "ATI", "?\r\r>", 1);
    talk_open(&talk);
    talk_say(&talk, "?\r\r>");
    talk_until_up(&talk, 1);
    assert_int_equal(talk.startings, 0);
    talk_close(&talk);
}

/* The adapter still monitors from an earlier session: the blank stops it, and nothing of it is reported. */
static void test_start_up_while_it_monitors(void **state)
{
    (void)state;
    struct talk talk = {.monitoring = true};
    talk_open(&talk);
    talk_say(&talk, "5B30102030405060708\r5B301020304\r");
    talk_until_up(&talk, 1);
    assert_int_equal(talk.frame_count, 0);
    talk_close(&talk);
}

static void test_echo_that_stays_on(void **state)
{
    (void)state;
    struct talk talk = {0};
    talk_rule(&talk, "ATSP6", "ATSP6\rOK\r\r>", 0);
    talk_rule(&talk, "ATRV", "atrv\r12.9\r\r>", 0);
    talk_rule(&talk, "0221010000000000", "0221010000000000\r7BB 03 7F 21 12 00 00 00 00 \r\r>", 0);
    talk_open(&talk);
    talk_until_up(&talk, 1);
    assert_true(talk.volts == 12.9);
    assert_int_equal(talk_ask(&talk, 0x79B, 0x7BB, 0x21, 1), 0);
    talk_run(&talk, NS_PER_S);
    assert_int_equal(talk.frame_count, 1);
    assert_int_equal(talk.frames[0].id, 0x7BB);
    assert_int_equal(talk.counts[ADAPTER_GARBAGE], 0);
    talk_close(&talk);
}

static void test_silent_adapter_is_given_up(void **state)
{
    (void)state;
    struct talk talk = {0};
    talk_rule(&talk, ELM327_SPOIL, NULL, 0);
    talk_rule(&talk, "ATI", NULL, 0);
    talk_open(&talk);
    talk_run(&talk, 20 * NS_PER_S);
    assert_int_equal(talk.losses, 1);
    assert_string_equal(talk.words, "the adapter does not answer");
    assert_true(elm327_deadline(talk.elm) == TIME_NONE);
    talk_close(&talk);
}

static void test_wrong_speed_is_given_up(void **state)
{
    (void)state;
    struct talk talk = {0};
    talk_rule(&talk, "ATI", "\x80\xF8\x07\r>\xFE", 0);
    talk_open(&talk);
    talk_run(&talk, 20 * NS_PER_S);
    assert_int_equal(talk.losses, 1);
    assert_string_equal(talk.words, "what answers is no ELM327, or it uses another speed");
    talk_close(&talk);
}

static void test_refused_header_is_hopeless(void **state)
{
    (void)state;
    struct talk talk = {0};
    talk_rule(&talk, "ATH1", "?\r\r>", 0);
    talk_open(&talk);
    talk_run(&talk, 20 * NS_PER_S);
    assert_int_equal(talk.losses, 1);
    assert_string_equal(talk.words, "the adapter refuses ATH1: it cannot be used");
    talk_close(&talk);
}

/* One prompt too many would shift every reply: ATCAF0's ? would be taken for ATAT0's. It must never come up
 * so. */
static void test_shifted_replies_never_come_up(void **state)
{
    (void)state;
    static const char *const SHIFTED[] = {"OK\r\r>OK\r\r>", "NO DATA\r\r>OK\r\r>", "?\r\r>OK\r\r>"};
    for (size_t i = 0; i < sizeof(SHIFTED) / sizeof(SHIFTED[0]); i++) {
        struct talk talk = {.byte_ns = 1000};
        talk_rule(&talk, "ATS0", SHIFTED[i], 1);
        talk_rule(&talk, "ATCAF0", "?\r\r>", 0);
        talk_open(&talk);
        talk_until_up(&talk, 1);
        assert_true(elm327_has(talk.elm, ELM327_QUIRK_FORMATS_ITSELF));
        assert_int_equal(talk.startings, 1);
        talk_close(&talk);
    }
}

static void test_thousand_prompts_answer_nothing(void **state)
{
    (void)state;
    struct talk talk = {0};
    talk_open(&talk);
    talk_until_up(&talk, 1);
    for (int i = 0; i < 1000; i++) {
        talk_say(&talk, ">");
    }
    assert_int_equal(talk_ask(&talk, 0x79B, 0x7BB, 0x21, 1), 0);
    talk_run(&talk, NS_PER_S);
    assert_int_equal(talk.readies, 2);
    assert_int_equal(talk.ups, 1);
    talk_close(&talk);
}

/* wican-fw #951 and its source: refuses most, formats by itself, says OK to ATMA and monitors nothing. */
static void test_wican(void **state)
{
    (void)state;
    static const char *const REFUSED[] = {"ATCAF0", "ATCSM1", "ATCFC0"};
    struct talk talk = {.listen = {0x5B3, 0x5BC}, .listen_count = 2};
    for (size_t i = 0; i < sizeof(REFUSED) / sizeof(REFUSED[0]); i++) {
        talk_rule(&talk, REFUSED[i], "?\r\r>", 0);
    }
    talk_rule(&talk, "ATI", "OBDLink MX\r\r>", 0);
    talk_rule(&talk, "AT@1", "ELM327 v1.3a\r\r>", 0);
    talk_rule(&talk, "ATZ", "ELM327 v1.3a\r\r>", 0);
    talk_rule(&talk, "ATMA", "OK\r\r>", 0);
    talk_rule(&talk, "ATCF5B3", "?\r\r>", 0);
    talk_rule(&talk, "ATCF5B0", "?\r\r>", 0);
    talk_rule(&talk, "2101", "7BB10296101FFFFF8F8\r7BB21020DFFFFFBCB01\r\r>", 0);
    talk_open(&talk);
    talk_until_up(&talk, 1);
    talk_run(&talk, 10 * NS_PER_S);
    assert_true(elm327_has(talk.elm, ELM327_QUIRK_FORMATS_ITSELF));
    assert_true(elm327_has(talk.elm, ELM327_QUIRK_NO_MASK));
    assert_true(elm327_has(talk.elm, ELM327_QUIRK_NO_MONITOR));
    char words[200];
    elm327_limits(talk.elm, words, sizeof(words));
    assert_string_equal(words, "This adapter cannot listen: it can only ask.");
    talk_forget_log(&talk);
    assert_int_equal(talk_ask(&talk, 0x79B, 0x7BB, 0x21, 1), 0);
    talk_run(&talk, NS_PER_S);
    assert_string_equal(talk.log, "ATSH79B\nATFCSH79B\nATCRA7BB\n2101\n");
    assert_int_equal(talk.frame_count, 2);
    talk_close(&talk);
}

static void test_settings_only_when_they_change(void **state)
{
    (void)state;
    struct talk talk = {0};
    talk_open(&talk);
    talk_until_up(&talk, 1);
    talk_forget_log(&talk);
    assert_int_equal(talk_ask(&talk, 0x79B, 0x7BB, 0x21, 1), 0);
    assert_int_equal(talk.flow.id, 0x79B);
    assert_memory_equal(talk.flow.data, "\x30\0\0\0\0\0\0\0", 8);
    assert_int_equal(talk_ask(&talk, 0x79B, 0x7BB, 0x21, 2), -1); /* one at a time */
    talk_run(&talk, NS_PER_S);
    assert_int_equal(talk_ask(&talk, 0x79B, 0x7BB, 0x21, 4), 0);
    talk_run(&talk, NS_PER_S);
    assert_int_equal(talk_ask(&talk, 0x797, 0x79A, 0x21, 0x81), 0);
    talk_run(&talk, NS_PER_S);
    assert_string_equal(talk.log, "ATSH79B\nATFCSH79B\nATCRA7BB\n0221010000000000\n0221040000000000\n"
                                  "ATSH797\nATFCSH797\nATCRA79A\n0221810000000000\n");
    assert_int_equal(talk.counts[ADAPTER_FRAMES_OUT], 3);
    assert_int_equal(talk.readies, 4);
    talk_close(&talk);
}

/* CanZE #291: no flow control of its own can be set; then it must be silent, or its own must be allowed, too.
 */
static void test_adapter_without_flow_control(void **state)
{
    (void)state;
    char words[200];
    struct talk talk = {0};
    talk_rule(&talk, "ATFCSH7E0", "?\r\r>", 0);
    talk_open(&talk);
    talk_until_up(&talk, 1);
    assert_int_equal(elm327_traits(talk.elm)->flow, ELM327_FLOW_NONE);
    elm327_limits(talk.elm, words, sizeof(words));
    assert_string_equal(
        words, "This adapter cannot receive long answers: cell voltages and other battery details are "
               "not available.");
    talk.forbid_flow = true;
    talk_forget_log(&talk);
    assert_int_equal(talk_ask(&talk, 0x79B, 0x7BB, 0x21, 1), 0);
    talk_run(&talk, NS_PER_S);
    assert_string_equal(talk.log, "ATSH79B\nATCRA7BB\n0221010000000000\n");
    talk_close(&talk);
}

static void test_flow_control_of_its_own_is_judged(void **state)
{
    (void)state;
    struct talk talk = {.forbid_flow = true};
    talk_rule(&talk, "ATFCSM1", "?\r\r>", 0);
    talk_rule(&talk, "ATCFC0", "?\r\r>", 0);
    talk_open(&talk);
    talk_until_up(&talk, 1);
    assert_int_equal(elm327_traits(talk.elm)->flow, ELM327_FLOW_ITS_OWN);
    talk_forget_log(&talk);
    assert_int_equal(talk_ask(&talk, 0x79B, 0x7BB, 0x21, 1), -1);
    assert_int_equal(talk.flow.id, 0x7B3); /* where an ELM327 sends it by itself */
    talk_run(&talk, NS_PER_S);
    assert_string_equal(talk.log, "");
    talk_close(&talk);
}

static void test_flow_control_that_is_not_allowed(void **state)
{
    (void)state;
    struct talk talk = {.forbid_flow = true};
    talk_open(&talk);
    talk_until_up(&talk, 1);
    talk_forget_log(&talk);
    assert_int_equal(talk_ask(&talk, 0x79B, 0x7BB, 0x21, 1), -1);
    talk.forbid_flow = false;
    assert_int_equal(talk_ask(&talk, 0x79B, 0x7BB, 0x21, 1), 0);
    talk.forbid_flow = true; /* the gate changed its mind while the header was set */
    talk_run(&talk, NS_PER_S);
    assert_null(strstr(talk.log, "022101"));
    assert_int_equal(talk.counts[ADAPTER_FRAMES_OUT], 0);
    assert_int_equal(talk.readies, 2);
    talk_close(&talk);
}

static void test_only_single_frames_of_eight_bytes(void **state)
{
    (void)state;
    struct err err;
    struct talk talk = {0};
    static const struct frame BAD[] = {
        {.id = 0x79B, .len = 8, .data = {0x30}},             /* flow control is the dongle's */
        {.id = 0x79B, .len = 8, .data = {0x10, 0x0A, 0x22}}, /* first frame */
        {.id = 0x79B, .len = 8, .data = {0}},
        {.id = 0x79B, .len = 3, .data = {2, 0x21, 1}},
    };
    talk_open(&talk);
    talk_until_up(&talk, 1);
    for (size_t i = 0; i < sizeof(BAD) / sizeof(BAD[0]); i++) {
        assert_int_equal(elm327_send(talk.elm, talk.now_ns, &BAD[i], 0x7BB, &err), -1);
    }
    talk_close(&talk);
}

static void test_limits_without_filters(void **state)
{
    (void)state;
    struct talk talk = {.listen = {0x5B3}, .listen_count = 1};
    talk_rule(&talk, "ATCRA5B3", "?\r\r>", 0);
    talk_rule(&talk, "ATCF5B3", "?\r\r>", 0);
    talk_open(&talk);
    talk_until_up(&talk, 1);
    talk_run(&talk, 5 * NS_PER_S);
    assert_null(strstr(talk.log, "ATMA")); /* never without a filter */
    assert_int_equal(talk_ask(&talk, 0x79B, 0x7BB, 0x21, 1), -1);
    char words[200];
    elm327_limits(talk.elm, words, sizeof(words));
    assert_string_equal(words,
                        "This adapter cannot be told whom to hear: the car's answers do not get through.");
    talk_close(&talk);
}

static void test_voltage(void **state)
{
    (void)state;
    struct talk talk = {0};
    talk_open(&talk);
    talk_until_up(&talk, 1);
    talk_run(&talk, 35 * NS_PER_S);
    assert_int_equal(talk.voltages, 4);
    talk_rule(&talk, "ATRV", "99.9V\r\r>", 2);
    talk_rule(&talk, "ATRV", "14V\r\r>", 1); /* 12.4 that lost two characters */
    talk_run(&talk, 60 * NS_PER_S);
    assert_int_equal(talk.voltages, 4); /* nonsense is no voltage, and after three it is no voltmeter */
    assert_true(elm327_has(talk.elm, ELM327_QUIRK_NO_VOLTMETER));
    talk_run(&talk, 11 * NS_PER_MIN); /* a USB dongle was out of the car, and is back */
    assert_false(elm327_has(talk.elm, ELM327_QUIRK_NO_VOLTMETER));
    assert_true(talk.voltages > 4);
    talk_close(&talk);
}

/* One that misheard once has a voltmeter: without it a silent car would be asked while it sleeps. */
static void test_one_refusal_is_no_missing_voltmeter(void **state)
{
    (void)state;
    struct talk talk = {0};
    talk_rule(&talk, "ATRV", "?\r\r>", 1);
    talk_open(&talk);
    talk_until_up(&talk, 1);
    assert_false(elm327_has(talk.elm, ELM327_QUIRK_NO_VOLTMETER));
    assert_int_equal(talk.voltages, 1);
    talk_rule(&talk, "ATRV", "?\r\r>", 2);
    talk_run(&talk, 35 * NS_PER_S);
    assert_false(elm327_has(talk.elm, ELM327_QUIRK_NO_VOLTMETER));
    assert_int_equal(talk.voltages, 2);
    talk_close(&talk);
}

static void test_adapter_without_voltmeter(void **state)
{
    (void)state;
    struct talk talk = {0};
    talk_rule(&talk, "ATRV", "?\r\r>", 0);
    talk_open(&talk);
    talk_until_up(&talk, 1);
    assert_true(elm327_has(talk.elm, ELM327_QUIRK_NO_VOLTMETER));
    assert_int_equal(talk.voltages, 0);
    talk_close(&talk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_start_up_in_order),
        cmocka_unit_test(test_start_up_byte_by_byte),
        cmocka_unit_test(test_start_up_through_junk),
        cmocka_unit_test(test_start_up_after_half_a_command),
        cmocka_unit_test(test_start_up_while_it_monitors),
        cmocka_unit_test(test_echo_that_stays_on),
        cmocka_unit_test(test_silent_adapter_is_given_up),
        cmocka_unit_test(test_wrong_speed_is_given_up),
        cmocka_unit_test(test_refused_header_is_hopeless),
        cmocka_unit_test(test_shifted_replies_never_come_up),
        cmocka_unit_test(test_thousand_prompts_answer_nothing),
        cmocka_unit_test(test_wican),
        cmocka_unit_test(test_settings_only_when_they_change),
        cmocka_unit_test(test_adapter_without_flow_control),
        cmocka_unit_test(test_flow_control_of_its_own_is_judged),
        cmocka_unit_test(test_flow_control_that_is_not_allowed),
        cmocka_unit_test(test_only_single_frames_of_eight_bytes),
        cmocka_unit_test(test_limits_without_filters),
        cmocka_unit_test(test_voltage),
        cmocka_unit_test(test_one_refusal_is_no_missing_voltmeter),
        cmocka_unit_test(test_adapter_without_voltmeter),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
