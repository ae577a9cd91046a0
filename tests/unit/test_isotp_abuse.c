/* bus/isotp and bus/isotp_send against what no ECU should do (cases C02 to C07). What else is refused stands
 * in test_isotp.c. */
#include "bus/isotp.h"
#include "bus/isotp_send.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>

#define ECUS     3
#define LEN_MAX  200
#define MESSAGES 20000

static const uint16_t IDS[ECUS] = {0x7BB, 0x79A, 0x763};

static unsigned draw(uint64_t *random, unsigned limit)
{
    *random = *random * 6364136223846793005U + 1442695040888963407U;
    return (unsigned)(*random >> 33) % limit;
}

/* A message that no other one resembles: each byte tells its number and its place. */
static uint8_t byte_of(unsigned number, size_t place)
{
    uint32_t hash = (number + 1U) * 2654435761U ^ (uint32_t)place * 40503U;
    return (uint8_t)(hash >> 16 ^ hash >> 24);
}

static struct frame first_frame(uint16_t id, size_t len, unsigned number)
{
    struct frame frame = {.time_ns = TIME_NONE, .id = id, .len = 8};
    frame.data[0] = (uint8_t)(0x10 | len >> 8);
    frame.data[1] = (uint8_t)len;
    for (size_t i = 0; i < 6; i++)
        frame.data[2 + i] = byte_of(number, i);
    return frame;
}

/* The n-th consecutive frame, from 1. */
static struct frame consecutive_frame(uint16_t id, unsigned number, unsigned n)
{
    struct frame frame = {.time_ns = TIME_NONE, .id = id, .len = 8, .data = {(uint8_t)(0x20 | (n & 15))}};
    for (size_t i = 0; i < 7; i++)
        frame.data[1 + i] = byte_of(number, 6 + 7 * (n - 1) + i);
    return frame;
}

/* One ECU's answers, one after the other. */
struct teller {
    unsigned number;
    size_t len;
    unsigned next, last; /* consecutive frames; next > last: the message is out */
    bool damaged, delivered, swapping;
    struct frame held;
};

struct scene {
    struct isotp *isotp;
    struct teller tellers[ECUS];
    uint64_t random;
    unsigned number, whole;
};

static void scene_take(struct scene *scene, const struct frame *frame)
{
    struct isotp_outcome outcome;

    isotp_take(scene->isotp, frame, 0, &outcome);
    if (outcome.result != ISOTP_COMPLETE)
        return;
    for (size_t i = 0; i < ECUS; i++) {
        struct teller *teller = &scene->tellers[i];

        if (IDS[i] != outcome.message.id)
            continue;
        assert_false(teller->delivered);
        assert_int_equal(outcome.message.len, teller->len);
        for (size_t k = 0; k < teller->len; k++)
            assert_int_equal(outcome.message.payload[k], byte_of(teller->number, k));
        teller->delivered = true;
        scene->whole++;
    }
}

/* The ECU is asked anew: what is left of the last answer is of no interest. */
static void scene_begin(struct scene *scene, size_t ecu)
{
    struct teller *teller = &scene->tellers[ecu];

    assert_true(teller->damaged || teller->delivered || teller->len == 0);
    isotp_drop(scene->isotp, IDS[ecu]);
    *teller = (struct teller){.number = scene->number++, .len = 8 + draw(&scene->random, LEN_MAX - 8)};
    teller->next = 1;
    teller->last = (unsigned)(teller->len - 6 + 6) / 7;
    struct frame frame = first_frame(IDS[ecu], teller->len, teller->number);
    scene_take(scene, &frame);
}

/* Lost, doubled, swapped with the next, miscounted, cut short, or as it should be. */
static void scene_damage(struct scene *scene, struct teller *teller, struct frame *frame, unsigned how)
{
    teller->damaged |= how < 5;
    switch (how) {
    case 0:
        return;
    case 1:
        scene_take(scene, frame);
        break;
    case 2:
        teller->held = *frame;
        teller->swapping = true;
        return;
    case 3:
        frame->data[0] ^= (uint8_t)(1 + draw(&scene->random, 15));
        break;
    case 4:
        frame->len = (uint8_t)draw(&scene->random, 8);
        break;
    default:
        break;
    }
    scene_take(scene, frame);
}

