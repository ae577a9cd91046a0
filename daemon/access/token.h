/* Tokens: for programs that come without a browser (Prometheus, scripts). A token has a role, never admin,
 * and a scope that narrows it further. Only its SHA-256 is kept; what it may is looked up in memory;
 * access.db holds the same. Pure; times are UTC in seconds, because a token's end is a date. */
#ifndef ACCESS_TOKEN_H
#define ACCESS_TOKEN_H

#include "access/role.h"
#include "access/secret.h"
#include "access/users.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TOKEN_PREFIX   "garaged_" /* so that a leaked one is found by scanners */
#define TOKEN_TEXT     (sizeof(TOKEN_PREFIX) - 1 + SECRET_TEXT)
#define TOKEN_MAX      64
#define TOKEN_FROM_MAX 48 /* an address as text */
#define TOKEN_DAYS_MAX 3650
#define TOKEN_PLACES   4
#define TOKEN_USED_S   3600 /* how stale a token's last use may be on disk */
#define TOKEN_NO_END   INT64_C(0)

struct token {
    int64_t id; /* 0: none */
    char name[USER_NAME_MAX];
    enum access_role role;
    enum access_scope scope;
    unsigned char hash[SECRET_BYTES];
    int64_t made_s;
    int64_t ends_s;                           /* TOKEN_NO_END */
    int64_t used_s;                           /* 0: never */
    char used_from[TOKEN_FROM_MAX];           /* "" */
    char known[TOKEN_PLACES][TOKEN_FROM_MAX]; /* where else it was used since the start; not on disk */
    size_t next_known;
};

struct tokens {
    struct token items[TOKEN_MAX];
    size_t count;
};

/* A new token's text and the hash that is kept of it. */
int token_make(char text[TOKEN_TEXT], unsigned char hash[SECRET_BYTES], struct err *err);

/* The hash of a text that looks like a token's; false when it does not. */
bool token_read(const char *text, unsigned char hash[SECRET_BYTES]);

/* By hash, id or name; NULL when there is none. */
struct token *tokens_find(struct tokens *tokens, const unsigned char hash[SECRET_BYTES]);
const struct token *tokens_get(const struct tokens *tokens, int64_t id);
const struct token *tokens_named(const struct tokens *tokens, const char *name);

/* An id that no token has. */
int64_t tokens_next_id(const struct tokens *tokens);

/* Adds, or replaces the one with the same id. -1 when there are TOKEN_MAX. */
int tokens_put(struct tokens *tokens, const struct token *token);
void tokens_drop(struct tokens *tokens, int64_t id);

/* Whether it was used from there already; from now on it was. */
bool token_knows(struct token *token, const char *from);

/* Whether it may be used at this moment. One that ends is not while the clock is not known to be right. */
bool token_alive(const struct token *token, int64_t now_s, bool clock_right);

#endif
