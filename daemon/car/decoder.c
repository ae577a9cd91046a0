/* Frames and answers to readings: finds the source, judges checksum and length, walks its fields. Values are
 * made in decoder_value.c. Keeps no values, only the context of decoder.h. */
#include "car/decoder_private.h"

#include "car/checksum.h"
#include "util/core/time.h"

#include <stdlib.h>

#define DOUBTS_MAX 3

const char *decode_reason_name(enum decode_reason reason)
{
    switch (reason) {
    case DECODE_OK:
        return "ok";
    case DECODE_CHECKSUM:
        return "checksum";
    case DECODE_LENGTH:
        return "length";
    case DECODE_SEQUENCE:
        return "sequence";
    case DECODE_NEGATIVE:
        return "negative";
    case DECODE_RANGE:
        return "range";
    case DECODE_UNKNOWN:
    case DECODE_REASON_COUNT:
        break;
    }
    return "unknown";
}

struct decoder *decoder_new(const struct definition *definition, int generation)
{
    struct decoder *decoder = calloc(1, sizeof(*decoder));

    if (!decoder)
        return NULL;
    decoder->definition = definition;
    decoder->possible = generation < 0 ? definition_all(definition) : UINT32_C(1) << generation;
    decoder->configured = generation;
    decoder->variant_known = calloc(definition->field_count + 1, sizeof(bool));
    decoder->shown = calloc(definition->source_count + 1, sizeof(*decoder->shown));
    if (!decoder->variant_known || !decoder->shown) {
        decoder_free(decoder);
        return NULL;
    }
    decoder_forget_signs(decoder);
    return decoder;
}

void decoder_free(struct decoder *decoder)
{
    if (!decoder)
        return;
    free(decoder->variant_known);
    free(decoder->shown);
    free(decoder);
}

uint32_t decoder_possible(const struct decoder *decoder)
{
    return decoder->possible;
}

void decoder_narrow(struct decoder *decoder, uint32_t generations)
{
    uint32_t known = generations & definition_all(decoder->definition);

    if (decoder->configured >= 0 || known == 0)
        return;
    decoder->doubts = 0;
    decoder->possible = (decoder->possible & known) != 0 ? decoder->possible & known : known;
}

int decoder_generation(const struct decoder *decoder)
{
    uint32_t possible = decoder->possible;

    if (decoder->configured >= 0)
        return decoder->configured;
    if ((possible & (possible - 1)) != 0)
        return DEFINITION_GENERATION_AUTO;
    return __builtin_ctz(possible);
}

void run_note(struct run *run, enum decode_reason reason)
{
    if (run->reason == DECODE_OK)
        run->reason = reason;
}

bool run_conditions_hold(const struct run *run, const struct span *when)
{
    const struct definition *definition = run->decoder->definition;

    for (unsigned i = 0; i < when->count; i++) {
        const struct condition *condition = &definition->conditions[when->first + i];
        bool found = definition_has_value(definition, &condition->values, run_read(run, &condition->bits, 0));
        if (found == condition->negated)
            return false;
    }
    return true;
}

/* Whether the field is meant for this car, as far as it is known; sets the quality it can have. */
static bool fits_car(const struct run *run, const struct field *field, enum quality *quality)
{
    uint32_t possible = run->decoder->possible;

    *quality = QUALITY_OK;
    if ((field->generations & possible) == 0)
        return false;
    if (!field->only || (possible & ~field->generations) == 0)
        return true;
    *quality = QUALITY_ASSUMED;
    return field->assume;
}

static bool bytes_are_there(const struct run *run, const struct field *field)
{
    if (run->len >= field->need)
        return true;
    return run->fragment && field->kind == FIELD_ARRAY &&
           run->len >= (size_t)field->bits.byte + field->bits.span;
}

/* Whether missing bytes are a fault: not where the car may be one whose frame is shorter. */
static bool is_expected(const struct run *run, const struct field *field)
{
    return !run->fragment && (run->decoder->possible & ~field->generations) == 0;
}

static void run_field(struct run *run, const struct field *field)
{
    enum quality quality;

    if (field->kind == FIELD_TEXT || !fits_car(run, field, &quality))
        return;
    if (field->lengths.count > 0 &&
        !definition_has_value(run->decoder->definition, &field->lengths, (int64_t)run->full_length))
        return;
    if (!bytes_are_there(run, field)) {
        if (is_expected(run, field))
            run_note(run, DECODE_LENGTH);
        return;
    }
    if (!run_conditions_hold(run, &field->when))
        return;
    if (field->kind == FIELD_ARRAY)
        run_array(run, field, quality);
    else
        run_number(run, field, quality);
}

static enum decode_reason run_fields(struct run *run)
{
    const struct definition *definition = run->decoder->definition;

    for (unsigned i = 0; i < run->source->fields.count; i++)
        run_field(run, &definition->fields[run->source->fields.first + i]);
    run_finish(run);
    return run->reason;
}

static enum decode_reason judge_frame(const struct source *source, const struct frame *frame)
{
    bool good = true;

