/* ELM327 transcripts: whatever a dongle or a file says, a frame has an identifier, at most 8 bytes and the
 * digits for it. */
#include "adapter/transcript.h"

#include "util/core/hex.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct frame *frame, const char *line, size_t len)
{
    size_t digits = 0;

    for (size_t i = 0; i < len; i++)
        digits += hex_digit(line[i]) >= 0;
    if (frame->id > FRAME_ID_MAX || frame->len < 1 || frame->len > FRAME_DATA_MAX ||
        digits < 3 + 2 * (size_t)frame->len)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct transcript transcript;
    struct frame frame;

    transcript_init(&transcript);
    while (size > 0) {
        const uint8_t *end = memchr(data, '\n', size);
        size_t len = end ? (size_t)(end - data) : size;

        if (len > 0 && transcript_take(&transcript, (const char *)data, len, &frame) == TRANSCRIPT_FRAME)
            check(&frame, (const char *)data, len);
        len += end ? 1 : 0;
        data += len;
        size -= len;
    }
    return 0;
}
