/* The long works that wait for their turn on the store's thread, and the one that has it. */
#ifndef DIARY_STORE_WORKS_H
#define DIARY_STORE_WORKS_H

#include "diary/store/store.h"

#include <stddef.h>
#include <stdint.h>

struct works {
    struct work *waiting[STORE_WORK_MAX]; /* the first has its turn */
    size_t count;
    int told_percent;
};

/* What became of a slice. */
struct works_result {
    struct work *work; /* NULL: nothing to tell */
    enum work_step step;
    double done;
    struct err err; /* WORK_FAILED */
};

/* There is room: the loop's side counts. */
void works_add(struct works *works, struct work *work);

/* CLOCK_MONOTONIC: when the next slice is due; INT64_MAX: never. */
int64_t works_due_ns(const struct works *works);

/* Does the next slice. */
struct works_result works_step(struct works *works, const struct work_place *place);

/* Ends all that wait, one a call; NULL when there is none any more. */
struct works_result works_drop(struct works *works);

#endif
