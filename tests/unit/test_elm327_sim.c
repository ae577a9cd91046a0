/* The ELM327 dialogue against the simulator: each car through each dongle, whole answers, what is on the bus,
 * broadcasts, and every named fault. */
#include "elm327_world.h"

static void check_sent(const struct world *world, size_t index, uint32_t id, const char *bytes)
{
    assert_true(index < world->sent_count);
    assert_int_equal(world->sent[index].id, id);
    assert_int_equal(world->sent[index].len, 8);
    assert_memory_equal(world->sent[index].data, bytes, 8);
}

static void test_each_car_through_each_dongle(void **state)
{
    (void)state;
    static const char *const CARS[] = {"ze0-24", "aze0-24", "aze0-30", "ze1-40", "env200-40"};
    static const size_t LENGTHS[] = {41, 41, 43, 53, 53};
    static const char *const DONGLES[] = {"elm327", "wican"};
    for (size_t i = 0; i < 5; i++) {
        for (size_t k = 0; k < 2; k++) {
            struct world *world = world_new(CARS[i], DONGLES[k], SIM_ACT_ON, NULL);
            world_run(world,
                      15 * NS_PER_S); /* a 40 kWh pack answers shorter right after it was switched on */
            assert_int_equal(elm327_has(world->elm, ELM327_QUIRK_FORMATS_ITSELF), k == 1);
            assert_int_equal(world->sent_count, 0);
            assert_int_equal(world_ask(world, 0x79B, 0x7BB, "2101"), LENGTHS[i]);
            assert_int_equal(world->message[0], 0x61);
            check_sent(world, 0, 0x79B, "\x02\x21\x01\0\0\0\0\0");
            check_sent(world, 1, 0x79B, "\x30\0\0\0\0\0\0\0");
            assert_true(world_ask(world, 0x797, 0x79A, "221304") >= 4);
            assert_int_equal(world->message[0], 0x62);
            check_sent(world, 2, 0x797, "\x03\x22\x13\x04\0\0\0\0");
            assert_int_equal(world_ask(world, 0x79B, 0x7BB, "2102"), 0xC6);
            world_free(world);
        }
    }
}

/* What the waits between two tries count on (reopen.h). */
static void test_start_is_quick(void **state)
{
    (void)state;
    static const char *const DONGLES[] = {"elm327", "wican"};
    for (size_t i = 0; i < sizeof(DONGLES) / sizeof(DONGLES[0]); i++) {
        struct world *world = world_new("aze0-30", DONGLES[i], SIM_ACT_ON, NULL);
        int64_t begun_ns = world->now_ns;
        world_wait_ready(world, 60 * NS_PER_S);
        assert_in_range(world->now_ns - begun_ns, 1, REOPEN_START_NS);
        world_free(world);
    }
}

static void test_broadcasts_are_heard(void **state)
{
    (void)state;
    struct world *world = world_new("aze0-30", "elm327", SIM_ACT_ON, NULL);
    world_run(world, 30 * NS_PER_S);
    assert_true(world->heard > 100);
    assert_int_equal(world->sent_count, 0);
    assert_int_equal(world->ups, 1);
    assert_int_equal(world->counts[ADAPTER_GARBAGE], 0);
    world_free(world);
}

/* Silence and sleep: not a single frame in two hours of listening and reading the supply, and few wake-ups.
 */
static void test_sleeping_car_is_left_alone(void **state)
{
    (void)state;
    struct world *world = world_new("aze0-24", "elm327", SIM_ACT_ASLEEP, NULL);
    world_run(world, NS_PER_MIN);
    world->wakeups = 0;
    world_run(world, 2 * NS_PER_H);
    assert_int_equal(world->sent_count, 0);
    print_message("%.2f wake-ups/s\n", world->wakeups / 7200.0);
    assert_true(world->wakeups <= 2 * 7200);
    assert_int_equal(world->ups, 1);
    world_free(world);
}

/* While the fault lasts an answer has the right length or is none: garbled bytes apart nothing else gets by.
 */
static void live_with_fault(struct world *world, const struct sim_fault_about *about)
{
    int64_t end_ns = world->now_ns + 50 * NS_PER_S;
    while (world->now_ns < end_ns) {
        size_t len = world_ask(world, 0x79B, 0x7BB, "2101");
        if (len != 0 && len != 43) {
            fail_msg("%s: an answer of %zu bytes", about->name, len);
        }
        world_run(world, 500 * NS_PER_MS);
    }
}

/* Each fault begins 20 s after the start, while it polls, and lasts 30 s: no frame goes anywhere else, no
 * answer of a wrong length is complete, and afterwards all is well again without help. */
static void test_each_fault(void **state)
{
    (void)state;
    unsigned ill = 0;
    for (size_t i = 0; sim_fault_about(i); i++) {
        char fault[64];
        const struct sim_fault_about *about = sim_fault_about(i);
        snprintf(fault, sizeof(fault), "%s@20+30", about->name);
        struct world *world = world_new("aze0-30", "elm327", SIM_ACT_ON, fault);
        live_with_fault(world, about);
        world_run(world, 25 * NS_PER_S);
        size_t len = world_ask(world, 0x79B, 0x7BB, "2101");
        if (len != 43) {
            print_message("%s: not well again\n", about->name);
            ill++;
        }
        check_all_sent(world);
        world_free(world);
    }
    assert_int_equal(ill, 0);
}

/* Bytes are lost towards a dongle that echoes: however often it begins again, it is not spoken to blindly. A
 * line that lost a digit would be another request (ATCAF0 without its T asks for CA F0). */
static void test_deaf_dongles_run_nothing_else(void **state)
{
    (void)state;
    static const char *const FAULTS[] = {"deaf-5@20", "deaf-5@0", "deaf-50@0", "deaf-50@20+60"};
    for (unsigned seed = 0; seed < 60; seed++) {
        struct world *world = world_with("aze0-30", "elm327", SIM_ACT_ON, &FAULTS[seed % 4], 1, seed);
        for (int64_t end_ns = world->now_ns + 2 * NS_PER_MIN; world->now_ns < end_ns;) {
            if (world_gets_ready(world, 30 * NS_PER_S)) {
                world_ask(world, 0x79B, 0x7BB, "2101");
            }
            world_run(world, 500 * NS_PER_MS);
        }
        check_all_sent(world);
        world_free(world);
    }
}

/* E09: frames with another header than asked for: the dongle lets them through, the dialogue does not. */
static void test_answers_of_others_are_counted(void **state)
{
    (void)state;
    static const char *const FAULTS[] = {"two-ecus@20", "wrong-id@20"};
    static const size_t ANSWERED[] = {43, 0};
    for (size_t i = 0; i < 2; i++) {
        struct world *world = world_new("aze0-30", "elm327", SIM_ACT_ON, FAULTS[i]);
        world_run(world, 21 * NS_PER_S);
        for (unsigned asked = 0; asked < 10; asked++) {
            unsigned before = world->counts[ADAPTER_LATE];
            assert_int_equal(world_ask(world, 0x79B, 0x7BB, "2101"), ANSWERED[i]);
            assert_true(world->counts[ADAPTER_LATE] > before);
        }
        world_free(world);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_car_through_each_dongle),
        cmocka_unit_test(test_start_is_quick),
        cmocka_unit_test(test_broadcasts_are_heard),
        cmocka_unit_test(test_sleeping_car_is_left_alone),
        cmocka_unit_test(test_each_fault),
        cmocka_unit_test(test_deaf_dongles_run_nothing_else),
        cmocka_unit_test(test_answers_of_others_are_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
