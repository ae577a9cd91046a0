/* simulator: each named fault does what its name says, when it says. */
#include "../simulator/talk.h"

#include "util/core/time.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ANSWER_61 "7BB100C616123282260\r7BB21000000000000FF\r\r>"

static struct sim_talk *talk_with(const struct sim_options *options)
{
    static const char *const lines[] = {"ATE0",         "ATS0",    "ATH1",     "ATSP6",
                                        "ATCAF0",       "ATSH79B", "ATCRA7BB", "ATFCSH79B",
                                        "ATFCSD300000", "ATFCSM1", "ATAT0"};
    struct sim_talk *talk = sim_talk_new(options, "0 on\n5 drive 5\n");

    assert_non_null(talk);
    sim_talk_run_ms(talk, 1000);
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
        sim_talk_say(talk, lines[i]);
    return talk;
}

static struct sim_talk *talk_with_fault(const char *fault)
{
    const struct sim_options options = {
        .car = "aze0-30", .seed = 1, .faults = &fault, .fault_count = fault ? 1 : 0};

    return talk_with(&options);
}

static void wait_until_s(struct sim_talk *talk, int64_t second)
{
    if (talk->now_ns < second * NS_PER_S)
        sim_talk_run_ms(talk, second * 1000 - talk->now_ns / NS_PER_MS);
}

/* Asks 2161 ten times from ten seconds on; counts the answers that are whole. */
static unsigned whole_answers(struct sim_talk *talk)
{
    unsigned whole = 0;

    wait_until_s(talk, 10);
    for (unsigned i = 0; i < 10; i++) {
        whole += strcmp(sim_talk_say(talk, "022161"), ANSWER_61) == 0;
        sim_talk_run_ms(talk, 1500);
    }
    return whole;
}

static void assert_fault(const char *fault, unsigned least, unsigned most)
{
    struct sim_talk *talk = talk_with_fault(fault);
    unsigned whole = whole_answers(talk);

    if (whole < least || whole > most)
        fail_msg("%s: %u answers whole", fault, whole);
    sim_talk_free(talk);
}

static void answers_suffer_as_named(void **state)
{
    (void)state;

    assert_fault(NULL, 10, 10);
    assert_fault("garbage@10", 1, 9);
    assert_fault("half-lines@10", 1, 9);
    assert_fault("nul@10", 0, 9); /* strings end at the NUL */
    assert_fault("not-text@10", 5, 9);
    assert_fault("lost-bytes-5@10", 0, 5);
    assert_fault("lost-bytes-50@10", 0, 0);
    assert_fault("deaf-5@10", 2, 9);
    assert_fault("deaf-50@10", 0, 1);
    assert_fault("lost-5@10", 5, 10);
    assert_fault("lost-50@10", 0, 8);
    assert_fault("wrong-id@10", 0, 0);
    assert_fault("sequence@10", 1, 9);
    assert_fault("no-prompt@10", 0, 0);
    assert_fault("silent@10", 0, 0);
    assert_fault("echo@10", 0, 0);
    assert_fault("short-answer@10", 10, 10); /* two frames are whole */
    assert_fault("no-flow-control", 0, 0);
    assert_fault("silent@10+4", 8, 9);
    assert_fault("late@10", 2, 8);
    assert_fault("cf-missing@10", 4, 9);
    assert_fault("short-frames@10", 0, 6);
}

/* What 022161 is answered with while the fault is there. */
static void assert_answer(const char *fault, const char *expected)
{
    struct sim_talk *talk = talk_with_fault(fault);

    wait_until_s(talk, 10);
    const char *heard = sim_talk_say(talk, "022161");
    if (strcmp(heard, expected) != 0)
        fail_msg("%s: %s", fault, heard);
    sim_talk_free(talk);
}

