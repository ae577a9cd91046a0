/* SQLite's calls for the disk of cutdisk.c; time and chance are the system's. Locks always succeed: there is
 * one connection a file. */
#include "cutvfs_private.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SECTOR_TOLD 4096 /* as SQLite's own way to files says on Linux */

struct cut_file {
    sqlite3_file base;
    struct cut_disk *disk;
    struct cut_inode *inode;
    bool syncs_folder; /* a new journal: its first sync is its folder's, too */
};

static struct cut_file *own(sqlite3_file *file)
{
    return (struct cut_file *)(void *)file;
}

static int fail(int code)
{
    errno = EIO;
    return code;
}

static int cut_close(sqlite3_file *file)
{
    (void)file;
    return SQLITE_OK;
}

static int cut_read(sqlite3_file *file, void *data, int len, sqlite3_int64 offset)
{
    const struct cut_bytes *bytes = &own(file)->inode->now;
    size_t from = (size_t)offset, wanted = (size_t)len;
    size_t there = from < bytes->size ? bytes->size - from : 0;

    if (there >= wanted) {
        memcpy(data, bytes->data + from, wanted);
        return SQLITE_OK;
    }
    memset(data, 0, wanted);
    if (there > 0)
        memcpy(data, bytes->data + from, there);
    return SQLITE_IOERR_SHORT_READ;
}

/* The write in which the power fails is one that was not synced, like those before it. */
static int cut_write(sqlite3_file *file, const void *data, int len, sqlite3_int64 offset)
{
    struct cut_file *cut = own(file);

    if (cut_disk_is_dead(cut->disk))
        return fail(SQLITE_IOERR_WRITE);
    bool fails = cut_disk_fails(cut->disk);
    if (!cut_disk_write(cut->disk, cut->inode, data, (size_t)len, (size_t)offset) || fails)
        return fail(SQLITE_IOERR_WRITE);
    return SQLITE_OK;
}

static int cut_truncate(sqlite3_file *file, sqlite3_int64 size)
{
    struct cut_file *cut = own(file);

    if (cut_disk_is_dead(cut->disk))
        return fail(SQLITE_IOERR_TRUNCATE);
    bool fails = cut_disk_fails(cut->disk);
    if (!cut_disk_truncate(cut->disk, cut->inode, (size_t)size) || fails)
        return fail(SQLITE_IOERR_TRUNCATE);
    return SQLITE_OK;
}

static int cut_sync(sqlite3_file *file, int flags)
{
    struct cut_file *cut = own(file);

    (void)flags;
    if (cut_disk_is_dead(cut->disk) || cut_disk_fails(cut->disk))
        return fail(SQLITE_IOERR_FSYNC);
    cut_disk_sync(cut->disk, cut->inode);
    if (cut->syncs_folder)
        cut_disk_sync(cut->disk, NULL);
    cut->syncs_folder = false;
    return SQLITE_OK;
}

static int cut_size(sqlite3_file *file, sqlite3_int64 *size)
{
    *size = (sqlite3_int64)own(file)->inode->now.size;
    return SQLITE_OK;
}

static int cut_lock(sqlite3_file *file, int level)
{
    (void)file;
    (void)level;
    return SQLITE_OK;
}

static int cut_is_reserved(sqlite3_file *file, int *is_reserved)
{
    (void)file;
    *is_reserved = 0;
    return SQLITE_OK;
}

static int cut_control(sqlite3_file *file, int code, void *arg)
{
    (void)file;
    (void)code;
    (void)arg;
    return SQLITE_NOTFOUND;
}

static int cut_sector_size(sqlite3_file *file)
{
    (void)file;
    return SECTOR_TOLD;
}

static int cut_characteristics(sqlite3_file *file)
{
    (void)file;
    return SQLITE_IOCAP_POWERSAFE_OVERWRITE;
}

/* Memory that nobody else shares; lost with the power. */
static int cut_shm_map(sqlite3_file *file, int region, int bytes, int extends, void volatile **memory)
{
    struct cut_inode *inode = own(file)->inode;

    *memory = NULL;
    if (region >= CUT_SHM_MAX)
        return SQLITE_FULL;
    if (!inode->shm[region] && extends && !(inode->shm[region] = calloc(1, (size_t)bytes)))
        return SQLITE_NOMEM;
    *memory = inode->shm[region];
    return SQLITE_OK;
}

static int cut_shm_lock(sqlite3_file *file, int offset, int count, int flags)
{
    (void)file;
    (void)offset;
    (void)count;
    (void)flags;
    return SQLITE_OK;
}

static void cut_shm_barrier(sqlite3_file *file)
{
    (void)file;
    atomic_thread_fence(memory_order_seq_cst);
}

static int cut_shm_unmap(sqlite3_file *file, int removes)
{
    (void)removes;
    cut_inode_forget_shm(own(file)->inode);
    return SQLITE_OK;
}

