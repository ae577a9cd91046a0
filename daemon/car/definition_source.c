/* Frames and requests: what identifies them, how they are protected, when they are asked. */
#include "car/definition_load.h"

#include "bus/uds.h"

#include <stdio.h>
#include <string.h>

#define SOURCES_MAX        512
#define FIELDS_MAX         128 /* of one source */
#define ASK_MAX            5   /* so that "79B 22xxxx" fits a source's name */
#define LENGTHS_MAX        8
#define EVERY_MAX_S        UINT16_MAX
#define SERVICE_READ_LOCAL 0x21
#define SERVICE_READ       0x22

static const char *const frame_keys[] = {"id",    "check",  "generations", "tells",
                                         "rival", "fields", "vectors",     NULL};
static const char *const request_keys[] = {"to",       "from",        "ask",   "length", "enough",  "every",
                                           "identity", "generations", "tells", "fields", "vectors", NULL};
static const char *const check_keys[] = {"nibbles", "sum", NULL};
static const char *const every_keys[] = {"on", "charging", NULL};

static struct source *add_source(const struct loader *loader)
{
    struct definition *d = loader->definition;
    struct source *grown = definition_grow(d->sources, d->source_count, sizeof(*grown), loader->tree.err);

    if (!grown)
        return NULL;
    d->sources = grown;
    return &grown[d->source_count];
}

static int load_check_group(const struct tree *tree, const config_setting_t *check, struct source *source)
{
    int64_t nibbles = 0;
    int64_t sum = 0;

    if (tree_expect_group(tree, check, check_keys) < 0)
        return -1;
    int has_nibbles = tree_get_int(tree, check, "nibbles", 0, 15, &nibbles);
    int has_sum = tree_get_int(tree, check, "sum", 0, 255, &sum);
    if (has_nibbles < 0 || has_sum < 0)
        return -1;
    if (has_nibbles + has_sum != 1)
        return tree_fail(tree, check, NULL, "\"crc85\", { nibbles = K } or { sum = K } is expected");
    source->check = has_nibbles ? CHECK_NIBBLES : CHECK_SUM;
    source->check_value = (uint8_t)(has_nibbles ? nibbles : sum);
    return 0;
}

static int load_protection(const struct tree *tree, const config_setting_t *group, struct source *source)
{
    const config_setting_t *check = config_setting_get_member(group, "check");

    if (!check)
        return 0;
    if (config_setting_type(check) != CONFIG_TYPE_STRING)
        return load_check_group(tree, check, source);
    if (strcmp(config_setting_get_string(check), "crc85") != 0)
        return tree_fail(tree, check, NULL, "\"crc85\", { nibbles = K } or { sum = K } is expected");
    source->check = CHECK_CRC85;
    return 0;
}

static int load_cars(const struct loader *loader, const config_setting_t *group, size_t limit,
                     struct source *source)
{
    source->generations = definition_all(loader->definition);
    int limited = load_mask(loader, group, "generations", &source->generations);

    if (limited < 0 || load_tells(loader, group, limit, source) < 0)
        return -1;
    if (source->tells && !limited)
        return tree_fail(&loader->tree, group, "tells", "goes with generations = (...)");
    return 0;
}

/* Fields, then the vectors that test them. The source counts from here on. */
static int load_content(struct loader *loader, const config_setting_t *group, size_t limit)
{
    struct definition *d = loader->definition;
    uint16_t index = (uint16_t)d->source_count++;
    const config_setting_t *list;
    int found = tree_get_list(&loader->tree, group, "fields", FIELDS_MAX, &list);

    if (found < 0)
        return -1;
    if (found == 0)
        return tree_fail(&loader->tree, group, "fields", "missing");
    d->sources[index].fields.first = (uint16_t)d->field_count;
    for (unsigned i = 0; i < (unsigned)config_setting_length(list); i++) {
        if (load_field(loader, config_setting_get_elem(list, i), &d->sources[index], limit) < 0)
            return -1;
        d->sources[index].fields.count++;
    }
    return load_vectors(loader, group, index);
}

