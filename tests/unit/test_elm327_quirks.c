/* Quirks that show only in use, and typing: each is found by its behaviour, and not by a sleeping car, a
 * fault on the bus or a damaged line. */
#include "elm327_talk.h"

#include <stdlib.h>

#define TWO   "0221010000000000"
#define THREE "0322130400000000"
#define SHORT "7BB036101AA00000000\r\r>"
#define LONG                                                                                                 \
    "7BB10296101FFFFF8F8\r7BB21020DFFFFFBCB01\r7BB22FFFFFFFF11A4FE\r7BB23D896A8313C0285\r"                   \
    "7BB240048DD14B4000E\r7BB25E4A3000E2B0080\r\r>"
#define FIRST "7BB10296101FFFFF8F8\r\r>"

static struct talk *talk_new(void)
{
    struct talk *talk = calloc(1, sizeof(*talk));
    assert_non_null(talk);
    talk->echoes = true;
    return talk;
}

static void talk_free(struct talk *talk)
{
    talk_close(talk);
    free(talk);
}

static int ask_three(struct talk *talk)
{
    struct err err;
    struct frame frame = {.id = 0x797, .len = 8, .data = {3, 0x22, 0x13, 0x04}};
    return talk_ask_frame(talk, &frame, 0x79A, &err);
}

static void ask_two(struct talk *talk)
{
    assert_int_equal(talk_ask(talk, 0x79B, 0x7BB, 0x21, 1), 0);
    talk_run(talk, 3 * NS_PER_S);
}

/* Two bytes, three bytes, `times` over. */
static void ask_both(struct talk *talk, int times)
{
    for (int i = 0; i < times; i++) {
        ask_two(talk);
        ask_three(talk);
        talk_run(talk, 3 * NS_PER_S);
    }
}

static void assert_words(const struct talk *talk, const char *expected)
{
    char words[256];
    elm327_limits(talk->elm, words, sizeof(words));
    if (*expected) {
        assert_non_null(strstr(words, expected));
    } else {
        assert_string_equal(words, "");
    }
}

static void test_every_quirk_is_described(void **state)
{
    (void)state;
    char words[2048];
    for (unsigned i = 0; i < ELM327_QUIRK_COUNT; i++) {
        const struct elm327_quirk_row *row = elm327_quirk_row(i);
        size_t len = strlen(row->words);
        assert_true(strlen(row->found) > 0 && strlen(row->done) > 0);
        assert_true(len == 0 ||
                    (strncmp(row->words, "This adapter ", 13) == 0 && row->words[len - 1] == '.'));
        elm327_quirk_words(1U << i, words, sizeof(words));
        assert_string_equal(words, row->words);
    }
    elm327_quirk_words(~0U, words, sizeof(words));
    assert_true(strlen(words) > 300);
    elm327_quirk_words(~0U, words, 200); /* a record's text: whole sentences only */
    assert_true(strlen(words) > 50 && strlen(words) < 200 && words[strlen(words) - 1] == '.');
}

static void test_requests_are_shortened(void **state)
{
    (void)state;
    struct talk *talk = talk_new();
    talk_rule(talk, TWO, SHORT, 0);
    talk_rule(talk, THREE, "79A037F221200000000\r\r>", 0);
    talk_open(talk);
    talk_until_up(talk, 1);
    ask_both(talk, 5);
    assert_false(elm327_has(talk->elm, ELM327_QUIRK_SHORTENS));
    ask_both(talk, 1);
    assert_true(elm327_has(talk->elm, ELM327_QUIRK_SHORTENS));
    assert_words(talk, "shorten requests");
    assert_int_equal(ask_three(talk), -1);
    ask_two(talk);
    assert_int_equal(talk->frame_count, 13); /* two bytes are asked as before */
    talk_run(talk, NS_PER_H);
    assert_int_equal(ask_three(talk), 0); /* once an hour it is tried */
    talk_run(talk, 3 * NS_PER_S);
    ask_both(talk, 1);
    assert_int_equal(ask_three(talk), -1);
    elm327_closed(talk->elm);
    elm327_opened(talk->elm, talk->now_ns);
    talk_until_up(talk, 2);
    assert_false(elm327_has(talk->elm, ELM327_QUIRK_SHORTENS));
    talk_free(talk);
}

/* The car refuses some, knows others: that is no adapter's doing. */
static void test_requests_are_not_shortened(void **state)
{
    (void)state;
    struct talk *talk = talk_new();
    talk_rule(talk, TWO, SHORT, 0);
    talk_rule(talk, THREE, "79A0462130440000000\r\r>", 1);
    talk_rule(talk, THREE, "79A037F221200000000\r\r>", 0);
    talk_open(talk);
    talk_until_up(talk, 1);
    ask_both(talk, 100);
    assert_words(talk, "");
    talk_free(talk);
}

