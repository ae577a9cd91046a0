/* Plain files; the folder is their list. What lies there under another name is left alone. */
#include "export/recordings.h"

#include "util/core/time.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define DIGITS     "0123456789"
#define CAR_LETTER "abcdefghijklmnopqrstuvwxyz0123456789_"
#define SCAN_MAX   256 /* files looked at: more than there can be of ours */

/* ---- names ---- */

static const char *skip(const char *text, const char *set, size_t least, size_t most)
{
    size_t len = strspn(text, set);

    return len >= least && len <= most ? text + len : NULL;
}

bool recordings_is_name(const char *name)
{
    const char *at = skip(name, CAR_LETTER, 1, 16);

    if (!at || *at != '-' || !(at = skip(at + 1, DIGITS, 8, 8)) || *at != '-')
        return false;
    at = skip(at + 1, DIGITS, 6, 6);
    return at && strcmp(at, ".log") == 0;
}

static void write_name(char name[RECORDING_NAME_SIZE], const char *car, const struct zone *zone,
                       int64_t utc_ns)
{
    char time[ZONE_TIME_TEXT_SIZE]; /* 2026-11-22T07:55:01+01:00 */

    zone_time_text(zone, utc_ns, time);
    snprintf(name, RECORDING_NAME_SIZE, "%.16s-%.4s%.2s%.2s-%.2s%.2s%.2s.log", car, time, time + 5, time + 8,
             time + 11, time + 14, time + 17);
}

/* ---- the folder ---- */

static int open_folder(const char *folder)
{
    return open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
}

static int is_newer(const void *a, const void *b)
{
    const struct recording_file *left = a, *right = b;

    if (left->utc_ns != right->utc_ns)
        return left->utc_ns < right->utc_ns ? 1 : -1;
    return strcmp(right->name, left->name);
}

static bool look_at(int folder, const char *name, struct recording_file *file)
{
    struct stat status;

    if (!recordings_is_name(name) || fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) != 0 ||
        !S_ISREG(status.st_mode))
        return false;
    memcpy(file->name, name, strlen(name) + 1); /* a name fits */
    file->bytes = status.st_size;
    file->utc_ns = (int64_t)status.st_mtim.tv_sec * NS_PER_S + status.st_mtim.tv_nsec;
    return true;
}

/* Closes `folder`. */
static size_t scan(int folder, struct recording_file files[SCAN_MAX])
{
    DIR *stream = fdopendir(folder);
    const struct dirent *entry;
    size_t count = 0;

    if (!stream) {
        close(folder);
        return 0;
    }
    while (count < SCAN_MAX && (entry = readdir(stream)) != NULL)
        count += look_at(dirfd(stream), entry->d_name, &files[count]);
    closedir(stream);
    qsort(files, count, sizeof(files[0]), is_newer);
    return count;
}

size_t recordings_list(const char *folder, struct recording_file files[RECORDINGS_FILES_MAX])
{
    struct recording_file found[SCAN_MAX];
    int fd = open_folder(folder);
    size_t count = fd < 0 ? 0 : scan(fd, found);

    count = count < RECORDINGS_FILES_MAX ? count : RECORDINGS_FILES_MAX;
    memcpy(files, found, count * sizeof(files[0]));
    return count;
}

/* Room for one more, as large as one may get. */
static void make_room(const char *folder)
{
    struct recording_file files[SCAN_MAX];
    int fd = open_folder(folder);
    size_t count = fd < 0 ? 0 : scan(fd, files);
    int64_t bytes = RECORDING_BYTES_MAX;

    for (size_t i = 0; i < count; i++) {
        bytes += files[i].bytes;
        if (i >= RECORDINGS_FILES_MAX - 1 || bytes > RECORDINGS_BYTES_MAX)
            recordings_remove(folder, files[i].name);
    }
}

static int judge_space(const char *folder, struct err *err)
{
    struct statvfs disk;

    if (statvfs(folder, &disk) != 0)
        return err_set(err, "%s: %s", folder, strerror(errno));
    int64_t free_bytes = (int64_t)disk.f_bavail * (int64_t)disk.f_frsize;
    if (free_bytes < RECORDINGS_SPARE)
        return err_set(err, "the disk is nearly full: what is left is the diary's");
    return 0;
}

int recordings_create(const char *folder, const char *car, const struct zone *zone, int64_t utc_ns,
                      char name[RECORDING_NAME_SIZE], struct err *err)
{
    if (mkdir(folder, 0700) != 0 && errno != EEXIST)
        return err_set(err, "%s: %s", folder, strerror(errno));
    make_room(folder);
    if (judge_space(folder, err))
        return -1;
    write_name(name, car, zone, utc_ns);
    int parent = open_folder(folder);
    int fd =
        parent < 0 ? -1 : openat(parent, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        err_set(err, "%s/%s: %s", folder, name, strerror(errno));
    if (parent >= 0)
        close(parent);
    return fd;
}

int recordings_open(const char *folder, const char *name)
{
    int parent = recordings_is_name(name) ? open_folder(folder) : -1;
    int fd = parent < 0 ? -1 : openat(parent, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);

    if (parent >= 0)
        close(parent);
    return fd;
}

void recordings_remove(const char *folder, const char *name)
{
    int parent = recordings_is_name(name) ? open_folder(folder) : -1;

    if (parent < 0)
        return;
    unlinkat(parent, name, 0);
    close(parent);
}
