/* A bounded queue of MQTT messages between two threads. */
#ifndef EXPORT_LETTERS_H
#define EXPORT_LETTERS_H

#include "export/outbox.h"

#include <stdbool.h>
#include <stddef.h>

#define LETTERS_MAX 64
#define LETTER_MAX  (64 * 1024) /* bytes of a payload */

struct letter {
    char topic[OUTBOX_TOPIC_BYTES];
    char *payload; /* ends with a NUL that len does not count; whoever took the letter frees it */
    size_t len;
    bool is_retained;
};

struct letters;

struct letters *letters_new(void); /* NULL only without memory */
void letters_free(struct letters *letters);

/* Copies a message in. False when it is too long or there are too many. */
bool letters_post(struct letters *letters, const char *topic, const void *payload, size_t len,
                  bool is_retained);

/* Takes the oldest one out; false when there is none. */
bool letters_take(struct letters *letters, struct letter *letter);

/* Throws all away. */
void letters_empty(struct letters *letters);

#endif
