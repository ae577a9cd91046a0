/* bus/isotp: whole messages from frames, and nothing from anything else. */
#include "bus/isotp.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#define LBC 0x7BB
#define VCM 0x79A

static int setup(void **state)
{
    *state = isotp_new(0, 0x0A);
    return *state ? 0 : -1;
}

static int teardown(void **state)
{
    isotp_free(*state);
    return 0;
}

/* A frame from hex digits. */
static struct frame frame_of(uint16_t id, const char *hex, int64_t time_ns)
{
    struct frame frame = {.time_ns = time_ns, .id = id};

    for (; hex[0] != '\0'; hex += 2) {
        char digits[3] = {hex[0], hex[1], '\0'};

        frame.data[frame.len++] = (uint8_t)strtoul(digits, NULL, 16);
    }
    return frame;
}

static struct isotp_outcome take(struct isotp *isotp, uint16_t id, const char *hex)
{
    struct frame frame = frame_of(id, hex, TIME_NONE);
    struct isotp_outcome outcome;

    isotp_take(isotp, &frame, 0, &outcome);
    return outcome;
}

static struct isotp_outcome take_at(struct isotp *isotp, const char *hex, int64_t time_ns)
{
    struct frame frame = frame_of(LBC, hex, time_ns);
    struct isotp_outcome outcome;

    isotp_take(isotp, &frame, 0, &outcome);
    return outcome;
}

static struct isotp_outcome take_enough(struct isotp *isotp, const char *hex, size_t enough)
{
    struct frame frame = frame_of(LBC, hex, TIME_NONE);
    struct isotp_outcome outcome;

    isotp_take(isotp, &frame, enough, &outcome);
    return outcome;
}

/* The n-th consecutive frame (1...) of a message whose byte i is i & 0xFF. */
static struct frame consecutive(uint16_t id, unsigned n)
{
    struct frame frame = {.time_ns = TIME_NONE, .id = id, .len = 8};

    frame.data[0] = (uint8_t)(0x20 | (n & 0x0F));
    for (unsigned i = 0; i < 7; i++)
        frame.data[1 + i] = (uint8_t)(6 + 7 * (n - 1) + i);
    return frame;
}

static void feed_first(struct isotp *isotp, uint16_t id, size_t length, struct isotp_outcome *outcome)
{
    struct frame frame = {.time_ns = TIME_NONE, .id = id, .len = 8};

    frame.data[0] = (uint8_t)(0x10 | length >> 8);
    frame.data[1] = (uint8_t)length;
    for (unsigned i = 0; i < 6; i++)
        frame.data[2 + i] = (uint8_t)i;
    isotp_take(isotp, &frame, 0, outcome);
}

static void feed(struct isotp *isotp, uint16_t id, unsigned n, struct isotp_outcome *outcome)
{
    struct frame frame = consecutive(id, n);

    isotp_take(isotp, &frame, 0, outcome);
}

static void assert_counting_payload(const struct isotp_message *message, size_t len)
{
    assert_int_equal(message->len, len);
    assert_int_equal(message->full_length, len);
    for (size_t i = 0; i < len; i++)
        assert_int_equal(message->payload[i], i & 0xFF);
}

static void delivers_single_frames_by_their_length(void **state)
{
    struct isotp_outcome o = take(*state, VCM, "046211039D000000");

    assert_int_equal(o.result, ISOTP_COMPLETE);
    assert_int_equal(o.message.id, VCM);
    assert_int_equal(o.message.len, 4);
    assert_int_equal(o.message.full_length, 4);
    assert_memory_equal(o.message.payload, "\x62\x11\x03\x9D", 4);
    assert_false(o.flow_wanted);
    /* ZE0: the length counts the filler */
    o = take(*state, VCM, "07621103A4030000");
    assert_int_equal(o.message.len, 7);
    assert_memory_equal(o.message.payload, "\x62\x11\x03\xA4\x03\x00\x00", 7);
    /* not padded */
    o = take(*state, VCM, "046211039D");
    assert_int_equal(o.result, ISOTP_COMPLETE);
}

