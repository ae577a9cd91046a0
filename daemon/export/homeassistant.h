/* The device discovery message of Home Assistant for one car (CONTRACT 11): one JSON object, made from a
 * table with one row an entity. Deterministic: the same knowledge gives the same bytes. Pure. */
#ifndef EXPORT_HOMEASSISTANT_H
#define EXPORT_HOMEASSISTANT_H

#include "export/view.h"

#include <stdbool.h>
#include <stdint.h>

/* What the car is known to deliver now; the message changes only when this does. */
uint64_t homeassistant_fingerprint(const struct view_car *car);

/* The message, a text that the caller frees; NULL without memory. `previous` is what was told last (NULL:
 * nothing), also before a restart: an entity stays as long as the car's definition can deliver it. One that
 * it can't deliver any more is marked as removed in this message and missing in the one made from it: so make
 * the next one, some seconds later, until it is the same. `base` is the topics' first level. */
char *homeassistant_config(const char *base, bool is_demo, const struct view_car *car, const char *previous);

#endif
