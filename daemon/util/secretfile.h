/* Files that hold a password or a key. What anybody but its owner may read or could have put there is
 * refused, in words. Keeps nothing; wiping what was read is the caller's. */
#ifndef UTIL_SECRETFILE_H
#define UTIL_SECRETFILE_H

#include "util/core/err.h"

#include <stdbool.h>
#include <stddef.h>

/* Reads the first line of the file into `memory`, without its end. A file that is empty, larger than `size` -
 * 1 bytes, a link, not root's nor ours, or readable by others is refused; the error begins with `item`. */
int secretfile_read(const char *item, const char *path, char *memory, size_t size, struct err *err);

/* Judges the same and hands over what it judged, from its beginning, non-blocking. -1 with err. */
int secretfile_open(const char *item, const char *path, struct err *err);

/* Judges the same of a file that somebody else will read. */
int secretfile_check(const char *item, const char *path, struct err *err);

/* Whether systemd hands over a credential of this name ($CREDENTIALS_DIRECTORY); then `path` names its file.
 */
bool secretfile_credential(const char *name, char *path, size_t size);

#endif
