/* One request from its head to its handler: what is judged in which order, and what becomes of its body.
 * Replies are web_reply.c's. A connection carries one request: nothing behind it is ever taken for a second
 * one, and libwebsockets 4.1.6, given a pipelined request with a body, loops for ever or uses memory that it
 * has freed. */
#include "export/web_private.h"
#include "util/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static struct web_refusal refuse(int status, const char *code, const char *message)
{
    return (struct web_refusal){.status = status, .code = code, .message = message};
}

static bool is_looking(enum web_method method)
{
    return method == WEB_METHOD_GET || method == WEB_METHOD_HEAD;
}

static struct web_refusal judge_body(const struct web_head *head, size_t length)
{
    if (length > WEB_BODY_MAX)
        return refuse(413, "too_large", "a body has at most 16 KiB");
    if (length > 0 && !web_type_is_json(head->content_type))
        return refuse(415, "unsupported_media_type", "a body is application/json");
    return refuse(0, NULL, NULL);
}

/* What is known only inside: everything below /api/ looks the same to who has no session. */
static struct web_refusal judge_inside(struct web_connection *connection, const struct web_head *head,
                                       size_t length)
{
    const struct web_route *route = web_routes_find(head->method, head->path);
    char allow[64];

    if (web_path_is_protected(head->path) && !web_routes_open(head->path)) {
        if (!access_ready(connection->web->access))
            return refuse(503, "busy", access_trouble(connection->web->access));
        if (!web_principal_find(connection, head, false))
            return refuse(401, "unauthorized", "log in first");
    }
    connection->route = route;
    if (route == NULL && web_routes_know(head->path, allow, sizeof(allow)))
        return refuse(405, "method_not_allowed", "not with this method");
    if (route == NULL)
        return refuse(404, "not_found", "there is nothing here");
    if (!web_principal_may(&connection->grant, route))
        return refuse(403, "forbidden", "this takes a higher role or a recent login");
    if (route->role != ACCESS_ROLE_ANYONE && !is_looking(head->method)) {
        if (!web_principal_meant_it(&connection->grant, head))
            return refuse(403, "forbidden", "X-CSRF-Token is missing or wrong");
        web_principal_find(connection, head, true);
    }
    return judge_body(head, length);
}

/* Somebody has put a proxy or a tunnel in front of us: what it relays looks as if it came from the house. */
static void tell_exposed(struct web_connection *connection)
{
    struct web_exposure *exposure = &connection->web->exposure;
    int64_t now_ns = clock_boot_ns();
    char peer[IP_TEXT];

    if (exposure->count++ == 0)
        exposure->since_ns = now_ns;
    ip_print(&connection->peer, peer);
    log_repeated(&exposure->repeat, now_ns, LOG_LEVEL_WARNING, "web",
                 "seems exposed through a proxy: %s relays requests, and web.proxies does not name it", peer);
}

static struct web_refusal judge_outside(struct web_connection *connection, struct web_head *head, size_t length)
{
    struct web_hosts hosts;
    struct web_refusal refusal;

    web_listen_hosts(connection, &hosts);
    head->is_proxied = connection->is_proxy;
    head->has_proxy_header = head->has_proxy_header && !connection->is_proxy;
    if (head->has_proxy_header)
        tell_exposed(connection);
    refusal = web_guard_judge(head, &hosts);
    return refusal.status != 0 ? refusal : judge_inside(connection, head, length);
}

static struct web_refusal judge(struct web_connection *connection, struct web_head *head, size_t length)
{
    struct web_refusal refusal;

    if (connection->is_tls && !web_server_is_encrypted(connection))
        return (struct web_refusal){.status = 400,
                                    .code = "bad_request",
                                    .message = "this port speaks TLS: write https:// before the address",
                                    .skips_body = true};
    refusal = judge_outside(connection, head, length);
    if (refusal.status == 0 && connection->grant.role < ACCESS_ROLE_VIEWER &&
        !web_rate_take(&connection->web->rates, &connection->source, clock_boot_ns()))
        return refuse(429, "too_many_requests", "too many requests without a session");
    return refusal;
}

/* Remembers of the head what handlers and replies need. */
static void keep_head(struct web_connection *connection, const struct web_head *head)
{
    connection->request = ++connection->web->last_request;
    connection->method = head->method;
    memcpy(connection->path, head->path, sizeof(connection->path));
    memcpy(connection->query, head->query, sizeof(connection->query));
    memcpy(connection->none_match, head->none_match, sizeof(connection->none_match));
    connection->takes_gzip = web_list_has(head->accept_encoding, "gzip");
    connection->takes_openmetrics = web_list_has(head->accept, "application/openmetrics-text");
}

static void send_now(struct web_connection *connection)
{
    if (connection->refusal.status != 0)
        web_reply_refusal(connection, &connection->refusal);
    else {
        connection->is_untold = true;
        connection->route->handler(connection);
    }
}

/* Starts writing what is ready, or waits for the handler. */
static int go_on(struct web_connection *connection)
{
    if (connection->phase == WEB_PHASE_SEND)
        return web_reply_write(connection);
    web_flow_hold(connection);
    return 0;
}

