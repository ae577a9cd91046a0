/* Whether bytes from outside are text. */
#ifndef UTIL_CORE_UTF8_H
#define UTIL_CORE_UTF8_H

#include <stdbool.h>
#include <stddef.h>

/* Length (1-4) of the well-formed character (RFC 3629) that the `len` bytes start with; 0 if they start with
 * none. */
size_t utf8_char_length(const char *bytes, size_t len);

/* Whether all `len` bytes are well-formed text without control characters (C0, DEL, C1). */
bool utf8_is_clean(const char *bytes, size_t len);

/* Whether the character of `length` bytes that `bytes` starts with is a control character (C0, DEL, C1). */
bool utf8_is_control(const char *bytes, size_t length);

#endif
