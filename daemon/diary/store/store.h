/* The store: one thread that owns SQLite, a bounded queue in, an eventfd out (DESIGN 3, 6). The caller never
 * waits for the card. Rows are written at once inside an open transaction that is committed every minute, so
 * a history answer knows the last minute and a power cut costs at most that. */
#ifndef DIARY_STORE_STORE_H
#define DIARY_STORE_STORE_H

#include "util/core/err.h"
#include "util/loop.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define STORE_QUEUE_MAX      1024 /* jobs that wait for the thread */
#define STORE_QUEUE_RESERVE  64   /* of these, kept for what must not be dropped */
#define STORE_SERIES_MAX     4096
#define STORE_POINTS_MAX     2000
#define STORE_COMMIT_SECONDS 60

enum store_state { STORE_OPENING, STORE_OK, STORE_FAILED };

struct store;

struct store_events {
    void (*state)(void *ctx, enum store_state state, const char *reason); /* reason: "" when OK */
};

/* One signal of one car; a value is kept as `steps`, 1 / per_unit of the unit each. */
struct store_series {
    char car[17];
    char signal[32];
    char unit[12];
    int64_t per_unit;
};

struct store_history_request {
    char car[17];
    char signal[32];
    int64_t from_utc_ns, to_utc_ns;
    unsigned points; /* 2..STORE_POINTS_MAX */
};

struct store_point {
    int64_t utc_ns; /* the start of the step, or the reading's own time */
    double mean, min, max;
};

struct store_history {
    bool failed;
    int64_t step_s; /* 0: single readings */
    size_t count;
    const struct store_point *points;
};

/* The answer lives until the function returns. */
typedef void store_history_fn(void *ctx, const struct store_history *history);

/* Starts the thread, which opens FOLDER/readings.db by itself: events.state tells how that went. */
struct store *store_new(struct loop *loop, const char *folder, const struct store_events *events, void *ctx,
                        struct err *err);

/* Commits, closes, ends the thread. NULL is fine. */
void store_free(struct store *store);

/* Makes series `number` (0..STORE_SERIES_MAX - 1) known; before its first reading, once a start. */
int store_add_series(struct store *store, unsigned number, const struct store_series *series);

/* A row; dropped and counted when the queue is full. `known` false: the car said "not available". */
void store_add_reading(struct store *store, unsigned number, int64_t utc_ns, bool known, int64_t steps,
                       unsigned quality);

/* Whether more readings than those of this moment may be added now: the file is open and half the queue free.
 */
bool store_has_room(const struct store *store);

/* Asks for history; fn is called from the loop. -1 when the store is opening, has failed or is too busy: say
 * 503. */
int store_ask_history(struct store *store, const struct store_history_request *request, store_history_fn *fn,
                      void *ctx);

/* The asker is gone: none of its answers is delivered any more. */
void store_forget(struct store *store, const void *ctx);

/* Commits now (end of a contact, low 12 V). */
void store_flush(struct store *store);

/* How many readings were dropped since the start. */
uint64_t store_dropped(const struct store *store);

#endif
