/* Once with zeros: more often has helped on no disk of this century. */
#include "util/wipe.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILL_NAME   "wipe.part"
#define CHUNK_BYTES (256 * 1024)

static int fail(const char *name, struct err *err)
{
    return err_set(err, "%.200s: %s", name, strerror(errno));
}

/* Zeros from where the descriptor stands; as many as there is room for. */
static int64_t write_zeros(int fd, int64_t bytes)
{
    char *zeros = calloc(1, CHUNK_BYTES);
    int64_t done = 0;

    while (zeros && done < bytes) {
        size_t piece = bytes - done < CHUNK_BYTES ? (size_t)(bytes - done) : CHUNK_BYTES;
        ssize_t written = write(fd, zeros, piece);
        if (written <= 0)
            break;
        done += written;
    }
    free(zeros);
    return done;
}

int wipe_content(int fd, const char *name, int64_t *bytes, struct err *err)
{
    struct stat status;

    if (fstat(fd, &status) != 0)
        return fail(name, err);
    if (!S_ISREG(status.st_mode) || status.st_nlink > 1)
        return 0;
    if (lseek(fd, 0, SEEK_SET) != 0 || write_zeros(fd, status.st_size) != status.st_size ||
        fdatasync(fd) != 0)
        return fail(name, err);
    *bytes += status.st_size;
    return 0;
}

int wipe_file(int folder, const char *name, int64_t *bytes, struct err *err)
{
    int fd = openat(folder, name, O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

    if (fd < 0 && errno == ENOENT)
        return 0;
    if (fd < 0 && errno != ELOOP && errno != ENXIO)
        return fail(name, err);
    int rc = fd >= 0 ? wipe_content(fd, name, bytes, err) : 0;
    if (fd >= 0)
        close(fd);
    if (rc == 0 && unlinkat(folder, name, 0) != 0)
        rc = fail(name, err);
    return rc;
}

int wipe_free_space(int folder, int64_t *bytes, struct err *err)
{
    int fd = openat(folder, FILL_NAME, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);

    if (fd < 0)
        return fail(FILL_NAME, err);
    *bytes = write_zeros(fd, INT64_MAX);
    int rc = errno == ENOSPC || errno == EDQUOT || errno == EFBIG ? 0 : fail(FILL_NAME, err);
    fdatasync(fd);
    close(fd);
    unlinkat(folder, FILL_NAME, 0);
    return rc;
}
