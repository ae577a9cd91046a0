/* The device key: 32 random bytes that make hashes of names worthless to whoever has not this file. Made at
 * the first run, in the car half's own state folder; without it each car is a new one. */
#ifndef PROBE_KEY_H
#define PROBE_KEY_H

#include "util/core/err.h"
#include "util/core/sha256.h"

#include <stdint.h>

/* Reads FOLDER/car.key, or makes it (mode 0600; two halves that do so at once end with the same). */
int probe_key_read(const char *folder, uint8_t key[SHA256_BYTES], struct err *err);

#endif
