/* What port_tcp.c and port_pty.c fill in for port.c. */
#ifndef SIM_PORT_PRIVATE_H
#define SIM_PORT_PRIVATE_H

#include "port.h"

#include <stdbool.h>

#define SIM_PORT_NAME_MAX 256

struct sim_port_ops {
    int (*open)(struct sim_port *port, struct err *err);
    void (*close)(struct sim_port *port);
};

struct sim_port {
    const struct sim_port_ops *ops;
    struct loop *loop;
    sim_port_bytes_fn *fn;
    void *ctx;
    const char *host; /* or the link */
    uint16_t number;
    char name[SIM_PORT_NAME_MAX];
    int listen_fd; /* TCP: listening; pty: the slave, held so that the master never hangs up */
    struct loop_watch *listen_watch;
    int fd; /* to the host; -1: nobody */
    struct loop_watch *watch;
};

struct sim_port *sim_port_make(const struct sim_port_ops *ops, struct loop *loop, sim_port_bytes_fn *fn,
                               void *ctx, struct err *err);

/* Takes `fd` for the conversation with the host. */
int sim_port_adopt(struct sim_port *port, int fd, struct err *err);
void sim_port_drop_host(struct sim_port *port);

#endif
