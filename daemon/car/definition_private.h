/* What a loaded definition looks like inside: for definition*.c, the decoder and the state; nobody else
 * includes it. All tables are flat arrays; a `span` is a part of one of them, so that nothing has to be freed
 * piece by piece. */
#ifndef CAR_DEFINITION_PRIVATE_H
#define CAR_DEFINITION_PRIVATE_H

#include "bus/frame.h"
#include "car/decoder.h"
#include "car/definition.h"

#define DEFINITION_NONE UINT16_MAX

#define DEFINITION_FILE_MAX        (256 * 1024)
#define DEFINITION_GENERATION_MAX  16
#define DEFINITION_ITEM_MAX        32768 /* entries of any one table */
#define DEFINITION_PAYLOAD_MAX     1024  /* ISO-TP as the bus stage reassembles it */
#define DEFINITION_ALL_GENERATIONS UINT32_MAX

struct span {
    uint16_t first, count;
};

/* An integer of up to 32 bits: `span` bytes from `byte` on, read big-endian, shifted and masked. */
struct bits {
    uint16_t byte;
    uint8_t span; /* 1..5 */
    uint8_t shift;
    uint8_t width;
    bool is_signed;
    uint32_t mask;
};

/* One `when`: the integer must (or must not) be among `values`. */
struct condition {
    struct bits bits;
    struct span values;
    bool negated;
};

/* value = (raw * numerator + offset) / denominator. Decimal scales become fractions, so that 841 * 0.1
 * is 84.1. */
struct linear {
    int64_t numerator, offset;
    double denominator;
};

struct map_entry {
    int64_t raw;
    double value;
};

enum field_kind { FIELD_NUMBER, FIELD_FLAG, FIELD_MAP, FIELD_ARRAY, FIELD_TEXT };

/* What else follows from this field (CONTRACT 2: what one frame or answer carries). */
enum field_role { ROLE_NONE, ROLE_VOLTS, ROLE_AMPS, ROLE_CHARGE_MODE, ROLE_UNIT_FLAG };

struct field {
    uint16_t signal;
    uint16_t need; /* bytes that must be there */
    enum field_kind kind;
    enum field_role role;
    struct bits bits;
    struct linear linear;
    struct linear miles; /* instead of `linear` when the car counts miles */
    bool has_unit;       /* needs the odometer's unit flag */
    struct span na;
    int64_t na_from; /* raw at or above it: not available */
    struct span when;
    struct span map;
    struct span lengths;  /* reply lengths it belongs to; none: all */
    uint32_t generations; /* cars that have it */
    uint32_t rare;        /* among them: cars that mostly don't, so that it is absent until it is heard */
    bool only;            /* decoded only once the car is known to be among them ... */
    bool assume;          /* ... or before as an assumption */
    uint8_t variant;      /* 0: none; 1 is better than 2 ... */
    bool last_variant;
    uint16_t count;  /* arrays: elements; texts: bytes */
    uint16_t stride; /* arrays: bytes from one element to the next */
    bool at_most;    /* arrays and texts: fewer will do */
    int line;
};

/* A hint at the car's generation in what a source says: whoever sends it so is one of these. */
struct sign {
    struct span lengths; /* of the answer; none: any */
    struct span when;
    uint16_t need; /* bytes that must be there */
    uint32_t generations;
};

enum check_kind { CHECK_NONE, CHECK_CRC85, CHECK_NIBBLES, CHECK_SUM };

struct source {
    char name[DEFINITION_SOURCE_MAX];
    uint16_t id;      /* of the frame, or of the answer */
    uint16_t request; /* definition_request() index, or DEFINITION_NONE */
    enum check_kind check;
    uint8_t check_value;
    struct span fields;
    struct span lengths; /* whole lengths an answer may have; none: any */
    uint32_t generations;
    bool tells; /* hearing it narrows the car's generation to `generations` */
    struct span signs;
    char rival[DEFINITION_RIVAL_MAX]; /* who commands the car by this frame; "" */
    int line;
};

/* One of the sources that carry a signal; those of one signal stand together, best first. */
struct carrier {
    uint16_t signal, source;
    uint16_t rank;
    uint32_t generations;
    uint32_t rare; /* of these, cars that mostly don't carry it */
};

/* What a test vector expects of one signal. */
enum expect_kind { EXPECT_VALUE, EXPECT_UNKNOWN, EXPECT_NOTHING };

struct expectation {
    uint16_t signal;
    enum expect_kind kind;
    double value;
    struct span elements; /* of `numbers` */
    int line;
};

struct vector {
    uint16_t source;
    int generation;
    bool fragment; /* decoded below length and checksum */
    enum decode_reason reason;
    struct span bytes; /* of `bytes` */
    struct span expected;
    int line;
};

struct definition {
    char *file; /* as messages name it */
    uint64_t hash;
    struct definition_generation generations[DEFINITION_GENERATION_MAX];
    size_t generation_count;
    struct signal *signals;
    size_t signal_count;
    struct source *sources;
    size_t source_count;
    size_t file_sources; /* without "adapter" and "derived" */
    struct definition_request *requests;
    size_t request_count;
    uint16_t probes[DEFINITION_PROBE_COUNT]; /* requests, or DEFINITION_NONE */
    struct field *fields;
    size_t field_count;
    struct sign *signs;
    size_t sign_count;
    struct condition *conditions;
    size_t condition_count;
    int64_t *values;
    size_t value_count;
    double *numbers;
    size_t number_count;
    struct map_entry *maps;
    size_t map_count;
    struct carrier *carriers;
    size_t carrier_count;
    struct vector *vectors;
    size_t vector_count;
    struct expectation *expectations;
    size_t expectation_count;
    uint8_t *bytes;
    size_t byte_count;
    uint16_t *frame_ids;
    size_t frame_id_count;
    uint16_t frame_source[FRAME_ID_MAX + 1]; /* identifier -> source, or DEFINITION_NONE */
    uint8_t answers[(FRAME_ID_MAX + 1) / 8]; /* bit set: a request's answer comes on it */
};

/* Whether `value` is among the values of the span. */
static inline bool definition_has_value(const struct definition *definition, const struct span *span,
                                        int64_t value)
{
    for (unsigned i = 0; i < span->count; i++) {
        if (definition->values[span->first + i] == value)
            return true;
    }
    return false;
}

/* The table with room for one more entry, zeroed, after `count` of them; NULL, with the old table intact,
 * when it is full or there is no memory. */
void *definition_grow(void *table, size_t count, size_t size, struct err *err);

/* The sources that carry a signal, best first; *count of them. */
const struct carrier *definition_carriers(const struct definition *definition, size_t signal, size_t *count);

/* The first signal of that name, or DEFINITION_NONE. */
uint16_t definition_signal_find(const struct definition *definition, const char *name);

/* All generations of the file as a mask. */
uint32_t definition_all(const struct definition *definition);

#endif
