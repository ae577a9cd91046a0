/* The core of the car process between a bus that the test plays and a dongle that sends nothing. */
#ifndef UNIT_PROBE_CAR_H
#define UNIT_PROBE_CAR_H

#include "probe_core.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define S  NS_PER_S
#define T0 (1000 * S)

struct fixture {
    struct definition *definition;
    struct probe_core *core;
    int64_t now_ns;
};

static inline bool never_ready(void *ctx)
{
    (void)ctx;
    return false;
}

static inline int never_sends(void *ctx, const struct frame *frame, uint16_t answer_id)
{
    (void)ctx;
    (void)frame;
    (void)answer_id;
    return -1;
}

static inline void is_done(void *ctx)
{
    (void)ctx;
}

static inline struct fixture begin(const char *generation)
{
    const struct probe_port port = {NULL, never_ready, never_sends, is_done};
    const struct probe_contact contact = {
        .up = true, .can_send = true, .has_voltmeter = true, .listens = true};
    struct fixture fixture = {.now_ns = T0};
    struct err err;

    fixture.definition = definition_find("config/vehicles", "nissan-leaf", &err);
    assert_non_null(fixture.definition);
    struct probe_core_settings settings = {
        .definition = fixture.definition,
        .generation = generation ? definition_generation_find(fixture.definition, generation)
                                 : DEFINITION_GENERATION_AUTO,
        .poll = true};
    fixture.core = probe_core_new(&settings, &port, T0);
    assert_non_null(fixture.core);
    probe_core_set_contact(fixture.core, &contact, T0);
    return fixture;
}

static inline void end(struct fixture *fixture)
{
    probe_core_free(fixture->core);
    definition_free(fixture->definition);
}

static inline void pass(struct fixture *fixture, int64_t ns)
{
    fixture->now_ns += ns;
    probe_core_advance(fixture->core, fixture->now_ns);
}

static inline void hear(struct fixture *fixture, uint16_t id, const char *hex)
{
    struct frame frame = {.time_ns = fixture->now_ns, .id = id, .len = (uint8_t)(strlen(hex) / 2)};

    for (size_t i = 0; i < frame.len; i++) {
        const char digits[] = {hex[2 * i], hex[2 * i + 1], '\0'};
        frame.data[i] = (uint8_t)strtoul(digits, NULL, 16);
    }
    probe_core_take_frame(fixture->core, &frame, fixture->now_ns);
    pass(fixture, S / 10);
}

/* An answer as its frames, filled up with FF to `len` bytes. */
static inline void answer(struct fixture *fixture, uint16_t from, const char *hex, size_t len)
{
    char payload[2 * 400 + 1];
    char frame[17];
    size_t given = strlen(hex) < 2 * len ? strlen(hex) : 2 * len;

    memset(payload, 'F', sizeof(payload));
    memcpy(payload, hex, given);
    if (len < 8) {
        snprintf(frame, sizeof(frame), "%02zX%.*s", len, (int)(2 * len), payload);
        hear(fixture, from, frame);
        return;
    }
    snprintf(frame, sizeof(frame), "1%03zX%.12s", len, payload);
    hear(fixture, from, frame);
    for (size_t at = 6, turn = 1; at < len; at += 7, turn++) {
        snprintf(frame, sizeof(frame), "2%zX%.14s", turn % 16, payload + 2 * at);
        hear(fixture, from, frame);
    }
}

#endif
