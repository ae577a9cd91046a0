/* A small table under one lock. */
#include "export/hearings.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct hearing {
    char filter[OUTBOX_TOPIC_BYTES];
    bool is_wanted, is_told;
};

struct hearings {
    pthread_mutex_t lock;
    struct hearing table[HEARINGS_MAX];
    size_t count;
};

struct hearings *hearings_new(void)
{
    struct hearings *hearings = calloc(1, sizeof(*hearings));

    if (hearings)
        pthread_mutex_init(&hearings->lock, NULL);
    return hearings;
}

void hearings_free(struct hearings *hearings)
{
    if (!hearings)
        return;
    pthread_mutex_destroy(&hearings->lock);
    free(hearings);
}

static struct hearing *find_or_add(struct hearings *hearings, const char *filter)
{
    for (size_t i = 0; i < hearings->count; i++)
        if (strcmp(hearings->table[i].filter, filter) == 0)
            return &hearings->table[i];
    if (hearings->count == HEARINGS_MAX)
        return NULL;
    struct hearing *hearing = &hearings->table[hearings->count++];
    strcpy(hearing->filter, filter);
    return hearing;
}

bool hearings_want(struct hearings *hearings, const char *filter, bool is_wanted)
{
    if (strlen(filter) >= OUTBOX_TOPIC_BYTES)
        return false;
    pthread_mutex_lock(&hearings->lock);
    struct hearing *hearing = find_or_add(hearings, filter);
    if (hearing)
        hearing->is_wanted = is_wanted;
    pthread_mutex_unlock(&hearings->lock);
    return hearing != NULL;
}

void hearings_reset(struct hearings *hearings)
{
    pthread_mutex_lock(&hearings->lock);
    for (size_t i = 0; i < hearings->count; i++)
        hearings->table[i].is_told = false;
    pthread_mutex_unlock(&hearings->lock);
}

bool hearings_next(struct hearings *hearings, char *filter, bool *is_wanted)
{
    struct hearing *found = NULL;

    pthread_mutex_lock(&hearings->lock);
    for (size_t i = 0; i < hearings->count && !found; i++)
        if (hearings->table[i].is_wanted != hearings->table[i].is_told)
            found = &hearings->table[i];
    if (found) {
        strcpy(filter, found->filter);
        *is_wanted = found->is_told = found->is_wanted;
    }
    pthread_mutex_unlock(&hearings->lock);
    return found != NULL;
}
