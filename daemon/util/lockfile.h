/* One process a folder: a locked file that the kernel releases with the process, however it ends. */
#ifndef UTIL_LOCKFILE_H
#define UTIL_LOCKFILE_H

#include "util/core/err.h"

enum lockfile { LOCKFILE_TAKEN, LOCKFILE_BUSY, LOCKFILE_IMPOSSIBLE };

/* Locks FOLDER/lock. *fd is to be closed by the caller when it was taken, -1 otherwise; err then says why. */
enum lockfile lockfile_take(const char *folder, int *fd, struct err *err);

#endif
