/* The LEAF definition against ../shared/leaf/vectors.json: real frames and answers, some of them fragments,
 * which are decoded at field level, below length and checksum. Skipped where ../shared is not there. */
#include "car/decoder.h"
#include "leaf_names.h"
#include "util/core/time.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>

#define VECTORS      "../shared/leaf/vectors.json"
#define BYTES_MAX    256
#define READINGS_MAX 128
#define CLOSE_ENOUGH 0.006 /* vectors are rounded to what a source printed */

struct fixture {
    json_t *vectors;
    struct definition *definition;
    struct reading readings[READINGS_MAX];
    double elements[SIGNAL_ELEMENT_MAX];
    size_t count;
};

struct vector {
    char source[DEFINITION_SOURCE_MAX];
    uint8_t bytes[BYTES_MAX];
    size_t len;
    size_t full_length; /* more than len: a fragment that says so */
    int generation;
};

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof(*f));
    json_error_t json_error;
    struct err err;

    if (!f || !(f->definition = definition_find("config/vehicles", "nissan-leaf", &err)))
        return -1;
    f->vectors = json_load_file(VECTORS, 0, &json_error);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;

    json_decref(f->vectors);
    definition_free(f->definition);
    free(f);
    return 0;
}

static const char *text_of(const json_t *object, const char *key)
{
    return json_string_value(json_object_get(object, key));
}

static size_t parse_hex(const char *hex, uint8_t *bytes, size_t max)
{
    size_t len = strlen(hex) / 2;

    assert_true(len <= max);
    for (size_t i = 0; i < len; i++) {
        unsigned byte;
        assert_int_equal(sscanf(hex + 2 * i, "%2x", &byte), 1);
        bytes[i] = (uint8_t)byte;
    }
    return len;
}

/* Frames of one answer as ISO-TP lays them out; the last ones may be missing. */
static void join(const json_t *frames, struct vector *vector)
{
    uint8_t frame[8];
    size_t i;
    json_t *hex;

    json_array_foreach(frames, i, hex)
    {
        size_t len = parse_hex(json_string_value(hex), frame, sizeof(frame));
        size_t skip_bytes = i == 0 && frame[0] >> 4 != 0 ? 2 : 1;
        if (i == 0)
            vector->full_length = frame[0] >> 4 == 0 ? frame[0] : (size_t)(frame[0] & 15) << 8 | frame[1];
        memcpy(vector->bytes + vector->len, frame + skip_bytes, len - skip_bytes);
        vector->len += len - skip_bytes;
    }
    if (vector->len > vector->full_length)
        vector->len = vector->full_length;
}

static void read_vector(const struct definition *d, const json_t *object, struct vector *vector)
{
    const char *request = text_of(object, "request");
    const char *bytes = request ? text_of(object, "payload") : text_of(object, "data");
    char generation[16] = "";

    *vector = (struct vector){0};
    sscanf(text_of(object, "generation"), "%15s", generation);
    vector->generation = definition_generation_find(d, generation);
    snprintf(vector->source, sizeof(vector->source), "%s%s%s", text_of(object, "id"), request ? " " : "",
             request ? request : "");
    if (bytes)
        vector->len = vector->full_length = parse_hex(bytes, vector->bytes, sizeof(vector->bytes));
    else
        join(json_object_get(object, "can_data"), vector);
}

static void keep(void *ctx, const struct reading *reading)
{
    struct fixture *f = ctx;

    assert_true(f->count < READINGS_MAX);
    f->readings[f->count++] = *reading;
    for (size_t i = 0; i < reading->count; i++)
        f->elements[i] = reading->elements[i];
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

static void decode(struct fixture *f, const struct vector *vector)
{
    struct decoder *decoder = decoder_new(f->definition, vector->generation);

    assert_non_null(decoder);
    f->count = 0;
    decoder_take_fragment(decoder, find_source(f->definition, vector->source), vector->bytes, vector->len,
                          keep, f);
    decoder_free(decoder);
}

static const struct reading *find_reading(const struct fixture *f, const char *signal)
{
    for (size_t i = 0; i < f->count; i++) {
        if (strcmp(definition_signal(f->definition, f->readings[i].signal)->name, signal) == 0)
            return &f->readings[i];
    }
    return NULL;
}

static void check_number(const struct vector *vector, const char *name, const struct reading *reading,
                         double factor, double expected, bool by_raw)
{
    double value = by_raw ? (double)reading->raw : reading->value;

    if (!reading->known || fabs(value - expected * factor) > CLOSE_ENOUGH)
        fail_msg("%s of %s: %g, not %g", name, vector->source, value, expected * factor);
}

static void check_meaning(const struct fixture *f, const struct vector *vector, const char *name,
                          const json_t *value)
{
    const struct leaf_name *known = leaf_name_find(name);
    int cell;

    if (sscanf(name, "cell_%d", &cell) == 1) {
        assert_true(fabs(f->elements[cell - 1] - json_number_value(value)) < 1e-9);
        return;
    }
    const char *signal = known ? known->signal : name;
    const struct reading *reading = find_reading(f, signal);
    if (!reading)
        fail_msg("no %s in %s", name, vector->source);
    if (json_is_null(value)) {
        assert_false(reading->known);
        return;
    }
    const struct signal *meaning = definition_signal(f->definition, reading->signal);
    bool by_raw = meaning->kind == SIGNAL_KIND_WORD || meaning->kind == SIGNAL_KIND_BOOL;
    check_number(vector, name, reading, known ? known->factor : 1, json_number_value(value), by_raw);
}

static void every_vector_decodes(void **state)
{
    struct fixture *f = *state;
    struct vector vector;
    unsigned checked = 0;
    size_t i;
    const char *name;
    json_t *object;
    json_t *value;

    if (!f->vectors)
        skip();
    json_array_foreach(f->vectors, i, object)
    {
        read_vector(f->definition, object, &vector);
        /* Inverter temperatures are of confidence low, and not in the definition. */
        if (strncmp(vector.source, "784 ", 4) == 0)
            continue;
        decode(f, &vector);
        json_object_foreach(json_object_get(object, "expected"), name, value)
        {
            if (name[0] == '_')
                continue;
            check_meaning(f, &vector, name, value);
            checked++;
        }
    }
    assert_true(checked > 150);
}

/* Vectors that are whole pass checksum and length, too. */
static void whole_frames_pass_their_checks(void **state)
{
    struct fixture *f = *state;
    struct vector vector;
    unsigned whole = 0;
    size_t i;
    json_t *object;

    if (!f->vectors)
        skip();
    json_array_foreach(f->vectors, i, object)
    {
        struct frame frame = {.time_ns = TIME_NONE, .len = FRAME_DATA_MAX};
        read_vector(f->definition, object, &vector);
        if (text_of(object, "request") || vector.len != FRAME_DATA_MAX)
            continue;
        frame.id = (uint16_t)strtoul(text_of(object, "id"), NULL, 16);
        memcpy(frame.data, vector.bytes, FRAME_DATA_MAX);
        struct decoder *decoder = decoder_new(f->definition, vector.generation);
        f->count = 0;
        enum decode_reason reason = decoder_take_frame(decoder, &frame, keep, f);
        decoder_free(decoder);
        if (reason != DECODE_OK && reason != DECODE_RANGE)
            fail_msg("%s: %s", vector.source, decode_reason_name(reason));
        assert_true(f->count > 0);
        whole++;
    }
    assert_true(whole > 30);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_vector_decodes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(whole_frames_pass_their_checks, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
