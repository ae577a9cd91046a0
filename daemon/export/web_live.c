/* The websocket (CONTRACT 4): the whole state first, then what changed. Nothing is queued for a client but
 * events: each message is made from the present state when the client can take it, at once after 100 ms of
 * silence, then at most ten a second. */
#include "export/web_private.h"
#include "util/clock.h"

#include <libwebsockets.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define PACE_NS        (100 * NS_PER_MS)
#define AGES_NS        (5 * NS_PER_S) /* how often ages of unchanged values go along with a change */
#define MESSAGE_MAX    1024           /* of a client */
#define PIECES_MAX     120            /* a minute, of a client: it has nothing to say */
#define BYTES_A_MIN    (128 * 1024)   /* of a client, whatever it says, pings too */
#define CLOSE_REVOKED  4401
#define CLOSE_POLICY   LWS_CLOSE_STATUS_POLICY_VIOLATION
#define CLOSE_TOO_LONG LWS_CLOSE_STATUS_MESSAGE_TOO_LARGE

/* A plain GET of a websocket's address. */
void web_live_get(struct web_connection *connection)
{
    web_reply_error(connection, 400, "bad_request", "this address is a websocket");
}

void web_live_begin(struct web_connection *connection)
{
    connection->live.sent_ns = TIME_NONE;
    web_connection_set_phase(connection, WEB_PHASE_LIVE, TIME_NONE);
    lws_callback_on_writable(connection->wsi);
}

void web_live_clear(struct web_live *live)
{
    for (size_t i = 0; i < live->event_count; i++)
        free(live->events[i]);
    live->event_count = 0;
}

static bool has_news(const struct web_connection *connection)
{
    const struct web_live *live = &connection->live;

    return live->close_code != 0 || live->sent_ns == TIME_NONE || live->event_count > 0 ||
           live->sequence != connection->web->view->sequence;
}

/* When the client may be written to again. */
static int64_t due_ns(const struct web_live *live)
{
    return live->close_code != 0 || live->sent_ns == TIME_NONE ? 0 : live->sent_ns + PACE_NS;
}

void web_live_check(void *ctx, int64_t now_ns)
{
    struct web *web = ctx;
    struct web_connection *connection;
    int64_t next_ns = TIME_NONE;

    LIST_FOREACH(connection, &web->connections, entry)
    {
        int64_t client_ns = due_ns(&connection->live);

        if (connection->phase != WEB_PHASE_LIVE || !has_news(connection))
            continue;
        if (client_ns <= now_ns)
            lws_callback_on_writable(connection->wsi);
        else if (next_ns == TIME_NONE || client_ns < next_ns)
            next_ns = client_ns;
    }
    loop_timer_start(web->live_timer, next_ns);
}

/* Puts libwebsockets' head room before the text, which is freed. */
static unsigned char *make_message(char *text, size_t *len)
{
    unsigned char *bytes = NULL;

    if (text == NULL)
        return NULL;
    *len = strlen(text);
    bytes = malloc(LWS_PRE + *len);
    if (bytes != NULL)
        memcpy(bytes + LWS_PRE, text, *len);
    free(text);
    return bytes;
}

/* libwebsockets keeps what the kernel does not take. */
static int send_message(struct web_connection *connection, unsigned char *bytes, size_t len)
{
    if (bytes == NULL)
        return -1;
    return lws_write(connection->wsi, bytes + LWS_PRE, len, LWS_WRITE_TEXT) < (int)len ? -1 : 0;
}

static int send_text(struct web_connection *connection, char *text)
{
    size_t len = 0;
    unsigned char *bytes = make_message(text, &len);
    int status = send_message(connection, bytes, len);

    free(bytes);
    return status;
}

static int send_state(struct web_connection *connection, const struct json_moment *now)
{
    connection->live.sequence = connection->web->view->sequence;
    connection->live.heard_ns = now->boot_ns;
    return send_text(connection, json_live_state(connection->web->view, now));
}

static int send_event(struct web_connection *connection)
{
    struct web_live *live = &connection->live;
    char *text = live->events[0];

    live->event_count--;
    memmove(live->events, live->events + 1, live->event_count * sizeof(live->events[0]));
    return send_text(connection, text);
}

/* The change message without ages, shared by all clients that know as much. */
static const struct web_change *shared_change(struct web *web, uint64_t since, const struct json_moment *now)
{
    struct web_change *change = &web->change;
    int64_t second = now->boot_ns / NS_PER_S;

    if (change->bytes != NULL && change->since == since && change->sequence == web->view->sequence &&
        change->second == second)
        return change;
    free(change->bytes);
    change->bytes = make_message(json_live_change(web->view, since, JSON_HEARD_NEVER, now), &change->len);
    change->since = since;
    change->sequence = web->view->sequence;
    change->second = second;
    return change;
}

