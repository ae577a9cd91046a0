/* How the SLCAN dialogue opens the bus of a Lawicel adapter and of its clones. */
#include "slcan_talk.h"

static void a_lawicel_comes_up_at_once(void **state)
{
    (void)state;
    struct talk *talk = talk_new(LAWICEL, false);
    run_ms(talk, 100);
    assert_string_equal(talk->log, "C C V S6 Z0 M00000000 mFFFFFFFF O F ");
    assert_int_equal(talk->ups, 1);
    assert_int_equal(talk->readies, 1);
    assert_string_equal(slcan_traits(talk->slcan)->identity, "SLCAN V1013");
    assert_true(slcan_traits(talk->slcan)->answers_flags);
    hear(talk, "t5B38112233445566778F\r");
    assert_int_equal(talk->frames, 1);
    assert_true(talk->last.time_ns == talk->now_ns);
    assert_int_equal(ask(talk), 0);
    assert_non_null(strstr(talk->log, "t79B8022101000000000"));
    talk_free(talk);
}

static void a_canable_that_answers_nothing_comes_up(void **state)
{
    (void)state;
    struct talk *talk = talk_new(CANABLE, false);
    run_ms(talk, 2000);
    assert_string_equal(talk->log, "C C V S6 Z0 M00000000 mFFFFFFFF O F ");
    assert_int_equal(talk->ups, 1);
    assert_int_equal(talk->losses, 0);
    run_ms(talk, 60000); /* F is never answered, V is */
    assert_int_equal(talk->losses, 0);
    assert_non_null(strstr(talk->log, "O F V V"));
    assert_false(slcan_traits(talk->slcan)->answers_flags);
    talk_free(talk);
}

/* One that answers nothing at all is believed when a frame comes, and not before. */
static void a_mute_clone_is_known_by_its_frames(void **state)
{
    (void)state;
    char limits[200];
    struct talk *talk = talk_new(MUTE, false);
    run_ms(talk, 1500);
    hear(talk, "t5B38112233445566778F\r");
    run_ms(talk, 2000);
    assert_int_equal(talk->ups, 1);
    slcan_limits(slcan_traits(talk->slcan), limits, sizeof(limits));
    assert_non_null(strstr(limits, "hangs can't be noticed"));
    run_ms(talk, 600000); /* the car sleeps */
    assert_int_equal(talk->losses, 0);
    talk_free(talk);
    talk = talk_new(MUTE, false);
    run_ms(talk, 5000);
    assert_int_equal(talk->ups, 0);
    assert_int_equal(talk->losses, 1);
    assert_non_null(strstr(talk->words, "nothing answers"));
    talk_free(talk);
}

static void an_elm327_is_recognised(void **state)
{
    (void)state;
    static const struct rule ELM[] = {{NULL, "?\r\r>"}};
    struct talk *talk = talk_new(ELM, false);
    run_ms(talk, 5000);
    assert_int_equal(talk->losses, 1);
    assert_non_null(strstr(talk->words, "adapter = \"elm327\""));
    talk_free(talk);
}

/* ---- only listening ---- */

static void listening_only_never_opens_the_bus_to_acknowledge(void **state)
{
    (void)state;
    struct talk *talk = talk_new(LAWICEL, true);
    run_ms(talk, 2000);
    assert_string_equal(talk->log, "C C V S6 Z0 M00000000 mFFFFFFFF L F ");
    assert_int_equal(talk->ups, 1);
    assert_int_equal(talk->readies, 0);
    assert_false(slcan_is_ready(talk->slcan));
    assert_int_equal(ask(talk), -1);
    talk_free(talk);
    talk = talk_new(CANABLE, true); /* L is nothing to it, M1 is */
    run_ms(talk, 3000);
    assert_string_equal(talk->log, "C C V S6 Z0 M00000000 mFFFFFFFF L M1 O F ");
    assert_int_equal(talk->ups, 1);
    talk_free(talk);
    static const struct rule NO_L[] = {{"V", "V0001\r"}, {"O", "\r"}, {"L", "\a"}, {NULL, "\r"}};
    talk = talk_new(NO_L, true);
    run_ms(talk, 3000);
    assert_int_equal(talk->ups, 0);
    assert_null(strstr(talk->log, "O "));
    assert_non_null(strstr(talk->words, "poll = false"));
    talk_free(talk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_lawicel_comes_up_at_once),
        cmocka_unit_test(a_canable_that_answers_nothing_comes_up),
        cmocka_unit_test(a_mute_clone_is_known_by_its_frames),
        cmocka_unit_test(an_elm327_is_recognised),
        cmocka_unit_test(listening_only_never_opens_the_bus_to_acknowledge),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
