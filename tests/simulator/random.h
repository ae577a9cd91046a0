/* Numbers that look random and are the same for the same seed. */
#ifndef SIM_RANDOM_H
#define SIM_RANDOM_H

#include <stdbool.h>
#include <stdint.h>

struct sim_random {
    uint64_t state;
};

void sim_random_init(struct sim_random *random, uint64_t seed);

/* A number in 0..limit-1; limit > 0. */
unsigned sim_random_below(struct sim_random *random, unsigned limit);

/* True `percent` times in a hundred. */
bool sim_random_chance(struct sim_random *random, unsigned percent);

/* Noise in -1..1 that depends only on its arguments, so that it is the same however often it is asked for. */
double sim_noise(uint64_t seed, unsigned channel, int64_t second);

/* The same, going evenly from one whole `x` to the next. */
double sim_noise_smooth(uint64_t seed, unsigned channel, double x);

#endif
