/* How each kind of port gets its descriptor; included by port*.c and their tests only. */
#ifndef ADAPTER_PORT_PRIVATE_H
#define ADAPTER_PORT_PRIVATE_H

#include "util/core/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>

/* Opens, locks and sets up a serial line: raw, 8N1, no modem control. Returns the descriptor, or -1. */
int port_serial_open(const char *path, int baud, struct err *err);

/* Gives the line back to others; before close(). */
void port_serial_release(int fd);

/* Reads "tcp://ADDRESS:PORT": a numeric private or loopback address, IPv6 in brackets. */
int port_tcp_parse(const char *name, struct sockaddr_storage *address, socklen_t *len, struct err *err);

/* Begins to connect. Returns the descriptor, or -1. When it is writable, port_tcp_finish tells what became of
 * it. */
int port_tcp_open(const struct sockaddr_storage *address, socklen_t len, const char *interface,
                  struct err *err);
int port_tcp_finish(int fd, struct err *err);

/* Words for the owner for an errno of a read, write or open; `serial` or network. */
const char *port_words(int error, bool serial);

#endif
