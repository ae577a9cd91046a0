/* One row an entity: what Home Assistant is to make of a key of our topics, and what the car must deliver for
 * it to exist. Keys are for ever, and so are a key's platform, unit and state class: its history would split.
 * Commands are not here yet. */
#include "export/homeassistant.h"

#include <assert.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#define REMOVED_MAX     64 /* entities in one message */
#define PLATFORM_MAX    32 /* characters of a platform's name that we believe */
#define GENERATION_BITS 8

enum source { STATE, BATTERY, REACHABLE, GARAGE, CHARGE, OUTING, TRAFFIC, EVENT_CHARGE, EVENT_OUTING };

static const char *const topics[] = {
    [STATE] = "state",
    [BATTERY] = "battery",
    [REACHABLE] = "reachable",
    [GARAGE] = "garage",
    [CHARGE] = "charge",
    [OUTING] = "outing",
    [TRAFFIC] = "traffic",
    [EVENT_CHARGE] = "event/charge",
    [EVENT_OUTING] = "event/outing",
};

enum mark {
    HIDDEN = 1 << 0, /* exists once its owner enables it */
    DIAGNOSTIC = 1 << 1,
    LIVE = 1 << 2,       /* means nothing while the dongle does not answer */
    ATTRIBUTES = 1 << 3, /* has the whole object of its topic as attributes */
    MAIN = 1 << 4,       /* the device itself, without a name of its own */
};

struct row {
    const char *key, *platform, *name, *device_class, *state_class;
    void (*add)(json_t *component, const struct row *row); /* what this kind of entity has besides */
    enum source source;
    const char *field; /* of the topic's object; NULL: the key */
    const char *unit;  /* NULL: that of the signal it needs */
    int precision;
    unsigned marks;
    enum signal_id needs[2];                      /* one of them known: the entity exists */
    bool (*is_known)(const struct view_car *car); /* instead of them */
};

/* ---- kinds of entities ---- */

static const char *field_of(const struct row *row)
{
    return row->field ? row->field : row->key;
}

/* An unknown value is null, which renders "None", which Home Assistant takes as unknown. */
static void add_text(json_t *component, const struct row *row)
{
    json_object_set_new(component, "value_template", json_sprintf("{{ value_json.%s }}", field_of(row)));
}

static void add_number(json_t *component, const struct row *row)
{
    const char *unit = row->unit ? row->unit : vocabulary[row->needs[0]].unit;

    if (*unit != '\0')
        json_object_set_new(component, "unit_of_measurement", json_string(unit));
    if (row->state_class)
        json_object_set_new(component, "state_class", json_string(row->state_class));
    json_object_set_new(component, "suggested_display_precision", json_integer(row->precision));
    add_text(component, row);
}

/* The energy of one charge or outing: counting begins anew with each. */
static void add_portion(json_t *component, const struct row *row)
{
    add_number(component, row);
    json_object_set_new(component, "last_reset_value_template", json_string("{{ value_json.from or '' }}"));
}

static void add_words(json_t *component, const struct row *row)
{
    const char *const *words = vocabulary[row->needs[0]].words;
    json_t *options = json_array();

    for (size_t i = 0; words[i]; i++)
        json_array_append_new(options, json_string(words[i]));
    json_object_set_new(component, "options", options);
    add_text(component, row);
}

/* The shorter 'ON' if .. else 'OFF' would turn "don't know" into OFF. */
static void add_flag(json_t *component, const struct row *row)
{
    json_object_set_new(
        component, "value_template",
        json_sprintf("{{ {true:'ON', false:'OFF'}.get(value_json.%s, 'None') }}", field_of(row)));
}

static void add_nothing(json_t *component, const struct row *row)
{
    (void)component;
    (void)row;
}

static void add_link(json_t *component, const struct row *row)
{
    (void)row;
    json_object_set_new(component, "payload_on", json_string("online"));
    json_object_set_new(component, "payload_off", json_string("offline"));
}

static void add_tracker(json_t *component, const struct row *row)
{
    (void)row;
    json_object_set_new(component, "payload_home", json_string("ON"));
    json_object_set_new(component, "payload_not_home", json_string("OFF"));
    json_object_set_new(component, "source_type", json_string("router"));
}

static void add_charge_events(json_t *component, const struct row *row)
{
    (void)row;
    json_object_set_new(component, "event_types", json_pack("[s,s,s]", "started", "finished", "interrupted"));
}

static void add_outing_events(json_t *component, const struct row *row)
{
    (void)row;
    json_object_set_new(component, "event_types", json_pack("[s]", "finished"));
}

/* ---- what is known without a signal ---- */

