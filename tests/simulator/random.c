/* splitmix64, as a sequence and as a hash. Not for secrets. */
#include "random.h"

#include <assert.h>
#include <math.h>

static uint64_t random_mix(uint64_t value)
{
    value = (value ^ (value >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    value = (value ^ (value >> 27)) * UINT64_C(0x94D049BB133111EB);
    return value ^ (value >> 31);
}

static uint64_t random_next(struct sim_random *random)
{
    random->state += UINT64_C(0x9E3779B97F4A7C15);
    return random_mix(random->state);
}

void sim_random_init(struct sim_random *random, uint64_t seed)
{
    random->state = seed;
}

unsigned sim_random_below(struct sim_random *random, unsigned limit)
{
    assert(limit > 0);
    return (unsigned)(random_next(random) % limit);
}

bool sim_random_chance(struct sim_random *random, unsigned percent)
{
    return sim_random_below(random, 100) < percent;
}

double sim_noise(uint64_t seed, unsigned channel, int64_t second)
{
    uint64_t hash = random_mix(seed ^ random_mix(channel + 1) ^ random_mix((uint64_t)second * 31 + 7));

    return (double)(hash >> 11) / (double)(UINT64_C(1) << 52) - 1.0;
}

double sim_noise_smooth(uint64_t seed, unsigned channel, double x)
{
    int64_t whole = (int64_t)floor(x);
    double before = sim_noise(seed, channel, whole);
    double after = sim_noise(seed, channel, whole + 1);

    return before + (after - before) * (x - (double)whole);
}
