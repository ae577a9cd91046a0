/* Who connects: whether its address is served, and the limits of connections, for all and for one peer. When
 * one is reached, the connection that has been idle for longest makes room, so that half-open ones starve
 * nobody; when all are at work, the newcomer is closed. Some descriptors are left for the car's link, the
 * diary and garagectl. */
#include "export/web_private.h"
#include "util/clock.h"
#include "util/log.h"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define RESERVED_MAX         16
#define ACCEPTS_A_TURN       8 /* then libwebsockets gets its chance to close what was evicted */
#define ACCEPT_AGAIN_NS      NS_PER_S
#define DESCRIPTORS_RESERVED 16

union address {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
};

static struct ip ip_of(const union address *address)
{
    return address->any.sa_family == AF_INET6 ? ip_of_v6(&address->v6.sin6_addr)
                                              : ip_of_v4(&address->v4.sin_addr);
}

static struct penalty_source source_of(const struct ip *peer)
{
    struct penalty_source source = {.family = peer->is_v6 ? 6 : 4};

    memcpy(source.prefix, peer->bytes, sizeof(source.prefix));
    return source;
}

/* Whether it waits for news rather than work. */
static bool is_standing(const struct web_connection *connection)
{
    return connection->phase == WEB_PHASE_LIVE;
}

/* Counts those of the source (NULL: all) and finds the longest idle of them. */
static int count_connections(const struct web *web, const struct penalty_source *source,
                             struct web_connection **idle)
{
    struct web_connection *connection;
    int count = 0;

    *idle = NULL;
    LIST_FOREACH(connection, &web->connections, entry)
    {
        bool is_stranger = connection->grant.role < ACCESS_ROLE_VIEWER;
        bool is_moving = connection->phase == WEB_PHASE_BODY || connection->phase == WEB_PHASE_SEND;
        bool is_idle =
            connection->phase == WEB_PHASE_IDLE || connection->phase == WEB_PHASE_LINGER ||
            (connection->phase == WEB_PHASE_ANSWER && connection->late != NULL) || /* a long poll */
            (is_moving && is_stranger); /* or seems to be: who sends no body, or reads nothing */

        if (connection->phase == WEB_PHASE_EVICTED)
            continue;
        if (source != NULL && !penalty_same_source(source, &connection->source))
            continue;
        count++;
        if (is_idle && (*idle == NULL || connection->since_ns < (*idle)->since_ns))
            *idle = connection;
    }
    return count;
}

static bool make_room(struct web *web, const struct penalty_source *source, int limit)
{
    struct web_connection *idle;

    if (count_connections(web, source, &idle) < limit)
        return true;
    if (idle == NULL)
        return false;
    web_connection_evict(idle);
    return true;
}

/* A quarter is kept for requests, which come and go: more than RESERVED_MAX at a time never stand in one
 * another's way. */
static int standing_limit(int clients)
{
    int reserved = clients / 4;

    return clients - (reserved < RESERVED_MAX ? reserved : RESERVED_MAX);
}

bool web_accept_has_room(const struct web_connection *newcomer)
{
    const struct web *web = newcomer->web;
    const struct web_connection *connection;
    int all = 0, of_source = 0;

    LIST_FOREACH(connection, &web->connections, entry)
    {
        all += is_standing(connection);
        of_source += is_standing(connection) && penalty_same_source(&newcomer->source, &connection->source);
    }
    return all < standing_limit(web->config->clients) &&
           of_source < standing_limit(web->config->clients_per_peer);
}

static bool is_served(const struct web_listener *listener, const struct ip *peer)
{
    struct web *web = listener->web;
    char text[IP_TEXT];

    if (web_peer_is_served(&web->peers, peer, listener->is_loopback))
        return true;
    web->refused_peers++;
    ip_print(peer, text);
    log_repeated(&web->stranger, clock_boot_ns(), LOG_LEVEL_WARNING, "web",
                 "%s called on %s and was refused: %s", text, listener->text,
                 web->peers.allowed_count > 0 ? "not in web.allow" : "not an address of the house");
    return false;
}

/* The lowest free number is given: a high one means that few are left. */
static bool spares_descriptors(struct web *web, int fd)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || (rlim_t)fd + DESCRIPTORS_RESERVED < limit.rlim_cur)
        return true;
    log_repeated(&web->full, clock_boot_ns(), LOG_LEVEL_WARNING, "web",
                 "connections are closed: the last %d descriptors are kept for the car and the diary",
                 DESCRIPTORS_RESERVED);
    return false;
}

static void take_connection(const struct web_listener *listener, int fd, const struct ip *peer)
{
    struct web *web = listener->web;
    struct penalty_source source = source_of(peer);
    struct web_connection *connection;

    if (!is_served(listener, peer) || !spares_descriptors(web, fd) ||
        !make_room(web, &source, web->config->clients_per_peer) ||
        !make_room(web, NULL, web->config->clients)) {
        close(fd);
        return;
    }
    connection = web_connection_new(listener, fd, peer, &source);
    if (connection == NULL)
        close(fd);
    else
        web_server_adopt(connection);
}

static void watch_listeners(struct web *web, uint32_t events)
{
    struct err err;

    for (size_t i = 0; i < web->listener_count; i++) {
        struct loop_watch *watch = web->listeners[i].watch;

        if (watch != NULL && loop_watch_set(watch, events, &err) != 0)
            log_error("web", "%s", err.text);
    }
}

static void accept_again(void *ctx, int64_t now_ns)
{
    (void)now_ns;
    watch_listeners(ctx, EPOLLIN);
}

/* Out of descriptors or memory: a listen socket that stays readable would keep the loop spinning. */
static void pause_accepting(struct web *web, int reason)
{
    int64_t now_ns = clock_boot_ns();

    log_repeated(&web->full, now_ns, LOG_LEVEL_WARNING, "web", "can't take connections for a second: %s",
                 strerror(reason));
    watch_listeners(web, 0);
    loop_timer_start(web->accept_again, now_ns + ACCEPT_AGAIN_NS);
}

void web_accept_ready(void *ctx, uint32_t events)
{
    struct web_listener *listener = ctx;

    (void)events;
    for (int i = 0; i < ACCEPTS_A_TURN; i++) {
        union address address;
        socklen_t len = sizeof(address);
        int fd = accept4(listener->fd, &address.any, &len, SOCK_NONBLOCK | SOCK_CLOEXEC);
        struct ip peer;

        if (fd < 0 && (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM))
            pause_accepting(listener->web, errno);
        if (fd < 0)
            return;
        peer = ip_of(&address);
        take_connection(listener, fd, &peer);
    }
}

int web_accept_start(struct web *web, struct err *err)
{
    web->accept_again = loop_timer_new(web->loop, accept_again, web);
    if (web->accept_again == NULL)
        return err_set(err, "out of memory");
    return web_peers_read(web->config, &web->peers, err);
}

void web_accept_stop(struct web *web)
{
    loop_timer_free(web->accept_again);
    web->accept_again = NULL;
}