static int wait_for_body(struct web_connection *connection, size_t length)
{
    connection->body_size = length;
    if (connection->refusal.status == 0) {
        connection->body = malloc(length + 1);
        if (connection->body == NULL)
            return -1;
    }
    web_connection_set_phase(connection, WEB_PHASE_BODY, WEB_BODY_NS);
    return 0;
}

int web_request_begin(struct web_connection *connection)
{
    struct web_head head;
    size_t length = 0;
    bool body_follows;

    if (connection->phase != WEB_PHASE_IDLE)
        return -1;
    web_head_read(connection->wsi, &head);
    head.is_tls = connection->is_tls;
    if (head.length_state != WEB_HEADER_ABSENT)
        web_length_read(head.length, &length);
    keep_head(connection, &head);
    connection->refusal = judge(connection, &head, length);
    secret_wipe(head.cookie, sizeof(head.cookie));
    secret_wipe(head.authorization, sizeof(head.authorization));
    body_follows = head.length_state == WEB_HEADER_THERE && (length > 0 || head.method == WEB_METHOD_POST);
    connection->lingers = !is_looking(head.method);
    if (body_follows && !connection->refusal.skips_body && length <= WEB_SWALLOW_MAX)
        return wait_for_body(connection, length);
    web_connection_set_phase(connection, WEB_PHASE_ANSWER, WEB_ANSWER_NS);
    send_now(connection);
    return go_on(connection);
}

/* Never asks for the connection to be closed: libwebsockets 4.1.6 may free it twice then. */
void web_request_take_body(struct web_connection *connection, const char *bytes, size_t len)
{
    if (connection->phase != WEB_PHASE_BODY)
        return;
    if (len > connection->body_size - connection->body_len)
        len = connection->body_size - connection->body_len;
    if (connection->body != NULL && len > 0)
        memcpy(connection->body + connection->body_len, bytes, len);
    connection->body_len += len;
}

int web_request_end_body(struct web_connection *connection)
{
    if (connection->phase != WEB_PHASE_BODY)
        return 0;
    connection->lingers = false;
    if (connection->body != NULL)
        connection->body[connection->body_len] = '\0';
    web_connection_set_phase(connection, WEB_PHASE_ANSWER, WEB_ANSWER_NS);
    send_now(connection);
    return go_on(connection);
}

static struct web_refusal judge_upgrade(struct web_connection *connection, struct web_head *head)
{
    struct web_refusal refusal = judge(connection, head, 0);

    if (refusal.status != 0)
        return refusal;
    if (connection->route->handler != web_live_get || head->method != WEB_METHOD_GET)
        return refuse(400, "bad_request", "no websocket here");
    if (head->subprotocols[0] != '\0' && !web_list_has(head->subprotocols, "garaged.v1"))
        return refuse(400, "bad_request", "the only subprotocol is garaged.v1");
    if (!web_accept_has_room(connection))
        return refuse(503, "busy", "too many pages are open already");
    return refuse(0, NULL, NULL);
}

/* The library's own view of the Upgrade header may be dangling by now (CVE-2025-11677) and is not looked at.
 * An upgrade that is not known was answered by the library already. */
int web_request_upgrade(struct web_connection *connection)
{
    struct web_head head;

    if (connection->phase != WEB_PHASE_IDLE)
        return -1;
    web_head_read(connection->wsi, &head);
    head.is_tls = connection->is_tls;
    if (strcasecmp(head.upgrade, "websocket") != 0 && strcasecmp(head.upgrade, "h2c") != 0)
        return -1;
    keep_head(connection, &head);
    connection->refusal = judge_upgrade(connection, &head);
    secret_wipe(head.cookie, sizeof(head.cookie));
    secret_wipe(head.authorization, sizeof(head.authorization));
    if (connection->refusal.status == 0)
        return 0;
    web_connection_set_phase(connection, WEB_PHASE_ANSWER, WEB_ANSWER_NS);
    web_reply_refusal(connection, &connection->refusal);
    web_reply_write(connection);
    return -1;
}

void web_request_wait(struct web_connection *connection, int64_t limit_ns, web_handler_fn *late,
                      web_gone_fn *gone, void *gone_ctx)
{
    connection->late = late;
    connection->gone = gone;
    connection->gone_ctx = gone_ctx;
    web_connection_set_phase(connection, WEB_PHASE_ANSWER, limit_ns);
}

void web_request_end_wait(struct web_connection *connection)
{
    web_gone_fn *gone = connection->gone;

    connection->gone = NULL;
    connection->late = NULL;
    if (gone != NULL)
        gone(connection->gone_ctx, connection);
}

/* Passwords may have been in the body. */
void web_request_clear(struct web_connection *connection)
{
    web_request_end_wait(connection);
    if (connection->is_untold)
        web_audit_tell(connection, 0);
    if (connection->body != NULL)
        secret_wipe(connection->body, connection->body_size);
    free(connection->body);
    connection->body = NULL;
    connection->body_len = 0;
    connection->body_size = 0;
    connection->route = NULL;
    connection->refusal = (struct web_refusal){0};
    web_reply_clear(&connection->reply);
}
