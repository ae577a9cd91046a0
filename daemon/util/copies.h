/* Dated copies of a file in a folder of their own: NAME-2026-11-22.db. Whoever copies fills the file that it
 * is given; here it gets its name once it is whole, and the oldest copies go. */
#ifndef UTIL_COPIES_H
#define UTIL_COPIES_H

#include "util/core/day.h"
#include "util/core/err.h"

#include <stdbool.h>
#include <stddef.h>

#define COPIES_PATH_MAX 4096

/* What lies there. */
struct copies_found {
    char newest[DAY_TEXT_SIZE]; /* "": none */
    size_t count;
    bool same_disk; /* as `beside` of copies_find */
};

/* Makes FOLDER (0700) if it is missing and an empty FOLDER/NAME.part (0600), to be filled; its path into
 * `part`. */
int copies_begin(const char *folder, const char *name, char part[COPIES_PATH_MAX], struct err *err);

/* It is whole: makes it last, names it after the day, and deletes the oldest of this name beyond `keep`:
 * never the one just made, nor the largest while that is larger. */
int copies_end(const char *folder, const char *name, const char *day, size_t keep, struct err *err);

/* Whether the day's copy is there. */
bool copies_has(const char *folder, const char *name, const char *day);

/* A folder that is not there holds none. `beside`: the folder of what is copied. */
void copies_find(const char *folder, const char *name, const char *beside, struct copies_found *found);

/* fsync of the file, then the new name, then fsync of its folder: after a power cut it is there or it is not.
 */
int copies_name(const char *from, const char *to, struct err *err);

#endif
