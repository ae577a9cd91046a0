/* The car: what it does, second by second, and what it is then. Everything that is encoded or said to be true
 * is read from here. Time is counted in whole model seconds since the start. */
#ifndef SIM_MODEL_H
#define SIM_MODEL_H

#include "battery.h"
#include "supply.h"
#include "variants.h"

#include <stdbool.h>
#include <stdint.h>

enum sim_state { SIM_ASLEEP, SIM_AWAKE, SIM_ON, SIM_DRIVING, SIM_CHARGING };

enum sim_action {
    SIM_ACT_ASLEEP,
    SIM_ACT_AWAKE,
    SIM_ACT_ON,
    SIM_ACT_DRIVE,  /* km */
    SIM_ACT_CHARGE, /* kW at the charger's output */
    SIM_ACT_PLUG, /* in, and waiting for its timer */
    SIM_ACT_UNPLUG,
    SIM_ACT_AWAY,
    SIM_ACT_BACK,
};

enum sim_charge_mode { SIM_CHARGE_NONE, SIM_CHARGE_AC1, SIM_CHARGE_AC2, SIM_CHARGE_DC };
enum sim_charge_state { SIM_CHARGE_IDLE, SIM_CHARGE_WAITING, SIM_CHARGE_RUNNING, SIM_CHARGE_COMPLETE };

enum sim_door { SIM_DOOR_TRUNK, SIM_DOOR_REAR_RIGHT, SIM_DOOR_REAR_LEFT, SIM_DOOR_FRONT_A, SIM_DOOR_FRONT_B };

struct sim_charge {
    bool plugged;
    enum sim_charge_mode mode;
    enum sim_charge_state state;
    double offered_kw;
    double output_kw; /* of the charger, now */
    unsigned count_dc, count_ac;
    double battery_wh, charger_wh; /* of all charges so far: into the pack, out of the charger */
};

/* The air outside: a wave a day, and one a year where the car lives through one. */
struct sim_weather {
    double mean_c, daily_c, yearly_c;
    double year_day; /* days since New Year at the start */
};

struct sim_climate {
    unsigned fan_step; /* 0: off */
    double kw;
    double ambient_c, cabin_c;
};

struct sim_model {
    const struct sim_variant *variant;
    uint64_t seed;
    bool charging_heard; /* the socket is alive while the car charges */
    bool miles;          /* the odometer counts miles */
    const char *vin, *battery_serial; /* NULL: made-up ones */

    int64_t second;
    enum sim_state state;
    int64_t state_since; /* second */
    bool alive;          /* the socket: somebody answers (and, before the ZE1, broadcasts) */
    int64_t alive_since;
    bool away;

    struct sim_battery battery;
    struct sim_supply supply;
    struct sim_charge charge;
    struct sim_weather weather;
    struct sim_climate climate;
    double odometer; /* in the car's unit */
    double speed_kmh;
    double drive_left_km;
    bool wheels_turned; /* since it woke: only then are tyre pressures known */
    bool locked;
    unsigned doors;     /* bit 1 << enum sim_door */
    double tyre_psi[4]; /* fl fr rl rr */
};

void sim_model_init(struct sim_model *model, const struct sim_variant *variant, uint64_t seed);

/* Lives through the seconds up to `second`. Never goes back. */
void sim_model_advance(struct sim_model *model, int64_t second);

/* Does what a scenario line says, now. `value` is for drive and charge. */
void sim_model_act(struct sim_model *model, enum sim_action action, double value);

#endif
