/* Random values, their SHA-256 and comparisons that take the same time whatever differs. Blocking only before
 * the kernel's random pool is ready. */
#ifndef ACCESS_SECRET_H
#define ACCESS_SECRET_H

#include "util/core/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SECRET_BYTES 32
#define SECRET_TEXT  (2 * SECRET_BYTES + 1) /* as lower-case hexadecimal digits, with the NUL */

/* Fills `bytes` from getrandom(). */
int secret_random(void *bytes, size_t len, struct err *err);

/* A number in 0 .. limit - 1, every one as likely. */
int secret_random_below(uint32_t limit, uint32_t *value, struct err *err);

/* SHA-256. */
int secret_hash(const void *bytes, size_t len, unsigned char hash[SECRET_BYTES], struct err *err);

/* As 64 lower-case hexadecimal digits. */
void secret_to_text(const unsigned char bytes[SECRET_BYTES], char text[SECRET_TEXT]);

/* False when `text` is not exactly 64 hexadecimal digits. */
bool secret_from_text(const char *text, unsigned char bytes[SECRET_BYTES]);

/* Equal texts, in a time that depends on the length of `given` only. */
bool secret_equal(const char *given, const char *kept);

/* Overwrites memory that held a secret. */
void secret_wipe(void *memory, size_t len);

#endif
