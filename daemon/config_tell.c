/* The configuration as items and texts, for who is to see how a house is set. It holds no password: those lie
 * in files that it names. */
#include "config_private.h"

#include <stdio.h>
#include <string.h>

#define VALUE_BYTES (CONFIG_LIST_MAX * CONFIG_TEXT_MAX)

static void print_list(const struct config_list *list, char *value, size_t size)
{
    size_t len = 0;

    value[0] = '\0';
    for (size_t i = 0; i < list->count && len < size; i++)
        len += (size_t)snprintf(value + len, size - len, "%s%s", i == 0 ? "" : " ", list->items[i]);
}

static void print_value(const struct config_row *row, const void *place, char *value, size_t size)
{
    switch (row->kind) {
    case CONFIG_TEXT:
        snprintf(value, size, "%s", (const char *)place);
        break;
    case CONFIG_TEXTS:
        print_list(place, value, size);
        break;
    case CONFIG_NUMBER:
        snprintf(value, size, "%d", *(const int *)place);
        break;
    case CONFIG_WORD:
        snprintf(value, size, "%s", row->words[*(const int *)place]);
        break;
    case CONFIG_FLAG:
        snprintf(value, size, "%s", *(const bool *)place ? "true" : "false");
        break;
    }
}

static void tell_row(const struct config_row *row, const char *group, const void *base, config_tell_fn *tell,
                     void *ctx)
{
    char item[CONFSCAN_ITEM_MAX], value[VALUE_BYTES];

    snprintf(item, sizeof(item), "%s%s%s", group, group[0] == '\0' ? "" : ".", row->name);
    print_value(row, (const char *)base + row->offset, value, sizeof(value));
    tell(ctx, item, value);
}

static void tell_car_row(const struct config *config, const struct config_row *row, config_tell_fn *tell,
                         void *ctx)
{
    char group[32];

    for (size_t i = 0; i < config->car_count; i++) {
        snprintf(group, sizeof(group), "cars[%zu]", i);
        tell_row(row, group, &config->cars[i], tell, ctx);
    }
}

void config_tell(const struct config *config, config_tell_fn *tell, void *ctx)
{
    for (size_t i = 0; i < config_table_rows; i++) {
        const struct config_row *row = &config_table[i];
        if (strcmp(row->group, "cars") == 0)
            tell_car_row(config, row, tell, ctx);
        else
            tell_row(row, row->group, config, tell, ctx);
    }
}
