/* The computer in the garage on a virtual clock, both halves of it in one process: the car half's core with a
 * bus instead of an adapter, and the home's view, diary and store as garaged joins them. */
#ifndef LIFE_PI_H
#define LIFE_PI_H

#include "diary/store/store.h"
#include "probe_core.h"

#include "../simulator/frame.h"

#include "util/core/err.h"
#include "util/core/zone.h"

#include <stdbool.h>
#include <stdint.h>

struct pi;

struct pi_settings {
    const char *folder;      /* of the diary */
    const char *vehicles;    /* folders of definitions, see definition_find() */
    const struct zone *zone; /* outlives it */
    bool demo;
    bool polls;
    void (*ask)(void *ctx, const struct sim_frame *frame); /* a frame goes to the bus */
    void *ctx;
    struct probe_core
        *core;            /* a car half that lives elsewhere, then nothing below is asked or heard; or NULL */
    int64_t core_zero_ns; /* UTC when its clock stood at 0 */
};

/* Boots it at `utc_ns`. NULL with err. */
struct pi *pi_new(const struct pi_settings *settings, int64_t utc_ns, struct err *err);
/* Switches it off as systemd would: everything is written. */
void pi_free(struct pi *pi);

/* What time it is. Everything below happens then. */
void pi_set_time(struct pi *pi, int64_t utc_ns);

/* Whether its clock is right; wrong clocks stand somewhere in the past. */
void pi_set_clock(struct pi *pi, bool is_right);

void pi_set_contact(struct pi *pi, bool is_up);
void pi_take_frame(struct pi *pi, const struct sim_frame *frame);
void pi_take_volts(struct pi *pi, double volts);
void pi_take_wall(struct pi *pi, bool is_power, int64_t value);

/* The car half does what is due: questions, time-outs. */
void pi_advance(struct pi *pi);
int64_t pi_deadline(const struct pi *pi); /* in UTC */

/* The home hears what the car half has to say, and lets its time pass. */
int pi_tick(struct pi *pi, struct err *err);

/* The identifiers it wants to hear. */
const uint16_t *pi_hears(const struct pi *pi, size_t *count);

/* What was heard is to be on the card now. */
void pi_flush(struct pi *pi);

/* The owner sets what electricity costs, in the text of a PUT. 0, or -1 with err. */
int pi_set_tariffs(struct pi *pi, const char *text, size_t len, struct err *err);

#endif
