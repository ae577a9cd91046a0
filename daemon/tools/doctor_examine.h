/* Uses a car's dongle for half a minute at most and notes what happens: link, voltage, what the car says.
 * Asks the car only what garaged-car would ask it, under the same rules. */
#ifndef TOOLS_DOCTOR_EXAMINE_H
#define TOOLS_DOCTOR_EXAMINE_H

#include "adapter/adapter.h"
#include "config.h"
#include "util/core/err.h"
#include "util/loop.h"

#include <stdbool.h>
#include <stdint.h>

struct doctor_examination {
    bool up;
    char reason[200], description[80], limits[280], generation[16];
    unsigned capabilities;
    double volts; /* NAN: none */
    unsigned broadcasts, watched_s;
    uint64_t questions, answers;
};

/* Runs the loop until enough is known or loop_stop() was called. -1 with err when it can't even begin. */
int doctor_examine(struct loop *loop, const struct config_car *car, struct doctor_examination *seen,
                   struct err *err);

#endif
