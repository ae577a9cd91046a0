/* A card that fails: SQLite's own way to files, but writes and syncs, or reads, fail when told so. It becomes the
 * default, so the store's own counting goes through it. */
#ifndef TESTS_UNIT_FAULT_VFS_H
#define TESTS_UNIT_FAULT_VFS_H

#include <errno.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <unistd.h>

struct faults {
    sqlite3_vfs vfs;
    sqlite3_vfs *system;
    atomic_bool of_reads;   /* what fails: reads instead */
    atomic_int calls;       /* of write and sync, or of read, since armed */
    atomic_int first, last; /* these calls fail */
    atomic_int code;        /* errno */
    atomic_int failed;
    atomic_bool is_unsynced;             /* something was written since the last sync */
    atomic_llong bytes;                  /* written, all files together */
    atomic_bool forgets_syncs;           /* for tests that only count: fast */
    atomic_bool is_stopped, has_stopped; /* a card that hangs */
};

struct fault_file {
    sqlite3_io_methods methods;
    const sqlite3_io_methods *system;
    struct faults *faults;
};

static inline struct fault_file *fault_file_of(sqlite3_file *file)
{
    return (struct fault_file *)(void *)((char *)file + sqlite3_vfs_find(NULL)->szOsFile -
                                         (int)sizeof(struct fault_file));
}

static inline int fault_now(struct faults *faults)
{
    int call = atomic_fetch_add(&faults->calls, 1) + 1;

    while (atomic_load(&faults->is_stopped)) {
        atomic_store(&faults->has_stopped, true);
        usleep(1000);
    }
    if (call < atomic_load(&faults->first) || call > atomic_load(&faults->last))
        return 0;
    atomic_fetch_add(&faults->failed, 1);
    errno = atomic_load(&faults->code);
    return errno;
}

static inline int fault_read(sqlite3_file *file, void *data, int len, sqlite3_int64 offset)
{
    struct fault_file *own = fault_file_of(file);

    if (atomic_load(&own->faults->of_reads) && fault_now(own->faults))
        return SQLITE_IOERR_READ;
    return own->system->xRead(file, data, len, offset);
}

static inline int fault_write(sqlite3_file *file, const void *data, int len, sqlite3_int64 offset)
{
    struct fault_file *own = fault_file_of(file);
    int code = atomic_load(&own->faults->of_reads) ? 0 : fault_now(own->faults);

    if (code == ENOSPC)
        return SQLITE_FULL;
    if (code)
        return SQLITE_IOERR_WRITE;
    atomic_store(&own->faults->is_unsynced, true);
    atomic_fetch_add(&own->faults->bytes, len);
    return own->system->xWrite(file, data, len, offset);
}

static inline int fault_sync(sqlite3_file *file, int flags)
{
    struct fault_file *own = fault_file_of(file);

    if (!atomic_load(&own->faults->of_reads) && fault_now(own->faults))
        return SQLITE_IOERR_FSYNC;
    atomic_store(&own->faults->is_unsynced, false);
    if (atomic_load(&own->faults->forgets_syncs))
        return SQLITE_OK;
    return own->system->xSync(file, flags);
}

static inline int fault_open(sqlite3_vfs *vfs, const char *path, sqlite3_file *file, int flags,
                             int *flags_out)
{
    struct faults *faults = (struct faults *)(void *)vfs;
    int rc = faults->system->xOpen(faults->system, path, file, flags, flags_out);

    if (rc != SQLITE_OK || !file->pMethods)
        return rc;
    struct fault_file *own = fault_file_of(file);
    *own = (struct fault_file){*file->pMethods, file->pMethods, faults};
    own->methods.xRead = fault_read;
    own->methods.xWrite = fault_write;
    own->methods.xSync = fault_sync;
    file->pMethods = &own->methods;
    return SQLITE_OK;
}

static inline void faults_install(struct faults *faults)
{
    faults->system = sqlite3_vfs_find(NULL);
    faults->vfs = *faults->system;
    faults->vfs.pNext = NULL;
    faults->vfs.zName = "faults";
    faults->vfs.xOpen = fault_open;
    faults->vfs.szOsFile = (faults->system->szOsFile + 15) / 16 * 16 + (int)sizeof(struct fault_file);
    sqlite3_vfs_register(&faults->vfs, 1);
}

static inline void faults_remove(struct faults *faults)
{
    sqlite3_vfs_unregister(&faults->vfs);
}

/* From the n-th call on, `count` of them fail. */
static inline void faults_arm(struct faults *faults, int n, int count, int code)
{
    atomic_store(&faults->code, code);
    atomic_store(&faults->failed, 0);
    atomic_store(&faults->calls, 0);
    atomic_store(&faults->last, n + count - 1);
    atomic_store(&faults->first, n);
}

static inline void faults_disarm(struct faults *faults)
{
    atomic_store(&faults->last, 0);
}

/* The card hangs at the next call, until it may go on. */
static inline void faults_stop(struct faults *faults)
{
    atomic_store(&faults->has_stopped, false);
    atomic_store(&faults->is_stopped, true);
}

static inline void faults_wait_stopped(struct faults *faults)
{
    while (!atomic_load(&faults->has_stopped))
        usleep(1000);
}

static inline void faults_continue(struct faults *faults)
{
    atomic_store(&faults->is_stopped, false);
}

#endif
