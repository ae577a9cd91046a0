/* The words of a libconfig text, cut exactly where libconfig's scanner cuts them. */
#ifndef UTIL_CORE_CONFLEX_H
#define UTIL_CORE_CONFLEX_H

#include <stddef.h>

enum conflex_kind {
    CONFLEX_END,
    CONFLEX_NAME,        /* a key, or true and false */
    CONFLEX_NUMBER,      /* begins like one; to the end of all that could belong to it */
    CONFLEX_STRING,      /* with its quotes, escapes as they stand */
    CONFLEX_SIGN,        /* one byte: brackets, = : , ; and whatever libconfig will call a syntax error */
    CONFLEX_OPEN_STRING, /* does not end in its line */
    CONFLEX_OPEN_COMMENT /* does not end; libconfig accepts both without a word */
};

struct conflex {
    const char *text;
    size_t len;
    size_t at;
    unsigned line; /* of the next byte, from 1 */
};

struct conflex_token {
    enum conflex_kind kind;
    const char *text;
    size_t len;
    unsigned line; /* where it begins */
};

void conflex_init(struct conflex *lexer, const char *text, size_t len);
/* The next word; CONFLEX_END at the end, and from then on. */
struct conflex_token conflex_next(struct conflex *lexer);

#endif
