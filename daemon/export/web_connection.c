/* The table of connections and their time limits. libwebsockets has limits too, but a half-sent request may
 * keep one of its header tables for twice as long; ours are the ones that count. Knows no protocol. */
#include "export/web_private.h"
#include "util/clock.h"

#include <stdlib.h>

static void arm_deadlines(struct web *web)
{
    const struct web_connection *connection;
    int64_t first_ns = TIME_NONE;

    LIST_FOREACH(connection, &web->connections, entry)
    {
        int64_t deadline_ns = connection->deadline_ns;

        if (deadline_ns != TIME_NONE && (first_ns == TIME_NONE || deadline_ns < first_ns))
            first_ns = deadline_ns;
    }
    loop_timer_start(web->deadlines, first_ns);
}

struct web_connection *web_connection_new(const struct web_listener *listener, int fd, const struct ip *peer,
                                          const struct penalty_source *source)
{
    struct web *web = listener->web;
    struct web_connection *connection = calloc(1, sizeof(*connection));

    if (connection == NULL)
        return NULL;
    connection->web = web;
    connection->fd = fd;
    connection->is_tls = listener->is_tls;
    connection->is_loopback = listener->is_loopback;
    connection->is_proxy = web_peer_is_proxy(&web->peers, peer);
    connection->peer = *peer;
    connection->source = *source;
    penalty_source_write(source, connection->from, sizeof(connection->from));
    LIST_INSERT_HEAD(&web->connections, connection, entry);
    web_connection_set_phase(connection, WEB_PHASE_IDLE, WEB_HEADER_NS);
    return connection;
}

void web_connection_free(struct web_connection *connection)
{
    struct web *web = connection->web;

    LIST_REMOVE(connection, entry);
    web_flow_end(connection);
    web_request_clear(connection);
    web_live_clear(&connection->live);
    free(connection);
    arm_deadlines(web);
}

void web_connection_set_phase(struct web_connection *connection, enum web_phase phase, int64_t limit_ns)
{
    int64_t now_ns = clock_boot_ns();

    connection->phase = phase;
    connection->since_ns = now_ns;
    connection->deadline_ns = limit_ns == TIME_NONE ? TIME_NONE : now_ns + limit_ns;
    arm_deadlines(connection->web);
}

void web_connection_evict(struct web_connection *connection)
{
    web_flow_end(connection);
    web_connection_set_phase(connection, WEB_PHASE_EVICTED, TIME_NONE);
    web_server_close(connection);
}

static void end_phase(struct web_connection *connection)
{
    web_handler_fn *late = connection->late;

    connection->late = NULL;
    if (connection->phase == WEB_PHASE_ANSWER && late != NULL)
        late(connection);
    else
        web_connection_evict(connection);
}

void web_connection_check_deadlines(void *ctx, int64_t now_ns)
{
    struct web *web = ctx;
    struct web_connection *connection = LIST_FIRST(&web->connections);

    while (connection != NULL) {
        struct web_connection *next = LIST_NEXT(connection, entry);

        if (connection->deadline_ns != TIME_NONE && connection->deadline_ns <= now_ns)
            end_phase(connection);
        connection = next;
    }
    arm_deadlines(web);
}

struct web_connection *web_connection_find(struct web *web, uint64_t request)
{
    struct web_connection *connection;

    LIST_FOREACH(connection, &web->connections, entry)
    {
        if (connection->request == request && connection->phase == WEB_PHASE_ANSWER)
            return connection;
    }
    return NULL;
}
