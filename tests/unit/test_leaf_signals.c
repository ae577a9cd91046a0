/* The LEAF definition against ../shared/leaf/signals.json: every passive and diagnostic item of confidence
 * high or medium is there, for each of its generations, and decodes random bytes to what its expression says.
 * Skipped where ../shared is not there; the definition's own vectors are tested everywhere (test_definition).
 */
#include "car/decoder.h"
#include "car/definition_private.h"
#include "expression.h"
#include "leaf_names.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>

#define SIGNALS   "../shared/leaf/signals.json"
#define ROUNDS    400
#define BYTES_MAX 256

struct item {
    const char *name, *expr, *condition;
    const char *signal; /* its name in the definition */
    char source[DEFINITION_SOURCE_MAX];
    double scale, offset, factor;
    int64_t invalid; /* INT64_MIN: none */
    int64_t signed_bits;
    size_t len;
    int cell; /* 1..96, or 0 */
    json_t *generations, *words;
};

struct fixture {
    json_t *signals;
    struct definition *definition;
    uint32_t seed;
};

static const char *text_of(const json_t *object, const char *key)
{
    return json_string_value(json_object_get(object, key));
}

/* What only the notes of signals.json say about values that mean "not available" or nothing. */
static const struct note {
    const char *source, *name;
    int64_t raw;
    bool nothing;
} notes[] = {
    {"5B3", "soh", 0, false},
    {"5B3", "gids", 0x3FF, false},
    {"1DB", "soc_dash", 0, true},
    {"743 220E2E", "range", 0, false},
};

static const struct note *find_note(const struct item *item, int64_t raw)
{
    for (size_t i = 0; i < sizeof(notes) / sizeof(notes[0]); i++) {
        if (notes[i].raw == raw && strcmp(notes[i].source, item->source) == 0 &&
            strcmp(notes[i].name, item->name) == 0)
            return &notes[i];
    }
    return NULL;
}

static size_t default_length(const char *kind, const char *request)
{
    if (strcmp(kind, "passive") == 0)
        return FRAME_DATA_MAX;
    return request && strcmp(request, "2101") == 0 ? 53 : 64;
}

static void name_item(struct item *item)
{
    const struct leaf_name *known = leaf_name_find(item->name);

    item->signal = known ? known->signal : item->name;
    item->factor = known ? known->factor : 1;
    if (sscanf(item->name, "cell_%d", &item->cell) == 1)
        item->signal = "cells";
}

/* False when the item is none of those that the definition must have. */
static bool read_item(const json_t *object, struct item *item)
{
    const char *kind = text_of(object, "kind");
    const char *confidence = text_of(object, "confidence");
    const char *request = text_of(object, "request");
    json_t *invalid = json_object_get(object, "invalid_raw");
    json_t *length = json_array_get(json_object_get(object, "payload_length"), 0);

    if (strcmp(kind, "command") == 0 || strcmp(confidence, "low") == 0)
        return false;
    *item = (struct item){.name = text_of(object, "name"),
                          .expr = text_of(object, "expr"),
                          .condition = text_of(object, "condition"),
                          .scale = json_number_value(json_object_get(object, "scale")),
                          .offset = json_number_value(json_object_get(object, "offset")),
                          .signed_bits = json_integer_value(json_object_get(object, "signed_bits")),
                          .invalid = invalid ? json_integer_value(invalid) : INT64_MIN,
                          .len = length ? (size_t)json_integer_value(length) : default_length(kind, request),
                          .generations = json_object_get(object, "generations"),
                          .words = json_object_get(object, "enum")};
    snprintf(item->source, sizeof(item->source), "%s%s%s", text_of(object, "id"), request ? " " : "",
             request ? request : "");
    name_item(item);
    return true;
}

static uint16_t find_source(const struct definition *d, const char *name)
{
    for (size_t i = 0; i < definition_source_count(d); i++) {
        if (strcmp(definition_source(d, i), name) == 0)
            return (uint16_t)i;
    }
    fail_msg("%s is not in the definition", name);
    return 0;
}

static bool is_carried(const struct definition *d, const struct item *item, uint32_t generations)
{
    for (size_t i = 0; i < d->carrier_count; i++) {
        const struct carrier *carrier = &d->carriers[i];
        if ((carrier->generations & generations) == generations &&
            strcmp(d->signals[carrier->signal].name, item->signal) == 0 &&
            strcmp(d->sources[carrier->source].name, item->source) == 0)
            return true;
    }
    return false;
}

