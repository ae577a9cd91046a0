/* Joins the texts that export/ makes with the topics they belong to. When to send is home_mqtt.c's. */
#include "home_mqtt_car.h"

#include "export/homeassistant.h"
#include "export/json_mqtt.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Between two different messages: Home Assistant drops the second one of two in a row. */
#define CONFIG_SPACING_NS (10 * NS_PER_S)

/* Between two figures of one day: they move with every question, and each would be a row in a recorder. */
#define TRAFFIC_SPACING_NS (5 * NS_PER_MIN)

static void topic_of(const struct home_mqtt_place *place, const char *id, const char *name,
                     char topic[HOME_MQTT_TOPIC_BYTES])
{
    snprintf(topic, HOME_MQTT_TOPIC_BYTES, "%s/%s/%s", place->settings->base, id, name);
}

static void config_topic_of(const struct home_mqtt_place *place, const char *id,
                            char topic[HOME_MQTT_TOPIC_BYTES])
{
    snprintf(topic, HOME_MQTT_TOPIC_BYTES, "%s/device/garaged_%s/config", place->settings->discovery_prefix,
             id);
}

static void publish(const struct home_mqtt_place *place, const char *id, const char *name,
                    const char *payload)
{
    char topic[HOME_MQTT_TOPIC_BYTES];

    topic_of(place, id, name, topic);
    mqtt_publish(place->client, topic, payload);
}

/* Takes the text over. */
static void publish_text(struct home_mqtt_car *car, const char *name, char *payload)
{
    if (payload)
        publish(car->place, car->car->id, name, payload);
    free(payload);
}

void home_mqtt_car_tell(const struct home_mqtt_place *place, const char *id, const char *name, char *payload)
{
    char topic[HOME_MQTT_TOPIC_BYTES];

    topic_of(place, id, name, topic);
    if (payload)
        mqtt_tell(place->client, topic, payload);
    free(payload);
}

/* ---- what the broker kept ---- */

void home_mqtt_car_hear(struct home_mqtt_car *car, bool is_wanted)
{
    void (*say)(struct mqtt * client, const char *filter) = is_wanted ? mqtt_hear : mqtt_unhear;
    char topic[HOME_MQTT_TOPIC_BYTES];

    topic_of(car->place, car->car->id, "state", topic);
    say(car->place->client, topic);
    topic_of(car->place, car->car->id, "battery", topic);
    say(car->place->client, topic);
    config_topic_of(car->place, car->car->id, topic);
    say(car->place->client, topic);
}

static void keep_config(struct home_mqtt_car *car, const char *payload)
{
    free(car->config);
    car->config = *payload ? strdup(payload) : NULL;
}

void home_mqtt_car_read_back(struct home_mqtt_car *car, const char *topic, const char *payload)
{
    char own[HOME_MQTT_TOPIC_BYTES];

    topic_of(car->place, car->car->id, "state", own);
    if (strcmp(topic, own) == 0)
        json_told_read_state(&car->told, payload);
    topic_of(car->place, car->car->id, "battery", own);
    if (strcmp(topic, own) == 0)
        json_told_read_battery(&car->told, payload);
    config_topic_of(car->place, car->car->id, own);
    if (strcmp(topic, own) == 0)
        keep_config(car, payload);
}

/* ---- what is told ---- */

/* Switched off: the message is emptied once, if there was one. */
static int64_t undiscover(struct home_mqtt_car *car)
{
    char topic[HOME_MQTT_TOPIC_BYTES];

    config_topic_of(car->place, car->car->id, topic);
    if (car->config)
        mqtt_publish(car->place->client, topic, "");
    keep_config(car, "");
    return INT64_MAX;
}

static void tell_config(struct home_mqtt_car *car)
{
    char *text =
        homeassistant_config(car->place->settings->base, car->place->view->demo, car->car, car->config);
    char topic[HOME_MQTT_TOPIC_BYTES];

    if (!text)
        return;
    config_topic_of(car->place, car->car->id, topic);
    mqtt_publish(car->place->client, topic, text);
    car->is_settled = car->config && strcmp(car->config, text) == 0;
    free(car->config);
    car->config = text;
}

int64_t home_mqtt_car_discover(struct home_mqtt_car *car, int64_t now_ns)
{
    uint64_t fingerprint = homeassistant_fingerprint(car->car);

    if (!car->place->settings->discovery)
        return undiscover(car);
    if (car->is_settled && fingerprint == car->fingerprint)
        return INT64_MAX;
    if (car->config_ns != 0 && now_ns < car->config_ns + CONFIG_SPACING_NS)
        return car->config_ns + CONFIG_SPACING_NS;
    tell_config(car);
    car->fingerprint = fingerprint;
    car->config_ns = now_ns;
    return car->is_settled ? INT64_MAX : now_ns + CONFIG_SPACING_NS;
}

/* NULL: there is none. Once the diary has said so the broker keeps none, either: it may have been forgotten. */
static void publish_last(struct home_mqtt_car *car, const char *name, char *payload)
{
    if (!payload && car->car->has_totals)
        publish(car->place, car->car->id, name, "");
    publish_text(car, name, payload);
}

/* A new day is told at once: its figures begin again at zero. */
static void publish_traffic(struct home_mqtt_car *car, const struct json_moment *now)
{
    const struct view_car *shown = car->car;
    bool is_same_day = car->traffic_ns != 0 && shown->traffic.day == car->traffic_day;

    if (!shown->has_traffic || (is_same_day && now->boot_ns < car->traffic_ns + TRAFFIC_SPACING_NS))
        return;
    publish_text(car, "traffic", json_mqtt_traffic(shown, now->zone));
    car->traffic_ns = now->boot_ns;
    car->traffic_day = shown->traffic.day;
}

void home_mqtt_car_publish(struct home_mqtt_car *car, const struct json_moment *now)
{
    static const char *const garage[] = {[TRI_FALSE] = "OFF", [TRI_TRUE] = "ON", [TRI_UNKNOWN] = "None"};
    const struct view_car *shown = car->car;

    publish(car->place, shown->id, "reachable", shown->link == VIEW_LINK_UP ? "online" : "offline");
    publish(car->place, shown->id, "garage", garage[shown->garage]);
    publish_text(car, "state", json_mqtt_state(car->place->view, shown, &car->told, now));
    publish_text(car, "battery", json_mqtt_battery(shown, &car->told));
    publish_last(car, "charge",
                 shown->has_last_charge ? json_mqtt_charge(&shown->last_charge, now->zone) : NULL);
    publish_last(car, "outing",
                 shown->has_last_outing ? json_mqtt_outing(&shown->last_outing, now->zone) : NULL);
    publish_traffic(car, now);
}

void home_mqtt_car_empty(const struct home_mqtt_place *place, const char *id)
{
    static const char *const names[] = {"reachable", "garage", "state", "battery",
                                        "charge",    "outing", "traffic"};
    char topic[HOME_MQTT_TOPIC_BYTES];

    config_topic_of(place, id, topic);
    mqtt_publish(place->client, topic, "");
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        publish(place, id, names[i], "");
}

void home_mqtt_car_begin(struct home_mqtt_car *car, const struct home_mqtt_place *place,
                         const struct view_car *shown)
{
    *car = (struct home_mqtt_car){.place = place, .car = shown};
    json_told_begin(&car->told);
}

void home_mqtt_car_end(struct home_mqtt_car *car)
{
    json_told_end(&car->told);
    free(car->config);
}
