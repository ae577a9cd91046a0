/* Runs the test vectors of a definition through the decoder. */
#include "car/definition_private.h"

#include "util/core/time.h"

#include <math.h>
#include <stdio.h>

#define CLOSE_ENOUGH 5e-5 /* vectors are written with up to four decimals */
#define VALUE_MAX    32

struct trial {
    const struct definition *definition;
    const struct expectation *expected;
    bool found;
    bool right;
    char value[VALUE_MAX]; /* the reading's, for the message */
};

static bool close_enough(double value, double expected)
{
    return fabs(value - expected) <= CLOSE_ENOUGH;
}

/* The vector may name only the first elements. */
static bool elements_match(const struct trial *trial, const struct reading *reading)
{
    const struct span *span = &trial->expected->elements;

    if (reading->count < span->count)
        return false;
    for (unsigned i = 0; i < span->count; i++) {
        if (!close_enough(reading->elements[i], trial->definition->numbers[span->first + i]))
            return false;
    }
    return true;
}

static void describe(struct trial *trial, const struct reading *reading)
{
    const struct signal *signal = &trial->definition->signals[reading->signal];
    const char *text = "other elements";

    if (!reading->known)
        text = "unknown";
    else if (signal->kind == SIGNAL_KIND_BOOL)
        text = reading->value != 0 ? "true" : "false";
    else if (signal->kind == SIGNAL_KIND_WORD)
        text = signal->words[(size_t)reading->value];
    if (reading->known && signal->kind == SIGNAL_KIND_NUMBER)
        snprintf(trial->value, sizeof(trial->value), "%.10g", reading->value);
    else
        snprintf(trial->value, sizeof(trial->value), "%s", text);
}

static void compare(void *ctx, const struct reading *reading)
{
    struct trial *trial = ctx;
    const struct expectation *expected = trial->expected;

    if (reading->signal != expected->signal)
        return;
    trial->found = true;
    describe(trial, reading);
    if (expected->kind == EXPECT_UNKNOWN)
        trial->right = !reading->known;
    else if (reading->elements)
        trial->right = elements_match(trial, reading);
    else
        trial->right = reading->known && close_enough(reading->value, expected->value);
}

static enum decode_reason decode(const struct definition *d, struct decoder *decoder,
                                 const struct vector *vector, reading_fn *sink, void *ctx)
{
    const struct source *source = &d->sources[vector->source];
    const uint8_t *bytes = d->bytes + vector->bytes.first;
    size_t len = vector->bytes.count;

    if (vector->fragment)
        return decoder_take_fragment(decoder, vector->source, bytes, len, sink, ctx);
    if (source->request != DEFINITION_NONE) {
        const struct definition_request *request = &d->requests[source->request];
        struct uds_answer answer = {.time_ns = TIME_NONE,
                                    .from = request->from,
                                    .to = request->to,
                                    .payload = bytes,
                                    .len = len,
                                    .full_length = len};
        return decoder_take_answer(decoder, &answer, sink, ctx);
    }
    struct frame frame = {.time_ns = TIME_NONE, .id = source->id, .len = (uint8_t)len};
    for (size_t i = 0; i < len; i++)
        frame.data[i] = bytes[i];
    return decoder_take_frame(decoder, &frame, sink, ctx);
}

static void ignore(void *ctx, const struct reading *reading)
{
    (void)ctx;
    (void)reading;
}

static int test_expectation(const struct definition *d, const struct vector *vector,
                            const struct expectation *expected, struct err *err)
{
    struct trial trial = {.definition = d, .expected = expected};
    struct decoder *decoder = decoder_new(d, vector->generation);
    const char *name = d->signals[expected->signal].name;

    if (!decoder)
        return err_set(err, "out of memory");
    decode(d, decoder, vector, compare, &trial);
    decoder_free(decoder);
    if (expected->kind == EXPECT_NOTHING && !trial.found)
        return 0;
    if (trial.found && trial.right)
        return 0;
    if (!trial.found)
        return err_set(err, "%s:%d: %s %s: no reading", d->file, expected->line,
                       d->sources[vector->source].name, name);
    return err_set(err, "%s:%d: %s %s: decodes to %s", d->file, expected->line,
                   d->sources[vector->source].name, name, trial.value);
}

static int test_vector(const struct definition *d, const struct vector *vector, struct err *err)
{
    struct decoder *decoder = decoder_new(d, vector->generation);

    if (!decoder)
        return err_set(err, "out of memory");
    enum decode_reason reason = decode(d, decoder, vector, ignore, NULL);
    decoder_free(decoder);
    if (reason != vector->reason)
        return err_set(err, "%s:%d: %s: the decoder says %s", d->file, vector->line,
                       d->sources[vector->source].name, decode_reason_name(reason));
    for (unsigned i = 0; i < vector->expected.count; i++) {
        if (test_expectation(d, vector, &d->expectations[vector->expected.first + i], err) < 0)
            return -1;
    }
    return 0;
}

int definition_self_test(const struct definition *definition, struct err *err)
{
    for (size_t i = 0; i < definition->vector_count; i++) {
        if (test_vector(definition, &definition->vectors[i], err) < 0)
            return -1;
    }
    return 0;
}