static void check_item_is_there(const struct definition *d, const struct item *item)
{
    size_t i;
    json_t *id;

    find_source(d, item->source);
    json_array_foreach(item->generations, i, id)
    {
        int generation = definition_generation_find(d, json_string_value(id));
        assert_true(generation >= 0);
        if (!is_carried(d, item, UINT32_C(1) << generation))
            fail_msg("%s of %s is not there for %s", item->name, item->source, json_string_value(id));
    }
}

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof(*f));
    json_error_t json_error;
    struct err err;

    if (!f || !(f->definition = definition_find("config/vehicles", "nissan-leaf", &err)))
        return -1;
    f->signals = json_load_file(SIGNALS, 0, &json_error);
    f->seed = 20161122;
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;

    json_decref(f->signals);
    definition_free(f->definition);
    free(f);
    return 0;
}

static void every_item_is_in_the_definition(void **state)
{
    struct fixture *f = *state;
    struct item item;
    unsigned count = 0;
    size_t i;
    json_t *object;

    if (!f->signals)
        skip();
    json_array_foreach(f->signals, i, object)
    {
        if (!read_item(object, &item))
            continue;
        check_item_is_there(f->definition, &item);
        count++;
    }
    assert_true(count > 250);
}

/* "°C" is "degC", with or without a remark; the vocabulary's own units are CONTRACT 3's. */
static bool same_unit(const char *ours, const char *theirs)
{
    if (strncmp(theirs, "degC", 4) == 0)
        return strcmp(ours, "°C") == 0;
    return strcmp(ours, theirs) == 0;
}

static void raw_signals_keep_their_unit(void **state)
{
    struct fixture *f = *state;
    const struct definition *d = f->definition;
    struct item item;
    size_t i;
    json_t *object;

    if (!f->signals)
        skip();
    json_array_foreach(f->signals, i, object)
    {
        if (!read_item(object, &item) || vocabulary_find(item.signal) >= 0 ||
            json_object_get(object, "ascii") || strcmp(item.name, "tyre_sensor_ids") == 0)
            continue;
        const struct source *source = &d->sources[find_source(d, item.source)];
        for (unsigned k = 0; k < source->fields.count; k++) {
            const struct signal *signal = &d->signals[d->fields[source->fields.first + k].signal];
            if (strcmp(signal->name, item.name) == 0 && !same_unit(signal->unit, text_of(object, "unit")))
                fail_msg("%s of %s is in %s", item.name, item.source, signal->unit);
        }
    }
}

struct trial {
    const struct definition *definition;
    const char *signal;
    unsigned count;
    struct reading reading;
    double elements[SIGNAL_ELEMENT_MAX];
};

static void keep(void *ctx, const struct reading *reading)
{
    struct trial *trial = ctx;

    if (strcmp(definition_signal(trial->definition, reading->signal)->name, trial->signal) != 0)
        return;
    trial->reading = *reading;
    trial->count++;
    for (size_t i = 0; i < reading->count; i++)
        trial->elements[i] = reading->elements[i];
}

/* Some bytes are 00 or FF more often than chance would have it: that is where cars say "not available". */
static void fill(struct fixture *f, uint8_t *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        f->seed = f->seed * 1664525 + 1013904223;
        bytes[i] = (uint8_t)(f->seed >> 24);
        if ((f->seed >> 20 & 7) == 0)
            bytes[i] = 0xFF;
        if ((f->seed >> 20 & 7) == 1)
            bytes[i] = 0;
    }
}

/* A condition names bytes, or a thermistor by its number. */
static bool condition_holds(const struct item *item, const uint8_t *bytes)
{
    char text[64];
    int64_t value;
    int number;

    if (!item->condition || strncmp(item->condition, "send", 4) == 0)
        return true;
    if (sscanf(item->condition, "thermistor_%d != 0xFFFF", &number) == 1)
        snprintf(text, sizeof(text), "((p[%d]<<8)|p[%d])!=0xFFFF", 3 * number - 1, 3 * number);
    else
        snprintf(text, sizeof(text), "%s", item->condition);
    if (!expression_evaluate(text, bytes, item->len, &value))
        fail_msg("condition of %s: %s", item->name, item->condition);
    return value != 0;
}

static bool is_listed(const struct item *item, int64_t raw)
{
    const char *key;
    json_t *word;

    if (strcmp(item->name, "power_switch_on") == 0)
        return raw <= 1;
    json_object_foreach(item->words, key, word)
    {
        if (strtoll(key, NULL, 0) == raw)
            return true;
    }
    return false;
}

static void check_cell(const struct item *item, const struct trial *trial, int64_t raw)
{
    double element = trial->elements[item->cell - 1];

    assert_int_equal(trial->count, 1);
    assert_int_equal(trial->reading.count, 96);
    if (raw >= 5000)
        assert_true(isnan(element));
    else
        assert_true(fabs(element - (double)raw * item->scale) < 1e-9);
}

