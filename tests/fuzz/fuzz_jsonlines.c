/* JSON lines of replies: bounded, and every frame within its limits. */
#include "tools/jsonlines.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct jsonlines_reply *reply = malloc(sizeof(*reply));

    if (reply && jsonlines_parse((const char *)data, size, reply) == 0) {
        if (reply->count > JSONLINES_FRAMES_MAX || reply->rx > FRAME_ID_MAX)
            abort();
        for (size_t i = 0; i < reply->count; i++) {
            if (reply->kinds[i] == ELM_LINE_FRAME && reply->frames[i].len > FRAME_DATA_MAX)
                abort();
        }
    }
    free(reply);
    return 0;
}
