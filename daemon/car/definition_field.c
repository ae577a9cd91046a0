/* One field of a frame or an answer: which signal, where, and how the integer becomes a value. */
#include "car/definition_load.h"

#include "util/core/nearest.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#define LENGTHS_MAX 8
#define MAP_MAX     64

static const char *const field_keys[] = {
    "signal", "raw",    "text",    "unit",  "at",        "bits",   "signed", "scale",
    "offset", "na",     "na_from", "when",  "unit_from", "map",    "length", "generations",
    "only",   "assume", "variant", "count", "at_most",   "stride", "rare",   NULL,
};

/* A loader, the group it reads and the field it fills. */
struct reader {
    struct loader *loader;
    const struct tree *tree;
    const config_setting_t *group;
    const struct source *source;
    size_t limit;
    struct field *field;
};

static bool is_signal_name(const char *name)
{
    if (!islower((unsigned char)*name))
        return false;
    for (; *name != '\0'; name++) {
        if (!islower((unsigned char)*name) && !isdigit((unsigned char)*name) && *name != '_')
            return false;
    }
    return true;
}

/* A signal of the file's own. The same name and unit is the same signal; whether two units of one name may
 * live side by side is judged by load_check. */
static int find_or_add_raw(const struct reader *r, const char *name, const char *unit, enum signal_kind kind)
{
    struct definition *d = r->loader->definition;

    for (size_t i = SIGNAL_VOCABULARY_COUNT; i < d->signal_count; i++) {
        const struct signal *known = &d->signals[i];
        if (strcmp(known->name, name) == 0 && strcmp(known->unit, unit) == 0 && known->kind == kind) {
            r->field->signal = (uint16_t)i;
            return 0;
        }
    }
    struct signal *grown = definition_grow(d->signals, d->signal_count, sizeof(*grown), r->tree->err);
    if (!grown)
        return -1;
    d->signals = grown;
    r->field->signal = (uint16_t)d->signal_count;
    struct signal *added = &grown[d->signal_count++];
    snprintf(added->name, sizeof(added->name), "%s", name);
    snprintf(added->unit, sizeof(added->unit), "%s", unit);
    added->kind = kind;
    added->min = -INFINITY;
    added->max = INFINITY;
    added->raw = true;
    return 0;
}

static int load_raw(const struct reader *r, const char *key, const char *name)
{
    const char *unit = "";
    enum signal_kind kind = SIGNAL_KIND_NUMBER;

    if (!is_signal_name(name))
        return tree_fail(r->tree, r->group, key, "a name is lower-case letters, digits and _");
    if (vocabulary_find(name) >= 0)
        return tree_fail(r->tree, r->group, key, "%s is in the vocabulary: write signal = \"%s\"", name,
                         name);
    if (tree_get_text(r->tree, r->group, "unit", SIGNAL_UNIT_MAX - 1, &unit) < 0)
        return -1;
    if (r->field->kind == FIELD_TEXT)
        kind = SIGNAL_KIND_TEXT;
    else if (r->field->kind == FIELD_ARRAY)
        kind = SIGNAL_KIND_ARRAY;
    return find_or_add_raw(r, name, unit, kind);
}

static int fail_not_in_vocabulary(const struct reader *r, const char *name)
{
    struct nearest meant = {.word = name, .distance = NEAREST_NONE};

    for (size_t i = 0; i < SIGNAL_VOCABULARY_COUNT; i++)
        nearest_try(&meant, vocabulary[i].name);
    if (meant.best)
        return tree_fail(r->tree, r->group, "signal", "%s is not in the vocabulary, did you mean %s?", name,
                         meant.best);
    return tree_fail(r->tree, r->group, "signal",
                     "%s is not in the vocabulary (raw = \"%s\" makes it the car's own)", name, name);
}

