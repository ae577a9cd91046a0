/* A small table under one lock. Topics are never removed: a car has a handful. */
#include "export/outbox.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct entry {
    char topic[OUTBOX_TOPIC_BYTES];
    char payload[OUTBOX_BYTES];
    bool is_due;
};

struct outbox {
    pthread_mutex_t lock;
    struct entry *entries[OUTBOX_TOPIC_MAX];
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
        free(outbox->entries[i]);
    pthread_mutex_destroy(&outbox->lock);
    free(outbox);
}

static struct entry *find_or_add(struct outbox *outbox, const char *topic)
{
    for (size_t i = 0; i < outbox->count; i++)
        if (strcmp(outbox->entries[i]->topic, topic) == 0)
            return outbox->entries[i];
    if (outbox->count == OUTBOX_TOPIC_MAX)
        return NULL;
    struct entry *entry = calloc(1, sizeof(*entry));
    if (!entry)
        return NULL;
    strcpy(entry->topic, topic);
    outbox->entries[outbox->count++] = entry;
    return entry;
}

bool outbox_put(struct outbox *outbox, const char *topic, const char *payload)
{
    if (strlen(topic) >= OUTBOX_TOPIC_BYTES || strlen(payload) >= OUTBOX_BYTES)
        return false;
    pthread_mutex_lock(&outbox->lock);
    struct entry *entry = find_or_add(outbox, topic);
    if (entry && strcmp(entry->payload, payload) != 0) {
        strcpy(entry->payload, payload);
        entry->is_due = true;
    }
    pthread_mutex_unlock(&outbox->lock);
    return entry != NULL;
}

bool outbox_take(struct outbox *outbox, char *topic, char *payload)
{
    struct entry *found = NULL;

    pthread_mutex_lock(&outbox->lock);
    for (size_t i = 0; i < outbox->count && !found; i++) {
        size_t index = (outbox->next + i) % outbox->count;
        if (!outbox->entries[index]->is_due)
            continue;
        found = outbox->entries[index];
        outbox->next = index + 1;
    }
    if (found) {
        strcpy(topic, found->topic);
        strcpy(payload, found->payload);
        found->is_due = false;
    }
    pthread_mutex_unlock(&outbox->lock);
    return found != NULL;
}

void outbox_all_due(struct outbox *outbox)
{
    pthread_mutex_lock(&outbox->lock);
    for (size_t i = 0; i < outbox->count; i++)
        outbox->entries[i]->is_due = true;
    pthread_mutex_unlock(&outbox->lock);
}
