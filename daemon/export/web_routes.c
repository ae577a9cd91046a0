/* Every route there is, each with the role it takes. What a role may do is decided here and nowhere else. */
#include "export/web_private.h"

#include <stdio.h>
#include <string.h>

static const struct web_route routes[] = {
    WEB_ROUTE(POST, "/api/v1/login", ANYONE, web_login_post),
    WEB_ROUTE(POST, "/api/v1/pair", ANYONE, web_pair_post),
    WEB_ROUTE(POST, "/api/v1/logout", VIEWER, web_logout_post),
    WEB_ROUTE(GET, "/api/v1/session", VIEWER, web_session_get),
    WEB_ROUTE(GET, "/api/v1/state", VIEWER, web_state_get),
    WEB_ROUTE(GET, "/api/v1/history", VIEWER, web_history_get),
    WEB_ROUTE(GET, "/api/v1/live", VIEWER, web_live_get),
    WEB_ROUTE(GET, "/*", ANYONE, web_assets_get),
};

#define ROUTE_COUNT (sizeof(routes) / sizeof(routes[0]))

static bool matches(const struct web_route *route, const char *path)
{
    size_t len = strlen(route->path);

    if (route->path[len - 1] == '*')
        return strncmp(route->path, path, len - 1) == 0 && !web_path_is_protected(path);
    return strcmp(route->path, path) == 0;
}

/* HEAD goes wherever GET goes; the reply then leaves its body out. */
const struct web_route *web_routes_find(enum web_method method, const char *path)
{
    enum web_method wanted = method == WEB_METHOD_HEAD ? WEB_METHOD_GET : method;

    for (size_t i = 0; i < ROUTE_COUNT; i++) {
        if (routes[i].method == wanted && matches(&routes[i], path))
            return &routes[i];
    }
    return NULL;
}

bool web_routes_know(const char *path, char *allow, size_t size)
{
    size_t len = 0;

    allow[0] = '\0';
    for (size_t i = 0; i < ROUTE_COUNT; i++) {
        if (!matches(&routes[i], path) || len >= size)
            continue;
        len += (size_t)snprintf(allow + len, size - len, "%s%s%s", len == 0 ? "" : ", ",
                                web_method_name(routes[i].method),
                                routes[i].method == WEB_METHOD_GET ? ", HEAD" : "");
    }
    return len > 0;
}

bool web_routes_open(const char *path)
{
    for (size_t i = 0; i < ROUTE_COUNT; i++) {
        if (routes[i].role == ACCESS_ROLE_ANYONE && matches(&routes[i], path))
            return true;
    }
    return false;
}
