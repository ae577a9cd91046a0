/* A reading: what one frame or answer says about one signal at one moment. */
#ifndef CAR_READING_H
#define CAR_READING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum quality {
    QUALITY_OK,
    QUALITY_OLD,       /* older than the signal's fresh_s */
    QUALITY_ASSUMED,   /* a context it needs (the odometer's unit, the generation) was not seen yet */
    QUALITY_ESTIMATED, /* computed by a rule of thumb */
    QUALITY_DISPUTED,  /* two fresh sources disagree */
};

/* "ok", "old", ... as CONTRACT 4 prints them. */
const char *quality_name(enum quality quality);

struct reading {
    uint16_t signal; /* definition_signal() index: a signal_id, or a raw signal of the definition */
    uint16_t source; /* definition_source() index */
    enum quality quality;
    bool known;   /* false: the car says "not available" */
    bool has_raw; /* false for arrays, texts and derived values */
    int64_t raw;  /* the integer before scale and offset, sign applied */
    double value; /* in the signal's unit, not rounded; a word's index; 0 or 1 */
    int64_t time_ns;
    /* Arrays: `count` values that live until the sink returns, NAN where one is missing. NULL otherwise. */
    const double *elements;
    size_t count;
};

typedef void reading_fn(void *ctx, const struct reading *reading);

#endif
