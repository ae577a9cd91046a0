/* Which sources carry each signal, and in which order they are believed. */
#include "car/definition_load.h"

#include <stdlib.h>
#include <string.h>

#define RANKING_MAX   128
#define RANKED_MAX    32
#define RANK_UNNAMED  1000 /* sources that the ranking doesn't name follow in the order of the file */
#define RANK_COMPUTED 2000 /* adapter and derived come last of all */

static const char *const ranking_keys[] = {"signal", "sources", NULL};

static int add_carrier(const struct loader *loader, unsigned signal, size_t source, unsigned rank,
                       uint32_t generations)
{
    struct definition *d = loader->definition;

    for (size_t i = 0; i < d->carrier_count; i++) {
        if (d->carriers[i].signal == signal && d->carriers[i].source == source) {
            d->carriers[i].generations |= generations;
            return 0;
        }
    }
    struct carrier *grown = definition_grow(d->carriers, d->carrier_count, sizeof(*grown), loader->tree.err);
    if (!grown)
        return -1;
    d->carriers = grown;
    grown[d->carrier_count++] = (struct carrier){.signal = (uint16_t)signal,
                                                 .source = (uint16_t)source,
                                                 .rank = (uint16_t)rank,
                                                 .generations = generations};
    return 0;
}

/* What follows from a field by itself (decoder_follow.c emits it). */
static int add_followers(const struct loader *loader, const struct field *field, size_t source, unsigned rank)
{
    static const uint16_t of_cells[] = {SIGNAL_CELL_MIN, SIGNAL_CELL_MAX, SIGNAL_CELL_SPREAD};

    if (field->signal == SIGNAL_CHARGE_MODE)
        return add_carrier(loader, SIGNAL_CHARGING, source, rank, field->generations);
    if (field->signal != SIGNAL_CELLS)
        return 0;
    for (size_t i = 0; i < sizeof(of_cells) / sizeof(of_cells[0]); i++) {
        if (add_carrier(loader, of_cells[i], source, rank, field->generations) < 0)
            return -1;
    }
    return 0;
}

static void mark_rare(const struct loader *loader, const struct field *field, size_t source)
{
    struct definition *d = loader->definition;

    for (size_t i = 0; i < d->carrier_count; i++) {
        if (d->carriers[i].signal == field->signal && d->carriers[i].source == source)
            d->carriers[i].rare |= field->rare;
    }
}

static int add_source_carriers(const struct loader *loader, size_t index)
{
    const struct definition *d = loader->definition;
    const struct source *source = &d->sources[index];
    unsigned rank = RANK_UNNAMED + (unsigned)index;
    uint32_t volts = 0;
    uint32_t amps = 0;

    for (unsigned i = 0; i < source->fields.count; i++) {
        const struct field *field = &d->fields[source->fields.first + i];
        if (add_carrier(loader, field->signal, index, rank, field->generations) < 0 ||
            add_followers(loader, field, index, rank) < 0)
            return -1;
        mark_rare(loader, field, index);
        volts |= field->role == ROLE_VOLTS ? field->generations : 0;
        amps |= field->role == ROLE_AMPS ? field->generations : 0;
    }
    if ((volts & amps) == 0)
        return 0;
    return add_carrier(loader, SIGNAL_PACK_POWER, index, rank, volts & amps);
}

/* The cars that deliver a signal by the carriers known so far. */
static uint32_t delivered(const struct definition *d, unsigned signal)
{
    uint32_t generations = 0;

    for (size_t i = 0; i < d->carrier_count; i++) {
        if (d->carriers[i].signal == signal)
            generations |= d->carriers[i].generations;
    }
    return generations;
}

static uint32_t with_gid_energy(const struct definition *d)
{
    uint32_t generations = 0;

    for (size_t i = 0; i < d->generation_count; i++)
        generations |= d->generations[i].wh_per_gid > 0 ? UINT32_C(1) << i : 0;
    return generations;
}

static uint32_t with_dash_estimate(const struct definition *d)
{
    uint32_t generations = 0;

    for (size_t i = 0; i < d->generation_count; i++)
        generations |= d->generations[i].dash_scale > 0 ? UINT32_C(1) << i : 0;
    return generations;
}

static int add_derived(const struct loader *loader, unsigned signal, uint32_t generations)
{
    if (generations == 0)
        return 0;
    return add_carrier(loader, signal, definition_source_derived(loader->definition), RANK_COMPUTED + 1,
                       generations);
}

