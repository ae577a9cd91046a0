/* SHA-256 (FIPS 180-4) and HMAC with it (RFC 2104), for the car half: it lives in 4 MB, where OpenSSL has no
 * place (the home half has it for TLS and uses it: access/secret.h). Pure. Not for passwords. */
#ifndef UTIL_CORE_SHA256_H
#define UTIL_CORE_SHA256_H

#include <stddef.h>
#include <stdint.h>

#define SHA256_BYTES 32

/* The hash of `len` bytes. */
void sha256(const uint8_t *bytes, size_t len, uint8_t hash[SHA256_BYTES]);

/* The keyed hash of `len` bytes. */
void sha256_hmac(const uint8_t key[SHA256_BYTES], const uint8_t *bytes, size_t len,
                 uint8_t hash[SHA256_BYTES]);

#endif
