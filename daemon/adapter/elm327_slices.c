/* Groups of identifiers and their filters. Knows nothing of how often each identifier is sent: a group that
 * proves too loud is cut in two when the adapter says BUFFER FULL. */
#include "adapter/elm327_slices.h"

#include "bus/frame.h"

#include <assert.h>
#include <string.h>

/* The mask keeps the bits in which all identifiers of the slice agree. */
static void slice_aim(struct elm327_slice *slice, const uint16_t *ids)
{
    unsigned differ = 0;
    for (size_t i = 1; i < slice->count; i++) {
        differ |= (unsigned)(ids[slice->first] ^ ids[slice->first + i]);
    }
    slice->mask = (uint16_t)(FRAME_ID_MAX & ~differ);
    slice->filter = (uint16_t)(ids[slice->first] & slice->mask);
}

void elm327_slices_init(struct elm327_slices *slices, const uint16_t *ids, size_t count)
{
    assert(count <= ELM327_LISTEN_MAX);
    memset(slices, 0, sizeof(*slices));
    for (size_t i = 0; i < count; i++) {
        slices->ids[slices->id_count++] = ids[i];
        struct elm327_slice *last = &slices->slices[slices->count ? slices->count - 1 : 0];
        if (slices->count == 0 || ids[i] >> 8 != ids[last->first] >> 8) {
            last = &slices->slices[slices->count++];
            last->first = (uint16_t)i;
            last->count = 0;
        }
        last->count++;
        slice_aim(last, slices->ids);
    }
}

bool elm327_slices_split(struct elm327_slices *slices, size_t index)
{
    struct elm327_slice *slice = &slices->slices[index];
    if (slice->count < 2 || slices->count == ELM327_SLICE_MAX) {
        return false;
    }
    memmove(slice + 2, slice + 1, (slices->count - index - 1) * sizeof(*slice));
    slices->count++;
    slice[1].first = (uint16_t)(slice->first + slice->count / 2);
    slice[1].count = (uint16_t)(slice->count - slice->count / 2);
    slice->count = (uint16_t)(slice->count / 2);
    slice_aim(&slice[0], slices->ids);
    slice_aim(&slice[1], slices->ids);
    return true;
}

size_t elm327_slices_widest(const struct elm327_slices *slices)
{
    size_t widest = 0;

    for (size_t i = 1; i < slices->count; i++) {
        if (slices->slices[i].count > slices->slices[widest].count) {
            widest = i;
        }
    }
    return widest;
}

int elm327_slices_find(const struct elm327_slices *slices, uint16_t id)
{
    for (size_t i = 0; i < slices->id_count; i++) {
        if (slices->ids[i] == id) {
            return (int)i;
        }
    }
    return -1;
}
