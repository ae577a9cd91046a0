/* One row a signal: where the model keeps it, and how far a reading may be off: the step of the coarsest
 * frame that carries it. A reading is right when the car was so at any moment shortly before it was heard. */
#include "witness.h"

#include "../simulator/figures.h"

#include "car/signal.h"

#include "util/core/time.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define LATE_NS     (20 * NS_PER_S) /* a slow line holds a reading back for so long */
#define KPA_PER_PSI 6.894757

typedef double truth_fn(const struct sim_model *model);

static double soc(const struct sim_model *model)
{
    return model->battery.soc;
}

static double gids(const struct sim_model *model)
{
    return sim_gids(model);
}

static double gids_max(const struct sim_model *model)
{
    return sim_gids_full(model);
}

static double soh(const struct sim_model *model)
{
    return model->battery.soh;
}

static double hx(const struct sim_model *model)
{
    return model->battery.hx;
}

static double capacity(const struct sim_model *model)
{
    return model->battery.ah;
}

static double volts(const struct sim_model *model)
{
    return model->battery.volts;
}

static double amps(const struct sim_model *model)
{
    return model->battery.amps;
}

static double kilowatts(const struct sim_model *model)
{
    return model->battery.volts * model->battery.amps / 1000;
}

static double cell_min(const struct sim_model *model)
{
    unsigned low = UINT32_MAX;

    for (unsigned cell = 1; cell <= SIM_CELLS; cell++) {
        unsigned mv = sim_battery_cell_mv(&model->battery, cell);
        low = mv < low ? mv : low;
    }
    return low / 1000.0;
}

static double cell_max(const struct sim_model *model)
{
    unsigned high = 0;

    for (unsigned cell = 1; cell <= SIM_CELLS; cell++) {
        unsigned mv = sim_battery_cell_mv(&model->battery, cell);
        high = mv > high ? mv : high;
    }
    return high / 1000.0;
}

static double pack_temp(const struct sim_model *model)
{
    return model->battery.temp_c;
}

static double plugged(const struct sim_model *model)
{
    return model->charge.plugged;
}

static double charging(const struct sim_model *model)
{
    return model->charge.state == SIM_CHARGE_RUNNING;
}

static double charge_mode(const struct sim_model *model)
{
    return model->charge.mode;
}

static double charger_power(const struct sim_model *model)
{
    return model->charge.output_kw;
}

static double count_dc(const struct sim_model *model)
{
    return model->charge.count_dc;
}

static double count_ac(const struct sim_model *model)
{
    return model->charge.count_ac;
}

static double speed(const struct sim_model *model)
{
    return model->speed_kmh;
}

static double gear(const struct sim_model *model)
{
    return sim_gear(model) == 4 ? GEAR_D : GEAR_P;
}

static double power_state(const struct sim_model *model)
{
    return sim_power_state(model);
}

static double aux_voltage(const struct sim_model *model)
{
    return model->supply.volts;
}

static double ambient(const struct sim_model *model)
{
    return model->climate.ambient_c;
}

static double cabin(const struct sim_model *model)
{
    return model->climate.cabin_c;
}

static double climate_power(const struct sim_model *model)
{
    return model->climate.kw;
}

static double fan(const struct sim_model *model)
{
    return model->climate.fan_step;
}

static double climate(const struct sim_model *model)
{
    return model->climate.fan_step > 0;
}

static double locked(const struct sim_model *model)
{
    return model->locked;
}

static double trunk(const struct sim_model *model)
{
    return (model->doors >> SIM_DOOR_TRUNK) & 1;
}

static double tyre_fl(const struct sim_model *model)
{
    return model->tyre_psi[0] * KPA_PER_PSI;
}

static double tyre_rr(const struct sim_model *model)
{
    return model->tyre_psi[3] * KPA_PER_PSI;
}

