/* Asking a running garaged to lend the dongle for the examination, and to take it back. */
#ifndef TOOLS_DOCTOR_LENDER_H
#define TOOLS_DOCTOR_LENDER_H

#include "tools/doctor_verdict.h"

#include <stddef.h>

/* `words`: why it does not. 0 seconds: takes it back. */
enum doctor_lender doctor_lend(const char *config, const char *car, int seconds, char *words, size_t size);

#endif
