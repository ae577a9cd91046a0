/* Our own listen sockets: libwebsockets 4.1.6, told to listen on 127.0.0.1, listens everywhere. Also the
 * limits of connections, for all and for one peer. When one is reached, the connection that has been idle for
 * longest makes room, so that half-open ones starve nobody; when all are at work, the newcomer is closed. */
#include "export/web_private.h"
#include "util/clock.h"
#include "util/log.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define BACKLOG         64
#define ACCEPTS_A_TURN  8 /* then libwebsockets gets its chance to close what was evicted */
#define ACCEPT_AGAIN_NS NS_PER_S
#define USER_TIMEOUT_MS 15000

struct address {
    socklen_t len;
    union {
        struct sockaddr any;
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
    } at;
};

static struct penalty_source source_of(const struct address *address)
{
    struct penalty_source source = {.family = address->at.any.sa_family == AF_INET6 ? 6 : 4};

    if (source.family == 6)
        memcpy(source.prefix, &address->at.v6.sin6_addr, sizeof(source.prefix));
    else
        memcpy(source.prefix, &address->at.v4.sin_addr, sizeof(address->at.v4.sin_addr));
    return source;
}

static bool same_source(const struct penalty_source *a, const struct penalty_source *b)
{
    return a->family == b->family && memcmp(a->prefix, b->prefix, sizeof(a->prefix)) == 0;
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
        bool is_idle = connection->phase == WEB_PHASE_IDLE || connection->phase == WEB_PHASE_LINGER ||
                       (connection->phase == WEB_PHASE_ANSWER && connection->late != NULL); /* a long poll */

        if (connection->phase == WEB_PHASE_EVICTED)
            continue;
        if (source != NULL && !same_source(source, &connection->source))
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

static void take_connection(const struct web_listener *listener, int fd, const struct address *peer)
{
    struct web *web = listener->web;
    struct penalty_source source = source_of(peer);
    struct web_connection *connection;

    if (!make_room(web, &source, web->config->clients_per_peer) ||
        !make_room(web, NULL, web->config->clients)) {
        close(fd);
        return;
    }
    connection = web_connection_new(web, fd, listener->is_tls, &source);
    if (connection == NULL)
        close(fd);
    else
        web_server_adopt(connection);
}

static void watch_listeners(struct web *web, uint32_t events)
{
    struct err err;

    for (size_t i = 0; i < web->listener_count; i++) {
        if (loop_watch_set(web->listeners[i].watch, events, &err) != 0)
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

static void accept_ready(void *ctx, uint32_t events)
{
    struct web_listener *listener = ctx;

    (void)events;
    for (int i = 0; i < ACCEPTS_A_TURN; i++) {
        struct address peer = {.len = sizeof(peer.at)};
        int fd = accept4(listener->fd, &peer.at.any, &peer.len, SOCK_NONBLOCK | SOCK_CLOEXEC);

        if (fd < 0 && (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM))
            pause_accepting(listener->web, errno);
        if (fd < 0)
            return;
        take_connection(listener, fd, &peer);
    }
}

/* Loopback addresses only. */
static int read_address(const char *text, int port, struct address *address, struct err *err)
{
    memset(address, 0, sizeof(*address));
    if (strcmp(text, "localhost") == 0 || strcmp(text, "lo") == 0)
        text = "127.0.0.1";
    if (inet_pton(AF_INET, text, &address->at.v4.sin_addr) == 1 && strncmp(text, "127.", 4) == 0) {
        address->at.v4.sin_family = AF_INET;
        address->at.v4.sin_port = htons((uint16_t)port);
        address->len = sizeof(address->at.v4);
        return 0;
    }
    if (inet_pton(AF_INET6, text, &address->at.v6.sin6_addr) == 1 && strcmp(text, "::1") == 0) {
        address->at.v6.sin6_family = AF_INET6;
        address->at.v6.sin6_port = htons((uint16_t)port);
        address->len = sizeof(address->at.v6);
        return 0;
    }
    return err_set(err, "only loopback (127.0.0.1, ::1) is served until garaged speaks TLS");
}

/* What connections inherit: small buffers, so that a stalled client holds no stale minutes. */
static int set_options(int fd, int family)
{
    const int on = 1;
    const int send_bytes = WEB_SEND_BYTES;
    const unsigned user_timeout_ms = USER_TIMEOUT_MS;

    if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) != 0 ||
        setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &send_bytes, sizeof(send_bytes)) != 0 ||
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)) != 0 ||
        setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &user_timeout_ms, sizeof(user_timeout_ms)) != 0)
        return -1;
    return family == AF_INET6 ? setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on)) : 0;
}

