/* What the car puts on pins 6/14 by itself, and when. Costs nothing while nobody listens. */
#ifndef SIM_BROADCAST_H
#define SIM_BROADCAST_H

#include "frame.h"
#include "model.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SIM_BROADCAST_MAX 64

typedef bool sim_hears_fn(void *ctx, uint32_t id);

struct sim_broadcast {
    const struct sim_variant *variant;
    int64_t due_ns[SIM_BROADCAST_MAX]; /* TIME_NONE: not heard, or not on this car */
    size_t first;                      /* the row that is due first */
};

void sim_broadcast_init(struct sim_broadcast *broadcast, const struct sim_variant *variant);

/* Somebody listens from `now_ns` on, to the identifiers that `hears` lets through. */
void sim_broadcast_listen(struct sim_broadcast *broadcast, sim_hears_fn *hears, void *ctx, int64_t now_ns);
void sim_broadcast_stop(struct sim_broadcast *broadcast);

/* When the next heard frame is due; TIME_NONE for never. */
int64_t sim_broadcast_next(const struct sim_broadcast *broadcast);

/* Takes the frame that is due. */
void sim_broadcast_take(struct sim_broadcast *broadcast, const struct sim_model *model,
                        struct sim_frame *frame);

/* Identifier `id` as it is on the wire at its period number `tick`; false when this car does not broadcast
 * it. */
bool sim_broadcast_encode(const struct sim_model *model, uint32_t id, int64_t tick, struct sim_frame *frame);

#endif
