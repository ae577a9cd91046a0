/* The latest value of each retained topic, between the loop and the MQTT thread. A newer value replaces an
 * older one, so a slow or absent broker costs no memory; after each connection everything is due again. */
#ifndef EXPORT_OUTBOX_H
#define EXPORT_OUTBOX_H

#include <stdbool.h>
#include <stddef.h>

#define OUTBOX_TOPIC_MAX   128
#define OUTBOX_TOPIC_BYTES 128
#define OUTBOX_BYTES       4096

struct outbox;

struct outbox *outbox_new(void); /* NULL only without memory */
void outbox_free(struct outbox *outbox);

/* Sets a topic's value; nothing happens when it is the present one. False when there are too many topics or
 * the value is too long. */
bool outbox_put(struct outbox *outbox, const char *topic, const char *payload);

/* Copies out one value that is due (topic: OUTBOX_TOPIC_BYTES, payload: OUTBOX_BYTES) and takes it off the
 * list. */
bool outbox_take(struct outbox *outbox, char *topic, char *payload);

/* Everything is due (again): a connection began. */
void outbox_all_due(struct outbox *outbox);

#endif