/* What the state computes (state_derive.c) and what the adapter measures. */
static int add_computed(const struct loader *loader)
{
    const struct definition *d = loader->definition;
    uint32_t soc = delivered(d, SIGNAL_SOC);
    uint32_t gids = delivered(d, SIGNAL_GIDS);
    uint32_t capacity = delivered(d, SIGNAL_PACK_CAPACITY);
    uint32_t current = delivered(d, SIGNAL_PACK_CURRENT);

    if (add_derived(loader, SIGNAL_SOC_DASH, gids | (soc & with_dash_estimate(d))) < 0 ||
        add_derived(loader, SIGNAL_ENERGY_GIDS, gids & with_gid_energy(d)) < 0 ||
        add_derived(loader, SIGNAL_ENERGY_SOC, soc & capacity) < 0 ||
        add_derived(loader, SIGNAL_ENERGY_FULL, capacity) < 0 ||
        add_derived(loader, SIGNAL_PACK_POWER, current & delivered(d, SIGNAL_PACK_VOLTAGE)) < 0 ||
        add_derived(loader, SIGNAL_CHARGING, current & delivered(d, SIGNAL_POWER_STATE)) < 0)
        return -1;
    return add_carrier(loader, SIGNAL_AUX_VOLTAGE, definition_source_adapter(d), RANK_COMPUTED,
                       definition_all(d));
}

static struct carrier *find_carrier(struct definition *d, unsigned signal, const char *source)
{
    for (size_t i = 0; i < d->carrier_count; i++) {
        struct carrier *carrier = &d->carriers[i];
        if (carrier->signal == signal && strcmp(d->sources[carrier->source].name, source) == 0)
            return carrier;
    }
    return NULL;
}

static int rank_sources(const struct loader *loader, const config_setting_t *list, unsigned signal)
{
    struct definition *d = loader->definition;

    for (unsigned i = 0; i < (unsigned)config_setting_length(list); i++) {
        const config_setting_t *entry = config_setting_get_elem(list, i);
        const char *name = config_setting_get_string(entry);
        struct carrier *carrier = name ? find_carrier(d, signal, name) : NULL;
        if (!carrier)
            return tree_fail(&loader->tree, entry, NULL, "%s does not carry %s", name ? name : "this",
                             d->signals[signal].name);
        if (carrier->rank < RANK_UNNAMED)
            return tree_fail(&loader->tree, entry, NULL, "%s is there twice", name);
        carrier->rank = (uint16_t)i;
    }
    return 0;
}

static int load_one_ranking(const struct loader *loader, const config_setting_t *group)
{
    const struct tree *tree = &loader->tree;
    const config_setting_t *sources;
    const char *name;

    if (tree_expect_group(tree, group, ranking_keys) < 0)
        return -1;
    int named = tree_get_text(tree, group, "signal", SIGNAL_NAME_MAX - 1, &name);
    int listed = named < 0 ? -1 : tree_get_list(tree, group, "sources", RANKED_MAX, &sources);
    if (listed < 0)
        return -1;
    if (!named || !listed)
        return tree_fail(tree, group, !named ? "signal" : "sources", "missing");
    uint16_t signal = definition_signal_find(loader->definition, name);
    if (signal == DEFINITION_NONE)
        return tree_fail(tree, group, "signal", "no signal of that name");
    return rank_sources(loader, sources, signal);
}

static int compare_carriers(const void *left, const void *right)
{
    const struct carrier *a = left;
    const struct carrier *b = right;

    if (a->signal != b->signal)
        return a->signal < b->signal ? -1 : 1;
    if (a->rank != b->rank)
        return a->rank < b->rank ? -1 : 1;
    return 0;
}

int load_ranking(const struct loader *loader, const config_setting_t *root)
{
    struct definition *d = loader->definition;
    const config_setting_t *list = NULL;

    for (size_t i = 0; i < d->file_sources; i++) {
        if (add_source_carriers(loader, i) < 0)
            return -1;
    }
    if (add_computed(loader) < 0 || tree_get_list(&loader->tree, root, "ranking", RANKING_MAX, &list) < 0)
        return -1;
    for (unsigned i = 0; list && i < (unsigned)config_setting_length(list); i++) {
        if (load_one_ranking(loader, config_setting_get_elem(list, i)) < 0)
            return -1;
    }
    if (d->carrier_count > 0)
        qsort(d->carriers, d->carrier_count, sizeof(*d->carriers), compare_carriers);
    return 0;
}
