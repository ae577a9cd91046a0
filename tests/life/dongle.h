/* A dongle for a made-up life: the simulated ELM327 or clone with the car behind it, and our dialogue and
 * core in front, as life.h joins them; faults at random, if wanted. */
#ifndef LIFE_DONGLE_H
#define LIFE_DONGLE_H

#include "garage.h"
#include "life.h"

#define DONGLE_SPANS_MAX 2048

struct dongle {
    struct garage_dongle as_seen; /* for live_options */
    struct life *life;
    struct sim_random random;
    bool is_faulty;
    int64_t fault_ns; /* when the next one begins */
    unsigned faults;
    struct dongle_span {
        int64_t from_ns, to_ns; /* since the life began */
    } spans[DONGLE_SPANS_MAX];  /* the first of them */
};

/* `seed`: of the car, as in live_options. */
struct dongle *dongle_new(const char *car, const char *adapter, uint64_t seed, bool is_faulty);
/* Whether something was out of order at any time between the two. */
bool dongle_was_faulty(const struct dongle *dongle, int64_t from_ns, int64_t to_ns);

void dongle_free(struct dongle *dongle);

#endif
