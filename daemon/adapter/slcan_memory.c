/* Remembers lengths and time stamps of frames. Reads no line. */
#include "adapter/slcan_memory.h"

#define STAMPS_ODD 3 /* frames with another time stamp than before, until that is believed */

bool slcan_memory_agrees(struct slcan_memory *memory, const struct slcan_words *words)
{
    uint8_t *length = &memory->lengths[words->frame.id];
    uint8_t before = *length;
    if (words->stamp != memory->stamp) {
        if (++memory->stamps_odd < STAMPS_ODD) {
            return false;
        }
        memory->stamp = words->stamp;
    }
    memory->stamps_odd = 0;
    *length = (uint8_t)(words->frame.len + 1);
    return before == 0 || before == *length;
}