static bool is_always_known(const struct view_car *car)
{
    (void)car;
    return true;
}

static bool is_garage_known(const struct view_car *car)
{
    return car->garage != TRI_UNKNOWN;
}

static bool has_diary(const struct view_car *car)
{
    return car->has_totals;
}

static bool has_charge(const struct view_car *car)
{
    return car->has_last_charge;
}

static bool has_outing(const struct view_car *car)
{
    return car->has_last_outing;
}

static bool has_traffic(const struct view_car *car)
{
    return car->has_traffic;
}

/* ---- the table ---- */

#define NEEDS(signal)        .needs = {SIGNAL_##signal, SIGNAL_##signal}
#define NEEDS_ANY(one, else) .needs = {SIGNAL_##one, SIGNAL_##else}
#define MEASURED             .state_class = "measurement", .add = add_number
#define COUNTED              .state_class = "total_increasing", .add = add_number
#define PORTION              .state_class = "total", .add = add_portion

/* clang-format off */
static const struct row rows[] = {
    {"soc", "sensor", "Battery level", "battery", MEASURED, .precision = 0, NEEDS_ANY(SOC_DASH, SOC)},
    {"charging", "binary_sensor", "Charging", "battery_charging", .add = add_flag, NEEDS(CHARGING)},
    {"plugged", "binary_sensor", "Plug", "plug", .add = add_flag, NEEDS(PLUGGED)},
    {"charge_state", "sensor", "Charge state", "enum", .add = add_words, NEEDS(CHARGE_STATE)},
    {"power", "sensor", "Charging power", "power", MEASURED, .precision = 1, .marks = LIVE, NEEDS(CHARGER_POWER)},
    {"time_full", "sensor", "Time to full", "duration", MEASURED, .precision = 0, NEEDS(CHARGE_MINUTES)},
    {"range", "sensor", "Range", "distance", MEASURED, .precision = 0, NEEDS(RANGE)},
    {"odometer", "sensor", "Odometer", "distance", COUNTED, .precision = 0, NEEDS(ODOMETER)},
    {"charged", "sensor", "Energy charged", "energy", COUNTED, .unit = "kWh", .precision = 2, .is_known = has_diary},
    {"used", "sensor", "Energy used", "energy", COUNTED, .unit = "kWh", .precision = 2, .is_known = has_diary},
    {"stored", "sensor", "Stored energy", "energy_storage", MEASURED, .unit = "kWh", .precision = 1, NEEDS(SOC)},
    {"efficiency", "sensor", "Efficiency", "energy_distance", MEASURED, .unit = "kWh/100km", .precision = 1,
     .is_known = has_diary},
    {"soh", "sensor", "Battery health", MEASURED, .precision = 1, .source = BATTERY, .marks = DIAGNOSTIC, NEEDS(SOH)},
    {"capacity", "sensor", "Battery capacity", "energy_storage", MEASURED, .unit = "kWh", .precision = 1,
     .source = BATTERY, .marks = DIAGNOSTIC, NEEDS(PACK_CAPACITY)},
    {"hx", "sensor", "Battery Hx", MEASURED, .precision = 1, .source = BATTERY, .marks = DIAGNOSTIC | HIDDEN, NEEDS(HX)},
    {"gids", "sensor", "GIDs", MEASURED, .unit = "", .precision = 0, .source = BATTERY, .marks = DIAGNOSTIC | HIDDEN,
     NEEDS(GIDS)},
    {"batt_temp", "sensor", "Battery temperature", "temperature", MEASURED, .precision = 1, NEEDS(PACK_TEMP)},
    {"out_temp", "sensor", "Outside temperature", "temperature", MEASURED, .precision = 1, NEEDS(AMBIENT_TEMP)},
    {"cabin_temp", "sensor", "Cabin temperature", "temperature", MEASURED, .precision = 1, NEEDS(CABIN_TEMP)},
    {"aux_v", "sensor", "12 V battery", "voltage", MEASURED, .precision = 2, .marks = DIAGNOSTIC, NEEDS(AUX_VOLTAGE)},
    {"pack_v", "sensor", "Pack voltage", "voltage", MEASURED, .precision = 1, .marks = DIAGNOSTIC | HIDDEN | LIVE,
     NEEDS(PACK_VOLTAGE)},
    {"pack_a", "sensor", "Pack current", "current", MEASURED, .precision = 1, .marks = DIAGNOSTIC | HIDDEN | LIVE,
     NEEDS(PACK_CURRENT)},
    {"cell_min", "sensor", "Lowest cell", "voltage", MEASURED, .precision = 3, .source = BATTERY,
     .marks = DIAGNOSTIC | HIDDEN, NEEDS(CELL_MIN)},
    {"cell_max", "sensor", "Highest cell", "voltage", MEASURED, .precision = 3, .source = BATTERY,
     .marks = DIAGNOSTIC | HIDDEN, NEEDS(CELL_MAX)},
    {"last_charge", "sensor", "Last charge energy", "energy", PORTION, .unit = "kWh", .precision = 2, .source = CHARGE,
     .field = "battery_kwh", .marks = ATTRIBUTES, .is_known = has_charge},
    {"last_outing", "sensor", "Last outing distance", "distance", .add = add_number, .unit = "km", .precision = 1,
     .source = OUTING, .field = "distance_km", .marks = ATTRIBUTES, .is_known = has_outing},
    {"trip_energy", "sensor", "Last outing energy", "energy", PORTION, .unit = "kWh", .precision = 2, .source = OUTING,
     .field = "energy_soc_kwh", .is_known = has_outing},
    {"outings", "sensor", "Outings", COUNTED, .unit = "", .precision = 0, .marks = DIAGNOSTIC | HIDDEN,
     .is_known = has_diary},
    {"frames_today", "sensor", "Frames sent today", COUNTED, .unit = "", .precision = 0, .source = TRAFFIC,
     .field = "frames_sent", .marks = DIAGNOSTIC, .is_known = has_traffic},
    {"polls_today", "sensor", "Questions today", COUNTED, .unit = "", .precision = 0, .source = TRAFFIC,
     .field = "polls", .marks = DIAGNOSTIC | HIDDEN, .is_known = has_traffic},
    {"wakeups_today", "sensor", "Wake-ups today", COUNTED, .unit = "", .precision = 0, .source = TRAFFIC,
     .field = "wakeups", .marks = DIAGNOSTIC, .is_known = has_traffic},
    {"bytes_today", "sensor", "Bytes sent today", "data_size", COUNTED, .unit = "B", .precision = 0, .source = TRAFFIC,
     .field = "bytes", .marks = DIAGNOSTIC | HIDDEN, .is_known = has_traffic},
    {"last_contact", "sensor", "Last contact", "timestamp", .add = add_text, .marks = DIAGNOSTIC,
     .is_known = is_always_known},
    {"garage", "binary_sensor", "In garage", "presence", .add = add_nothing, .source = GARAGE,
     .is_known = is_garage_known},
    {"tracker", "device_tracker", .add = add_tracker, .source = GARAGE, .marks = HIDDEN | MAIN,
     .is_known = is_garage_known},
    {"link", "binary_sensor", "Car link", "connectivity", .add = add_link, .source = REACHABLE, .marks = DIAGNOSTIC,
     .is_known = is_always_known},
    {"problem", "binary_sensor", "Gateway problem", "problem", .add = add_flag, .marks = DIAGNOSTIC,
     .is_known = is_always_known},
    {"charge_event", "event", "Charge session", .add = add_charge_events, .source = EVENT_CHARGE, .is_known = has_diary},
    {"trip_event", "event", "Outing", .add = add_outing_events, .source = EVENT_OUTING, .is_known = has_diary},
};
/* clang-format on */

