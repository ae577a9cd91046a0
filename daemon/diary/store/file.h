/* One of the store's two files and how it is doing: open or not, well or in trouble, and when there is
 * something to be done again. What lies in it is its owner's business. Runs on the store's thread only. */
#ifndef DIARY_STORE_FILE_H
#define DIARY_STORE_FILE_H

#include "diary/store/database.h"

#define FILE_PAUSE_MIN_S 1
#define FILE_PAUSE_MAX_S 60
#define FILE_NEVER_NS    INT64_MAX

struct file_owner {
    /* The file was opened: prepare statements. */
    int (*opened)(void *ctx, struct err *err);
    /* It will be closed: finalize them. */
    void (*closing)(void *ctx);
    /* Write all that waits and make it last. */
    int (*write)(void *ctx, struct err *err);
    /* The open transaction was taken back: what was in it waits again. */
    void (*undone)(void *ctx);
};

struct file {
    struct database database;
    const struct database_place *place;
    const struct file_owner *owner;
    void *ctx;
    enum trouble trouble;      /* NONE: what is given to it is kept */
    char reason[ERR_TEXT_MAX]; /* of the trouble */
    char notice[ERR_TEXT_MAX]; /* what happened to it and is over; cleared by who tells it */
    int64_t due_ns, pause_ns; /* CLOCK_MONOTONIC: when to call file_write; how long it waited the last time */
};

/* Nothing is opened before the first file_write, which is due at once. */
void file_init(struct file *file, const struct database_kind *kind, const struct database_place *place,
               const struct file_owner *owner, void *ctx);

/* Opens it if need be, writes what waits, and ends a trouble when that worked. A damaged file is set aside
 * and begun anew, one that is no longer at its path too. */
void file_write(struct file *file);

/* A use of the database failed: takes back its transaction and notes the trouble. */
void file_fail(struct file *file, const struct err *err);

/* file_write is due at `at_ns` at the latest, unless the file is in trouble and has its own time. */
void file_want_write(struct file *file, int64_t at_ns);

/* Whether it is open: questions can be asked, also in most troubles. */
bool file_is_open(const struct file *file);

/* Closes it; an open transaction is taken back. */
void file_close(struct file *file);

#endif