static const struct {
    enum signal_id signal;
    truth_fn *truth;
    double tolerance;
} rows[] = {
    {SIGNAL_SOC, soc, 0.11},
    {SIGNAL_SOC_DASH, sim_dash_soc, 1},
    {SIGNAL_GIDS, gids, 0},
    {SIGNAL_GIDS_MAX, gids_max, 0},
    {SIGNAL_SOH, soh, 1},
    {SIGNAL_HX, hx, 0.1},
    {SIGNAL_PACK_CAPACITY, capacity, 0.01},
    {SIGNAL_PACK_VOLTAGE, volts, 1},
    {SIGNAL_PACK_CURRENT, amps, 1},
    {SIGNAL_PACK_POWER, kilowatts, 0.5},
    {SIGNAL_CHARGE_POWER_LIMIT, sim_charge_limit_kw, 1},
    {SIGNAL_DISCHARGE_POWER_LIMIT, sim_discharge_limit_kw, 1},
    {SIGNAL_CELL_MIN, cell_min, 0.005},
    {SIGNAL_CELL_MAX, cell_max, 0.005},
    {SIGNAL_PACK_TEMP, pack_temp, 1},
    {SIGNAL_PLUGGED, plugged, 0},
    {SIGNAL_CHARGING, charging, 0},
    {SIGNAL_CHARGE_MODE, charge_mode, 0},
    {SIGNAL_CHARGER_POWER, charger_power, 0.1},
    {SIGNAL_COUNT_DC, count_dc, 0},
    {SIGNAL_COUNT_AC, count_ac, 0},
    {SIGNAL_ODOMETER, sim_odometer_km, 1.01},
    {SIGNAL_RANGE, sim_range_km, 1},
    {SIGNAL_SPEED, speed, 0.1},
    {SIGNAL_GEAR, gear, 0},
    {SIGNAL_POWER_STATE, power_state, 1}, /* some only tell off from on */
    {SIGNAL_AUX_VOLTAGE, aux_voltage, 0.4},
    {SIGNAL_AMBIENT_TEMP, ambient, 1},
    {SIGNAL_CABIN_TEMP, cabin, 1},
    {SIGNAL_CLIMATE, climate, 0},
    {SIGNAL_CLIMATE_POWER, climate_power, 0.25},
    {SIGNAL_FAN_STEP, fan, 0},
    {SIGNAL_LOCKED, locked, 0},
    {SIGNAL_TRUNK, trunk, 0},
    {SIGNAL_TYRE_FL, tyre_fl, 2},
    {SIGNAL_TYRE_RR, tyre_rr, 2},
};
#define ROWS (sizeof(rows) / sizeof(rows[0]))

void witness_init(struct witness *witness)
{
    memset(witness, 0, sizeof(*witness));
    witness->model_s = -1;
}

void witness_see(struct witness *witness, const struct sim_model *model, int64_t now_ns)
{
    unsigned slot = witness->seconds++ % WITNESS_PAST;

    witness->model_s = model->second;
    witness->past_ns[slot] = now_ns;
    for (size_t i = 0; i < ROWS; i++)
        witness->past[slot][i] = rows[i].truth(model);
}

void witness_look(struct witness *witness, const struct sim_model *model, int64_t now_ns)
{
    if (model->second != witness->model_s)
        witness_see(witness, model, now_ns);
}

/* How far the nearest moment of the time in question was off. */
static double distance(const struct witness *witness, size_t row, const struct state_value *value)
{
    unsigned count = witness->seconds < WITNESS_PAST ? witness->seconds : WITNESS_PAST;
    double best = INFINITY, before = NAN;

    for (unsigned i = 1; i <= count; i++) {
        unsigned slot = (witness->seconds - i) % WITNESS_PAST;
        double truth = witness->past[slot][row];
        bool is_between = (truth <= value->value && value->value <= before) ||
                          (before <= value->value && value->value <= truth);
        best = is_between ? 0 : fmin(best, fabs(truth - value->value));
        if (witness->past_ns[slot] < value->time_ns - LATE_NS)
            break;
        before = truth;
    }
    return best;
}

static void judge_value(struct witness *witness, size_t row, const struct state_value *value)
{
    double off = distance(witness, row, value);

    witness->readings++;
    if (off > witness->worst[row])
        witness->worst[row] = off;
    if (off <= rows[row].tolerance)
        return;
    if (witness->wrong++ == 0)
        snprintf(witness->first, sizeof(witness->first), "%s %g (source %u, quality %d), in truth %g",
                 vocabulary[rows[row].signal].name, value->value, value->source, (int)value->quality,
                 witness->past[(witness->seconds - 1) % WITNESS_PAST][row]);
}

/* What was heard too long ago was judged then. */
static bool is_new(const struct witness *witness, const struct state_value *value, int64_t now_ns)
{
    return value->changed > witness->sequence && value->heard && value->known &&
           value->quality != QUALITY_OLD && now_ns - value->time_ns < NS_PER_S;
}

void witness_judge(struct witness *witness, const struct state *state, int64_t now_ns)
{
    if (state_sequence(state) == witness->sequence)
        return;
    for (size_t i = 0; i < ROWS; i++) {
        const struct state_value *value = state_get(state, rows[i].signal);
        if (is_new(witness, value, now_ns))
            judge_value(witness, i, value);
    }
    witness->sequence = state_sequence(state);
}

void witness_print(const struct witness *witness)
{
    for (size_t i = 0; i < ROWS; i++)
        printf("%-22s off by %g at most (may be %g)\n", vocabulary[rows[i].signal].name, witness->worst[i],
               rows[i].tolerance);
}