/* Whatever a sleeping car, a fault on the bus or a bad line says, for long: no quirk. */
static void test_faults_are_no_quirks(void **state)
{
    (void)state;
    static const char *const TWOS[] = {"NO DATA\r\r>", "CAN ERROR\r\r>", SHORT, FIRST};
    static const char *const THREES[] = {"NO DATA\r\r>", "CAN ERROR\r\r>", "79A037F\r\r>",
                                         "BUFFER FULL\r\r>"};
    for (size_t i = 0; i < 4; i++) {
        struct talk *talk = talk_new();
        talk_rule(talk, TWO, TWOS[i], i == 3 ? 4 : 0);
        talk_rule(talk, TWO, "7BB10296101FFFFF8F8\r7BB2\r\r>", 0);
        talk_rule(talk, THREE, THREES[i], 0);
        talk_open(talk);
        talk_until_up(talk, 1);
        ask_both(talk, 60);
        assert_words(talk, "");
        talk_free(talk);
    }
}

/* ioniq-app #16: accepts the flow control commands and sends none. */
static void test_flow_control_is_not_sent(void **state)
{
    (void)state;
    struct talk *talk = talk_new();
    talk_rule(talk, TWO, FIRST, 5);
    talk_rule(talk, TWO, LONG, 0);
    talk_open(talk);
    talk_until_up(talk, 1);
    for (int i = 0; i < 4; i++) {
        ask_two(talk);
    }
    assert_words(talk, "");
    ask_two(talk);
    assert_words(talk, "cannot receive long answers");
    ask_two(talk); /* it can after all */
    assert_words(talk, "");
    talk_free(talk);
}

/* forscan t=1575: hangs in an answer of much data. Left out after the second time, if others are answered. */
static void test_freezes(void **state)
{
    (void)state;
    struct talk *talk = talk_new();
    talk_rule(talk, TWO, "7BB10296101FFFFF8F8\r7BB21020DF", 0);
    talk_rule(talk, "0221040000000000", SHORT, 0);
    talk_rule(talk, "0221040000000000", SHORT, 0);
    talk_open(talk);
    talk_until_up(talk, 1);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(talk_ask(talk, 0x79B, 0x7BB, 0x21, 1), 0);
        talk_run(talk, 30 * NS_PER_S); /* it starts again by itself */
    }
    assert_words(talk, "");
    talk->rules[1].reply = "7BB036104AA00000000\r\r>";
    assert_int_equal(talk_ask(talk, 0x79B, 0x7BB, 0x21, 4), 0);
    talk_run(talk, 3 * NS_PER_S);
    assert_int_equal(talk_ask(talk, 0x79B, 0x7BB, 0x21, 1), 0);
    talk_run(talk, 30 * NS_PER_S);
    assert_words(talk, "hangs on long answers");
    assert_int_equal(talk_ask(talk, 0x79B, 0x7BB, 0x21, 1), -1);
    assert_int_equal(talk_ask(talk, 0x79B, 0x7BB, 0x21, 4), 0);
    talk_run(talk, NS_PER_H);
    talk->rules[0].reply = LONG;
    ask_two(talk);
    assert_words(talk, "");
    ask_two(talk);
    talk_free(talk);
}

/* Two requests in turn, with others answered in between: the one does not push the other out. */
static void test_freezes_on_two(void **state)
{
    (void)state;
    struct talk *talk = talk_new();
    talk_rule(talk, TWO, "7BB10296101FFFFF8F8\r7BB21020DF", 0);
    talk_rule(talk, "0221020000000000", "7BB10C66102FFFFF8F8\r7BB21020DF", 0);
    talk_rule(talk, "0221040000000000", "7BB036104AA00000000\r\r>", 0);
    talk_open(talk);
    talk_until_up(talk, 1);
    for (uint8_t i = 0; i < 4; i++) {
        assert_int_equal(talk_ask(talk, 0x79B, 0x7BB, 0x21, 1 + i % 2), 0);
        talk_run(talk, 30 * NS_PER_S);
        assert_int_equal(talk_ask(talk, 0x79B, 0x7BB, 0x21, 4), 0);
        talk_run(talk, 3 * NS_PER_S);
    }
    assert_int_equal(talk_ask(talk, 0x79B, 0x7BB, 0x21, 1), -1);
    assert_int_equal(talk_ask(talk, 0x79B, 0x7BB, 0x21, 2), -1);
    talk_free(talk);
}

