/* What a broker says that we said before the start: a discovery message, a state, a battery. Whatever it is,
 * the messages made from it are JSON, and settle. */
#include "export/homeassistant.h"
#include "export/json_mqtt.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char definition[] =
    "format = 1; name = \"Sample\";\n"
    "generations = ( { id = \"ONE\"; broadcasts = true; kwh_per_ah = 0.355; wh_per_gid = 80.0; } );\n"
    "frames = ( { id = \"101\"; fields = ( { signal = \"soc\"; at = [0, 7]; bits = 10; scale = 0.1; } ); } "
    ");\n";

static void discover(const struct view_car *car, const char *previous)
{
    char *first = homeassistant_config("garaged", false, car, previous);
    char *second = homeassistant_config("garaged", false, car, first);
    char *third = homeassistant_config("garaged", false, car, second);

    assert(second && third && strcmp(second, third) == 0);
    free(first);
    free(second);
    free(third);
}

static void assert_object(char *text)
{
    json_t *object = text ? json_loads(text, 0, NULL) : NULL;

    assert(json_is_object(object));
    json_decref(object);
    free(text);
}

static void read_back(struct view *view, const char *payload)
{
    struct zone zone;
    struct json_moment now = {.zone = &zone};
    struct json_told told;

    zone_set_utc(&zone);
    json_told_begin(&told);
    json_told_read_state(&told, payload);
    json_told_read_battery(&told, payload);
    assert_object(json_mqtt_state(view, &view->cars[0], &told, &now));
    assert_object(json_mqtt_battery(&view->cars[0], &told));
    json_told_end(&told);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct err err;
    struct definition *sample = definition_parse(definition, "sample", &err);
    struct view_car car = {.id = "leaf", .name = "Leaf", .definition = sample, .garage = TRI_UNKNOWN};
    struct view view = {.cars = &car, .car_count = 1, .mqtt.state = "up", .diary_state = "ok"};
    char *payload = malloc(size + 1);

    assert(sample && payload);
    car.values = calloc(definition_signal_count(sample), sizeof(car.values[0]));
    assert(car.values);
    if (size > 0)
        memcpy(payload, data, size);
    payload[size] = '\0';
    discover(&car, payload);
    read_back(&view, payload);
    free(payload);
    free(car.values);
    definition_free(sample);
    return 0;
}
