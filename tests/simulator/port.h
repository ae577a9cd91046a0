/* Where a host connects to the simulated dongle: a TCP port for one client at a time, or a pseudo-terminal.
 */
#ifndef SIM_PORT_H
#define SIM_PORT_H

#include "util/core/err.h"
#include "util/loop.h"

#include <stddef.h>
#include <stdint.h>

struct sim_port;

typedef void sim_port_bytes_fn(void *ctx, const void *bytes, size_t len);

/* Nothing is open yet. The texts live as long as the port. */
struct sim_port *sim_port_new_tcp(struct loop *loop, const char *host, uint16_t port, sim_port_bytes_fn *fn,
                                  void *ctx, struct err *err);
struct sim_port *sim_port_new_pty(struct loop *loop, const char *link, sim_port_bytes_fn *fn, void *ctx,
                                  struct err *err);
void sim_port_free(struct sim_port *port);

/* Lets hosts connect. A port number 0 is chosen at the first time and kept. 0, or -1 with err. */
int sim_port_open(struct sim_port *port, struct err *err);

/* As if the dongle were gone: connections are refused, the pseudo-terminal does not exist. */
void sim_port_close(struct sim_port *port);

/* To the host that is connected, if any; what it does not take is lost, as on a line without flow control. */
void sim_port_write(struct sim_port *port, const char *bytes, size_t len);

/* "35000", or the link of the pseudo-terminal. */
const char *sim_port_name(const struct sim_port *port);

#endif
