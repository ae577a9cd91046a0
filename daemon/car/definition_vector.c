/* The test vectors inside a definition: what the bytes of one real frame or answer must decode to. */
#include "car/definition_load.h"

#include <string.h>

#define VECTORS_MAX  64
#define EXPECTED_MAX 64

static const char *const vector_keys[] = {"data", "generation", "fragment", "reason", "expect", NULL};

/* A vocabulary signal, or one that a field of this source carries. */
static uint16_t find_signal(const struct definition *d, const struct source *source, const char *name)
{
    int index = vocabulary_find(name);

    if (index >= 0)
        return (uint16_t)index;
    for (unsigned i = 0; i < source->fields.count; i++) {
        uint16_t signal = d->fields[source->fields.first + i].signal;
        if (strcmp(d->signals[signal].name, name) == 0)
            return signal;
    }
    return DEFINITION_NONE;
}

static int load_word(const struct loader *loader, const config_setting_t *at, struct expectation *expected)
{
    const struct signal *signal = &loader->definition->signals[expected->signal];
    const char *text = config_setting_get_string(at);

    for (int i = 0; signal->words && signal->words[i]; i++) {
        if (strcmp(signal->words[i], text) == 0) {
            expected->value = i;
            return 0;
        }
    }
    expected->kind = EXPECT_UNKNOWN;
    if (strcmp(text, "unknown") == 0)
        return 0;
    expected->kind = EXPECT_NOTHING;
    if (strcmp(text, "nothing") == 0)
        return 0;
    return tree_fail(&loader->tree, at, NULL, "%s is no value of %s", text, signal->name);
}

static int load_elements(const struct loader *loader, const config_setting_t *at,
                         struct expectation *expected)
{
    struct definition *d = loader->definition;

    expected->elements.first = (uint16_t)d->number_count;
    for (unsigned i = 0; i < (unsigned)config_setting_length(at); i++) {
        double *grown = definition_grow(d->numbers, d->number_count, sizeof(*grown), loader->tree.err);
        if (!grown)
            return -1;
        d->numbers = grown;
        if (tree_number(&loader->tree, config_setting_get_elem(at, i), &grown[d->number_count]) < 0)
            return -1;
        d->number_count++;
        expected->elements.count++;
    }
    return 0;
}

static int load_expected_value(const struct loader *loader, const config_setting_t *at,
                               struct expectation *expected)
{
    switch (config_setting_type(at)) {
    case CONFIG_TYPE_STRING:
        return load_word(loader, at, expected);
    case CONFIG_TYPE_BOOL:
        expected->value = config_setting_get_bool(at) != 0;
        return 0;
    case CONFIG_TYPE_LIST:
    case CONFIG_TYPE_ARRAY:
        return load_elements(loader, at, expected);
    default:
        return tree_number(&loader->tree, at, &expected->value);
    }
}

static int load_expectation(const struct loader *loader, const config_setting_t *at, struct vector *vector)
{
    struct definition *d = loader->definition;
    struct expectation *grown =
        definition_grow(d->expectations, d->expectation_count, sizeof(*grown), loader->tree.err);

    if (!grown)
        return -1;
    d->expectations = grown;
    struct expectation *expected = &grown[d->expectation_count];
    expected->signal = find_signal(d, &d->sources[vector->source], config_setting_name(at));
    expected->line = tree_line(at);
    if (expected->signal == DEFINITION_NONE)
        return tree_fail(&loader->tree, at, NULL, "no signal of this name here");
    if (load_expected_value(loader, at, expected) < 0)
        return -1;
    d->expectation_count++;
    vector->expected.count++;
    return 0;
}

static int load_expected(const struct loader *loader, const config_setting_t *group, struct vector *vector)
{
    const config_setting_t *expect = config_setting_get_member(group, "expect");

    vector->expected.first = (uint16_t)loader->definition->expectation_count;
    if (!expect)
        return 0;
    if (!config_setting_is_group(expect) || config_setting_length(expect) > EXPECTED_MAX)
        return tree_fail(&loader->tree, expect, NULL, "a group of at most %d signals is expected",
                         EXPECTED_MAX);
    for (unsigned i = 0; i < (unsigned)config_setting_length(expect); i++) {
        if (load_expectation(loader, config_setting_get_elem(expect, i), vector) < 0)
            return -1;
    }
    return 0;
}

static int load_data(const struct loader *loader, const config_setting_t *group, struct vector *vector)
{
    struct definition *d = loader->definition;
    bool is_frame = d->sources[vector->source].request == DEFINITION_NONE;
    uint8_t bytes[DEFINITION_PAYLOAD_MAX];
    size_t len = 0;
    int found =
        tree_hex_bytes(&loader->tree, group, "data", bytes, is_frame ? FRAME_DATA_MAX : sizeof(bytes), &len);

    if (found <= 0)
        return found < 0 ? -1 : tree_fail(&loader->tree, group, "data", "missing");
    vector->bytes.first = (uint16_t)d->byte_count;
    vector->bytes.count = (uint16_t)len;
    for (size_t i = 0; i < len; i++) {
        uint8_t *grown = definition_grow(d->bytes, d->byte_count, 1, loader->tree.err);
        if (!grown)
            return -1;
        d->bytes = grown;
        grown[d->byte_count++] = bytes[i];
    }
    return 0;
}

static int load_reason(const struct loader *loader, const config_setting_t *group, struct vector *vector)
{
    const char *name = NULL;
    int found = tree_get_text(&loader->tree, group, "reason", 16, &name);

    if (found <= 0)
        return found;
    for (int i = DECODE_CHECKSUM; i < DECODE_REASON_COUNT; i++) {
        if (strcmp(decode_reason_name((enum decode_reason)i), name) == 0) {
            vector->reason = (enum decode_reason)i;
            return 0;
        }
    }
    return tree_fail(&loader->tree, group, "reason", "%s is no reason of the decoder", name);
}

static int load_vector(const struct loader *loader, const config_setting_t *group, uint16_t source)
{
    const struct tree *tree = &loader->tree;
    struct definition *d = loader->definition;
    struct vector *grown = definition_grow(d->vectors, d->vector_count, sizeof(*grown), tree->err);
    const char *generation = NULL;

    if (!grown)
        return -1;
    d->vectors = grown;
    struct vector *vector = &grown[d->vector_count];
    *vector =
        (struct vector){.source = source, .generation = DEFINITION_GENERATION_AUTO, .line = tree_line(group)};
    if (tree_expect_group(tree, group, vector_keys) < 0 || load_data(loader, group, vector) < 0 ||
        tree_get_text(tree, group, "generation", 16, &generation) < 0 ||
        tree_get_bool(tree, group, "fragment", &vector->fragment) < 0 ||
        load_reason(loader, group, vector) < 0 || load_expected(loader, group, vector) < 0)
        return -1;
    if (generation)
        vector->generation = definition_generation_find(d, generation);
    if (generation && vector->generation < 0)
        return tree_fail(tree, group, "generation", "%s is no generation of this file", generation);
    d->vector_count++;
    return 0;
}

int load_vectors(const struct loader *loader, const config_setting_t *group, uint16_t source)
{
    const config_setting_t *list;
    int found = tree_get_list(&loader->tree, group, "vectors", VECTORS_MAX, &list);

    if (found <= 0)
        return found;
    for (unsigned i = 0; i < (unsigned)config_setting_length(list); i++) {
        if (load_vector(loader, config_setting_get_elem(list, i), source) < 0)
            return -1;
    }
    return 0;
}
