/* One question and its answer on a bus that we hear whole, as over SocketCAN: our own flow control through
 * the gate, broken answers, answers to others. */
#include "probe_ask.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define T0 (1000 * NS_PER_S)
#define MS NS_PER_MS

static const struct uds_question battery = {.to = 0x79B, .from = 0x7BB, .ask = {0x21, 0x01}, .ask_len = 2};

struct fixture {
    struct gate *gate;
    struct probe_ask *ask;
    struct frame sent[16];
    unsigned sends, dones;
    bool refuse;
    int64_t now_ns;
    struct uds_answer answer;
};

static bool is_ready(void *ctx)
{
    (void)ctx;
    return true;
}

static int send_frame(void *ctx, const struct frame *frame, uint16_t answer_id)
{
    struct fixture *fixture = ctx;

    assert_int_equal(answer_id, 0x7BB);
    if (fixture->refuse)
        return -1;
    fixture->sent[fixture->sends++ % 16] = *frame;
    return 0;
}

static void done(void *ctx)
{
    ((struct fixture *)ctx)->dones++;
}

static int set_up(void **state)
{
    struct fixture *fixture = test_calloc(1, sizeof(*fixture));
    const struct probe_port port = {fixture, is_ready, send_frame, done};
    const struct probe_traits traits = {.hears_all = true};

    fixture->gate = gate_new(NULL, 0);
    fixture->ask = probe_ask_new(fixture->gate, &port);
    probe_ask_set_traits(fixture->ask, &traits);
    fixture->now_ns = T0;
    gate_heard(fixture->gate, T0);
    *state = fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;

    probe_ask_free(fixture->ask);
    gate_free(fixture->gate);
    test_free(fixture);
    return 0;
}

static enum probe_heard hear(struct fixture *fixture, uint16_t id, const uint8_t data[8])
{
    struct frame frame = {.id = id, .len = 8};

    fixture->now_ns += 5 * MS;
    frame.time_ns = fixture->now_ns;
    memcpy(frame.data, data, 8);
    return probe_ask_take(fixture->ask, &frame, 0, fixture->now_ns, &fixture->answer);
}

static void begin(struct fixture *fixture)
{
    assert_int_equal(probe_ask_begin(fixture->ask, &battery, 0, fixture->now_ns), 0);
    assert_false(probe_ask_is_free(fixture->ask));
}

static const uint8_t first[8] = {0x10, 0x0D, 0x61, 0x01, 1, 2, 3, 4};
static const uint8_t second[8] = {0x21, 5, 6, 7, 8, 9, 10, 11};
static const uint8_t third[8] = {0x22, 5, 6, 7, 8, 9, 10, 11};
static const uint8_t pending[8] = {3, 0x7F, 0x21, 0x78};
static const uint8_t negative[8] = {3, 0x7F, 0x21, 0x12};

static void a_long_answer_gets_flow_control(void **state)
{
    struct fixture *fixture = *state;

    begin(fixture);
    assert_int_equal(fixture->sent[0].data[0], 2);
    assert_int_equal(hear(fixture, 0x7BB, first), PROBE_HEARD_NOTHING);
    assert_int_equal(fixture->sends, 2);
    assert_int_equal(fixture->sent[1].id, 0x79B);
    assert_int_equal(fixture->sent[1].len, 8);
    assert_int_equal(fixture->sent[1].data[0], 0x30);
    assert_int_equal(hear(fixture, 0x7BB, second), PROBE_HEARD_ANSWER);
    assert_int_equal(fixture->answer.len, 13);
    assert_int_equal(fixture->answer.to, 0x79B);
    assert_int_equal(fixture->dones, 1);
    assert_true(probe_ask_is_free(fixture->ask));
    assert_int_equal(probe_ask_counts(fixture->ask)->frames_sent, 2);
    assert_int_equal(gate_count(fixture->gate, GATE_FLOW_CONTROL), 1);
}

static void a_broken_sequence_ends_it(void **state)
{
    struct fixture *fixture = *state;

    begin(fixture);
    hear(fixture, 0x7BB, first);
    assert_int_equal(hear(fixture, 0x7BB, third), PROBE_HEARD_FAILURE);
    assert_int_equal(probe_ask_counts(fixture->ask)->sequence, 1);
    assert_true(probe_ask_is_free(fixture->ask));
    assert_int_equal(hear(fixture, 0x7BB, second), PROBE_HEARD_NOTHING);
}

/* A clone that shows only the first frame of one answer and only the rest of the next. */
static void two_halves_are_no_answer(void **state)
{
    const struct probe_traits turns = {.sends_flow_control = true};
    struct fixture *fixture = *state;

    probe_ask_set_traits(fixture->ask, &turns);
    begin(fixture);
    assert_int_equal(hear(fixture, 0x7BB, first), PROBE_HEARD_NOTHING);
    assert_int_equal(probe_ask_ready(fixture->ask), PROBE_HEARD_FAILURE);
    fixture->now_ns += 200 * MS;
    begin(fixture);
    assert_int_equal(hear(fixture, 0x7BB, second), PROBE_HEARD_FAILURE);
    assert_int_equal(probe_ask_counts(fixture->ask)->length, 1);
}