static void refuses_single_frames_that_lie(void **state)
{
    assert_int_equal(take(*state, VCM, "").result, ISOTP_LENGTH);
    assert_int_equal(take(*state, VCM, "0000000000000000").result, ISOTP_LENGTH);
    assert_int_equal(take(*state, VCM, "0862110300000000").result, ISOTP_LENGTH);
    assert_int_equal(take(*state, VCM, "0F62110300000000").result, ISOTP_LENGTH);
    assert_int_equal(take(*state, VCM, "04621103").result, ISOTP_LENGTH);
    assert_int_equal(take(*state, VCM, "01").result, ISOTP_LENGTH);
}

static void joins_a_real_answer(void **state)
{
    static const char *const lines[] = {"10296101FFFFCE0E", "210287FFFFD7C6FF", "22FFFFFF02821806",
                                        "2392A43908038700", "245C0B760008B54C"};
    struct isotp_outcome o;

    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        o = take(*state, LBC, lines[i]);
        assert_int_equal(o.result, ISOTP_PARTIAL);
        assert_int_equal(o.flow_wanted, i == 0);
    }
    assert_true(isotp_is_open(*state, LBC));
    o = take(*state, LBC, "2500050D4B800001");
    assert_int_equal(o.result, ISOTP_COMPLETE);
    assert_int_equal(o.message.len, 41);
    assert_memory_equal(o.message.payload + 35, "\x05\x0D\x4B\x80\x00\x01", 6);
    assert_false(isotp_is_open(*state, LBC));
}

static void wraps_the_sequence(void **state)
{
    struct isotp_outcome o;

    feed_first(*state, LBC, 331, &o);
    for (unsigned n = 1; n <= 46; n++) {
        feed(*state, LBC, n, &o);
        assert_int_equal(o.result, ISOTP_PARTIAL);
    }
    feed(*state, LBC, 47, &o);
    assert_int_equal(o.result, ISOTP_COMPLETE);
    assert_counting_payload(&o.message, 331);
}

static void takes_1024_bytes_and_not_one_more(void **state)
{
    struct isotp_outcome o;

    feed_first(*state, LBC, ISOTP_MESSAGE_MAX, &o);
    assert_int_equal(o.result, ISOTP_PARTIAL);
    for (unsigned n = 1; o.result == ISOTP_PARTIAL; n++)
        feed(*state, LBC, n, &o);
    assert_int_equal(o.result, ISOTP_COMPLETE);
    assert_counting_payload(&o.message, ISOTP_MESSAGE_MAX);

    feed_first(*state, LBC, ISOTP_MESSAGE_MAX + 1, &o);
    assert_int_equal(o.result, ISOTP_OVERFLOW);
    assert_true(o.flow_wanted);
    assert_int_equal(o.flow.status, ISOTP_FLOW_OVERFLOW);
    feed_first(*state, LBC, 4095, &o);
    assert_int_equal(o.result, ISOTP_OVERFLOW);
    /* the 32-bit escape */
    o = take(*state, LBC, "1000FFFFFFFF6101");
    assert_int_equal(o.result, ISOTP_OVERFLOW);
    assert_false(isotp_is_open(*state, LBC));
}

static void refuses_first_frames_that_lie(void **state)
{
    struct isotp_outcome o;

    for (size_t length = 1; length < ISOTP_LENGTH_FIRST_MIN; length++) {
        feed_first(*state, LBC, length, &o);
        assert_int_equal(o.result, ISOTP_LENGTH);
    }
    assert_int_equal(take(*state, LBC, "10296101FFFFCE").result, ISOTP_LENGTH);
    assert_int_equal(take(*state, LBC, "10").result, ISOTP_LENGTH);
    feed_first(*state, LBC, 8, &o);
    assert_int_equal(o.result, ISOTP_PARTIAL);
    feed(*state, LBC, 1, &o);
    assert_counting_payload(&o.message, 8);
}

