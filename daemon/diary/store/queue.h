/* A bounded queue of fixed-size items between two threads. A part of it is reserved for items that must not
 * be lost. */
#ifndef DIARY_STORE_QUEUE_H
#define DIARY_STORE_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct queue;

/* NULL only without memory. */
struct queue *queue_new(size_t item_bytes, size_t capacity, size_t reserve);
void queue_free(struct queue *queue);

/* Copies the item in. False when it is full; an ordinary item leaves the reserve alone. */
bool queue_push(struct queue *queue, const void *item, bool may_use_reserve);

/* How many items are in it now. */
size_t queue_count(struct queue *queue);

/* Copies the oldest item out, waiting until `deadline_monotonic_ns` (CLOCK_MONOTONIC). False when there was
 * none. */
bool queue_pop(struct queue *queue, void *item, int64_t deadline_monotonic_ns);

#endif
