/* How dongles and lines misbehave: a table of named faults, each from a moment on, some for a while only.
 * Faults live on the host's clock, not on the car's: --speed does not hurry them. */
#ifndef SIM_FAULTS_H
#define SIM_FAULTS_H

#include "frame.h"
#include "random.h"

#include "util/core/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SIM_FAULTS_MAX     16
#define SIM_FAULT_TEXT_MAX 160

enum sim_fault {
    SIM_FAULT_UNPLUG,  /* no power: not reachable, all settings lost */
    SIM_FAULT_GARBAGE, /* some bytes of some lines are others */
    SIM_FAULT_SILENT,  /* connected, and says nothing */
    SIM_FAULT_ECHO,    /* echoes whatever ATE0 said */
    SIM_FAULT_HALF_LINES,
    SIM_FAULT_NUL,
    SIM_FAULT_LOST_5, /* per cent of the frames */
    SIM_FAULT_LOST_50,
    SIM_FAULT_SLOW,  /* 50 ms a byte */
    SIM_FAULT_RESET, /* brown-out: LV RESET, all settings lost */
    SIM_FAULT_WRONG_ID,
    SIM_FAULT_SHORT_ANSWER, /* answers end after their second frame */
    SIM_FAULT_SEQUENCE,
    SIM_FAULT_NO_PROMPT,
    SIM_FAULT_NO_FLOW_CONTROL, /* refuses the ATFC commands */
    SIM_FAULT_COUNT,
};

struct sim_fault_time {
    enum sim_fault fault;
    int64_t from_ns, until_ns;
};

struct sim_faults {
    struct sim_random random;
    struct sim_fault_time list[SIM_FAULTS_MAX];
    size_t count;
};

void sim_faults_init(struct sim_faults *faults, uint64_t seed);

/* Adds NAME[@SECONDS[+SECONDS]]: from when, and for how long. -1 with err. */
int sim_faults_add(struct sim_faults *faults, const char *text, int64_t start_ns, struct err *err);

/* The names one after the other, NULL at the end. */
const char *sim_fault_name(size_t index);

bool sim_faults_active(const struct sim_faults *faults, enum sim_fault fault, int64_t now_ns);

/* The next moment after `now_ns` at which one begins or ends; TIME_NONE for never. */
int64_t sim_faults_next(const struct sim_faults *faults, int64_t now_ns);

/* Spoils a frame on its way to the dongle; false when it is lost. */
bool sim_faults_frame(struct sim_faults *faults, struct sim_frame *frame, int64_t now_ns);

/* Spoils a piece of what the dongle says, in place; `cap` >= len + 8. Returns the new length. */
size_t sim_faults_bytes(struct sim_faults *faults, char *bytes, size_t len, int64_t now_ns);

#endif