/* What follows a malformed beginning is not the rest of what was open before it. */
static void a_malformed_beginning_ends_what_was_open(void **state)
{
    static const char *const beginnings[] = {"10296101FFFFCE", "1003610100000000", "0862110300000000", "00"};
    struct isotp_outcome o;

    for (size_t i = 0; i < sizeof(beginnings) / sizeof(beginnings[0]); i++) {
        feed_first(*state, LBC, 8, &o);
        o = take(*state, LBC, beginnings[i]);
        assert_int_equal(o.result, ISOTP_LENGTH);
        assert_int_equal(o.dropped, ISOTP_LENGTH);
        feed(*state, LBC, 1, &o);
        assert_int_equal(o.result, ISOTP_SEQUENCE);
    }
}

static void a_new_question_ends_what_was_open(void **state)
{
    struct isotp_outcome o;

    feed_first(*state, LBC, 8, &o);
    assert_false(isotp_drop(*state, 0x79A));
    assert_true(isotp_drop(*state, LBC));
    assert_false(isotp_drop(*state, LBC));
    feed(*state, LBC, 1, &o);
    assert_int_equal(o.result, ISOTP_SEQUENCE);
}

/* Sends first frame and three consecutive ones in the given order; one complaint, and never a message. */
static void assert_broken(struct isotp *isotp, const unsigned *order, size_t count)
{
    struct isotp_outcome o;
    unsigned complaints = 0;

    feed_first(isotp, LBC, 41, &o);
    for (size_t i = 0; i < count; i++) {
        feed(isotp, LBC, order[i], &o);
        assert_int_not_equal(o.result, ISOTP_COMPLETE);
        complaints += o.result == ISOTP_SEQUENCE;
    }
    assert_int_equal(complaints, 1);
    assert_false(isotp_is_open(isotp, LBC));
}

static void gives_up_what_is_out_of_sequence_once(void **state)
{
    static const unsigned lost[] = {1, 2, 4, 5, 6};
    static const unsigned doubled[] = {1, 2, 2, 3, 4, 5};
    static const unsigned swapped[] = {2, 1, 3, 4, 5};

    assert_broken(*state, lost, 5);
    assert_broken(*state, doubled, 6);
    assert_broken(*state, swapped, 5);
    /* and the next message is whole again */
    joins_a_real_answer(state);
}

static void refuses_a_consecutive_frame_without_a_first(void **state)
{
    assert_int_equal(take(*state, LBC, "2900000000000000").result, ISOTP_SEQUENCE);
    assert_int_equal(take(*state, LBC, "2A00000000000000").result, ISOTP_IGNORED);
    assert_int_equal(take(*state, LBC, "2100000000000000").result, ISOTP_IGNORED);
}

static void refuses_a_short_consecutive_frame(void **state)
{
    struct isotp_outcome o;

    feed_first(*state, LBC, 20, &o);
    assert_int_equal(take(*state, LBC, "21060708090A0B").result, ISOTP_LENGTH);
    feed(*state, LBC, 2, &o);
    assert_int_equal(o.result, ISOTP_IGNORED);
    /* the last one may be as short as what is left */
    feed_first(*state, LBC, 15, &o);
    feed(*state, LBC, 1, &o);
    o = take(*state, LBC, "220D0E");
    assert_counting_payload(&o.message, 15);
}

static void the_newest_message_wins(void **state)
{
    struct isotp_outcome o;

    feed_first(*state, LBC, 41, &o);
    feed(*state, LBC, 1, &o);
    feed_first(*state, LBC, 8, &o);
    assert_int_equal(o.result, ISOTP_PARTIAL);
    assert_int_equal(o.dropped, ISOTP_LENGTH);
    assert_int_equal(o.dropped_id, LBC);
    feed(*state, LBC, 1, &o);
    assert_counting_payload(&o.message, 8);
    feed_first(*state, LBC, 41, &o);
    o = take(*state, LBC, "037F2178");
    assert_int_equal(o.result, ISOTP_COMPLETE);
    assert_int_equal(o.dropped, ISOTP_LENGTH);
    assert_int_equal(o.message.len, 3);
    feed(*state, LBC, 1, &o);
    assert_int_equal(o.result, ISOTP_SEQUENCE);
}

