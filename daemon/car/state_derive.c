/* What follows from several signals: soc_dash by GIDs (DESIGN 4), energies, power, charging by the current.
 * Each result is a reading of the source "derived", which real sources outrank. */
#include "car/state_private.h"

#include "util/core/time.h"

#include <math.h>
#include <stdlib.h>

#define FULL_SOC_PERCENT 95.0           /* from here on a pack counts as full */
#define CHARGING_AMPS    1.0            /* more than this into the pack while off is a charge */
#define SAME_TIME_NS     (2 * NS_PER_S) /* volts and amps this close make a power */
#define WH_PER_KWH       1000.0
#define PERCENT          100.0

static const struct state_value *value_of(const struct state *state, enum signal_id signal)
{
    return &state->slots[signal].value;
}

static bool is_known(const struct state_value *value)
{
    return value->heard && value->known;
}

/* How good a result of two inputs is. Age is told by the result's own time. */
static enum quality worse(const struct state_value *a, const struct state_value *b)
{
    enum quality qa = a->quality == QUALITY_OLD ? QUALITY_OK : a->quality;
    enum quality qb = b->quality == QUALITY_OLD ? QUALITY_OK : b->quality;

    return qa > qb ? qa : qb;
}

static void put(struct state *state, enum signal_id signal, bool known, double value, enum quality quality,
                int64_t time_ns)
{
    const struct span *span = &state->slots[signal].channels;
    uint16_t derived = definition_source_derived(state->definition);

    for (unsigned i = 0; i < span->count; i++) {
        struct channel *channel = &state->channels[span->first + i];
        if (state->definition->carriers[span->first + i].source != derived)
            continue;
        channel->heard = true;
        channel->known = known;
        channel->value = known ? value : 0;
        channel->quality = quality;
        channel->time_ns = time_ns;
        state_settle(state, signal);
    }
}

static double clamp_percent(double value)
{
    return fmin(fmax(value, 0), PERCENT);
}

/* GIDs over the highest GIDs since the pack was full; before that over what the car calls the most. */
static bool dash_by_gids(struct state *state)
{
    const struct state_value *gids = value_of(state, SIGNAL_GIDS);
    const struct state_value *gids_max = value_of(state, SIGNAL_GIDS_MAX);
    bool measured = state->was_full && state->full_gids > 0;
    double full = measured ? state->full_gids : gids_max->value;

    if (!is_known(gids) || (!measured && (!is_known(gids_max) || full <= 0)))
        return false;
    put(state, SIGNAL_SOC_DASH, true, clamp_percent(gids->value / full * PERCENT),
        measured ? worse(gids, gids) : QUALITY_ESTIMATED, gids->time_ns);
    return true;
}

/* The rule of thumb of cars whose GIDs can't be read (ZE1 on the OBD socket). */
static void dash_by_soc(struct state *state)
{
    const struct state_value *soc = value_of(state, SIGNAL_SOC);

    if (state->dash_scale <= 0 || !is_known(soc))
        return;
    put(state, SIGNAL_SOC_DASH, true, clamp_percent(state->dash_scale * soc->value + state->dash_offset),
        soc->quality == QUALITY_DISPUTED ? QUALITY_DISPUTED : QUALITY_ESTIMATED, soc->time_ns);
}

static void derive_dash(struct state *state)
{
    if (!dash_by_gids(state))
        dash_by_soc(state);
}

/* Follows the highest GIDs from the moment a trustworthy soc says full. */
static void follow_full(struct state *state)
{
    const struct state_value *soc = value_of(state, SIGNAL_SOC);
    const struct state_value *gids = value_of(state, SIGNAL_GIDS);

    if (is_known(soc) && soc->quality == QUALITY_OK && soc->value >= FULL_SOC_PERCENT)
        state->was_full = true;
    if (state->was_full && is_known(gids) && gids->quality == QUALITY_OK)
        state->full_gids = fmax(state->full_gids, gids->value);
}

static void derive_energy_gids(struct state *state)
{
    const struct state_value *gids = value_of(state, SIGNAL_GIDS);

    if (state->wh_per_gid > 0 && is_known(gids))
        put(state, SIGNAL_ENERGY_GIDS, true, gids->value * state->wh_per_gid / WH_PER_KWH, worse(gids, gids),
            gids->time_ns);
}

/* SOC x Ah x nominal voltage, the bottom reserve included. The capacity may be hours old: it changes within
 * weeks. */
static void derive_energy_soc(struct state *state)
{
    const struct state_value *soc = value_of(state, SIGNAL_SOC);
    const struct state_value *capacity = value_of(state, SIGNAL_PACK_CAPACITY);

    if (state->kwh_per_ah <= 0 || !is_known(capacity))
        return;
    put(state, SIGNAL_ENERGY_FULL, true, capacity->value * state->kwh_per_ah, worse(capacity, capacity),
        capacity->time_ns);
    if (is_known(soc))
        put(state, SIGNAL_ENERGY_SOC, true, soc->value / PERCENT * capacity->value * state->kwh_per_ah,
            worse(soc, capacity), soc->time_ns);
}

static bool at_same_time(const struct state_value *a, const struct state_value *b)
{
    return a->time_ns == b->time_ns || (a->time_ns != TIME_NONE && b->time_ns != TIME_NONE &&
                                        llabs(a->time_ns - b->time_ns) <= SAME_TIME_NS);
}

static void derive_power(struct state *state)
{
    const struct state_value *volts = value_of(state, SIGNAL_PACK_VOLTAGE);
    const struct state_value *amps = value_of(state, SIGNAL_PACK_CURRENT);

    if (is_known(volts) && is_known(amps) && at_same_time(volts, amps))
        put(state, SIGNAL_PACK_POWER, true, volts->value * amps->value / WH_PER_KWH, worse(volts, amps),
            amps->time_ns);
}

/* Current into the pack of a car that is off. A car that is on also takes current, by braking: then this rule
 * knows nothing. */
static void derive_charging(struct state *state)
{
    const struct state_value *amps = value_of(state, SIGNAL_PACK_CURRENT);
    const struct state_value *power = value_of(state, SIGNAL_POWER_STATE);

    if (!is_known(amps) || !is_known(power) || power->quality == QUALITY_OLD)
        return;
    put(state, SIGNAL_CHARGING, power->value == POWER_STATE_OFF, amps->value > CHARGING_AMPS,
        worse(amps, power), amps->time_ns);
}

void state_derive(struct state *state, size_t signal)
{
    switch (signal) {
    case SIGNAL_SOC:
        follow_full(state);
        derive_dash(state);
        derive_energy_soc(state);
        break;
    case SIGNAL_GIDS:
        follow_full(state);
        derive_dash(state);
        derive_energy_gids(state);
        break;
    case SIGNAL_GIDS_MAX:
        derive_dash(state);
        break;
    case SIGNAL_PACK_CAPACITY:
        derive_energy_soc(state);
        break;
    case SIGNAL_PACK_VOLTAGE:
    case SIGNAL_PACK_CURRENT:
        derive_power(state);
        derive_charging(state);
        break;
    case SIGNAL_POWER_STATE:
        derive_charging(state);
        break;
    default:
        break;
    }
}

void state_derive_all(struct state *state)
{
    follow_full(state);
    derive_dash(state);
    derive_energy_gids(state);
    derive_energy_soc(state);
    derive_power(state);
    derive_charging(state);
}
