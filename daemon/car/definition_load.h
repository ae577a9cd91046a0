/* The parts of the definition loader. One loader lives for one definition_parse. Each part returns 0, or -1
 * with the error set. */
#ifndef CAR_DEFINITION_LOAD_H
#define CAR_DEFINITION_LOAD_H

#include "car/definition_private.h"
#include "car/definition_tree.h"

#define DEFINITION_VALUES_MAX 64 /* of one list of integers */

struct loader {
    struct tree tree;
    struct definition *definition;
    uint16_t unit_flag; /* the signal that unit_from names, or DEFINITION_NONE */
};

/* The raw values that can occur. */
struct raw_range {
    int64_t min, max;
};

/* definition_bits.c */
extern const struct raw_range definition_lengths; /* that an answer can have */
struct raw_range bits_range(const struct bits *bits);
int load_bits(const struct loader *loader, const config_setting_t *group, size_t limit, struct bits *bits);
int load_values(const struct loader *loader, const config_setting_t *list, const struct raw_range *range,
                struct span *values);
int load_when(const struct loader *loader, const config_setting_t *group, size_t limit, struct span *when);

/* definition_scale.c: `scale` and `offset` of a field; with_miles fills `miles` too. */
int load_scale(const struct loader *loader, const config_setting_t *group, struct field *field);

/* definition_field.c: appends one field; `limit` is the most bytes its frame or answer can have. */
int load_field(struct loader *loader, const config_setting_t *group, const struct source *source,
               size_t limit);

/* definition_generation.c */
int load_generations(const struct loader *loader, const config_setting_t *root);
int load_mask(const struct loader *loader, const config_setting_t *group, const char *key, uint32_t *mask);

/* definition_sign.c: what a source tells about the generation; `limit` as in load_field(). */
int load_tells(const struct loader *loader, const config_setting_t *group, size_t limit,
               struct source *source);

/* definition_source.c: frames and requests with their fields. */
int load_frames(struct loader *loader, const config_setting_t *root);
int load_requests(struct loader *loader, const config_setting_t *root);

/* definition_rank.c: which source stands first for each signal. */
int load_ranking(const struct loader *loader, const config_setting_t *root);

/* definition_probe.c: the questions to a car that says nothing by itself. */
int load_probe(const struct loader *loader, const config_setting_t *root);

/* definition_vector.c: the test vectors inside frames and requests. */
int load_vectors(const struct loader *loader, const config_setting_t *group, uint16_t source);

/* definition_check.c: what can only be judged when everything is there. */
int load_check(const struct loader *loader, const config_setting_t *root);

#endif
