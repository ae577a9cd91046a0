/* bus/uds: an answer belongs to its question, or to nobody. */
#include "bus/uds.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

static const struct uds_question battery = {.to = 0x79B, .from = 0x7BB, .ask = {0x21, 0x01}, .ask_len = 2};
static const struct uds_question voltage = {
    .to = 0x797, .from = 0x79A, .ask = {0x22, 0x11, 0x03}, .ask_len = 3};

static enum uds_match match(const struct uds_question *question, uint16_t from, const char *bytes, size_t len)
{
    return uds_match(question, from, (const uint8_t *)bytes, len);
}

static void builds_and_reads_questions(void **state)
{
    struct frame frame;
    struct uds_question question;

    (void)state;
    uds_question_frame(&voltage, &frame);
    assert_int_equal(frame.id, 0x797);
    assert_int_equal(frame.len, 8);
    assert_memory_equal(frame.data, "\x03\x22\x11\x03\0\0\0\0", 8);
    assert_true(uds_question_parse(&frame, &question));
    assert_int_equal(question.to, 0x797);
    assert_int_equal(question.from, 0);
    assert_int_equal(question.ask_len, 3);
    assert_memory_equal(question.ask, voltage.ask, 3);
    frame.data[0] = 2; /* 22 11: half an identifier */
    assert_false(uds_question_parse(&frame, &question));
    memcpy(frame.data, "\x30\x00\x0A", 3); /* flow control */
    assert_false(uds_question_parse(&frame, &question));
    memcpy(frame.data, "\x02\x3B\x20", 3); /* a write is nothing that we know */
    assert_false(uds_question_parse(&frame, &question));
    memcpy(frame.data, "\x10\x14\x21\x01", 4); /* never a first frame */
    assert_false(uds_question_parse(&frame, &question));
}

static void knows_its_answer(void **state)
{
    (void)state;
    assert_int_equal(match(&battery, 0x7BB, "\x61\x01\xFF", 3), UDS_ANSWER);
    assert_int_equal(match(&voltage, 0x79A, "\x62\x11\x03\x9D", 4), UDS_ANSWER);
    assert_int_equal(match(&voltage, 0x79A, "\x62\x11\x03\xA4\x03\x00\x00", 7), UDS_ANSWER);
    struct uds_question session = {.to = 0x743, .from = 0x763, .ask = {0x10, 0xC0}, .ask_len = 2};
    assert_int_equal(match(&session, 0x763, "\x50\xC0", 2), UDS_ANSWER);
    struct uds_question alive = {.to = 0x743, .from = 0x763, .ask = {0x3E, 0x01}, .ask_len = 2};
    assert_int_equal(match(&alive, 0x763, "\x7E", 1), UDS_ANSWER);
    struct uds_question codes = {.to = 0x79B, .from = 0x7BB, .ask = {0x19, 0x02, 0x0E}, .ask_len = 3};
    assert_int_equal(match(&codes, 0x7BB, "\x59\x02\xFF", 3), UDS_ANSWER);
    struct uds_question vin = {.to = 0x7E0, .from = 0x7E8, .ask = {0x09, 0x02}, .ask_len = 2};
    assert_int_equal(match(&vin, 0x7E8, "\x49\x02\x01", 3), UDS_ANSWER);
}

static void refuses_answers_to_other_questions(void **state)
{
    (void)state;
    assert_int_equal(match(&battery, 0x7BB, "\x61\x02\xFF", 3), UDS_NOT_OURS);     /* echo */
    assert_int_equal(match(&battery, 0x7BB, "\x62\x01\xFF", 3), UDS_NOT_OURS);     /* service */
    assert_int_equal(match(&battery, 0x79A, "\x61\x01\xFF", 3), UDS_NOT_OURS);     /* identifier */
    assert_int_equal(match(&voltage, 0x79A, "\x62\x11\x04\x9D", 4), UDS_NOT_OURS); /* half an echo */
    assert_int_equal(match(&voltage, 0x79A, "\x62\x11", 2), UDS_NOT_OURS);
    assert_int_equal(match(&voltage, 0x79A, "", 0), UDS_NOT_OURS);
    struct uds_question nothing = {.to = 0x79B, .from = 0x7BB};
    assert_int_equal(match(&nothing, 0x7BB, "\x40\x00", 2), UDS_NOT_OURS);
    struct uds_question write = {.to = 0x745, .from = 0x765, .ask = {0x3B, 0x20}, .ask_len = 2};
    assert_int_equal(match(&write, 0x765, "\x7B\x20", 2), UDS_NOT_OURS);
}

static void knows_refusals(void **state)
{
    (void)state;
    assert_int_equal(match(&voltage, 0x79A, "\x7F\x22\x11", 3), UDS_REFUSED);
    assert_int_equal(match(&voltage, 0x79A, "\x7F\x22\x78", 3), UDS_PENDING);
    assert_int_equal(match(&voltage, 0x79A, "\x7F\x21\x11", 3), UDS_NOT_OURS);
    assert_int_equal(match(&voltage, 0x79A, "\x7F\x22", 2), UDS_NOT_OURS);
    assert_int_equal(uds_negative_code((const uint8_t *)"\x7F\x22\x12", 3), 0x12);
    assert_int_equal(uds_negative_code((const uint8_t *)"\x7F\x22", 2), -1);
    assert_int_equal(uds_negative_code((const uint8_t *)"\x62\x22\x12", 3), -1);
}

