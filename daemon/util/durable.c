/* Write beside, sync, rename, sync the folder. Locks nothing: two who replace one file at a time lose one of
 * the two. */
#include "util/durable.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int write_all(int fd, const char *bytes, size_t len)
{
    while (len > 0) {
        ssize_t written = write(fd, bytes, len);

        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return -1;
        bytes += written;
        len -= (size_t)written;
    }
    return fsync(fd);
}

void durable_sync_folder(const char *folder)
{
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (fd < 0)
        return;
    fsync(fd);
    close(fd);
}

static void sync_folder_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    char folder[PATH_MAX];

    snprintf(folder, sizeof(folder), "%.*s", slash == NULL ? 1 : (int)(slash - path) + 1,
             slash == NULL ? "." : path);
    durable_sync_folder(folder);
}

int durable_replace(const char *path, const void *bytes, size_t len, struct err *err)
{
    char new_path[PATH_MAX];

    if (snprintf(new_path, sizeof(new_path), "%s.new", path) >= (int)sizeof(new_path))
        return err_set(err, "%s: too long a name", path);
    unlink(new_path); /* of a try that was cut off */
    int fd = open(new_path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return err_set(err, "%s: %s", new_path, strerror(errno));
    int status = write_all(fd, bytes, len);
    int reason = errno;
    close(fd);
    if (status == 0 && rename(new_path, path) == 0) {
        sync_folder_of(path);
        return 0;
    }
    err_set(err, "%s: %s", path, strerror(status == 0 ? errno : reason));
    unlink(new_path);
    return -1;
}