#define ROW_COUNT (sizeof(rows) / sizeof(rows[0]))
static_assert(ROW_COUNT <= 64 - GENERATION_BITS, "a bit each in the fingerprint");

/* ---- which rows there are ---- */

static bool is_known(const struct row *row, const struct view_car *car)
{
    if (row->is_known)
        return row->is_known(car);
    return car->values[row->needs[0]].known || car->values[row->needs[1]].known;
}

static bool can_be_known(const struct row *row, const struct view_car *car)
{
    return row->is_known || definition_delivers(car->definition, car->generation, row->needs[0]) ||
           definition_delivers(car->definition, car->generation, row->needs[1]);
}

uint64_t homeassistant_fingerprint(const struct view_car *car)
{
    uint64_t bits = (uint64_t)(car->generation + 1) % (1U << GENERATION_BITS);

    for (size_t i = 0; i < ROW_COUNT; i++)
        bits = bits << 1 | is_known(&rows[i], car);
    return bits;
}

/* A component with its platform alone: Home Assistant removes the entity. */
static bool is_removal(const json_t *component)
{
    return json_object_size(component) == 1;
}

static bool was_there(const json_t *before, const char *key)
{
    const json_t *component = json_object_get(before, key);

    return component && !is_removal(component);
}

/* ---- the message ---- */

static json_t *topic_of(const char *base, const struct view_car *car, enum source source)
{
    return json_sprintf("%s/%s/%s", base, car->id, topics[source]);
}

