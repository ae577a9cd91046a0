/* Long work of the store's thread, done in slices between its jobs, so that neither a question nor a reading
 * waits for the whole: a copy, a purge, an import. What the work is stands in files of its own. */
#ifndef DIARY_STORE_WORK_H
#define DIARY_STORE_WORK_H

#include "util/core/err.h"
#include "util/core/zone.h"

#include <stdatomic.h>
#include <stdbool.h>

struct entries;
struct readings;

/* What a slice may use; the thread's. */
struct work_place {
    struct entries *entries;   /* diary.db, and how it is doing */
    struct readings *readings; /* readings.db */
    const char *folder;
    const struct zone *zone; /* NULL: UTC */
    bool is_made_up;
};

enum work_step { WORK_FAILED = -1, WORK_DONE, WORK_GOES_ON };

/* First member of each kind of work. The work belongs to the store until it is told as ended; then it is
 * freed by the store, after the teller has returned. */
struct work {
    /* Does a slice of some 20 ms and leaves no transaction of its own open. WORK_FAILED with err. */
    enum work_step (*step)(struct work *work, const struct work_place *place, struct err *err);
    void (*free)(struct work *work);
    double done;        /* 0 to 1, as far as step knows; told now and then */
    int64_t due_ns;     /* CLOCK_MONOTONIC: not before; step may set it, to go easy on the card */
    bool adds_entries;  /* store_events.changed follows its end, also when it fails: some may be kept */
    atomic_bool is_off; /* nobody waits for it any more: it ends before its next slice */
};

/* Both are called from the loop. `why` is NULL when it is done; the work can be looked into. */
struct work_events {
    void (*progress)(void *ctx, double done);                           /* may be NULL */
    void (*ended)(void *ctx, const struct work *work, const char *why); /* may be NULL */
};

#endif
