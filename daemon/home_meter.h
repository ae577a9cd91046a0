/* The meters at the wall: what comes on their MQTT topics becomes a reading of their car. */
#ifndef HOME_METER_H
#define HOME_METER_H

#include "home_diary.h"

struct home_meter;

/* NULL only without memory. Both outlive the object. */
struct home_meter *home_meter_new(const struct config *config, struct home_diary *diary);
void home_meter_free(struct home_meter *meter);

/* A message of any topic. What the broker kept says what a counter counted, but not what flows now. */
void home_meter_take(struct home_meter *meter, const char *topic, const char *payload, size_t len,
                     bool is_retained, int64_t boot_ns);

/* The broker is gone: what flows is not known any more. */
void home_meter_lose(struct home_meter *meter, int64_t boot_ns);

#endif
