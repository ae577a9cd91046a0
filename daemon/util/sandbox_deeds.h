/* The deeds themselves, one function each. For util/sandbox_look. */
#ifndef UTIL_SANDBOX_DEEDS_H
#define UTIL_SANDBOX_DEEDS_H

#include "util/sandbox_look.h"

/* Tries each deed that is not allowed and writes one byte (enum sandbox_result) for each, in their order, to
 * fd. */
void sandbox_deeds_try(const struct sandbox_allowed *allowed, int fd);

#endif
