/* Which readings are worth a row: a change beyond the signal's resolution, a change between known and
 * unknown, an hour without one, or the first after a silence. A signal gets at most one row a second; what
 * changed meanwhile follows when the second is over. Pure. */
#ifndef DIARY_CHANGES_H
#define DIARY_CHANGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A value in whole steps of the signal's resolution. */
struct change {
    int64_t steps;
    int64_t boot_ns;
    bool known;
    uint8_t quality;
};

struct changes;

typedef void changes_fn(void *ctx, size_t series, const struct change *change);

struct changes *changes_new(size_t series_count, changes_fn *fn, void *ctx);
void changes_free(struct changes *changes);

/* Rows of `series` lie at least so far apart; a second unless told. */
void changes_set_spacing(struct changes *changes, size_t series, int64_t spacing_ns);

/* An unchanged value of `series` becomes a row again after so long; an hour unless told (0). */
void changes_set_repeat(struct changes *changes, size_t series, int64_t repeat_ns);

/* The first reading of each of `count` series from this time on is a row, changed or not. */
void changes_renew(struct changes *changes, size_t first, size_t count, int64_t since_ns);

/* A reading of `series`; calls fn now, later (from changes_advance) or never. */
void changes_take(struct changes *changes, size_t series, const struct change *change);

/* Hands over what waited for its second to end. */
void changes_advance(struct changes *changes, int64_t now_ns);

/* Hands over all that waits: nothing comes after it. */
void changes_flush(struct changes *changes);

#endif