static void one_answer_as_named(void **state)
{
    (void)state;

    assert_answer("lower-case@10", "7bb100c616123282260\r7bb21000000000000ff\r\r>");
    assert_answer("lf@10", "7BB100C616123282260\n7BB21000000000000FF\n\n>");
    assert_answer("crlf@10", "7BB100C616123282260\r\n7BB21000000000000FF\r\n\r\n>");
    assert_answer("spaces@10", "7BB 10 0C 61 61 23 28 22 60 \r7BB 21 00 00 00 00 00 00 FF \r\r>");
    assert_answer("dlc-digit@10", "7BB8100C616123282260\r7BB821000000000000FF\r\r>");
    assert_answer("prompts:3@10", "7BB100C616123282260\r7BB21000000000000FF\r\r>>>");
    assert_answer("wrong-id@10", "7BA100C616123282260\r7BA21000000000000FF\r\r>");
    assert_answer("refuse:0x22@10", "7BB037F2122FFFFFFFF\r\r>");
    assert_answer("placeholder:0x7F@10", "7BB100C61617F7F7F7F\r7BB217F7F7F7F7F7FFF\r\r>");
    assert_answer("wrong-service@10", "7BB100C626123282260\r7BB21000000000000FF\r\r>");
    assert_answer("wrong-did@10", "7BB100C616423282260\r7BB21000000000000FF\r\r>");
    assert_answer("first-length:7@10", "7BB1007616123282260\r7BB21000000000000FF\r\r>");
    assert_answer("first-length:4095@10", "7BB1FFF616123282260\r7BB21000000000000FF\r\r>");
    assert_answer("first-escape@10", "7BB1000FFFFFFFF2260\r7BB21000000000000FF\r\r>");
    assert_answer("cf-flood:2@10", "7BB100C616123282260\r7BB21000000000000FF\r7BB22000000000000FF\r"
                                   "7BB23000000000000FF\r\r>");
    assert_answer("two-ecus@10", "7BB100C616123282260\r7EC100C616123282235\r7BB21000000000000FF\r"
                                 "7EC21000000000000AA\r\r>");
    assert_answer("texts:20@10", "7BB100C616123282260<RX ERROR\r7BB21000000000000FF\r\r>");
}

static void short_answers_end_after_two_frames(void **state)
{
    (void)state;
    struct sim_talk *talk = talk_with_fault("short-answer@10");

    wait_until_s(talk, 12);
    sim_talk_say(talk, "022101");
    assert_int_equal(talk->len, 2 * 20 + 2);
    sim_talk_free(talk);
}

/* The place of the consecutive frame that begins with `pci` in the answer; -1: it is not there. */
static int place_of(const char *heard, unsigned pci)
{
    char start[8];

    snprintf(start, sizeof(start), "7BB%02X", pci);
    const char *at = strstr(heard, start);
    return at ? (int)(at - heard) : -1;
}

static bool is_doubled(const char *heard, unsigned pci)
{
    int at = place_of(heard, pci);

    return at >= 0 && place_of(heard + at + 4, pci) >= 0;
}

static bool is_swapped(const char *heard, unsigned pci)
{
    return place_of(heard, pci) >= 0 && place_of(heard, pci) > place_of(heard, pci + 1);
}

/* In how many of ten answers to 2101 some consecutive frame is so. */
static unsigned answers_with(const char *fault, bool (*is_so)(const char *heard, unsigned pci))
{
    struct sim_talk *talk = talk_with_fault(fault);
    unsigned count = 0;

    wait_until_s(talk, 10);
    for (unsigned i = 0; i < 10; i++) {
        bool any = false;
        const char *heard = sim_talk_say(talk, "022101");

        for (unsigned pci = 0x21; pci < 0x26; pci++)
            any |= is_so(heard, pci);
        count += any;
    }
    sim_talk_free(talk);
    return count;
}

static void consecutive_frames_are_doubled_and_swapped(void **state)
{
    (void)state;

    assert_int_equal(answers_with(NULL, is_doubled), 0);
    assert_int_equal(answers_with(NULL, is_swapped), 0);
    assert_in_range(answers_with("cf-doubled@10", is_doubled), 5, 10);
    assert_in_range(answers_with("cf-swapped@10", is_swapped), 5, 10);
}

static void a_wrap_goes_on_with_one(void **state)
{
    (void)state;
    struct sim_talk *talk = talk_with_fault("cf-wrap@10");

    wait_until_s(talk, 10);
    const char *heard = sim_talk_say(talk, "022102");
    assert_int_equal(place_of(heard, 0x20), -1);
    assert_true(place_of(heard, 0x2F) > 0);
    assert_true(place_of(heard + place_of(heard, 0x2F), 0x21) > 0);
    sim_talk_free(talk);
}

