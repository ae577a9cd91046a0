/* A vehicle definition (config/vehicles/NAME.conf): which frames and requests carry which signals. Loaded
 * once, constant afterwards, shared by decoder, state, poller and gate. The format is explained in
 * config/vehicles/README.md. */
#ifndef CAR_DEFINITION_H
#define CAR_DEFINITION_H

#include "car/signal.h"
#include "util/core/err.h"

#include <stddef.h>
#include <stdint.h>

#define DEFINITION_GENERATION_AUTO (-1)
#define DEFINITION_ASK_MAX         7 /* a single frame */
#define DEFINITION_SOURCE_MAX      16
#define DEFINITION_RIVAL_MAX       64

struct definition;

/* A generation and the constants that stand in the file with their sources. */
struct definition_generation {
    char id[12];       /* "ZE0" */
    bool broadcasts;   /* frames are heard on pins 6/14 while the car is awake; false: it can only be asked */
    double kwh_per_ah; /* nominal voltage / 1000 */
    double wh_per_gid; /* 0: no GIDs */
    double dash_scale; /* soc_dash estimate = scale * soc + offset, clamped to 0..100; scale 0: none */
    double dash_offset;
};

/* Whom the text of an answer tells from others. */
enum definition_identity {
    DEFINITION_IDENTITY_NONE,
    DEFINITION_IDENTITY_CAR,
    DEFINITION_IDENTITY_BATTERY,
    DEFINITION_IDENTITY_COUNT
};

/* A diagnostic request the poller may schedule. */
struct definition_request {
    uint16_t to, from;
    uint8_t ask[DEFINITION_ASK_MAX];
    uint8_t ask_len;
    uint16_t enough;     /* deliver once this many bytes are in sequence; 0: the whole answer */
    uint16_t every_on_s; /* 0: not asked in this mode */
    uint16_t every_charging_s;
    uint32_t generations; /* bit i: definition_generation(i) */
    uint16_t source;      /* definition_source() index, "79B 2101" */
    enum definition_identity identity;
};

/* The questions that find out whether a car that says nothing by itself is on, and whether it charges. */
enum definition_probe { DEFINITION_PROBE_POWER, DEFINITION_PROBE_CHARGING, DEFINITION_PROBE_COUNT };

/* Reads PATH. On a mistake returns NULL with "FILE:LINE: ITEM: REASON". */
struct definition *definition_load(const char *path, struct err *err);

/* The same from memory; `name` stands in messages. */
struct definition *definition_parse(const char *text, const char *name, struct err *err);

/* Finds NAME.conf in the colon-separated list of folders `dirs` (the first that has it wins: the owner's
 * override), loads it and runs its vectors. */
struct definition *definition_find(const char *dirs, const char *name, struct err *err);

void definition_free(struct definition *definition);

/* Runs the test vectors inside the file through the decoder. -1 with "FILE:LINE: ..." for the first that
 * fails. */
int definition_self_test(const struct definition *definition, struct err *err);

/* The signals: the vocabulary, then the raw ones of this definition. */
size_t definition_signal_count(const struct definition *definition);
const struct signal *definition_signal(const struct definition *definition, size_t index);

/* Sources by index: "55B", "79B 2101"; after those of the file come "adapter" and "derived". */
size_t definition_source_count(const struct definition *definition);
const char *definition_source(const struct definition *definition, size_t index);
uint16_t definition_source_adapter(const struct definition *definition);
uint16_t definition_source_derived(const struct definition *definition);

/* The generations, in the order of the file. */
size_t definition_generation_count(const struct definition *definition);
const struct definition_generation *definition_generation(const struct definition *definition, size_t index);
/* DEFINITION_GENERATION_AUTO when there is none of that name. */
int definition_generation_find(const struct definition *definition, const char *id);

/* What can be asked, in the order of the file. */
size_t definition_request_count(const struct definition *definition);
const struct definition_request *definition_request(const struct definition *definition, size_t index);

/* The request whose answers come on `from` (after a question to `to`, unless 0) and begin with these bytes;
 * NULL when there is none. Three bytes are enough to know: while an answer comes in, this tells how much of
 * it is `enough`. */
const struct definition_request *definition_request_of(const struct definition *definition, uint16_t from,
                                                       uint16_t to, const uint8_t *payload, size_t len);

/* Whether the answer on `from` that begins with these bytes carries a text: a VIN, a serial number. */
bool definition_carries_text(const struct definition *definition, uint16_t from, const uint8_t *payload,
                             size_t len);

/* Whether a broadcast frame carries one. */
bool definition_broadcasts_text(const struct definition *definition, uint16_t id);

/* The request that is asked for it; NULL when the file names none. */
const struct definition_request *definition_probe(const struct definition *definition,
                                                  enum definition_probe probe);

/* The identifiers of broadcast frames in the file, ascending; *count of them. */
const uint16_t *definition_frame_ids(const struct definition *definition, size_t *count);

/* Who commands the car by the frame `id`, in words; "" when nobody does. */
const char *definition_rival(const struct definition *definition, uint16_t id);

/* Whether a request of the file names `id` as its answer's identifier. */
bool definition_answers_on(const struct definition *definition, uint16_t id);

/* Whether signal `index` has any source for this generation (AUTO: in any) that is not rare there. What has none
 * is absent, not unknown, until it is heard. */
bool definition_delivers(const struct definition *definition, int generation, size_t index);

/* A hash of the file's bytes: both processes must have loaded the same. */
uint64_t definition_hash(const struct definition *definition);

#endif
