/* Which MQTT topics are to be heard, and which of them the broker knows of: wished for by the loop, carried
 * out by the MQTT thread. */
#ifndef EXPORT_HEARINGS_H
#define EXPORT_HEARINGS_H

#include "export/outbox.h"

#include <stdbool.h>

#define HEARINGS_MAX 64

struct hearings;

struct hearings *hearings_new(void); /* NULL only without memory */
void hearings_free(struct hearings *hearings);

/* Whether to hear a topic from now on. False when there are too many or its name is too long. */
bool hearings_want(struct hearings *hearings, const char *filter, bool is_wanted);

/* A new connection: the broker knows of none. */
void hearings_reset(struct hearings *hearings);

/* What to say to the broker next; false when it knows all. `filter` has OUTBOX_TOPIC_BYTES. */
bool hearings_next(struct hearings *hearings, char *filter, bool *is_wanted);

#endif
