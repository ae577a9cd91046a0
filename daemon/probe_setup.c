/* From settings to what the core is made of. Runs once, before the first frame. */
#include "probe_setup.h"

#include "probe_key.h"
#include "util/log.h"
#include "util/paths.h"

#include <string.h>

struct definition *probe_setup_definition(const struct config_car *car, const char *data_dir, struct err *err)
{
    char folders[PATHS_MAX];

    paths_vehicles(folders, sizeof(folders), data_dir);
    return definition_find(folders, car->vehicle, err);
}

static int find_generation(const struct config_car *car, const struct definition *definition, int *generation,
                           struct err *err)
{
    *generation = DEFINITION_GENERATION_AUTO;
    if (strcmp(car->generation, "auto") == 0)
        return 0;
    *generation = definition_generation_find(definition, car->generation);
    if (*generation == DEFINITION_GENERATION_AUTO)
        return err_set(err, "%s: %s has no such generation", car->generation, car->vehicle);
    return 0;
}

int probe_setup_core(const struct config_car *car, const struct definition *definition,
                     struct probe_core_settings *settings, struct err *err)
{
    *settings = (struct probe_core_settings){
        .definition = definition,
        .poll = car->poll,
        .dongle_sleeps = car->dongle_sleeps,
        .wired = config_car_is_wired(car),
    };
    return find_generation(car, definition, &settings->generation, err);
}

struct probe_identity *probe_setup_identity(const char *state_dir)
{
    uint8_t key[SHA256_BYTES];
    struct err err;

    if (probe_key_read(state_dir, key, &err) == 0)
        return probe_identity_new(key);
    log_warning("car", "another car would not be told from this one: %s", err.text);
    return NULL;
}
