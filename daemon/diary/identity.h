/* Whose the diary is, and whether it is them that are heard: the rules, without store or link. Pure. */
#ifndef DIARY_IDENTITY_H
#define DIARY_IDENTITY_H

#include "diary/item.h"

#include <stdbool.h>
#include <stddef.h>

enum identity_verdict {
    IDENTITY_UNKNOWN, /* nothing was heard that could be compared */
    IDENTITY_SAME,
    IDENTITY_OTHER /* another car, or another battery */
};

/* Compares what is heard with whose the diary is. What is not known on one side, zeros, is no difference. */
enum identity_verdict identity_judge(const struct diary_identity *own, const struct diary_identity *heard);

/* Fills in what was not known before. True when that was anything. */
bool identity_learn(struct diary_identity *known, const struct diary_identity *heard);

/* The number of the battery that is heard: that of an earlier time with the same one, else a new number. */
int64_t identity_serial(const struct diary_identity *earlier, size_t count,
                        const struct diary_identity *heard);

#endif
