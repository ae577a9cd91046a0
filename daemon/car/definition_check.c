/* What can only be judged when the whole file is known: overlaps, duplicates, names with two units. */
#include "car/definition_load.h"

#include "bus/uds.h"

#include <string.h>

static int fail(const struct loader *loader, int line, const char *item, const char *reason,
                const char *detail)
{
    return err_set(loader->tree.err, "%s:%d: %s: %s%s", loader->tree.file, line, item, reason, detail);
}

static const char *signal_name(const struct loader *loader, const struct field *field)
{
    return loader->definition->signals[field->signal].name;
}

static bool spans_meet(const struct definition *d, const struct span *a, const struct span *b)
{
    for (unsigned i = 0; i < a->count; i++) {
        if (definition_has_value(d, b, d->values[a->first + i]))
            return true;
    }
    return false;
}

static bool same_bits(const struct bits *a, const struct bits *b)
{
    return a->byte == b->byte && a->shift == b->shift && a->width == b->width && a->span == b->span;
}

/* Whether two conditions can never hold together: the same bits, and disjoint values. */
static bool conditions_exclude(const struct definition *d, const struct condition *a,
                               const struct condition *b)
{
    if (!same_bits(&a->bits, &b->bits) || (a->negated && b->negated))
        return false;
    if (!a->negated && !b->negated)
        return !spans_meet(d, &a->values, &b->values);
    const struct condition *is = a->negated ? b : a;
    const struct condition *is_not = a->negated ? a : b;
    for (unsigned i = 0; i < is->values.count; i++) {
        if (!definition_has_value(d, &is_not->values, d->values[is->values.first + i]))
            return false;
    }
    return true;
}

/* Whether two fields of one source can be read from the same frame or answer of the same car. */
static bool live_together(const struct definition *d, const struct field *a, const struct field *b)
{
    if ((a->generations & b->generations) == 0)
        return false;
    if (a->lengths.count > 0 && b->lengths.count > 0 && !spans_meet(d, &a->lengths, &b->lengths))
        return false;
    for (unsigned i = 0; i < a->when.count; i++) {
        for (unsigned k = 0; k < b->when.count; k++) {
            if (conditions_exclude(d, &d->conditions[a->when.first + i], &d->conditions[b->when.first + k]))
                return false;
        }
    }
    return true;
}

/* First and last bit of a field in its frame or answer. */
static void extent(const struct field *field, unsigned *first, unsigned *last)
{
    unsigned end = 8U * (field->bits.byte + field->bits.span) - field->bits.shift;

    *first = end - field->bits.width;
    if (field->count > 1)
        end += 8U * field->stride * (field->count - 1U);
    *last = end - 1;
}

/* Two names for the same bits are fine (a status and the word made of it); bits shared in part are a slip. */
static bool overlap_in_part(const struct field *a, const struct field *b)
{
    unsigned a_first, a_last, b_first, b_last;

    extent(a, &a_first, &a_last);
    extent(b, &b_first, &b_last);
    if (a_last < b_first || b_last < a_first)
        return false;
    return a_first != b_first || a_last != b_last;
}

static int check_pair(const struct loader *loader, const struct field *a, const struct field *b)
{
    if (!live_together(loader->definition, a, b))
        return 0;
    if (overlap_in_part(a, b))
        return fail(loader, b->line, signal_name(loader, b), "overlaps ", signal_name(loader, a));
    if (a->signal == b->signal && (a->variant == 0 || a->variant == b->variant))
        return fail(loader, b->line, signal_name(loader, b), "is there twice", "");
    return 0;
}

/* Each of a field's lengths must be one that its request accepts, and reach as far as the field does. */
static int check_lengths(const struct loader *loader, const struct source *source, const struct field *field)
{
    const struct definition *d = loader->definition;

    for (unsigned i = 0; i < field->lengths.count; i++) {
        int64_t length = d->values[field->lengths.first + i];
        if (source->lengths.count > 0 && !definition_has_value(d, &source->lengths, length))
            return fail(loader, field->line, signal_name(loader, field), "has a length that is refused by ",
                        source->name);
        if (length < field->need)
            return fail(loader, field->line, signal_name(loader, field), "reaches beyond its length", "");
    }
    return 0;
}

/* What is delivered early must hold all that is read from it. */
static int check_enough(const struct loader *loader, const struct source *source, const struct field *field)
{
    const struct definition *d = loader->definition;
    unsigned enough = source->request == DEFINITION_NONE ? 0 : d->requests[source->request].enough;

    if (enough > 0 && field->need > enough)
        return fail(loader, field->line, signal_name(loader, field),
                    "reaches beyond the bytes that are enough for ", source->name);
    return 0;
}

