/* The gate: over all services, identifiers, PCI bytes and lengths nothing but the rule of DESIGN 5.6 leaves;
 * and the limits of pace hold whatever is asked of it. The rule is written down here a second time, in other
 * words. */
#include "gate/gate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const uint16_t taken[] = {0x5B3, 0x763, 0x764, 0x778, 0x78C, 0x793, 0x79A, 0x7BB};

static struct frame request(uint16_t id, uint8_t service)
{
    struct frame frame = {.id = id, .len = 8, .data = {2, service, 0x01}};

    if (service == 0x22)
        frame.data[0] = 3;
    return frame;
}

static struct frame flow_control(uint16_t id)
{
    return (struct frame){.id = id, .len = 8, .data = {0x30}};
}

static bool id_is_allowed(unsigned id)
{
    switch (id) {
    case 0x70E:
    case 0x740:
    case 0x742:
    case 0x745:
    case 0x746:
    case 0x747:
    case 0x752:
    case 0x763:
    case 0x764:
    case 0x778:
    case 0x78C:
    case 0x793:
    case 0x79A:
    case 0x7BB:
    case 0x7DF:
        return false;
    }
    return id >= 0x700 && id <= 0x7E7;
}

/* What may leave, of frames whose bytes 0 and 1 are given and whose others are 0. */
static bool is_allowed(unsigned id, unsigned pci, unsigned service, unsigned len, bool doctor)
{
    if (len != 8 || !id_is_allowed(id))
        return false;
    if (pci == 0x30 || pci == 0x31 || pci == 0x32)
        return true;
    if (pci == 2)
        return service == 0x21 || (doctor && (service == 0x01 || service == 0x09));
    return pci == 3 && service == 0x22;
}

static void check_all(struct gate *gate, bool doctor, unsigned len)
{
    struct frame frame = {.len = (uint8_t)len};

    for (unsigned id = 0; id <= FRAME_ID_MAX; id++) {
        frame.id = (uint16_t)id;
        for (unsigned i = 0; i < 0x10000; i++) {
            frame.data[0] = (uint8_t)(i >> 8);
            frame.data[1] = (uint8_t)i;
            if (gate_passes(gate_judge_frame(gate, &frame)) != is_allowed(id, i >> 8, i & 0xFF, len, doctor))
                fail_msg("id %03X bytes %04X len %u", id, i, len);
        }
    }
}

/* 2,048 identifiers x 256 PCI bytes x 256 services, with and without the doctor. */
static void only_the_table_passes(void **state)
{
    struct gate *gate = gate_new(taken, sizeof(taken) / sizeof(taken[0]));

    (void)state;
    check_all(gate, false, 8);
    gate_set_doctor(gate, true);
    check_all(gate, true, 8);
    gate_free(gate);
}

static void no_other_length_passes(void **state)
{
    struct gate *gate = gate_new(NULL, 0);
    struct frame frame = request(0x79B, 0x21);

    (void)state;
    for (unsigned len = 0; len < 256; len++) {
        frame.len = (uint8_t)len;
        assert_int_equal(gate_judge_frame(gate, &frame), len == 8 ? GATE_READ : GATE_REFUSED_LENGTH);
    }
    check_all(gate, false, 3);
    gate_free(gate);
}

static void identifiers_beyond_11_bits_are_refused(void **state)
{
    struct gate *gate = gate_new(NULL, 0);
    struct frame frame = request(0x79B, 0x21);

    (void)state;
    for (unsigned id = 0x800; id <= 0xFFFF; id++) {
        frame.id = (uint16_t)id;
        assert_int_equal(gate_judge_frame(gate, &frame), GATE_REFUSED_IDENTIFIER);
    }
    gate_free(gate);
}

