/* Names, dates and the order in which things are made to last. What a copy holds is not looked at; a file
 * whose name is not exactly one of ours is never touched. */
#include "util/copies.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SURPLUS_MAX 4096 /* deleted in one go */

static int fail(struct err *err, const char *path)
{
    return err_set(err, "%.300s: %s", path, strerror(errno));
}

int copies_begin(const char *folder, const char *name, char part[COPIES_PATH_MAX], struct err *err)
{
    if (mkdir(folder, 0700) != 0 && errno != EEXIST)
        return fail(err, folder);
    if (snprintf(part, COPIES_PATH_MAX, "%s/%s.part", folder, name) >= COPIES_PATH_MAX)
        return err_set(err, "%.300s: too long", folder);
    if (unlink(part) != 0 && errno != ENOENT)
        return fail(err, part);
    int fd = open(part, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0)
        return fail(err, part);
    close(fd);
    return 0;
}

static int sync_path(const char *path, int flags, struct err *err)
{
    int fd = open(path, flags | O_CLOEXEC);

    if (fd < 0)
        return fail(err, path);
    int rc = fsync(fd) == 0 ? 0 : fail(err, path);
    close(fd);
    return rc;
}

int copies_name(const char *from, const char *to, struct err *err)
{
    char folder[COPIES_PATH_MAX];

    snprintf(folder, sizeof(folder), "%s", to);
    char *slash = strrchr(folder, '/');
    if (slash)
        slash[slash == folder] = '\0'; /* "/" stays */
    if (sync_path(from, O_RDWR | O_NOFOLLOW, err))
        return -1;
    if (rename(from, to) != 0)
        return fail(err, to);
    return sync_path(slash ? folder : ".", O_RDONLY | O_DIRECTORY, err);
}

/* The day in NAME-2026-11-22.db; NULL when it is another file. */
static const char *day_in(const char *file, const char *name, char day[DAY_TEXT_SIZE])
{
    size_t len = strlen(name);
    int32_t number;

    if (strncmp(file, name, len) != 0 || strlen(file) != len + strlen("-2026-11-22.db") || file[len] != '-' ||
        strcmp(file + len + DAY_TEXT_SIZE, ".db") != 0)
        return NULL;
    snprintf(day, DAY_TEXT_SIZE, "%s", file + len + 1);
    return day_parse(day, &number) ? day : NULL;
}

/* How many there are, the newest, and the oldest but the one of `but`. */
static size_t look(const char *folder, const char *name, const char *but, char newest[DAY_TEXT_SIZE],
                   char oldest[DAY_TEXT_SIZE])
{
    DIR *dir = opendir(folder);
    const struct dirent *entry;
    char day[DAY_TEXT_SIZE];
    size_t count = 0;

    newest[0] = oldest[0] = '\0';
    while (dir && (entry = readdir(dir))) {
        if (!day_in(entry->d_name, name, day))
            continue;
        count++;
        if (strcmp(day, newest) > 0)
            memcpy(newest, day, DAY_TEXT_SIZE);
        if (strcmp(day, but) != 0 && (!*oldest || strcmp(day, oldest) < 0))
            memcpy(oldest, day, DAY_TEXT_SIZE);
    }
    if (dir)
        closedir(dir);
    return count;
}

static int drop_surplus(const char *folder, const char *name, const char *but, size_t keep, struct err *err)
{
    char newest[DAY_TEXT_SIZE], oldest[DAY_TEXT_SIZE], path[COPIES_PATH_MAX];

    for (int i = 0; i < SURPLUS_MAX; i++) {
        if (look(folder, name, but, newest, oldest) <= keep || !*oldest)
            return 0;
        snprintf(path, sizeof(path), "%s/%s-%s.db", folder, name, oldest);
        if (unlink(path) != 0)
            return fail(err, path);
    }
    return 0;
}

int copies_end(const char *folder, const char *name, const char *day, size_t keep, struct err *err)
{
    char part[COPIES_PATH_MAX], path[COPIES_PATH_MAX];

    if (snprintf(part, sizeof(part), "%s/%s.part", folder, name) >= (int)sizeof(part) ||
        snprintf(path, sizeof(path), "%s/%s-%s.db", folder, name, day) >= (int)sizeof(path))
        return err_set(err, "%.300s: too long", folder);
    return copies_name(part, path, err) || drop_surplus(folder, name, day, keep, err) ? -1 : 0;
}

void copies_find(const char *folder, const char *name, const char *beside, struct copies_found *found)
{
    char oldest[DAY_TEXT_SIZE];
    struct stat there, here;

    found->count = look(folder, name, "", found->newest, oldest);
    /* What is not there yet is made below its parent, as a rule on the same disk as that. */
    found->same_disk = stat(beside, &here) == 0 && (stat(folder, &there) != 0 || there.st_dev == here.st_dev);
}
