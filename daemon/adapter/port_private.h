/* How each kind of port gets its descriptor; included by port*.c and their tests only. */
#ifndef ADAPTER_PORT_PRIVATE_H
#define ADAPTER_PORT_PRIVATE_H

#include "util/core/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/stat.h>

/* Where a port leads to. */
struct port_target {
    const char *name;
    const char *interface;           /* TCP; "" for none */
    int baud;                        /* serial lines */
    struct sockaddr_storage address; /* sockets */
    socklen_t address_len;
};

/* One row of the table in port.c. */
struct port_kind {
    const char *prefix;
    bool is_serial;
    int64_t open_ns; /* opening may take so long */
    /* Fills the address from the name; -1 with err when it can't be right. */
    int (*parse)(struct port_target *target, struct err *err);
    /* Returns a descriptor that becomes writable when `finish` can tell what became of it; or -1. */
    int (*open)(const struct port_target *target, struct err *err);
    int (*finish)(const struct port_target *target, int fd, struct err *err); /* NULL: nothing to finish */
    void (*release)(int fd); /* before close(); NULL: nothing to do */
    /* Words for the owner for an errno of a read, write or open, EINPROGRESS when that took too long. Always
     * -1. */
    int (*explain)(const struct port_target *target, int error, struct err *err);
};

extern const struct port_kind port_serial;
extern const struct port_kind port_tcp;
extern const struct port_kind port_bluetooth;

/* Whether this is a serial line that we may open: no disk, no console, no pseudo terminal of another user. */
int port_serial_check(const struct stat *status, struct err *err);

/* What became of a connect(): an errno, or 0. */
int port_connect_error(int fd);

/* port_bluetooth's `explain`; `adapters`: whether this machine has a Bluetooth adapter at all. */
int port_bluetooth_explain(const struct port_target *target, int error, bool adapters, struct err *err);

/* Of an open serial line; see port_has_speed and port_set_baud. */
bool port_serial_has_speed(int fd);
void port_serial_set_baud(int fd, int baud);

#endif
