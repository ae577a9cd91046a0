/* Any text as a vehicle definition: it loads or it doesn't, and what loads survives its own vectors and some bytes. */
#include "car/decoder.h"
#include "car/definition.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
const char *__lsan_default_suppressions(void);

/* libconfig 1.5 loses the string it was reading when it finds a syntax error. */
const char *__lsan_default_suppressions(void)
{
    return "leak:libconfig.so";
}

static void ignore(void *ctx, const struct reading *reading)
{
    (void)ctx;
    (void)reading;
}

/* Every source sees the fuzzer's own bytes. */
static void decode(const struct definition *definition, const uint8_t *data, size_t size)
{
    struct decoder *decoder = decoder_new(definition, DEFINITION_GENERATION_AUTO);

    for (size_t i = 0; decoder && i + 2 < definition_source_count(definition); i++)
        decoder_take_fragment(decoder, (uint16_t)i, data, size, ignore, NULL);
    decoder_free(decoder);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct err err;
    char *text = malloc(size + 1);
    struct definition *definition;

    if (!text)
        return 0;
    memcpy(text, data, size);
    text[size] = '\0';
    definition = definition_parse(text, "fuzz", &err);
    if (definition) {
        definition_self_test(definition, &err);
        decode(definition, data, size < 64 ? size : 64);
    }
    definition_free(definition);
    free(text);
    return 0;
}
