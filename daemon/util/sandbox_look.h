/* Tries what the units forbid, as whoever took this program over would, and harms nothing where it can be
 * done. */
#ifndef UTIL_SANDBOX_LOOK_H
#define UTIL_SANDBOX_LOOK_H

#include "util/core/sandbox.h"

/* What the unit leaves open on purpose: it is not tried. */
struct sandbox_allowed {
    bool internet; /* IP sockets to the house, and its network */
    bool network;  /* the host's network without IP: CAN, Bluetooth */
    bool netlink;
    bool dongle;  /* a serial line */
    bool machine; /* all of /proc, not the processes alone */
};

/* Whether this program is a service of systemd: anywhere else nothing was promised, and nothing may be sent.
 */
bool sandbox_is_promised(void);

/* Tries it in a child of its own, for a moment; call it before there are threads. Not promised: nothing is
 * tried, and the report says that it is not checked. */
void sandbox_look(const struct sandbox_allowed *allowed, const char *state_dir,
                  struct sandbox_report *report);

/* A warning for each promise that does not hold. */
void sandbox_log(const struct sandbox_report *report);

#endif
