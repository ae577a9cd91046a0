/* Small files that outlive a power cut. */
#ifndef UTIL_DURABLE_H
#define UTIL_DURABLE_H

#include "util/core/err.h"

#include <stddef.h>

/* Puts these bytes below this name, mode 0600: after a power cut the file is the old one or the new one. Writes
 * PATH.new beside it first. */
int durable_replace(const char *path, const void *bytes, size_t len, struct err *err);

/* What was made, renamed or removed in the folder stays so. A folder that can't be synced is none of the
 * caller's troubles: what it did has been done. */
void durable_sync_folder(const char *folder);

#endif