/* Nothing but flow control is added. */
static void flow_control_comes_unasked(void **state)
{
    (void)state;
    struct sim_talk *talk = talk_with_fault("flow-unasked@10");

    wait_until_s(talk, 10);
    const char *heard = sim_talk_say(talk, "022161");
    assert_non_null(strstr(heard, "7BB3"));
    assert_non_null(strstr(heard, "7EC3"));
    assert_non_null(strstr(heard, "7BB21000000000000FF\r"));
    sim_talk_free(talk);
}

static void the_tail_comes_with_the_next_question(void **state)
{
    (void)state;
    struct sim_talk *talk = talk_with_fault("late-tail@10");

    wait_until_s(talk, 10);
    assert_int_equal(place_of(sim_talk_say(talk, "022101"), 0x23), -1);
    const char *heard = sim_talk_say(talk, "022161");
    assert_true(place_of(heard, 0x23) == 0);
    assert_true(place_of(heard, 0x10) > place_of(heard, 0x26));
    sim_talk_free(talk);
}

static void single_frames_lie_about_their_length(void **state)
{
    (void)state;
    struct sim_talk *talk = talk_with_fault("single-length:15@10");

    wait_until_s(talk, 10);
    assert_string_equal(sim_talk_say(talk, "022199"), "7BB0F7F2112FFFFFFFF\r\r>");
    sim_talk_free(talk);
}

static void pending_ends_with_the_fault(void **state)
{
    (void)state;
    struct sim_talk *talk = talk_with_fault("pending@10+4");

    wait_until_s(talk, 10);
    const char *heard = sim_talk_say(talk, "022161");
    assert_memory_equal(heard, "7BB037F2178FFFFFFFF\r7BB037F2178FFFFFFFF\r", 40);
    assert_true(strlen(heard) > 40 * 20);
    assert_string_equal(sim_talk_say(talk, "022161"), ANSWER_61);
    sim_talk_free(talk);
}

static void the_answer_before_comes_once_more(void **state)
{
    (void)state;
    struct sim_talk *talk = talk_with_fault("old-answer@10");

    wait_until_s(talk, 10);
    sim_talk_say(talk, "022101");
    assert_memory_equal(sim_talk_say(talk, "022161"), "7BB102B6101", 11);
    assert_string_equal(sim_talk_say(talk, "022104"), ANSWER_61);
    sim_talk_free(talk);
}

/* A late answer runs into the next question. */
static void late_answers_come_so_much_later(void **state)
{
    (void)state;
    struct sim_talk *talk = talk_with_fault("late:400@10");
    unsigned late = 0;

    wait_until_s(talk, 10);
    for (unsigned i = 0; i < 10; i++) {
        sim_talk_clear(talk);
        sim_talk_write(talk, "022161\r");
        sim_talk_run_ms(talk, 150);
        late += talk->len == 0;
        sim_talk_run_ms(talk, 200);
        sim_talk_write(talk, "022161\r"); /* lost: the unit is busy */
        sim_talk_run_ms(talk, 100);
        assert_non_null(strstr(talk->text, "7BB100C61612328"));
        sim_talk_run_ms(talk, 2000);
    }
    assert_in_range(late, 2, 8);
    sim_talk_free(talk);
}

static void a_stalled_line_says_all_of_it_later(void **state)
{
    (void)state;
    struct sim_talk *talk = talk_with_fault("stall:4000@10");
    unsigned stalled = 0;

    wait_until_s(talk, 10);
    for (unsigned i = 0; i < 40; i++) {
        sim_talk_clear(talk);
        sim_talk_write(talk, "022161\r");
        sim_talk_run_ms(talk, 1000);
        if (strcmp(talk->text, ANSWER_61) == 0)
            continue;
        stalled++;
        sim_talk_run_ms(talk, 12000);
        assert_string_equal(talk->text, ANSWER_61);
    }
    assert_in_range(stalled, 1, 20);
    sim_talk_free(talk);
}

static void values_freeze(void **state)
{
    (void)state;
    struct sim_talk *talk = talk_with_fault("frozen@100");
    char first[1000];

    wait_until_s(talk, 20);
    snprintf(first, sizeof(first), "%s", sim_talk_say(talk, "022101"));
    wait_until_s(talk, 80);
    assert_string_not_equal(sim_talk_say(talk, "022101"), first);
    wait_until_s(talk, 101);
    snprintf(first, sizeof(first), "%s", sim_talk_say(talk, "022101"));
    wait_until_s(talk, 160);
    assert_string_equal(sim_talk_say(talk, "022101"), first);
    sim_talk_free(talk);
}

