/* A way to files (sqlite3_vfs) that is SQLite's own but for opening, reading, writing and syncing, which count, and
 * remember the errno of a failure: SQLite forgets it while it cleans up. Each file gets a copy of its own
 * methods behind itself, so all others are called without a detour. What the system writes besides (the
 * journal of the file system, the pages of the shared memory beside the log) is not seen. */
#include "diary/store/written.h"

#include "util/clock.h"

#include <errno.h>
#include <stdbool.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>

struct written {
    sqlite3_vfs vfs; /* first: SQLite hands us this. Its pAppData is the system's */
    char name[40];
    sqlite3_vfs *system;
    const struct zone *zone;
    int32_t day;
    bool is_whole; /* the day began while we counted */
    int64_t today, yesterday; /* yesterday -1: it was not counted whole */
    int failure; /* errno of the last one, but of reads */
    uint64_t failed_reads;
};

/* Lies behind the system's own structure of an open file. */
struct counted {
    sqlite3_io_methods methods; /* the file's, with our xWrite */
    const sqlite3_io_methods *system;
    struct written *written;
};

static int32_t find_day(const struct written *written)
{
    int64_t now_ns = clock_utc_ns();

    return written->zone ? zone_day_of(written->zone, now_ns) : (int32_t)(now_ns / (24 * NS_PER_H));
}

static int read_counted(sqlite3_file *file, void *data, int len, sqlite3_int64 offset)
{
    const struct counted *counted = (const struct counted *)(const void *)file->pMethods;
    int rc = counted->system->xRead(file, data, len, offset);

    counted->written->failed_reads += rc != SQLITE_OK && rc != SQLITE_IOERR_SHORT_READ;
    return rc;
}

static int control_counted(sqlite3_file *file, int code, void *arg)
{
    const struct counted *counted = (const struct counted *)(const void *)file->pMethods;

    if (code != WRITTEN_FAILED_READS)
        return counted->system->xFileControl(file, code, arg);
    *(uint64_t *)arg = counted->written->failed_reads;
    return SQLITE_OK;
}

static int count_write(sqlite3_file *file, const void *data, int len, sqlite3_int64 offset)
{
    const struct counted *counted = (const struct counted *)(const void *)file->pMethods;
    int rc = counted->system->xWrite(file, data, len, offset);

    if (rc == SQLITE_OK)
        counted->written->today = written_today(counted->written) + len;
    else
        counted->written->failure = errno;
    return rc;
}

static int sync_counted(sqlite3_file *file, int flags)
{
    const struct counted *counted = (const struct counted *)(const void *)file->pMethods;
    int rc = counted->system->xSync(file, flags);

    if (rc != SQLITE_OK)
        counted->written->failure = errno;
    return rc;
}

static int tell_failure(sqlite3_vfs *vfs, int size, char *text)
{
    (void)size;
    (void)text;
    return ((const struct written *)(const void *)vfs)->failure;
}

static int open_counted(sqlite3_vfs *vfs, const char *path, sqlite3_file *file, int flags, int *flags_out)
{
    struct written *written = (struct written *)(void *)vfs;
    struct counted *counted = (struct counted *)(void *)((char *)file + vfs->szOsFile - sizeof(*counted));
    int rc = written->system->xOpen(written->system, path, file, flags, flags_out);

    if (rc != SQLITE_OK)
        written->failure = errno;
    if (rc != SQLITE_OK || !file->pMethods)
        return rc;
    *counted = (struct counted){*file->pMethods, file->pMethods, written};
    counted->methods.xRead = read_counted;
    counted->methods.xFileControl = control_counted;
    counted->methods.xWrite = count_write;
    counted->methods.xSync = sync_counted;
    file->pMethods = &counted->methods;
    return SQLITE_OK;
}

struct written *written_new(const struct zone *zone)
{
    struct written *written = calloc(1, sizeof(*written));
    size_t align = _Alignof(struct counted);

    if (!written)
        return NULL;
    written->system = sqlite3_vfs_find(NULL);
    written->zone = zone;
    written->day = find_day(written);
    written->yesterday = -1;
    snprintf(written->name, sizeof(written->name), "garaged-%p", (void *)written);
    if (!written->system) {
        free(written);
        return NULL;
    }
    written->vfs = *written->system;
    written->vfs.pNext = NULL;
    written->vfs.zName = written->name;
    written->vfs.xOpen = open_counted;
    written->vfs.xGetLastError = tell_failure;
    size_t own = ((size_t)written->system->szOsFile + align - 1) / align * align;
    written->vfs.szOsFile = (int)(own + sizeof(struct counted));
    sqlite3_vfs_register(&written->vfs, 0);
    return written;
}

void written_free(struct written *written)
{
    if (!written)
        return;
    sqlite3_vfs_unregister(&written->vfs);
    free(written);
}

const char *written_vfs(const struct written *written)
{
    return written->name;
}

int64_t written_today(struct written *written)
{
    int32_t day = find_day(written);

    if (day != written->day) {
        bool is_next = day == written->day + 1;
        written->yesterday = is_next && written->is_whole ? written->today : -1;
        written->is_whole = is_next; /* a clock that was set leads anywhere */
        written->today = 0;
    }
    written->day = day;
    return written->today;
}

int64_t written_yesterday(struct written *written)
{
    written_today(written);
    return written->yesterday;
}
