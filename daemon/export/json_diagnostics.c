/* Everything is built as it is shown elsewhere, and masked at the end: no part can be forgotten. Keys are
 * garaged's own words, but for the cars' ids. */
#include "export/json_diagnostics.h"

#include "export/json.h"

#include <string.h>

#define TEXT_BYTES 4200 /* a list of the configuration is the longest */

/* ---- what is in it ---- */

static json_t *libraries_object(const struct json_diagnostics *diagnostics)
{
    json_t *object = json_object();

    for (size_t i = 0; i < diagnostics->library_count; i++)
        json_object_set_new(object, diagnostics->libraries[i].name,
                            json_string(diagnostics->libraries[i].version));
    return object;
}

static void add_setting(void *ctx, const char *item, const char *value)
{
    json_object_set_new(ctx, item, json_value_text(value, strlen(value)));
}

static json_t *configuration_object(const struct config *config)
{
    json_t *object = json_object();

    if (config != NULL)
        config_tell(config, add_setting, object);
    return object;
}

/* What the owner called it, typed, or paid stays at home. */
static json_t *car_object(const struct view *view, const struct view_car *car, const struct json_moment *now)
{
    json_t *object = json_state_car(view, car, now);

    json_object_del(object, "name");
    json_object_del(object, "charge");
    return object;
}

static json_t *cars_object(const struct view *view, const struct json_moment *now)
{
    json_t *object = json_object();

    for (size_t i = 0; i < view->car_count; i++)
        json_object_set_new(object, view->cars[i].id, car_object(view, &view->cars[i], now));
    return object;
}

static json_t *diagnostics_object(const struct json_diagnostics *diagnostics)
{
    const struct json_system *system = diagnostics->system;
    json_t *object = json_object();

    json_object_set_new(object, "version", json_string(system->version));
    json_object_set_new(object, "time", json_value_time(system->view, diagnostics->now, diagnostics->now->boot_ns));
    json_object_set_new(object, "uptime_s", json_integer(system->uptime_s));
    json_object_set_new(object, "demo", json_boolean(system->view->demo));
    json_object_set_new(object, "clock", json_string(system->view->clock_right ? "ok" : "unset"));
    json_object_set_new(object, "libraries", libraries_object(diagnostics));
    json_object_set_new(object, "configuration", configuration_object(diagnostics->config));
    json_object_set_new(object, "system", json_system_object(system));
    json_object_set_new(object, "mqtt", json_pack("{s:s, s:s}", "state", system->view->mqtt.state, "reason",
                                                  system->view->mqtt.reason));
    json_object_set_new(object, "diary", json_pack("{s:s, s:s}", "state", system->view->diary_state, "reason",
                                                   system->view->diary_reason));
    json_object_set_new(object, "cars", cars_object(system->view, diagnostics->now));
    json_object_set_new(object, "traffic", diagnostics->traffic);
    json_object_set_new(object, "log", diagnostics->log);
    return object;
}

/* ---- what is not ---- */

static json_t *masked(const struct masking *masking, const json_t *value);

static json_t *masked_text(const struct masking *masking, const char *text)
{
    char shown[TEXT_BYTES];

    masking_write(masking, text, shown, sizeof(shown));
    return json_value_text(shown, strlen(shown));
}

static json_t *masked_array(const struct masking *masking, const json_t *value)
{
    json_t *array = json_array();

    for (size_t i = 0; i < json_array_size(value); i++)
        json_array_append_new(array, masked(masking, json_array_get(value, i)));
    return array;
}

/* An object whose keys are cars has no other ones: elsewhere a key that is called like a car stays. */
static json_t *masked_object(const struct masking *masking, const json_t *value, bool has_cars)
{
    json_t *object = json_object(), *item;
    const char *key;

    json_object_foreach((json_t *)value, key, item)
    {
        bool is_cars = json_is_object(item) && (strcmp(key, "cars") == 0 || strcmp(key, "traffic") == 0);
        json_object_set_new(object, has_cars ? masking_shown(masking, key) : key,
                            is_cars ? masked_object(masking, item, true) : masked(masking, item));
    }
    return object;
}

/* As deep as what is built above. */
static json_t *masked(const struct masking *masking, const json_t *value)
{
    if (json_is_string(value))
        return masked_text(masking, json_string_value(value));
    if (json_is_array(value))
        return masked_array(masking, value);
    if (json_is_object(value))
        return masked_object(masking, value, false);
    return json_deep_copy(value);
}

char *json_diagnostics(const struct json_diagnostics *diagnostics)
{
    json_t *whole = diagnostics_object(diagnostics);
    json_t *object = masked(diagnostics->masking, whole);
    char *text = json_dumps(object, JSON_VALUE_FLAGS);

    json_decref(object);
    json_decref(whole);
    return text;
}
