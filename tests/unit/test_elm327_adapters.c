/* The ELM327 dialogue through each named adapter of the simulator: what gets through, what the owner is told
 * is missing, and that whatever gets through is what a good adapter says. */
#include "elm327_world.h"

#include "../simulator/adapters.h"

#define QUESTIONS 4
#define ROUNDS    12 /* of all questions, with some seconds of listening between them */
#define LIMITS    512

static const struct {
    uint16_t to, from;
    const char *ask;
} ASKED[QUESTIONS] = {
    {0x79B, 0x7BB, "2101"},
    {0x797, 0x79A, "221304"},
    {0x79B, 0x7BB, "2161"},
    {0x79B, 0x7BB, "2102"},
};

struct answer {
    size_t len;
    uint8_t bytes[ISOTP_MESSAGE_MAX];
};

/* What came of a quarter of an hour. */
struct outcome {
    struct answer answers[QUESTIONS]; /* the last whole one to each */
    unsigned whole[QUESTIONS];
    size_t heard; /* of the identifiers */
    char limits[LIMITS];
};

#define LONG                                                                                                 \
    "This adapter cannot receive long answers: cell voltages and other battery details are not available."
#define AIM   "This adapter cannot be told whom to hear: the car's answers do not get through."
#define DEAF  "This adapter cannot listen: it can only ask."
#define VOLTS "This adapter cannot measure the 12 V battery."
#define SHORTENS                                                                                             \
    "This adapter seems to shorten requests: what has to be asked with three bytes (plug, charger, gear) "   \
    "is "                                                                                                    \
    "not available."
#define HANGS                                                                                                \
    "This adapter hangs on long answers: the request that does it is left out, so some battery details are " \
    "missing."

static const struct expected {
    const char *adapter;
    const char *answered; /* 1 for each question that is answered in full */
    bool hears;           /* all broadcasts; otherwise none */
    const char *limits;
} EXPECTED[] = {
    {"elm327", "1111", true, ""},
    {"elm327-v2.3", "1111", true, ""},
    {"stn1110", "1111", true, ""},
    {"obdlink-sx", "1111", true, ""},
    {"vlinker", "1111", true, ""},
    {"wican", "1111", false, DEAF},
    {"wican-halves", "0110", false, DEAF},
    {"clone-v2.1", "0100", true, LONG},
    {"clone-no-fcsh", "0100", true, LONG},
    {"clone-two-bytes", "1011", true, SHORTENS},
    {"clone-freezes", "1110", true, HANGS},
    {"carista", "0100", true, LONG},
    {"not-connected", "1111", true, ""},
    {"nul-bytes", "1111", true, ""},
    {"not-utf8", "1111", true, ""},
    {"ircama", "1111", false, DEAF},
    {"ble-no-caf1", "1111", true, ""},
    {"ignores-caf0", "1111", true, ""},
    {"no-timing", "1111", true, ""},
    {"no-aim", "0000", false, AIM},
    {"no-volts", "1111", true, VOLTS},
    {"sleeps", "1111", true, ""},
    {"slow", "1110", true, ""}, /* its buffer overruns: BUFFER FULL */
};
#define EXPECTED_COUNT (sizeof(EXPECTED) / sizeof(EXPECTED[0]))

/* Nothing can be done with these. */
static const char *const HOPELESS[] = {"obdsim", "char-by-char"};
#define HOPELESS_COUNT (sizeof(HOPELESS) / sizeof(HOPELESS[0]))

/* What hangs is pulled and plugged in again. */
static bool wait_or_replug(struct world *world)
{
    struct err err;
    for (int tries = 0; tries < 3; tries++) {
        if (world_gets_ready(world, 40 * NS_PER_S)) {
            return true;
        }
        assert_int_equal(sim_break(world->sim, "unplug+2", world->now_ns, &err), 0);
    }
    return false;
}

static void outcome_ask(struct outcome *outcome, struct world *world, size_t question)
{
    if (!wait_or_replug(world))
        return;
    size_t len = world_ask(world, ASKED[question].to, ASKED[question].from, ASKED[question].ask);
    struct answer *answer = &outcome->answers[question];
    if (len == 0) {
        return;
    }
    if (outcome->whole[question] > 0) { /* the car is frozen */
        assert_int_equal(len, answer->len);
        assert_memory_equal(world->message, answer->bytes, len);
    }
    outcome->whole[question]++;
    answer->len = len;
    memcpy(answer->bytes, world->message, len);
}

/* Only what was asked may stand on the bus, and flow control. */
static void check_bus(const struct world *world)
{
    for (size_t i = 0; i < world->sent_count; i++) {
        const struct sim_frame *frame = &world->sent[i];
        assert_true(frame->id == 0x79B || frame->id == 0x797);
        assert_int_equal(frame->len, 8);
        unsigned service = frame->data[0] == 0x30 ? 0x30 : frame->data[1];
        if (service != 0x30 && service != 0x21 && service != 0x22)
            fail_msg("%02X %02X %02X on the bus", frame->data[0], frame->data[1], frame->data[2]);
    }
}

static struct world *world_frozen(const char *adapter)
{
    static const char *const FAULTS[] = {"frozen@20"};
    return world_with("aze0-30", adapter, SIM_ACT_ON, FAULTS, 1, 1);
}

