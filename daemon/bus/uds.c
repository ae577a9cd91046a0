/* Questions, answers, and which belong together. It does not know what an answer means (car/decoder), which
 * questions may be asked (gate), nor when (bus/poller). */
#include "bus/uds.h"

#include <assert.h>
#include <string.h>

#define PCI_SINGLE 0

void uds_question_frame(const struct uds_question *question, struct frame *frame)
{
    assert(question->ask_len >= 1 && question->ask_len <= UDS_ASK_MAX);
    *frame = (struct frame){.time_ns = TIME_NONE, .id = question->to, .len = FRAME_DATA_MAX};
    frame->data[0] = question->ask_len;
    memcpy(frame->data + 1, question->ask, question->ask_len);
}

bool uds_question_parse(const struct frame *frame, struct uds_question *question)
{
    const uint8_t *bytes;
    size_t len = isotp_peek(frame, &bytes);

    if (len == 0 || frame->data[0] >> 4 != PCI_SINGLE || uds_echo_length(bytes[0]) < 0)
        return false;
    if (len < 1 + (size_t)uds_echo_length(bytes[0]))
        return false;
    *question = (struct uds_question){.to = frame->id, .ask_len = (uint8_t)len};
    memcpy(question->ask, bytes, len);
    return true;
}

int uds_echo_length(uint8_t service)
{
    switch (service) {
    case 0x22: /* read data by identifier */
        return 2;
    case 0x01: /* OBD: current data */
    case 0x09: /* OBD: vehicle information */
    case 0x10: /* session */
    case 0x19: /* trouble codes */
    case 0x21: /* KWP: read data by local identifier */
        return 1;
    case UDS_TESTER_PRESENT: /* KWP answers 7E alone, UDS 7E 00 */
        return 0;
    default:
        return -1;
    }
}

int uds_negative_code(const uint8_t *payload, size_t len)
{
    return len >= 3 && payload[0] == UDS_NEGATIVE ? payload[2] : -1;
}

static enum uds_match match_negative(const struct uds_question *question, const uint8_t *payload, size_t len)
{
    if (len < 3 || payload[1] != question->ask[0])
        return UDS_NOT_OURS;
    return payload[2] == UDS_CODE_PENDING ? UDS_PENDING : UDS_REFUSED;
}

enum uds_match uds_match(const struct uds_question *question, uint16_t from, const uint8_t *payload,
                         size_t len)
{
    int echo = uds_echo_length(question->ask[0]);

    if (question->ask_len == 0 || len == 0 || (question->from != 0 && question->from != from))
        return UDS_NOT_OURS;
    if (payload[0] == UDS_NEGATIVE)
        return match_negative(question, payload, len);
    if (echo < 0 || payload[0] != (question->ask[0] | UDS_POSITIVE_BIT))
        return UDS_NOT_OURS;
    if (len < 1 + (size_t)echo || question->ask_len < 1 + echo)
        return UDS_NOT_OURS;
    return memcmp(payload + 1, question->ask + 1, (size_t)echo) == 0 ? UDS_ANSWER : UDS_NOT_OURS;
}

static void extend(struct uds_exchange *exchange, int64_t deadline_ns)
{
    int64_t end_ns = exchange->begun_ns + UDS_ANSWER_TOTAL_NS;

    exchange->deadline_ns = deadline_ns < end_ns ? deadline_ns : end_ns;
}

void uds_exchange_begin(struct uds_exchange *exchange, const struct uds_question *question, int64_t now_ns)
{
    exchange->open = true;
    exchange->question = *question;
    exchange->begun_ns = now_ns;
    exchange->deadline_ns = now_ns + UDS_ANSWER_NS;
}

static void fill_answer(const struct uds_exchange *exchange, const struct isotp_message *message,
                        struct uds_answer *answer)
{
    *answer = (struct uds_answer){
        .time_ns = message->time_ns,
        .from = message->id,
        .to = exchange->question.to,
        .payload = message->payload,
        .len = message->len,
        .full_length = message->full_length,
    };
}

enum uds_match uds_exchange_take(struct uds_exchange *exchange, const struct isotp_message *message,
                                 int64_t now_ns, struct uds_answer *answer)
{
    enum uds_match match = UDS_NOT_OURS;

    if (exchange->open && now_ns <= exchange->deadline_ns)
        match = uds_match(&exchange->question, message->id, message->payload, message->len);
    switch (match) {
    case UDS_NOT_OURS:
        break;
    case UDS_PENDING:
        extend(exchange, exchange->begun_ns + UDS_ANSWER_TOTAL_NS);
        break;
    case UDS_ANSWER:
    case UDS_REFUSED:
        exchange->open = false;
        fill_answer(exchange, message, answer);
        break;
    }
    return match;
}

void uds_exchange_progress(struct uds_exchange *exchange, int64_t now_ns)
{
    if (exchange->open && now_ns + UDS_ANSWER_NS > exchange->deadline_ns)
        extend(exchange, now_ns + UDS_ANSWER_NS);
}

bool uds_exchange_expire(struct uds_exchange *exchange, int64_t now_ns)
{
    if (!exchange->open || now_ns <= exchange->deadline_ns)
        return false;
    exchange->open = false;
    return true;
}