static int load_frame(struct loader *loader, const config_setting_t *group)
{
    const struct tree *tree = &loader->tree;
    struct definition *d = loader->definition;
    struct source *source = add_source(loader);

    if (!source || tree_expect_group(tree, group, frame_keys) < 0)
        return -1;
    source->line = tree_line(group);
    source->request = DEFINITION_NONE;
    int found = tree_hex_id(tree, group, "id", &source->id);
    if (found <= 0)
        return found < 0 ? -1 : tree_fail(tree, group, "id", "missing");
    if (d->frame_source[source->id] != DEFINITION_NONE)
        return tree_fail(tree, group, "id", "%03X is there twice, first in line %d", source->id,
                         d->sources[d->frame_source[source->id]].line);
    d->frame_source[source->id] = (uint16_t)d->source_count;
    snprintf(source->name, sizeof(source->name), "%03X", source->id);
    const char *rival = "";
    if (load_protection(tree, group, source) < 0 || load_cars(loader, group, FRAME_DATA_MAX, source) < 0 ||
        tree_get_text(tree, group, "rival", sizeof(source->rival) - 1, &rival) < 0)
        return -1;
    snprintf(source->rival, sizeof(source->rival), "%s", rival);
    return load_content(loader, group, FRAME_DATA_MAX);
}

static int load_every(const struct tree *tree, const config_setting_t *group,
                      struct definition_request *request)
{
    const config_setting_t *every = config_setting_get_member(group, "every");
    int64_t on = 0;
    int64_t charging = 0;

    if (!every)
        return 0;
    if (tree_expect_group(tree, every, every_keys) < 0 ||
        tree_get_int(tree, every, "on", 0, EVERY_MAX_S, &on) < 0 ||
        tree_get_int(tree, every, "charging", 0, EVERY_MAX_S, &charging) < 0)
        return -1;
    if (request->ask[0] != SERVICE_READ_LOCAL && request->ask[0] != SERVICE_READ)
        return tree_fail(tree, every, NULL, "only services 21 and 22 are ever asked");
    request->every_on_s = (uint16_t)on;
    request->every_charging_s = (uint16_t)charging;
    return 0;
}

static int load_addresses(const struct tree *tree, const config_setting_t *group,
                          struct definition_request *request)
{
    size_t len = 0;
    int to = tree_hex_id(tree, group, "to", &request->to);
    int from = to < 0 ? -1 : tree_hex_id(tree, group, "from", &request->from);
    int ask = from < 0 ? -1 : tree_hex_bytes(tree, group, "ask", request->ask, ASK_MAX, &len);

    if (ask < 0)
        return -1;
    if (!to || !from || !ask)
        return tree_fail(tree, group, !to ? "to" : !from ? "from" : "ask", "missing");
    if (uds_echo_length(request->ask[0]) < 1 || len < 1 + (size_t)uds_echo_length(request->ask[0]))
        return tree_fail(tree, group, "ask", "a service (21, 22, 10, 19) and what it reads are expected");
    request->ask_len = (uint8_t)len;
    return 0;
}

/* The longest answer that is accepted; its fields must lie within. */
static size_t longest(const struct definition *d, const struct source *source)
{
    int64_t max = source->lengths.count > 0 ? 0 : DEFINITION_PAYLOAD_MAX;

    for (unsigned i = 0; i < source->lengths.count; i++) {
        int64_t length = d->values[source->lengths.first + i];
        max = length > max ? length : max;
    }
    return (size_t)max;
}

static int load_timing(const struct loader *loader, const config_setting_t *group, struct source *source,
                       struct definition_request *request)
{
    const struct tree *tree = &loader->tree;
    const config_setting_t *list;
    int64_t enough = 0;
    int found = tree_get_list(tree, group, "length", LENGTHS_MAX, &list);