static int check_source(const struct loader *loader, const struct source *source)
{
    const struct field *fields = loader->definition->fields;
    unsigned first = source->fields.first;

    for (unsigned i = 0; i < source->fields.count; i++) {
        const struct field *field = &fields[first + i];
        if (check_lengths(loader, source, field) < 0 || check_enough(loader, source, field) < 0)
            return -1;
        for (unsigned k = 0; k < i; k++) {
            if (check_pair(loader, &fields[first + k], &fields[first + i]) < 0)
                return -1;
        }
    }
    return 0;
}

/* Whether the answers of two requests look alike: same identifier, service and echo. */
static bool answers_look_alike(const struct definition_request *a, const struct definition_request *b)
{
    size_t echo = 1 + (size_t)uds_echo_length(a->ask[0]);

    return a->from == b->from && memcmp(a->ask, b->ask, echo) == 0;
}

/* An identifier is a broadcast's, a question's or an answer's: what it says is read as one of them only. */
static int check_identifiers(const struct loader *loader, const struct definition_request *request)
{
    const struct definition *d = loader->definition;
    const struct source *source = &d->sources[request->source];

    if (d->frame_source[request->to] != DEFINITION_NONE || d->frame_source[request->from] != DEFINITION_NONE)
        return fail(loader, source->line, source->name, "its question or answer is also among the frames",
                    "");
    if (definition_answers_on(d, request->to))
        return fail(loader, source->line, source->name, "asks on an identifier that answers", "");
    return 0;
}

static int check_requests(const struct loader *loader)
{
    const struct definition *d = loader->definition;

    for (size_t i = 0; i < d->request_count; i++) {
        const struct source *source = &d->sources[d->requests[i].source];
        if (check_identifiers(loader, &d->requests[i]) < 0)
            return -1;
        for (size_t k = 0; k < i; k++) {
            if (answers_look_alike(&d->requests[k], &d->requests[i]))
                return fail(loader, source->line, source->name, "is there twice", "");
        }
    }
    return 0;
}

static uint32_t cars_with(const struct definition *d, size_t signal)
{
    uint32_t generations = 0;

    for (size_t i = 0; i < d->field_count; i++)
        generations |= d->fields[i].signal == signal ? d->fields[i].generations : 0;
    return generations;
}

static int line_of(const struct definition *d, size_t signal)
{
    size_t i = 0;

    while (d->fields[i].signal != signal)
        i++;
    return d->fields[i].line;
}

/* A name may have two units only on cars of different generations: no car has both. */
static int check_units(const struct loader *loader)
{
    const struct definition *d = loader->definition;

    for (size_t i = SIGNAL_VOCABULARY_COUNT; i < d->signal_count; i++) {
        for (size_t k = SIGNAL_VOCABULARY_COUNT; k < i; k++) {
            if (strcmp(d->signals[i].name, d->signals[k].name) == 0 &&
                (cars_with(d, i) & cars_with(d, k)) != 0)
                return fail(loader, line_of(d, i), d->signals[i].name,
                            "has another unit or kind in the same car", "");
        }
    }
    return 0;
}

/* How long a signal of the car's own stays fresh: as the vocabulary's of its source's kind. */
static void settle_freshness(struct definition *d, const struct source *source)
{
    for (unsigned i = 0; i < source->fields.count; i++) {
        const struct field *field = &d->fields[source->fields.first + i];
        struct signal *signal = &d->signals[field->signal];
        double fresh_s = source->request == DEFINITION_NONE ? vocabulary[SIGNAL_SPEED].fresh_s
                                                            : vocabulary[SIGNAL_SOH].fresh_s;
        if (signal->raw && signal->fresh_s < fresh_s)
            signal->fresh_s = fresh_s;
    }
}

/* Of several variants of one signal in one source, the last one also says "not available" when none is. */
static void settle_variants(struct definition *d, const struct source *source)
{
    unsigned end = (unsigned)source->fields.first + source->fields.count;

    for (unsigned i = source->fields.first; i < end; i++) {
        struct field *field = &d->fields[i];
        bool last = field->variant > 0;
        for (unsigned k = i + 1; k < end; k++)
            last = last && (d->fields[k].signal != field->signal || d->fields[k].variant <= field->variant);
        field->last_variant = last;
    }
}

int load_check(const struct loader *loader, const config_setting_t *root)
{
    struct definition *d = loader->definition;

    if (d->file_sources == 0)
        return tree_fail(&loader->tree, root, NULL, "neither frames nor requests");
    if (check_requests(loader) < 0 || check_units(loader) < 0)
        return -1;
    for (size_t i = 0; i < d->file_sources; i++) {
        if (check_source(loader, &d->sources[i]) < 0)
            return -1;
        settle_freshness(d, &d->sources[i]);
        settle_variants(d, &d->sources[i]);
    }
    for (size_t i = 0; i < d->field_count; i++) {
        if (d->fields[i].signal == loader->unit_flag)
            d->fields[i].role = ROLE_UNIT_FLAG;
    }
    return 0;
}
