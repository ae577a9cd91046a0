/* simulator: each named fault does what its name says, when it says; those of frames and of the bus are
 * in test_sim_faults_bus.c. */
#include "fault_talk.h"

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

static void one_answer_as_named(void **state)
{
    (void)state;

    assert_answer("lower-case@10", "7bb100c616123282260\r7bb21000000000000ff\r\r>");
    assert_answer("lf@10", "7BB100C616123282260\n7BB21000000000000FF\n\n>");
    assert_answer("crlf@10", "7BB100C616123282260\r\n7BB21000000000000FF\r\n\r\n>");
    assert_answer("spaces@10", "7BB 10 0C 61 61 23 28 22 60 \r7BB 21 00 00 00 00 00 00 FF \r\r>");
    assert_answer("dlc-digit@10", "7BB8100C616123282260\r7BB821000000000000FF\r\r>");
    assert_answer("prompts:3@10", "7BB100C616123282260\r7BB21000000000000FF\r\r>>>");
    assert_answer("texts:20@10", "7BB100C616123282260<RX ERROR\r7BB21000000000000FF\r\r>");
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
        cmocka_unit_test(a_stalled_line_says_all_of_it_later),
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
