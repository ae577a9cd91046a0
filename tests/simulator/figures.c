/* Formulas from FACTS 7; constants that are made up are said to be. */
#include "figures.h"

#include "random.h"

#include <math.h>

#define KM_PER_MILE   1.609344
#define KWH_PER_GID   0.08
#define KM_PER_KWH    6.6 /* made up: a mild day */
#define NOMINAL_VOLTS 355.0
#define BOOT_S        3
#define TURN          (2.0 * acos(-1.0))
#define DAY_S         86400.0
#define DAYS_PER_YEAR 365.25
#define COLDEST_DAY   20.0
#define SPELL_DAYS    5.0 /* so long it is warmer or colder than the season */

double sim_ambient_mean_c(const struct sim_model *model)
{
    const struct sim_weather *weather = &model->weather;
    double day = (double)model->second / DAY_S;
    double year = (weather->year_day + day - COLDEST_DAY) / DAYS_PER_YEAR;
    double spell_c = weather->yearly_c / 2 * sim_noise_smooth(model->seed, 4, day / SPELL_DAYS);

    return weather->mean_c + spell_c - weather->yearly_c * cos(TURN * year);
}

double sim_ambient_c(const struct sim_model *model)
{
    double day = (double)model->second / DAY_S;

    return sim_ambient_mean_c(model) + model->weather.daily_c * sin(TURN * (day - 0.08)) +
           0.2 * sim_noise(model->seed, 1, model->second / 600);
}

double sim_dash_soc(const struct sim_model *model)
{
    const struct sim_variant *variant = model->variant;
    double part = (model->battery.soc - variant->empty_soc) / (variant->full_soc - variant->empty_soc);

    return 100.0 * fmin(1.0, fmax(0.0, part));
}

unsigned sim_gids_full(const struct sim_model *model)
{
    return (unsigned)lround(model->variant->new_gids * model->battery.soh / 100.0);
}

unsigned sim_gids(const struct sim_model *model)
{
    return (unsigned)lround(model->variant->new_gids * model->battery.soh / 100.0 * sim_dash_soc(model) /
                            100.0);
}

double sim_range_km(const struct sim_model *model)
{
    return sim_gids(model) * KWH_PER_GID * KM_PER_KWH;
}

unsigned sim_charge_minutes(const struct sim_model *model, double kw, double percent)
{
    const struct sim_variant *variant = model->variant;
    double end_soc = variant->empty_soc + percent / 100.0 * (variant->full_soc - variant->empty_soc);
    double kwh = (end_soc - model->battery.soc) / 100.0 * model->battery.ah * NOMINAL_VOLTS / 1000.0;

    if (kwh <= 0 || kw <= 0)
        return 0;
    double minutes = kwh / kw * 60.0;
    return (unsigned)(5 * lround(minutes / 5.0));
}

double sim_charge_limit_kw(const struct sim_model *model)
{
    return sim_battery_acceptance_kw(&model->battery, model->variant->charge_limit_kw);
}

double sim_discharge_limit_kw(const struct sim_model *model)
{
    double part = fmin(1.0, model->battery.soc / 40.0);

    return model->variant->discharge_limit_kw * part;
}

unsigned sim_power_state(const struct sim_model *model)
{
    if (model->state == SIM_DRIVING)
        return 3;
    if (model->state != SIM_ON)
        return 0;
    return model->second - model->alive_since < BOOT_S ? 2 : 3;
}

unsigned sim_gear(const struct sim_model *model)
{
    if (model->state == SIM_DRIVING)
        return 4;
    return model->state == SIM_ON ? 1 : 0;
}

unsigned sim_aux_load_w(const struct sim_model *model)
{
    return sim_power_state(model) ? 200 : 100;
}

double sim_odometer_km(const struct sim_model *model)
{
    return model->miles ? model->odometer * KM_PER_MILE : model->odometer;
}

bool sim_just_woke(const struct sim_model *model)
{
    return model->second - model->alive_since < 1;
}

unsigned sim_insulation_raw(const struct sim_model *model)
{
    return 900 + (unsigned)lround(8.0 + 8.0 * sim_noise(model->seed, 2, model->second / 10));
}
