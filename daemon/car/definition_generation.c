/* Generations of the car and the constants that go with them. */
#include "car/definition_load.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#define KWH_PER_AH_MAX 1.0 /* a pack of 1000 V */
#define WH_PER_GID_MAX 1000.0
#define DASH_SCALE_MAX 10.0

static const char *const generation_keys[] = {"id", "broadcasts", "kwh_per_ah", "wh_per_gid", "dash", NULL};
static const char *const dash_keys[] = {"scale", "offset", NULL};

/* As tree_get_number(), from 0 up to `max`. */
static int get_within(const struct tree *tree, const config_setting_t *group, const char *key, double max,
                      double *value)
{
    int found = tree_get_number(tree, group, key, value);

    if (found > 0 && (*value < 0 || *value > max))
        return tree_fail(tree, group, key, "%g is not within 0..%g", *value, max);
    return found;
}

/* What garaged.conf can name: one word, and not the one that means "find out". */
static bool is_generation_name(const char *id)
{
    for (const char *c = id; *c != '\0'; c++) {
        if (!isalnum((unsigned char)*c) && *c != '_')
            return false;
    }
    return *id != '\0' && strcmp(id, "auto") != 0;
}

static int load_dash(const struct tree *tree, const config_setting_t *group,
                     struct definition_generation *generation)
{
    const config_setting_t *dash = config_setting_get_member(group, "dash");

    if (!dash)
        return 0;
    if (tree_expect_group(tree, dash, dash_keys) < 0)
        return -1;
    int found = get_within(tree, dash, "scale", DASH_SCALE_MAX, &generation->dash_scale);
    if (found <= 0)
        return found < 0 ? -1 : tree_fail(tree, dash, "scale", "missing");
    return tree_get_number(tree, dash, "offset", &generation->dash_offset) < 0 ? -1 : 0;
}

static int load_generation(const struct loader *loader, const config_setting_t *group)
{
    const struct tree *tree = &loader->tree;
    struct definition *d = loader->definition;
    struct definition_generation *generation = &d->generations[d->generation_count];
    const char *id = NULL;

    if (tree_expect_group(tree, group, generation_keys) < 0 ||
        tree_get_text(tree, group, "id", sizeof(generation->id) - 1, &id) < 0)
        return -1;
    if (!id)
        return tree_fail(tree, group, "id", "missing");
    if (!is_generation_name(id))
        return tree_fail(tree, group, "id", "\"%s\" is no word of letters, digits and _, or is auto", id);
    if (definition_generation_find(d, id) >= 0)
        return tree_fail(tree, group, "id", "\"%s\" is there twice", id);
    snprintf(generation->id, sizeof(generation->id), "%s", id);
    generation->broadcasts = true;
    if (tree_get_bool(tree, group, "broadcasts", &generation->broadcasts) < 0 ||
        get_within(tree, group, "kwh_per_ah", KWH_PER_AH_MAX, &generation->kwh_per_ah) < 0 ||
        get_within(tree, group, "wh_per_gid", WH_PER_GID_MAX, &generation->wh_per_gid) < 0 ||
        load_dash(tree, group, generation) < 0)
        return -1;
    d->generation_count++;
    return 0;
}

int load_generations(const struct loader *loader, const config_setting_t *root)
{
    const config_setting_t *list;
    int found = tree_get_list(&loader->tree, root, "generations", DEFINITION_GENERATION_MAX, &list);

    if (found < 0)
        return -1;
    if (found == 0 || config_setting_length(list) == 0)
        return tree_fail(&loader->tree, root, "generations", "at least one is expected");
    for (unsigned i = 0; i < (unsigned)config_setting_length(list); i++) {
        if (load_generation(loader, config_setting_get_elem(list, i)) < 0)
            return -1;
    }
    return 0;
}

int load_mask(const struct loader *loader, const config_setting_t *group, const char *key, uint32_t *mask)
{
    const struct tree *tree = &loader->tree;
    const config_setting_t *list;
    int found = tree_get_list(tree, group, key, DEFINITION_GENERATION_MAX, &list);

    if (found <= 0)
        return found;
    *mask = 0;
    for (unsigned i = 0; i < (unsigned)config_setting_length(list); i++) {
        const config_setting_t *entry = config_setting_get_elem(list, i);
        const char *id = config_setting_get_string(entry);
        int index = id ? definition_generation_find(loader->definition, id) : -1;
        if (index < 0)
            return tree_fail(tree, entry, NULL, "%s is no generation of this file", id ? id : "this");
        *mask |= UINT32_C(1) << index;
    }
    if (*mask == 0)
        return tree_fail(tree, group, key, "at least one generation is expected");
    return 1;
}
