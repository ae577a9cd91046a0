/* A small view for the tests of what is exported: one or two cars with a definition of a few signals. */
#ifndef TESTS_VIEW_SAMPLE_H
#define TESTS_VIEW_SAMPLE_H

#include "car/definition.h"
#include "export/view.h"
#include "util/core/time.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char sample_definition[] =
    "format = 1;\n"
    "name = \"Sample\";\n"
    "generations = (\n"
    "  { id = \"ONE\"; broadcasts = true; kwh_per_ah = 0.355; wh_per_gid = 80.0; },\n"
    "  { id = \"TWO\"; broadcasts = false; kwh_per_ah = 0.355; wh_per_gid = 80.0; }\n"
    ");\n"
    "frames = (\n"
    "  { id = \"101\"; fields = (\n"
    "      { signal = \"soc\"; at = [0, 7]; bits = 10; scale = 0.1; },\n"
    "      { signal = \"gear\"; at = [2, 7]; bits = 3; map = ((0, \"p\"), (4, \"d\")); },\n"
    "      { signal = \"odometer\"; at = [3, 7]; bits = 20; },\n"
    "      { signal = \"plugged\"; at = [6, 7]; bits = 1; },\n"
    "      { signal = \"pack_voltage\"; at = [6, 6]; bits = 6; only = [\"TWO\"]; },\n"
    "      { raw = \"something_raw\"; unit = \"x\"; at = [7, 7]; bits = 8; }\n"
    "  ); }\n"
    ");\n";

struct sample {
    struct view view;
    struct view_car cars[2];
    struct definition *definition;
    struct definition *other; /* NULL, or one more to be freed */
};

static inline void sample_new(struct sample *sample, size_t cars)
{
    static const char *const ids[] = {"leaf", "van"};
    struct err err;

    memset(sample, 0, sizeof(*sample));
    sample->definition = definition_parse(sample_definition, "sample", &err);
    if (sample->definition == NULL)
        fail_msg("%s", err.text);
    sample->view.mqtt.state = "off";
    sample->view.diary_state = "ok";
    sample->view.clock_right = true;
    sample->view.cars = sample->cars;
    sample->view.car_count = cars;
    for (size_t i = 0; i < cars; i++) {
        struct view_car *car = &sample->cars[i];

        car->id = ids[i];
        car->name = ids[i];
        car->definition = sample->definition;
        car->generation = 0;
        car->garage = TRI_UNKNOWN;
        car->link = VIEW_LINK_UP;
        car->values = calloc(definition_signal_count(sample->definition), sizeof(car->values[0]));
    }
    view_touch_head(&sample->view);
}

static inline void sample_free(struct sample *sample)
{
    for (size_t i = 0; i < sample->view.car_count; i++)
        free(sample->cars[i].values);
    definition_free(sample->definition);
    definition_free(sample->other);
}

/* A reading arrives. */
static inline bool sample_take(struct sample *sample, size_t car, size_t signal, double value,
                               int64_t boot_ns)
{
    struct state_value reading = {
        .heard = true, .known = !isnan(value), .value = value, .time_ns = boot_ns, .quality = QUALITY_OK};

    return view_take_value(&sample->view, &sample->cars[car], signal, &reading);
}

#endif
