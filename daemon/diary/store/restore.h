/* Puts a backup in the diary's place while garaged is stopped: its rows go into a new file of our own schema,
 * and the old diary stays beside it under a dated name. */
#ifndef DIARY_STORE_RESTORE_H
#define DIARY_STORE_RESTORE_H

#include "util/core/err.h"

#include <stdint.h>

enum restore {
    RESTORE_DONE,
    RESTORE_MISSING, /* the backup can't be opened */
    RESTORE_REFUSED, /* it is not what garaged wrote */
    RESTORE_BUSY,    /* garaged is running */
    RESTORE_FAILED,  /* the card, or the folder; the diary is as it was */
};

struct restore_told {
    int64_t rows;
    int64_t passed_over; /* rows of a damaged one that garaged can't have written */
    int64_t torn;        /* tables of a damaged one that could not be read whole */
    char kept[96];       /* the name of the old diary; "": there was none */
};

struct restoring;

/* Opens the backup to be read. NULL with err and *result. */
struct restoring *restore_open(const char *path, enum restore *result, struct err *err);

/* From here on a damaged one is not refused: what can be read of it is restored. */
void restore_salvage(struct restoring *restoring);

/* Restores it into the state folder. Not DONE: with err. */
enum restore restore_into(struct restoring *restoring, const char *folder, struct restore_told *told,
                          struct err *err);
void restore_close(struct restoring *restoring); /* NULL is fine */

#endif
