/* Takes out of a text what says who somebody is: known names, addresses, VINs, serial numbers, keys, tokens,
 * the owner of a home folder. What is left can be shown to a stranger who is to help. Rather too much is taken
 * than too little. Pure. */
#ifndef EXPORT_MASKING_H
#define EXPORT_MASKING_H

#include <stdbool.h>
#include <stddef.h>

#define MASKING_SHOWN 24

struct masking_name {
    const char *name; /* somebody else's memory */
    char shown[MASKING_SHOWN];
};

struct masking {
    struct masking_name *names; /* of the caller, as many as `most` */
    size_t count, most;
};

/* From now on `name` is shown as "KIND" and its number (0: without one). "" is no name; nor is what finds no
 * room: false then. */
bool masking_add(struct masking *masking, const char *name, const char *kind, size_t number);

/* What `name` is shown as; itself when it is none of the names. */
const char *masking_shown(const struct masking *masking, const char *name);

/* Writes `text` as it may be seen; cut where `size` is too small. */
void masking_write(const struct masking *masking, const char *text, char *out, size_t size);

/* VINs alone, in place: as many asterisks. */
void masking_hide_vins(char *text);

#endif
