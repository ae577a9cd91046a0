/* Between sim.c (time, and who is next) and sim_new.c (what a simulation is made of). */
#ifndef SIM_PRIVATE_H
#define SIM_PRIVATE_H

#include "sim.h"

#include "adapters.h"
#include "broadcast.h"
#include "ecu.h"
#include "elm327.h"
#include "outline.h"
#include "slcan.h"

struct sim {
    struct sim_events events;
    void *ctx;
    int64_t start_ns, now_ns;
    double speed;
    struct sim_scenario scenario;
    size_t scenario_next;
    struct sim_model model;
    struct sim_ecus ecus;
    struct sim_broadcast broadcast;
    unsigned heard_generation; /* of the dongle's listening that the broadcasts are set up for */
    struct sim_faults faults;
    bool unplugged, restarting, frozen, reachable;
    struct sim_model frozen_model; /* as it was when the values froze */
    struct sim_surroundings world;
    const struct sim_adapter *adapter;
    int64_t supplied_ns; /* when the supply was last high, for a dongle that sleeps */
    const struct sim_dongle_ops *ops;
    void *dongle;
    struct sim_elm327 elm327;
    struct sim_slcan slcan;
    struct sim_outline line;
    double voltmeter_error_v;
    uint64_t frames_sent, sent_to_silent;
};

/* Makes what the options ask for; what lives on the clock is left to sim.c. -1 with err. */
int sim_build(struct sim *sim, const struct sim_options *options, struct err *err);

#endif
