/* The car's control units: which request each of them answers, on which car, with what and when. */
#ifndef SIM_ECU_H
#define SIM_ECU_H

#include "faults.h"
#include "isotp_server.h"
#include "model.h"

#include <stdbool.h>
#include <stdint.h>

enum sim_ecu_name {
    SIM_LBC,      /* battery: 79B */
    SIM_VCM,      /* 797 */
    SIM_METER,    /* 743 */
    SIM_HVAC,     /* 744 */
    SIM_BCM,      /* 745 */
    SIM_TPMS,     /* 758 */
    SIM_INVERTER, /* 784 */
    SIM_CHARGER,  /* 792 */
    SIM_ECU_COUNT,
};

struct sim_ecu {
    struct sim_isotp isotp;
    int64_t session_until_ns;
    /* the answer that follows a 7F xx 78 */
    bool pending;
    struct sim_payload later;
};

struct sim_ecus {
    const struct sim_model *model;
    struct sim_faults *faults; /* NULL: none */
    struct sim_ecu ecu[SIM_ECU_COUNT];
};

void sim_ecus_init(struct sim_ecus *ecus, const struct sim_model *model);

/* A frame is on the bus. Whoever is asked will answer; a car that is silent does nothing. */
void sim_ecus_receive(struct sim_ecus *ecus, const struct sim_frame *frame, int64_t now_ns);

int64_t sim_ecus_next(const struct sim_ecus *ecus); /* TIME_NONE for never */

/* Does what is due first; true when a frame is to be put on the bus. */
bool sim_ecus_take(struct sim_ecus *ecus, struct sim_frame *frame);

/* The bus has gone to sleep: whatever was under way is lost. */
void sim_ecus_stop(struct sim_ecus *ecus);

#endif
