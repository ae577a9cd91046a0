/* What the kernel knows of a CAN interface beside its frames: the controller's state, bit rate and mode.
 * Asked by netlink, which needs no right. */
#ifndef ADAPTER_SOCKETCAN_LINK_H
#define ADAPTER_SOCKETCAN_LINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SOCKETCAN_BITRATE 500000 /* of every LEAF's buses at the socket */

enum socketcan_state {
    SOCKETCAN_UNKNOWN, /* a virtual interface, or the kernel was not to be asked */
    SOCKETCAN_WORKS,   /* error-active, or at the warning level */
    SOCKETCAN_PASSIVE,
    SOCKETCAN_OFF, /* bus off: it takes no part any more until it is restarted */
};

struct socketcan_link {
    enum socketcan_state state;
    uint32_t bitrate; /* 0: not known */
    bool listen_only; /* it does not even acknowledge */
};

/* Asks the kernel; what can't be known is left at 0. */
void socketcan_link_read(unsigned index, struct socketcan_link *link);

/* A descriptor that is readable when any network interface came, went or changed; -1 when there is none. */
int socketcan_link_watch(void);

/* Forgets what made it readable. */
void socketcan_link_drain(int fd);

/* Reads the kernel's answer. */
void socketcan_link_parse(const void *bytes, size_t len, struct socketcan_link *link);

#endif
