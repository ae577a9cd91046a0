/* What the car's own gauges and computers make of its state: derived figures, in the units of the vocabulary.
 */
#ifndef SIM_FIGURES_H
#define SIM_FIGURES_H

#include "model.h"

double sim_ambient_c(const struct sim_model *model);
double sim_ambient_mean_c(const struct sim_model *model); /* without the wave of the day */

double sim_dash_soc(const struct sim_model *model); /* %, what the driver is shown */
unsigned sim_gids(const struct sim_model *model);
unsigned sim_gids_full(const struct sim_model *model);
double sim_range_km(const struct sim_model *model);

/* Minutes until the dash shows `percent` with `kw` at the charger's output; 0 when it does already. */
unsigned sim_charge_minutes(const struct sim_model *model, double kw, double percent);

double sim_charge_limit_kw(const struct sim_model *model);    /* what the pack would take */
double sim_discharge_limit_kw(const struct sim_model *model); /* what it would give */

/* 60D: 0 off, 1 accessory, 2 on, 3 ready. */
unsigned sim_power_state(const struct sim_model *model);

/* 421 and 22 1156: 0 off, 1 P, 4 D. */
unsigned sim_gear(const struct sim_model *model);

unsigned sim_aux_load_w(const struct sim_model *model);
double sim_odometer_km(const struct sim_model *model);

/* The first second after it woke: SOC and GIDs are not there yet. */
bool sim_just_woke(const struct sim_model *model);

unsigned sim_insulation_raw(const struct sim_model *model);

#endif
