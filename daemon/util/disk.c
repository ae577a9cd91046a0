/* blocks/8:1 leads to .../sda/sda1, which holds a file `partition`: then its folder is the disk. */
#include "util/disk.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <unistd.h>

/* "": it has none. */
static void find_disk(const char *blocks, dev_t device, char disk[PATH_MAX])
{
    char link[PATH_MAX], mark[PATH_MAX + sizeof("/partition")];

    snprintf(link, sizeof(link), "%.200s/%u:%u", blocks, major(device), minor(device));
    if (!realpath(link, disk)) {
        disk[0] = '\0';
        return;
    }
    snprintf(mark, sizeof(mark), "%s/partition", disk);
    if (access(mark, F_OK) == 0)
        *strrchr(disk, '/') = '\0';
}

bool disk_is_same(const char *blocks, dev_t first, dev_t second)
{
    char disks[2][PATH_MAX];

    if (first == second)
        return true;
    find_disk(blocks, first, disks[0]);
    find_disk(blocks, second, disks[1]);
    return disks[0][0] && strcmp(disks[0], disks[1]) == 0;
}
