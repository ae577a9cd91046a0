/* One frame on the simulated bus. The simulator's own, so that it shares nothing with what it tests. */
#ifndef SIM_FRAME_H
#define SIM_FRAME_H

#include <stdbool.h>
#include <stdint.h>

#define SIM_FRAME_DATA_MAX 8
#define SIM_FRAME_TEXT_MAX 32

struct sim_frame {
    int64_t time_ns; /* when it was on the bus */
    uint32_t id;
    bool extended; /* 29-bit identifier */
    bool remote;
    uint8_t len;
    uint8_t data[SIM_FRAME_DATA_MAX];
};

/* Writes it as candump does: "79B#0221010000000000". */
void sim_frame_format(const struct sim_frame *frame, char text[SIM_FRAME_TEXT_MAX]);

#endif
