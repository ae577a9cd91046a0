/* What a principal may do. Ordered: a higher role may all that a lower one may. There is no role 0, so that a
 * route row whose role was forgotten can be refused by the compiler. */
#ifndef ACCESS_ROLE_H
#define ACCESS_ROLE_H

enum access_role {
    ACCESS_ROLE_ANYONE = 1, /* also without a session: the page itself, login, pair */
    ACCESS_ROLE_VIEWER,
    ACCESS_ROLE_DRIVER,
    ACCESS_ROLE_ADMIN,
};

/* What a token may do of that; sessions have ALL. */
enum access_scope {
    ACCESS_SCOPE_ALL,
    ACCESS_SCOPE_READ,    /* looking only */
    ACCESS_SCOPE_METRICS, /* /metrics only */
    ACCESS_SCOPE_COUNT
};

/* "", "read", "metrics". */
const char *access_scope_name(enum access_scope scope);

/* The scope of that name, or -1. */
int access_scope_parse(const char *name);

/* "viewer", "driver", "admin"; ANYONE is "anyone" and never stored. */
const char *access_role_name(enum access_role role);

/* The role of that name, or 0. */
int access_role_parse(const char *name);

#endif
