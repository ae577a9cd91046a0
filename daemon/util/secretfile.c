/* Opens each file once and judges what it opened. Credentials of systemd may show read permission for a
 * group: that is the mask of the list by which our own user may read what is root's. */
#include "util/secretfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *credentials_folder(void)
{
    const char *folder = getenv("CREDENTIALS_DIRECTORY");

    return folder && folder[0] == '/' ? folder : NULL;
}

static bool is_credential(const char *path)
{
    const char *folder = credentials_folder();
    size_t len = folder ? strlen(folder) : 0;

    return folder && strncmp(path, folder, len) == 0 && path[len] == '/' && !strchr(path + len + 1, '/');
}

static int judge(const char *item, const char *path, const struct stat *status, struct err *err)
{
    mode_t others = is_credential(path) ? 037 : 077;

    if (!S_ISREG(status->st_mode))
        return err_set(err, "%s: %s: not a file", item, path);
    if (status->st_uid != 0 && status->st_uid != geteuid())
        return err_set(err, "%s: %s: belongs to another user", item, path);
    if (status->st_mode & others)
        return err_set(err, "%s: %s: others may read it: chmod 600", item, path);
    return 0;
}

/* Non-blocking, so that a FIFO is refused and not waited for. */
int secretfile_open(const char *item, const char *path, struct err *err)
{
    struct stat status;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);

    if (fd < 0)
        return err_set(err, "%s: %s: %s", item, path,
                       errno == ELOOP ? "a link: name the file itself" : strerror(errno));
    int rc = fstat(fd, &status) == 0 ? judge(item, path, &status, err)
                                     : err_set(err, "%s: %s: %s", item, path, strerror(errno));
    if (rc == 0)
        return fd;
    close(fd);
    return -1;
}

int secretfile_read(const char *item, const char *path, char *memory, size_t size, struct err *err)
{
    int fd = secretfile_open(item, path, err);

    if (fd < 0)
        return -1;
    ssize_t got = read(fd, memory, size);
    int reason = errno;
    close(fd);
    if (got < 0)
        return err_set(err, "%s: %s: %s", item, path, strerror(reason));
    if ((size_t)got == size)
        return err_set(err, "%s: %s: longer than %zu bytes", item, path, size - 1);
    memory[got] = '\0';
    if (strlen(memory) != (size_t)got)
        return err_set(err, "%s: %s: a NUL byte: this is no text", item, path);
    memory[strcspn(memory, "\r\n")] = '\0';
    return memory[0] != '\0' ? 0 : err_set(err, "%s: %s: empty", item, path);
}

int secretfile_check(const char *item, const char *path, struct err *err)
{
    int fd = secretfile_open(item, path, err);

    if (fd < 0)
        return -1;
    close(fd);
    return 0;
}

bool secretfile_credential(const char *name, char *path, size_t size)
{
    const char *folder = credentials_folder();
    int len = folder ? snprintf(path, size, "%s/%s", folder, name) : -1;

    return len > 0 && (size_t)len < size && access(path, F_OK) == 0;
}
