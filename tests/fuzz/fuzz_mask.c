/* Recordings that name nobody, under abuse: frames of a few identifiers with any bytes and times, masked.
 * Input: blocks of 11 bytes (time step in units of 10 ms, nothing, identifier and length, 8 of data). A frame
 * stays what it is but for bytes that became X; whatever message can still be put together of the frames that
 * came out shows nothing behind a secret's echo. */
#include "bus/isotp.h"
#include "car/mask.h"

#include <stdlib.h>
#include <string.h>

#define BLOCK 11

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Two ECUs of the LEAF that have names, their questions, and what any car answers on. */
static const uint16_t ids[16] = {0x797, 0x79A, 0x79B, 0x7BB, 0x7E0, 0x7E8, 0x7DF, 0x7EF,
                                 0x700, 0x7FF, 0x79A, 0x7BB, 0x6FF, 0x55B, 0x765, 0x745};

static const struct definition *definition_of_the_leaf(void)
{
    static const char text[] =
        "format = 1; name = \"a test\";\n"
        "generations = ( { id = \"A\"; broadcasts = true; kwh_per_ah = 0.355; wh_per_gid = 80.0; } );\n"
        "requests = ( { to = \"797\"; from = \"79A\"; ask = \"2111\";\n"
        "  fields = ( { text = \"somebody\"; at = [2, 7]; bits = 8; at_most = 32; } ); } );\n";
    static struct definition *definition;
    struct err err;

    if (!definition && !(definition = definition_parse(text, "a test", &err)))
        abort();
    return definition;
}

static void check_frame(const struct frame *before, const struct frame *after)
{
    if (before->id != after->id || before->len != after->len)
        abort();
    for (size_t i = 0; i < after->len; i++) {
        bool is_sign = i == 0 && before->data[0] >> 4 <= 3 && before->id >= 0x700;
        if (after->data[i] != before->data[i] &&
            (after->data[i] != MASK_BYTE || is_sign || after->id < 0x700))
            abort();
    }
}

static size_t echo_of(const struct isotp_message *message)
{
    const uint8_t *payload = message->payload;

    if (message->len < 3)
        return message->len;
    if (payload[0] == 0x62 && payload[1] == 0xF1)
        return 3;
    bool is_text = message->id == 0x79A && payload[0] == 0x61 && payload[1] == 0x11;
    bool is_name = payload[0] == 0x61 && payload[1] >= 0x80 && payload[1] <= 0x9F;
    return payload[0] == 0x49 || payload[0] == 0x5A || is_name || is_text ? 2 : message->len;
}

static void check_message(const struct isotp_message *message)
{
    for (size_t i = echo_of(message); i < message->len; i++) {
        if (message->payload[i] != MASK_BYTE)
            abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct isotp *isotp = isotp_new(0, 0);
    struct mask *mask = mask_new(definition_of_the_leaf());
    struct frame frame = {.time_ns = 0};
    struct isotp_outcome outcome;

    for (; isotp && mask && size >= BLOCK; data += BLOCK, size -= BLOCK) {
        frame.time_ns += data[0] * 10 * NS_PER_MS;
        frame.id = ids[data[2] & 0x0F];
        frame.len = (uint8_t)((data[2] >> 4) > 8 ? 8 : data[2] >> 4);
        memcpy(frame.data, data + 3, sizeof(frame.data));
        struct frame shown = frame;
        mask_frame(mask, &shown);
        check_frame(&frame, &shown);
        isotp_take(isotp, &shown, 0, &outcome);
        if (outcome.result == ISOTP_COMPLETE && shown.id >= 0x700)
            check_message(&outcome.message);
    }
    mask_free(mask);
    isotp_free(isotp);
    return 0;
}
