/* A 96-cell pack with an open-circuit curve and one resistance. */
#ifndef SIM_BATTERY_H
#define SIM_BATTERY_H

#include <stdint.h>

#define SIM_CELLS 96

struct sim_battery {
    uint64_t seed;
    double new_ah;   /* what it held when new */
    double soh;      /* % of that it holds now */
    double hx;       /* % */
    double ah;       /* what it holds now */
    double soc;      /* %, the battery's own figure */
    double ohm;      /* whole pack */
    double full_soc; /* where charging ends */
    double volts;    /* at the terminals */
    double amps;     /* into the pack */
    double temp_c;   /* average */
    double net_wh;   /* that went in so far, less what came out */
};

void sim_battery_init(struct sim_battery *battery, uint64_t seed, double new_ah, double soc, double full_soc);

/* What is left of it, and its resistance index. */
void sim_battery_set_health(struct sim_battery *battery, double soh, double hx);

/* Open-circuit voltage of the whole pack. */
double sim_battery_open_volts(double soc);

/* Lets `kw` flow in (negative: out) for `seconds`, with `ambient_c` around it. */
void sim_battery_run(struct sim_battery *battery, double kw, double seconds, double ambient_c);

/* What it would take of `offered_kw` now: the full offer, then less as its voltage reaches the end. */
double sim_battery_acceptance_kw(const struct sim_battery *battery, double offered_kw);

/* Cell 1..96 in millivolts; cells differ by some millivolts, more when nearly empty. */
unsigned sim_battery_cell_mv(const struct sim_battery *battery, unsigned cell);

/* Sensor 1..4 in °C. */
int sim_battery_sensor_c(const struct sim_battery *battery, unsigned sensor);

#endif
