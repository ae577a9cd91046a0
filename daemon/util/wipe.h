/* Files that are to leave no trace: overwritten before they are deleted. What a flash card keeps of them
 * besides, because it writes elsewhere than it is told (wear levelling), no program can reach. */
#ifndef UTIL_WIPE_H
#define UTIL_WIPE_H

#include "util/core/err.h"

#include <stdint.h>

/* Overwrites and deletes NAME in the folder (a descriptor); adds its length to *bytes. What is no plain file
 * of one name is only deleted. One that is not there is no error. */
int wipe_file(int folder, const char *name, int64_t *bytes, struct err *err);

/* Overwrites what an open file holds and adds its length to *bytes; what is no plain file, or has another
 * name, is left alone.
 */
int wipe_content(int fd, const char *name, int64_t *bytes, struct err *err);

/* Fills the free space of the folder's disk with zeros and frees it again. Meanwhile nobody can write there.
 */
int wipe_free_space(int folder, int64_t *bytes, struct err *err);

#endif
