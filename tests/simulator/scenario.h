/* What happens to the car and when: lines `SECONDS ACTION [VALUE]`. */
#ifndef SIM_SCENARIO_H
#define SIM_SCENARIO_H

#include "model.h"

#include "util/core/err.h"

#include <stddef.h>
#include <stdint.h>

#define SIM_SCENARIO_MAX      1000
#define SIM_SCENARIO_LINE_MAX 200

struct sim_scenario_line {
    int64_t at_ms; /* model time since the start */
    enum sim_action action;
    double value; /* km or kW */
};

struct sim_scenario {
    size_t count;
    struct sim_scenario_line lines[SIM_SCENARIO_MAX];
};

/* A day for a demonstration: on, charging, away for a drive, back, charging again. */
void sim_scenario_default(struct sim_scenario *scenario);

/* Reads a text; `name` stands in the messages, "NAME:LINE: WORD: REASON". */
int sim_scenario_parse(struct sim_scenario *scenario, const char *text, const char *name, struct err *err);

int sim_scenario_load(struct sim_scenario *scenario, const char *path, struct err *err);

#endif
