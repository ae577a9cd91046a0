/* Whether garaged can run with a configuration: the file itself, and the vehicles it names. */
#ifndef CHECK_H
#define CHECK_H

#include "config.h"

/* Reads PATH into *config and looks for the vehicle definitions in --data DIR (NULL: where they usually are).
 * Prints one line a mistake on standard error and returns 78 (EX_CONFIG), or 0. */
int check_config(struct config *config, const char *path, const char *data_dir);

/* Whether whoever runs this may use the files that hold the broker's password and our keys; the same output
 * and result. Not a part of check_config(), which root may run for another user. */
int check_secrets(const struct config *config);

/* SIGHUP. False where it means that the terminal is gone, and the program with it. Sent to a service it is a
 * question: the file is judged, the answer logged, and what runs goes on as it is: a change needs a restart. */
bool check_hangup(const char *path, const char *data_dir);

#endif
