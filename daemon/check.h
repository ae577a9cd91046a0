/* Whether garaged can run with a configuration: the file itself, and the vehicles it names. */
#ifndef CHECK_H
#define CHECK_H

#include "config.h"

/* Reads PATH into *config and looks for the vehicle definitions in --data DIR (NULL: where they usually are).
 * Prints one line a mistake on standard error and returns 78 (EX_CONFIG), or 0. */
int check_config(struct config *config, const char *path, const char *data_dir);

#endif
