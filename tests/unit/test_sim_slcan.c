/* simulator: the Lawicel dialogue. */
#include "../simulator/talk.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

static struct sim_talk *talk_to(const char *car, const char *scenario)
{
    struct sim_options options = {.car = car, .protocol = "slcan", .seed = 1};
    struct sim_talk *talk = sim_talk_new(&options, scenario);

    assert_non_null(talk);
    sim_talk_run_ms(talk, 5000);
    return talk;
}

/* Writes a line, lets 50 ms pass. */
static const char *say(struct sim_talk *talk, const char *line)
{
    sim_talk_clear(talk);
    sim_talk_write(talk, line);
    sim_talk_write(talk, "\r");
    sim_talk_run_ms(talk, 50);
    return talk->text;
}

static void opens_speaks_and_closes(void **state)
{
    (void)state;
    struct sim_talk *talk = talk_to("ze1-40", "0 on\n");
    char sent[SIM_FRAME_TEXT_MAX];

    assert_string_equal(say(talk, "O"), "\a"); /* no speed yet */
    assert_string_equal(say(talk, "t7978032213040000000"), "\a");
    assert_string_equal(say(talk, "S9"), "\a");
    assert_string_equal(say(talk, "S6"), "\r");
    assert_string_equal(say(talk, "V"), "V1013\r");
    assert_string_equal(say(talk, "O"), "\r");
    assert_string_equal(say(talk, "S6"), "\a");
    assert_string_equal(say(talk, "t79780322130400000000"), "z\rt79A80562130480BC0000\r");
    assert_string_equal(sim_talk_last_sent(talk, sent), "797#0322130400000000");
    assert_string_equal(say(talk, "t7978032213"), "\a");
    assert_string_equal(say(talk, "T18DAF11080322130400000000"), "Z\r");
    assert_string_equal(sim_talk_last_sent(talk, sent), "18DAF110#0322130400000000");
    assert_string_equal(say(talk, "r7970"), "z\r");
    assert_string_equal(say(talk, "F"), "F00\r");
    assert_string_equal(say(talk, "C"), "\r");
    assert_string_equal(say(talk, "C"), "\a");
    assert_string_equal(say(talk, "Z1"), "\a");
    sim_talk_free(talk);
}

static void hears_the_whole_bus_and_flow_control_is_the_hosts(void **state)
{
    (void)state;
    struct sim_talk *talk = talk_to("aze0-30", "0 on\n");

    say(talk, "S6");
    say(talk, "O");
    sim_talk_clear(talk);
    sim_talk_run_ms(talk, 1000);
    assert_non_null(strstr(talk->text, "t5C584400FA78000C0000\r"));
    assert_non_null(strstr(talk->text, "t4213080000\r"));
    assert_true(talk->len > 20000);
    say(talk, "t79B80221610000000000");
    assert_non_null(strstr(talk->text, "t7BB8100C616123282260\r"));
    assert_null(strstr(talk->text, "t7BB821"));
    say(talk, "t79B83000000000000000");
    assert_non_null(strstr(talk->text, "t7BB821000000000000FF\r"));
    sim_talk_free(talk);
}

static void a_wrong_speed_hears_nothing_and_listen_only_says_nothing(void **state)
{
    (void)state;
    struct sim_talk *talk = talk_to("aze0-30", "0 on\n");

    say(talk, "S5");
    assert_string_equal(say(talk, "O"), "\r");
    assert_string_equal(say(talk, "t79780322130400000000"), "z\r");
    say(talk, "C");
    say(talk, "S6");
    say(talk, "L");
    say(talk, "t79780322130400000000");
    assert_non_null(strchr(talk->text, '\a'));
    assert_int_equal(talk->sent_count, 0);
    sim_talk_free(talk);
}

/* How many of a hundred answers to V are as they should be. */
static unsigned whole_answers(const char *fault)
{
    const struct sim_options options = {
        .car = "aze0-30", .protocol = "slcan", .seed = 1, .faults = &fault, .fault_count = 1};
    struct sim_talk *talk = sim_talk_new(&options, "0 asleep\n");
    unsigned whole = 0;

    assert_non_null(talk);
    for (unsigned i = 0; i < 100; i++)
        whole += strcmp(say(talk, "V"), "V1013\r") == 0;
    sim_talk_free(talk);
    return whole;
}

static void faults_of_lines_bite_here_too(void **state)
{
    (void)state;

    assert_int_equal(whole_answers("clock"), 100); /* an ELM327's */
    assert_in_range(whole_answers("bel"), 60, 90);
    assert_in_range(whole_answers("lost-cr"), 60, 90);
    assert_in_range(whole_answers("lost-bytes-5"), 60, 90);
    assert_in_range(whole_answers("deaf-5"), 80, 98);
    assert_int_equal(whole_answers("silent"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(opens_speaks_and_closes),
        cmocka_unit_test(hears_the_whole_bus_and_flow_control_is_the_hosts),
        cmocka_unit_test(a_wrong_speed_hears_nothing_and_listen_only_says_nothing),
        cmocka_unit_test(faults_of_lines_bite_here_too),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