/* It agreed to ATCAF0 and adds the length nevertheless: a unit is asked for service 02. */
static void test_formats_unasked(void **state)
{
    (void)state;
    static const char *const REPLIES[] = {"7BB037F021100000000\r\r>", "?\r\r>"};
    static const int ASKED[] = {2, 3};
    for (size_t i = 0; i < 2; i++) {
        struct talk *talk = talk_new();
        talk_rule(talk, TWO, REPLIES[i], 0);
        talk_rule(talk, "2101", SHORT, 0);
        talk_open(talk);
        talk_until_up(talk, 1);
        for (int k = 0; k < ASKED[i]; k++) { /* once may be what another tester was refused */
            assert_false(elm327_has(talk->elm, ELM327_QUIRK_FORMATS_UNASKED));
            ask_two(talk);
        }
        assert_true(elm327_has(talk->elm, ELM327_QUIRK_FORMATS_UNASKED));
        talk->frame_count = 0;
        ask_two(talk);
        assert_int_equal(talk->frame_count, 1);
        talk_free(talk);
    }
}

/* Once a line with its length byte was answered, a refusal is only a refusal. */
static void test_formatting_is_off(void **state)
{
    (void)state;
    struct talk *talk = talk_new();
    talk_rule(talk, TWO, SHORT, 1);
    talk_rule(talk, TWO, "7BB037F021100000000\r\r>", 3);
    talk_rule(talk, TWO, "?\r\r>", 0);
    talk_open(talk);
    talk_until_up(talk, 1);
    for (int i = 0; i < 20; i++) {
        ask_two(talk);
    }
    assert_false(elm327_has(talk->elm, ELM327_QUIRK_FORMATS_UNASKED));
    talk_free(talk);
}

static void test_echo_is_used(void **state)
{
    (void)state;
    struct talk *talk = talk_new();
    talk_rule(talk, TWO, SHORT, 0);
    talk_open(talk);
    talk_until_up(talk, 1);
    assert_false(elm327_has(talk->elm, ELM327_QUIRK_ECHOES_LATE));
    ask_two(talk);
    assert_int_equal(talk->frame_count, 1);
    assert_int_equal(talk->counts[ADAPTER_GARBAGE], 0);
    talk_free(talk);
}

/* Is each line that the adapter ran as a request the one that was asked? One digit alone has no byte. */
static void assert_only_asked(const struct talk *talk)
{
    char log[TALK_LOG_MAX];
    memcpy(log, talk->log, talk->log_len + 1);
    for (char *line = strtok(log, "\n"); line; line = strtok(NULL, "\n")) {
        bool digits = strlen(line) > 1 && strspn(line, "0123456789ABCDEF") == strlen(line);
        assert_true(!digits || strcmp(line, TWO) == 0);
    }
}

/* Loses `count` bytes from byte `at` on. Returns how many were written. */
static size_t lose_towards_the_adapter(size_t at, size_t count)
{
    struct talk *talk = talk_new();
    talk->lose_at = at;
    talk->lose_count = count;
    talk_rule(talk, TWO, SHORT, 0);
    talk_open(talk);
    talk_run(talk, 30 * NS_PER_S);
    for (int i = 0; i < 4; i++) {
        if (elm327_is_ready(talk->elm)) {
            ask_two(talk);
        }
        talk_run(talk, 5 * NS_PER_S);
    }
    size_t written = talk->written;
    assert_only_asked(talk);
    assert_true(talk->frame_count >= 2);
    talk_free(talk);
    return written;
}

/* E18: bytes are lost on the way to the adapter, anywhere. What it runs is what was asked, or nothing; and
 * soon it is asked again. */
static void test_bytes_lost_towards_the_adapter(void **state)
{
    (void)state;
    for (size_t count = 1; count <= 4; count++) {
        size_t written = 1;
        for (size_t at = 0; at < written; at++) {
            written = lose_towards_the_adapter(at, count);
        }
    }
}

/* What comes back behind the line is not what was written: the line loses bytes, and nothing more is said. */
static void test_late_echo_that_is_wrong(void **state)
{
    (void)state;
    struct talk *talk = talk_new();
    talk->echoes = false;
    talk_rule(talk, ELM327_SPOIL, ELM327_SPOIL "\r?\r\r>", 0);
    talk_rule(talk, "ATL0", "AT0\rOK\r\r>", 0);
    talk_open(talk);
    talk_run(talk, 20 * NS_PER_S);
    assert_int_equal(talk->ups, 0);
    assert_int_equal(talk->losses, 1);
    assert_string_equal(talk->words, "the line to the adapter loses bytes: nothing is asked over it");
    assert_null(strstr(talk->log, "ATS0"));
    talk_free(talk);
}