static void every_padding_bit_is_looked_at(void **state)
{
    struct gate *gate = gate_new(NULL, 0);

    (void)state;
    for (unsigned bit = 0; bit < 64; bit++) {
        struct frame local = request(0x79B, 0x21);
        struct frame data = request(0x797, 0x22);
        struct frame flow = flow_control(0x79B);
        local.data[bit / 8] ^= (uint8_t)(1u << bit % 8);
        data.data[bit / 8] ^= (uint8_t)(1u << bit % 8);
        flow.data[bit / 8] ^= (uint8_t)(1u << bit % 8);
        if (bit >= 24) {
            assert_int_equal(gate_judge_frame(gate, &local), GATE_REFUSED_PADDING);
            assert_int_equal(gate_judge_frame(gate, &flow), GATE_REFUSED_PADDING);
        }
        if (bit >= 32)
            assert_int_equal(gate_judge_frame(gate, &data), GATE_REFUSED_PADDING);
    }
    gate_free(gate);
}

static void verdicts_name_the_reason(void **state)
{
    struct gate *gate = gate_new(taken, sizeof(taken) / sizeof(taken[0]));
    struct frame session = {.id = 0x797, .len = 8, .data = {2, 0x10, 0xC0}};
    struct frame legislated = request(0x7E0, 0x01);
    struct frame first = {.id = 0x797, .len = 8, .data = {0x10, 8, 0x22}};
    struct frame two_ids = {.id = 0x797, .len = 8, .data = {5, 0x22, 0x11, 0x03, 0x11, 0x83}};
    struct frame airbag = request(0x752, 0x21);
    struct frame answer = request(0x7BB, 0x21);

    (void)state;
    assert_int_equal(gate_judge_frame(gate, &session), GATE_REFUSED_SERVICE);
    assert_int_equal(gate_judge_frame(gate, &legislated), GATE_REFUSED_SERVICE);
    assert_int_equal(gate_judge_frame(gate, &first), GATE_REFUSED_PCI);
    assert_int_equal(gate_judge_frame(gate, &two_ids), GATE_REFUSED_PCI);
    assert_int_equal(gate_judge_frame(gate, &airbag), GATE_REFUSED_IDENTIFIER);
    assert_int_equal(gate_judge_frame(gate, &answer), GATE_REFUSED_IDENTIFIER);
    gate_set_doctor(gate, true);
    assert_int_equal(gate_judge_frame(gate, &legislated), GATE_DOCTOR);
    for (int i = 0; i < GATE_VERDICT_COUNT; i++)
        assert_non_null(gate_verdict_name((enum gate_verdict)i));
    gate_free(gate);
}

static void silence_closes_it(void **state)
{
    struct gate *gate = gate_new(NULL, 0);
    struct frame frame = request(0x79B, 0x21);
    int64_t t0 = 1000 * NS_PER_S;

    (void)state;
    assert_int_equal(gate_judge(gate, &frame, t0), GATE_REFUSED_SILENCE);
    gate_answered(gate, t0); /* on a car that broadcasts an answer is no sign of life */
    assert_int_equal(gate_judge(gate, &frame, t0), GATE_REFUSED_SILENCE);
    gate_heard(gate, t0);
    assert_int_equal(gate_judge(gate, &frame, t0 + 10 * NS_PER_S - 1), GATE_READ);
    gate_done(gate);
    assert_int_equal(gate_judge(gate, &frame, t0 + 10 * NS_PER_S), GATE_REFUSED_SILENCE);
    assert_int_equal(gate_count(gate, GATE_REFUSED_SILENCE), 3);
    assert_int_equal(gate_refusals(gate), 3);
    gate_free(gate);
}

static void silent_cars_are_asked_now_and_then(void **state)
{
    struct gate *gate = gate_new(NULL, 0);
    struct frame frame = request(0x797, 0x22);
    int64_t t0 = 1000 * NS_PER_S;

    (void)state;
    gate_set_silent_car(gate, true);
    assert_int_equal(gate_judge(gate, &frame, t0), GATE_READ);
    gate_done(gate);
    assert_int_equal(gate_judge(gate, &frame, t0 + 49 * NS_PER_S), GATE_REFUSED_SILENCE);
    assert_int_equal(gate_judge(gate, &frame, t0 + 50 * NS_PER_S), GATE_READ);
    gate_done(gate);
    gate_answered(gate, t0 + 51 * NS_PER_S);
    assert_int_equal(gate_judge(gate, &frame, t0 + 52 * NS_PER_S), GATE_READ);
    gate_done(gate);
    assert_int_equal(gate_judge(gate, &frame, t0 + 140 * NS_PER_S), GATE_READ);
    gate_done(gate);
    assert_int_equal(gate_judge(gate, &frame, t0 + 142 * NS_PER_S), GATE_REFUSED_SILENCE);
    gate_free(gate);
}

