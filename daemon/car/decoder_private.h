/* Inside the decoder: one run over the fields of one frame or answer. For decoder*.c only. */
#ifndef CAR_DECODER_PRIVATE_H
#define CAR_DECODER_PRIVATE_H

#include "car/definition_private.h"

/* What one source told of the generation, as a mask: all of them as long as it told nothing. */
struct shown {
    uint32_t generations;
    uint32_t latest; /* told last, and how often in a row */
    uint8_t times;
};

struct decoder {
    const struct definition *definition;
    uint32_t possible;   /* generations the car can still be */
    int configured;      /* the generation that was given: it stays; or DEFINITION_GENERATION_AUTO */
    uint32_t mismatch;   /* what the car is instead of the configured one; 0: nothing speaks against it */
    struct shown *shown; /* by source */
    unsigned doubts;     /* hints in a row that the car is another one */
    bool unit_known;     /* the odometer's unit flag was seen ... */
    bool miles;          /* ... and says miles */
    bool *variant_known; /* by field: the variant's last value was valid */
    double elements[SIGNAL_ELEMENT_MAX];
};

struct run {
    struct decoder *decoder;
    const struct source *source;
    const uint8_t *bytes;
    size_t len;
    size_t full_length; /* by which layouts are chosen */
    bool fragment;      /* missing bytes are no fault */
    int64_t time_ns;
    reading_fn *sink;
    void *ctx;
    enum decode_reason reason;
    bool has_volts, has_amps;
    struct reading volts, amps;
};

/* Reads the integer; its bytes must be there. */
static inline int64_t run_read(const struct run *run, const struct bits *bits, size_t skip)
{
    const uint8_t *at = run->bytes + bits->byte + skip;
    uint64_t word = at[0];

    for (unsigned i = 1; i < bits->span; i++)
        word = word << 8 | at[i];
    int64_t raw = (int64_t)((word >> bits->shift) & bits->mask);
    if (bits->is_signed && (raw >> (bits->width - 1)) != 0)
        raw -= (int64_t)bits->mask + 1;
    return raw;
}

static inline double linear_apply(const struct linear *linear, int64_t raw)
{
    double exact = (double)(raw * linear->numerator + linear->offset);

    return linear->denominator == 1 ? exact : exact / linear->denominator;
}

/* Whether `when` holds; the bytes it reads must be there. */
bool run_conditions_hold(const struct run *run, const struct span *when);

/* decoder_sign.c: takes note of what the frame or answer tells about the car's generation; forgets it all. */
void run_learn_car(struct run *run);
void decoder_forget_signs(struct decoder *decoder);

/* Whether `raw` means "not available". */
bool run_is_na(const struct run *run, const struct field *field, int64_t raw);

/* Keeps the first reason for which a reading was held back. */
void run_note(struct run *run, enum decode_reason reason);

/* decoder_value.c: one field that applies. */
void run_number(struct run *run, const struct field *field, enum quality quality);
void run_array(struct run *run, const struct field *field, enum quality quality);

/* decoder_follow.c: what follows from a reading, or from all of a source's. */
void run_follow(struct run *run, const struct field *field, const struct reading *reading);
void run_follow_cells(struct run *run, const struct reading *cells);
void run_finish(struct run *run);

#endif
