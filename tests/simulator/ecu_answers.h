/* Who answers what: one row a request, used by ecu.c and filled in ecu_lbc.c, ecu_vcm.c and ecu_body.c. */
#ifndef SIM_ECU_ANSWERS_H
#define SIM_ECU_ANSWERS_H

#include "ecu.h"
#include "model.h"
#include "payload.h"

#include <stddef.h>
#include <stdint.h>

#define SIM_NEEDS_SESSION (1U << 0)
#define SIM_IS_SLOW       (1U << 1) /* says 7F xx 78 first */

/* Appends what follows the echo of the request. */
typedef void sim_answer_fn(const struct sim_model *model, struct sim_payload *payload);

struct sim_answer {
    uint16_t did; /* 0x01 for 21 01, 0x1103 for 22 11 03 */
    uint8_t service;
    uint8_t flags;
    unsigned cars;
    sim_answer_fn *fill;
};

struct sim_answers {
    const struct sim_answer *rows;
    size_t count;
};

extern const struct sim_answers sim_lbc_answers, sim_vcm_answers;
extern const struct sim_answers sim_meter_answers, sim_hvac_answers, sim_bcm_answers;
extern const struct sim_answers sim_tpms_answers, sim_inverter_answers, sim_charger_answers;

#endif
