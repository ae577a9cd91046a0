/* ISO-TP under abuse: frames of a few identifiers with any bytes, times and `enough`. Input: blocks of 11
 * bytes (time step in units of 10 ms, `enough`, identifier and length, 8 of data). A message must be a run of
 * bytes that really came. */
#include "bus/isotp.h"

#include <stdlib.h>
#include <string.h>

#define BLOCK 11

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* All bytes that identifiers sent as message bytes, in order. */
struct heard {
    size_t len;
    uint8_t bytes[4096];
};

static void hear(struct heard *heard, const struct frame *frame)
{
    const uint8_t *bytes;
    size_t len = isotp_peek(frame, &bytes);

    if (frame->len == 0 || frame->data[0] >> 4 < 1 || frame->data[0] >> 4 > 2)
        return;
    if (len > 0) {
        heard->len = 0; /* a first frame: a message begins */
    } else if (frame->data[0] >> 4 == 2) {
        bytes = frame->data + 1;
        len = frame->len - 1U;
    }
    if (heard->len + len <= sizeof(heard->bytes) && len > 0) {
        memcpy(heard->bytes + heard->len, bytes, len);
        heard->len += len;
    }
}

static void check(const struct isotp_outcome *outcome, const struct heard *heard, const struct frame *frame)
{
    const struct isotp_message *message = &outcome->message;

    if (message->len == 0 || message->len > message->full_length || message->full_length > ISOTP_MESSAGE_MAX)
        abort();
    if (frame->data[0] >> 4 == 0 && memcmp(message->payload, frame->data + 1, message->len) != 0)
        abort();
    if (frame->data[0] >> 4 == 0)
        return;
    if (message->len > heard->len || memcmp(message->payload, heard->bytes, message->len) != 0)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct isotp *isotp = isotp_new(size > 0 ? data[0] & 3 : 0, 0);
    struct heard *heard = calloc(16, sizeof(*heard));
    struct frame frame = {.time_ns = 0};
    struct isotp_outcome outcome;

    for (; isotp && heard && size >= BLOCK; data += BLOCK, size -= BLOCK) {
        frame.time_ns += data[0] * 10 * NS_PER_MS;
        frame.id = (uint16_t)(0x700 + (data[2] & 0x0F));
        frame.len = (uint8_t)((data[2] >> 4) > 8 ? 8 : data[2] >> 4);
        memcpy(frame.data, data + 3, sizeof(frame.data));
        hear(&heard[data[2] & 0x0F], &frame);
        isotp_take(isotp, &frame, data[1], &outcome);
        if (outcome.result == ISOTP_COMPLETE)
            check(&outcome, &heard[data[2] & 0x0F], &frame);
    }
    isotp_free(isotp);
    free(heard);
    return 0;
}
