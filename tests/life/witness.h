/* Who saw what the car really was: the last minutes of the simulator's model, and whether what the core
 * believes was ever so. Knows nothing of frames and definitions. */
#ifndef LIFE_WITNESS_H
#define LIFE_WITNESS_H

#include "car/state.h"

#include "../simulator/model.h"

#include <stdint.h>

#define WITNESS_SIGNALS 48  /* as many can be told */
#define WITNESS_PAST    128 /* seconds, about */
#define WITNESS_TEXT    160

struct witness {
    double past[WITNESS_PAST][WITNESS_SIGNALS];
    int64_t past_ns[WITNESS_PAST];
    unsigned seconds;  /* how often it was seen */
    int64_t model_s;   /* the last one */
    uint64_t sequence; /* of the state, as of the last look */
    uint64_t readings; /* that were compared */
    unsigned wrong;
    char first[WITNESS_TEXT]; /* wrong one, in words */
    double worst[WITNESS_SIGNALS];
};

void witness_init(struct witness *witness);

/* Remembers the model as it is now; the second, once a second. */
void witness_see(struct witness *witness, const struct sim_model *model, int64_t now_ns);
void witness_look(struct witness *witness, const struct sim_model *model, int64_t now_ns);

/* Compares what the state took since the last look. */
void witness_judge(struct witness *witness, const struct state *state, int64_t now_ns);

/* For calibrating: how far off each signal was at most. */
void witness_print(const struct witness *witness);

#endif
