/* Voltages as in the logs of FACTS 6: 12.4-12.7 resting, 13.1 float, 14.4 bulk. No temperature. */
#include "supply.h"

#include <math.h>

#define SUPPLY_AH   45.0
#define BULK_BELOW  0.90
#define BULK_AMPS   9.0
#define FLOAT_AMPS  0.6
#define AWAKE_AMPS  (-4.0)
#define ASLEEP_AMPS (-0.03) /* the car's own and the dongle's */

static double supply_rest_volts(double charge)
{
    return 11.9 + 0.8 * charge;
}

void sim_supply_init(struct sim_supply *supply)
{
    supply->charge = 0.88;
    supply->amps = ASLEEP_AMPS;
    supply->volts = supply_rest_volts(supply->charge);
}

static void supply_run_converter(struct sim_supply *supply)
{
    bool bulk = supply->charge < BULK_BELOW;

    supply->amps = bulk ? BULK_AMPS : FLOAT_AMPS;
    supply->volts = bulk ? 14.4 : 13.1;
}

static void supply_run_battery(struct sim_supply *supply, enum sim_supply_load load)
{
    bool awake = load == SIM_SUPPLY_AWAKE;

    supply->amps = awake ? AWAKE_AMPS : ASLEEP_AMPS;
    supply->volts = supply_rest_volts(supply->charge) - (awake ? 0.25 : 0.0);
}

void sim_supply_run(struct sim_supply *supply, enum sim_supply_load load, double seconds)
{
    if (load == SIM_SUPPLY_CHARGED)
        supply_run_converter(supply);
    else
        supply_run_battery(supply, load);
    supply->charge += supply->amps * seconds / 3600.0 / SUPPLY_AH;
    supply->charge = fmin(1.0, fmax(0.05, supply->charge));
}
