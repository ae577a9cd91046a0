/* Holding a connection still while its request is in work. libwebsockets 4.1.6 goes on polling for input
 * then, but doesn't read it: one byte, or just the client's going away, would keep the loop spinning until
 * the reply. So its reading is stopped. As it then serves no output either, our own loop watches the socket
 * and wakes it. */
#include "export/web_private.h"
#include "util/log.h"

#include <libwebsockets.h>
#include <poll.h>

static void wake(void *ctx, uint32_t events)
{
    struct web_connection *connection = ctx;

    if (connection->phase == WEB_PHASE_SEND && (events & EPOLLOUT) != 0)
        web_flow_release(connection);
    else
        web_connection_evict(connection);
}

void web_flow_hold(struct web_connection *connection)
{
    uint32_t events = connection->phase == WEB_PHASE_SEND ? EPOLLOUT : EPOLLRDHUP;
    struct err err;

    lws_rx_flow_control(connection->wsi, 0);
    web_flow_forget(connection);
    connection->watch = loop_watch_new(connection->web->loop, connection->fd, events, wake, connection, &err);
    if (connection->watch == NULL) {
        log_warning("web", "%s", err.text);
        web_connection_evict(connection);
    }
}

void web_flow_release(struct web_connection *connection)
{
    web_flow_forget(connection);
    lws_rx_flow_control(connection->wsi, 1);
    lws_callback_on_writable(connection->wsi);
}

void web_flow_forget(struct web_connection *connection)
{
    loop_watch_free(connection->watch);
    connection->watch = NULL;
}

bool web_flow_is_drained(const struct web_connection *connection)
{
    struct pollfd pollfd = {.fd = connection->fd, .events = POLLOUT};

    return !lws_partial_buffered(connection->wsi) && poll(&pollfd, 1, 0) == 1 &&
           (pollfd.revents & POLLOUT) != 0;
}
