/* Inside the state: for state*.c only. */
#ifndef CAR_STATE_PRIVATE_H
#define CAR_STATE_PRIVATE_H

#include "car/definition_private.h"
#include "car/state.h"

/* What one source said last of one signal; as many as the definition has carriers, in their order. */
struct channel {
    bool heard, known, has_raw;
    bool outdated; /* no longer fresh, however young */
    enum quality quality;
    int64_t raw;
    double value;
    int64_t time_ns;
};

/* Two sources of one signal that are compared. */
struct pair {
    uint16_t signal;
    uint16_t first, second; /* channels; `first` is believed first */
    int64_t differ_ns;      /* since when they differ without a break, or TIME_NONE */
    int64_t agree_ns;
    bool disputed;
};

struct slot {
    struct span channels; /* carriers of the signal, best first */
    struct span pairs;
    bool disputed;
    struct state_value value;
    double *elements; /* arrays only */
    size_t count;
};

struct state {
    const struct definition *definition;
    double kwh_per_ah, wh_per_gid, dash_scale, dash_offset; /* 0: not known, or none */
    int64_t now_ns;
    uint64_t sequence;
    uint64_t disputes;
    bool was_full;    /* a reading with soc >= 95 % was taken */
    double full_gids; /* the highest GIDs since then */
    struct channel *channels;
    struct slot *slots;
    struct pair *pairs;
    size_t pair_count;
};

/* Whether a channel's reading still stands for the present. */
bool state_is_fresh(const struct state *state, size_t signal, const struct channel *channel);

/* Chooses the signal's present value among its channels. */
void state_settle(struct state *state, size_t signal);

/* state_dispute.c */
int state_new_pairs(struct state *state);
void state_compare(struct state *state, size_t signal, size_t channel);

/* state_derive.c: what follows when `signal` changed; everything, when time passed. */
void state_derive(struct state *state, size_t signal);
void state_derive_all(struct state *state);

#endif
