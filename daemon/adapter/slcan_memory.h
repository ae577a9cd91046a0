/* What an adapter's frames have looked like so far: one that lost bytes on the way looks like another. Pure.
 */
#ifndef ADAPTER_SLCAN_MEMORY_H
#define ADAPTER_SLCAN_MEMORY_H

#include "adapter/slcan_line.h"

struct slcan_memory {
    size_t stamp; /* digits of time stamps that its frames have */
    unsigned stamps_odd;
    uint8_t lengths[FRAME_ID_MAX + 1]; /* of the last frame of an identifier, + 1 */
};

/* Whether a frame has the length and time stamp of its fellows; if not, it is believed when it comes so
 * again. */
bool slcan_memory_agrees(struct slcan_memory *memory, const struct slcan_words *words);

#endif