static int load_vocabulary(const struct reader *r, const char *name)
{
    int index = vocabulary_find(name);

    if (index < 0)
        return fail_not_in_vocabulary(r, name);
    if (config_setting_get_member(r->group, "unit"))
        return tree_fail(r->tree, r->group, "unit", "is fixed by the vocabulary: \"%s\"",
                         vocabulary[index].unit);
    if (vocabulary[index].kind == SIGNAL_KIND_ARRAY && r->field->kind != FIELD_ARRAY)
        return tree_fail(r->tree, r->group, "count", "missing: %s is an array", name);
    if (vocabulary[index].kind != SIGNAL_KIND_ARRAY && r->field->kind == FIELD_ARRAY)
        return tree_fail(r->tree, r->group, "signal", "count and at_most go with arrays only");
    r->field->signal = (uint16_t)index;
    return 0;
}

static int load_signal(const struct reader *r)
{
    const char *signal = NULL;
    const char *raw = NULL;
    const char *text = NULL;

    if (tree_get_text(r->tree, r->group, "signal", SIGNAL_NAME_MAX - 1, &signal) < 0 ||
        tree_get_text(r->tree, r->group, "raw", SIGNAL_NAME_MAX - 1, &raw) < 0 ||
        tree_get_text(r->tree, r->group, "text", SIGNAL_NAME_MAX - 1, &text) < 0)
        return -1;
    if (!!signal + !!raw + !!text != 1)
        return tree_fail(r->tree, r->group, NULL, "one of signal, raw and text is expected");
    if (signal)
        return load_vocabulary(r, signal);
    if (text)
        r->field->kind = FIELD_TEXT;
    return load_raw(r, text ? "text" : "raw", text ? text : raw);
}

/* `count = N` elements, or as many as are there up to `at_most = N`; of a text: bytes. */
static int load_count(const struct reader *r)
{
    struct field *field = r->field;
    bool is_text = config_setting_get_member(r->group, "text") != NULL;
    int64_t count = 0;
    int64_t at_most = 0;
    int64_t max = is_text ? (int64_t)r->limit : SIGNAL_ELEMENT_MAX;

    if (tree_get_int(r->tree, r->group, "count", 1, max, &count) < 0 ||
        tree_get_int(r->tree, r->group, "at_most", 1, max, &at_most) < 0)
        return -1;
    if (count != 0 && at_most != 0)
        return tree_fail(r->tree, r->group, "at_most", "count or at_most, not both");
    field->at_most = at_most != 0;
    field->count = (uint16_t)(count + at_most);
    if (field->count > 0 && !is_text)
        field->kind = FIELD_ARRAY;
    if (field->count == 0 && is_text)
        return tree_fail(r->tree, r->group, "count", "missing");
    return 0;
}

/* The bytes an array or a text needs, and the step from one element to the next. */
static int load_extent(const struct reader *r)
{
    struct field *field = r->field;
    int64_t stride = field->bits.span;

    field->need = (uint16_t)(field->bits.byte + field->bits.span);
    if (field->kind == FIELD_TEXT && (field->bits.width != 8 || field->bits.shift != 0))
        return tree_fail(r->tree, r->group, "at", "a text has whole bytes: at = [N, 7]; bits = 8;");
    if (field->kind != FIELD_ARRAY && field->kind != FIELD_TEXT)
        return config_setting_get_member(r->group, "stride")
                   ? tree_fail(r->tree, r->group, "stride", "goes with count or at_most")
                   : 0;
    if (tree_get_int(r->tree, r->group, "stride", 1, FRAME_DATA_MAX, &stride) < 0)
        return -1;
    field->stride = (uint16_t)stride;
    if (field->at_most) {
        field->need = field->bits.byte;
        return 0;
    }
    size_t need = field->bits.byte + (size_t)(field->count - 1) * field->stride + field->bits.span;
    if (need > r->limit)
        return tree_fail(r->tree, r->group, "count", "reaches beyond byte %zu", r->limit - 1);
    field->need = (uint16_t)need;
    return 0;
}

static int load_place(const struct reader *r)
{
    struct field *field = r->field;

    if (load_bits(r->loader, r->group, r->limit, &field->bits) < 0 ||
        tree_get_bool(r->tree, r->group, "signed", &field->bits.is_signed) < 0 || load_extent(r) < 0)
        return -1;
    if (load_when(r->loader, r->group, r->limit, &field->when) < 0)
        return -1;
    for (unsigned i = 0; i < field->when.count; i++) {
        const struct bits *bits = &r->loader->definition->conditions[field->when.first + i].bits;
        unsigned need = (unsigned)bits->byte + bits->span;
        field->need = (uint16_t)(need > field->need ? need : field->need);
    }
    return 0;
}

