/* A Lawicel-style serial CAN adapter. */
#ifndef SIM_SLCAN_H
#define SIM_SLCAN_H

#include "dongle.h"

#define SIM_SLCAN_LINE_MAX 32

struct sim_slcan {
    const struct sim_surroundings *world;
    char line[SIM_SLCAN_LINE_MAX];
    size_t line_len;
    bool open, listen_only;
    char speed; /* '0'..'8' of the S command; the car's bus is '6' */
    bool overrun;
    unsigned generation;
};

void sim_slcan_init(struct sim_slcan *slcan, const struct sim_surroundings *world);

extern const struct sim_dongle_ops sim_slcan_ops;

#endif
