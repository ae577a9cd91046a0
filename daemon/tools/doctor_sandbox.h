/* What a running garaged found of its own unit's promises, as findings of garagectl doctor. */
#ifndef TOOLS_DOCTOR_SANDBOX_H
#define TOOLS_DOCTOR_SANDBOX_H

#include "tools/doctor_verdict.h"

#define DOCTOR_SANDBOX_MAX 40

/* Fills at most DOCTOR_SANDBOX_MAX; returns how many: none when nobody runs. */
size_t doctor_sandbox(const char *config, struct doctor_finding *findings);

#endif
