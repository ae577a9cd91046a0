/* How long to wait before a port is opened again. Pure. The waits are so short that a dongle is back within
 * 10 s of the fault's end while the outage is younger than ten minutes, and within 60 s after that: what is
 * added is the try that just missed it (REOPEN_TRY_NS) and the start of the dialogue (REOPEN_START_NS). */
#ifndef ADAPTER_REOPEN_H
#define ADAPTER_REOPEN_H

#include "util/core/time.h"

#include <stdbool.h>
#include <stdint.h>

#define REOPEN_SHORT_NS (10 * NS_PER_MIN) /* an outage that is no longer is a short one */
#define REOPEN_TRY_NS   (2 * NS_PER_S)    /* so long a try may overlook that the fault has ended */
#define REOPEN_START_NS (4 * NS_PER_S)    /* from opening a good port to a link that is up */

struct reopen {
    unsigned attempts; /* since it last worked */
    int64_t since_ns;  /* the first of them */
};

void reopen_reset(struct reopen *reopen); /* it works */
void reopen_begun(struct reopen *reopen, int64_t now_ns);

/* Whether it has not worked for longer than REOPEN_SHORT_NS. */
bool reopen_is_long(const struct reopen *reopen, int64_t now_ns);

/* 1, 1, 2, 4, 4 ... s while the outage is short, then growing up to 45 s. */
int64_t reopen_delay_ns(const struct reopen *reopen, int64_t now_ns);

#endif
