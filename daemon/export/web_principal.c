/* Who asks: a session by its cookie, or a token by its header. Where there is an Authorization header the
 * cookie is not looked at. What a principal may do with a route is decided here. */
#include "export/web_private.h"

#include <string.h>
#include <strings.h>

static bool find_token(struct web_connection *connection, const struct web_head *head)
{
    static const char scheme[] = "Bearer ";

    return head->authorization_state == WEB_HEADER_THERE &&
           strncasecmp(head->authorization, scheme, sizeof(scheme) - 1) == 0 &&
           access_check_token(connection->web->access, head->authorization + sizeof(scheme) - 1,
                              &connection->source, &connection->grant);
}

bool web_principal_find(struct web_connection *connection, const struct web_head *head, bool action)
{
    char identifier[SECRET_TEXT];

    if (head->authorization_state != WEB_HEADER_ABSENT)
        return find_token(connection, head);
    bool found =
        web_cookie_find(head->cookie, web_tls_cookie(connection->is_tls), identifier, sizeof(identifier)) &&
        access_check(connection->web->access, identifier, action, &connection->grant);
    secret_wipe(identifier, sizeof(identifier));
    return found;
}

static bool is_in_scope(const struct access_grant *grant, const struct web_route *route)
{
    switch (grant->scope) {
    case ACCESS_SCOPE_ALL:
        return true;
    case ACCESS_SCOPE_READ:
        return route->method == WEB_METHOD_GET;
    case ACCESS_SCOPE_METRICS:
        return route->handler == web_metrics_get;
    case ACCESS_SCOPE_COUNT:
        break;
    }
    return false;
}

bool web_principal_may(const struct access_grant *grant, const struct web_route *route)
{
    return route->role == ACCESS_ROLE_ANYONE || (grant->role >= route->role && is_in_scope(grant, route));
}

/* No browser sends a token by itself, so nobody can have it sent (CSRF). */
bool web_principal_meant_it(const struct access_grant *grant, const struct web_head *head)
{
    return grant->token != 0 || secret_equal(head->csrf, grant->csrf);
}
