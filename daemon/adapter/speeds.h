/* Which speed a serial line is tried at next, when the owner did not say. Pure. */
#ifndef ADAPTER_SPEEDS_H
#define ADAPTER_SPEEDS_H

#include <stdbool.h>
#include <stddef.h>

struct speeds {
    int fixed;      /* as configured; 0: to be found */
    int known;      /* where the dongle answered last; 0: nowhere yet */
    int doubts;     /* other speeds that are still to be tried beside the known one */
    size_t next;    /* of the list */
    bool elsewhere; /* the speed in use is the list's, not the known one */
};

void speeds_init(struct speeds *speeds, int configured);

/* The speed to open the line with. */
int speeds_current(const struct speeds *speeds);

/* The dongle answered at the current speed. */
void speeds_worked(struct speeds *speeds);

/* Nothing was found at the current speed. True: the next one is to be tried at once; false: after a wait. */
bool speeds_failed(struct speeds *speeds);

/* The dongle may be another one now: once through the other speeds, the known one between each two of them,
 * so that the old dongle is not missed meanwhile. */
void speeds_doubt(struct speeds *speeds);

#endif
