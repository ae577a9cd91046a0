/* Reads the JSON object of a request's body: strict (UTF-8, no duplicates, nothing behind it, no key that is
 * not asked for). Pure. Fuzzed. */
#ifndef EXPORT_JSON_REQUEST_H
#define EXPORT_JSON_REQUEST_H

#include "util/core/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A member that may be there: a text, or a whole number. */
struct json_request_member {
    const char *name;
    char *text; /* `size` bytes; "" when it is not there */
    size_t size;
    int64_t *number; /* instead of a text: from `least` to `most`; as it was when it is not there */
    int64_t least, most;
    bool is_there;
};

/* Fills the members from `len` bytes. -1 with err when it isn't an object of exactly such members, or a text
 * is too long, or a number out of its range. */
int json_request_read(const char *body, size_t len, struct json_request_member *members, size_t count,
                      struct err *err);

#endif