static void add_identity(json_t *component, const struct view_car *car, const struct row *row)
{
    json_object_set_new(component, "unique_id", json_sprintf("garaged_%s_%s", car->id, row->key));
    json_object_set_new(component, "default_entity_id",
                        json_sprintf("%s.%s_%s", row->platform, car->id, row->key));
    json_object_set_new(component, "name", row->marks & MAIN ? json_null() : json_string(row->name));
    if (row->device_class)
        json_object_set_new(component, "device_class", json_string(row->device_class));
    if (row->marks & DIAGNOSTIC)
        json_object_set_new(component, "entity_category", json_string("diagnostic"));
    if (row->marks & HIDDEN)
        json_object_set_new(component, "enabled_by_default", json_false());
}

/* Without "all" the topic that spoke last would win. */
static void add_live_availability(json_t *component, const char *base, const struct view_car *car)
{
    json_object_set_new(component, "availability",
                        json_pack("[{s:o},{s:o}]", "topic", json_sprintf("%s/status", base), "topic",
                                  topic_of(base, car, REACHABLE)));
    json_object_set_new(component, "availability_mode", json_string("all"));
}

static json_t *component_of(const char *base, const struct view_car *car, const struct row *row)
{
    json_t *component = json_pack("{s:s}", "platform", row->platform);

    add_identity(component, car, row);
    json_object_set_new(component, "state_topic", topic_of(base, car, row->source));
    row->add(component, row);
    if (row->marks & ATTRIBUTES)
        json_object_set_new(component, "json_attributes_topic", topic_of(base, car, row->source));
    if (row->marks & LIVE)
        add_live_availability(component, base, car);
    json_object_set_new(component, "qos", json_integer(1));
    return component;
}

/* What was there and is no more is named once, with its platform alone. */
static void add_removals(json_t *components, json_t *before)
{
    const char *key;
    json_t *component;
    size_t count = 0;

    json_object_foreach(before, key, component)
    {
        const char *platform = json_string_value(json_object_get(component, "platform"));
        bool is_news = !json_object_get(components, key) && !is_removal(component);
        if (is_news && platform && strlen(platform) <= PLATFORM_MAX && count++ < REMOVED_MAX)
            json_object_set_new(components, key, json_pack("{s:s}", "platform", platform));
    }
}

static json_t *components_of(const char *base, const struct view_car *car, json_t *before)
{
    json_t *components = json_object();

    for (size_t i = 0; i < ROW_COUNT; i++) {
        const struct row *row = &rows[i];
        if (is_known(row, car) || (was_there(before, row->key) && can_be_known(row, car)))
            json_object_set_new(components, row->key, component_of(base, car, row));
    }
    add_removals(components, before);
    return components;
}

/* What was recognised before a restart holds until the car says otherwise. */
static int generation_of(const struct view_car *car, const json_t *told)
{
    const char *id = json_string_value(json_object_get(json_object_get(told, "device"), "model_id"));

    bool is_known = car->generation != DEFINITION_GENERATION_AUTO;
    return is_known || !id ? car->generation : definition_generation_find(car->definition, id);
}

static json_t *device_of(const struct view_car *car, bool is_demo, const json_t *told)
{
    int generation = generation_of(car, told);
    const char *mark = is_demo ? " (made up)" : "";
    json_t *device = json_object();

    json_object_set_new(device, "identifiers", json_pack("[o]", json_sprintf("garaged_%s", car->id)));
    json_object_set_new(device, "name", json_sprintf("%s%s", car->name, mark));
    json_object_set_new(device, "manufacturer", json_string("Nissan"));
    json_object_set_new(device, "model", json_sprintf("LEAF%s", mark));
    if (generation != DEFINITION_GENERATION_AUTO)
        json_object_set_new(device, "model_id",
                            json_string(definition_generation(car->definition, (size_t)generation)->id));
    json_object_set_new(device, "sw_version", json_string(GARAGED_VERSION));
    return device;
}

char *homeassistant_config(const char *base, bool is_demo, const struct view_car *car, const char *previous)
{
    json_t *told = previous ? json_loads(previous, 0, NULL) : NULL;
    json_t *before = json_object_get(told, "components");
    json_t *message = json_object();

    json_object_set_new(message, "device", device_of(car, is_demo, told));
    json_object_set_new(message, "origin",
                        json_pack("{s:s, s:s}", "name", "garaged", "sw_version", GARAGED_VERSION));
    json_object_set_new(message, "availability",
                        json_pack("[{s:o}]", "topic", json_sprintf("%s/status", base)));
    json_object_set_new(message, "components", components_of(base, car, before));
    char *text = json_dumps(message, JSON_COMPACT);
    json_decref(message);
    json_decref(told);
    return text;
}