/* What is heard with all filters open for a second. */
static unsigned lines_a_second(const char *fault, const char *start)
{
    const struct sim_options options = {
        .car = "aze0-30", .seed = 1, .faults = &fault, .fault_count = fault ? 1 : 0, .bytes_per_s = 1e6};
    struct sim_talk *talk = talk_with(&options);
    unsigned lines = 0;

    sim_talk_say(talk, "ATCRA");
    wait_until_s(talk, 10);
    sim_talk_clear(talk);
    sim_talk_write(talk, "ATMA\r");
    sim_talk_run_ms(talk, 1000);
    for (const char *at = talk->text; (at = strstr(at, start)) != NULL; at++)
        lines++;
    sim_talk_free(talk);
    return lines;
}

static void others_talk_on_the_bus(void **state)
{
    (void)state;

    assert_int_equal(lines_a_second(NULL, "79B"), 0);
    assert_in_range(lines_a_second("second-tester@10", "79B022"), 2, 4);
    assert_in_range(lines_a_second("second-tester@10", "7BB10"), 2, 4);
    assert_in_range(lines_a_second("second-tester@10", "7BB22"), 2, 6);
    assert_int_equal(lines_a_second(NULL, "56E46\r"), 0);
    assert_in_range(lines_a_second("second-tcu@10", "56E46\r"), 9, 11);
    assert_int_equal(lines_a_second(NULL, "\r0000000"), 0);
    assert_in_range(lines_a_second("flood:2000@10", "\r"), 3400, 3800);
    assert_in_range(lines_a_second("flood:200@10", "\r0000000"), 20, 80);
}

/* A sleeping bus stays silent whoever would like to talk. */
static void nobody_talks_while_the_bus_sleeps(void **state)
{
    (void)state;
    static const char *const faults[] = {"second-tester", "second-tcu", "flood"};
    const struct sim_options options = {.car = "aze0-30", .seed = 1, .faults = faults, .fault_count = 3};
    struct sim_talk *talk = sim_talk_new(&options, "0 asleep\n");

    assert_non_null(talk);
    sim_talk_say(talk, "ATSP6");
    sim_talk_clear(talk);
    sim_talk_write(talk, "ATMA\r");
    sim_talk_run_ms(talk, 2000);
    assert_string_equal(talk->text, "ATMA\r");
    sim_talk_free(talk);
}

static void a_slow_line_brings_byte_by_byte(void **state)
{
    (void)state;
    struct sim_talk *talk = talk_with_fault("slow@10");

    wait_until_s(talk, 10);
    sim_talk_clear(talk);
    sim_talk_write(talk, "ATI\r");
    sim_talk_run_ms(talk, 260);
    assert_string_equal(talk->text, "ELM32");
    sim_talk_free(talk);
    talk = talk_with_fault("slow:1000@10");
    wait_until_s(talk, 10);
    sim_talk_clear(talk);
    sim_talk_write(talk, "ATI\r");
    sim_talk_run_ms(talk, 2600);
    assert_string_equal(talk->text, "EL");
    sim_talk_free(talk);
}

static void a_slow_clock_waits_longer(void **state)
{
    (void)state;
    struct sim_talk *talk = talk_with_fault("clock@10");

    wait_until_s(talk, 10);
    sim_talk_say(talk, "ATSH7AA");
    int64_t asked_ns = talk->now_ns;
    assert_string_equal(sim_talk_say(talk, "022101"), "NO DATA\r\r>");
    assert_in_range(talk->now_ns - asked_ns, 2 * NS_PER_S, 2200 * NS_PER_MS);
    sim_talk_free(talk);
}

static void a_brown_out_forgets_the_settings(void **state)
{
    (void)state;
    struct sim_talk *talk = talk_with_fault("reset@10");

    sim_talk_clear(talk);
    sim_talk_run_ms(talk, 10000);
    assert_string_equal(talk->text, "\r\rLV RESET\r\r>");
    assert_string_equal(sim_talk_say(talk, "ATDPN"), "ATDPN\rA0\r\r>");
    sim_talk_free(talk);
}

