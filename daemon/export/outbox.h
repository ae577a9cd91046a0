/* The latest value of each retained topic, between the loop and the MQTT thread. A newer value replaces an
 * older one, so a slow or absent broker costs no memory; after each connection everything is due again. */
#ifndef EXPORT_OUTBOX_H
#define EXPORT_OUTBOX_H

#include <stdbool.h>
#include <stddef.h>

#define OUTBOX_TOPIC_MAX   208         /* eight cars have eight topics each; twice as many may be emptied */
#define OUTBOX_TOPIC_BYTES 128         /* with the NUL */
#define OUTBOX_BYTES       (64 * 1024) /* of one value, with the NUL: a discovery message has 10 to 20 kB */

struct outbox;

struct outbox *outbox_new(void); /* NULL only without memory */
void outbox_free(struct outbox *outbox);

/* Sets a topic's value; nothing happens when it is the present one. False when there are too many topics, the
 * value is too long or memory is short. */
bool outbox_put(struct outbox *outbox, const char *topic, const char *payload);

/* Takes one value off the list of those that are due, in the order in which their topics came: a copy that
 * the caller frees, or NULL when there is none; `topic` has OUTBOX_TOPIC_BYTES. */
char *outbox_take(struct outbox *outbox, char *topic);

/* Everything is due (again), from the first topic on: a connection began. */
void outbox_all_due(struct outbox *outbox);

#endif
