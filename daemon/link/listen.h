/* The car's end under the service manager: who may connect to the listening socket, and who is let in. */
#ifndef LINK_LISTEN_H
#define LINK_LISTEN_H

#include "util/core/err.h"

#include <sys/types.h>

/* The uid that may connect: that of the user `garaged`, or our own where there is no such user. */
uid_t link_listen_peer(void);

/* Takes the next connection of the listening socket. Returns its descriptor, or -1 with err when there is
 * none or its process has neither the uid `peer` nor our own. */
int link_listen_accept(int listen_fd, uid_t peer, struct err *err);

#endif