static void scene_continue(struct scene *scene, size_t ecu)
{
    struct teller *teller = &scene->tellers[ecu];
    struct frame frame = consecutive_frame(IDS[ecu], teller->number, teller->next);
    bool swapping = teller->swapping;

    teller->swapping = false;
    teller->next++;
    scene_damage(scene, teller, &frame, draw(&scene->random, 100));
    if (swapping)
        scene_take(scene, &teller->held);
}

static void only_what_was_said_is_delivered(void **state)
{
    (void)state;
    struct scene scene = {.isotp = isotp_new(0, 0), .random = 42};

    while (scene.number < MESSAGES) {
        size_t ecu = draw(&scene.random, ECUS);
        struct teller *teller = &scene.tellers[ecu];

        if (teller->next > teller->last || teller->len == 0)
            scene_begin(&scene, ecu);
        else
            scene_continue(&scene, ecu);
    }
    assert_in_range(scene.whole, MESSAGES / 4, MESSAGES - MESSAGES / 10); /* some are damaged, some are not */
    isotp_free(scene.isotp);
}

/* Behind a message of 20 bytes, and without any. */
static void three_hundred_frames_too_many(void **state)
{
    (void)state;
    struct isotp *isotp = isotp_new(0, 0);
    struct isotp_outcome outcome;
    unsigned complaints = 0;

    for (unsigned round = 0; round < 2; round++) {
        struct frame frame = first_frame(IDS[0], 20, round);

        isotp_take(isotp, &frame, 0, &outcome);
        for (unsigned n = 1; n <= 302; n++) {
            frame = consecutive_frame(IDS[0], round, n);
            isotp_take(isotp, &frame, 0, &outcome);
            assert_int_equal(outcome.result == ISOTP_COMPLETE, n == 2);
            complaints += outcome.result == ISOTP_SEQUENCE;
        }
        assert_false(isotp_is_open(isotp, IDS[0]));
    }
    assert_int_equal(complaints, 2);
    isotp_free(isotp);
}

/* Whatever a first frame announces, no memory is taken for it. */
static void nothing_is_allocated_by_announced_length(void **state)
{
    (void)state;
    struct isotp *isotp = isotp_new(0, 0);
    struct isotp_outcome outcome;
    size_t before = mallinfo2().uordblks;

    for (unsigned length = 0; length <= 4095; length++) {
        struct frame frame = first_frame((uint16_t)(0x700 + length % 16), length, length);

        isotp_take(isotp, &frame, 0, &outcome);
        bool fits = length >= ISOTP_LENGTH_FIRST_MIN && length <= ISOTP_MESSAGE_MAX;
        assert_int_equal(outcome.result == ISOTP_PARTIAL, fits);
        if (length == 0 || length > ISOTP_MESSAGE_MAX)
            assert_int_equal(outcome.flow.status, ISOTP_FLOW_OVERFLOW);
    }
    struct frame escape = {
        .time_ns = TIME_NONE, .id = 0x7BB, .len = 8, .data = {0x10, 0, 255, 255, 255, 255}};
    isotp_take(isotp, &escape, 0, &outcome);
    assert_int_equal(outcome.result, ISOTP_OVERFLOW);
    assert_int_equal(mallinfo2().uordblks, before);
    isotp_free(isotp);
}

/* Of its own identifier and of another, between all frames of a message. */
static void unasked_flow_control_disturbs_nothing(void **state)
{
    (void)state;
    struct isotp *isotp = isotp_new(0, 0);
    struct isotp_outcome outcome;
    struct frame frame = first_frame(IDS[0], 41, 7);

    isotp_take(isotp, &frame, 0, &outcome);
    for (unsigned n = 1; n <= 5; n++) {
        for (uint8_t status = 0; status < 16; status++) {
            struct frame flow = {.time_ns = TIME_NONE,
                                 .id = IDS[status % 2],
                                 .len = 8,
                                 .data = {(uint8_t)(0x30 | status), 1, 127}};
            struct isotp_outcome ignored;

            isotp_take(isotp, &flow, 0, &ignored);
            assert_int_equal(ignored.result, ISOTP_IGNORED);
            assert_int_equal(ignored.dropped, ISOTP_IGNORED);
            assert_false(ignored.flow_wanted);
        }
        frame = consecutive_frame(IDS[0], 7, n);
        isotp_take(isotp, &frame, 0, &outcome);
    }
    assert_int_equal(outcome.result, ISOTP_COMPLETE);
    assert_int_equal(outcome.message.len, 41);
    isotp_free(isotp);
}

