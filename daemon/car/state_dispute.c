/* Sources that contradict each other (DESIGN 4). Only readings of about the same moment are compared, so that
 * a poll that is a minute old is no contradiction while the car charges; what the state computed itself is
 * never compared. */
#include "car/state_private.h"

#include "util/core/time.h"

#include <math.h>
#include <stdlib.h>

#define APART_NS     (5 * NS_PER_S)  /* between the two comparisons that open or close a dispute */
#define SAME_TIME_NS (10 * NS_PER_S) /* readings this close are of the same moment */

static bool is_compared(const struct state *state, size_t channel)
{
    return state->definition->carriers[channel].source < state->definition->file_sources;
}

/* Counts the pairs of one signal, or writes them when `pairs` is not NULL. */
static size_t list_pairs(struct state *state, size_t signal, struct pair *pairs)
{
    const struct span *span = &state->slots[signal].channels;
    size_t end = (size_t)span->first + span->count;
    size_t count = 0;

    for (size_t a = span->first; a < end; a++) {
        for (size_t b = a + 1; b < end; b++) {
            if (!is_compared(state, a) || !is_compared(state, b))
                continue;
            if (pairs)
                pairs[count] = (struct pair){.signal = (uint16_t)signal,
                                             .first = (uint16_t)a,
                                             .second = (uint16_t)b,
                                             .differ_ns = TIME_NONE,
                                             .agree_ns = TIME_NONE};
            count++;
        }
    }
    return count;
}

int state_new_pairs(struct state *state)
{
    const struct definition *definition = state->definition;
    size_t count = 0;

    for (size_t i = 0; i < definition->signal_count; i++)
        count += definition->signals[i].tolerance > 0 ? list_pairs(state, i, NULL) : 0;
    state->pairs = calloc(count + 1, sizeof(*state->pairs));
    if (!state->pairs)
        return -1;
    for (size_t i = 0; i < definition->signal_count; i++) {
        struct span *span = &state->slots[i].pairs;
        span->first = (uint16_t)state->pair_count;
        if (definition->signals[i].tolerance > 0)
            span->count = (uint16_t)list_pairs(state, i, state->pairs + state->pair_count);
        state->pair_count += span->count;
    }
    return 0;
}

/* The second comparison of a kind, at least APART after the first without one of the other kind between,
 * decides. */
static bool is_second(int64_t *since_ns, int64_t now_ns)
{
    if (*since_ns == TIME_NONE) {
        *since_ns = now_ns;
        return false;
    }
    return now_ns - *since_ns >= APART_NS;
}

static void judge(struct state *state, struct pair *pair, bool differ, int64_t now_ns)
{
    if (differ) {
        pair->agree_ns = TIME_NONE;
        if (is_second(&pair->differ_ns, now_ns) && !pair->disputed) {
            pair->disputed = true;
            state->disputes++;
        }
        return;
    }
    pair->differ_ns = TIME_NONE;
    if (is_second(&pair->agree_ns, now_ns))
        pair->disputed = false;
}

static bool are_comparable(const struct state *state, const struct pair *pair)
{
    const struct channel *a = &state->channels[pair->first];
    const struct channel *b = &state->channels[pair->second];

    if (!a->heard || !b->heard || !a->known || !b->known || a->time_ns == TIME_NONE ||
        b->time_ns == TIME_NONE)
        return false;
    return llabs(a->time_ns - b->time_ns) <= SAME_TIME_NS && state_is_fresh(state, pair->signal, a) &&
           state_is_fresh(state, pair->signal, b);
}

void state_compare(struct state *state, size_t signal, size_t channel)
{
    struct slot *slot = &state->slots[signal];
    double tolerance = state->definition->signals[signal].tolerance;
    bool disputed = false;

    for (unsigned i = 0; i < slot->pairs.count; i++) {
        struct pair *pair = &state->pairs[slot->pairs.first + i];
        bool concerned = pair->first == channel || pair->second == channel;
        if (concerned && are_comparable(state, pair)) {
            double apart = fabs(state->channels[pair->first].value - state->channels[pair->second].value);
            judge(state, pair, apart > tolerance, state->channels[channel].time_ns);
        }
        disputed = disputed || pair->disputed;
    }
    slot->disputed = disputed;
}

bool state_disputed(const struct state *state, size_t signal, struct state_dispute *dispute)
{
    const struct slot *slot = &state->slots[signal];

    for (unsigned i = 0; i < slot->pairs.count; i++) {
        const struct pair *pair = &state->pairs[slot->pairs.first + i];
        if (!pair->disputed)
            continue;
        if (dispute)
            *dispute =
                (struct state_dispute){.source = state->definition->carriers[pair->first].source,
                                       .other_source = state->definition->carriers[pair->second].source,
                                       .value = state->channels[pair->first].value,
                                       .other_value = state->channels[pair->second].value};
        return true;
    }
    return false;
}
