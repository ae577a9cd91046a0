/* What garagectl and the page may ask of a running house: one table of functions that the hub fills, so that
 * neither knows the hub. Who may ask is judged before. */
#ifndef EXPORT_ORDERS_H
#define EXPORT_ORDERS_H

#include "util/core/err.h"

#include <stddef.h>
#include <stdint.h>

struct orders {
    void *ctx;
    /* Lends the dongle of view->cars[car] to another program for so long; 0: takes it back. -1 with err when
     * that is too long. */
    int (*pause)(void *ctx, size_t car, int64_t seconds, struct err *err);
};

#endif
