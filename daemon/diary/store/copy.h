/* A copy of diary.db as it was at one moment, made beside all other work: one plain SQLite file, checked,
 * without a write-ahead log. access.db is in none. */
#ifndef DIARY_STORE_COPY_H
#define DIARY_STORE_COPY_H

#include "diary/store/work.h"
#include "util/copies.h"

#define COPY_NAME "diary" /* diary-2026-11-22.db */

struct copy_order {
    char folder[COPIES_PATH_MAX]; /* of the dated copies, or where the copy grows that goes into `fd` */
    char day[DAY_TEXT_SIZE];      /* its name; one that is there already is not made again */
    bool anew;                    /* but then it is */
    size_t keep;                  /* dated copies that stay */
    int fd;                       /* day "": it goes into this regular file, the work's; -1: it only looks */
};

struct copy;

/* NULL without memory: `fd` is closed then, too. */
struct work *copy_new(const struct copy_order *order);

/* What became of it. */
int64_t copy_bytes(const struct work *work);

/* What lies in the folder afterwards, also after a failure. */
const struct copies_found *copy_found(const struct work *work);

#endif
