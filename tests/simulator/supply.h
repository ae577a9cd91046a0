/* The 12 V battery and the converter that charges it. */
#ifndef SIM_SUPPLY_H
#define SIM_SUPPLY_H

#include <stdbool.h>

struct sim_supply {
    double charge; /* 0..1 */
    double volts;
    double amps; /* into the 12 V battery */
};

enum sim_supply_load { SIM_SUPPLY_ASLEEP, SIM_SUPPLY_AWAKE, SIM_SUPPLY_CHARGED };

void sim_supply_init(struct sim_supply *supply);
void sim_supply_run(struct sim_supply *supply, enum sim_supply_load load, double seconds);

#endif
