/* `at`, `bits`, `signed` and `when`: where integers stand. Does not know what they mean. */
#include "car/definition_load.h"

static const char *const condition_keys[] = {"at", "bits", "is", "not", NULL};

#define CONDITIONS_MAX 4
#define BITS_MAX       32

/* `at = [byte, bit]`: the field's most significant bit; bit 7 is the byte's most significant. */
static int load_at(const struct tree *tree, const config_setting_t *group, size_t limit, int64_t *byte,
                   int64_t *bit)
{
    const config_setting_t *at;
    int found = tree_get_list(tree, group, "at", 2, &at);

    if (found < 0)
        return -1;
    if (found == 0 || config_setting_length(at) != 2)
        return tree_fail(tree, group, "at", "[byte, bit] is expected");
    if (tree_int(tree, config_setting_get_elem(at, 0), 0, (int64_t)limit - 1, byte) < 0)
        return -1;
    return tree_int(tree, config_setting_get_elem(at, 1), 0, 7, bit);
}

static void place(struct bits *bits, unsigned byte, unsigned bit, unsigned width)
{
    unsigned lead = 7 - bit;
    unsigned touched = lead + width;

    bits->byte = (uint16_t)byte;
    bits->span = (uint8_t)((touched + 7) / 8);
    bits->shift = (uint8_t)(8U * bits->span - touched);
    bits->width = (uint8_t)width;
    bits->mask = width == BITS_MAX ? UINT32_MAX : (UINT32_C(1) << width) - 1;
}

int load_bits(const struct loader *loader, const config_setting_t *group, size_t limit, struct bits *bits)
{
    int64_t byte;
    int64_t bit;
    int64_t width;

    if (load_at(&loader->tree, group, limit, &byte, &bit) < 0)
        return -1;
    int found = tree_get_int(&loader->tree, group, "bits", 1, BITS_MAX, &width);
    if (found < 0)
        return -1;
    if (found == 0)
        return tree_fail(&loader->tree, group, "bits", "missing");
    place(bits, (unsigned)byte, (unsigned)bit, (unsigned)width);
    if ((size_t)bits->byte + bits->span > limit)
        return tree_fail(&loader->tree, group, "bits", "reaches beyond byte %zu", limit - 1);
    return 0;
}

const struct raw_range definition_lengths = {.min = 1, .max = DEFINITION_PAYLOAD_MAX};

struct raw_range bits_range(const struct bits *bits)
{
    int64_t count = (int64_t)bits->mask + 1;

    if (bits->is_signed)
        return (struct raw_range){.min = -count / 2, .max = count / 2 - 1};
    return (struct raw_range){.min = 0, .max = count - 1};
}

int load_values(const struct loader *loader, const config_setting_t *list, const struct raw_range *range,
                struct span *values)
{
    struct definition *d = loader->definition;

    values->first = (uint16_t)d->value_count;
    for (unsigned i = 0; i < (unsigned)config_setting_length(list); i++) {
        int64_t *grown = definition_grow(d->values, d->value_count, sizeof(*grown), loader->tree.err);
        if (!grown)
            return -1;
        d->values = grown;
        if (tree_int(&loader->tree, config_setting_get_elem(list, i), range->min, range->max,
                     &grown[d->value_count]) < 0)
            return -1;
        d->value_count++;
        values->count++;
    }
    return 0;
}

static int load_condition(const struct loader *loader, const config_setting_t *group, size_t limit,
                          struct condition *condition)
{
    const struct tree *tree = &loader->tree;
    const config_setting_t *is = NULL;
    const config_setting_t *is_not = NULL;

    if (tree_expect_group(tree, group, condition_keys) < 0 ||
        load_bits(loader, group, limit, &condition->bits) < 0 ||
        tree_get_list(tree, group, "is", DEFINITION_VALUES_MAX, &is) < 0 ||
        tree_get_list(tree, group, "not", DEFINITION_VALUES_MAX, &is_not) < 0)
        return -1;
    if (!is == !is_not)
        return tree_fail(tree, group, NULL, "either is = (...) or not = (...) is expected");
    condition->negated = is_not != NULL;
    const struct raw_range range = bits_range(&condition->bits);
    if (load_values(loader, is ? is : is_not, &range, &condition->values) < 0)
        return -1;
    if (condition->values.count == 0)
        return tree_fail(tree, is ? is : is_not, NULL, "at least one value is expected");
    return 0;
}

int load_when(const struct loader *loader, const config_setting_t *group, size_t limit, struct span *when)
{
    struct definition *d = loader->definition;
    const config_setting_t *list;
    int found = tree_get_list(&loader->tree, group, "when", CONDITIONS_MAX, &list);

    if (found <= 0)
        return found;
    when->first = (uint16_t)d->condition_count;
    for (unsigned i = 0; i < (unsigned)config_setting_length(list); i++) {
        struct condition *grown =
            definition_grow(d->conditions, d->condition_count, sizeof(*grown), loader->tree.err);
        if (!grown)
            return -1;
        d->conditions = grown;
        if (load_condition(loader, config_setting_get_elem(list, i), limit, &grown[d->condition_count]) < 0)
            return -1;
        d->condition_count++;
        when->count++;
    }
    return 0;
}
