/* From one frame or one answer to readings. Pure: allocates nothing after decoder_new, never logs. Keeps only the context
 * that later readings need (generation, the odometer's unit). */
#ifndef CAR_DECODER_H
#define CAR_DECODER_H

#include "bus/frame.h"
#include "bus/uds.h"
#include "car/definition.h"
#include "car/reading.h"

enum decode_reason {
    DECODE_OK,
    DECODE_CHECKSUM,
    DECODE_LENGTH,
    DECODE_SEQUENCE, /* ISO-TP: counted by the caller that reassembles */
    DECODE_NEGATIVE, /* 7F xx yy */
    DECODE_RANGE,
    DECODE_UNKNOWN, /* no definition for this identifier or request */
    DECODE_REASON_COUNT
};

/* "checksum", "length", ... as the summary line of CONTRACT 2 prints them. */
const char *decode_reason_name(enum decode_reason reason);

struct decoder;

/* `generation`: an index, or DEFINITION_GENERATION_AUTO. Returns NULL only without memory. */
struct decoder *decoder_new(const struct definition *definition, int generation);
void decoder_free(struct decoder *decoder);

/* Calls `sink` for each reading of a broadcast frame. The first reason met that kept a reading back, or DECODE_OK. */
enum decode_reason decoder_take_frame(struct decoder *decoder, const struct frame *frame, reading_fn *sink, void *ctx);

/* The same for a reassembled diagnostic answer. */
enum decode_reason decoder_take_answer(struct decoder *decoder, const struct uds_answer *answer, reading_fn *sink,
                                       void *ctx);

#endif
