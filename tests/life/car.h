/* The made-up car on its bus: what the simulator's model says and answers, as frames, without a dongle. */
#ifndef LIFE_CAR_H
#define LIFE_CAR_H

#include "../simulator/ecu.h"

#include <stdbool.h>
#include <stdint.h>

struct car {
    struct sim_model model;
    struct sim_ecus ecus;
    int64_t now_ns;   /* since the life began */
    int64_t round_ns; /* when it broadcasts next; TIME_NONE: it is silent */
    int64_t rounds;
    bool is_chatty; /* as many rounds as can make a difference to what is kept, for measuring */
};

typedef void car_frame_fn(void *ctx, const struct sim_frame *frame);

void car_init(struct car *car, const struct sim_variant *variant, uint64_t seed);

/* Lives up to `now_ns`. Never goes back. */
void car_advance(struct car *car, int64_t now_ns);

void car_act(struct car *car, enum sim_action action, double value);

/* When there is a frame to be heard, TIME_NONE for never. A broadcast round carries each identifier once. */
int64_t car_next(const struct car *car);

/* Says what is due now: broadcasts of the identifiers in `ids`, and answers. */
void car_say(struct car *car, const uint16_t *ids, size_t count, car_frame_fn *fn, void *ctx);

/* A frame is put on the bus. */
void car_ask(struct car *car, const struct sim_frame *frame);

#endif