static void an_unplugged_dongle_is_gone_and_comes_back_new(void **state)
{
    (void)state;
    struct sim_talk *talk = talk_with_fault("unplug@10+5");

    sim_talk_run_ms(talk, 10500 - talk->now_ns / NS_PER_MS);
    assert_false(sim_is_reachable(talk->sim));
    sim_talk_clear(talk);
    sim_talk_write(talk, "ATI\r");
    sim_talk_run_ms(talk, 1000);
    assert_string_equal(talk->text, "");
    sim_talk_run_ms(talk, 10000);
    assert_string_equal(talk->text, "\r\rELM327 v1.5\r\r>");
    assert_true(sim_is_reachable(talk->sim));
    assert_int_equal(talk->contacts_lost, 1);
    assert_string_equal(sim_talk_say(talk, "ATDPN"), "ATDPN\rA0\r\r>");
    sim_talk_free(talk);
}

/* "022161\r" are seven bytes, the answer 42: each of the 49 may be the last. */
static void unplugs_at_each_byte_of_a_dialogue(void **state)
{
    (void)state;
    const size_t asked = strlen("022161\r");
    const size_t all = asked + strlen(ANSWER_61);

    for (size_t bytes = 1; bytes <= all; bytes++) {
        char fault[32];
        size_t answered = bytes > asked ? bytes - asked : 0;

        snprintf(fault, sizeof(fault), "unplug:%zu@10+5", bytes);
        struct sim_talk *talk = talk_with_fault(fault);
        wait_until_s(talk, 10);
        sim_talk_clear(talk);
        sim_talk_write(talk, "022161\r");
        sim_talk_run_ms(talk, 1000);
        assert_int_equal(talk->len, answered);
        assert_memory_equal(talk->text, ANSWER_61, answered);
        assert_int_equal(talk->contacts_lost, 1);
        assert_false(sim_is_reachable(talk->sim));
        sim_talk_run_ms(talk, 5000);
        assert_true(sim_is_reachable(talk->sim));
        sim_talk_free(talk);
    }
}

static void restarts_in_the_middle_of_an_answer(void **state)
{
    (void)state;
    struct sim_talk *talk = talk_with_fault("banner:17@10");

    wait_until_s(talk, 10);
    assert_string_equal(sim_talk_say(talk, "022161"), "7BB100C616\r\rELM327 v1.5\r\r>");
    assert_string_equal(sim_talk_say(talk, "ATDPN"), "ATDPN\rA0\r\r>");
    assert_int_equal(talk->contacts_lost, 0);
    sim_talk_free(talk);
}

static void texts_come_at_any_moment(void **state)
{
    (void)state;
    static const char *const some[] = {"BUFFER FULL", "CAN ERROR", "ACT ALERT", "LV RESET", "SEARCHING..."};
    struct sim_talk *talk = talk_with_fault("texts@10");

    wait_until_s(talk, 10);
    sim_talk_clear(talk);
    for (unsigned i = 0; i < 300; i++) {
        sim_talk_write(talk, i % 2 == 0 ? "022161\r" : "ATMA\r");
        sim_talk_run_ms(talk, 500);
    }
    for (size_t i = 0; i < sizeof(some) / sizeof(some[0]); i++)
        assert_non_null(strstr(talk->text, some[i]));
    sim_talk_free(talk);
}

/* What a host hears in a minute of questions and listening, with the moments at which it hears. */
static uint64_t minute_with(const char *fault)
{
    static const char *const lines[] = {"022101", "022161", "022102", "022199", "022104", "ATRV"};
    struct sim_talk *talk = talk_with_fault(fault);
    uint64_t hash = 14695981039346656037U;

    sim_talk_clear(talk);
    while (talk->now_ns < 60 * NS_PER_S) {
        for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
            sim_talk_say(talk, lines[i]);
            for (size_t k = 0; k < talk->len; k++)
                hash = (hash ^ (uint8_t)talk->text[k]) * 1099511628211U;
            hash = (hash ^ (uint64_t)talk->now_ns) * 1099511628211U;
            sim_talk_run_ms(talk, 100);
        }
    }
    sim_talk_free(talk);
    return hash;
}

