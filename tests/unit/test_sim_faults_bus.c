/* simulator: the faults of frames, answers and the bus do what their names say. */
#include "fault_talk.h"

static void one_answer_as_named(void **state)
{
    (void)state;

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

static void short_answers_end_after_two_frames(void **state)
{
    (void)state;
    struct sim_talk *talk = talk_with_fault("short-answer@10");

    wait_until_s(talk, 12);
    sim_talk_say(talk, "022101");
    assert_int_equal(talk->len, 2 * 20 + 2);
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_answer_as_named),
        cmocka_unit_test(consecutive_frames_are_doubled_and_swapped),
        cmocka_unit_test(a_wrap_goes_on_with_one),
        cmocka_unit_test(flow_control_comes_unasked),
        cmocka_unit_test(the_tail_comes_with_the_next_question),
        cmocka_unit_test(single_frames_lie_about_their_length),
        cmocka_unit_test(short_answers_end_after_two_frames),
        cmocka_unit_test(pending_ends_with_the_fault),
        cmocka_unit_test(the_answer_before_comes_once_more),
        cmocka_unit_test(late_answers_come_so_much_later),
        cmocka_unit_test(values_freeze),
        cmocka_unit_test(others_talk_on_the_bus),
        cmocka_unit_test(nobody_talks_while_the_bus_sleeps),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
