/* Replies: a head of our own (so that every one carries the security headers), a body, and writing both in
 * chunks as the client takes them. */
#include "export/web_private.h"
#include "util/log.h"

#include <libwebsockets.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static const char security_headers[] =
    "Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; font-src 'self'; manifest-src 'self'; worker-src 'self'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'\r\n"
    "X-Content-Type-Options: nosniff\r\n"
    "Referrer-Policy: no-referrer\r\n"
    "Cross-Origin-Opener-Policy: same-origin\r\n"
    "Cross-Origin-Resource-Policy: same-origin\r\n";

static const char *status_text(int status)
{
    static const struct {
        int status;
        const char *text;
    } texts[] = {{200, "OK"},
                 {201, "Created"},
                 {202, "Accepted"},
                 {204, "No Content"},
                 {304, "Not Modified"},
                 {400, "Bad Request"},
                 {401, "Unauthorized"},
                 {403, "Forbidden"},
                 {404, "Not Found"},
                 {405, "Method Not Allowed"},
                 {409, "Conflict"},
                 {413, "Content Too Large"},
                 {415, "Unsupported Media Type"},
                 {421, "Misdirected Request"},
                 {429, "Too Many Requests"},
                 {503, "Service Unavailable"}};

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        if (texts[i].status == status)
            return texts[i].text;
    }
    return "Internal Server Error";
}

static void add(struct web_reply *reply, const char *text)
{
    size_t len = strlen(text);

    if (len > sizeof(reply->head) - reply->head_len) {
        reply->is_cut = true;
        return;
    }
    memcpy(reply->head + reply->head_len, text, len);
    reply->head_len += len;
}

void web_reply_clear(struct web_reply *reply)
{
    free(reply->owned_body);
    if (reply->is_file)
        close(reply->file);
    memset(reply, 0, sizeof(*reply));
}

void web_reply_begin(struct web_connection *connection, int status, const char *cache_control)
{
    char line[64];

    web_reply_clear(&connection->reply);
    web_audit_tell(connection, status);
    snprintf(line, sizeof(line), "HTTP/1.1 %d %s\r\n", status, status_text(status));
    add(&connection->reply, line);
    add(&connection->reply, security_headers);
    web_reply_header(connection, "Cache-Control", cache_control);
    web_reply_header(connection, "Connection", "close");
}

void web_reply_header(struct web_connection *connection, const char *name, const char *value)
{
    struct web_reply *reply = &connection->reply;

    add(reply, name);
    add(reply, ": ");
    add(reply, value);
    add(reply, "\r\n");
}

/* A handler that answers at once is still inside libwebsockets' callback; whoever called it starts writing.
 */
static void start_sending(struct web_connection *connection)
{
    web_request_end_wait(connection);
    web_connection_set_phase(connection, WEB_PHASE_SEND, WEB_SEND_NS);
    if (connection->watch != NULL)
        web_flow_hold(connection);
}

void web_reply_end(struct web_connection *connection, const char *type, const char *body, size_t len)
{
    struct web_reply *reply = &connection->reply;
    char length[24];

    snprintf(length, sizeof(length), "%zu", len);
    web_reply_header(connection, "Content-Length", length);
    if (type != NULL)
        web_reply_header(connection, "Content-Type", type);
    add(reply, "\r\n");
    if (connection->method != WEB_METHOD_HEAD) {
        reply->body = body;
        reply->body_len = len;
    }
    start_sending(connection);
}

void web_reply_file(struct web_connection *connection, const char *type, int fd, size_t len)
{
    web_reply_end(connection, type, NULL, len);
    connection->reply.is_file = true;
    connection->reply.file = fd;
}

void web_reply_text(struct web_connection *connection, const char *type, char *text)
{
    if (text == NULL) {
        web_reply_error(connection, 503, "busy", "out of memory");
        return;
    }
    web_reply_end(connection, type, text, strlen(text));
    connection->reply.owned_body = text;
}

void web_reply_json(struct web_connection *connection, char *text)
{
    web_reply_text(connection, "application/json", text);
}