/* Only some of what is typed comes back: it is not taken for an adapter that echoes late. */
static void test_echo_with_gaps(void **state)
{
    (void)state;
    struct talk *talk = talk_new();
    talk->echoes = false;
    talk_rule(talk, ELM327_SPOIL, "ZZZZZZ\r?\r\r>", 0);
    talk_open(talk);
    talk_run(talk, 60 * NS_PER_S);
    assert_int_equal(talk->ups, 0);
    assert_int_equal(talk->losses, 1);
    assert_null(strstr(talk->log, "ATL0"));
    talk_free(talk);
}

/* It restarts instead of echoing: its settings are gone, and nothing is said to it that relies on them. */
static void test_reset_while_typing(void **state)
{
    (void)state;
    struct talk *talk = talk_new();
    talk_rule(talk, TWO, SHORT, 0);
    talk_open(talk);
    talk_until_up(talk, 1);
    talk->echoes = false;
    assert_int_equal(talk_ask(talk, 0x79B, 0x7BB, 0x21, 1), 0);
    talk_say(talk, "\r\rLV RESET\r\r>");
    talk->echoes = true;
    talk_run(talk, 100 * NS_PER_MS);
    assert_int_equal(talk->startings, 1);
    assert_null(strstr(talk->log, TWO "\n"));
    talk_free(talk);
}

/* Half a second there and back, as a Wi-Fi dongle far away has it: typing takes each command twice that long,
 * and what is set for one question is there for the next. */
static void test_typing_on_a_slow_link(void **state)
{
    (void)state;
    struct talk *talk = talk_new();
    talk->latency_ns = 450 * NS_PER_MS;
    talk_rule(talk, TWO, SHORT, 0);
    talk_open(talk);
    talk_until_up(talk, 1);
    for (int i = 0; i < 5; i++) {
        ask_two(talk);
    }
    assert_false(elm327_has(talk->elm, ELM327_QUIRK_ECHOES_LATE));
    assert_in_range(talk->frame_count, 3, 5);
    talk_free(talk);
}

/* Lent to another program in the middle of a line: that program's line end must not send it. */
static void test_port_closed_while_typing(void **state)
{
    (void)state;
    struct talk *talk = talk_new();
    talk_open(talk);
    talk_until_up(talk, 1);
    assert_int_equal(talk_ask(talk, 0x79B, 0x7BB, 0x21, 1), 0);
    while (talk->command_len != strlen(TWO)) {
        assert_true(talk_step(talk, talk->now_ns + NS_PER_S));
    }
    elm327_closed(talk->elm);
    assert_true(talk->command_len > strlen(TWO));
    assert_int_equal(talk->command[strlen(TWO)], 'Z');
    talk_free(talk);
}

/* A late answer that falls into the typing spoils it: nothing is asked, and the answer is not taken (E05). */
static void test_late_answer_while_typing(void **state)
{
    (void)state;
    struct talk *talk = talk_new();
    talk->byte_ns = 100 * NS_PER_US;
    talk_rule(talk, TWO, SHORT, 0);
    talk_open(talk);
    talk_until_up(talk, 1);
    assert_int_equal(talk_ask(talk, 0x79B, 0x7BB, 0x21, 1), 0);
    talk_run(talk, NS_PER_S);
    assert_int_equal(talk->frame_count, 1);
    assert_int_equal(talk_ask(talk, 0x79B, 0x7BB, 0x21, 1), 0);
    talk->out_len = 0;
    talk_say(talk, "7BB2200000000000000\r\r>");
    talk_run(talk, 3 * NS_PER_S);
    assert_int_equal(talk->frame_count, 1);
    talk_run(talk, 10 * NS_PER_S);
    ask_two(talk);
    assert_int_equal(talk->frame_count, 2);
    talk_free(talk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_quirk_is_described),
        cmocka_unit_test(test_requests_are_shortened),
        cmocka_unit_test(test_requests_are_not_shortened),
        cmocka_unit_test(test_faults_are_no_quirks),
        cmocka_unit_test(test_flow_control_is_not_sent),
        cmocka_unit_test(test_freezes),
        cmocka_unit_test(test_freezes_on_two),
        cmocka_unit_test(test_formats_unasked),
        cmocka_unit_test(test_formatting_is_off),
        cmocka_unit_test(test_echo_is_used),
        cmocka_unit_test(test_bytes_lost_towards_the_adapter),
        cmocka_unit_test(test_late_echo_that_is_wrong),
        cmocka_unit_test(test_echo_with_gaps),
        cmocka_unit_test(test_reset_while_typing),
        cmocka_unit_test(test_typing_on_a_slow_link),
        cmocka_unit_test(test_port_closed_while_typing),
        cmocka_unit_test(test_late_answer_while_typing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
