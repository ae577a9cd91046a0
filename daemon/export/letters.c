/* The payloads have memory of their own; the queue holds where. */
#include "export/letters.h"

#include "diary/store/queue.h"

#include <stdlib.h>
#include <string.h>

struct letters {
    struct queue *queue;
};

struct letters *letters_new(void)
{
    struct letters *letters = calloc(1, sizeof(*letters));

    if (letters)
        letters->queue = queue_new(sizeof(struct letter), LETTERS_MAX, 0);
    if (letters && letters->queue)
        return letters;
    free(letters);
    return NULL;
}

void letters_free(struct letters *letters)
{
    if (!letters)
        return;
    letters_empty(letters);
    queue_free(letters->queue);
    free(letters);
}

bool letters_post(struct letters *letters, const char *topic, const void *payload, size_t len,
                  bool is_retained)
{
    struct letter letter = {.len = len, .is_retained = is_retained};

    if (strlen(topic) >= sizeof(letter.topic) || len > LETTER_MAX)
        return false;
    letter.payload = malloc(len + 1);
    if (!letter.payload)
        return false;
    strcpy(letter.topic, topic);
    if (len > 0)
        memcpy(letter.payload, payload, len);
    letter.payload[len] = '\0';
    if (queue_push(letters->queue, &letter, false))
        return true;
    free(letter.payload);
    return false;
}

bool letters_take(struct letters *letters, struct letter *letter)
{
    return queue_pop(letters->queue, letter, 0);
}

void letters_empty(struct letters *letters)
{
    struct letter letter;

    while (letters_take(letters, &letter))
        free(letter.payload);
}