static void keeps_two_ecus_apart(void **state)
{
    struct isotp_outcome o;

    feed_first(*state, LBC, 20, &o);
    feed_first(*state, VCM, 13, &o);
    assert_int_equal(o.dropped, ISOTP_IGNORED);
    feed(*state, LBC, 1, &o);
    feed(*state, VCM, 1, &o);
    assert_int_equal(o.result, ISOTP_COMPLETE);
    assert_int_equal(o.message.id, VCM);
    assert_counting_payload(&o.message, 13);
    feed(*state, LBC, 2, &o);
    assert_int_equal(o.message.id, LBC);
    assert_counting_payload(&o.message, 20);
}

static void gives_up_the_oldest_when_too_many_are_open(void **state)
{
    struct isotp_outcome o;

    for (uint16_t i = 0; i < ISOTP_RECEIVERS_MAX; i++) {
        feed_first(*state, (uint16_t)(0x700 + i), 20, &o);
        assert_int_equal(o.dropped, ISOTP_IGNORED);
    }
    feed_first(*state, 0x7FF, 20, &o);
    assert_int_equal(o.result, ISOTP_PARTIAL);
    assert_int_equal(o.dropped, ISOTP_OVERFLOW);
    assert_int_equal(o.dropped_id, 0x700);
    assert_false(isotp_is_open(*state, 0x700));
    assert_true(isotp_is_open(*state, 0x701));
    /* a receiver that only skips goes first, without a complaint */
    feed(*state, 0x703, 2, &o);
    assert_int_equal(o.result, ISOTP_SEQUENCE);
    feed_first(*state, 0x700, 20, &o);
    assert_int_equal(o.dropped, ISOTP_IGNORED);
    assert_true(isotp_is_open(*state, 0x701));
    /* a stray frame never takes a receiver from anybody */
    feed(*state, 0x6FF, 1, &o);
    assert_int_equal(o.result, ISOTP_SEQUENCE);
    assert_int_equal(o.dropped, ISOTP_IGNORED);
    assert_int_equal(isotp_reset(*state), ISOTP_RECEIVERS_MAX);
    assert_int_equal(isotp_reset(*state), 0);
}

static void enough_ends_an_answer_early(void **state)
{
    struct isotp_outcome o = take_enough(*state, "1082610100000000", 12);

    assert_int_equal(o.result, ISOTP_PARTIAL);
    assert_int_equal(o.flow.status, ISOTP_FLOW_CONTINUE);
    assert_int_equal(o.flow.block_size, 1); /* no more frames than that takes */
    assert_int_equal(o.flow.st_min, 0x0A);
    o = take(*state, LBC, "2100000001CB4000");
    assert_int_equal(o.result, ISOTP_COMPLETE);
    assert_false(o.flow_wanted);
    assert_int_equal(o.message.len, 13);
    assert_int_equal(o.message.full_length, 130);
    assert_memory_equal(o.message.payload + 9, "\x01\xCB\x40", 3);
    /* what comes all the same is nobody's mistake */
    assert_int_equal(take(*state, LBC, "2200000000000000").result, ISOTP_IGNORED);
    assert_int_equal(take(*state, LBC, "2700000000000000").result, ISOTP_IGNORED);
    /* within the first frame; more than there is; exactly all */
    assert_int_equal(take_enough(*state, "1082610100000000", 4).message.len, 4);
    assert_int_equal(take_enough(*state, "1008610100000000", 500).flow.block_size, 0);
    o = take(*state, LBC, "210607");
    assert_int_equal(o.message.len, 8);
    assert_int_equal(o.message.full_length, 8);
}

static void asks_for_a_flow_control_after_each_block(void **state)
{
    struct isotp *isotp = isotp_new(2, 0x05);
    struct isotp_outcome o;

    (void)state;
    feed_first(isotp, LBC, 41, &o);
    assert_true(o.flow_wanted);
    assert_int_equal(o.flow.block_size, 2);
    for (unsigned n = 1; n <= 4; n++) {
        feed(isotp, LBC, n, &o);
        assert_int_equal(o.flow_wanted, n % 2 == 0);
    }
    feed(isotp, LBC, 5, &o);
    assert_counting_payload(&o.message, 41);
    isotp_free(isotp);
}

