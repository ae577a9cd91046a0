/* A Wi-Fi dongle: one client; a second one is turned away while the first is there. */
#include "port_private.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define BACKLOG 4

static void on_connection(void *ctx, uint32_t events)
{
    struct sim_port *port = ctx;
    int fd = accept4(port->listen_fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    int on = 1;
    struct err err;

    (void)events;
    if (fd < 0)
        return;
    if (port->fd >= 0) {
        close(fd);
        return;
    }
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    if (sim_port_adopt(port, fd, &err) != 0)
        fprintf(stderr, "garaged-sim: %s\n", err.text);
}

static int tcp_resolve(const struct sim_port *port, struct addrinfo **list, struct err *err)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE | AI_NUMERICSERV};
    char host[64];
    char service[8];
    size_t len = strlen(port->host);
    bool bracketed = len > 2 && port->host[0] == '[' && port->host[len - 1] == ']';

    snprintf(host, sizeof(host), "%.*s", (int)(bracketed ? len - 2 : len), port->host + (bracketed ? 1 : 0));
    snprintf(service, sizeof(service), "%u", port->number);
    int code = getaddrinfo(host, service, &hints, list);
    return code == 0 ? 0 : err_set(err, "%s: %s", port->host, gai_strerror(code));
}

static int tcp_listen(int fd, const struct addrinfo *address)
{
    int on = 1;

    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    if (bind(fd, address->ai_addr, address->ai_addrlen) != 0)
        return -1;
    return listen(fd, BACKLOG);
}

static void tcp_learn_number(struct sim_port *port)
{
    struct sockaddr_storage address;
    socklen_t len = sizeof(address);

    if (getsockname(port->listen_fd, (struct sockaddr *)&address, &len) != 0)
        return;
    if (address.ss_family == AF_INET)
        port->number = ntohs(((struct sockaddr_in *)&address)->sin_port);
    if (address.ss_family == AF_INET6)
        port->number = ntohs(((struct sockaddr_in6 *)&address)->sin6_port);
    snprintf(port->name, sizeof(port->name), "%u", port->number);
}

static int tcp_open(struct sim_port *port, struct err *err)
{
    struct addrinfo *list = NULL;

    if (tcp_resolve(port, &list, err) != 0)
        return -1;
    int fd = socket(list->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    int result = fd < 0 ? -1 : tcp_listen(fd, list);
    int reason = errno;
    freeaddrinfo(list);
    if (result != 0) {
        if (fd >= 0)
            close(fd);
        return err_set(err, "listen on %s:%u: %s", port->host, port->number, strerror(reason));
    }
    port->listen_fd = fd;
    tcp_learn_number(port);
    port->listen_watch = loop_watch_new(port->loop, fd, EPOLLIN, on_connection, port, err);
    if (port->listen_watch)
        return 0;
    sim_port_close(port);
    return -1;
}

static void tcp_close(struct sim_port *port)
{
    close(port->listen_fd);
}

static const struct sim_port_ops tcp_ops = {.open = tcp_open, .close = tcp_close};

struct sim_port *sim_port_new_tcp(struct loop *loop, const char *host, uint16_t number, sim_port_bytes_fn *fn,
                                  void *ctx, struct err *err)
{
    struct sim_port *port = sim_port_make(&tcp_ops, loop, fn, ctx, err);

    if (!port)
        return NULL;
    port->host = host;
    port->number = number;
    return port;
}
