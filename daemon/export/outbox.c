/* A small table under one lock. Topics are never removed: a car has a handful. */
#include "export/outbox.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct entry {
    char topic[OUTBOX_TOPIC_BYTES];
    char *payload;
    size_t capacity; /* it grows to the longest value there was, so that memory stays flat */
    bool is_due;
};

struct outbox {
    pthread_mutex_t lock;
    struct entry entries[OUTBOX_TOPIC_MAX];
    size_t count;
    size_t next; /* where outbox_take goes on, so that no topic starves */
};

struct outbox *outbox_new(void)
{
    struct outbox *outbox = calloc(1, sizeof(*outbox));

    if (outbox)
        pthread_mutex_init(&outbox->lock, NULL);
    return outbox;
}

void outbox_free(struct outbox *outbox)
{
    if (!outbox)
        return;
    for (size_t i = 0; i < outbox->count; i++)
        free(outbox->entries[i].payload);
    pthread_mutex_destroy(&outbox->lock);
    free(outbox);
}

static struct entry *find(struct outbox *outbox, const char *topic)
{
    for (size_t i = 0; i < outbox->count; i++)
        if (strcmp(outbox->entries[i].topic, topic) == 0)
            return &outbox->entries[i];
    return NULL;
}

static bool set_payload(struct entry *entry, const char *payload)
{
    size_t bytes = strlen(payload) + 1;

    if (bytes > entry->capacity) {
        char *grown = realloc(entry->payload, bytes);
        if (!grown)
            return false;
        entry->payload = grown;
        entry->capacity = bytes;
    }
    memcpy(entry->payload, payload, bytes);
    entry->is_due = true;
    return true;
}

static bool put(struct outbox *outbox, const char *topic, const char *payload)
{
    struct entry *entry = find(outbox, topic);

    if (entry)
        return strcmp(entry->payload, payload) == 0 || set_payload(entry, payload);
    if (outbox->count == OUTBOX_TOPIC_MAX || !set_payload(&outbox->entries[outbox->count], payload))
        return false;
    strcpy(outbox->entries[outbox->count++].topic, topic);
    return true;
}

bool outbox_put(struct outbox *outbox, const char *topic, const char *payload)
{
    if (strlen(topic) >= OUTBOX_TOPIC_BYTES || strlen(payload) >= OUTBOX_BYTES)
        return false;
    pthread_mutex_lock(&outbox->lock);
    bool done = put(outbox, topic, payload);
    pthread_mutex_unlock(&outbox->lock);
    return done;
}

static struct entry *next_due(struct outbox *outbox)
{
    for (size_t i = 0; i < outbox->count; i++) {
        size_t index = (outbox->next + i) % outbox->count;
        if (!outbox->entries[index].is_due)
            continue;
        outbox->next = index + 1;
        return &outbox->entries[index];
    }
    return NULL;
}

char *outbox_take(struct outbox *outbox, char *topic)
{
    char *payload = NULL;

    pthread_mutex_lock(&outbox->lock);
    struct entry *entry = next_due(outbox);
    if (entry)
        payload = strdup(entry->payload);
    if (payload) {
        strcpy(topic, entry->topic);
        entry->is_due = false;
    }
    pthread_mutex_unlock(&outbox->lock);
    return payload;
}

void outbox_all_due(struct outbox *outbox)
{
    pthread_mutex_lock(&outbox->lock);
    for (size_t i = 0; i < outbox->count; i++)
        outbox->entries[i].is_due = true;
    outbox->next = 0;
    pthread_mutex_unlock(&outbox->lock);
}