static void a_silent_message_times_out(void **state)
{
    uint16_t id = 0;
    struct isotp_outcome o = take_at(*state, "1014000102030405", 5 * NS_PER_S);

    assert_int_equal(isotp_deadline(*state), 5 * NS_PER_S + ISOTP_N_CR_NS);
    assert_false(isotp_expire(*state, 5 * NS_PER_S + ISOTP_N_CR_NS, &id));
    assert_true(isotp_expire(*state, 5 * NS_PER_S + ISOTP_N_CR_NS + 1, &id));
    assert_int_equal(id, LBC);
    assert_false(isotp_expire(*state, 9 * NS_PER_S, &id));
    assert_int_equal(isotp_deadline(*state), TIME_NONE);
    /* the frame that comes too late finds it gone */
    take_at(*state, "1014000102030405", 10 * NS_PER_S);
    o = take_at(*state, "21060708090A0B0C", 11 * NS_PER_S);
    assert_int_equal(o.result, ISOTP_PARTIAL);
    o = take_at(*state, "220D0E0F10111213", 12 * NS_PER_S + 1);
    assert_int_equal(o.dropped, ISOTP_TIMEOUT);
    assert_int_equal(o.result, ISOTP_SEQUENCE);
}

static void frames_without_time_never_time_out(void **state)
{
    uint16_t id;

    take(*state, LBC, "1014000102030405");
    assert_false(isotp_expire(*state, INT64_MAX, &id));
    assert_int_equal(isotp_deadline(*state), TIME_NONE);
    assert_int_equal(take_at(*state, "21060708090A0B0C", 99 * NS_PER_S).result, ISOTP_PARTIAL);
}

static void other_frames_are_no_answers(void **state)
{
    assert_int_equal(take(*state, LBC, "30000A0000000000").result, ISOTP_IGNORED);
    assert_int_equal(take(*state, LBC, "4000000000000000").result, ISOTP_IGNORED);
    assert_int_equal(take(*state, LBC, "F000000000000000").result, ISOTP_IGNORED);
}

static void peeks_at_what_begins_a_message(void **state)
{
    struct frame frame = frame_of(LBC, "0462110300", TIME_NONE);
    const uint8_t *bytes = NULL;

    (void)state;
    assert_int_equal(isotp_peek(&frame, &bytes), 4);
    assert_int_equal(bytes[0], 0x62);
    frame = frame_of(LBC, "10296101FFFFCE0E", TIME_NONE);
    assert_int_equal(isotp_peek(&frame, &bytes), 6);
    assert_int_equal(bytes[0], 0x61);
    static const char *const others[] = {
        "", "00", "0462", "10296101", "1005610100000000", "2100000000000000", "30000A"};
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        frame = frame_of(LBC, others[i], TIME_NONE);
        assert_int_equal(isotp_peek(&frame, &bytes), 0);
    }
}

#define unit_test_isotp(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        unit_test_isotp(delivers_single_frames_by_their_length),
        unit_test_isotp(refuses_single_frames_that_lie),
        unit_test_isotp(joins_a_real_answer),
        unit_test_isotp(wraps_the_sequence),
        unit_test_isotp(takes_1024_bytes_and_not_one_more),
        unit_test_isotp(refuses_first_frames_that_lie),
        unit_test_isotp(a_malformed_beginning_ends_what_was_open),
        unit_test_isotp(a_new_question_ends_what_was_open),
        unit_test_isotp(gives_up_what_is_out_of_sequence_once),
        unit_test_isotp(refuses_a_consecutive_frame_without_a_first),
        unit_test_isotp(refuses_a_short_consecutive_frame),
        unit_test_isotp(the_newest_message_wins),
        unit_test_isotp(keeps_two_ecus_apart),
        unit_test_isotp(gives_up_the_oldest_when_too_many_are_open),
        unit_test_isotp(enough_ends_an_answer_early),
        unit_test_isotp(asks_for_a_flow_control_after_each_block),
        unit_test_isotp(a_silent_message_times_out),
        unit_test_isotp(frames_without_time_never_time_out),
        unit_test_isotp(other_frames_are_no_answers),
        unit_test_isotp(peeks_at_what_begins_a_message),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