    if (found < 0 || (found > 0 && load_values(loader, list, &definition_lengths, &source->lengths) < 0) ||
        tree_get_int(tree, group, "enough", 1, (int64_t)longest(loader->definition, source), &enough) < 0)
        return -1;
    request->enough = (uint16_t)enough;
    return load_every(tree, group, request);
}

/* `identity = "car"` or `"battery"`: the answer's text tells them from others. */
static int load_identity(const struct tree *tree, const config_setting_t *group,
                         struct definition_request *request)
{
    const char *whose = NULL;
    int found = tree_get_text(tree, group, "identity", SIGNAL_NAME_MAX - 1, &whose);

    if (found <= 0)
        return found;
    if (strcmp(whose, "car") == 0)
        request->identity = DEFINITION_IDENTITY_CAR;
    else if (strcmp(whose, "battery") == 0)
        request->identity = DEFINITION_IDENTITY_BATTERY;
    else
        return tree_fail(tree, group, "identity", "\"car\" or \"battery\" is expected");
    return 0;
}

static bool has_text(const struct definition *d, const struct source *source)
{
    for (unsigned i = 0; i < source->fields.count; i++) {
        if (d->fields[source->fields.first + i].kind == FIELD_TEXT)
            return true;
    }
    return false;
}

static void name_request(struct source *source, const struct definition_request *request)
{
    int used = snprintf(source->name, sizeof(source->name), "%03X ", request->to);

    for (unsigned i = 0; i < request->ask_len; i++)
        used += snprintf(source->name + used, sizeof(source->name) - (size_t)used, "%02X", request->ask[i]);
}

static int load_request(struct loader *loader, const config_setting_t *group)
{
    const struct tree *tree = &loader->tree;
    struct definition *d = loader->definition;
    struct source *source = add_source(loader);
    struct definition_request *grown =
        definition_grow(d->requests, d->request_count, sizeof(*grown), tree->err);

    if (!source || !grown)
        return -1;
    d->requests = grown;
    struct definition_request *request = &grown[d->request_count];
    source->line = tree_line(group);
    source->request = (uint16_t)d->request_count;
    if (tree_expect_group(tree, group, request_keys) < 0 || load_addresses(tree, group, request) < 0 ||
        load_timing(loader, group, source, request) < 0 ||
        load_cars(loader, group, longest(d, source), source) < 0 || load_identity(tree, group, request) < 0)
        return -1;
    name_request(source, request);
    source->id = request->from;
    request->source = (uint16_t)d->source_count;
    request->generations = source->generations;
    d->answers[request->from / 8] |= (uint8_t)(1U << (request->from % 8));
    bool is_identity = request->identity != DEFINITION_IDENTITY_NONE;
    d->request_count++;
    if (load_content(loader, group, longest(d, source)) < 0)
        return -1;
    if (is_identity && !has_text(d, &d->sources[d->source_count - 1]))
        return tree_fail(tree, group, "identity", "goes with a field that is a text");
    return 0;
}

int load_frames(struct loader *loader, const config_setting_t *root)
{
    const config_setting_t *list;
    int found = tree_get_list(&loader->tree, root, "frames", SOURCES_MAX, &list);

    if (found <= 0)
        return found;
    for (unsigned i = 0; i < (unsigned)config_setting_length(list); i++) {
        if (load_frame(loader, config_setting_get_elem(list, i)) < 0)
            return -1;
    }
    return 0;
}

int load_requests(struct loader *loader, const config_setting_t *root)
{
    const config_setting_t *list;
    int found = tree_get_list(&loader->tree, root, "requests", SOURCES_MAX, &list);

    if (found <= 0)
        return found;
    for (unsigned i = 0; i < (unsigned)config_setting_length(list); i++) {
        if (load_request(loader, config_setting_get_elem(list, i)) < 0)
            return -1;
    }
    return 0;
}