static int load_na(const struct reader *r)
{
    const struct raw_range range = bits_range(&r->field->bits);
    const config_setting_t *list;
    int found = tree_get_list(r->tree, r->group, "na", DEFINITION_VALUES_MAX, &list);

    r->field->na_from = INT64_MAX;
    if (found < 0 || (found > 0 && load_values(r->loader, list, &range, &r->field->na) < 0))
        return -1;
    return tree_get_int(r->tree, r->group, "na_from", range.min, range.max, &r->field->na_from) < 0 ? -1 : 0;
}

static int map_word(const struct reader *r, const config_setting_t *at, const struct signal *signal,
                    double *value)
{
    const char *word = config_setting_get_string(at);

    for (int i = 0; word && signal->words[i]; i++) {
        if (strcmp(signal->words[i], word) == 0) {
            *value = i;
            return 0;
        }
    }
    return tree_fail(r->tree, at, NULL, "%s is no word of %s", word ? word : "this", signal->name);
}

static int map_value(const struct reader *r, const config_setting_t *at, double *value)
{
    const struct signal *signal = &r->loader->definition->signals[r->field->signal];

    if (signal->kind == SIGNAL_KIND_WORD)
        return map_word(r, at, signal, value);
    if (signal->kind != SIGNAL_KIND_BOOL)
        return tree_number(r->tree, at, value);
    if (config_setting_type(at) != CONFIG_TYPE_BOOL)
        return tree_fail(r->tree, at, NULL, "true or false is expected");
    *value = config_setting_get_bool(at) != 0;
    return 0;
}

/* One (raw, value) pair. */
static int load_map_entry(const struct reader *r, const config_setting_t *pair)
{
    struct definition *d = r->loader->definition;
    const struct raw_range range = bits_range(&r->field->bits);
    struct map_entry *grown = definition_grow(d->maps, d->map_count, sizeof(*grown), r->tree->err);

    if (!grown)
        return -1;
    d->maps = grown;
    struct map_entry *entry = &grown[d->map_count];
    if (!config_setting_is_list(pair) || config_setting_length(pair) != 2)
        return tree_fail(r->tree, pair, NULL, "a pair (raw, value) is expected");
    if (tree_int(r->tree, config_setting_get_elem(pair, 0), range.min, range.max, &entry->raw) < 0 ||
        map_value(r, config_setting_get_elem(pair, 1), &entry->value) < 0)
        return -1;
    for (size_t i = r->field->map.first; i < d->map_count; i++) {
        if (grown[i].raw == entry->raw)
            return tree_fail(r->tree, pair, NULL, "raw value is there twice");
    }
    d->map_count++;
    r->field->map.count++;
    return 0;
}

static int refuse_scale(const struct reader *r)
{
    static const char *const keys[] = {"scale", "offset"};

    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        if (config_setting_get_member(r->group, keys[i]))
            return tree_fail(r->tree, r->group, keys[i], "goes neither with a map nor with true and false");
    }
    return 0;
}

static int load_map(const struct reader *r)
{
    const config_setting_t *list;
    int found = tree_get_list(r->tree, r->group, "map", MAP_MAX, &list);
    const struct signal *signal = &r->loader->definition->signals[r->field->signal];

    if (found < 0)
        return -1;
    if (found == 0 && signal->kind == SIGNAL_KIND_WORD)
        return tree_fail(r->tree, r->group, "map", "missing: %s is a word", signal->name);
    if (found == 0 && signal->kind == SIGNAL_KIND_BOOL)
        r->field->kind = FIELD_FLAG;
    if (found == 0)
        return r->field->kind == FIELD_FLAG ? refuse_scale(r) : 0;
    if (r->field->kind != FIELD_NUMBER)
        return tree_fail(r->tree, r->group, "map", "only a single value can be mapped");
    if (refuse_scale(r) < 0)
        return -1;
    r->field->kind = FIELD_MAP;
    r->field->map.first = (uint16_t)r->loader->definition->map_count;
    for (unsigned i = 0; i < (unsigned)config_setting_length(list); i++) {
        if (load_map_entry(r, config_setting_get_elem(list, i)) < 0)
            return -1;
    }
    return 0;
}

