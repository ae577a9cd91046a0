/* The meters at the wall: what comes on their MQTT topics becomes a reading of their car, which the diary
 * thins out and its trackers judge. Knows no broker. */
#include "home_meter.h"

#include "export/json_meter.h"
#include "util/log.h"

#include <stdlib.h>
#include <string.h>

struct home_meter {
    const struct config *config;
    struct home_diary *diary;
    struct log_repeat log[CONFIG_CAR_MAX];
};

struct home_meter *home_meter_new(const struct config *config, struct home_diary *diary)
{
    struct home_meter *meter = calloc(1, sizeof(*meter));

    if (!meter)
        return NULL;
    meter->config = config;
    meter->diary = diary;
    return meter;
}

void home_meter_free(struct home_meter *meter)
{
    free(meter);
}

static bool is_power(const struct config_car *car)
{
    return car->meter_kind == CONFIG_METER_POWER;
}

void home_meter_take(struct home_meter *meter, const char *topic, const char *payload, size_t len,
                     bool is_retained, int64_t boot_ns)
{
    for (size_t i = 0; i < meter->config->car_count; i++) {
        const struct config_car *car = &meter->config->cars[i];
        int64_t value;
        struct err err;
        if (car->meter_topic[0] == '\0' || strcmp(car->meter_topic, topic) != 0 ||
            (is_power(car) && is_retained))
            continue;
        if (json_meter_read(car, payload, len, &value, &err))
            log_repeated(&meter->log[i], boot_ns, LOG_LEVEL_WARNING, "meter", "%s: %s: %s", car->id, topic,
                         err.text);
        else
            home_diary_take_wall(meter->diary, i, is_power(car), value, boot_ns);
    }
}

void home_meter_lose(struct home_meter *meter, int64_t boot_ns)
{
    for (size_t i = 0; i < meter->config->car_count; i++) {
        const struct config_car *car = &meter->config->cars[i];
        if (car->meter_topic[0] != '\0' && is_power(car))
            home_diary_lose_wall(meter->diary, i, boot_ns);
    }
}
