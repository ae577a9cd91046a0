/* The roles' names. Who has which role is users.c, what it allows is the route table. */
#include "access/role.h"

#include <string.h>

const char *access_role_name(enum access_role role)
{
    switch (role) {
    case ACCESS_ROLE_ANYONE:
        return "anyone";
    case ACCESS_ROLE_VIEWER:
        return "viewer";
    case ACCESS_ROLE_DRIVER:
        return "driver";
    case ACCESS_ROLE_ADMIN:
        return "admin";
    }
    return "anyone";
}

int access_role_parse(const char *name)
{
    for (int role = ACCESS_ROLE_VIEWER; role <= ACCESS_ROLE_ADMIN; role++) {
        if (strcmp(name, access_role_name((enum access_role)role)) == 0)
            return role;
    }
    return 0;
}

const char *access_scope_name(enum access_scope scope)
{
    static const char *const names[] = {
        [ACCESS_SCOPE_ALL] = "", [ACCESS_SCOPE_READ] = "read", [ACCESS_SCOPE_METRICS] = "metrics"};

    return names[scope];
}

int access_scope_parse(const char *name)
{
    for (int scope = ACCESS_SCOPE_ALL; scope < ACCESS_SCOPE_COUNT; scope++) {
        if (strcmp(access_scope_name((enum access_scope)scope), name) == 0)
            return scope;
    }
    return -1;
}
