/* What garagectl and the page may ask of a running house: one table of functions that the hub fills, so that
 * neither knows the hub. Who may ask is judged before. */
#ifndef EXPORT_ORDERS_H
#define EXPORT_ORDERS_H

#include "util/core/err.h"

#include <stddef.h>
#include <stdint.h>

struct recorder_events;

/* A copy that was made, or why not. */
struct orders_copy {
    const char *why; /* NULL: it is there */
    const char *name; /* of the diary's: "diary-2026-11-22.db" */
    int64_t bytes;
};

/* At once or later, on the loop's thread. */
typedef void orders_copied_fn(void *ctx, uint64_t request, const struct orders_copy *copy);

struct orders {
    void *ctx;
    /* Lends the dongle of view->cars[car] to another program for so long; 0: takes it back. -1 with err when
     * that is too long. */
    int (*pause)(void *ctx, size_t car, int64_t seconds, struct err *err);
    /* Writes what is on the car's bus into `fd` (taken over), which somebody is told the end of; -1 with err:
     * that can't be begun now. Then `forget` if nobody waits for it any more: it ends. */
    int (*record)(void *ctx, size_t car, int64_t seconds, int fd, const struct recorder_events *events,
                  void *events_ctx, struct err *err);
    void (*forget)(void *ctx, size_t car);
    /* The same into a new file of the house's recordings. */
    int (*record_file)(void *ctx, size_t car, int64_t seconds, struct err *err);
    const char *recordings; /* the folder */
    /* The diary of view->cars[car] goes on with the car and battery that are there; nothing when they are its
     * own. Only garagectl asks for it. -1 with err when it can't be kept now. */
    int (*accept)(void *ctx, size_t car, struct err *err);
    /* Copies diary and access now, beside the copies of the nights; -1 with err: not now. */
    int (*backup)(void *ctx, orders_copied_fn *copied, void *copied_ctx, uint64_t request, struct err *err);
};

#endif
