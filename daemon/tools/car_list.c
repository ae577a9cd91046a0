/* garagectl car list: what the configuration file says of the cars. Needs no daemon. */
#include "config.h"
#include "tools/car.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

static const char usage[] = "Usage: garagectl [--config FILE] car list [--json]\n"
                            "\n"
                            "Prints the cars of the configuration file.\n";

static void print_mistake(void *ctx, const char *text)
{
    (void)ctx;
    fprintf(stderr, "%s\n", text);
}

static void print_text(const struct config *config)
{
    if (config->car_count == 0)
        puts("no car is configured");
    for (size_t i = 0; i < config->car_count; i++) {
        const struct config_car *car = &config->cars[i];

        printf("%-16s %s, %s %s, %s at %s%s\n", car->id, car->name, car->vehicle, car->generation,
               config_adapter_word(car->adapter), car->port, car->poll ? "" : ", listens only");
    }
}

static void print_json(const struct config *config)
{
    json_t *cars = json_array();

    for (size_t i = 0; i < config->car_count; i++) {
        const struct config_car *car = &config->cars[i];

        json_array_append_new(cars, json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:b}", "id", car->id, "name",
                                              car->name, "vehicle", car->vehicle, "generation",
                                              car->generation, "adapter", config_adapter_word(car->adapter),
                                              "port", car->port, "poll", car->poll));
    }
    json_dumpf(cars, stdout, JSON_COMPACT);
    putchar('\n');
    json_decref(cars);
}

static int list_cars(const struct tool_options *options, bool as_json)
{
    struct config *config = calloc(1, sizeof(*config));
    int code = config == NULL ? EX_OSERR : EX_OK;

    if (code == EX_OK && config_load(config, options->config, print_mistake, NULL) != 0)
        code = EX_CONFIG;
    if (code == EX_OK)
        (as_json ? print_json : print_text)(config);
    free(config);
    return code;
}

int tool_car_list(const struct tool_options *options, int argc, char **argv)
{
    bool as_json = argc == 2 && strcmp(argv[1], "--json") == 0;

    if (argc == 2 && strcmp(argv[1], "--help") == 0) {
        fputs(usage, stdout);
        return EX_OK;
    }
    if (argc == 1 || as_json)
        return list_cars(options, as_json);
    fputs(usage, stderr);
    return EX_USAGE;
}
