/* What a running garaged knows of its broker's doors, as findings of garagectl doctor. */
#ifndef TOOLS_DOCTOR_BROKER_H
#define TOOLS_DOCTOR_BROKER_H

#include "tools/doctor_verdict.h"

#define DOCTOR_BROKER_MAX 2

/* Fills at most DOCTOR_BROKER_MAX; returns how many: none when nobody runs, or without a broker. */
size_t doctor_broker(const char *config, struct doctor_finding *findings);

#endif