static int open_socket(struct web *web, const struct address *address, struct err *err)
{
    struct web_listener *listener = &web->listeners[web->listener_count];
    int fd = socket(address->at.any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

    if (fd < 0)
        return err_set(err, "%s", strerror(errno));
    listener->web = web;
    listener->fd = fd;
    listener->is_tls = web_tls_is_on(web->config, true);
    web->listener_count++;
    if (set_options(fd, address->at.any.sa_family) != 0 || bind(fd, &address->at.any, address->len) != 0 ||
        listen(fd, BACKLOG) != 0)
        return err_set(err, "%s", strerror(errno));
    listener->watch = loop_watch_new(web->loop, fd, EPOLLIN, accept_ready, listener, err);
    return listener->watch == NULL ? -1 : 0;
}

static int find_port(struct web *web, struct err *err)
{
    struct address address = {.len = sizeof(address.at)};

    if (getsockname(web->listeners[0].fd, &address.at.any, &address.len) != 0)
        return err_set(err, "%s", strerror(errno));
    web->port =
        ntohs(address.at.any.sa_family == AF_INET6 ? address.at.v6.sin6_port : address.at.v4.sin_port);
    return 0;
}

static int listen_on(struct web *web, const char *text, struct err *err)
{
    struct address address;
    char literal[INET6_ADDRSTRLEN];

    if (read_address(text, web->port, &address, err) != 0 || open_socket(web, &address, err) != 0)
        return -1;
    if (web->port == 0 && find_port(web, err) != 0)
        return -1;
    if (address.at.any.sa_family == AF_INET6)
        inet_ntop(AF_INET6, &address.at.v6.sin6_addr, literal, sizeof(literal));
    else
        inet_ntop(AF_INET, &address.at.v4.sin_addr, literal, sizeof(literal));
    if (!web_hosts_add(&web->hosts, literal, web->port))
        return err_set(err, "too many addresses");
    return 0;
}

static int add_hosts(struct web *web, struct err *err)
{
    bool fits = web_hosts_add(&web->hosts, "localhost", web->port);

    for (size_t i = 0; i < web->config->hosts.count; i++)
        fits = fits && web_hosts_add(&web->hosts, web->config->hosts.items[i], web->port);
    return fits ? 0 : err_set(err, "web.hosts: too many or too long");
}

int web_accept_start(struct web *web, struct err *err)
{
    web->port = web->config->port;
    web->accept_again = loop_timer_new(web->loop, accept_again, web);
    if (web->accept_again == NULL)
        return err_set(err, "out of memory");
    for (size_t i = 0; i < web->config->listen.count; i++) {
        const char *text = web->config->listen.items[i];

        if (listen_on(web, text, err) != 0)
            return err_prefix(err, "web.listen: %s, port %d: ", text, web->port);
    }
    if (web->listener_count == 0)
        return err_set(err, "web.listen: no address");
    return add_hosts(web, err);
}

void web_accept_stop(struct web *web)
{
    for (size_t i = 0; i < web->listener_count; i++) {
        loop_watch_free(web->listeners[i].watch);
        close(web->listeners[i].fd);
    }
    web->listener_count = 0;
    loop_timer_free(web->accept_again);
    web->accept_again = NULL;
}