static void silence_ends_it(void **state)
{
    struct fixture *fixture = *state;

    begin(fixture);
    int64_t deadline_ns = probe_ask_deadline(fixture->ask);
    assert_in_range(deadline_ns - T0, 900 * MS, 1100 * MS);
    assert_int_equal(probe_ask_advance(fixture->ask, deadline_ns - 2), PROBE_HEARD_NOTHING);
    assert_int_equal(probe_ask_advance(fixture->ask, deadline_ns), PROBE_HEARD_FAILURE);
    assert_int_equal(fixture->dones, 1);
    assert_int_equal(probe_ask_deadline(fixture->ask), INT64_MAX);
}

static void an_answer_that_stops_ends_it(void **state)
{
    struct fixture *fixture = *state;

    begin(fixture);
    hear(fixture, 0x7BB, first);
    for (int i = 0; i < 10 && !probe_ask_is_free(fixture->ask); i++)
        probe_ask_advance(fixture->ask, probe_ask_deadline(fixture->ask));
    assert_true(probe_ask_is_free(fixture->ask));
}

static void pending_is_waited_for(void **state)
{
    struct fixture *fixture = *state;

    begin(fixture);
    assert_int_equal(hear(fixture, 0x7BB, pending), PROBE_HEARD_NOTHING);
    fixture->now_ns += 3 * NS_PER_S;
    assert_int_equal(probe_ask_advance(fixture->ask, fixture->now_ns), PROBE_HEARD_NOTHING);
    assert_int_equal(hear(fixture, 0x7BB, negative), PROBE_HEARD_NEGATIVE);
    assert_int_equal(uds_negative_code(fixture->answer.payload, fixture->answer.len), 0x12);
    assert_true(probe_ask_is_free(fixture->ask));
}

static void answers_to_others_are_told_apart(void **state)
{
    static const uint8_t other[8] = {3, 0x61, 0x04, 9};
    struct fixture *fixture = *state;

    assert_int_equal(hear(fixture, 0x79A, other), PROBE_HEARD_FOREIGN);
    assert_int_equal(fixture->answer.to, 0);
    begin(fixture);
    assert_int_equal(hear(fixture, 0x7BB, other), PROBE_HEARD_FOREIGN); /* another group than we asked for */
    assert_false(probe_ask_is_free(fixture->ask));
    assert_int_equal(hear(fixture, 0x7BB, negative), PROBE_HEARD_NEGATIVE);
}

/* A first frame that nobody asked us for gets no flow control of ours. */
static void foreign_long_answers_are_not_answered(void **state)
{
    struct fixture *fixture = *state;

    hear(fixture, 0x7BB, first);
    assert_int_equal(fixture->sends, 0);
    assert_int_equal(hear(fixture, 0x7BB, second), PROBE_HEARD_FOREIGN);
}

static void the_gate_has_the_last_word(void **state)
{
    const struct uds_question airbag = {.to = 0x752, .from = 0x7BB, .ask = {0x21, 0x01}, .ask_len = 2};
    const struct uds_question session = {.to = 0x797, .from = 0x7BB, .ask = {0x10, 0xC0}, .ask_len = 2};
    struct fixture *fixture = *state;

    assert_int_equal(probe_ask_begin(fixture->ask, &airbag, 0, T0), -1);
    assert_int_equal(probe_ask_begin(fixture->ask, &session, 0, T0), -1);
    assert_int_equal(probe_ask_begin(fixture->ask, &battery, 0, T0 + 11 * NS_PER_S), -1); /* nothing heard */
    assert_int_equal(fixture->sends, 0);
    assert_int_equal(gate_refusals(fixture->gate), 3);
    assert_true(probe_ask_is_free(fixture->ask));
}

static void a_refused_flow_control_ends_it(void **state)
{
    struct fixture *fixture = *state;

    begin(fixture);
    fixture->now_ns += 1200 * MS; /* more than a second after the question */
    assert_int_equal(probe_ask_advance(fixture->ask, T0 + 900 * MS), PROBE_HEARD_NOTHING);
    assert_int_equal(hear(fixture, 0x7BB, first), PROBE_HEARD_FAILURE);
    assert_int_equal(fixture->sends, 1);
}

