/* A view of one real LEAF (config/vehicles/nissan-leaf.conf) for the tests of what is exported. */
#ifndef TESTS_LEAF_VIEW_H
#define TESTS_LEAF_VIEW_H

#include "export/view.h"
#include "util/core/time.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

struct leaf_view {
    struct definition *definition;
    struct view view;
    struct view_car car;
};

static inline struct leaf_view *leaf_view_new(const char *generation)
{
    struct leaf_view *leaf = calloc(1, sizeof(*leaf));
    struct err err;

    leaf->definition = definition_find("config/vehicles", "nissan-leaf", &err);
    if (!leaf->definition)
        fail_msg("%s", err.text);
    leaf->car = (struct view_car){.id = "leaf", .name = "Leaf", .definition = leaf->definition};
    leaf->car.generation = definition_generation_find(leaf->definition, generation);
    leaf->car.garage = TRI_UNKNOWN;
    leaf->car.link = VIEW_LINK_UP;
    leaf->car.values = calloc(definition_signal_count(leaf->definition), sizeof(leaf->car.values[0]));
    leaf->view = (struct view){.clock_right = true, .mqtt.state = "up", .diary_state = "ok"};
    leaf->view.cars = &leaf->car;
    leaf->view.car_count = 1;
    return leaf;
}

static inline void leaf_view_free(struct leaf_view *leaf)
{
    definition_free(leaf->definition);
    free(leaf->car.values);
    free(leaf);
}

/* The car says so now. */
static inline void leaf_view_say(struct leaf_view *leaf, enum signal_id signal, double value)
{
    leaf->car.values[signal] = (struct state_value){
        .heard = true, .known = true, .value = value, .quality = QUALITY_OK, .time_ns = NS_PER_S};
}

/* All that a car can say and a diary can know. */
static inline void leaf_view_say_all(struct leaf_view *leaf)
{
    for (int i = 0; i < SIGNAL_VOCABULARY_COUNT; i++)
        leaf_view_say(leaf, (enum signal_id)i, 1);
    leaf->car.garage = TRI_TRUE;
    leaf->car.has_totals = leaf->car.has_last_charge = leaf->car.has_last_outing = leaf->car.has_traffic = true;
    leaf->car.totals = (struct diary_totals){1000, 2000, 3000000000, 4, 500, 2500000000};
}

static inline void leaf_view_forget(struct leaf_view *leaf)
{
    memset(leaf->car.values, 0, definition_signal_count(leaf->definition) * sizeof(leaf->car.values[0]));
    leaf->car.garage = TRI_UNKNOWN;
    leaf->car.has_totals = leaf->car.has_last_charge = leaf->car.has_last_outing = leaf->car.has_traffic = false;
}

#endif
