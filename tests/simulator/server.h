/* The simulator as a program: real clock, real port, truth file. */
#ifndef SIM_SERVER_H
#define SIM_SERVER_H

#include "options.h"

#include "util/core/err.h"
#include "util/loop.h"

struct sim_server;

/* Builds everything and opens the port. NULL with err, and in `exit_code` what the program should end with.
 */
struct sim_server *sim_server_new(struct loop *loop, const struct sim_program_options *options,
                                  int *exit_code, struct err *err);
void sim_server_free(struct sim_server *server);

#endif
