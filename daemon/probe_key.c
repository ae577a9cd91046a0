/* One small file. A key that is damaged or lies open is not used and not replaced: that is the owner's to
 * decide, for with it goes what the diary knows its car by. */
#include "probe_key.h"

#include "util/durable.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#define KEY_NAME "car.key"

static int fail(struct err *err, const char *path)
{
    return err_set(err, "%s: %s", path, strerror(errno));
}

/* Under its name the key is whole or not there: what a power cut leaves has another name. */
static int write_new(const char *path, struct err *err)
{
    uint8_t key[SHA256_BYTES];
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);

    if (fd < 0)
        return fail(err, path);
    bool is_written = getrandom(key, sizeof(key), 0) == sizeof(key) &&
                      write(fd, key, sizeof(key)) == sizeof(key) && fsync(fd) == 0;
    int rc = is_written ? 0 : fail(err, path);
    explicit_bzero(key, sizeof(key));
    close(fd);
    return rc;
}

/* Whoever links first wins. */
static int make(const char *folder, const char *path, struct err *err)
{
    char fresh[PATH_MAX];

    snprintf(fresh, sizeof(fresh), "%.4000s/" KEY_NAME ".%ld", folder, (long)getpid());
    unlink(fresh);
    int rc = write_new(fresh, err);
    if (rc == 0 && link(fresh, path) != 0 && errno != EEXIST)
        rc = fail(err, path);
    unlink(fresh);
    durable_sync_folder(folder);
    return rc;
}

static int read_open(int fd, const char *path, uint8_t key[SHA256_BYTES], struct err *err)
{
    struct stat status;

    if (fstat(fd, &status) != 0)
        return fail(err, path);
    if (!S_ISREG(status.st_mode) || status.st_size != SHA256_BYTES)
        return err_set(err, "%s: not a key of %d bytes: remove it, and the car has to be accepted anew", path,
                       SHA256_BYTES);
    if ((status.st_mode & 077) != 0)
        return err_set(err, "%s: others may read it: chmod 600", path);
    return read(fd, key, SHA256_BYTES) == SHA256_BYTES ? 0 : fail(err, path);
}

int probe_key_read(const char *folder, uint8_t key[SHA256_BYTES], struct err *err)
{
    char path[PATH_MAX];
    int rc;

    snprintf(path, sizeof(path), "%.4000s/" KEY_NAME, folder);
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0 && errno == ENOENT) {
        if (make(folder, path, err) < 0)
            return -1;
        fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    }
    if (fd < 0)
        return fail(err, path);
    rc = read_open(fd, path, key, err);
    close(fd);
    return rc;
}
