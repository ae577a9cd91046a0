/* From values to evidence. A value that is too old says nothing: unknown is never taken for no. */
#include "probe_evidence.h"

bool evidence_concerns(size_t signal)
{
    return signal == SIGNAL_POWER_STATE || signal == SIGNAL_CHARGING || signal == SIGNAL_SPEED ||
           signal == SIGNAL_GEAR;
}

static const struct state_value *recent(const struct state *state, size_t signal, int64_t now_ns,
                                        int64_t span_ns)
{
    const struct state_value *value = state_get(state, signal);

    if (!value->heard || !value->known || value->time_ns == TIME_NONE || now_ns - value->time_ns > span_ns)
        return NULL;
    return value;
}

static enum tri tri_of(bool truth)
{
    return truth ? TRI_TRUE : TRI_FALSE;
}

enum tri evidence_on(const struct state *state, int64_t now_ns)
{
    const struct state_value *power = recent(state, SIGNAL_POWER_STATE, now_ns, EVIDENCE_HOLD_NS);

    return power ? tri_of(power->value >= POWER_STATE_ON) : TRI_UNKNOWN;
}

enum tri evidence_charging(const struct state *state, int64_t now_ns)
{
    const struct state_value *charging = recent(state, SIGNAL_CHARGING, now_ns, EVIDENCE_HOLD_NS);

    return charging ? tri_of(charging->value > 0) : TRI_UNKNOWN;
}

enum tri evidence_moving(const struct state *state, int64_t now_ns)
{
    const struct state_value *speed = recent(state, SIGNAL_SPEED, now_ns, EVIDENCE_MOVING_NS);
    const struct state_value *gear = recent(state, SIGNAL_GEAR, now_ns, EVIDENCE_MOVING_NS);

    if (speed && speed->value >= 1.0)
        return TRI_TRUE;
    if (gear)
        return tri_of(gear->value == GEAR_R || gear->value == GEAR_D || gear->value == GEAR_B);
    return speed ? TRI_FALSE : TRI_UNKNOWN;
}
