/* The abuse cases of dongles (SECURITY 6.4) that are about the whole dialogue: E04, E05, E06, E10, E11, E16,
 * E17. The others are in test_elm327_faults.c, _listen.c, _quirks.c and _sim.c. */
#include "elm327_talk.h"

#include <stdlib.h>

#define QUESTION "0221010000000000"
#define ANSWER   "7BB03612A0A0000FFFF\r\r>"

static struct talk *talk_new(bool echoes)
{
    struct talk *talk = calloc(1, sizeof(*talk));
    assert_non_null(talk);
    talk->echoes = echoes;
    talk->listen[0] = 0x5B3;
    talk->listen_count = 1;
    return talk;
}

static void talk_free(struct talk *talk)
{
    talk_close(talk);
    free(talk);
}

/* E04: nothing ever ends with a prompt; and a prompt is all that ever comes. Neither comes up. */
static void test_no_prompt_or_nothing_else(void **state)
{
    (void)state;
    static const char *const REPLIES[] = {"ELM327 v1.5\r\r", "OK\r\r", ">", "\r>", ">>>>", "?\r\r>"};
    for (size_t i = 0; i < sizeof(REPLIES) / sizeof(REPLIES[0]); i++) {
        struct talk *talk = talk_new(i % 2);
        talk_rule(talk, "ATI", REPLIES[i], 0);
        talk_rule(talk, "ATZ", REPLIES[i], 0);
        talk_open(talk);
        talk_run(talk, NS_PER_MIN);
        assert_int_equal(talk->ups, 0);
        assert_int_equal(talk->losses, 1);
        talk_free(talk);
    }
}

/* E04: up, and then one reply without its prompt: another question begins after a new start only. */
static void test_prompt_is_lost(void **state)
{
    (void)state;
    struct talk *talk = talk_new(true);
    talk_rule(talk, QUESTION, "7BB03612A0A0000FFFF\r", 1);
    talk_rule(talk, "0221020000000000", "7BB036102010000FFFF\r\r>", 0);
    talk_open(talk);
    talk_until_up(talk, 1);
    assert_int_equal(talk_ask(talk, 0x79B, 0x7BB, 0x21, 1), 0);
    talk_run(talk, NS_PER_S);
    assert_int_equal(talk_ask(talk, 0x79B, 0x7BB, 0x21, 2), -1);
    talk_until_up(talk, 2);
    assert_int_equal(talk_ask(talk, 0x79B, 0x7BB, 0x21, 2), 0);
    talk_run(talk, NS_PER_S);
    assert_int_equal(talk->frame_count, 2);
    talk_free(talk);
}

/* E05: a byte a second. What cannot be heard in time is not heard at all. */
static void test_one_byte_a_second(void **state)
{
    (void)state;
    struct talk *talk = talk_new(true);
    talk_rule(talk, QUESTION, ANSWER, 0);
    talk_open(talk);
    talk_until_up(talk, 1);
    talk->byte_ns = NS_PER_S;
    talk_ask(talk, 0x79B, 0x7BB, 0x21, 1);
    talk_run(talk, NS_PER_MIN);
    assert_int_equal(talk->frame_count, 0);
    talk->byte_ns = 0;
    for (int i = 0; i < 10 && talk->frame_count == 0; i++) {
        if (elm327_deadline(talk->elm) == TIME_NONE) {
            talk->out_len = 0;
            elm327_opened(talk->elm, talk->now_ns);
        }
        talk_run(talk, NS_PER_S);
        talk_ask(talk, 0x79B, 0x7BB, 0x21, 1);
    }
    talk_run(talk, NS_PER_S);
    assert_true(talk->frame_count >= 1);
    talk_free(talk);
}

