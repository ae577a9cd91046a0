/* How long to wait before a port is opened again. Pure. */
#ifndef ADAPTER_REOPEN_H
#define ADAPTER_REOPEN_H

#include "util/core/time.h"

#include <stdint.h>

struct reopen {
    unsigned attempts; /* since it last worked */
    int64_t since_ns;  /* the first of them */
};

void reopen_reset(struct reopen *reopen); /* it works */
void reopen_begun(struct reopen *reopen, int64_t now_ns);

/* 1, 2, 4, 4 ... s while the outage is younger than ten minutes, then up to 60 s. */
int64_t reopen_delay_ns(const struct reopen *reopen, int64_t now_ns);

#endif
