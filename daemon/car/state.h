/* What is known of the car now: for each signal the value of the highest-ranked fresh source, disputes
 * between sources (DESIGN 4), and what follows from several signals (soc_dash by GIDs, energy_*). Pure. */
#ifndef CAR_STATE_H
#define CAR_STATE_H

#include "car/definition.h"
#include "car/reading.h"

struct state;

/* A signal's present value. */
struct state_value {
    bool heard; /* a reading arrived since the start */
    bool known;
    bool has_raw;
    enum quality quality;
    uint16_t source;
    int64_t raw;
    double value;
    int64_t time_ns;  /* CLOCK_BOOTTIME of the reading */
    uint64_t changed; /* state_sequence() when value, known, quality or source last changed */
};

/* The two sources of a dispute with what each said last: the one that is believed first, and the other. */
struct state_dispute {
    uint16_t source, other_source;
    double value, other_value;
};

/* `generation`: an index, or DEFINITION_GENERATION_AUTO. Returns NULL only without memory. */
struct state *state_new(const struct definition *definition, int generation);
void state_free(struct state *state);

/* Once the decoder knows (decoder_generation): which constants hold. */
void state_set_generation(struct state *state, int generation);

/* Takes a reading into account. A reading without a time (TIME_NONE) counts as fresh for ever and is never
 * compared. */
void state_take(struct state *state, const struct reading *reading);

/* The same; returns the quality under which the reading is to be shown: disputed when its signal is now. */
enum quality state_judge(struct state *state, const struct reading *reading);

/* What the car's own sources said of the signal before `before_ns` is no longer the present: something better
 * is known. */
void state_outdate(struct state *state, size_t signal, int64_t before_ns);

/* Lets time pass: values grow old, lower-ranked sources take over, derived values follow. Call it about once
 * a second. */
void state_advance(struct state *state, int64_t now_ns);

/* Rises by one with every change of any value. */
uint64_t state_sequence(const struct state *state);

/* What is known of the signal now (definition_signal() index). */
const struct state_value *state_get(const struct state *state, size_t signal);

/* An array signal's elements (NAN where missing), or NULL when none was heard; *count of them. */
const double *state_elements(const struct state *state, size_t signal, size_t *count);

/* Whether sources of the signal disagree, also while its value is old; fills `dispute` unless it is NULL. A
 * dispute lasts until the same sources agree again, so that a silent second source settles nothing. */
bool state_disputed(const struct state *state, size_t signal, struct state_dispute *dispute);

/* How many disputes began since the start. */
uint64_t state_dispute_count(const struct state *state);

#endif
