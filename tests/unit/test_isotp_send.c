/* bus/isotp_send: messages in frames, at the receiver's pace; what it sends, bus/isotp puts together again.
 */
#include "bus/isotp_send.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#define ID 0x79B

static void fill(uint8_t *payload, size_t len)
{
    for (size_t i = 0; i < len; i++)
        payload[i] = (uint8_t)i;
}

static struct isotp_flow flow_of(enum isotp_flow_status status, uint8_t block_size, uint8_t st_min)
{
    return (struct isotp_flow){.status = status, .block_size = block_size, .st_min = st_min};
}

static void a_short_message_is_one_padded_frame(void **state)
{
    struct isotp_send send;
    struct frame frame;

    (void)state;
    assert_int_equal(isotp_send_begin(&send, ID, (const uint8_t *)"\x21\x01", 2, 0), 0);
    assert_true(isotp_send_next(&send, 0, &frame));
    assert_int_equal(frame.id, ID);
    assert_int_equal(frame.len, 8);
    assert_memory_equal(frame.data, "\x02\x21\x01\0\0\0\0\0", 8);
    assert_false(isotp_send_next(&send, 0, &frame));
    assert_int_equal(isotp_send_due_ns(&send), TIME_NONE);
}

static void refuses_lengths_that_can_not_be(void **state)
{
    struct isotp_send send;
    uint8_t payload[ISOTP_MESSAGE_MAX + 1] = {0};

    (void)state;
    assert_int_equal(isotp_send_begin(&send, ID, payload, 0, 0), -1);
    assert_int_equal(isotp_send_begin(&send, ID, payload, sizeof(payload), 0), -1);
}

/* Sends `len` bytes to a receiver with the given block size and returns how many flow controls that took. */
static unsigned round_trip(size_t len, uint8_t block_size)
{
    struct isotp *isotp = isotp_new(block_size, 1);
    struct isotp_send send;
    struct isotp_outcome outcome = {.result = ISOTP_IGNORED};
    struct frame frame;
    uint8_t payload[ISOTP_MESSAGE_MAX];
    unsigned flows = 0;
    int64_t now_ns = 0;

    fill(payload, len);
    assert_int_equal(isotp_send_begin(&send, ID, payload, len, now_ns), 0);
    while (outcome.result != ISOTP_COMPLETE) {
        assert_true(isotp_send_next(&send, now_ns, &frame));
        isotp_take(isotp, &frame, 0, &outcome);
        if (outcome.flow_wanted) {
            flows++;
            assert_int_equal(isotp_send_take(&send, &outcome.flow, now_ns), ISOTP_PARTIAL);
        }
        now_ns += NS_PER_MS;
    }
    assert_int_equal(outcome.message.len, len);
    assert_memory_equal(outcome.message.payload, payload, len);
    assert_int_equal(send.state, ISOTP_SEND_IDLE);
    isotp_free(isotp);
    return flows;
}

static void every_length_arrives_whole(void **state)
{
    (void)state;
    for (size_t len = 1; len <= 130; len++)
        assert_int_equal(round_trip(len, 0), len > 7);
    round_trip(ISOTP_MESSAGE_MAX, 0);
    assert_int_equal(round_trip(6 + 7 * 5, 2), 3);
    assert_int_equal(round_trip(6 + 7 * 4, 2), 2);
    round_trip(ISOTP_MESSAGE_MAX, 255);
}

static void keeps_the_pause_that_was_asked_for(void **state)
{
    struct isotp_send send;
    struct frame frame;
    uint8_t payload[20] = {0};
    struct isotp_flow flow = flow_of(ISOTP_FLOW_CONTINUE, 0, 0x0A);

    (void)state;
    isotp_send_begin(&send, ID, payload, sizeof(payload), 0);
    assert_true(isotp_send_next(&send, 0, &frame));
    assert_false(isotp_send_next(&send, 0, &frame));
    isotp_send_take(&send, &flow, 0);
    assert_true(isotp_send_next(&send, 0, &frame));
    assert_int_equal(isotp_send_due_ns(&send), 10 * NS_PER_MS);
    assert_false(isotp_send_next(&send, 10 * NS_PER_MS - 1, &frame));
    assert_true(isotp_send_next(&send, 10 * NS_PER_MS, &frame));
}