/* None is a name only, and the same seed makes the same fault. */
static void each_bites_and_can_be_repeated(void **state)
{
    (void)state;
    static const char *const elsewhere[] = {"second-tcu", "flood", "no-flow-control"}; /* filter, start-up */
    uint64_t well = minute_with(NULL);

    for (size_t i = 0; sim_fault_name(i); i++) {
        char fault[64];
        bool bites = true;

        for (size_t k = 0; k < 3; k++)
            bites &= strcmp(sim_fault_name(i), elsewhere[k]) != 0;
        snprintf(fault, sizeof(fault), "%s@10", sim_fault_name(i));
        uint64_t ill = minute_with(fault);
        if ((ill != well) != bites || minute_with(fault) != ill)
            fail_msg("%s", fault);
    }
}

static void each_has_words_and_a_default(void **state)
{
    (void)state;
    struct sim_faults *faults = calloc(1, sizeof(*faults));
    struct err err;

    assert_non_null(faults);
    for (size_t i = 0; sim_fault_about(i); i++) {
        const struct sim_fault_about *about = sim_fault_about(i);

        assert_true(strlen(about->words) > 5 && strlen(about->words) < 80);
        assert_true(about->has_number || about->number == 0);
        sim_faults_init(faults, 1);
        assert_int_equal(sim_faults_add(faults, about->name, 0, &err), 0);
    }
    free(faults);
}

static void what_is_over_makes_room(void **state)
{
    (void)state;
    struct sim_talk *talk = talk_with_fault(NULL);
    struct err err;

    for (unsigned i = 0; i < 3 * SIM_FAULTS_MAX; i++) {
        assert_int_equal(sim_break(talk->sim, "silent@1+1", talk->now_ns, &err), 0);
        sim_talk_run_ms(talk, 3000);
    }
    for (unsigned i = 0; i < SIM_FAULTS_MAX; i++)
        assert_int_equal(sim_break(talk->sim, "echo", talk->now_ns, &err), 0);
    assert_int_equal(sim_break(talk->sim, "echo", talk->now_ns, &err), -1);
    assert_string_equal(err.text, "echo: more than 32 faults");
    sim_talk_free(talk);
}

static void nonsense_is_refused(void **state)
{
    (void)state;
    static const char *const wrong[] = {"",         "unplu",  "unplug:",  "unplug:x",     "nul:1",
                                        "slow:-1",  "slow@x", "slow@1+x", "refuse:0x100", "slow:1:2",
                                        "unplug@-1"};
    struct sim_faults *faults = calloc(1, sizeof(*faults));
    struct err err;

    assert_non_null(faults);
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
        if (sim_faults_add(faults, wrong[i], 0, &err) == 0)
            fail_msg("%s was taken", wrong[i]);
    assert_int_equal(faults->count, 0);
    free(faults);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_suffer_as_named),
        cmocka_unit_test(one_answer_as_named),
        cmocka_unit_test(short_answers_end_after_two_frames),
        cmocka_unit_test(consecutive_frames_are_doubled_and_swapped),
        cmocka_unit_test(a_wrap_goes_on_with_one),
        cmocka_unit_test(flow_control_comes_unasked),
        cmocka_unit_test(the_tail_comes_with_the_next_question),
        cmocka_unit_test(single_frames_lie_about_their_length),
        cmocka_unit_test(pending_ends_with_the_fault),
        cmocka_unit_test(the_answer_before_comes_once_more),
        cmocka_unit_test(late_answers_come_so_much_later),
        cmocka_unit_test(a_stalled_line_says_all_of_it_later),
        cmocka_unit_test(values_freeze),
        cmocka_unit_test(others_talk_on_the_bus),
        cmocka_unit_test(nobody_talks_while_the_bus_sleeps),
        cmocka_unit_test(a_slow_line_brings_byte_by_byte),
        cmocka_unit_test(a_slow_clock_waits_longer),
        cmocka_unit_test(a_brown_out_forgets_the_settings),
        cmocka_unit_test(an_unplugged_dongle_is_gone_and_comes_back_new),
        cmocka_unit_test(unplugs_at_each_byte_of_a_dialogue),
        cmocka_unit_test(restarts_in_the_middle_of_an_answer),
        cmocka_unit_test(texts_come_at_any_moment),
        cmocka_unit_test(each_bites_and_can_be_repeated),
        cmocka_unit_test(each_has_words_and_a_default),
        cmocka_unit_test(what_is_over_makes_room),
        cmocka_unit_test(nonsense_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
