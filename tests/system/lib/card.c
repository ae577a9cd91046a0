/* LD_PRELOAD: a memory card that fails on command. The file named by CARD says how: "full", "read-only" or
 * "broken"; anything else, or no file: it works. Only what lies below CARD_FOLDER is on the card. */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define PATH_BYTES 4096

/* 0, or what the kernel would say. */
static int trouble(void)
{
    const char *path = getenv("CARD");
    char word[16] = "";
    int fd = path ? (int)syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC) : -1;

    if (fd < 0)
        return 0;
    if (read(fd, word, sizeof(word) - 1) < 0)
        word[0] = '\0';
    close(fd);
    if (strncmp(word, "full", 4) == 0)
        return ENOSPC;
    if (strncmp(word, "read-only", 9) == 0)
        return EROFS;
    return strncmp(word, "broken", 6) == 0 ? EIO : 0;
}

static bool is_below(const char *path)
{
    const char *folder = getenv("CARD_FOLDER");

    return folder && strncmp(path, folder, strlen(folder)) == 0;
}

static bool is_on_card(int fd)
{
    char name[32], path[PATH_BYTES];

    snprintf(name, sizeof(name), "/proc/self/fd/%d", fd);
    ssize_t len = readlink(name, path, sizeof(path) - 1);
    if (len <= 0)
        return false;
    path[len] = '\0';
    return is_below(path);
}

static bool fails(int fd)
{
    int saved = errno;
    int error = is_on_card(fd) ? trouble() : 0;

    errno = error ? error : saved;
    return error != 0;
}

ssize_t pwrite64(int fd, const void *bytes, size_t len, off64_t offset)
{
    return fails(fd) ? -1 : syscall(SYS_pwrite64, fd, bytes, len, offset);
}

ssize_t pwrite(int fd, const void *bytes, size_t len, off_t offset)
{
    return pwrite64(fd, bytes, len, offset);
}

ssize_t write(int fd, const void *bytes, size_t len)
{
    return fails(fd) ? -1 : syscall(SYS_write, fd, bytes, len);
}

static int open_checked(const char *path, int flags, mode_t mode)
{
    bool writes = (flags & O_ACCMODE) != O_RDONLY;

    if (writes && is_below(path) && trouble() == EROFS) {
        errno = EROFS;
        return -1;
    }
    return (int)syscall(SYS_openat, AT_FDCWD, path, flags | O_LARGEFILE, mode);
}

int open64(const char *path, int flags, ...)
{
    va_list args;

    va_start(args, flags);
    mode_t mode = flags & O_CREAT ? va_arg(args, mode_t) : 0;
    va_end(args);
    return open_checked(path, flags, mode);
}

int open(const char *path, int flags, ...)
{
    va_list args;

    va_start(args, flags);
    mode_t mode = flags & O_CREAT ? va_arg(args, mode_t) : 0;
    va_end(args);
    return open_checked(path, flags, mode);
}

/* It writes nothing, but knows of a file system that is read-only. */
int access(const char *path, int mode)
{
    if ((mode & W_OK) && is_below(path) && trouble() == EROFS) {
        errno = EROFS;
        return -1;
    }
    return (int)syscall(SYS_faccessat, AT_FDCWD, path, mode);
}

static int sync_checked(int fd, long number)
{
    int error = is_on_card(fd) ? trouble() : 0;

    if (error != EIO)
        return (int)syscall(number, fd);
    errno = EIO;
    return -1;
}

int fsync(int fd)
{
    return sync_checked(fd, SYS_fsync);
}

int fdatasync(int fd)
{
    return sync_checked(fd, SYS_fdatasync);
}
