/* The loaded definition: look-ups, and its end of life. Reading files is definition_load.c's. */
#include "car/definition_private.h"

#include "bus/uds.h"

#include <stdlib.h>
#include <string.h>

void *definition_grow(void *table, size_t count, size_t size, struct err *err)
{
    char *grown = table;

    if (count >= DEFINITION_ITEM_MAX) {
        err_set(err, "the definition is too large");
        return NULL;
    }
    if ((count & (count - 1)) == 0) {
        grown = realloc(table, (count == 0 ? 1 : 2 * count) * size);
        if (!grown) {
            err_set(err, "out of memory");
            return NULL;
        }
    }
    memset(grown + count * size, 0, size);
    return grown;
}

void definition_free(struct definition *definition)
{
    if (!definition)
        return;
    free(definition->file);
    free(definition->signals);
    free(definition->sources);
    free(definition->requests);
    free(definition->fields);
    free(definition->signs);
    free(definition->conditions);
    free(definition->values);
    free(definition->numbers);
    free(definition->maps);
    free(definition->carriers);
    free(definition->vectors);
    free(definition->expectations);
    free(definition->bytes);
    free(definition->frame_ids);
    free(definition);
}

size_t definition_signal_count(const struct definition *definition)
{
    return definition->signal_count;
}

const struct signal *definition_signal(const struct definition *definition, size_t index)
{
    return &definition->signals[index];
}

uint16_t definition_signal_find(const struct definition *definition, const char *name)
{
    for (size_t i = 0; i < definition->signal_count; i++) {
        if (strcmp(definition->signals[i].name, name) == 0)
            return (uint16_t)i;
    }
    return DEFINITION_NONE;
}

size_t definition_source_count(const struct definition *definition)
{
    return definition->source_count;
}

const char *definition_source(const struct definition *definition, size_t index)
{
    return definition->sources[index].name;
}

uint16_t definition_source_adapter(const struct definition *definition)
{
    return (uint16_t)definition->file_sources;
}

uint16_t definition_source_derived(const struct definition *definition)
{
    return (uint16_t)(definition->file_sources + 1);
}

size_t definition_generation_count(const struct definition *definition)
{
    return definition->generation_count;
}

const struct definition_generation *definition_generation(const struct definition *definition, size_t index)
{
    return &definition->generations[index];
}

int definition_generation_find(const struct definition *definition, const char *id)
{
    for (size_t i = 0; i < definition->generation_count; i++) {
        if (strcmp(definition->generations[i].id, id) == 0)
            return (int)i;
    }
    return DEFINITION_GENERATION_AUTO;
}

const char *definition_rival(const struct definition *definition, uint16_t id)
{
    uint16_t source = definition->frame_source[id];

    return source == DEFINITION_NONE ? "" : definition->sources[source].rival;
}

uint32_t definition_all(const struct definition *definition)
{
    return (UINT32_C(1) << definition->generation_count) - 1;
}

size_t definition_request_count(const struct definition *definition)
{
    return definition->request_count;
}

const struct definition_request *definition_request(const struct definition *definition, size_t index)
{
    return &definition->requests[index];
}

const struct definition_request *definition_probe(const struct definition *definition,
                                                  enum definition_probe probe)
{
    uint16_t index = definition->probes[probe];

    return index == DEFINITION_NONE ? NULL : &definition->requests[index];
}

static bool answers(const struct definition_request *request, uint16_t from, uint16_t to,
                    const uint8_t *payload, size_t len)
{
    struct uds_question question = {.to = request->to, .from = request->from, .ask_len = request->ask_len};

    if (to != 0 && to != request->to)
        return false;
    memcpy(question.ask, request->ask, request->ask_len);
    return uds_match(&question, from, payload, len) == UDS_ANSWER;
}

const struct definition_request *definition_request_of(const struct definition *definition, uint16_t from,
                                                       uint16_t to, const uint8_t *payload, size_t len)
{
    for (size_t i = 0; i < definition->request_count; i++) {
        if (answers(&definition->requests[i], from, to, payload, len))
            return &definition->requests[i];
    }
    return NULL;
}

static bool has_text(const struct definition *definition, const struct source *source)
{
    for (unsigned i = 0; i < source->fields.count; i++) {
        if (definition->fields[source->fields.first + i].kind == FIELD_TEXT)
            return true;
    }
    return false;
}

bool definition_carries_text(const struct definition *definition, uint16_t from, const uint8_t *payload,
                             size_t len)
{
    for (size_t i = 0; i < definition->file_sources; i++) {
        const struct source *source = &definition->sources[i];

        if (source->request != DEFINITION_NONE && has_text(definition, source) &&
            answers(&definition->requests[source->request], from, 0, payload, len))
            return true;
    }
    return false;
}

bool definition_broadcasts_text(const struct definition *definition, uint16_t id)
{
    uint16_t source = id <= FRAME_ID_MAX ? definition->frame_source[id] : DEFINITION_NONE;

    return source != DEFINITION_NONE && has_text(definition, &definition->sources[source]);
}

const uint16_t *definition_frame_ids(const struct definition *definition, size_t *count)
{
    *count = definition->frame_id_count;
    return definition->frame_ids;
}

bool definition_answers_on(const struct definition *definition, uint16_t id)
{
    return id <= FRAME_ID_MAX && (definition->answers[id / 8] >> (id % 8) & 1) != 0;
}

const struct carrier *definition_carriers(const struct definition *definition, size_t signal, size_t *count)
{
    size_t first = 0;
    size_t end;

    while (first < definition->carrier_count && definition->carriers[first].signal < signal)
        first++;
    for (end = first; end < definition->carrier_count && definition->carriers[end].signal == signal;)
        end++;
    *count = end - first;
    return definition->carriers + first;
}

bool definition_delivers(const struct definition *definition, int generation, size_t index)
{
    uint32_t cars = generation < 0 ? definition_all(definition) : UINT32_C(1) << generation;
    size_t count;
    const struct carrier *carriers = definition_carriers(definition, index, &count);

    for (size_t i = 0; i < count; i++) {
        if (carriers[i].generations & ~carriers[i].rare & cars)
            return true;
    }
    return false;
}

uint64_t definition_hash(const struct definition *definition)
{
    return definition->hash;
}
