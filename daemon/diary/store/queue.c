/* Ring buffer with one lock and one condition. Never grows, never blocks the side that pushes for longer than
 * a copy. */
#include "diary/store/queue.h"

#include "util/core/time.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct queue {
    pthread_mutex_t lock;
    pthread_cond_t filled;
    size_t item_bytes, capacity, reserve;
    size_t first, count;
    unsigned char items[];
};

struct queue *queue_new(size_t item_bytes, size_t capacity, size_t reserve)
{
    struct queue *queue = calloc(1, sizeof(*queue) + item_bytes * capacity);
    pthread_condattr_t attributes;

    if (!queue)
        return NULL;
    queue->item_bytes = item_bytes;
    queue->capacity = capacity;
    queue->reserve = reserve;
    pthread_mutex_init(&queue->lock, NULL);
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&queue->filled, &attributes);
    pthread_condattr_destroy(&attributes);
    return queue;
}

void queue_free(struct queue *queue)
{
    if (!queue)
        return;
    pthread_cond_destroy(&queue->filled);
    pthread_mutex_destroy(&queue->lock);
    free(queue);
}

static unsigned char *item_at(struct queue *queue, size_t index)
{
    return queue->items + (queue->first + index) % queue->capacity * queue->item_bytes;
}

bool queue_push(struct queue *queue, const void *item, bool may_use_reserve)
{
    pthread_mutex_lock(&queue->lock);
    size_t limit = queue->capacity - (may_use_reserve ? 0 : queue->reserve);
    bool fits = queue->count < limit;
    if (fits) {
        memcpy(item_at(queue, queue->count), item, queue->item_bytes);
        queue->count++;
        pthread_cond_signal(&queue->filled);
    }
    pthread_mutex_unlock(&queue->lock);
    return fits;
}

size_t queue_count(struct queue *queue)
{
    pthread_mutex_lock(&queue->lock);
    size_t count = queue->count;
    pthread_mutex_unlock(&queue->lock);
    return count;
}

bool queue_pop(struct queue *queue, void *item, int64_t deadline_monotonic_ns)
{
    struct timespec until = {.tv_sec = (time_t)(deadline_monotonic_ns / NS_PER_S),
                             .tv_nsec = (long)(deadline_monotonic_ns % NS_PER_S)};
    int rc = 0;

    pthread_mutex_lock(&queue->lock);
    while (queue->count == 0 && rc == 0)
        rc = pthread_cond_timedwait(&queue->filled, &queue->lock, &until);
    bool found = queue->count > 0;
    if (found) {
        memcpy(item, item_at(queue, 0), queue->item_bytes);
        queue->first = (queue->first + 1) % queue->capacity;
        queue->count--;
    }
    pthread_mutex_unlock(&queue->lock);
    return found;
}