static void one_request_is_outstanding(void **state)
{
    struct gate *gate = gate_new(NULL, 0);
    struct frame battery = request(0x79B, 0x21);
    struct frame vcm = request(0x797, 0x22);
    int64_t t0 = 1000 * NS_PER_S;

    (void)state;
    gate_heard(gate, t0);
    assert_int_equal(gate_judge(gate, &battery, t0), GATE_READ);
    assert_int_equal(gate_judge(gate, &vcm, t0 + NS_PER_S), GATE_REFUSED_BUSY);
    gate_done(gate);
    assert_int_equal(gate_judge(gate, &vcm, t0 + NS_PER_S), GATE_READ);
    assert_int_equal(gate_judge(gate, &battery, t0 + 7 * NS_PER_S - 1), GATE_REFUSED_BUSY);
    assert_int_equal(gate_judge(gate, &battery, t0 + 7 * NS_PER_S), GATE_READ);
    gate_free(gate);
}

static void one_ecu_is_left_in_peace(void **state)
{
    struct gate *gate = gate_new(NULL, 0);
    struct frame battery = request(0x79B, 0x21);
    struct frame vcm = request(0x797, 0x22);
    int64_t t0 = 1000 * NS_PER_S;

    (void)state;
    gate_heard(gate, t0);
    assert_int_equal(gate_judge(gate, &battery, t0), GATE_READ);
    gate_done(gate);
    assert_int_equal(gate_judge(gate, &battery, t0 + 100 * NS_PER_MS - 1), GATE_REFUSED_PACE);
    assert_int_equal(gate_judge(gate, &vcm, t0 + 100 * NS_PER_MS - 1), GATE_READ);
    gate_done(gate);
    assert_int_equal(gate_judge(gate, &battery, t0 + 100 * NS_PER_MS), GATE_READ);
    gate_free(gate);
}

static void flow_control_needs_a_question(void **state)
{
    struct gate *gate = gate_new(NULL, 0);
    struct frame battery = request(0x79B, 0x21);
    struct frame flow = flow_control(0x79B);
    struct frame other = flow_control(0x797);
    int64_t t0 = 1000 * NS_PER_S;

    (void)state;
    gate_heard(gate, t0);
    assert_int_equal(gate_judge(gate, &flow, t0), GATE_REFUSED_UNASKED);
    assert_int_equal(gate_judge(gate, &battery, t0), GATE_READ);
    assert_int_equal(gate_judge(gate, &other, t0), GATE_REFUSED_UNASKED);
    assert_int_equal(gate_judge(gate, &flow, t0 + NS_PER_S - 1), GATE_FLOW_CONTROL);
    assert_int_equal(gate_judge(gate, &flow, t0 + NS_PER_S), GATE_REFUSED_UNASKED);
    gate_free(gate);
}

static void a_dongles_flow_control_counts_once(void **state)
{
    struct gate *gate = gate_new(NULL, 0);
    struct frame battery = request(0x79B, 0x21);
    struct frame flow = flow_control(0x79B);
    struct frame other = flow_control(0x797);
    int64_t t0 = 1000 * NS_PER_S;

    (void)state;
    gate_heard(gate, t0);
    assert_int_equal(gate_judge_dongle_flow(gate, &flow, t0), GATE_REFUSED_UNASKED);
    assert_int_equal(gate_judge(gate, &battery, t0), GATE_READ);
    for (int i = 0; i < 20; i++)
        assert_int_equal(gate_judge_dongle_flow(gate, &flow, t0 + i), GATE_FLOW_CONTROL);
    assert_int_equal(gate_count(gate, GATE_FLOW_CONTROL), 1);
    assert_int_equal(gate_judge_dongle_flow(gate, &other, t0), GATE_REFUSED_UNASKED);
    assert_int_equal(gate_judge_dongle_flow(gate, &battery, t0), GATE_REFUSED_BUSY);
    assert_int_equal(gate_judge_dongle_flow(gate, &flow, t0 + NS_PER_S), GATE_REFUSED_UNASKED);
    gate_free(gate);
}

