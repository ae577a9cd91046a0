/* What is watched: the nearest folder of the path that exists, and the same for the target when the path is a
 * link (udev keeps links in /dev/serial/by-id, nodes in /dev, and removes an empty by-id). Each event makes
 * both be found anew; what stands at the path is then compared with what stood there. Opens no device. */
#include "adapter/port_watch.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#define EVENTS                                                                                               \
    (IN_CREATE | IN_DELETE | IN_MOVED_TO | IN_MOVED_FROM | IN_ATTRIB | IN_DELETE_SELF | IN_MOVE_SELF |       \
     IN_ONLYDIR)
#define PLACES     2 /* the path's folder and the folder of what it links to */
#define SETTLE_MAX 8 /* folders that appear while they are looked for */
#define NO_FOLDER  (-1)

struct identity {
    bool there;
    dev_t device, number;
    ino_t inode;
    mode_t mode;
    uid_t user;
    gid_t group;
};

struct port_watch {
    const char *path;
    port_watch_fn *changed;
    void *ctx;
    int fd;
    struct loop_watch *events;
    int folders[PLACES]; /* as inotify numbers them */
    struct identity identity;
};

static struct identity identity_of(const char *path)
{
    struct stat status;
    if (stat(path, &status)) {
        return (struct identity){.there = false};
    }
    return (struct identity){.there = true,
                             .device = status.st_dev,
                             .number = status.st_rdev,
                             .inode = status.st_ino,
                             .mode = status.st_mode,
                             .user = status.st_uid,
                             .group = status.st_gid};
}

static bool identity_is_same(const struct identity *a, const struct identity *b)
{
    return a->there == b->there && a->device == b->device && a->number == b->number && a->inode == b->inode &&
           a->mode == b->mode && a->user == b->user && a->group == b->group;
}

/* From "/dev/serial/by-id/x" upwards until a folder is there. */
static int watch_nearest_folder(int fd, const char *path)
{
    char folder[PATH_MAX];
    int found = NO_FOLDER;
    char *slash;
    snprintf(folder, sizeof(folder), "%s", path);
    while (found == NO_FOLDER && (slash = strrchr(folder, '/'))) {
        *slash = '\0';
        found = inotify_add_watch(fd, folder[0] ? folder : "/", EVENTS);
        if (found < 0) {
            found = NO_FOLDER;
        }
    }
    return found;
}

/* Where the link at `path` leads, as an absolute path; "" when it is none. */
static void find_target(const char *path, char *target, size_t size)
{
    char link[PATH_MAX];
    ssize_t len = readlink(path, link, sizeof(link) - 1);
    target[0] = '\0';
    if (len <= 0) {
        return;
    }
    link[len] = '\0';
    int folder_len = link[0] == '/' ? 0 : (int)(strrchr(path, '/') - path) + 1;
    int needed = snprintf(target, size, "%.*s%s", folder_len, path, link);
    if (needed < 0 || (size_t)needed >= size) {
        target[0] = '\0';
    }
}

static void find_folders(const struct port_watch *watch, int *folders)
{
    char target[PATH_MAX];
    find_target(watch->path, target, sizeof(target));
    folders[0] = watch_nearest_folder(watch->fd, watch->path);
    folders[1] = target[0] ? watch_nearest_folder(watch->fd, target) : NO_FOLDER;
}

static bool is_among(int folder, const int *folders)
{
    return folder == folders[0] || folder == folders[1];
}

/* Until two looks agree: a folder made between the looks for it and for its parent would go unseen. */
static void watch_folders(struct port_watch *watch)
{
    int found[PLACES];
    for (int tries = 0; tries < SETTLE_MAX; tries++) {
        find_folders(watch, found);
        bool settled = found[0] == watch->folders[0] && found[1] == watch->folders[1];
        for (int i = 0; i < PLACES; i++) {
            if (watch->folders[i] != NO_FOLDER && !is_among(watch->folders[i], found)) {
                inotify_rm_watch(watch->fd, watch->folders[i]);
            }
        }
        memcpy(watch->folders, found, sizeof(found));
        if (settled) {
            return;
        }
    }
}

static void drain(int fd)
{
    char bytes[4096];
    while (read(fd, bytes, sizeof(bytes)) > 0) {
    }
}

static void on_event(void *ctx, uint32_t events)
{
    struct port_watch *watch = ctx;
    (void)events;
    drain(watch->fd);
    watch_folders(watch);
    struct identity identity = identity_of(watch->path);
    if (!identity_is_same(&identity, &watch->identity)) {
        watch->identity = identity;
        watch->changed(watch->ctx);
    }
}

struct port_watch *port_watch_new(struct loop *loop, const char *path, port_watch_fn *changed, void *ctx)
{
    struct err err;
    struct port_watch *watch = calloc(1, sizeof(*watch));
    if (!watch) {
        return NULL;
    }
    *watch =
        (struct port_watch){.path = path, .changed = changed, .ctx = ctx, .folders = {NO_FOLDER, NO_FOLDER}};
    watch->fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    if (watch->fd >= 0) {
        watch->events = loop_watch_new(loop, watch->fd, EPOLLIN, on_event, watch, &err);
    }
    if (!watch->events) {
        port_watch_free(watch);
        return NULL;
    }
    watch_folders(watch);
    watch->identity = identity_of(path);
    return watch;
}

void port_watch_free(struct port_watch *watch)
{
    if (!watch) {
        return;
    }
    loop_watch_free(watch->events);
    if (watch->fd >= 0) {
        close(watch->fd);
    }
    free(watch);
}

bool port_watch_is_there(const struct port_watch *watch)
{
    return watch->identity.there;
}
