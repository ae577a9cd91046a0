/* simulator: each named fault does what its name says, when it says. */
#include "../simulator/talk.h"

#include "util/core/time.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

static struct sim_talk *talk_with_fault(const char *fault)
{
    static const char *const lines[] = {"ATE0",    "ATS0",     "ATH1",      "ATSP6",        "ATCAF0",
                                        "ATSH79B", "ATCRA7BB", "ATFCSH79B", "ATFCSD300000", "ATFCSM1"};
    const struct sim_options options = {
        .car = "aze0-30", .seed = 1, .faults = &fault, .fault_count = fault ? 1 : 0};
    struct sim_talk *talk = sim_talk_new(&options, "0 on\n");

    assert_non_null(talk);
    sim_talk_run_ms(talk, 1000);
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
        sim_talk_say(talk, lines[i]);
    return talk;
}

/* Asks 2161 ten times from ten seconds on; counts the answers that are whole. */
static unsigned whole_answers(struct sim_talk *talk)
{
    unsigned whole = 0;

    if (talk->now_ns < 10 * NS_PER_S)
        sim_talk_run_ms(talk, 10000 - talk->now_ns / NS_PER_MS);
    for (unsigned i = 0; i < 10; i++) {
        const char *heard = sim_talk_say(talk, "022161");

        whole += strcmp(heard, "7BB100C616123282260\r7BB21000000000000FF\r\r>") == 0;
        sim_talk_run_ms(talk, 1500);
    }
    return whole;
}

static void assert_fault(const char *fault, unsigned least, unsigned most)
{
    struct sim_talk *talk = talk_with_fault(fault);

    assert_in_range(whole_answers(talk), least, most);
    sim_talk_free(talk);
}

static void answers_suffer_as_named(void **state)
{
    (void)state;

    assert_fault(NULL, 10, 10);
    assert_fault("garbage@10", 1, 9);
    assert_fault("half-lines@10", 1, 9);
    assert_fault("nul@10", 0, 9); /* strings end at the NUL */
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
}

static void short_answers_end_after_two_frames(void **state)
{
    (void)state;
    struct sim_talk *talk = talk_with_fault("short-answer@10");

    sim_talk_run_ms(talk, 10000);
    sim_talk_say(talk, "022101");
    assert_int_equal(talk->len, 2 * 20 + 2);
    sim_talk_free(talk);
}

static void a_slow_line_brings_byte_by_byte(void **state)
{
    (void)state;
    struct sim_talk *talk = talk_with_fault("slow@10");

    sim_talk_run_ms(talk, 10000);
    sim_talk_clear(talk);
    sim_talk_write(talk, "ATI\r");
    sim_talk_run_ms(talk, 260);
    assert_string_equal(talk->text, "ELM32");
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_suffer_as_named),
        cmocka_unit_test(short_answers_end_after_two_frames),
        cmocka_unit_test(a_slow_line_brings_byte_by_byte),
        cmocka_unit_test(a_brown_out_forgets_the_settings),
        cmocka_unit_test(an_unplugged_dongle_is_gone_and_comes_back_new),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