/* Hammered with everything at random moments, no window of a second ever holds more than 8 frames, requests
 * never overlap, no ECU is asked twice within 100 ms, and nothing leaves when nothing was heard. */
static void hammering_never_breaks_the_limits(void **state)
{
    struct gate *gate = gate_new(taken, sizeof(taken) / sizeof(taken[0]));
    int64_t now = 1000 * NS_PER_S;
    int64_t heard = TIME_NONE;
    int64_t left[GATE_FRAMES_PER_S] = {0};
    int64_t asked[FRAME_ID_MAX + 1] = {0};
    size_t passed = 0;

    (void)state;
    srand(7);
    for (int i = 0; i < 2000000; i++) {
        struct frame frame = rand() % 4 ? request((uint16_t)(0x790 + rand() % 16), rand() % 2 ? 0x21 : 0x22)
                                        : flow_control((uint16_t)(0x790 + rand() % 16));
        now += rand() % 40 * NS_PER_MS;
        if (rand() % 5000 == 0) {
            heard = now;
            gate_heard(gate, now);
        }
        if (rand() % 3 == 0)
            gate_done(gate);
        enum gate_verdict verdict = gate_judge(gate, &frame, now);
        if (!gate_passes(verdict))
            continue;
        if (verdict == GATE_READ) {
            assert_true(now - heard < 10 * NS_PER_S);
            assert_true(now - asked[frame.id] >= 100 * NS_PER_MS);
            asked[frame.id] = now;
        } else {
            assert_true(now - asked[frame.id] < NS_PER_S);
        }
        assert_true(now - left[passed % GATE_FRAMES_PER_S] >= NS_PER_S);
        left[passed % GATE_FRAMES_PER_S] = now;
        passed++;
    }
    assert_true(passed > 1000);
    gate_free(gate);
}

/* Frames of random bytes, and random bytes in the neighbourhood of what is allowed. */
static void random_frames_are_judged_by_the_table(void **state)
{
    struct gate *gate = gate_new(taken, sizeof(taken) / sizeof(taken[0]));
    unsigned passed = 0;

    (void)state;
    srand(18);
    for (unsigned i = 0; i < 4000000; i++) {
        struct frame frame = {.id = (uint16_t)(rand() % (i % 2 ? 0x800 : 0x10000)), .len = 8};
        unsigned first = i % 4 < 2 ? 0 : 4; /* bytes from here on are zero */
        for (unsigned k = 0; k < (first ? first : 8U); k++)
            frame.data[k] = (uint8_t)(rand() >> 8);
        if (i % 8 == 7)
            frame.data[0] = (uint8_t)(2 + rand() % 2);
        if (i % 8 == 7)
            frame.data[1] = (uint8_t)(0x20 + rand() % 4);
        if (!gate_passes(gate_judge_frame(gate, &frame)))
            continue;
        assert_true(frame.id <= FRAME_ID_MAX && is_allowed(frame.id, frame.data[0], frame.data[1], 8, false));
        for (unsigned k = frame.data[0] < 8 ? 1U + frame.data[0] : 3; k < 8; k++)
            assert_int_equal(frame.data[k], 0);
        passed++;
    }
    assert_true(passed > 1000);
    gate_free(gate);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_the_table_passes),
        cmocka_unit_test(random_frames_are_judged_by_the_table),
        cmocka_unit_test(no_other_length_passes),
        cmocka_unit_test(identifiers_beyond_11_bits_are_refused),
        cmocka_unit_test(every_padding_bit_is_looked_at),
        cmocka_unit_test(verdicts_name_the_reason),
        cmocka_unit_test(silence_closes_it),
        cmocka_unit_test(silent_cars_are_asked_now_and_then),
        cmocka_unit_test(one_request_is_outstanding),
        cmocka_unit_test(one_ecu_is_left_in_peace),
        cmocka_unit_test(flow_control_needs_a_question),
        cmocka_unit_test(a_dongles_flow_control_counts_once),
        cmocka_unit_test(hammering_never_breaks_the_limits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
