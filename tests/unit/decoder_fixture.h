/* A decoder on the LEAF definition and what it said last. For the decoder's tests. */
#ifndef TESTS_DECODER_FIXTURE_H
#define TESTS_DECODER_FIXTURE_H

#include "car/decoder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define READINGS_MAX 64

struct fixture {
    struct definition *definition;
    struct decoder *decoder;
    struct reading readings[READINGS_MAX]; /* of the last frame or answer */
    double elements[SIGNAL_ELEMENT_MAX];
    size_t count;
};

static inline int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof(*f));
    struct err err;

    if (!f || !(f->definition = definition_find("config/vehicles", "nissan-leaf", &err)))
        return -1;
    f->decoder = decoder_new(f->definition, DEFINITION_GENERATION_AUTO);
    *state = f;
    return f->decoder ? 0 : -1;
}

static inline int tear_down(void **state)
{
    struct fixture *f = *state;

    decoder_free(f->decoder);
    definition_free(f->definition);
    free(f);
    return 0;
}

static inline void use_generation(struct fixture *f, const char *id)
{
    decoder_free(f->decoder);
    f->decoder = decoder_new(f->definition, definition_generation_find(f->definition, id));
    assert_non_null(f->decoder);
}

static inline void keep(void *ctx, const struct reading *reading)
{
    struct fixture *f = ctx;

    assert_true(f->count < READINGS_MAX);
    f->readings[f->count++] = *reading;
    for (size_t i = 0; i < reading->count; i++)
        f->elements[i] = reading->elements[i];
}

static inline size_t parse_hex(const char *hex, uint8_t *bytes)
{
    size_t len = strlen(hex) / 2;

    for (size_t i = 0; i < len; i++) {
        unsigned byte;
        assert_int_equal(sscanf(hex + 2 * i, "%2x", &byte), 1);
        bytes[i] = (uint8_t)byte;
    }
    return len;
}

static inline enum decode_reason take_frame(struct fixture *f, uint16_t id, const char *hex)
{
    struct frame frame = {.time_ns = 7, .id = id};

    f->count = 0;
    frame.len = (uint8_t)parse_hex(hex, frame.data);
    return decoder_take_frame(f->decoder, &frame, keep, f);
}

static inline enum decode_reason take_answer(struct fixture *f, uint16_t from, uint16_t to, const char *hex,
                                             size_t full_length)
{
    uint8_t payload[1024];
    size_t len = parse_hex(hex, payload);
    struct uds_answer answer = {
        .time_ns = 7, .from = from, .to = to, .payload = payload, .len = len, .full_length = full_length};

    f->count = 0;
    return decoder_take_answer(f->decoder, &answer, keep, f);
}

static inline const struct reading *find(const struct fixture *f, const char *name)
{
    for (size_t i = 0; i < f->count; i++) {
        if (strcmp(definition_signal(f->definition, f->readings[i].signal)->name, name) == 0)
            return &f->readings[i];
    }
    return NULL;
}

static inline const struct reading *get(const struct fixture *f, const char *name)
{
    const struct reading *reading = find(f, name);

    if (!reading)
        fail_msg("no reading of %s", name);
    return reading;
}

/* As `decode` prints it. */
static inline void assert_printed(const struct fixture *f, const char *name, const char *text)
{
    char printed[32];

    snprintf(printed, sizeof(printed), "%.15g", get(f, name)->value);
    assert_string_equal(printed, text);
}

#endif
