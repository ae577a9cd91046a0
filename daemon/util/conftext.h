/* A configuration's text, from its file to what libconfig may parse: bounded, without the mark that some
 * editors begin files with, and with a newline at its end (libconfig knows no comment without one). */
#ifndef UTIL_CONFTEXT_H
#define UTIL_CONFTEXT_H

#include "util/core/err.h"

#include <stddef.h>

/* Reads the regular file at `path`, of at most `max` bytes. The caller frees the text; a NUL, not counted in
 * *len, stands behind it. NULL with err: the reason alone, without the path. */
char *conftext_read(const char *path, size_t max, size_t *len, struct err *err);

/* The same of a file that decides what a service does: a link, another user's, and one that everybody may write
 * are refused. */
char *conftext_read_guarded(const char *path, size_t max, size_t *len, struct err *err);

/* The same from memory. */
char *conftext_copy(const char *bytes, size_t count, size_t max, size_t *len, struct err *err);

#endif
