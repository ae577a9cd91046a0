/* Every route there is, each with the role it takes. What a role may do is decided here and nowhere else. */
#include "export/recordings.h"
#include "export/web_private.h"

#include <stdio.h>
#include <string.h>

#define ID_DIGITS_MAX 18

static const struct web_route routes[] = {
    WEB_ROUTE(POST, "/api/v1/login", ANYONE, web_login_post),
    WEB_ROUTE(POST, "/api/v1/pair", ANYONE, web_pair_post),
    WEB_ROUTE(POST, "/api/v1/logout", VIEWER, web_logout_post),
    WEB_ROUTE(GET, "/api/v1/session", VIEWER, web_session_get),
    WEB_ROUTE(GET, "/api/v1/state", VIEWER, web_state_get),
    WEB_ROUTE(GET, "/api/v1/history", VIEWER, web_history_get),
    WEB_ROUTE(GET, "/api/v1/days", VIEWER, web_diary_get),
    WEB_ROUTE(GET, "/api/v1/months", VIEWER, web_diary_get),
    WEB_ROUTE(GET, "/api/v1/years", VIEWER, web_diary_get),
    WEB_ROUTE(GET, "/api/v1/totals", VIEWER, web_totals_get),
    WEB_ROUTE(GET, "/api/v1/charges", VIEWER, web_diary_get),
    WEB_ROUTE(GET, "/api/v1/charges/#", VIEWER, web_charge_get),
    WEB_WRITE(PATCH, "/api/v1/charges/#", DRIVER, web_charge_patch, "charge_edit"),
    WEB_ROUTE(GET, "/api/v1/outings", VIEWER, web_diary_get),
    WEB_WRITE(PATCH, "/api/v1/outings/#", DRIVER, web_outing_patch, "outing_edit"),
    WEB_ROUTE(GET, "/api/v1/battery", VIEWER, web_diary_get),
    WEB_ROUTE(GET, "/api/v1/cells", VIEWER, web_diary_get),
    WEB_ROUTE(GET, "/api/v1/traffic", VIEWER, web_diary_get),
    WEB_ROUTE(GET, "/api/v1/system", VIEWER, web_system_get),
    WEB_ROUTE(GET, "/api/v1/log", ADMIN, web_log_get),
    WEB_ROUTE(GET, "/api/v1/diagnostics", ADMIN, web_diagnostics_get),
    WEB_WRITE(POST, "/api/v1/backup", ADMIN, web_backup_post, "backup"),
    WEB_WRITE(POST, "/api/v1/pause", DRIVER, web_pause_post, "pause"),
    WEB_WRITE(POST, "/api/v1/record", DRIVER, web_record_post, "record"),
    WEB_ROUTE(GET, "/api/v1/recordings", DRIVER, web_recordings_get),
    WEB_ROUTE(GET, "/api/v1/recordings/@", DRIVER, web_recording_get),
    WEB_ROUTE(GET, "/api/v1/preferences", VIEWER, web_preferences_get),
    WEB_WRITE(PUT, "/api/v1/preferences", DRIVER, web_preferences_put, "preferences"),
    WEB_ROUTE(GET, "/api/v1/tariffs", VIEWER, web_tariffs_get),
    WEB_WRITE(PUT, "/api/v1/tariffs", DRIVER, web_tariffs_put, "tariffs"),
    WEB_ROUTE(GET, "/api/v1/audit", VIEWER, web_audit_get),
    WEB_ROUTE(GET, "/api/v1/users", ADMIN, web_users_get),
    WEB_ROUTE(GET, "/api/v1/sessions", VIEWER, web_sessions_get),
    WEB_ROUTE(DELETE, "/api/v1/sessions/#", VIEWER, web_session_delete),
    WEB_ROUTE(GET, "/api/v1/tokens", ADMIN, web_tokens_get),
    WEB_ROUTE(POST, "/api/v1/tokens", ADMIN, web_tokens_post),
    WEB_ROUTE(DELETE, "/api/v1/tokens/#", ADMIN, web_token_delete),
    WEB_ROUTE(GET, "/api/v1/live", VIEWER, web_live_get),
    WEB_ROUTE(GET, "/metrics", VIEWER, web_metrics_get),
    WEB_ROUTE(GET, "/*", ANYONE, web_assets_get),
};

#define ROUTE_COUNT (sizeof(routes) / sizeof(routes[0]))

/* Digits that begin with no zero, as many as surely fit. */
static bool is_id(const char *text)
{
    size_t digits = strspn(text, "0123456789");

    return digits > 0 && digits <= ID_DIGITS_MAX && text[0] != '0' && text[digits] == '\0';
}

static bool matches(const struct web_route *route, const char *path)
{
    size_t len = strlen(route->path) - 1;

    switch (route->path[len]) {
    case '*':
        return strncmp(route->path, path, len) == 0 && !web_path_is_protected(path);
    case '#':
        return strncmp(route->path, path, len) == 0 && is_id(path + len);
    case '@':
        return strncmp(route->path, path, len) == 0 && recordings_is_name(path + len);
    default:
        return strcmp(route->path, path) == 0;
    }
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
