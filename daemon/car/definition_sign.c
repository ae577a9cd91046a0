/* What a frame or answer tells about the car's generation: all by itself (`tells = true`), or as a hint. How
 * hints are weighed is the decoder's business. */
#include "car/definition_load.h"

#define SIGNS_MAX   8 /* of one source */
#define LENGTHS_MAX 8

static const char *const sign_keys[] = {"length", "when", "generations", NULL};

static void find_need(const struct definition *d, struct sign *sign)
{
    for (unsigned i = 0; i < sign->when.count; i++) {
        const struct bits *bits = &d->conditions[sign->when.first + i].bits;
        unsigned need = bits->byte + (unsigned)bits->span;
        sign->need = (uint16_t)(need > sign->need ? need : sign->need);
    }
}

static int load_sign(const struct loader *loader, const config_setting_t *group, size_t limit,
                     const struct source *source)
{
    const struct tree *tree = &loader->tree;
    struct definition *d = loader->definition;
    struct sign *grown = definition_grow(d->signs, d->sign_count, sizeof(*grown), tree->err);
    const config_setting_t *lengths;

    if (!grown)
        return -1;
    d->signs = grown;
    struct sign *sign = &grown[d->sign_count];
    if (tree_expect_group(tree, group, sign_keys) < 0)
        return -1;
    int found = tree_get_list(tree, group, "length", LENGTHS_MAX, &lengths);
    if (found < 0 || (found > 0 && load_values(loader, lengths, &definition_lengths, &sign->lengths) < 0) ||
        load_when(loader, group, limit, &sign->when) < 0)
        return -1;
    if (found > 0 && source->request == DEFINITION_NONE)
        return tree_fail(tree, group, "length", "goes with answers, not with frames");
    int limited = load_mask(loader, group, "generations", &sign->generations);
    if (limited <= 0)
        return limited < 0 ? -1 : tree_fail(tree, group, "generations", "missing");
    find_need(d, sign);
    d->sign_count++;
    return 0;
}

int load_tells(const struct loader *loader, const config_setting_t *group, size_t limit,
               struct source *source)
{
    const struct tree *tree = &loader->tree;
    const config_setting_t *tells = config_setting_get_member(group, "tells");
    const config_setting_t *list;

    if (!tells || config_setting_type(tells) == CONFIG_TYPE_BOOL)
        return tree_get_bool(tree, group, "tells", &source->tells);
    if (tree_get_list(tree, group, "tells", SIGNS_MAX, &list) < 0)
        return -1;
    source->signs.first = (uint16_t)loader->definition->sign_count;
    for (unsigned i = 0; i < (unsigned)config_setting_length(list); i++) {
        if (load_sign(loader, config_setting_get_elem(list, i), limit, source) < 0)
            return -1;
        source->signs.count++;
    }
    return 0;
}
