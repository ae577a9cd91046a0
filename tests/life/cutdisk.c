/* The files of a disk that loses its power: what is seen, what was synced, what lies between, and what chance
 * leaves of that. Knows nothing of SQLite's calls. */
#include "cutvfs_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool bytes_resize(struct cut_bytes *bytes, size_t size)
{
    size_t room = bytes->room ? bytes->room : 4096;

    while (room < size)
        room *= 2;
    if (room > bytes->room) {
        unsigned char *data = realloc(bytes->data, room);
        if (!data)
            return false;
        bytes->data = data;
        bytes->room = room;
    }
    if (size > bytes->size)
        memset(bytes->data + bytes->size, 0, size - bytes->size);
    bytes->size = size;
    return true;
}

static bool bytes_put(struct cut_bytes *bytes, const void *data, size_t len, size_t offset)
{
    if (len == 0)
        return true;
    if (offset + len > bytes->size && !bytes_resize(bytes, offset + len))
        return false;
    memcpy(bytes->data + offset, data, len);
    return true;
}

static struct cut_name *name_find(struct cut_name *names, const char *text)
{
    for (size_t i = 0; i < CUT_NAMES_MAX; i++)
        if (strcmp(names[i].text, text) == 0)
            return &names[i];
    return NULL;
}

/* In place of the file that has this name, if there is one. */
static bool name_put(struct cut_name *names, const char *text, struct cut_inode *inode)
{
    struct cut_name *name = name_find(names, text);

    if (!name)
        name = name_find(names, "");
    if (!name)
        return false;
    snprintf(name->text, sizeof(name->text), "%s", text);
    name->inode = inode;
    return true;
}

static void name_remove(struct cut_name *names, const char *text)
{
    struct cut_name *name = name_find(names, text);

    if (name)
        *name = (struct cut_name){0};
}

static struct cut_change *remember(struct cut_disk *disk, enum cut_kind kind, struct cut_inode *inode,
                                   const void *data, size_t len)
{
    struct cut_change *change = calloc(1, sizeof(*change) + len);

    if (!change)
        return NULL;
    change->kind = kind;
    change->inode = inode;
    change->len = len;
    if (len)
        memcpy(change->data, data, len);
    *disk->end = change;
    disk->end = &change->next;
    return change;
}

bool cut_disk_write(struct cut_disk *disk, struct cut_inode *inode, const void *data, size_t len,
                    size_t offset)
{
    struct cut_change *change = remember(disk, CUT_WRITE, inode, data, len);

    if (!change)
        return false;
    change->offset = offset;
    return bytes_put(&inode->now, data, len, offset);
}

bool cut_disk_truncate(struct cut_disk *disk, struct cut_inode *inode, size_t size)
{
    struct cut_change *change = remember(disk, CUT_TRUNCATE, inode, NULL, 0);

    if (!change)
        return false;
    change->offset = size;
    return bytes_resize(&inode->now, size);
}

struct cut_inode *cut_disk_find(struct cut_disk *disk, const char *name)
{
    const struct cut_name *found = name_find(disk->now, name);

    return found ? found->inode : NULL;
}

struct cut_inode *cut_disk_create(struct cut_disk *disk, const char *name)
{
    struct cut_inode *inode = calloc(1, sizeof(*inode));
    struct cut_change *change;

    if (!inode || !name_put(disk->now, name, inode))
        abort();
    inode->next = disk->inodes;
    disk->inodes = inode;
    change = remember(disk, CUT_CREATE, inode, NULL, 0);
    if (!change)
        return NULL;
    snprintf(change->name, sizeof(change->name), "%s", name);
    return inode;
}

bool cut_disk_remove(struct cut_disk *disk, const char *name)
{
    struct cut_change *change = remember(disk, CUT_REMOVE, NULL, NULL, 0);

    if (!change)
        return false;
    snprintf(change->name, sizeof(change->name), "%s", name);
    name_remove(disk->now, name);
    return true;
}