/* Of all services and all identifiers only one pair answers, also when the old answer comes late. */
static void no_other_service_or_identifier_answers(void **state)
{
    unsigned answers = 0;

    (void)state;
    for (unsigned service = 0; service <= 0xFF; service++) {
        for (unsigned did = 0; did <= 0xFFFF; did++) {
            const char bytes[] = {(char)service, (char)(did >> 8), (char)did, 0};
            enum uds_match found = match(&voltage, 0x79A, bytes, sizeof(bytes));

            if (service != UDS_NEGATIVE && found != UDS_NOT_OURS) {
                assert_int_equal(found, UDS_ANSWER);
                assert_true(service == 0x62 && did == 0x1103);
                answers++;
            }
        }
    }
    assert_int_equal(answers, 1);
}

/* All but "the answer follows" end the question. */
static void each_negative_code(void **state)
{
    (void)state;
    for (unsigned code = 0; code <= 0xFF; code++) {
        const char bytes[] = {0x7F, 0x22, (char)code};

        assert_int_equal(match(&voltage, 0x79A, bytes, 3),
                         code == UDS_CODE_PENDING ? UDS_PENDING : UDS_REFUSED);
        assert_int_equal(uds_negative_code((const uint8_t *)bytes, 3), code);
    }
}

static struct isotp_message message_of(uint16_t id, const char *bytes, size_t len)
{
    return (struct isotp_message){
        .id = id, .payload = (const uint8_t *)bytes, .len = len, .full_length = len, .time_ns = 7};
}

static void an_exchange_is_closed_by_its_answer_only(void **state)
{
    struct uds_exchange exchange = {0};
    struct uds_answer answer;
    struct isotp_message other = message_of(0x7BB, "\x61\x04\x00", 3);
    struct isotp_message ours = message_of(0x7BB, "\x61\x01\x00", 3);

    (void)state;
    assert_int_equal(uds_exchange_take(&exchange, &ours, 0, &answer), UDS_NOT_OURS); /* nothing was asked */
    uds_exchange_begin(&exchange, &battery, 0);
    assert_int_equal(uds_exchange_take(&exchange, &other, 1, &answer), UDS_NOT_OURS);
    assert_true(exchange.open);
    assert_int_equal(uds_exchange_take(&exchange, &ours, 2, &answer), UDS_ANSWER);
    assert_int_equal(answer.from, 0x7BB);
    assert_int_equal(answer.to, 0x79B);
    assert_int_equal(answer.len, 3);
    assert_int_equal(answer.time_ns, 7);
    assert_int_equal(uds_exchange_take(&exchange, &ours, 3, &answer), UDS_NOT_OURS); /* once */
}

static void a_late_answer_is_nobodys(void **state)
{
    struct uds_exchange exchange = {0};
    struct uds_answer answer;
    struct isotp_message ours = message_of(0x7BB, "\x61\x01\x00", 3);

    (void)state;
    uds_exchange_begin(&exchange, &battery, 0);
    assert_false(uds_exchange_expire(&exchange, UDS_ANSWER_NS));
    assert_int_equal(uds_exchange_take(&exchange, &ours, UDS_ANSWER_NS + 1, &answer), UDS_NOT_OURS);
    assert_true(uds_exchange_expire(&exchange, UDS_ANSWER_NS + 1));
    assert_false(uds_exchange_expire(&exchange, UDS_ANSWER_NS + 1));
}

static void pending_for_ever_ends(void **state)
{
    struct uds_exchange exchange = {0};
    struct uds_answer answer;
    struct isotp_message pending = message_of(0x7BB, "\x7F\x21\x78", 3);

    (void)state;
    uds_exchange_begin(&exchange, &battery, 0);
    for (int64_t now_ns = 0; now_ns <= UDS_ANSWER_TOTAL_NS; now_ns += NS_PER_S / 2)
        assert_int_equal(uds_exchange_take(&exchange, &pending, now_ns, &answer), UDS_PENDING);
    assert_int_equal(uds_exchange_take(&exchange, &pending, UDS_ANSWER_TOTAL_NS + 1, &answer), UDS_NOT_OURS);
    assert_true(uds_exchange_expire(&exchange, UDS_ANSWER_TOTAL_NS + 1));
}

static void a_long_answer_may_take_its_time_within_bounds(void **state)
{
    struct uds_exchange exchange = {0};

    (void)state;
    uds_exchange_begin(&exchange, &battery, 0);
    uds_exchange_progress(&exchange, UDS_ANSWER_NS / 2);
    assert_false(uds_exchange_expire(&exchange, UDS_ANSWER_NS + 1));
    for (int64_t now_ns = 0; now_ns < 2 * UDS_ANSWER_TOTAL_NS; now_ns += NS_PER_MS)
        uds_exchange_progress(&exchange, now_ns);
    assert_false(uds_exchange_expire(&exchange, UDS_ANSWER_TOTAL_NS));
    assert_true(uds_exchange_expire(&exchange, UDS_ANSWER_TOTAL_NS + 1));
    uds_exchange_progress(&exchange, 0);
    assert_false(exchange.open);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(builds_and_reads_questions),
        cmocka_unit_test(knows_its_answer),
        cmocka_unit_test(refuses_answers_to_other_questions),
        cmocka_unit_test(knows_refusals),
        cmocka_unit_test(no_other_service_or_identifier_answers),
        cmocka_unit_test(each_negative_code),
        cmocka_unit_test(an_exchange_is_closed_by_its_answer_only),
        cmocka_unit_test(a_late_answer_is_nobodys),
        cmocka_unit_test(pending_for_ever_ends),
        cmocka_unit_test(a_long_answer_may_take_its_time_within_bounds),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
