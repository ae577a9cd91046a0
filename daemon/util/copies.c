/* Names, dates and the order in which things are made to last. What a copy holds is not looked at; a file
 * whose name is not exactly one of ours is never touched. */
#include "util/copies.h"

#include "util/disk.h"

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

struct lying {
    size_t count, ahead;                               /* all of this name; those dated after a day */
    char newest[DAY_TEXT_SIZE], oldest[DAY_TEXT_SIZE]; /* but two that stay; "": none */
};

static void note(struct lying *lying, const char *day)
{
    if (strcmp(day, lying->newest) > 0)
        memcpy(lying->newest, day, DAY_TEXT_SIZE);
    if (!*lying->oldest || strcmp(day, lying->oldest) < 0)
        memcpy(lying->oldest, day, DAY_TEXT_SIZE);
}

static struct lying look(const char *folder, const char *name, const char *after, const char *spared)
{
    struct lying lying = {0};
    DIR *dir = opendir(folder);
    const struct dirent *entry;
    char day[DAY_TEXT_SIZE];

    while (dir && (entry = readdir(dir))) {
        if (!day_in(entry->d_name, name, day))
            continue;
        lying.count++;
        lying.ahead += strcmp(day, after) > 0;
        if (strcmp(day, after) != 0 && strcmp(day, spared) != 0)
            note(&lying, day);
    }
    if (dir)
        closedir(dir);
    return lying;
}

static int name_copy(char path[COPIES_PATH_MAX], const char *folder, const char *name, const char *day)
{
    return snprintf(path, COPIES_PATH_MAX, "%s/%s-%s.db", folder, name, day) < COPIES_PATH_MAX ? 0 : -1;
}

static off_t size_of(const char *folder, const char *name, const char *day)
{
    char path[COPIES_PATH_MAX];
    struct stat status;

    return name_copy(path, folder, name, day) == 0 && stat(path, &status) == 0 ? status.st_size : 0;
}

/* What is copied only grows. A copy that is larger than the one just made holds what was lost since: the
 * largest stays for as long as that is so. */
static void find_spared(const char *folder, const char *name, const char *made, char spared[DAY_TEXT_SIZE])
{
    off_t most = size_of(folder, name, made);
    DIR *dir = opendir(folder);
    const struct dirent *entry;
    char day[DAY_TEXT_SIZE];

    spared[0] = '\0';
    while (dir && (entry = readdir(dir))) {
        if (!day_in(entry->d_name, name, day))
            continue;
        off_t size = size_of(folder, name, day);
        if (size > most || (size == most && *spared && strcmp(day, spared) > 0))
            memcpy(spared, day, DAY_TEXT_SIZE);
        most = size > most ? size : most;
    }
    if (dir)
        closedir(dir);
}

/* Those of days that have not come yet were made by a wrong clock: they go once there are enough others. */
static int drop_surplus(const char *folder, const char *name, const char *made, size_t keep, struct err *err)
{
    char spared[DAY_TEXT_SIZE], path[COPIES_PATH_MAX];

    find_spared(folder, name, made, spared);
    for (int i = 0; i < SURPLUS_MAX; i++) {
        const struct lying lying = look(folder, name, made, spared);
        bool is_ahead = strcmp(lying.newest, made) > 0;
        size_t others = lying.count - lying.ahead;
        if (!*lying.oldest || others + is_ahead <= keep)
            return 0;
        name_copy(path, folder, name, is_ahead ? lying.newest : lying.oldest);
        if (unlink(path) != 0)
            return fail(err, path);
    }
    return 0;
}

bool copies_has(const char *folder, const char *name, const char *day)
{
    return size_of(folder, name, day) > 0;
}

int copies_end(const char *folder, const char *name, const char *day, size_t keep, struct err *err)
{
    char part[COPIES_PATH_MAX], path[COPIES_PATH_MAX];

    if (snprintf(part, sizeof(part), "%s/%s.part", folder, name) >= (int)sizeof(part) ||
        name_copy(path, folder, name, day) != 0)
        return err_set(err, "%.300s: too long", folder);
    return copies_name(part, path, err) || drop_surplus(folder, name, day, keep, err) ? -1 : 0;
}

void copies_find(const char *folder, const char *name, const char *beside, struct copies_found *found)
{
    const struct lying lying = look(folder, name, "", "");
    struct stat there, here;

    found->count = lying.count;
    memcpy(found->newest, lying.newest, sizeof(found->newest));
    /* What is not there yet is made below its parent, as a rule on the same disk as that. */
    found->same_disk = stat(beside, &here) == 0 &&
                       (stat(folder, &there) != 0 || disk_is_same(DISK_BLOCKS, there.st_dev, here.st_dev));
}
