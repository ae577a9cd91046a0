/* The filter between readings and rows. Keeps one slot a series and nothing else; knows neither signals nor
 * SQLite. */
#include "diary/changes.h"

#include "util/core/time.h"

#include <assert.h>
#include <stdlib.h>

#define CHANGES_SPACING_NS NS_PER_S
#define CHANGES_REPEAT_NS  NS_PER_H

struct slot {
    struct change stored;
    struct change waiting;
    int64_t spacing_ns; /* 0: CHANGES_SPACING_NS */
    int64_t repeat_ns;  /* 0: CHANGES_REPEAT_NS */
    int64_t since_ns;   /* the first reading from then on is a row */
    bool has_stored;
    bool is_waiting;
};

struct changes {
    changes_fn *fn;
    void *ctx;
    size_t count;
    size_t used; /* slots beyond were never taken: most houses have one car */
    struct slot slots[];
};

struct changes *changes_new(size_t series_count, changes_fn *fn, void *ctx)
{
    struct changes *changes = calloc(1, sizeof(*changes) + series_count * sizeof(changes->slots[0]));

    if (!changes)
        return NULL;
    changes->fn = fn;
    changes->ctx = ctx;
    changes->count = series_count;
    return changes;
}

void changes_free(struct changes *changes)
{
    free(changes);
}

void changes_set_spacing(struct changes *changes, size_t series, int64_t spacing_ns)
{
    assert(series < changes->count);
    changes->slots[series].spacing_ns = spacing_ns;
}

void changes_set_repeat(struct changes *changes, size_t series, int64_t repeat_ns)
{
    assert(series < changes->count);
    changes->slots[series].repeat_ns = repeat_ns;
}

void changes_renew(struct changes *changes, size_t first, size_t count, int64_t since_ns)
{
    assert(first + count <= changes->count);
    for (size_t i = first; i < first + count; i++)
        changes->slots[i].since_ns = since_ns;
}

static int64_t repeat_ns(const struct slot *slot)
{
    return slot->repeat_ns > 0 ? slot->repeat_ns : CHANGES_REPEAT_NS;
}

static bool is_first(const struct slot *slot, const struct change *change)
{
    return !slot->has_stored || (slot->stored.boot_ns < slot->since_ns && change->boot_ns >= slot->since_ns);
}

static int64_t spacing_ns(const struct slot *slot)
{
    return slot->spacing_ns > 0 ? slot->spacing_ns : CHANGES_SPACING_NS;
}

static bool is_same(const struct change *a, const struct change *b)
{
    if (a->known != b->known || a->quality != b->quality)
        return false;
    return !a->known || a->steps == b->steps;
}

static void hand_over(struct changes *changes, size_t series, const struct change *change)
{
    struct slot *slot = &changes->slots[series];

    slot->stored = *change;
    slot->has_stored = true;
    slot->is_waiting = false;
    changes->fn(changes->ctx, series, change);
}

void changes_take(struct changes *changes, size_t series, const struct change *change)
{
    assert(series < changes->count);
    struct slot *slot = &changes->slots[series];

    if (series >= changes->used)
        changes->used = series + 1;
    if (is_first(slot, change)) {
        hand_over(changes, series, change);
        return;
    }
    int64_t age_ns = change->boot_ns - slot->stored.boot_ns;
    if (is_same(&slot->stored, change)) {
        slot->is_waiting = false;
        if (age_ns >= repeat_ns(slot))
            hand_over(changes, series, change);
        return;
    }
    if (age_ns >= spacing_ns(slot)) {
        hand_over(changes, series, change);
        return;
    }
    slot->waiting = *change;
    slot->is_waiting = true;
}

void changes_advance(struct changes *changes, int64_t now_ns)
{
    for (size_t i = 0; i < changes->used; i++) {
        struct slot *slot = &changes->slots[i];
        if (slot->is_waiting && now_ns - slot->stored.boot_ns >= spacing_ns(slot))
            hand_over(changes, i, &slot->waiting);
    }
}

void changes_flush(struct changes *changes)
{
    for (size_t i = 0; i < changes->used; i++)
        if (changes->slots[i].is_waiting)
            hand_over(changes, i, &changes->slots[i].waiting);
}
