/* The whole simulator without its sockets: car, bus and dongle on whatever clock the caller has. The program
 * gives it the real one; a life test a clock that it moves itself.
 *
 *   struct sim *sim = sim_new(&options, &events, ctx, now_ns, &err);
 *   sim_bytes_in(sim, "ATZ\r", 4, now_ns);         what the host writes
 *   while ((next = sim_next(sim)) != TIME_NONE && next <= end) sim_advance(sim, next);
 *
 * Time is in nanoseconds and never goes back. Model time runs `speed` times faster: it moves the scenario,
 * the battery and the sleep, while periods of frames, time-outs of the dongle and faults stay in the caller's
 * time. */
#ifndef SIM_SIM_H
#define SIM_SIM_H

#include "begin.h"
#include "faults.h"
#include "frame.h"
#include "model.h"
#include "scenario.h"

#include "util/core/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sim;

struct sim_options {
    const char *car;                     /* "aze0-30" ...; NULL: aze0-30 */
    const char *protocol;                /* "elm327" or "slcan"; NULL: elm327 */
    const char *adapter;                 /* a name of adapters.c; NULL: elm327 */
    const struct sim_begin *begin;       /* copied; NULL: as new in the garage */
    const struct sim_scenario *scenario; /* copied; NULL: the default one */
    uint64_t seed;
    double speed; /* 0: 1 */
    bool charging_heard;
    bool miles;                /* the odometer counts miles */
    const char *vin, *battery; /* what car and battery call themselves, kept; NULL: made-up names */
    double bytes_per_s;        /* of the line to the host; 0: the dongle's own */
    const char *const *faults; /* NAME[:NUMBER][@SECONDS][+SECONDS] */
    size_t fault_count;
};

/* Called inside sim_bytes_in() and sim_advance() only. Any may be NULL. */
struct sim_events {
    void (*bytes)(void *ctx, const char *bytes, size_t len); /* the dongle to the host */
    void (*sent)(void *ctx, const struct sim_frame *frame);  /* the dongle put it on the bus */
    void (*reachable)(void *ctx, bool reachable);            /* the dongle left or came back */
};

/* What the car really is; figures that the model keeps are read from it (model.h, figures.h). */
struct sim_truth {
    const struct sim_model *model;
    int64_t now_ns;
    int64_t elapsed_ns; /* since the start, the caller's clock */
    bool reachable;
    double dongle_volts;     /* what ATRV says */
    uint64_t frames_sent;    /* put on the bus by the dongle */
    uint64_t sent_to_silent; /* of those, while the bus was silent: each may wake the car */
};

struct sim *sim_new(const struct sim_options *options, const struct sim_events *events, void *ctx,
                    int64_t now_ns, struct err *err);
void sim_free(struct sim *sim);

void sim_bytes_in(struct sim *sim, const void *bytes, size_t len, int64_t now_ns);

/* Lives up to `now_ns`. */
void sim_advance(struct sim *sim, int64_t now_ns);

/* When sim_advance() has something to do next; TIME_NONE for never. */
int64_t sim_next(const struct sim *sim);

/* Does a scenario action now, for tests that decide as they go. */
void sim_act(struct sim *sim, enum sim_action action, double value, int64_t now_ns);

/* Adds a fault now, for the same; its seconds count from now. What is over makes room for it. -1 with err. */
int sim_break(struct sim *sim, const char *fault, int64_t now_ns, struct err *err);

bool sim_is_reachable(const struct sim *sim);

/* As of the last sim_advance(). */
struct sim_truth sim_truth(const struct sim *sim);

#endif
