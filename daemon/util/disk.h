/* Which disk a file lies on: the partitions of one card die together. */
#ifndef UTIL_DISK_H
#define UTIL_DISK_H

#include <stdbool.h>
#include <sys/types.h>

#define DISK_BLOCKS "/sys/dev/block"

/* Whether both file systems (their st_dev) are on one disk, as the folder `blocks` of the kernel's knows it.
 * What is no partition (a network, memory) is a disk of its own. */
bool disk_is_same(const char *blocks, dev_t first, dev_t second);

#endif