void web_reply_error(struct web_connection *connection, int status, const char *code, const char *message)
{
    char *text = json_error(code, message);
    char allow[64];

    web_reply_begin(connection, status, "no-store");
    if (status == 405 && web_routes_know(connection->path, allow, sizeof(allow)))
        web_reply_header(connection, "Allow", allow);
    if (status == 429 || status == 503)
        web_reply_header(connection, "Retry-After", "1");
    if (text == NULL)
        web_reply_end(connection, NULL, "", 0);
    else
        web_reply_json(connection, text);
}

void web_reply_refusal(struct web_connection *connection, const struct web_refusal *refusal)
{
    if (refusal->code != NULL) {
        web_reply_error(connection, refusal->status, refusal->code, refusal->message);
        return;
    }
    web_reply_begin(connection, refusal->status, "no-store");
    web_reply_end(connection, NULL, "", 0);
}

/* False: the file is shorter than it was, or the card fails; the client sees that the reply is cut off. */
static bool copy_body(const struct web_reply *reply, size_t from, unsigned char *bytes, size_t len)
{
    if (reply->is_file)
        return pread(reply->file, bytes, len, (off_t)from) == (ssize_t)len;
    memcpy(bytes, reply->body + from, len);
    return true;
}

/* Copies the next bytes of head and body behind libwebsockets' head room. How many; 0: they can't be had. */
static size_t fill_chunk(const struct web_reply *reply, unsigned char *chunk)
{
    size_t total = reply->head_len + reply->body_len;
    size_t wanted = total - reply->sent < WEB_CHUNK_BYTES ? total - reply->sent : WEB_CHUNK_BYTES;
    size_t from_head = 0;

    if (reply->sent < reply->head_len) {
        from_head = reply->head_len - reply->sent < wanted ? reply->head_len - reply->sent : wanted;
        memcpy(chunk, reply->head + reply->sent, from_head);
    }
    if (wanted > from_head && !copy_body(reply, reply->sent + from_head - reply->head_len, chunk + from_head,
                                         wanted - from_head))
        return 0;
    return wanted;
}

static bool is_written(const struct web_reply *reply)
{
    return reply->sent >= reply->head_len + reply->body_len;
}

/* The kernel has all of the reply. A client whose body was not read has a second to take it: closing at once
 * would reset the connection under it. */
static int finish(struct web_connection *connection)
{
    web_request_clear(connection);
    if (!connection->lingers) { /* with TLS libwebsockets waits for the client's goodbye */
        web_connection_set_phase(connection, WEB_PHASE_LINGER, WEB_LINGER_NS);
        return -1;
    }
    shutdown(connection->fd, SHUT_WR);
    web_connection_set_phase(connection, WEB_PHASE_LINGER, WEB_LINGER_NS);
    web_flow_hold(connection);
    return 0;
}

static int write_chunk(struct web_connection *connection)
{
    struct web_reply *reply = &connection->reply;
    unsigned char *chunk = connection->web->scratch + LWS_PRE;
    size_t len = fill_chunk(reply, chunk);

    if (len == 0 || lws_write(connection->wsi, chunk, len, LWS_WRITE_HTTP) < (int)len)
        return -1;
    reply->sent += len;
    web_connection_set_phase(connection, WEB_PHASE_SEND, WEB_SEND_NS);
    return 0;
}

int web_reply_write(struct web_connection *connection)
{
    struct web_reply *reply = &connection->reply;

    if (connection->phase != WEB_PHASE_SEND)
        return 0;
    if (reply->is_cut) {
        log_error("web", "a reply's head is longer than %d bytes", WEB_HEAD_BYTES);
        return -1;
    }
    if (!is_written(reply) && write_chunk(connection) != 0)
        return -1;
    if (lws_partial_buffered(connection->wsi)) { /* hardly ever: it calls again when it got rid of that */
        web_flow_release(connection);
        lws_callback_on_writable(connection->wsi);
        return 0;
    }
    if (is_written(reply))
        return finish(connection);
    web_flow_hold(connection);
    return 0;
}