/* A car that is on, and frozen: whatever is answered is always the same. */
static struct outcome *live_through(const char *adapter)
{
    struct outcome *outcome = calloc(1, sizeof(*outcome));
    assert_non_null(outcome);
    struct world *world = world_frozen(adapter);
    world_run(world, 25 * NS_PER_S);
    for (size_t i = 0; i < ROUNDS * QUESTIONS; i++) {
        outcome_ask(outcome, world, i % QUESTIONS);
        world_run(world, 5 * NS_PER_S);
    }
    for (size_t i = 0; i < sizeof(LISTEN) / sizeof(LISTEN[0]); i++)
        outcome->heard += world->heard_id[LISTEN[i]];
    elm327_limits(world->elm, outcome->limits, sizeof(outcome->limits));
    check_bus(world);
    world_free(world);
    return outcome;
}

static void check_outcome(const struct expected *expected, const struct outcome *outcome,
                          const struct outcome *good)
{
    for (size_t i = 0; i < QUESTIONS; i++) {
        const struct answer *answer = &outcome->answers[i];
        bool answered = outcome->whole[i] >= ROUNDS - 1; /* the first may be what shows a quirk */
        if (answered != (expected->answered[i] == '1') || (!answered && outcome->whole[i] > 0))
            fail_msg("%s: %u answers to %s", expected->adapter, outcome->whole[i], ASKED[i].ask);
        if (answered && (answer->len != good->answers[i].len ||
                         memcmp(answer->bytes, good->answers[i].bytes, answer->len) != 0))
            fail_msg("%s: a wrong answer to %s", expected->adapter, ASKED[i].ask);
    }
    if (outcome->heard != (expected->hears ? good->heard : 0))
        fail_msg("%s: hears %zu", expected->adapter, outcome->heard);
    if (strcmp(outcome->limits, expected->limits) != 0)
        fail_msg("%s: %s", expected->adapter, outcome->limits);
}

static void test_each_adapter(void **state)
{
    (void)state;
    struct outcome *good = live_through("elm327");
    assert_true(good->heard > 5);
    for (size_t i = 0; i < EXPECTED_COUNT; i++) {
        struct outcome *outcome = live_through(EXPECTED[i].adapter);
        check_outcome(&EXPECTED[i], outcome, good);
        free(outcome);
    }
    free(good);
}

/* It says so (elm327_world.h looks for words), again and again, and puts nothing on the bus. */
static void test_hopeless_adapters(void **state)
{
    (void)state;
    for (size_t i = 0; i < HOPELESS_COUNT; i++) {
        struct err err;
        struct world *world = world_frozen(HOPELESS[i]);
        struct frame frame = {.id = 0x79B, .len = 8, .data = {0x02, 0x21, 0x01}};
        for (int minute = 0; minute < 10; minute++) {
            if (elm327_is_ready(world->elm))
                elm327_send(world->elm, world->now_ns, &frame, 0x7BB, &err);
            world_run(world, NS_PER_MIN);
        }
        if (world->losses == 0)
            fail_msg("%s: not a word in ten minutes", HOPELESS[i]);
        assert_int_equal(world->sent_count, 0);
        world_free(world);
    }
}

/* Found by trying: the chip that has pass filters uses them, one that only calls itself greater does not. */
static void test_pass_filters(void **state)
{
    (void)state;
    static const char *const ADAPTERS[] = {"stn1110", "obdlink-sx", "vlinker", "elm327-v2.3"};
    for (size_t i = 0; i < 4; i++) {
        struct world *world = world_new("aze0-30", ADAPTERS[i], SIM_ACT_ON, NULL);
        world_run(world, NS_PER_MIN);
        assert_int_equal(elm327_has(world->elm, ELM327_QUIRK_NO_PASS_FILTERS), i >= 2);
        assert_true(world->heard > 100);
        assert_int_equal(world->sent_count, 0);
        world_free(world);
    }
}

/* It leaves while the car sleeps and is back when the supply rises. */
static void test_adapter_that_sleeps(void **state)
{
    (void)state;
    struct world *world = world_new("aze0-30", "sleeps", SIM_ACT_ASLEEP, NULL);
    world_run(world, 30 * NS_PER_S);
    assert_true(sim_is_reachable(world->sim));
    world_run(world, 60 * NS_PER_S);
    assert_false(sim_is_reachable(world->sim));
    world_run(world, NS_PER_H);
    assert_false(sim_is_reachable(world->sim));
    sim_act(world->sim, SIM_ACT_ON, 0, world->now_ns);
    world_run(world, 30 * NS_PER_S);
    assert_true(sim_is_reachable(world->sim));
    assert_int_equal(world_ask(world, 0x79B, 0x7BB, "2101"), 43);
    assert_int_equal(world->sent_count, 2);
    world_free(world);
}

/* Each row of the simulator's table has its row here. */
static void test_none_is_forgotten(void **state)
{
    (void)state;
    for (size_t i = 0; sim_adapter_at(i); i++) {
        unsigned found = 0;
        for (size_t k = 0; k < EXPECTED_COUNT; k++)
            found += strcmp(EXPECTED[k].adapter, sim_adapter_at(i)->name) == 0;
        for (size_t k = 0; k < HOPELESS_COUNT; k++)
            found += strcmp(HOPELESS[k], sim_adapter_at(i)->name) == 0;
        if (found != 1)
            fail_msg("%s is expected to do nothing in particular", sim_adapter_at(i)->name);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_adapter),      cmocka_unit_test(test_hopeless_adapters),
        cmocka_unit_test(test_pass_filters),      cmocka_unit_test(test_adapter_that_sleeps),
        cmocka_unit_test(test_none_is_forgotten),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
