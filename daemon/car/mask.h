/* Hides whose car it is in frames that leave the house as a file: VIN, serial numbers, every text the
 * definition knows. The bytes become 'X', so that frames and messages stay what they are. Pure. */
#ifndef CAR_MASK_H
#define CAR_MASK_H

#include "bus/frame.h"
#include "car/definition.h"

#include <stdbool.h>

#define MASK_BYTE 'X'

struct mask;

/* The definition outlives it. NULL only without memory. */
struct mask *mask_new(const struct definition *definition);
void mask_free(struct mask *mask);

/* Every frame of a recording, questions included, in their order. Returns whether anything was hidden. What
 * can't be told apart, because frames before it are missing or broken, is hidden, too. */
bool mask_frame(struct mask *mask, struct frame *frame);

#endif
