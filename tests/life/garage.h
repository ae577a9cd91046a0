/* The made-up car and the computer in its garage on one virtual clock. What happens to them comes from
 * outside. */
#ifndef LIFE_GARAGE_H
#define LIFE_GARAGE_H

#include "car.h"
#include "pi.h"

/* Car, dongle, dialogue and the car half behind it, which live on their own: instead of a car whose frames
 * are heard as they are. */
struct garage_dongle {
    void *ctx;
    struct sim_model *model;
    struct probe_core *core;
    int64_t begin_ns; /* what the core's clock says when the life begins */
    void (*run)(void *ctx, int64_t elapsed_ns);
    void (*act)(void *ctx, enum sim_action action, double value);
    bool (*is_up)(void *ctx);
};

struct garage {
    struct car car;
    const struct garage_dongle *dongle; /* NULL: the car above is heard */
    struct pi *pi;                      /* NULL: switched off */
    struct pi_settings pi_settings;
    int64_t begin_utc_ns; /* when the life began; the car counts from there */
    int64_t utc_ns;
    int64_t settled_ns; /* the car fell silent, the contact changed or something was done then */
    int64_t tick_ns, volts_ns;
    int64_t found_ns;   /* when the dongle will have been found again; TIME_NONE: it is, or is not there */
    bool is_in_contact; /* as the computer sees it */
    bool is_unplugged;  /* the dongle */
    bool was_alive;
};

/* `settings` without ask and ctx. The computer is off. */
void garage_init(struct garage *garage, const struct sim_variant *variant, uint64_t seed,
                 const struct pi_settings *settings, int64_t utc_ns);

/* The same with a car behind a dongle, which outlives it. */
void garage_set_behind(struct garage *garage, const struct garage_dongle *dongle);

/* The car, to be looked at, and to be made older. */
struct sim_model *garage_model(struct garage *garage);

/* Lives up to `utc_ns`. 0, or -1 with err. */
int garage_run(struct garage *garage, int64_t utc_ns, struct err *err);

void garage_act(struct garage *garage, enum sim_action action, double value);

/* The meter at the wall tells the present power in W, or what it has counted in Wh. */
void garage_hear_wall(struct garage *garage, bool is_power, int64_t value);

/* The computer is switched on or off, and the dongle put in or pulled out. */
int garage_switch_on(struct garage *garage, bool clock_is_right, struct err *err);
void garage_switch_off(struct garage *garage);
void garage_set_dongle(struct garage *garage, bool is_in);

#endif
