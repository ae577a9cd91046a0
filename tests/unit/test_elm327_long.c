/* The ELM327 dialogue against the simulator for long: how soon each fault is over, bytes lost in bursts, a
 * flood. */
#include "elm327_world.h"

/* Asks as often as may be until `until_ns`; returns when a whole answer came, or TIME_NONE. */
static int64_t ask_until_answered(struct world *world, int64_t from_ns, int64_t until_ns)
{
    struct err err;
    struct frame frame;
    world->question = (struct uds_question){.to = 0x79B, .from = 0x7BB, .ask_len = 2, .ask = {0x21, 1}};
    uds_question_frame(&world->question, &frame);
    while (world->now_ns < until_ns) {
        if (elm327_is_ready(world->elm) && elm327_send(world->elm, world->now_ns, &frame, 0x7BB, &err) == 0) {
            world->message_len = 0;
            isotp_drop(world->isotp, 0x7BB);
        }
        world_step(world, world->now_ns + 100 * NS_PER_MS);
        if (world->message_len == 43 && world->now_ns > from_ns) {
            return world->now_ns;
        }
    }
    return TIME_NONE;
}

/* How long after the end of a fault, that began 5 s after the start and lasted `seconds`, a question is
 * answered. */
static double recovery_s(const char *name, double seconds)
{
    char fault[64];
    snprintf(fault, sizeof(fault), "%s@5+%.2f", name, seconds);
    struct world *world = world_new("aze0-30", "elm327", SIM_ACT_ON, fault);
    int64_t end_ns = world->now_ns + (int64_t)((5 + seconds) * NS_PER_S);
    int64_t answered_ns = ask_until_answered(world, end_ns, end_ns + 120 * NS_PER_S);
    world_free(world);
    return answered_ns == TIME_NONE ? INFINITY : (double)(answered_ns - end_ns) / NS_PER_S;
}

/* Whatever the fault and wherever in a try it ends: within 10 s a question is answered again. */
static void test_each_fault_is_recovered_from_in_time(void **state)
{
    (void)state;
    double slowest = 0;
    for (size_t i = 0; sim_fault_about(i); i++) {
        const char *name = sim_fault_about(i)->name;
        double worst = 0;
        for (double seconds = 3; seconds < 60; seconds = seconds * 1.31 + 0.37) {
            worst = fmax(worst, recovery_s(name, seconds));
        }
        if (worst > 2) {
            print_message("%s: %.1f s\n", name, worst);
        }
        slowest = fmax(slowest, worst);
    }
    assert_true(slowest <= 10);
}

#define BURSTS 20

/* Bursts of lost bytes in the middle of polling: what stands on the bus is what was asked, and an answer has
 * its length or is none. Returns how many answers came. */
static unsigned live_with_bursts(const char *name, unsigned seed)
{
    char texts[BURSTS][64];
    const char *faults[BURSTS];
    for (size_t i = 0; i < BURSTS; i++) {
        snprintf(texts[i], sizeof(texts[i]), "%s@%zu+0.3", name, 6 + 5 * i);
        faults[i] = texts[i];
    }
    struct world *world = world_with("aze0-30", "elm327", SIM_ACT_ON, faults, BURSTS, seed);
    int64_t end_ns = world->now_ns + (int64_t)(10 + 5 * BURSTS) * NS_PER_S;
    unsigned answers = 0;
    while (world->now_ns < end_ns) {
        size_t len = world_ask(world, 0x79B, 0x7BB, "2101");
        if (len != 0 && len != 43) {
            fail_msg("%s, seed %u: an answer of %zu bytes", name, seed, len);
        }
        answers += len > 0;
        world_run(world, 20 * NS_PER_MS);
    }
    check_all_sent(world);
    world_free(world);
    return answers;
}

/* E18. GARAGED_SEEDS: how many, for the long runs. */
static void test_lost_bytes(void **state)
{
    (void)state;
    static const char *const NAMES[] = {"deaf-5", "deaf-50", "lost-bytes-5", "lost-bytes-50"};
    const char *text = getenv("GARAGED_SEEDS");
    unsigned seeds = text ? (unsigned)strtoul(text, NULL, 10) : 5;
    unsigned answers = 0;
    for (unsigned seed = 1; seed <= seeds; seed++) {
        for (size_t i = 0; i < 4; i++) {
            answers += live_with_bursts(NAMES[i], seed);
        }
    }
    print_message("%u answers\n", answers);
    assert_true(answers > 100 * seeds);
}

/* E15: 2,000 frames a second while it listens and polls: the filter becomes narrower, what it is for is still
 * heard, questions are answered, and nothing starts again. */
static void test_flood(void **state)
{
    (void)state;
    struct world *world = world_new("aze0-30", "elm327", SIM_ACT_ON, "flood@5");
    unsigned answers = 0;
    world_run(world, 20 * NS_PER_S);
    for (int i = 0; i < 20; i++) {
        unsigned heard = world->heard;
        answers += world_ask(world, 0x79B, 0x7BB, "2101") == 43;
        world_run(world, 5 * NS_PER_S);
        assert_true(world->heard > heard);
    }
    print_message("%u answers, %u frames heard, %u overflows\n", answers, world->heard,
                  world->counts[ADAPTER_OVERFLOWS]);
    assert_int_equal(answers, 20);
    assert_int_equal(world->ups, 1);
    world_free(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_fault_is_recovered_from_in_time),
        cmocka_unit_test(test_lost_bytes),
        cmocka_unit_test(test_flood),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
