/* What both programs do with their configuration first. Knows no other mistakes than config.c and the
 * definitions' loader do. */
#include "check.h"

#include "car/definition.h"
#include "util/log.h"
#include "util/paths.h"
#include "util/secretfile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

static void print_mistake(void *ctx, const char *text)
{
    (void)ctx;
    fprintf(stderr, "%s\n", text);
}

static int check_car(const struct config_car *car, size_t index, const char *path, const char *folders)
{
    struct err err;
    struct definition *definition = definition_find(folders, car->vehicle, &err);

    if (!definition) {
        fprintf(stderr, "%s:%u: cars[%zu].vehicle: %s: %s\n", path, car->vehicle_line, index, car->vehicle,
                err.text);
        return -1;
    }
    bool knows =
        strcmp(car->generation, "auto") == 0 || definition_generation_find(definition, car->generation) >= 0;
    if (!knows)
        fprintf(stderr, "%s:%u: cars[%zu].generation: %s: %s has no such generation\n", path,
                car->generation_line, index, car->generation, car->vehicle);
    definition_free(definition);
    return knows ? 0 : -1;
}

int check_config(struct config *config, const char *path, const char *data_dir)
{
    char folders[2 * PATHS_MAX];
    int code = config_load(config, path, print_mistake, NULL) > 0 ? EX_CONFIG : EX_OK;

    if (code != EX_OK)
        return code;
    paths_vehicles(folders, sizeof(folders), data_dir);
    for (size_t i = 0; i < config->car_count; i++)
        if (check_car(&config->cars[i], i, path, folders))
            code = EX_CONFIG;
    return code;
}

static int check_secret(const char *item, const char *path)
{
    struct err err;

    if (path[0] == '\0' || secretfile_check(item, path, &err) == 0)
        return EX_OK;
    fprintf(stderr, "%s\n", err.text);
    return EX_CONFIG;
}

int check_secrets(const struct config *config)
{
    const struct config_mqtt *mqtt = &config->mqtt;
    int code = check_secret("web.key_file", config->web.key_file);

    if (code == EX_OK && mqtt->host[0] != '\0')
        code = check_secret("mqtt.password_file", mqtt->password_file);
    if (code == EX_OK && mqtt->host[0] != '\0')
        code = check_secret("mqtt.key_file", mqtt->key_file);
    return code;
}

bool check_hangup(const char *path, const char *data_dir)
{
    if (!getenv("NOTIFY_SOCKET")) /* nobody's service */
        return false;
    struct config *config = calloc(1, sizeof(*config));
    if (config && check_config(config, path, data_dir) == EX_OK)
        log_notice("config", "%s is right: it counts from the next start on", path);
    else
        log_error("config", "%s has mistakes: what was read at the start still counts; mend it before the next one",
                  path);
    free(config);
    return true;
}
