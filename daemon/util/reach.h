/* Whether a folder answers. A network disk that is gone keeps whoever asks for as long as it likes, so a
 * thread of its own asks, once. What the folder answers does not matter. */
#ifndef UTIL_REACH_H
#define UTIL_REACH_H

#include <stdbool.h>

struct reach;

/* Begins to ask. NULL without memory. */
struct reach *reach_new(const char *folder);
bool reach_has_answered(const struct reach *reach);

/* NULL is fine. One that still asks ends by itself, should it ever be answered. */
void reach_free(struct reach *reach);

#endif
