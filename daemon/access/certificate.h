/* A key with its certificate: read, made, written, shown, and handed to TLS. Blocks on files; reads no clock,
 * logs nothing. Which pair is in force and when it is renewed is certificate_files.c's. */
#ifndef ACCESS_CERTIFICATE_H
#define ACCESS_CERTIFICATE_H

#include "util/core/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CERTIFICATE_NAMES_MAX  40
#define CERTIFICATE_NAME_BYTES 256
#define CERTIFICATE_TEXT       65  /* a fingerprint: 64 lower-case hexadecimal digits, with the NUL */
#define CERTIFICATE_DAYS       820 /* phones refuse what lasts for longer than 825 */

struct certificate;

/* Host names and literal addresses, in lower case, each once. */
struct certificate_names {
    char names[CERTIFICATE_NAMES_MAX][CERTIFICATE_NAME_BYTES];
    size_t count;
};

/* One that is neither a host name nor an address is left out, as are those that don't fit. */
void certificate_names_add(struct certificate_names *names, const char *name);

/* Reads both, PEM. NULL with err, also when the key may be read by others than its owner, or belongs to
 * another certificate. `cert_file` NULL: the key alone; `key_file` NULL: the certificate alone, to be looked at. */
struct certificate *certificate_read(const char *cert_file, const char *key_file, struct err *err);

/* Makes one that vouches for itself, with the key of `old`, or with a new one when that is NULL. It holds
 * from 1970 (a machine without a clock chip starts there) for CERTIFICATE_DAYS from `from_s`. */
struct certificate *certificate_make(const struct certificate *old, const struct certificate_names *names,
                                     int64_t from_s, struct err *err);

/* Both files of mode 0600, the key first, each whole or not at all. */
int certificate_write(const struct certificate *certificate, const char *cert_file, const char *key_file,
                      struct err *err);

void certificate_free(struct certificate *certificate);

/* The end of its time in UTC seconds; 0 when it can't be read. */
int64_t certificate_end_s(const struct certificate *certificate);

/* The names it is for, as far as they fit. */
void certificate_names_of(const struct certificate *certificate, struct certificate_names *names);
bool certificate_covers(const struct certificate *certificate, const struct certificate_names *wanted);

/* SHA-256 of the public key (it stays when the certificate is renewed), and of the certificate, "" when that
 * fails. */
void certificate_key_print(const struct certificate *certificate, char text[CERTIFICATE_TEXT]);
void certificate_print(const struct certificate *certificate, char text[CERTIFICATE_TEXT]);

/* Sets a server's TLS context (an SSL_CTX) up: TLS 1.2 and 1.3 without resumption, one name or another. Each
 * connection gets what *in_force is when it begins; both outlive the context. */
int certificate_serve(void *context, struct certificate *const *in_force, struct err *err);

/* The library's name and version. */
const char *certificate_library(void);

#endif