static void begin_long(struct isotp_send *send)
{
    uint8_t payload[60] = {0};
    struct frame frame;

    assert_int_equal(isotp_send_begin(send, 0x79B, payload, sizeof(payload), 0), 0);
    assert_true(isotp_send_next(send, 0, &frame));
}

/* A flow control that nobody waits for changes neither pace nor block. */
static void unasked_flow_control_does_not_hurry_a_sender(void **state)
{
    (void)state;
    struct isotp_send send;
    struct frame frame;
    struct isotp_flow slow = {ISOTP_FLOW_CONTINUE, 2, 0x7F};
    static const struct isotp_flow UNASKED[] = {
        {ISOTP_FLOW_CONTINUE, 0, 0}, {ISOTP_FLOW_WAIT, 0, 0}, {ISOTP_FLOW_OVERFLOW, 0, 0}};

    begin_long(&send);
    assert_int_equal(isotp_send_take(&send, &slow, 0), ISOTP_PARTIAL);
    assert_true(isotp_send_next(&send, 0, &frame));
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(isotp_send_take(&send, &UNASKED[i], 0), ISOTP_IGNORED);
    assert_false(isotp_send_next(&send, 127 * NS_PER_MS - 1, &frame));
    assert_true(isotp_send_next(&send, 127 * NS_PER_MS, &frame));
    assert_int_equal(send.state, ISOTP_SEND_AWAITING); /* two frames were allowed */
}

/* Reserved values are 127 ms; 0xF1 to 0xF9 are tenths of a millisecond. */
static void every_pause_is_honoured(void **state)
{
    (void)state;
    for (unsigned st_min = 0; st_min <= 0xFF; st_min++) {
        struct isotp_send send;
        struct frame frame;
        struct isotp_flow flow = {ISOTP_FLOW_CONTINUE, 0, (uint8_t)st_min};
        bool tenths = st_min >= 0xF1 && st_min <= 0xF9;
        int64_t pause_ns = st_min <= 0x7F ? st_min * NS_PER_MS : 127 * NS_PER_MS;

        if (tenths)
            pause_ns = (st_min - 0xF0) * 100 * NS_PER_US;
        begin_long(&send);
        isotp_send_take(&send, &flow, 0);
        assert_true(isotp_send_next(&send, 0, &frame));
        assert_int_equal(isotp_send_due_ns(&send), pause_ns);
    }
}

/* Each block may be waited for ten times, no more, and the message still ends. */
static void blocks_of_one_with_waits_between(void **state)
{
    (void)state;
    struct isotp_send send;
    struct frame frame;
    struct isotp_flow wait = {ISOTP_FLOW_WAIT, 0, 0};
    struct isotp_flow go_on = {ISOTP_FLOW_CONTINUE, 1, 0};
    unsigned frames = 0;

    begin_long(&send);
    while (send.state != ISOTP_SEND_IDLE) {
        for (unsigned i = 0; i < ISOTP_WAITS_MAX; i++)
            assert_int_equal(isotp_send_take(&send, &wait, 0), ISOTP_PARTIAL);
        assert_int_equal(isotp_send_take(&send, &go_on, 0), ISOTP_PARTIAL);
        assert_true(isotp_send_next(&send, 0, &frame));
        frames++;
        assert_false(isotp_send_next(&send, NS_PER_H, &frame));
    }
    assert_int_equal(frames, 8);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_what_was_said_is_delivered),
        cmocka_unit_test(three_hundred_frames_too_many),
        cmocka_unit_test(nothing_is_allocated_by_announced_length),
        cmocka_unit_test(unasked_flow_control_disturbs_nothing),
        cmocka_unit_test(unasked_flow_control_does_not_hurry_a_sender),
        cmocka_unit_test(every_pause_is_honoured),
        cmocka_unit_test(blocks_of_one_with_waits_between),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