static int load_unit_from(const struct reader *r)
{
    struct loader *loader = r->loader;
    const char *name;
    int found = tree_get_text(r->tree, r->group, "unit_from", SIGNAL_NAME_MAX - 1, &name);

    if (found <= 0)
        return found;
    uint16_t flag = definition_signal_find(loader->definition, name);
    if (flag == DEFINITION_NONE || !loader->definition->signals[flag].raw)
        return tree_fail(r->tree, r->group, "unit_from", "%s is no raw signal of a field before this one",
                         name);
    if (loader->unit_flag != DEFINITION_NONE && loader->unit_flag != flag)
        return tree_fail(r->tree, r->group, "unit_from", "one unit flag for the whole file");
    loader->unit_flag = flag;
    r->field->has_unit = true;
    return 0;
}

static int load_lengths(const struct reader *r)
{
    const config_setting_t *list;
    int found = tree_get_list(r->tree, r->group, "length", LENGTHS_MAX, &list);

    if (found <= 0)
        return found;
    if (r->source->request == DEFINITION_NONE)
        return tree_fail(r->tree, r->group, "length", "goes with answers, not with frames");
    return load_values(r->loader, list, &definition_lengths, &r->field->lengths);
}

/* For which cars, and how sure the car must be known. */
static int load_cars(const struct reader *r)
{
    struct field *field = r->field;
    int64_t variant = 0;

    field->generations = r->source->generations;
    if (load_mask(r->loader, r->group, "generations", &field->generations) < 0 ||
        load_mask(r->loader, r->group, "rare", &field->rare) < 0)
        return -1;
    int only = load_mask(r->loader, r->group, "only", &field->generations);
    if (only < 0 || tree_get_bool(r->tree, r->group, "assume", &field->assume) < 0)
        return -1;
    field->only = only > 0;
    if (field->assume && !field->only)
        return tree_fail(r->tree, r->group, "assume", "goes with only = (...)");
    if (field->only && config_setting_get_member(r->group, "generations"))
        return tree_fail(r->tree, r->group, "only", "generations or only, not both");
    field->generations &= r->source->generations;
    if (tree_get_int(r->tree, r->group, "variant", 1, 8, &variant) < 0)
        return -1;
    field->variant = (uint8_t)variant;
    return 0;
}

static enum field_role find_role(uint16_t signal)
{
    switch (signal) {
    case SIGNAL_PACK_VOLTAGE:
        return ROLE_VOLTS;
    case SIGNAL_PACK_CURRENT:
        return ROLE_AMPS;
    case SIGNAL_CHARGE_MODE:
        return ROLE_CHARGE_MODE;
    default:
        return ROLE_NONE;
    }
}

/* A signal of the car's own is known as finely as its first field says it. */
static void settle_raw(const struct reader *r)
{
    struct signal *signal = &r->loader->definition->signals[r->field->signal];

    if (signal->raw && signal->resolution == 0)
        signal->resolution = fabs((double)r->field->linear.numerator) / r->field->linear.denominator;
    r->field->role = find_role(r->field->signal);
}

int load_field(struct loader *loader, const config_setting_t *group, const struct source *source,
               size_t limit)
{
    struct definition *d = loader->definition;
    struct field *grown = definition_grow(d->fields, d->field_count, sizeof(*grown), loader->tree.err);
    struct reader r = {
        .loader = loader, .tree = &loader->tree, .group = group, .source = source, .limit = limit};

    if (!grown)
        return -1;
    d->fields = grown;
    r.field = &grown[d->field_count];
    r.field->line = tree_line(group);
    if (tree_expect_group(r.tree, group, field_keys) < 0 || load_count(&r) < 0 || load_signal(&r) < 0 ||
        load_place(&r) < 0 || load_unit_from(&r) < 0 || load_scale(loader, group, r.field) < 0 ||
        load_na(&r) < 0 || load_map(&r) < 0 || load_lengths(&r) < 0 || load_cars(&r) < 0)
        return -1;
    settle_raw(&r);
    d->field_count++;
    return 0;
}
