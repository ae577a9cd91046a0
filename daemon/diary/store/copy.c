/* Reads through a connection of its own, in one transaction: what others write meanwhile is not in the copy
 * and does not disturb it, and nothing of the store's hangs on it. The bytes are not counted as the diary's.
 */
#include "diary/store/copy.h"

#include "diary/store/entries.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SLICE_PAGES 256          /* of 1 KiB */
#define SLICE_BYTES (256 * 1024) /* handed over in one go */
#define BUSY_MS     1000

enum phase { PHASE_OPEN, PHASE_PAGES, PHASE_CHECK, PHASE_SETTLE, PHASE_HAND_OVER };

struct copy {
    struct work work; /* first */
    struct copy_order order;
    enum phase phase;
    char part[COPIES_PATH_MAX];
    bool has_part;
    sqlite3 *from, *to;
    sqlite3_backup *backup;
    int64_t bytes, handed;
    struct copies_found found;
};

static int fail(sqlite3 *sqlite, const char *what, struct err *err)
{
    return err_set(err, "%s: %s", what, sqlite ? sqlite3_errmsg(sqlite) : "out of memory");
}

static void close_both(struct copy *copy)
{
    sqlite3_backup_finish(copy->backup);
    sqlite3_close(copy->to);
    sqlite3_close(copy->from);
    copy->backup = NULL;
    copy->to = copy->from = NULL;
}

/* From here on it sees the diary as it is now. */
static int open_from(struct copy *copy, const char *folder, struct err *err)
{
    char path[COPIES_PATH_MAX];

    snprintf(path, sizeof(path), "%s/diary.db", folder);
    int flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW;
    if (sqlite3_open_v2(path, &copy->from, flags, NULL) != SQLITE_OK)
        return fail(copy->from, "read the diary", err);
    sqlite3_busy_timeout(copy->from, BUSY_MS);
    if (sqlite3_exec(copy->from, "BEGIN; SELECT count(*) FROM sqlite_schema", NULL, NULL, NULL) != SQLITE_OK)
        return fail(copy->from, "read the diary", err);
    return 0;
}

/* Nobody reads the copy before it is whole: it needs no journal, and one fsync at its end. */
static int open_to(struct copy *copy, struct err *err)
{
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW;

    if (sqlite3_open_v2(copy->part, &copy->to, flags, NULL) != SQLITE_OK ||
        sqlite3_exec(copy->to,
                     "PRAGMA page_size = 1024; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;"
                     "PRAGMA locking_mode = EXCLUSIVE; PRAGMA cache_size = -512",
                     NULL, NULL, NULL) != SQLITE_OK)
        return fail(copy->to, "write the copy", err);
    return 0;
}

/* Nothing is to be made: it only looks, or today's is there. */
static bool is_done(struct copy *copy, const struct work_place *place)
{
    const struct copy_order *order = &copy->order;

    copies_find(order->folder, COPY_NAME, place->folder, &copy->found);
    if (!order->day[0])
        return order->fd < 0;
    return !order->anew && copies_has(order->folder, COPY_NAME, order->day);
}

static int begin(struct copy *copy, const struct work_place *place, struct err *err)
{
    if (!file_is_open(&place->entries->file))
        return err_set(err, "the diary is not open");
    if (copies_begin(copy->order.folder, COPY_NAME, copy->part, err))
        return -1;
    copy->has_part = true;
    if (open_from(copy, place->folder, err) || open_to(copy, err))
        return -1;
    copy->backup = sqlite3_backup_init(copy->to, "main", copy->from, "main");
    return copy->backup ? 0 : fail(copy->to, "copy", err);
}

static int copy_pages(struct copy *copy, struct err *err)
{
    int rc = sqlite3_backup_step(copy->backup, SLICE_PAGES);
    int all = sqlite3_backup_pagecount(copy->backup);

    if (rc != SQLITE_OK && rc != SQLITE_DONE)
        return err_set(err, "copy: %s", sqlite3_errstr(rc));
    if (all > 0)
        copy->work.done = 0.8 * (all - sqlite3_backup_remaining(copy->backup)) / all;
    if (rc == SQLITE_OK)
        return 0;
    rc = sqlite3_backup_finish(copy->backup);
    copy->backup = NULL;
    copy->phase = PHASE_CHECK;
    return rc == SQLITE_OK ? 0 : err_set(err, "copy: %s", sqlite3_errstr(rc));
}

static int is_ok(void *ctx, int count, char **values, char **names)
{
    (void)names;
    *(bool *)ctx = count == 1 && values[0] && strcmp(values[0], "ok") == 0;
    return 0;
}

