/* Reads with suspicion: a broker's retained values are outside bytes. */
#include "export/json_told.h"

#include "util/core/zone.h"

#include <math.h>

#define WH_PER_KWH  1000
#define KWH_MAX     1e7
#define OUTINGS_MAX 1e7
#define KM_MAX      2e6

double json_told_number(const json_t *object, const char *key, double min, double max)
{
    const json_t *value = json_object_get(object, key);
    double number = json_is_number(value) ? json_number_value(value) : NAN;

    return number >= min && number <= max ? number : NAN;
}

const char *json_told_time(const struct json_told *told, const char *key)
{
    const char *text = json_string_value(json_object_get(told->state, key));
    int64_t utc_ns;

    return text && zone_time_parse(text, &utc_ns) ? text : NULL;
}

static void read_object(json_t *into, const char *payload)
{
    json_t *object = json_loads(payload, 0, NULL);

    json_object_clear(into);
    json_object_update(into, object);
    json_decref(object);
}

static void read_counter(struct counter *counter, const json_t *object, const char *key, double max,
                         double scale)
{
    double number = json_told_number(object, key, 0, max);

    if (!isnan(number))
        counter_read_back(counter, (int64_t)round(number * scale));
}

void json_told_read_state(struct json_told *told, const char *payload)
{
    read_object(told->state, payload);
    read_counter(&told->charged_wh, told->state, "charged", KWH_MAX, WH_PER_KWH);
    read_counter(&told->used_wh, told->state, "used", KWH_MAX, WH_PER_KWH);
    read_counter(&told->outings, told->state, "outings", OUTINGS_MAX, 1);
    read_counter(&told->odometer_km, told->state, "odometer", KM_MAX, 1);
}

void json_told_read_battery(struct json_told *told, const char *payload)
{
    read_object(told->battery, payload);
}

void json_told_begin(struct json_told *told)
{
    *told = (struct json_told){.state = json_object(), .battery = json_object()};
}

void json_told_end(struct json_told *told)
{
    json_decref(told->state);
    json_decref(told->battery);
}