    if (source->check != CHECK_NONE && frame->len != FRAME_DATA_MAX)
        return DECODE_LENGTH;
    switch (source->check) {
    case CHECK_NONE:
        break;
    case CHECK_CRC85:
        good = checksum_crc85(frame->data);
        break;
    case CHECK_NIBBLES:
        good = checksum_nibbles(frame->data, source->check_value);
        break;
    case CHECK_SUM:
        good = checksum_sum(frame->data, source->check_value);
        break;
    }
    return good ? DECODE_OK : DECODE_CHECKSUM;
}

/* Whether a source is one of a car that this one can be. */
static bool is_of_car(const struct decoder *decoder, const struct source *source)
{
    return (source->generations & decoder->possible) != 0;
}

/* Whether a source is to be looked at: one that this car can't have may prove that it is another car. */
static bool may_matter(const struct decoder *decoder, const struct source *source)
{
    return is_of_car(decoder, source) || source->tells || source->signs.count > 0;
}

/* Hearing what only some cars have tells which car it is. One contradiction is a garbled line; several
 * without a confirmation between them mean that what was learnt before was one. */
static void learn_car(struct run *run)
{
    struct decoder *decoder = run->decoder;

    if (run->source->tells && is_of_car(decoder, run->source)) {
        decoder_narrow(decoder, run->source->generations);
    } else if (run->source->tells && decoder->configured < 0 && ++decoder->doubts >= DOUBTS_MAX) {
        decoder_forget_signs(decoder);
        decoder_narrow(decoder, run->source->generations);
    }
    run_learn_car(run);
}

enum decode_reason decoder_take_frame(struct decoder *decoder, const struct frame *frame, reading_fn *sink,
                                      void *ctx)
{
    const struct definition *definition = decoder->definition;
    uint16_t index = frame->id <= FRAME_ID_MAX ? definition->frame_source[frame->id] : DEFINITION_NONE;
    struct run run = {.decoder = decoder,
                      .bytes = frame->data,
                      .len = frame->len,
                      .full_length = frame->len,
                      .time_ns = frame->time_ns,
                      .sink = sink,
                      .ctx = ctx};

    if (index == DEFINITION_NONE || !may_matter(decoder, &definition->sources[index]))
        return DECODE_UNKNOWN;
    run.source = &definition->sources[index];
    enum decode_reason reason = judge_frame(run.source, frame);
    if (reason != DECODE_OK)
        return reason;
    learn_car(&run);
    return is_of_car(decoder, run.source) ? run_fields(&run) : DECODE_UNKNOWN;
}

static size_t whole_length(const struct uds_answer *answer)
{
    return answer->full_length > answer->len ? answer->full_length : answer->len;
}

/* Finds the source, or the reason why there is nothing to decode. */
static enum decode_reason judge_answer(const struct decoder *decoder, const struct uds_answer *answer,
                                       const struct source **source)
{
    if (!definition_answers_on(decoder->definition, answer->from))
        return DECODE_UNKNOWN;
    if (answer->len == 0)
        return DECODE_LENGTH;
    if (answer->payload[0] == UDS_NEGATIVE)
        return DECODE_NEGATIVE;
    const struct definition_request *request =
        definition_request_of(decoder->definition, answer->from, answer->to, answer->payload, answer->len);
    *source = request ? &decoder->definition->sources[request->source] : NULL;
    if (!*source || !may_matter(decoder, *source))
        return DECODE_UNKNOWN;
    if ((*source)->lengths.count > 0 &&
        !definition_has_value(decoder->definition, &(*source)->lengths, (int64_t)whole_length(answer)))
        return DECODE_LENGTH;
    return DECODE_OK;
}

enum decode_reason decoder_take_answer(struct decoder *decoder, const struct uds_answer *answer,
                                       reading_fn *sink, void *ctx)
{
    struct run run = {.decoder = decoder,
                      .bytes = answer->payload,
                      .len = answer->len,
                      .full_length = whole_length(answer),
                      .time_ns = answer->time_ns,
                      .sink = sink,
                      .ctx = ctx};
    enum decode_reason reason = judge_answer(decoder, answer, &run.source);

    if (reason != DECODE_OK)
        return reason;
    learn_car(&run);
    return is_of_car(decoder, run.source) ? run_fields(&run) : DECODE_UNKNOWN;
}

void decoder_take_texts(struct decoder *decoder, const struct uds_answer *answer, decoder_text_fn *fn,
                        void *ctx)
{
    const struct definition *definition = decoder->definition;
    const struct source *source;

    if (judge_answer(decoder, answer, &source) != DECODE_OK)
        return;
    for (unsigned i = 0; i < source->fields.count; i++) {
        const struct field *field = &definition->fields[source->fields.first + i];
        size_t first = field->bits.byte;
        size_t count = field->count;
        if (field->kind != FIELD_TEXT || answer->len < field->need)
            continue;
        if (count > answer->len - first)
            count = answer->len - first;
        if (count > 0)
            fn(ctx, field->signal, answer->payload + first, count);
    }
}

enum decode_reason decoder_take_fragment(struct decoder *decoder, uint16_t source, const uint8_t *bytes,
                                         size_t len, reading_fn *sink, void *ctx)
{
    struct run run = {.decoder = decoder,
                      .source = &decoder->definition->sources[source],
                      .bytes = bytes,
                      .len = len,
                      .full_length = len,
                      .fragment = true,
                      .time_ns = TIME_NONE,
                      .sink = sink,
                      .ctx = ctx};

    return run_fields(&run);
}
