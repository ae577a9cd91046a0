/* Reads the JSON object of a request's body: strict (UTF-8, no duplicates, nothing behind it, no key that is
 * not asked for). Pure. Fuzzed. */
#ifndef EXPORT_JSON_REQUEST_H
#define EXPORT_JSON_REQUEST_H

#include "util/core/err.h"

#include <stdbool.h>
#include <stddef.h>

/* A text member that may be there. */
struct json_request_text {
    const char *name;
    char *text; /* `size` bytes; "" when it is not there */
    size_t size;
    bool is_there;
};

/* Fills the members from `len` bytes. -1 with err when it isn't an object of exactly such members, or a text
 * is too long. */
int json_request_read(const char *body, size_t len, struct json_request_text *members, size_t count,
                      struct err *err);

#endif
