/* From one frame or one answer to readings. Pure: allocates nothing after decoder_new, never logs. Keeps only
 * the context that later readings need (generation, the odometer's unit). */
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

/* Calls `sink` for each reading of a broadcast frame. The first reason met that kept a reading back, or
 * DECODE_OK. */
enum decode_reason decoder_take_frame(struct decoder *decoder, const struct frame *frame, reading_fn *sink,
                                      void *ctx);

/* The same for a reassembled diagnostic answer. */
enum decode_reason decoder_take_answer(struct decoder *decoder, const struct uds_answer *answer,
                                       reading_fn *sink, void *ctx);

/* Texts (VIN, serials) are no readings and are never printed; whoever makes a keyed hash of them gets the
 * bytes here, which live until the function returns. Calls `fn` for each text of the answer. */
typedef void decoder_text_fn(void *ctx, uint16_t signal, const uint8_t *bytes, size_t len);
void decoder_take_texts(struct decoder *decoder, const struct uds_answer *answer, decoder_text_fn *fn,
                        void *ctx);

/* For test vectors that are fragments: decodes the fields of a source whose bytes are there, below length and
 * checksum. */
enum decode_reason decoder_take_fragment(struct decoder *decoder, uint16_t source, const uint8_t *bytes,
                                         size_t len, reading_fn *sink, void *ctx);

/* The generations the car can still be, bit i for definition_generation(i). Frames and answers that only some
 * cars have narrow it, and turn it when they insist; so do two hints that agree; decoder_narrow does so from
 * outside (what is heard on pins 6/14 is no ZE1). A generation given to decoder_new stays; when the car
 * proves to be another one, that is possible, too. */
uint32_t decoder_possible(const struct decoder *decoder);
void decoder_narrow(struct decoder *decoder, uint32_t generations);

/* One more hint from outside: that nothing is heard of a car that answers. */
void decoder_hint(struct decoder *decoder, uint32_t generations);

/* What the car proves to be when that is not the generation given to decoder_new; 0 when nothing speaks
 * against it. */
uint32_t decoder_mismatch(const struct decoder *decoder);

/* The generation that was given, or the only one that is possible, else DEFINITION_GENERATION_AUTO. */
int decoder_generation(const struct decoder *decoder);

#endif