static void expect_nothing(const struct item *item, const struct trial *trial, int64_t raw)
{
    if (trial->count != 0)
        fail_msg("%s of %s: a reading of %lld", item->name, item->source, (long long)raw);
}

static void check_value(const struct item *item, const struct trial *trial, int64_t raw)
{
    double value = ((double)raw * item->scale + item->offset) * item->factor;
    int index = vocabulary_find(item->signal);
    const struct signal *signal = index >= 0 ? &vocabulary[index] : NULL;
    bool mapped = signal && (signal->kind == SIGNAL_KIND_WORD || strcmp(item->signal, "plugged") == 0);

    if (mapped && !is_listed(item, raw)) {
        expect_nothing(item, trial, raw);
        return;
    }
    if (!mapped && signal && (value > signal->max || value < signal->min)) {
        expect_nothing(item, trial, raw);
        return;
    }
    if (trial->count != 1)
        fail_msg("%s of %s: %u readings of %lld", item->name, item->source, trial->count, (long long)raw);
    assert_int_equal(trial->reading.raw, raw);
    assert_true(trial->reading.known);
    if (!mapped && fabs(trial->reading.value - value) > 1e-9 * fmax(1, fabs(value)))
        fail_msg("%s of %s: %.15g, not %.15g", item->name, item->source, trial->reading.value, value);
}

static void check_trial(const struct item *item, const struct trial *trial, const uint8_t *bytes)
{
    int64_t raw;

    if (!expression_evaluate(item->expr, bytes, item->len, &raw))
        fail_msg("expression of %s: %s", item->name, item->expr);
    if (item->signed_bits > 0 && raw >> (item->signed_bits - 1) != 0)
        raw -= INT64_C(1) << item->signed_bits;
    const struct note *note = find_note(item, raw);
    if (item->cell > 0) {
        check_cell(item, trial, raw);
    } else if (!condition_holds(item, bytes) || (note && note->nothing)) {
        expect_nothing(item, trial, raw);
    } else if (raw == item->invalid || note) {
        assert_int_equal(trial->count, 1);
        assert_false(trial->reading.known);
        assert_int_equal(trial->reading.raw, raw);
    } else {
        check_value(item, trial, raw);
    }
}

static void try_item(struct fixture *f, const struct item *item)
{
    uint8_t bytes[BYTES_MAX];
    uint16_t source = find_source(f->definition, item->source);
    int generation =
        definition_generation_find(f->definition, json_string_value(json_array_get(item->generations, 0)));
    struct decoder *decoder = decoder_new(f->definition, generation);

    assert_non_null(decoder);
    for (int round = 0; round < ROUNDS; round++) {
        struct trial trial = {.definition = f->definition, .signal = item->signal};
        fill(f, bytes, item->len);
        decoder_take_fragment(decoder, source, bytes, item->len, keep, &trial);
        check_trial(item, &trial, bytes);
    }
    decoder_free(decoder);
}

static void every_item_decodes_to_its_expression(void **state)
{
    struct fixture *f = *state;
    struct item item;
    size_t i;
    json_t *object;

    if (!f->signals)
        skip();
    json_array_foreach(f->signals, i, object)
    {
        if (!read_item(object, &item) || strstr(item.expr, ".."))
            continue; /* texts, lists */
        try_item(f, &item);
    }
}

static void expressions_are_evaluated(void **state)
{
    static const uint8_t bytes[] = {0x12, 0x34, 0x56, 0x78};
    static const struct {
        const char *text;
        int64_t value;
    } rows[] = {
        {"d[0]", 0x12},        {"(d[0]<<8)|d[1]", 0x1234}, {"((d[1]&7)<<6)|(d[2]>>2)", (4 << 6) | 0x15},
        {"(d[0]&0x10)!=0", 1}, {"(p[3]>>3)&3", 3},         {"1|2&6>>1", 1 | (2 & (6 >> 1))},
    };
    int64_t value;

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        assert_true(expression_evaluate(rows[i].text, bytes, 4, &value));
        assert_int_equal(value, rows[i].value);
    }
    assert_false(expression_evaluate("d[4]", bytes, 4, &value));
    assert_false(expression_evaluate("d[0", bytes, 4, &value));
    assert_false(expression_evaluate("p[2..]", bytes, 4, &value));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(expressions_are_evaluated),
        cmocka_unit_test_setup_teardown(every_item_is_in_the_definition, set_up, tear_down),
        cmocka_unit_test_setup_teardown(raw_signals_keep_their_unit, set_up, tear_down),
        cmocka_unit_test_setup_teardown(every_item_decodes_to_its_expression, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
