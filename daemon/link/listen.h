/* The car's end under the service manager: who may connect to the listening socket, and who is let in. */
#ifndef LINK_LISTEN_H
#define LINK_LISTEN_H

#include "util/core/err.h"

#include <stdbool.h>
#include <sys/types.h>

/* The uid that may connect: that of the user `garaged` as the kernel shows it to us, or our own where there
 * is no such user. */
uid_t link_listen_peer(void);

/* How the kernel shows `uid` to a process with this uid_map. Under PrivateUsers= only root and we ourselves
 * are in it and all others look alike: the socket's mode then says who of them gets as far as here. */
uid_t link_listen_seen(const char *map_path, uid_t uid);

/* Whether somebody waits to be let in. */
bool link_listen_is_waiting(int listen_fd);

/* Takes the next connection of the listening socket. Returns its descriptor, or -1 with err when there is
 * none or its process has neither the uid `peer` nor our own. */
int link_listen_accept(int listen_fd, uid_t peer, struct err *err);

#endif
