/* The command line of garaged-sim (CONTRACT 12). */
#ifndef SIM_OPTIONS_H
#define SIM_OPTIONS_H

#include "faults.h"
#include "scenario.h"
#include "sim.h"

#include "util/core/err.h"

#include <stdint.h>

struct sim_program_options {
    struct sim_options sim;
    struct sim_scenario scenario;
    struct sim_begin begin;
    const char *faults[SIM_FAULTS_MAX];
    char host[64]; /* of --listen */
    uint16_t port;
    const char *pty;   /* NULL: --listen */
    const char *truth; /* NULL: none */
    const char *scenario_path;
    const char *begin_path;
    bool help, list_faults, list_adapters;
};

extern const char sim_usage[];

/* -1 with err when the command line can't be right. Files are not opened here. */
int sim_options_parse(struct sim_program_options *options, int argc, char **argv, struct err *err);

#endif
