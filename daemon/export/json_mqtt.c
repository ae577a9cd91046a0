/* One table a topic says which key shows which signal, and whether its value outlives the moment. When
 * something is sent is home_mqtt's; the discovery message is homeassistant.c's. */
#include "export/json_mqtt.h"

#include "export/json_diary.h"
#include "util/core/time.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* last_contact moves in steps, or every message would be a new row in Home Assistant's recorder. */
#define CONTACT_STEP_NS (5 * NS_PER_MIN)

#define ODOMETER_LEAP_KM 1000
#define KWH_STEP_WH      10
#define EFFICIENCY_STEP  0.1
#define EFFICIENCY_MM    INT64_C(1000000) /* less than a kilometre says nothing */

enum life { MOMENT, LASTS };

struct key {
    const char *name;
    enum life life;
    enum signal_id signal;
    size_t (*pick)(const struct view_car *car); /* instead of `signal` */
};

/* The energy that is there: by GIDs where they are heard, else by SOC. */
static size_t stored_signal(const struct view_car *car)
{
    return car->values[SIGNAL_ENERGY_GIDS].known ? SIGNAL_ENERGY_GIDS : SIGNAL_ENERGY_SOC;
}

static const struct key state_keys[] = {
    {"soc", LASTS, .pick = view_soc_signal},
    {"soc_bms", LASTS, .signal = SIGNAL_SOC},
    {"charging", MOMENT, .signal = SIGNAL_CHARGING},
    {"plugged", MOMENT, .signal = SIGNAL_PLUGGED},
    {"charge_state", MOMENT, .signal = SIGNAL_CHARGE_STATE},
    {"power", MOMENT, .signal = SIGNAL_CHARGER_POWER},
    {"time_full", MOMENT, .signal = SIGNAL_CHARGE_MINUTES},
    {"range", LASTS, .signal = SIGNAL_RANGE},
    {"stored", LASTS, .pick = stored_signal},
    {"batt_temp", LASTS, .signal = SIGNAL_PACK_TEMP},
    {"out_temp", LASTS, .signal = SIGNAL_AMBIENT_TEMP},
    {"cabin_temp", LASTS, .signal = SIGNAL_CABIN_TEMP},
    {"aux_v", LASTS, .signal = SIGNAL_AUX_VOLTAGE},
    {"pack_v", MOMENT, .signal = SIGNAL_PACK_VOLTAGE},
    {"pack_a", MOMENT, .signal = SIGNAL_PACK_CURRENT},
    {"gear", MOMENT, .signal = SIGNAL_GEAR},
    {"power_state", MOMENT, .signal = SIGNAL_POWER_STATE},
};

static const struct key battery_keys[] = {
    {"soh", LASTS, .signal = SIGNAL_SOH},           {"hx", LASTS, .signal = SIGNAL_HX},
    {"gids", LASTS, .signal = SIGNAL_GIDS},         {"capacity", LASTS, .signal = SIGNAL_ENERGY_FULL},
    {"cell_min", LASTS, .signal = SIGNAL_CELL_MIN}, {"cell_max", LASTS, .signal = SIGNAL_CELL_MAX},
};

static const struct key climate_key = {"climate", MOMENT, .signal = SIGNAL_CLIMATE};

static char *to_text(json_t *object)
{
    char *text = json_dumps(object, JSON_VALUE_FLAGS);

    json_decref(object);
    return text;
}

/* What was known last, also before the start: a car that sleeps says "not available" of its range. */
static json_t *lasting_value(const struct view_car *car, size_t index, const char *name, json_t *told)
{
    const struct signal *signal = definition_signal(car->definition, index);
    double last = json_told_number(told, name, signal->min, signal->max);

    if (!car->values[index].heard || !car->values[index].known)
        return json_value_number(last, signal->resolution);
    json_t *value = json_value_signal(car, index);
    json_object_set(told, name, value);
    return value;
}

static json_t *momentary_value(const struct view_car *car, size_t index)
{
    bool is_past = car->link != VIEW_LINK_UP || car->values[index].quality == QUALITY_OLD;

    return is_past ? json_null() : json_value_signal(car, index);
}

static void add_keys(json_t *object, const struct view_car *car, const struct key *keys, size_t count,
                     json_t *told)
{
    for (size_t i = 0; i < count; i++) {
        size_t index = keys[i].pick ? keys[i].pick(car) : (size_t)keys[i].signal;

        json_object_set_new(object, keys[i].name,
                            keys[i].life == LASTS ? lasting_value(car, index, keys[i].name, told)
                                                  : momentary_value(car, index));
    }
}

/* ---- counters ---- */

static json_t *counter_value(const struct counter *counter, json_t *shown(int64_t value))
{
    return counter->is_known ? shown(counter->told) : json_null();
}

