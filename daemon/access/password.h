/* Slow password hashes: yescrypt as Debian's own /etc/shadow uses it (cost 5: 33 ms and 18 MiB on a PC,
 * several times slower on a Pi). Blocks; worker.c runs it off the loop. */
#ifndef ACCESS_PASSWORD_H
#define ACCESS_PASSWORD_H

#include "access/users.h"
#include "util/core/err.h"

#include <stdbool.h>

/* Hashes with a fresh salt. */
int password_hash(const char *password, char hash[USER_HASH_MAX], struct err *err);

/* True only when `password` gives `hash`. An empty hash (no such user) takes as long, and is false. */
bool password_verify(const char *password, const char *hash);

#endif