/* E06: the same answer in every dialect is the same frame. */
static void test_dialects(void **state)
{
    (void)state;
    static const char *const SAME[] = {
        "7BB03612A0A0000FFFF\r\r>",
        "7BB 03 61 2A 0A 00 00 FF FF \r\r>",
        "7bb03612a0a0000ffff\r\r>",
        "7BB03612A0A0000FFFF\r\n\r\n>",
        "7BB03612A0A0000FFFF\n\n>",
        "\n7BB 03 61 2A 0A 00 00 FF FF\n>",
        "SEARCHING...\r7BB03612A0A0000FFFF\r\r>",
        "0221010000000000\r7BB03612A0A0000FFFF\r\r>",
        "  7BB03612A0A0000FFFF  \r\r>  ",
    };
    static const char *const OTHERS[] = {
        "7BB803612A0A0000FFFF\r\r>", /* the digit of ATD1 */
        "03612A0A0000FFFF\r\r>",     /* without its identifier */
        "7BB03612A0A0000FFF\r\r>",   "7BB03612A0A0000FF\r\r>", "7BB 03 61 2A 0 00 00 FF FF\r\r>",
        "0: 61 2A 0A\r\r>",          "7BB03612A0A0000FFFF>",   "7BB03612A0A0000FFFFAA\r\r>",
    };
    for (size_t i = 0; i < sizeof(SAME) / sizeof(SAME[0]) + sizeof(OTHERS) / sizeof(OTHERS[0]); i++) {
        bool same = i < sizeof(SAME) / sizeof(SAME[0]);
        struct talk *talk = talk_new(i % 2);
        talk_rule(talk, QUESTION, same ? SAME[i] : OTHERS[i - sizeof(SAME) / sizeof(SAME[0])], 0);
        talk_open(talk);
        talk_until_up(talk, 1);
        talk_ask(talk, 0x79B, 0x7BB, 0x21, 1);
        talk_run(talk, NS_PER_S);
        assert_int_equal(talk->frame_count, same);
        if (same) {
            assert_memory_equal(talk->frames[0].data, "\x03\x61\x2A\x0A\0\0\xFF\xFF", 8);
        }
        talk_free(talk);
    }
}

/* E06: a NUL behind every byte. */
static void test_nul_bytes(void **state)
{
    (void)state;
    struct talk *talk = talk_new(true);
    const uint8_t nul = 0;
    talk->byte_ns = NS_PER_US;
    talk_rule(talk, QUESTION, ANSWER, 0);
    talk_open(talk);
    for (int i = 0; i < 3000; i++) {
        talk_run(talk, NS_PER_US * (i % 3));
        elm327_input(talk->elm, talk->now_ns, &nul, 1);
    }
    talk_until_up(talk, 1);
    talk_ask(talk, 0x79B, 0x7BB, 0x21, 1);
    for (int i = 0; i < 3000; i++) {
        talk_run(talk, NS_PER_US);
        elm327_input(talk->elm, talk->now_ns, &nul, 1);
    }
    assert_int_equal(talk->frame_count, 1);
    assert_int_equal(talk->counts[ADAPTER_GARBAGE], 0);
    assert_int_equal(talk->startings, 0);
    talk_free(talk);
}

/* E10: it calls itself v2.1 and knows neither ATCRA nor ATFCSM nor ATCSM: what is missing is found by asking,
 * and where a filter can be set in another way it is. */
static void test_clone_of_a_great_version(void **state)
{
    (void)state;
    char words[200];
    struct talk *talk = talk_new(true);
    static const char *const REFUSED[] = {"ATCRA7BB", "ATCRA5B3", "ATFCSM1", "ATCSM1"};
    for (size_t i = 0; i < 4; i++) {
        talk_rule(talk, REFUSED[i], "?\r\r>", 0);
    }
    talk_rule(talk, "ATI", "ELM327 v2.1\r\r>", 0);
    talk_rule(talk, "ATZ", "ELM327 v2.1\r\r>", 0);
    talk_rule(talk, QUESTION, ANSWER, 0);
    talk_open(talk);
    talk_until_up(talk, 1);
    talk_ask(talk, 0x79B, 0x7BB, 0x21, 1);
    talk_run(talk, NS_PER_S);
    assert_int_equal(talk->frame_count, 1);
    assert_non_null(strstr(talk->log, "ATCF7BB\nATCM7FF\n" QUESTION));
    assert_int_equal(elm327_traits(talk->elm)->flow, ELM327_FLOW_NONE);
    assert_int_equal(elm327_traits(talk->elm)->quirks,
                     1U << ELM327_QUIRK_NO_ADDRESS | 1U << ELM327_QUIRK_NO_FLOW_CONTROL |
                         1U << ELM327_QUIRK_NOT_SILENT | 1U << ELM327_QUIRK_NO_PASS_FILTERS);
    elm327_limits(talk->elm, words, sizeof(words));
    assert_non_null(strstr(words, "cannot receive long answers"));
    talk_free(talk);
}

