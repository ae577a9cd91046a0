/* LD_PRELOAD: keeps what the program gives back to the disk, as somebody who carves its free space would find it: what a file
 * holds when its last name is gone, or what is cut off its end, goes into a file of the folder FREED. */
#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define FIRST_KEPT 500 /* descriptors from here on are those of deleted files; the program has no others so high */

static void save(int fd, off_t from)
{
    char path[4096], bytes[65536];
    ssize_t got;

    snprintf(path, sizeof(path), "%s/XXXXXX", getenv("FREED"));
    int to = mkstemp(path);
    while (to >= 0 && (got = pread(fd, bytes, sizeof(bytes), from)) > 0 && write(to, bytes, (size_t)got) == got)
        from += got;
    if (to >= 0)
        close(to);
}

/* Its content is looked at when the program ends: it may be overwritten until then. */
static void keep(int folder, const char *name)
{
    struct stat status;

    if (fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISREG(status.st_mode) ||
        status.st_nlink > 1)
        return;
    int fd = openat(folder, name, O_RDONLY | O_CLOEXEC);
    if (fd >= 0 && fcntl(fd, F_DUPFD_CLOEXEC, FIRST_KEPT) >= 0)
        close(fd);
}

__attribute__((destructor)) static void save_kept(void)
{
    for (int fd = FIRST_KEPT; fcntl(fd, F_GETFD) >= 0; fd++)
        save(fd, 0);
}

int unlink(const char *name)
{
    int (*real)(const char *) = (int (*)(const char *))dlsym(RTLD_NEXT, "unlink");

    keep(AT_FDCWD, name);
    return real(name);
}

int unlinkat(int folder, const char *name, int flags)
{
    int (*real)(int, const char *, int) = (int (*)(int, const char *, int))dlsym(RTLD_NEXT, "unlinkat");

    keep(folder, name);
    return real(folder, name, flags);
}

int rename(const char *from, const char *to)
{
    int (*real)(const char *, const char *) = (int (*)(const char *, const char *))dlsym(RTLD_NEXT, "rename");

    keep(AT_FDCWD, to);
    return real(from, to);
}

int renameat(int from_folder, const char *from, int to_folder, const char *to)
{
    int (*real)(int, const char *, int, const char *) =
        (int (*)(int, const char *, int, const char *))dlsym(RTLD_NEXT, "renameat");

    keep(to_folder, to);
    return real(from_folder, from, to_folder, to);
}

static void save_end(int fd, off_t from)
{
    struct stat status;

    if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode) && status.st_size > from)
        save(fd, from);
}

int ftruncate(int fd, off_t length)
{
    int (*real)(int, off_t) = (int (*)(int, off_t))dlsym(RTLD_NEXT, "ftruncate");

    save_end(fd, length);
    return real(fd, length);
}

int ftruncate64(int fd, off_t length)
{
    return ftruncate(fd, length);
}