/* The log's mark in its header goes: one file is the whole copy. */
static int check(struct copy *copy, struct err *err)
{
    bool is_well = false;

    if (sqlite3_exec(copy->to, "PRAGMA journal_mode = DELETE", NULL, NULL, NULL) != SQLITE_OK ||
        sqlite3_exec(copy->to, "PRAGMA integrity_check(1)", is_ok, &is_well, NULL) != SQLITE_OK)
        return fail(copy->to, "check the copy", err);
    close_both(copy);
    copy->work.done = 0.9;
    copy->phase = copy->order.day[0] ? PHASE_SETTLE : PHASE_HAND_OVER;
    return is_well ? 0 : err_set(err, "the copy is damaged: the card may be failing");
}

static int measure(struct copy *copy, struct err *err)
{
    struct stat status;

    if (stat(copy->part, &status) != 0)
        return err_set(err, "%.300s: %s", copy->part, strerror(errno));
    copy->bytes = status.st_size;
    return 0;
}

static int settle(struct copy *copy, struct err *err)
{
    return measure(copy, err) ||
                   copies_end(copy->order.folder, COPY_NAME, copy->order.day, copy->order.keep, err)
               ? -1
               : 0;
}

/* A disk that becomes full takes a part first, and says why with the next. */
static bool write_whole(int fd, const char *bytes, ssize_t len)
{
    ssize_t done = 0, more = 1;

    for (; done < len && more > 0; done += more)
        more = write(fd, bytes + done, (size_t)(len - done));
    return done == len && more > 0;
}

/* 1: there is more. */
static int hand_over(struct copy *copy, struct err *err)
{
    char *bytes = malloc(SLICE_BYTES);
    FILE *file = fopen(copy->part, "re");
    ssize_t got = -1;

    if (bytes && file && fseeko(file, copy->handed, SEEK_SET) == 0)
        got = (ssize_t)fread(bytes, 1, SLICE_BYTES, file);
    if (file && ferror(file))
        got = -1;
    if (got > 0 && !write_whole(copy->order.fd, bytes, got))
        got = -1;
    if (got < 0 || (got == 0 && fsync(copy->order.fd) != 0))
        err_set(err, "write the backup: %s", errno ? strerror(errno) : "cut off");
    if (file)
        fclose(file);
    free(bytes);
    copy->handed += got > 0 ? got : 0;
    return got > 0 ? 1 : (int)got;
}

static enum work_step end(struct copy *copy, const struct work_place *place, int rc)
{
    close_both(copy);
    if (copy->has_part && (rc != 0 || copy->order.fd >= 0))
        unlink(copy->part);
    copies_find(copy->order.folder, COPY_NAME, place->folder, &copy->found);
    copy->has_part = false;
    return rc == 0 ? WORK_DONE : WORK_FAILED;
}

static enum work_step step(struct work *work, const struct work_place *place, struct err *err)
{
    struct copy *copy = (struct copy *)work;
    int rc = 0;

    errno = 0;
    switch (copy->phase) {
    case PHASE_OPEN:
        if (is_done(copy, place))
            return WORK_DONE;
        rc = begin(copy, place, err);
        copy->phase = PHASE_PAGES;
        break;
    case PHASE_PAGES:
        rc = copy_pages(copy, err);
        break;
    case PHASE_CHECK:
        rc = check(copy, err);
        break;
    case PHASE_SETTLE:
        return end(copy, place, settle(copy, err));
    case PHASE_HAND_OVER:
        rc = copy->bytes == 0 ? measure(copy, err) : 0;
        rc = rc ? rc : hand_over(copy, err);
        if (rc == 0)
            return end(copy, place, rc);
        work->done = 0.9 + 0.1 * (double)copy->handed / (double)(copy->bytes ? copy->bytes : 1);
        break;
    }
    return rc < 0 ? end(copy, place, rc) : WORK_GOES_ON;
}

/* What was given up half-way lies there until the next copy: that may have begun on its thread already. */
static void free_copy(struct work *work)
{
    struct copy *copy = (struct copy *)work;

    close_both(copy);
    if (copy->order.fd >= 0)
        close(copy->order.fd);
    free(copy);
}

struct work *copy_new(const struct copy_order *order)
{
    struct copy *copy = calloc(1, sizeof(*copy));

    if (!copy) {
        if (order->fd >= 0)
            close(order->fd);
        return NULL;
    }
    copy->work.step = step;
    copy->work.free = free_copy;
    copy->order = *order;
    return &copy->work;
}

int64_t copy_bytes(const struct work *work)
{
    return ((const struct copy *)work)->bytes;
}

const struct copies_found *copy_found(const struct work *work)
{
    return &((const struct copy *)work)->found;
}
