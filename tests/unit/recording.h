/* Plays a candump log of ../shared/recordings/can through ISO-TP, decoder and state. For tests only; the
 * program's own reader of recordings is tools/decode. */
#ifndef TESTS_RECORDING_H
#define TESTS_RECORDING_H

#include "adapter/candump.h"
#include "bus/uds.h"
#include "car/decoder.h"
#include "car/state.h"

#include <stdio.h>
#include <string.h>

#define RECORDINGS "../shared/recordings/can/"

struct recording {
    struct definition *definition;
    struct decoder *decoder;
    struct state *state;
    struct isotp *isotp;
    reading_fn *sink; /* sees each reading after the state took it */
    void *ctx;
    unsigned long reasons[DECODE_REASON_COUNT];
};

static inline void recording_reading(void *ctx, const struct reading *reading)
{
    struct recording *r = ctx;

    state_take(r->state, reading);
    if (r->sink)
        r->sink(r->ctx, reading);
}

/* How many bytes of the answer that this frame begins are enough; 0: all. */
static inline size_t recording_enough(const struct recording *r, const struct frame *frame)
{
    const uint8_t *bytes;
    size_t len = isotp_peek(frame, &bytes);
    const struct definition_request *request =
        len > 0 ? definition_request_of(r->definition, frame->id, 0, bytes, len) : NULL;

    return request ? request->enough : 0;
}

static inline void recording_frame(struct recording *r, const struct frame *frame)
{
    struct isotp_outcome outcome;
    struct uds_answer answer = {0};

    if (!definition_answers_on(r->definition, frame->id)) {
        r->reasons[decoder_take_frame(r->decoder, frame, recording_reading, r)]++;
        return;
    }
    isotp_take(r->isotp, frame, recording_enough(r, frame), &outcome);
    if (outcome.result == ISOTP_SEQUENCE || outcome.result == ISOTP_LENGTH)
        r->reasons[DECODE_SEQUENCE]++;
    if (outcome.result != ISOTP_COMPLETE)
        return;
    answer.time_ns = outcome.message.time_ns;
    answer.from = outcome.message.id;
    answer.payload = outcome.message.payload;
    answer.len = outcome.message.len;
    answer.full_length = outcome.message.full_length;
    r->reasons[decoder_take_answer(r->decoder, &answer, recording_reading, r)]++;
}

/* False when the file isn't there. */
static inline bool recording_play(struct recording *r, const char *name)
{
    char path[256];
    char line[CANDUMP_LINE_MAX];
    struct candump_interface interface;
    struct frame frame;

    snprintf(path, sizeof(path), RECORDINGS "%s", name);
    FILE *file = fopen(path, "re");
    if (!file)
        return false;
    while (fgets(line, sizeof(line), file)) {
        size_t len = strcspn(line, "\r\n");
        if (candump_parse(line, len, &frame, &interface) == CANDUMP_FRAME)
            recording_frame(r, &frame);
    }
    fclose(file);
    return true;
}

static inline bool recording_open(struct recording *r, const char *generation, struct err *err)
{
    memset(r, 0, sizeof(*r));
    r->definition = definition_load("config/vehicles/nissan-leaf.conf", err);
    if (!r->definition)
        return false;
    int index =
        generation ? definition_generation_find(r->definition, generation) : DEFINITION_GENERATION_AUTO;
    r->decoder = decoder_new(r->definition, index);
    r->state = state_new(r->definition, index);
    r->isotp = isotp_new(0, 0);
    return r->decoder && r->state && r->isotp;
}

static inline void recording_close(struct recording *r)
{
    isotp_free(r->isotp);
    state_free(r->state);
    decoder_free(r->decoder);
    definition_free(r->definition);
}

#endif