static const sqlite3_io_methods methods = {
    .iVersion = 2,
    .xClose = cut_close,
    .xRead = cut_read,
    .xWrite = cut_write,
    .xTruncate = cut_truncate,
    .xSync = cut_sync,
    .xFileSize = cut_size,
    .xLock = cut_lock,
    .xUnlock = cut_lock,
    .xCheckReservedLock = cut_is_reserved,
    .xFileControl = cut_control,
    .xSectorSize = cut_sector_size,
    .xDeviceCharacteristics = cut_characteristics,
    .xShmMap = cut_shm_map,
    .xShmLock = cut_shm_lock,
    .xShmBarrier = cut_shm_barrier,
    .xShmUnmap = cut_shm_unmap,
};

static const char *name_of(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}

static struct cut_inode *make_file(struct cut_disk *disk, const char *name)
{
    bool fails = cut_disk_fails(disk);
    struct cut_inode *inode = cut_disk_create(disk, name);

    return fails ? NULL : inode;
}

static int cut_open(sqlite3_vfs *vfs, const char *path, sqlite3_file *file, int flags, int *flags_out)
{
    struct cut_disk *disk = vfs->pAppData;
    struct cut_file *cut = own(file);

    *cut = (struct cut_file){.disk = disk};
    if (!path || cut_disk_is_dead(disk))
        return fail(SQLITE_CANTOPEN);
    cut->inode = cut_disk_find(disk, name_of(path));
    if (!cut->inode && flags & SQLITE_OPEN_CREATE) {
        cut->inode = make_file(disk, name_of(path));
        cut->syncs_folder =
            (flags & (SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_SUPER_JOURNAL)) != 0;
    }
    if (!cut->inode)
        return fail(SQLITE_CANTOPEN);
    if (flags_out)
        *flags_out = flags;
    cut->base.pMethods = &methods;
    return SQLITE_OK;
}

static int cut_delete(sqlite3_vfs *vfs, const char *path, int syncs_folder)
{
    struct cut_disk *disk = vfs->pAppData;

    if (!cut_disk_find(disk, name_of(path)))
        return SQLITE_IOERR_DELETE_NOENT;
    if (cut_disk_is_dead(disk))
        return fail(SQLITE_IOERR_DELETE);
    bool fails = cut_disk_fails(disk);
    if (!cut_disk_remove(disk, name_of(path)) || fails)
        return fail(SQLITE_IOERR_DELETE);
    if (syncs_folder)
        cut_disk_sync(disk, NULL);
    return SQLITE_OK;
}

/* As SQLite's own: an empty file is none. */
static int cut_access(sqlite3_vfs *vfs, const char *path, int what, int *answer)
{
    const struct cut_inode *inode = cut_disk_find(vfs->pAppData, name_of(path));

    *answer = inode && (what != SQLITE_ACCESS_EXISTS || inode->now.size > 0);
    return SQLITE_OK;
}

static int cut_full_path(sqlite3_vfs *vfs, const char *path, int size, char *full)
{
    (void)vfs;
    return snprintf(full, (size_t)size, "%s", path) < size ? SQLITE_OK : SQLITE_CANTOPEN;
}

struct cut_disk *cut_disk_new(uint64_t seed)
{
    struct cut_disk *disk = calloc(1, sizeof(*disk));

    if (!disk)
        return NULL;
    sim_random_init(&disk->random, seed);
    disk->end = &disk->first;
    disk->vfs = *sqlite3_vfs_find("unix");
    disk->vfs.pNext = NULL;
    disk->vfs.zName = "cut";
    disk->vfs.pAppData = disk;
    disk->vfs.szOsFile = sizeof(struct cut_file);
    disk->vfs.xOpen = cut_open;
    disk->vfs.xDelete = cut_delete;
    disk->vfs.xAccess = cut_access;
    disk->vfs.xFullPathname = cut_full_path;
    sqlite3_vfs_register(&disk->vfs, 1);
    return disk;
}

void cut_disk_free(struct cut_disk *disk)
{
    cut_disk_revive(disk); /* forgets what was changed */
    sqlite3_vfs_unregister(&disk->vfs);
    while (disk->inodes) {
        struct cut_inode *inode = disk->inodes;
        disk->inodes = inode->next;
        free(inode->now.data);
        free(inode->kept.data);
        free(inode);
    }
    free(disk);
}

void cut_disk_arm(struct cut_disk *disk, unsigned nth)
{
    disk->cut_at = disk->calls + nth;
}

void cut_disk_cut(struct cut_disk *disk)
{
    atomic_store(&disk->is_dead, true);
}

bool cut_disk_is_dead(const struct cut_disk *disk)
{
    return atomic_load(&disk->is_dead);
}

uint64_t cut_disk_calls(const struct cut_disk *disk)
{
    return disk->calls;
}

struct cut_counts cut_disk_counts(const struct cut_disk *disk)
{
    return disk->counts;
}