static void keep_whole(struct cut_disk *disk, const struct cut_change *change)
{
    switch (change->kind) {
    case CUT_WRITE:
        bytes_put(&change->inode->kept, change->data, change->len, change->offset);
        break;
    case CUT_TRUNCATE:
        bytes_resize(&change->inode->kept, change->offset);
        break;
    case CUT_CREATE:
        name_put(disk->kept, change->name, change->inode);
        break;
    case CUT_REMOVE:
        name_remove(disk->kept, change->name);
        break;
    }
}

void cut_disk_sync(struct cut_disk *disk, const struct cut_inode *inode)
{
    struct cut_change **at = &disk->first;

    while (*at) {
        struct cut_change *change = *at;
        bool is_of_folder = change->kind == CUT_CREATE || change->kind == CUT_REMOVE;
        if (inode ? is_of_folder || change->inode != inode : !is_of_folder) {
            at = &change->next;
            continue;
        }
        keep_whole(disk, change);
        *at = change->next;
        free(change);
    }
    disk->end = at;
}

/* Of one sector: all, nothing, or its beginning and then bytes that nobody wrote. */
static void keep_sector(struct cut_disk *disk, const struct cut_change *change, size_t from, size_t len,
                        unsigned percent)
{
    unsigned char torn[CUT_SECTOR_BYTES];
    const unsigned char *data = change->data + from;

    if (sim_random_chance(&disk->random, 3)) {
        size_t good = sim_random_below(&disk->random, (unsigned)len);
        memcpy(torn, data, good);
        for (size_t i = good; i < len; i++)
            torn[i] = (unsigned char)sim_random_below(&disk->random, 256);
        data = torn;
        disk->counts.sectors_torn++;
    } else if (!sim_random_chance(&disk->random, percent)) {
        disk->counts.sectors_lost++;
        return;
    } else {
        disk->counts.sectors_kept++;
    }
    bytes_put(&change->inode->kept, data, len, change->offset + from);
}

static void keep_some(struct cut_disk *disk, const struct cut_change *change, unsigned percent)
{
    size_t len;

    if (change->kind == CUT_WRITE) {
        for (size_t from = 0; from < change->len; from += len) {
            len = CUT_SECTOR_BYTES - (change->offset + from) % CUT_SECTOR_BYTES;
            len = len < change->len - from ? len : change->len - from;
            keep_sector(disk, change, from, len, percent);
        }
        return;
    }
    if (sim_random_chance(&disk->random, percent))
        keep_whole(disk, change);
    else if (change->kind == CUT_TRUNCATE)
        disk->counts.truncations_lost++;
    else
        disk->counts.names_lost++;
}

void cut_inode_forget_shm(struct cut_inode *inode)
{
    for (size_t i = 0; i < CUT_SHM_MAX; i++) {
        free(inode->shm[i]);
        inode->shm[i] = NULL;
    }
}

void cut_disk_revive(struct cut_disk *disk)
{
    static const unsigned percents[] = {0, 50, 90, 100}; /* how much of it a card got done */
    unsigned percent = percents[sim_random_below(&disk->random, 4)];

    while (disk->first) {
        struct cut_change *change = disk->first;
        keep_some(disk, change, percent);
        disk->first = change->next;
        free(change);
    }
    disk->end = &disk->first;
    memcpy(disk->now, disk->kept, sizeof(disk->now));
    for (struct cut_inode *inode = disk->inodes; inode; inode = inode->next) {
        cut_inode_forget_shm(inode);
        inode->now.size = 0;
        bytes_put(&inode->now, inode->kept.data, inode->kept.size, 0);
    }
    disk->counts.cuts++;
    disk->cut_at = 0;
    atomic_store(&disk->is_dead, false);
}

bool cut_disk_fails(struct cut_disk *disk)
{
    disk->calls++;
    if (disk->calls == disk->cut_at)
        atomic_store(&disk->is_dead, true);
    return atomic_load(&disk->is_dead);
}
