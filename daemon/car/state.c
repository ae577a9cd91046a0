/* The present value of every signal: which source is believed, and since when it is old. Disputes are judged
 * in state_dispute.c, combinations of signals in state_derive.c. */
#include "car/state_private.h"

#include "util/core/time.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static int new_slots(struct state *state)
{
    const struct definition *definition = state->definition;

    for (size_t i = 0; i < definition->signal_count; i++) {
        struct slot *slot = &state->slots[i];
        size_t count;
        const struct carrier *carriers = definition_carriers(definition, i, &count);
        slot->channels.first = (uint16_t)(carriers - definition->carriers);
        slot->channels.count = (uint16_t)count;
        slot->value.time_ns = TIME_NONE;
        if (definition->signals[i].kind != SIGNAL_KIND_ARRAY)
            continue;
        slot->elements = calloc(SIGNAL_ELEMENT_MAX, sizeof(double));
        if (!slot->elements)
            return -1;
    }
    return 0;
}

struct state *state_new(const struct definition *definition, int generation)
{
    struct state *state = calloc(1, sizeof(*state));

    if (!state)
        return NULL;
    state->definition = definition;
    state->channels = calloc(definition->carrier_count + 1, sizeof(*state->channels));
    state->slots = calloc(definition->signal_count, sizeof(*state->slots));
    if (!state->channels || !state->slots || new_slots(state) < 0 || state_new_pairs(state) < 0) {
        state_free(state);
        return NULL;
    }
    state_set_generation(state, generation);
    return state;
}

void state_free(struct state *state)
{
    if (!state)
        return;
    for (size_t i = 0; state->slots && i < state->definition->signal_count; i++)
        free(state->slots[i].elements);
    free(state->slots);
    free(state->channels);
    free(state->pairs);
    free(state);
}

/* A car of unknown generation has the constants that all generations share. */
static double shared(double a, double b)
{
    return a == b ? a : 0;
}

void state_set_generation(struct state *state, int generation)
{
    const struct definition *definition = state->definition;
    const struct definition_generation *first = &definition->generations[generation < 0 ? 0 : generation];

    state->kwh_per_ah = first->kwh_per_ah;
    state->wh_per_gid = first->wh_per_gid;
    state->dash_scale = first->dash_scale;
    state->dash_offset = first->dash_offset;
    for (size_t i = 0; generation < 0 && i < definition->generation_count; i++) {
        state->kwh_per_ah = shared(state->kwh_per_ah, definition->generations[i].kwh_per_ah);
        state->wh_per_gid = shared(state->wh_per_gid, definition->generations[i].wh_per_gid);
        state->dash_scale = shared(state->dash_scale, definition->generations[i].dash_scale);
    }
}

bool state_is_fresh(const struct state *state, size_t signal, const struct channel *channel)
{
    double fresh_s = state->definition->signals[signal].fresh_s;

    if (!channel->heard || channel->outdated)
        return false;
    if (channel->time_ns == TIME_NONE)
        return true;
    return (double)(state->now_ns - channel->time_ns) <= fresh_s * (double)NS_PER_S;
}

static bool is_later(const struct channel *a, const struct channel *b)
{
    return a->heard && (!b || a->time_ns > b->time_ns);
}

/* The best fresh source that knows; else the best fresh one; else whoever spoke last. */
static const struct channel *choose(const struct state *state, size_t signal, bool *fresh)
{
    const struct span *span = &state->slots[signal].channels;
    const struct channel *unknown = NULL;
    const struct channel *last = NULL;

    *fresh = true;
    for (unsigned i = 0; i < span->count; i++) {
        const struct channel *channel = &state->channels[span->first + i];
        bool is_fresh = state_is_fresh(state, signal, channel);
        if (is_fresh && channel->known)
            return channel;
        if (is_fresh && !unknown)
            unknown = channel;
        if (is_later(channel, last))
            last = channel;
    }
    *fresh = unknown != NULL;
    return unknown ? unknown : last;
}

static bool differs(const struct state_value *a, const struct state_value *b)
{
    return a->heard != b->heard || a->known != b->known || a->quality != b->quality ||
           a->source != b->source || a->value != b->value;
}

