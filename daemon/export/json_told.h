/* What <base>/<car>/state and /battery said last, so that a restart makes nothing forgotten: values that
 * last, and counters that never fall. The broker keeps it: both topics are retained, and read back. Pure. */
#ifndef EXPORT_JSON_TOLD_H
#define EXPORT_JSON_TOLD_H

#include "export/counter.h"

#include <jansson.h>

struct json_told {
    json_t *state, *battery; /* as they were read back, and what was known since */
    struct counter charged_wh, used_wh, outings, odometer_km;
};

/* Nothing was told. */
void json_told_begin(struct json_told *told);
void json_told_end(struct json_told *told);

/* Takes in the retained payload of either topic; what is no object says nothing. */
void json_told_read_state(struct json_told *told, const char *payload);
void json_told_read_battery(struct json_told *told, const char *payload);

/* A number that `object` has within these limits, or NAN. */
double json_told_number(const json_t *object, const char *key, double min, double max);

/* A time that the state had, or NULL. */
const char *json_told_time(const struct json_told *told, const char *key);

#endif