static json_t *whole(int64_t value)
{
    return json_integer(value);
}

/* Integers all the way: 9.405 kWh never depends on what a double makes of it. */
static void count(struct json_told *told, const struct view_car *car)
{
    const struct state_value *odometer = &car->values[SIGNAL_ODOMETER];

    if (odometer->heard && odometer->known)
        counter_follow(&told->odometer_km, (int64_t)round(odometer->value), ODOMETER_LEAP_KM,
                       odometer->time_ns);
    if (!car->has_totals)
        return;
    counter_count(&told->charged_wh, car->totals.charged_wh, KWH_STEP_WH);
    counter_count(&told->used_wh, car->totals.used_wh, KWH_STEP_WH);
    counter_count(&told->outings, car->totals.outings, 0);
}

static json_t *efficiency(const struct view_car *car, const struct json_told *told)
{
    double wh = (double)car->totals.recent_used_wh, mm = (double)car->totals.recent_distance_mm;

    if (!car->has_totals)
        return json_value_number(json_told_number(told->state, "efficiency", 0, 1000), EFFICIENCY_STEP);
    if (car->totals.recent_distance_mm < EFFICIENCY_MM)
        return json_null();
    return json_value_number(wh * 1e5 / mm, EFFICIENCY_STEP); /* Wh/mm into kWh/100km */
}

static void add_sums(json_t *object, const struct view_car *car, struct json_told *told)
{
    count(told, car);
    json_object_set_new(object, "odometer", counter_value(&told->odometer_km, whole));
    json_object_set_new(object, "charged", counter_value(&told->charged_wh, json_diary_kwh));
    json_object_set_new(object, "used", counter_value(&told->used_wh, json_diary_kwh));
    json_object_set_new(object, "efficiency", efficiency(car, told));
    json_object_set_new(object, "outings", counter_value(&told->outings, whole));
}

/* ---- the house's own ---- */

static int64_t last_heard_ns(const struct view_car *car)
{
    size_t count = definition_signal_count(car->definition);
    int64_t last_ns = TIME_NONE;

    for (size_t i = 0; i < count; i++)
        if (car->values[i].heard && car->values[i].time_ns > last_ns)
            last_ns = car->values[i].time_ns;
    return last_ns;
}

/* In steps of the calendar's clock: those of the other would waver around a second. */
static json_t *last_contact(const struct view *view, const struct view_car *car, const struct json_told *told,
                            const struct json_moment *now)
{
    int64_t heard_ns = last_heard_ns(car);
    const char *before = json_told_time(told, "last_contact");

    if (heard_ns == TIME_NONE || !view->clock_right)
        return before ? json_string(before) : json_null();
    int64_t utc_ns = heard_ns + (now->utc_ns - now->boot_ns);
    return json_value_time(view, now, heard_ns - utc_ns % CONTACT_STEP_NS);
}

static bool has_problem(const struct view *view, const struct view_car *car)
{
    return (car->link == VIEW_LINK_DOWN && !car->link_lent) || car->identity == VIEW_IDENTITY_CHANGED ||
           strcmp(view->diary_state, "failed") == 0;
}

char *json_mqtt_state(const struct view *view, const struct view_car *car, struct json_told *told,
                      const struct json_moment *now)
{
    json_t *state = json_object();

    add_keys(state, car, state_keys, sizeof(state_keys) / sizeof(state_keys[0]), told->state);
    if (json_value_is_shown(car, SIGNAL_CLIMATE))
        add_keys(state, car, &climate_key, 1, NULL);
    add_sums(state, car, told);
    json_object_set_new(state, "car_state", json_string(presence_name(car->presence)));
    json_object_set_new(state, "problem", json_boolean(has_problem(view, car)));
    json_object_set_new(state, "last_contact", last_contact(view, car, told, now));
    json_object_set_new(state, "demo", json_boolean(view->demo));
    return to_text(state);
}

char *json_mqtt_battery(const struct view_car *car, struct json_told *told)
{
    json_t *battery = json_object();

    add_keys(battery, car, battery_keys, sizeof(battery_keys) / sizeof(battery_keys[0]), told->battery);
    return to_text(battery);
}

/* ---- the diary ---- */

char *json_mqtt_charge(const struct diary_charge *charge, const struct zone *zone)
{
    return to_text(json_diary_charge(charge, zone));
}

char *json_mqtt_outing(const struct diary_outing *outing, const struct zone *zone)
{
    return to_text(json_diary_outing(outing, zone));
}

char *json_mqtt_traffic(const struct view_car *car, const struct zone *zone)
{
    return to_text(json_diary_item(JSON_DIARY_TRAFFIC, &car->traffic, zone));
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
