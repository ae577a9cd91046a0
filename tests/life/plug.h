/* The plug at home that the car charges at, with a meter: what it counts, and when it tells. Reads the model
 * and nothing that is tested. */
#ifndef LIFE_PLUG_H
#define LIFE_PLUG_H

#include "../simulator/model.h"

#include <stdbool.h>
#include <stdint.h>

struct plug {
    int64_t every_s; /* it tells so often */
    int64_t step_wh; /* the finest step of its counter; 0: it has none, and tells its power */
    double base_w;   /* of what else hangs on it */
    /* its own */
    int64_t looked_s, next_s;
    double wh, car_wh, watts; /* all that it gave, what the car took of it, what flows now */
    double charger_wh;        /* the model's, at the last look */
};

/* Looks at the car: before and after each deed, and once a minute. */
void plug_look(struct plug *plug, const struct sim_model *model, int64_t utc_s);

/* What comes out of the wall for so much out of the charger. */
int64_t plug_wall_wh(int64_t charger_wh);

/* Whether it tells something now; Wh of its counter, or W. */
bool plug_tells(struct plug *plug, int64_t utc_s, int64_t *value);

#endif
