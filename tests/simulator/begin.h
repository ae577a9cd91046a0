/* Where a car stands: a file of `NAME NUMBER` lines that a made-up life leaves behind and garaged-sim can
 * begin from, so that a car that goes on has neither driven nor charged meanwhile. */
#ifndef SIM_BEGIN_H
#define SIM_BEGIN_H

#include "model.h"

#include "util/core/err.h"

struct sim_begin {
    double odometer; /* in the car's unit */
    double soc, soh, hx;
    double count_ac, count_dc;
    double aux_charge; /* of the 12 V battery, 0..1 */
    double pack_c;     /* temperature of the pack */
    double mean_c;     /* of the air these days */
};

/* 0, or -1 with err: "FILE:LINE: WORD: REASON". Every name has to be there. */
int sim_begin_load(struct sim_begin *begin, const char *path, struct err *err);
int sim_begin_save(const struct sim_begin *begin, const char *path, struct err *err);

/* What the car is now; and makes a car that was just made so. */
struct sim_begin sim_begin_of(const struct sim_model *model);
void sim_begin_apply(const struct sim_begin *begin, struct sim_model *model);

#endif
