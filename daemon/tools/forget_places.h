/* Where something personal lies, and how it goes: for garagectl forget. garaged is stopped meanwhile. */
#ifndef TOOLS_FORGET_PLACES_H
#define TOOLS_FORGET_PLACES_H

#include "util/core/err.h"

#include <stdbool.h>
#include <stdint.h>

struct forget_order {
    const char *state_dir;
    const char *backup_dir; /* "": in the state folder */
    const char *car;        /* NULL: all of it */
    bool with_access;       /* users, sessions, tokens, audit */
    bool with_free_space;
};

struct forget_told {
    int64_t rows;       /* one car's, that are gone */
    int64_t files;      /* that are gone */
    int64_t bytes;      /* that were overwritten */
    int64_t given_up;   /* of the files: copies that could not be read, so that they went whole */
    bool lacks_backups; /* backup_dir is not there now: what it holds stays */
};

/* Does it. -1 with err: what was done until then is done, and told. */
int forget_places(const struct forget_order *order, struct forget_told *told, struct err *err);

/* The key of the car half's folder, that only root reaches; not there: nothing. */
int forget_key(const char *folder, struct forget_told *told, struct err *err);

#endif
