/* One car's topics (CONTRACT 11): what they say now, what they said before this start, and how they are
 * emptied. */
#ifndef HOME_MQTT_CAR_H
#define HOME_MQTT_CAR_H

#include "export/json_told.h"
#include "export/json_value.h"
#include "export/mqtt.h"
#include "export/view.h"

#include <stdbool.h>
#include <stdint.h>

#define HOME_MQTT_TOPIC_BYTES 160

/* What all cars share. */
struct home_mqtt_place {
    struct mqtt *client;
    const struct config_mqtt *settings;
    const struct view *view;
};

struct home_mqtt_car {
    const struct home_mqtt_place *place;
    const struct view_car *car;
    struct json_told told;
    char *config;         /* the discovery message told last, or NULL */
    bool is_settled;      /* the message made from it would be the same */
    uint64_t fingerprint; /* of what the car delivered then */
    int64_t config_ns;    /* when it was told */
    int64_t traffic_ns;   /* when the day's figures were told; 0: never */
    int32_t traffic_day;
};

/* Nothing was told of it yet. */
void home_mqtt_car_begin(struct home_mqtt_car *car, const struct home_mqtt_place *place,
                         const struct view_car *shown);
/* Also of one that never began. */
void home_mqtt_car_end(struct home_mqtt_car *car);

/* Whether to hear what the broker kept of this car. */
void home_mqtt_car_hear(struct home_mqtt_car *car, bool is_wanted);

/* Takes in a retained message if it is one of this car's. */
void home_mqtt_car_read_back(struct home_mqtt_car *car, const char *topic, const char *payload);

/* Sends the discovery message if it would be another one, and ten seconds after the last one at the
 * earliest; with discovery off it is emptied. Returns when to call again, INT64_MAX when something new is
 * known. */
int64_t home_mqtt_car_discover(struct home_mqtt_car *car, int64_t now_ns);

/* Sends what the other topics say now. */
void home_mqtt_car_publish(struct home_mqtt_car *car, const struct json_moment *now);

/* Sends an event; takes the text (NULL is fine) over. */
void home_mqtt_car_tell(const struct home_mqtt_place *place, const char *id, const char *name, char *payload);

/* Empties all topics of a car that is gone from the configuration. */
void home_mqtt_car_empty(const struct home_mqtt_place *place, const char *id);

#endif
