/* A table of names. What is not in it (the lock, certificates, the owner's own files) stays. */
#include "tools/forget_places.h"

#include "diary/store/forget.h"
#include "util/wipe.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define PATH_BYTES  4096
#define PATTERN_MAX 64
#define NAMES_MAX   1000 /* files of one folder: more than garaged ever makes */

/* What becomes of a file when one car is forgotten. */
enum fate {
    FATE_NOTHING,  /* it is nobody's */
    FATE_REWRITE,  /* its rows go; when that can't be done, nothing is */
    FATE_TRY,      /* a copy: its rows go, or else all of it */
    FATE_OWN_NAME, /* a recording: it begins with the car's id */
    FATE_WIPE,     /* it can't be looked into */
};

static const struct place {
    const char *folder; /* below the state folder; NULL: backup_dir */
    const char *pattern;
    enum fate fate;
    bool is_access;
} places[] = {
    {"", "diary.db", FATE_REWRITE, false},
    {"", "readings.db", FATE_REWRITE, false},
    {"", "diary.db.before-restore-*", FATE_TRY, false},
    {"", "diary.db.damaged-*", FATE_TRY, false},
    {"", "readings.db.damaged-*", FATE_TRY, false},
    {"", "diary.db-*", FATE_NOTHING, false},
    {"", "readings.db-*", FATE_NOTHING, false},
    {"", "diary.part", FATE_WIPE, false},
    {"", "forget.part", FATE_WIPE, false},
    {"", "car.key*", FATE_NOTHING, false},
    {"restore.part", "*", FATE_WIPE, false},
    {"backups", "diary-*.db", FATE_TRY, false},
    {"backups", "diary.part", FATE_WIPE, false},
    {"backups", "forget.part", FATE_WIPE, false},
    {"recordings", "*", FATE_OWN_NAME, false},
    {NULL, "diary-*.db", FATE_TRY, false},
    {NULL, "diary.part", FATE_WIPE, false},
    {NULL, "forget.part", FATE_WIPE, false},
    {"", "access.db*", FATE_NOTHING, true},
    {"", "tls.key*", FATE_NOTHING, true},
    {"", "tls.crt*", FATE_NOTHING, true},
    {"", "access.part", FATE_NOTHING, true},
    {"backups", "access-*.db", FATE_NOTHING, true},
    {"backups", "access.part", FATE_NOTHING, true},
    {NULL, "access-*.db", FATE_NOTHING, true},
    {NULL, "access.part", FATE_NOTHING, true},
};

struct forgetter {
    const struct forget_order *order;
    struct forget_told *told;
    const struct place *place;
    char path[PATH_BYTES]; /* of the place's folder */
    int folder;
};

static int wipe(struct forgetter *forgetter, const char *name, struct err *err)
{
    forgetter->told->files++;
    return wipe_file(forgetter->folder, name, &forgetter->told->bytes, err);
}

static int rewrite(struct forgetter *forgetter, const char *name, struct err *err)
{
    return forget_car(forgetter->path, name, forgetter->order->car, &forgetter->told->rows, err);
}

/* A copy that garaged itself could not read helps nobody, but may be read by others. */
static int rewrite_or_wipe(struct forgetter *forgetter, const char *name, struct err *err)
{
    if (rewrite(forgetter, name, err) == 0)
        return 0;
    forgetter->told->given_up++;
    return wipe(forgetter, name, err);
}

static bool is_of_car(const char *name, const char *car)
{
    size_t len = strlen(car);

    return strncmp(name, car, len) == 0 && name[len] == '-';
}

static int treat(struct forgetter *forgetter, const char *name, struct err *err)
{
    enum fate fate = forgetter->order->car ? forgetter->place->fate : FATE_WIPE;

    switch (fate) {
    case FATE_NOTHING:
        return 0;
    case FATE_REWRITE:
        return rewrite(forgetter, name, err);
    case FATE_TRY:
        return rewrite_or_wipe(forgetter, name, err);
    case FATE_OWN_NAME:
        return is_of_car(name, forgetter->order->car) ? wipe(forgetter, name, err) : 0;
    case FATE_WIPE:
        break;
    }
    return wipe(forgetter, name, err);
}

/* Names first: what is rewritten changes the folder that is being read. A subfolder is no file of ours. */
static size_t list_names(const struct forgetter *forgetter, char (*names)[256])
{
    DIR *folder = opendir(forgetter->path);
    const struct dirent *entry;
    size_t count = 0;

    while (folder && count < NAMES_MAX && (entry = readdir(folder)))
        if (entry->d_name[0] != '.' && entry->d_type != DT_DIR &&
            fnmatch(forgetter->place->pattern, entry->d_name, 0) == 0)
            snprintf(names[count++], sizeof(names[0]), "%s", entry->d_name);
    if (folder)
        closedir(folder);
    return count;
}

static int treat_names(struct forgetter *forgetter, struct err *err)
{
    char names[NAMES_MAX][256];
    size_t count = list_names(forgetter, names);
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < count; i++)
        rc = treat(forgetter, names[i], err);
    return rc;
}

/* Whether there is such a folder; its path. */
static bool open_place(struct forgetter *forgetter)
{
    const struct forget_order *order = forgetter->order;
    const char *below = forgetter->place->folder;
    int flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC | (below && *below ? O_NOFOLLOW : 0);

    if (below)
        snprintf(forgetter->path, PATH_BYTES, "%.3000s%s%s", order->state_dir, *below ? "/" : "", below);
    else
        snprintf(forgetter->path, PATH_BYTES, "%.3000s", order->backup_dir);
    forgetter->folder = *forgetter->path ? open(forgetter->path, flags) : -1;
    return forgetter->folder >= 0;
}

static int treat_place(struct forgetter *forgetter, struct err *err)
{
    if (forgetter->place->is_access && !forgetter->order->with_access)
        return 0;
    if (!open_place(forgetter)) {
        forgetter->told->lacks_backups |= !forgetter->place->folder && *forgetter->order->backup_dir;
        return 0;
    }
    int rc = treat_names(forgetter, err);
    fsync(forgetter->folder);
    close(forgetter->folder);
    return rc;
}

static int fill(const struct forget_order *order, struct forget_told *told, struct err *err)
{
    int folder = open(order->state_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int64_t bytes = 0;
    int rc = folder < 0 ? err_set(err, "%.300s: %s", order->state_dir, strerror(errno))
                        : wipe_free_space(folder, &bytes, err);

    told->bytes += bytes;
    if (folder >= 0)
        close(folder);
    return rc;
}

int forget_places(const struct forget_order *order, struct forget_told *told, struct err *err)
{
    struct forgetter forgetter = {.order = order, .told = told};
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < sizeof(places) / sizeof(places[0]); i++) {
        forgetter.place = &places[i];
        rc = treat_place(&forgetter, err);
    }
    return rc == 0 && order->with_free_space ? fill(order, told, err) : rc;
}

int forget_key(const char *path, struct forget_told *told, struct err *err)
{
    int folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);

    if (folder < 0)
        return 0;
    int rc = wipe_file(folder, "car.key", &told->bytes, err);
    close(folder);
    return rc;
}
