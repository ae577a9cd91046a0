/* From an integer to a reading: not available, mapped, scaled, within its plausible range. */
#include "car/decoder_private.h"

#include <math.h>

bool run_is_na(const struct run *run, const struct field *field, int64_t raw)
{
    return raw >= field->na_from || definition_has_value(run->decoder->definition, &field->na, raw);
}

static bool look_up(const struct definition *definition, const struct field *field, int64_t raw,
                    double *value)
{
    for (unsigned i = 0; i < field->map.count; i++) {
        const struct map_entry *entry = &definition->maps[field->map.first + i];
        if (entry->raw == raw) {
            *value = entry->value;
            return true;
        }
    }
    return false;
}

/* False when the raw value means nothing that the definition knows. */
static bool compute(const struct run *run, const struct field *field, int64_t raw, double *value)
{
    const struct decoder *decoder = run->decoder;

    switch (field->kind) {
    case FIELD_MAP:
        return look_up(decoder->definition, field, raw, value);
    case FIELD_FLAG:
        *value = raw != 0;
        return true;
    case FIELD_NUMBER:
    case FIELD_ARRAY:
    case FIELD_TEXT:
        break;
    }
    *value = linear_apply(field->has_unit && decoder->miles ? &field->miles : &field->linear, raw);
    return true;
}

static bool is_plausible(const struct run *run, const struct field *field, double value)
{
    const struct signal *signal = &run->decoder->definition->signals[field->signal];

    return value >= signal->min && value <= signal->max;
}

/* Of several variants (time to full at 6.6 kW, at 200 V ...) the best valid one counts. Whether this one does
 * now. */
static bool variant_counts(const struct run *run, const struct field *field, bool known)
{
    const struct definition *definition = run->decoder->definition;
    bool *known_by_field = run->decoder->variant_known;
    bool any = false;
    bool was = known_by_field[field - definition->fields];

    known_by_field[field - definition->fields] = known;
    for (unsigned i = 0; i < run->source->fields.count; i++) {
        const struct field *other = &definition->fields[run->source->fields.first + i];
        if (other->signal != field->signal || !known_by_field[other - definition->fields])
            continue;
        if (other->variant < field->variant)
            return false;
        any = true;
    }
    return known || (!any && (was || field->last_variant));
}

void run_number(struct run *run, const struct field *field, enum quality quality)
{
    struct reading reading = {
        .signal = field->signal,
        .source = (uint16_t)(run->source - run->decoder->definition->sources),
        .quality = quality,
        .known = true,
        .has_raw = true,
        .raw = run_read(run, &field->bits, 0),
        .time_ns = run->time_ns,
    };

    if (run_is_na(run, field, reading.raw)) {
        reading.known = false;
    } else if (!compute(run, field, reading.raw, &reading.value) ||
               !is_plausible(run, field, reading.value)) {
        run_note(run, DECODE_RANGE);
        return;
    }
    if (field->variant > 0 && !variant_counts(run, field, reading.known))
        return;
    if (field->has_unit && !run->decoder->unit_known)
        reading.quality = QUALITY_ASSUMED;
    run->sink(run->ctx, &reading);
    if (field->role != ROLE_NONE)
        run_follow(run, field, &reading);
}

/* How many elements are there: all of a fixed count (or of a fragment, what is there). */
static size_t count_elements(const struct run *run, const struct field *field)
{
    size_t count = 0;
    size_t end = (size_t)field->bits.byte + field->bits.span;

    while (count < field->count && end + count * field->stride <= run->len)
        count++;
    return count;
}

static double element(const struct run *run, const struct field *field, size_t index)
{
    int64_t raw = run_read(run, &field->bits, index * field->stride);
    double value = linear_apply(&field->linear, raw);

    if (run_is_na(run, field, raw) || !is_plausible(run, field, value))
        return NAN;
    return value;
}

void run_array(struct run *run, const struct field *field, enum quality quality)
{
    double *elements = run->decoder->elements;
    struct reading reading = {
        .signal = field->signal,
        .source = (uint16_t)(run->source - run->decoder->definition->sources),
        .quality = quality,
        .known = true,
        .time_ns = run->time_ns,
        .elements = elements,
        .count = count_elements(run, field),
    };

    for (size_t i = 0; i < reading.count; i++)
        elements[i] = element(run, field, i);
    run->sink(run->ctx, &reading);
    if (field->signal == SIGNAL_CELLS)
        run_follow_cells(run, &reading);
}
