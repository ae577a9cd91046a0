/* Holding a connection still while its request is in work. libwebsockets 4.1.6 goes on polling for input
 * then, but doesn't read it: one byte, or just the client's going away, would keep the loop spinning until
 * the reply; 4.3.5 reads it and hangs up. So its reading is stopped. As it then serves no output either, our
 * own loop watches the socket and writes the reply. */
#include "export/web_private.h"
#include "util/log.h"

#include <libwebsockets.h>

static void wake(void *ctx, uint32_t events)
{
    struct web_connection *connection = ctx;

    if (connection->phase == WEB_PHASE_SEND && (events & EPOLLOUT) != 0 && web_reply_write(connection) == 0)
        return;
    web_connection_evict(connection);
}

static void forget(struct web_connection *connection)
{
    loop_watch_free(connection->watch);
    connection->watch = NULL;
}

void web_flow_hold(struct web_connection *connection)
{
    uint32_t events = connection->phase == WEB_PHASE_SEND ? EPOLLOUT : EPOLLRDHUP;
    struct err err;

    lws_rx_flow_control(connection->wsi, 0);
    forget(connection);
    connection->watch = loop_watch_new(connection->web->loop, connection->fd, events, wake, connection, &err);
    if (connection->watch != NULL)
        return;
    log_warning("web", "%s", err.text);
    web_connection_set_phase(connection, connection->phase,
                             0); /* to be closed from a place where that may be done */
}

void web_flow_release(struct web_connection *connection)
{
    forget(connection);
    lws_rx_flow_control(connection->wsi, 1);
}

void web_flow_end(struct web_connection *connection)
{
    forget(connection);
}
