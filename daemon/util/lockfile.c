/* Locks with flock: a file that a dead process left behind holds nobody up. The file is never deleted, or two
 * could each lock their own. */
#include "util/lockfile.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

enum lockfile lockfile_take(const char *folder, int *fd, struct err *err)
{
    char path[PATH_MAX];

    snprintf(path, sizeof(path), "%s/lock", folder);
    *fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (*fd < 0) {
        err_set(err, "%s: %s", path, strerror(errno));
        return LOCKFILE_IMPOSSIBLE;
    }
    if (flock(*fd, LOCK_EX | LOCK_NB) == 0)
        return LOCKFILE_TAKEN;
    bool busy = errno == EWOULDBLOCK;
    err_set(err, "%s: %s", path, busy ? "another garaged is running on this folder" : strerror(errno));
    close(*fd);
    *fd = -1;
    return busy ? LOCKFILE_BUSY : LOCKFILE_IMPOSSIBLE;
}