static void a_port_that_refuses_leaves_nothing_open(void **state)
{
    struct fixture *fixture = *state;

    fixture->refuse = true;
    assert_int_equal(probe_ask_begin(fixture->ask, &battery, 0, T0), -1);
    assert_true(probe_ask_is_free(fixture->ask));
    fixture->refuse = false;
    assert_int_equal(probe_ask_begin(fixture->ask, &battery, 0, T0 + 200 * MS), 0);
    assert_true(probe_ask_reset(fixture->ask));
    assert_false(probe_ask_reset(fixture->ask));
}

/* An adapter that takes turns is ready again when it has given up waiting. */
static void ready_means_no_answer_on_a_dongle_that_takes_turns(void **state)
{
    const struct probe_traits turns = {.sends_flow_control = true};
    struct fixture *fixture = *state;

    begin(fixture);
    assert_int_equal(probe_ask_ready(fixture->ask), PROBE_HEARD_NOTHING);
    probe_ask_reset(fixture->ask);
    probe_ask_set_traits(fixture->ask, &turns);
    fixture->now_ns += 200 * MS;
    begin(fixture);
    assert_int_equal(hear(fixture, 0x7BB, first), PROBE_HEARD_NOTHING);
    assert_int_equal(fixture->sends, 2); /* two questions: the dongle sends the flow control */
    assert_int_equal(probe_ask_counts(fixture->ask)->frames_sent, 3);
    assert_int_equal(probe_ask_ready(fixture->ask), PROBE_HEARD_FAILURE);
    assert_true(probe_ask_is_free(fixture->ask));
}

/* C08: "the answer follows" for ever, ten times a second. */
static void pending_for_ever_ends_after_five_seconds(void **state)
{
    struct fixture *fixture = *state;
    int64_t begun_ns = fixture->now_ns;
    enum probe_heard heard = PROBE_HEARD_NOTHING;

    begin(fixture);
    while (heard == PROBE_HEARD_NOTHING && fixture->now_ns - begun_ns < 60 * NS_PER_S) {
        hear(fixture, 0x7BB, pending);
        fixture->now_ns += 95 * MS;
        heard = probe_ask_advance(fixture->ask, fixture->now_ns);
    }
    assert_int_equal(heard, PROBE_HEARD_FAILURE);
    assert_in_range(fixture->now_ns - begun_ns, 5000 * MS, 5100 * MS);
    assert_int_equal(fixture->sends, 1);
    assert_true(probe_ask_is_free(fixture->ask));
}

/* C08: every other code ends the question at once. */
static void every_negative_code_ends_it(void **state)
{
    struct fixture *fixture = *state;
    uint8_t refusal[8] = {3, 0x7F, 0x21};

    for (unsigned code = 0; code < 256; code++) {
        if (code == UDS_CODE_PENDING)
            continue;
        refusal[3] = (uint8_t)code;
        fixture->now_ns += NS_PER_S;
        gate_heard(fixture->gate, fixture->now_ns);
        begin(fixture);
        assert_int_equal(hear(fixture, 0x7BB, refusal), PROBE_HEARD_NEGATIVE);
        assert_int_equal(uds_negative_code(fixture->answer.payload, fixture->answer.len), code);
        assert_true(probe_ask_is_free(fixture->ask));
    }
}

/* It answers the first frame also where that one alone brings what we want. */
static void a_dongles_flow_control_is_counted_where_the_first_frame_is_enough(void **state)
{
    const struct probe_traits turns = {.sends_flow_control = true};
    struct fixture *fixture = *state;

    probe_ask_set_traits(fixture->ask, &turns);
    assert_int_equal(probe_ask_begin(fixture->ask, &battery, 6, fixture->now_ns), 0);
    assert_int_equal(hear(fixture, 0x7BB, first), PROBE_HEARD_ANSWER);
    assert_int_equal(probe_ask_counts(fixture->ask)->frames_sent, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_long_answer_gets_flow_control, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_broken_sequence_ends_it, set_up, tear_down),
        cmocka_unit_test_setup_teardown(two_halves_are_no_answer, set_up, tear_down),
        cmocka_unit_test_setup_teardown(silence_ends_it, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_answer_that_stops_ends_it, set_up, tear_down),
        cmocka_unit_test_setup_teardown(pending_is_waited_for, set_up, tear_down),
        cmocka_unit_test_setup_teardown(pending_for_ever_ends_after_five_seconds, set_up, tear_down),
        cmocka_unit_test_setup_teardown(every_negative_code_ends_it, set_up, tear_down),
        cmocka_unit_test_setup_teardown(answers_to_others_are_told_apart, set_up, tear_down),
        cmocka_unit_test_setup_teardown(foreign_long_answers_are_not_answered, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_gate_has_the_last_word, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_refused_flow_control_ends_it, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_port_that_refuses_leaves_nothing_open, set_up, tear_down),
        cmocka_unit_test_setup_teardown(ready_means_no_answer_on_a_dongle_that_takes_turns, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_dongles_flow_control_is_counted_where_the_first_frame_is_enough,
                                        set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
