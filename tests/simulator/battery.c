/* Plausible, not electrochemistry: no hysteresis, ageing only from outside, one temperature for the whole
 * pack. */
#include "battery.h"

#include "random.h"

#include <math.h>
#include <stddef.h>

#define CUTOFF_MARGIN_V 0.3 /* above the open-circuit voltage of a full pack */

/* Open-circuit volts of one cell; agrees within 20 mV with the replies of FACTS 8 (57 % 3.91 V, 83 % 4.05 V).
 */
static const struct {
    double soc, volts;
} curve[] = {
    {0, 3.30},  {5, 3.50},  {10, 3.58}, {20, 3.67}, {30, 3.73}, {40, 3.77},
    {50, 3.82}, {60, 3.89}, {70, 3.96}, {80, 4.03}, {90, 4.09}, {100, 4.15},
};

#define CURVE_POINTS (sizeof(curve) / sizeof(curve[0]))

double sim_battery_open_volts(double soc)
{
    size_t i = 1;

    while (i < CURVE_POINTS - 1 && soc > curve[i].soc)
        i++;
    double part = (soc - curve[i - 1].soc) / (curve[i].soc - curve[i - 1].soc);
    return SIM_CELLS * (curve[i - 1].volts + part * (curve[i].volts - curve[i - 1].volts));
}

void sim_battery_set_health(struct sim_battery *battery, double soh, double hx)
{
    battery->soh = soh;
    battery->hx = hx;
    battery->ah = battery->new_ah * soh / 100.0;
    battery->ohm = 0.06 * 65.6 / battery->ah * 100.0 / soh;
}

void sim_battery_init(struct sim_battery *battery, uint64_t seed, double new_ah, double soc, double full_soc)
{
    battery->seed = seed;
    battery->new_ah = new_ah;
    sim_battery_set_health(battery, 100, 100);
    battery->soc = soc;
    battery->full_soc = full_soc;
    battery->volts = sim_battery_open_volts(soc);
    battery->amps = 0;
    battery->temp_c = 15;
    battery->net_wh = 0;
}

static double battery_solve_amps(double open_volts, double ohm, double kw)
{
    double watts = kw * 1000.0;
    double root = open_volts * open_volts + 4.0 * ohm * watts;

    if (root < 0)
        root = 0;
    return (sqrt(root) - open_volts) / (2.0 * ohm);
}

static void battery_drift_temperature(struct sim_battery *battery, double seconds, double ambient_c)
{
    double heating_w = battery->amps * battery->amps * battery->ohm;
    double heat_capacity = 250e3; /* J/K of 250 kg of cells */
    double to_ambient_s = 12 * 3600.0;

    battery->temp_c += heating_w * seconds / heat_capacity;
    battery->temp_c += (ambient_c - battery->temp_c) * (1.0 - exp(-seconds / to_ambient_s));
}

void sim_battery_run(struct sim_battery *battery, double kw, double seconds, double ambient_c)
{
    double open_volts = sim_battery_open_volts(battery->soc);

    battery->amps = kw == 0 ? 0 : battery_solve_amps(open_volts, battery->ohm, kw);
    battery->volts = open_volts + battery->amps * battery->ohm;
    battery->net_wh += battery->volts * battery->amps * seconds / 3600.0;
    battery->soc += battery->amps * seconds / 3600.0 / battery->ah * 100.0;
    battery->soc = fmin(100.0, fmax(0.5, battery->soc));
    battery_drift_temperature(battery, seconds, ambient_c);
}

double sim_battery_acceptance_kw(const struct sim_battery *battery, double offered_kw)
{
    double end_volts = sim_battery_open_volts(battery->full_soc) + CUTOFF_MARGIN_V;
    double amps = (end_volts - sim_battery_open_volts(battery->soc)) / battery->ohm;

    return fmin(offered_kw, fmax(0.0, amps) * end_volts / 1000.0);
}

unsigned sim_battery_cell_mv(const struct sim_battery *battery, unsigned cell)
{
    double spread_mv = battery->soc < 15.0 ? 20.0 : 8.0;
    double mean_mv = battery->volts * 1000.0 / SIM_CELLS;

    return (unsigned)lround(mean_mv + spread_mv * sim_noise(battery->seed, 1000 + cell, 0));
}

int sim_battery_sensor_c(const struct sim_battery *battery, unsigned sensor)
{
    return (int)lround(battery->temp_c + 1.2 * sim_noise(battery->seed, 2000 + sensor, 0));
}
