/* "Did you mean": the known word that is nearest to a mistyped one. */
#ifndef UTIL_CORE_NEAREST_H
#define UTIL_CORE_NEAREST_H

#include <stddef.h>

#define NEAREST_LEN_MAX 40
#define NEAREST_NONE    99

/* How many letters must be put in, left out, replaced or swapped with their neighbour to make `b` of `a`;
 * NEAREST_NONE where the two are too long, or no likely slip of each other (over a third is wrong). */
unsigned nearest_distance(const char *a, const char *b);

/* A search among known words: begins with the mistyped one and NEAREST_NONE. */
struct nearest {
    const char *word;
    unsigned distance; /* of the best so far */
    const char *best;  /* NULL: none is near */
};

/* Keeps `known` when it is nearer than the best so far. */
void nearest_try(struct nearest *nearest, const char *known);

#endif