static int send_change(struct web_connection *connection, const struct json_moment *now)
{
    struct web_live *live = &connection->live;
    struct web *web = connection->web;
    uint64_t since = live->sequence;
    int64_t heard_ns = live->heard_ns;
    const struct web_change *change;

    live->sequence = web->view->sequence;
    if (now->boot_ns - heard_ns >= AGES_NS) {
        live->heard_ns = now->boot_ns;
        return send_text(connection, json_live_change(web->view, since, heard_ns, now));
    }
    change = shared_change(web, since, now);
    return send_message(connection, change->bytes, change->len);
}

/* When it can be written: libwebsockets forgets the close frame if more bytes come in after a callback that
 * read some asked for the close. What does come in is not looked at. */
static void close_with(struct web_connection *connection, int code)
{
    connection->live.close_code = code;
    lws_callback_on_writable(connection->wsi);
}

/* libwebsockets keeps a client's pings to itself: the kernel counts what came. */
static bool says_too_much(const struct web_connection *connection, int64_t now_ns)
{
    struct tcp_info info = {0};
    socklen_t len = sizeof(info);

    if (getsockopt(connection->fd, IPPROTO_TCP, TCP_INFO, &info, &len) != 0)
        return false;
    return info.tcpi_bytes_received / BYTES_A_MIN > (uint64_t)((now_ns - connection->since_ns) / NS_PER_MIN);
}

int web_live_write(struct web_connection *connection)
{
    struct json_moment now = web_now(connection->web);
    struct web_live *live = &connection->live;
    bool is_first = live->sent_ns == TIME_NONE;
    int status;

    if (connection->phase != WEB_PHASE_LIVE || !has_news(connection))
        return 0;
    if (live->close_code == 0 && says_too_much(connection, now.boot_ns))
        live->close_code = CLOSE_POLICY;
    if (live->close_code != 0) {
        lws_close_reason(connection->wsi, (enum lws_close_status)live->close_code, NULL, 0);
        return -1;
    }
    if (due_ns(live) <= now.boot_ns) {
        live->sent_ns = now.boot_ns;
        if (is_first)
            status = send_state(connection, &now);
        else if (live->event_count > 0)
            status = send_event(connection);
        else
            status = send_change(connection, &now);
        if (status != 0)
            return -1;
    }
    if (has_news(connection))
        web_live_check(connection->web, now.boot_ns);
    return 0;
}

void web_live_take(struct web_connection *connection, size_t len, bool is_first)
{
    struct web_live *live = &connection->live;
    int64_t now_ns = clock_boot_ns();

    if (live->close_code != 0)
        return;
    if (is_first)
        live->received = 0;
    live->received += len;
    if (now_ns - live->counted_ns > NS_PER_MIN) {
        live->counted_ns = now_ns;
        live->pieces = 0;
    }
    if (live->received > MESSAGE_MAX)
        close_with(connection, CLOSE_TOO_LONG);
    else if (++live->pieces > PIECES_MAX)
        close_with(connection, CLOSE_POLICY);
}

/* The client answered a ping: its session is being looked through. */
void web_live_alive(struct web_connection *connection)
{
    if (!access_still(connection->web->access, &connection->grant))
        close_with(connection, CLOSE_REVOKED);
    else if (says_too_much(connection, clock_boot_ns()))
        close_with(connection, CLOSE_POLICY);
}

void web_live_ended(void *ctx, int64_t session, int64_t token)
{
    struct web *web = ctx;
    struct web_connection *connection;

    LIST_FOREACH(connection, &web->connections, entry)
    {
        if (connection->grant.session != session || connection->grant.token != token)
            continue;
        if (connection->phase == WEB_PHASE_LIVE)
            close_with(connection, CLOSE_REVOKED);
        else if (connection->phase == WEB_PHASE_ANSWER && connection->route->handler == web_state_get)
            web_state_ended(connection);
    }
}

static void keep_event(struct web_live *live, const char *text)
{
    char *copy = live->event_count == WEB_EVENTS_MAX ? NULL : strdup(text);

    if (copy != NULL)
        live->events[live->event_count++] = copy;
}

void web_event(struct web *web, const char *car, const char *event, const char *data)
{
    struct json_moment now = web_now(web);
    char *text = json_live_event(web->view, car, event, data, &now);
    struct web_connection *connection;

    if (text == NULL)
        return;
    LIST_FOREACH(connection, &web->connections, entry)
    {
        if (connection->phase == WEB_PHASE_LIVE)
            keep_event(&connection->live, text);
    }
    free(text);
    web_live_check(web, now.boot_ns);
}
