/* The network interfaces of this machine and their IPv4 addresses, by ioctl: garaged's sandbox has no
 * netlink, so getifaddrs() would find none. */
#ifndef UTIL_NETDEVICE_H
#define UTIL_NETDEVICE_H

#include "util/ip.h"

#include <net/if.h>
#include <stdbool.h>

/* The interface's first IPv4 address. False when it has none, or isn't there. */
bool netdevice_address(const char *name, struct ip *ip);

/* The interface that has the IPv4 address. False when none has it. */
bool netdevice_find(const struct ip *ip, char name[IF_NAMESIZE]);

#endif
