/* The identifiers worth hearing, cut into groups that one filter and mask let through. An ELM327 that
 * monitors without a filter overruns its buffer, so it hears one group at a time. Pure. */
#ifndef ADAPTER_ELM327_SLICES_H
#define ADAPTER_ELM327_SLICES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ELM327_LISTEN_MAX 128 /* identifiers */
#define ELM327_SLICE_MAX  ELM327_LISTEN_MAX

struct elm327_slice {
    uint16_t first, count; /* of the identifiers */
    uint16_t filter, mask; /* hears id when (id & mask) == filter */
};

struct elm327_slices {
    uint16_t ids[ELM327_LISTEN_MAX]; /* ascending */
    size_t id_count;
    struct elm327_slice slices[ELM327_SLICE_MAX];
    size_t count;
};

/* One slice for each top digit that occurs. `ids` is ascending, at most ELM327_LISTEN_MAX. */
void elm327_slices_init(struct elm327_slices *slices, const uint16_t *ids, size_t count);

/* Cuts slice `index` into two narrower ones. False when it hears a single identifier or the table is full. */
bool elm327_slices_split(struct elm327_slices *slices, size_t index);

/* The slice of most identifiers: what is heard first should be much. 0 when there is none. */
size_t elm327_slices_widest(const struct elm327_slices *slices);

/* The index of `id` in `ids`, or -1. */
int elm327_slices_find(const struct elm327_slices *slices, uint16_t id);

#endif
