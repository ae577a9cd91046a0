/* A dongle: between the host's bytes and the car's frames. The protocols (elm327.c, slcan.c) sit behind this
 * table; what surrounds them is handed in, so that they know neither sockets nor the car. */
#ifndef SIM_DONGLE_H
#define SIM_DONGLE_H

#include "faults.h"
#include "frame.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The dongle's surroundings. */
struct sim_surroundings {
    void *ctx;
    void (*write)(void *ctx, const char *bytes, size_t len); /* towards the host */
    size_t (*queued)(void *ctx);                             /* bytes written that have not left yet */
    bool (*send)(void *ctx, const struct sim_frame *frame);  /* on the bus; false: nobody acknowledged */
    double (*volts)(void *ctx);                              /* at pin 16, as this dongle measures it */
    bool (*fault)(void *ctx, enum sim_fault fault, unsigned *number);
};

struct sim_dongle_ops {
    double bytes_per_s; /* what the line to the host carries */
    void (*power_up)(void *dongle, int64_t now_ns);
    void (*restart)(void *dongle, const char *says,
                    int64_t now_ns); /* settings lost; `says` "LV RESET" ... */
    void (*bytes)(void *dongle, const uint8_t *bytes, size_t len, int64_t now_ns);
    void (*frame)(void *dongle, const struct sim_frame *frame, int64_t now_ns); /* one that it hears */
    void (*text)(void *dongle, unsigned index, int64_t now_ns); /* a text out of turn; NULL: it has none */
    void (*tick)(void *dongle, int64_t now_ns);
    int64_t (*next)(const void *dongle);       /* TIME_NONE for never */
    unsigned (*listening)(const void *dongle); /* 0: no; changes whenever what it hears changes */
    bool (*hears)(const void *dongle, uint32_t id);
};

#endif