void state_settle(struct state *state, size_t signal)
{
    struct slot *slot = &state->slots[signal];
    bool fresh;
    const struct channel *channel = choose(state, signal, &fresh);

    if (!channel)
        return;
    struct state_value value = {
        .heard = true,
        .known = channel->known,
        .has_raw = channel->has_raw,
        .quality = channel->quality,
        .source = state->definition->carriers[channel - state->channels].source,
        .raw = channel->raw,
        .value = channel->value,
        .time_ns = channel->time_ns,
        .changed = slot->value.changed,
    };
    if (slot->disputed)
        value.quality = QUALITY_DISPUTED;
    if (!fresh)
        value.quality = QUALITY_OLD;
    if (differs(&value, &slot->value))
        value.changed = ++state->sequence;
    slot->value = value;
}

/* The same number, or both missing. */
static bool same_element(double a, double b)
{
    return a == b || (isnan(a) && isnan(b));
}

static void take_elements(struct state *state, struct slot *slot, const struct reading *reading)
{
    size_t count = reading->count < SIGNAL_ELEMENT_MAX ? reading->count : SIGNAL_ELEMENT_MAX;
    bool same = count == slot->count;

    for (size_t i = 0; i < count; i++) {
        same = same && same_element(slot->elements[i], reading->elements[i]);
        slot->elements[i] = reading->elements[i];
    }
    slot->count = count;
    if (!same)
        slot->value.changed = ++state->sequence;
}

static struct channel *find_channel(struct state *state, const struct reading *reading)
{
    const struct span *span = &state->slots[reading->signal].channels;

    for (unsigned i = 0; i < span->count; i++) {
        if (state->definition->carriers[span->first + i].source == reading->source)
            return &state->channels[span->first + i];
    }
    return NULL;
}

void state_take(struct state *state, const struct reading *reading)
{
    struct channel *channel;

    if (reading->signal >= state->definition->signal_count || !(channel = find_channel(state, reading)))
        return;
    if (reading->time_ns > state->now_ns)
        state->now_ns = reading->time_ns;
    channel->heard = true;
    channel->outdated = false;
    channel->known = reading->known;
    channel->has_raw = reading->has_raw;
    channel->quality = reading->quality;
    channel->raw = reading->raw;
    channel->value = reading->value;
    channel->time_ns = reading->time_ns;
    state_compare(state, reading->signal, (size_t)(channel - state->channels));
    state_settle(state, reading->signal);
    if (state->slots[reading->signal].elements && reading->elements)
        take_elements(state, &state->slots[reading->signal], reading);
    state_derive(state, reading->signal);
}

enum quality state_judge(struct state *state, const struct reading *reading)
{
    state_take(state, reading);
    if (state_disputed(state, reading->signal, NULL))
        return QUALITY_DISPUTED;
    return reading->quality;
}

void state_outdate(struct state *state, size_t signal, int64_t before_ns)
{
    const struct definition *definition = state->definition;
    const struct span *span = &state->slots[signal].channels;

    for (unsigned i = 0; i < span->count; i++) {
        struct channel *channel = &state->channels[span->first + i];
        bool of_car = definition->carriers[span->first + i].source < definition->file_sources;
        channel->outdated = channel->outdated || (of_car && channel->time_ns < before_ns);
    }
    state_settle(state, signal);
}

void state_advance(struct state *state, int64_t now_ns)
{
    if (now_ns > state->now_ns)
        state->now_ns = now_ns;
    for (size_t i = 0; i < state->definition->signal_count; i++)
        state_settle(state, i);
    state_derive_all(state);
}

uint64_t state_sequence(const struct state *state)
{
    return state->sequence;
}

const struct state_value *state_get(const struct state *state, size_t signal)
{
    return &state->slots[signal].value;
}

const double *state_elements(const struct state *state, size_t signal, size_t *count)
{
    const struct slot *slot = &state->slots[signal];

    *count = slot->count;
    return slot->elements && slot->value.heard ? slot->elements : NULL;
}

uint64_t state_dispute_count(const struct state *state)
{
    return state->disputes;
}