static void waits_only_so_often(void **state)
{
    struct isotp_send send;
    struct frame frame;
    uint8_t payload[20] = {0};
    struct isotp_flow wait = flow_of(ISOTP_FLOW_WAIT, 0, 0);

    (void)state;
    isotp_send_begin(&send, ID, payload, sizeof(payload), 0);
    isotp_send_next(&send, 0, &frame);
    for (unsigned i = 0; i < ISOTP_WAITS_MAX; i++)
        assert_int_equal(isotp_send_take(&send, &wait, i), ISOTP_PARTIAL);
    assert_int_equal(isotp_send_take(&send, &wait, 20), ISOTP_TIMEOUT);
    assert_int_equal(send.state, ISOTP_SEND_IDLE);
}

static void gives_up_on_overflow_and_silence(void **state)
{
    struct isotp_send send;
    struct frame frame;
    uint8_t payload[20] = {0};
    struct isotp_flow overflow = flow_of(ISOTP_FLOW_OVERFLOW, 0, 0);

    (void)state;
    isotp_send_begin(&send, ID, payload, sizeof(payload), 0);
    assert_int_equal(isotp_send_take(&send, &overflow, 0), ISOTP_IGNORED); /* not asked for yet */
    isotp_send_next(&send, 0, &frame);
    assert_int_equal(isotp_send_take(&send, &overflow, 0), ISOTP_OVERFLOW);
    assert_false(isotp_send_next(&send, 0, &frame));

    isotp_send_begin(&send, ID, payload, sizeof(payload), 0);
    isotp_send_next(&send, 0, &frame);
    assert_int_equal(isotp_send_expire(&send, ISOTP_N_BS_NS), ISOTP_IGNORED);
    assert_int_equal(isotp_send_expire(&send, ISOTP_N_BS_NS + 1), ISOTP_TIMEOUT);
    assert_int_equal(isotp_send_expire(&send, ISOTP_N_BS_NS + 1), ISOTP_IGNORED);
}

static void flow_control_there_and_back(void **state)
{
    struct isotp_flow flow = {ISOTP_FLOW_CONTINUE, 1, 0x0A};
    struct frame frame;

    (void)state;
    isotp_flow_build(&flow, 0x743, &frame);
    assert_int_equal(frame.id, 0x743);
    assert_int_equal(frame.len, 8);
    assert_memory_equal(frame.data, "\x30\x01\x0A\0\0\0\0\0", 8);
    frame = (struct frame){.id = 0x743, .len = 3, .data = {0x32, 0, 5}};
    assert_true(isotp_flow_parse(&frame, &flow));
    assert_int_equal(flow.status, ISOTP_FLOW_OVERFLOW);
    assert_int_equal(flow.st_min, 5);
    frame = (struct frame){.id = 0x743, .len = 3, .data = {0x33, 0, 5}};
    assert_false(isotp_flow_parse(&frame, &flow));
    frame = (struct frame){.id = 0x743, .len = 2, .data = {0x30}};
    assert_false(isotp_flow_parse(&frame, &flow));
}

static void st_min_in_time(void **state)
{
    (void)state;
    assert_int_equal(isotp_st_min_ns(0), 0);
    assert_int_equal(isotp_st_min_ns(0x7F), 127 * NS_PER_MS);
    assert_int_equal(isotp_st_min_ns(0xF1), 100 * NS_PER_US);
    assert_int_equal(isotp_st_min_ns(0xF9), 900 * NS_PER_US);
    assert_int_equal(isotp_st_min_ns(0x80), 127 * NS_PER_MS);
    assert_int_equal(isotp_st_min_ns(0xF0), 127 * NS_PER_MS);
    assert_int_equal(isotp_st_min_ns(0xFF), 127 * NS_PER_MS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(flow_control_there_and_back),
        cmocka_unit_test(st_min_in_time),
        cmocka_unit_test(a_short_message_is_one_padded_frame),
        cmocka_unit_test(refuses_lengths_that_can_not_be),
        cmocka_unit_test(every_length_arrives_whole),
        cmocka_unit_test(keeps_the_pause_that_was_asked_for),
        cmocka_unit_test(waits_only_so_often),
        cmocka_unit_test(gives_up_on_overflow_and_silence),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
