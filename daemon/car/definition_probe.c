/* The questions to a car that says nothing by itself: is it on, and does it charge? They are requests of the
 * same file, named like sources. When they are asked is manners' business. */
#include "car/definition_load.h"

#include <string.h>

#define SERVICE_READ_LOCAL 0x21
#define SERVICE_READ       0x22

static const char *const probe_keys[] = {"power", "charging", NULL};

static uint16_t find_request(const struct definition *d, const char *name)
{
    for (size_t i = 0; i < d->request_count; i++) {
        if (strcmp(d->sources[d->requests[i].source].name, name) == 0)
            return (uint16_t)i;
    }
    return DEFINITION_NONE;
}

static bool carries(const struct definition *d, size_t signal, uint16_t source)
{
    size_t count;
    const struct carrier *carriers = definition_carriers(d, signal, &count);

    for (size_t i = 0; i < count; i++) {
        if (carriers[i].source == source)
            return true;
    }
    return false;
}

static bool may_be_asked(const struct definition_request *request)
{
    return request->ask[0] == SERVICE_READ_LOCAL || request->ask[0] == SERVICE_READ;
}

/* `signal` is what the answer must tell. */
static int load_one(const struct loader *loader, const config_setting_t *group, enum definition_probe probe,
                    size_t signal)
{
    const struct tree *tree = &loader->tree;
    struct definition *d = loader->definition;
    const char *key = probe_keys[probe];
    const char *name = NULL;
    int found = tree_get_text(tree, group, key, DEFINITION_SOURCE_MAX - 1, &name);

    if (found <= 0)
        return found;
    uint16_t index = find_request(d, name);
    if (index == DEFINITION_NONE)
        return tree_fail(tree, group, key, "%s is no request of this file", name);
    if (!may_be_asked(&d->requests[index]))
        return tree_fail(tree, group, key, "only services 21 and 22 are ever asked");
    if (!carries(d, signal, d->requests[index].source))
        return tree_fail(tree, group, key, "%s does not carry %s", name, d->signals[signal].name);
    d->probes[probe] = index;
    return 0;
}

int load_probe(const struct loader *loader, const config_setting_t *root)
{
    const config_setting_t *group = config_setting_get_member(root, "probe");

    for (size_t i = 0; i < DEFINITION_PROBE_COUNT; i++)
        loader->definition->probes[i] = DEFINITION_NONE;
    if (!group)
        return 0;
    if (tree_expect_group(&loader->tree, group, probe_keys) < 0 ||
        load_one(loader, group, DEFINITION_PROBE_POWER, SIGNAL_POWER_STATE) < 0)
        return -1;
    if (loader->definition->probes[DEFINITION_PROBE_POWER] == DEFINITION_NONE)
        return tree_fail(&loader->tree, group, "power", "missing");
    return load_one(loader, group, DEFINITION_PROBE_CHARGING, SIGNAL_CHARGING);
}
