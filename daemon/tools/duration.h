/* How long, as people type it. */
#ifndef TOOLS_DURATION_H
#define TOOLS_DURATION_H

#include <stdbool.h>
#include <stdint.h>

#define DURATION_MAX_S 604800 /* a week: longer is a slip of the finger */

/* "30s", "30m", "2h", or "0": whole seconds. False if it is none of these, or longer than DURATION_MAX_S. */
bool duration_parse(const char *text, int64_t *seconds);

#endif
