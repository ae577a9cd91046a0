/* One table says which key shows which signal. Keys whose source isn't kept yet (charged, used, efficiency,
 * outings) are null. Discovery is not made here. */
#include "export/json_mqtt.h"

#include "export/json_diary.h"
#include "util/core/time.h"

#include <stdlib.h>

/* last_contact moves in steps, or every message would be a new row in Home Assistant's recorder. */
#define CONTACT_STEP_NS (5 * NS_PER_MIN)

static const struct key {
    const char *name;
    enum signal_id signal;
} keys[] = {
    {"soc_bms", SIGNAL_SOC},
    {"charging", SIGNAL_CHARGING},
    {"plugged", SIGNAL_PLUGGED},
    {"charge_state", SIGNAL_CHARGE_STATE},
    {"power", SIGNAL_CHARGER_POWER},
    {"time_full", SIGNAL_CHARGE_MINUTES},
    {"range", SIGNAL_RANGE},
    {"odometer", SIGNAL_ODOMETER},
    {"batt_temp", SIGNAL_PACK_TEMP},
    {"out_temp", SIGNAL_AMBIENT_TEMP},
    {"cabin_temp", SIGNAL_CABIN_TEMP},
    {"aux_v", SIGNAL_AUX_VOLTAGE},
    {"pack_v", SIGNAL_PACK_VOLTAGE},
    {"pack_a", SIGNAL_PACK_CURRENT},
    {"gear", SIGNAL_GEAR},
    {"power_state", SIGNAL_POWER_STATE},
};

static const char *const not_kept_yet[] = {"charged", "used", "efficiency", "outings"};

/* The energy that is there: by GIDs where they are heard, else by SOC. */
static size_t stored_signal(const struct view_car *car)
{
    return car->values[SIGNAL_ENERGY_GIDS].known ? SIGNAL_ENERGY_GIDS : SIGNAL_ENERGY_SOC;
}

static int64_t last_contact_ns(const struct view_car *car)
{
    size_t count = definition_signal_count(car->definition);
    int64_t last_ns = TIME_NONE;

    for (size_t i = 0; i < count; i++)
        if (car->values[i].heard && car->values[i].time_ns > last_ns)
            last_ns = car->values[i].time_ns;
    return last_ns == TIME_NONE ? TIME_NONE : last_ns - last_ns % CONTACT_STEP_NS;
}

static char *to_text(json_t *object)
{
    char *text = json_dumps(object, JSON_VALUE_FLAGS);

    json_decref(object);
    return text;
}

char *json_mqtt_state(const struct view *view, const struct view_car *car, const struct json_moment *now)
{
    json_t *state = json_object();
    int64_t contact_ns = last_contact_ns(car);

    json_object_set_new(state, "soc", json_value_signal(car, view_soc_signal(car)));
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
        json_object_set_new(state, keys[i].name, json_value_signal(car, keys[i].signal));
    for (size_t i = 0; i < sizeof(not_kept_yet) / sizeof(not_kept_yet[0]); i++)
        json_object_set_new(state, not_kept_yet[i], json_null());
    json_object_set_new(state, "stored", json_value_signal(car, stored_signal(car)));
    if (json_value_is_shown(car, SIGNAL_CLIMATE))
        json_object_set_new(state, "climate", json_value_signal(car, SIGNAL_CLIMATE));
    json_object_set_new(state, "car_state", json_string(presence_name(car->presence)));
    json_object_set_new(state, "problem", json_boolean(car->link == VIEW_LINK_DOWN));
    json_object_set_new(state, "last_contact",
                        contact_ns == TIME_NONE ? json_null() : json_value_time(view, now, contact_ns));
    json_object_set_new(state, "demo", json_boolean(view->demo));
    return to_text(state);
}

static char *event_text(const char *type, json_t *item)
{
    json_t *event = json_pack("{s:s}", "event_type", type);

    json_object_update(event, item);
    json_decref(item);
    return to_text(event);
}

char *json_mqtt_charge_event(const char *type, const struct diary_charge *charge, const struct zone *zone)
{
    return event_text(type, json_diary_charge(charge, zone));
}

char *json_mqtt_outing_event(const struct diary_outing *outing, const struct zone *zone)
{
    return event_text("finished", json_diary_outing(outing, zone));
}

char *json_mqtt_notice_event(const struct view *view, const char *kind, const char *text,
                             const struct json_moment *now)
{
    json_t *notice = json_pack("{s:s}", "text", text);

    json_object_set_new(notice, "time", json_value_time(view, now, now->boot_ns));
    return event_text(kind, notice);
}
