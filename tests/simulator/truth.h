/* The truth file: what the car really is, and each frame it was sent, as JSON lines. */
#ifndef SIM_TRUTH_H
#define SIM_TRUTH_H

#include "sim.h"

#include <stddef.h>
#include <stdint.h>

#define SIM_TRUTH_LINE_MAX 2048

/* One line, ended by a newline. `t_ns` stands in "t", in seconds: UTC in the program, the virtual clock in
 * tests. Names are those of the vocabulary where there is one; null is what the car itself does not know. */
void sim_truth_format(const struct sim_truth *truth, int64_t t_ns, char line[SIM_TRUTH_LINE_MAX]);

void sim_truth_format_frame(const struct sim_frame *frame, int64_t t_ns, char line[SIM_TRUTH_LINE_MAX]);

const char *sim_state_name(const struct sim_model *model);

#endif