static void say_often(struct talk *talk, const char *bytes, size_t times)
{
    for (size_t i = 0; i < times; i++) {
        elm327_input(talk->elm, talk->now_ns, (const uint8_t *)bytes, strlen(bytes));
    }
}

/* E11: a megabyte without a line end, a million empty lines: idle, and in an answer. Then it goes on. */
static void test_endless_line_and_empty_lines(void **state)
{
    (void)state;
    struct talk *talk = talk_new(true);
    talk_rule(talk, QUESTION, NULL, 1);
    talk_rule(talk, QUESTION, ANSWER, 0);
    talk_open(talk);
    talk_until_up(talk, 1);
    talk_ask(talk, 0x79B, 0x7BB, 0x21, 1);
    talk_run(talk, NS_PER_MS);
    say_often(talk, "7BB03612A0A0000F", 65536);
    say_often(talk, "\r", 1000000);
    say_often(talk, "\r>", 1);
    talk_run(talk, 10 * NS_PER_S);
    say_often(talk, "5B3010203", 100000);
    say_often(talk, "\r\n", 500000);
    assert_int_equal(talk->frame_count, 0);
    talk_run(talk, 10 * NS_PER_S);
    talk_ask(talk, 0x79B, 0x7BB, 0x21, 1);
    talk_run(talk, NS_PER_S);
    assert_int_equal(talk->frame_count, 1);
    talk_free(talk);
}

/* A reply without end: the dialogue does not wait for the prompt for ever. */
static void test_endless_reply(void **state)
{
    (void)state;
    struct talk *talk = talk_new(true);
    talk_rule(talk, QUESTION, NULL, 1);
    talk_open(talk);
    talk_until_up(talk, 1);
    talk_ask(talk, 0x79B, 0x7BB, 0x21, 1);
    talk_run(talk, NS_PER_MS);
    say_often(talk, "7BB2100000000000000\r", 201);
    assert_int_equal(talk->startings, 1);
    assert_string_equal(talk->words, "the adapter talks without end");
    talk_until_up(talk, 2);
    talk_free(talk);
}

static uint32_t next_random(uint32_t *random)
{
    *random = *random * 1664525U + 1013904223U;
    return *random >> 16;
}

static void random_reply(struct talk *talk, uint32_t *random)
{
    static const char *const SAID[] = {"OK\r\r>",
                                       "?\r\r>",
                                       "NO DATA\r\r>",
                                       "STOPPED\r\r>",
                                       "BUFFER FULL\r\r>",
                                       "LV RESET\r\r>",
                                       ">",
                                       "\r",
                                       "6\r\r>",
                                       "12.4V\r\r>",
                                       "7BB037F021100000000\r",
                                       "79A037F031100000000\r",
                                       "7BB10296101FFFFF8F8\r",
                                       "ELM327 v1.5\r\r>",
                                       "5B30102030405060708\r",
                                       "CAN ERROR\r\r>",
                                       "OUT OF MEMORY\r\r>",
                                       "Z",
                                       "0",
                                       "\xFF\xFE",
                                       "STN1110 v4.0.4\r\r>",
                                       "ERR94\r\r>",
                                       "ACT ALERT\r",
                                       "7BB2",
                                       "ATSH79B\r",
                                       "<RX ERROR\r"};
    talk_say(talk, SAID[next_random(random) % (sizeof(SAID) / sizeof(SAID[0]))]);
}

