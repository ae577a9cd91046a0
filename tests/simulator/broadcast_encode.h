/* The contents of broadcast frames: model in, data bytes out. `data` comes zeroed. */
#ifndef SIM_BROADCAST_ENCODE_H
#define SIM_BROADCAST_ENCODE_H

#include "model.h"

#include <stdint.h>

typedef void sim_encode_fn(const struct sim_model *model, int64_t tick, uint8_t data[8]);

sim_encode_fn sim_encode_284, sim_encode_285, sim_encode_292, sim_encode_355, sim_encode_358, sim_encode_35d;
sim_encode_fn sim_encode_385, sim_encode_390, sim_encode_421, sim_encode_50d, sim_encode_510, sim_encode_54a;
sim_encode_fn sim_encode_54b, sim_encode_55b, sim_encode_56e, sim_encode_59e, sim_encode_5a9, sim_encode_5b3;
sim_encode_fn sim_encode_5bc, sim_encode_5c0, sim_encode_5c5, sim_encode_5f9, sim_encode_60d, sim_encode_625;
sim_encode_fn sim_encode_filler;

#endif
