/* What the configuration says of a car, found and loaded: its definition, its generation, who it was. */
#ifndef PROBE_SETUP_H
#define PROBE_SETUP_H

#include "config.h"
#include "probe_core.h"
#include "util/core/err.h"

/* The definition that the car's configuration names; the caller frees it. NULL with err. */
struct definition *probe_setup_definition(const struct config_car *car, const char *data_dir,
                                          struct err *err);

/* Settings for the core of this car. -1 with err: the definition knows no such generation. */
int probe_setup_core(const struct config_car *car, const struct definition *definition,
                     struct probe_core_settings *settings, struct err *err);

/* With the key that lies in this folder; the caller frees it. NULL, and said once, without a key: the diary
 * goes on, it just can't tell this car from another. */
struct probe_identity *probe_setup_identity(const char *state_dir);

#endif