static void random_step(struct talk *talk, uint32_t *random)
{
    static const struct frame ASKED[] = {{.id = 0x79B, .len = 8, .data = {2, 0x21, 1}},
                                         {.id = 0x797, .len = 8, .data = {3, 0x22, 0x13, 4}},
                                         {.id = 0x743, .len = 8, .data = {3, 0x22, 0x0E, 1}}};
    static const uint16_t ANSWERED[] = {0x7BB, 0x79A, 0x763};
    struct err err;
    uint32_t choice = next_random(random) % 16;
    if (choice < 2) {
        talk_ask_frame(talk, &ASKED[choice], ANSWERED[next_random(random) % 3], &err);
    } else if (choice < 6) {
        random_reply(talk, random);
    } else if (choice == 6) {
        talk->echoes = next_random(random) % 4 != 0;
    } else if (choice == 7) {
        talk->forbid_flow = next_random(random) % 4 == 0;
    } else if (choice == 8) {
        elm327_done(talk->elm, talk->now_ns);
    } else {
        talk_run(talk, (int64_t)(next_random(random) % 64) * (choice == 15 ? 100 : 1) * NS_PER_MS);
    }
    if (elm327_deadline(talk->elm) == TIME_NONE && !elm327_is_ready(talk->elm)) {
        talk->out_len = 0;
        elm327_opened(talk->elm, talk->now_ns);
    }
}

/* E16: whatever is said and asked, what leaves is a command of the table, the question asked last, or a
 * spoiled line: elm327_talk.h asserts it for each line. GARAGED_STEPS: how many, for the long runs. */
static void test_only_allowed_lines_leave(void **state)
{
    (void)state;
    const char *text = getenv("GARAGED_STEPS");
    unsigned long steps = text ? strtoul(text, NULL, 10) : 200000;
    uint32_t random = 4711;
    unsigned long lines = 0;
    for (unsigned long done = 0; done < steps; done += 1000) {
        struct talk *talk = talk_new(true);
        talk->traffic = "5B30102030405060708\r5B301";
        talk_open(talk);
        for (int i = 0; i < 1000; i++) {
            random_step(talk, &random);
            lines += talk->log_len > 0;
            talk_forget_log(talk);
        }
        talk_free(talk);
    }
    print_message("%lu steps in which lines left\n", lines);
    assert_true(lines > steps / 20);
}

/* E17: what is no voltage is none, and the nearest that could be taken for one. */
static void test_voltages(void **state)
{
    (void)state;
    static const struct {
        const char *reply;
        double volts; /* 0: none */
    } CASES[] = {{"11.8V", 11.8},   {"12.2", 12.2}, {"9.05v", 9.05}, {"0.0V", 0},  {"99.9V", 0}, {"5.9V", 0},
                 {"18.1V", 0},      {"124V", 0},    {"14V", 0},      {"12.", 0},   {".5V", 0},   {"12.4W", 0},
                 {"12.4V12.4V", 0}, {"-12.4V", 0},  {"1e1V", 0},     {"0x0CV", 0}, {"nanV", 0},  {"inf", 0},
                 {"NO DATA", 0},    {"12,4V", 0},   {"012.4V", 0}};
    for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
        char reply[40];
        struct talk *talk = talk_new(true);
        snprintf(reply, sizeof(reply), "%s\r\r>", CASES[i].reply);
        talk_rule(talk, "ATRV", reply, 0);
        talk_open(talk);
        talk_until_up(talk, 1);
        assert_int_equal(talk->voltages, CASES[i].volts > 0);
        assert_true(CASES[i].volts == 0 || talk->volts == CASES[i].volts);
        talk_free(talk);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_no_prompt_or_nothing_else),
        cmocka_unit_test(test_prompt_is_lost),
        cmocka_unit_test(test_one_byte_a_second),
        cmocka_unit_test(test_dialects),
        cmocka_unit_test(test_nul_bytes),
        cmocka_unit_test(test_clone_of_a_great_version),
        cmocka_unit_test(test_endless_line_and_empty_lines),
        cmocka_unit_test(test_endless_reply),
        cmocka_unit_test(test_only_allowed_lines_leave),
        cmocka_unit_test(test_voltages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
