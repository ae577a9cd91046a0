/* Users, sessions and tokens as lists, for the page and garagectl. No hash and no secret is in any of them.
 * Pure. */
#ifndef EXPORT_JSON_ACCESS_H
#define EXPORT_JSON_ACCESS_H

#include "access/session.h"
#include "access/token.h"
#include "access/users.h"
#include "export/json_value.h"

/* {"items":[{"name","role","sessions"}]} */
json_t *json_users(const struct users *users, const struct sessions *sessions);

/* Which sessions, and which of them asks. */
struct json_sessions {
    const struct users *users;
    const struct sessions *sessions;
    const char *user; /* NULL: everybody's */
    int64_t current;  /* 0: none */
};

/* {"items":[{"id","user","role","from","opened","seen","current"}]}; `role` as far as it has not worn off. */
json_t *json_sessions(const struct json_sessions *wanted, const struct json_moment *now);

/* {"items":[{"id","name","role","scope","made","ends","used","used_from"}]} */
json_t *json_tokens(const struct tokens *tokens, const struct json_moment *now);

#endif
