/* Our own listen sockets: libwebsockets 4.1.6, told to listen on 127.0.0.1, listens everywhere. Off loopback
 * a socket is bound to an interface: one that is merely bound to an address of the house answers who asks for
 * that address on any other network too. An interface that isn't there is waited for, and one that was made
 * anew gets a new socket. Takes no connection. */
#include "export/web_private.h"
#include "util/clock.h"
#include "util/log.h"
#include "util/netdevice.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define PORT_HTTPS      443
#define BACKLOG         64
#define LOOK_NS         (3 * NS_PER_S)
#define USER_TIMEOUT_MS 15000

struct address {
    socklen_t len;
    union {
        struct sockaddr any;
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
    } at;
};

/* An interface's, or loopback's for the words that stand for it. */
static struct ip ip_of_text(const char *text)
{
    struct ip ip = {.is_v6 = false};

    if (strcmp(text, "localhost") == 0 || strcmp(text, "lo") == 0)
        text = "127.0.0.1";
    return ip_read(text, &ip) ? ip : (struct ip){.is_v6 = false};
}

bool web_listen_is_loopback(const char *text)
{
    struct ip ip = ip_of_text(text);

    return ip_is_loopback(&ip);
}

bool web_listen_is_plain(const struct web *web)
{
    for (size_t i = 0; i < web->listener_count; i++) {
        if (!web->listeners[i].is_loopback && !web->listeners[i].is_tls)
            return true;
    }
    return false;
}

/* ---- a socket ---- */

static struct address address_of(const struct web_listener *listener)
{
    in_port_t port = htons((uint16_t)listener->web->port);
    struct address address;

    memset(&address, 0, sizeof(address));
    if (listener->family == AF_INET6) {
        address.at.v6.sin6_family = AF_INET6;
        address.at.v6.sin6_port = port;
        memcpy(&address.at.v6.sin6_addr, listener->ip.bytes, sizeof(address.at.v6.sin6_addr));
        address.len = sizeof(address.at.v6);
    } else {
        address.at.v4.sin_family = AF_INET;
        address.at.v4.sin_port = port;
        memcpy(&address.at.v4.sin_addr, listener->ip.bytes, sizeof(address.at.v4.sin_addr));
        address.len = sizeof(address.at.v4);
    }
    return address;
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

/* 127.0.0.1 and an interface's wildcard are two listeners of one port only while each has its device. */
static int bind_socket(const struct web_listener *listener, const char *device)
{
    struct address address = address_of(listener);
    const char *name = device == NULL ? "lo" : device;

    if (set_options(listener->fd, listener->family) != 0)
        return -1;
    if (setsockopt(listener->fd, SOL_SOCKET, SO_BINDTODEVICE, name, (socklen_t)strlen(name)) != 0 &&
        device != NULL)
        return -1;
    if (bind(listener->fd, &address.at.any, address.len) != 0)
        return -1;
    return listen(listener->fd, BACKLOG);
}

static int find_port(struct web_listener *listener)
{
    struct address address = {.len = sizeof(address.at)};

    if (getsockname(listener->fd, &address.at.any, &address.len) != 0)
        return -1;
    listener->web->port =
        ntohs(listener->family == AF_INET6 ? address.at.v6.sin6_port : address.at.v4.sin_port);
    return 0;
}

static void close_socket(struct web_listener *listener)
{
    loop_watch_free(listener->watch);
    listener->watch = NULL;
    if (listener->fd >= 0)
        close(listener->fd);
    listener->fd = -1;
}

static const char *family_words(const struct web_listener *listener)
{
    return listener->family == AF_INET6 && !listener->is_loopback ? " (IPv6)" : "";
}

/* `device` NULL: of loopback. */
static int open_socket(struct web_listener *listener, const char *device, struct err *err)
{
    struct web *web = listener->web;

    listener->fd = socket(listener->family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (listener->fd < 0 || bind_socket(listener, device) != 0 ||
        (web->port == 0 && find_port(listener) != 0)) {
        err_set(err, "%s", strerror(errno));
        close_socket(listener);
        return -1;
    }
    listener->watch = loop_watch_new(web->loop, listener->fd, EPOLLIN, web_accept_ready, listener, err);
    if (listener->watch == NULL) {
        close_socket(listener);
        return -1;
    }
    bool is_further = device != NULL && strcmp(device, listener->text) != 0;
    log_info("web", "listening on %s%s%s%s, port %d%s", listener->text, family_words(listener),
             is_further ? " of " : "", is_further ? device : "", web->port, listener->is_tls ? ", TLS" : "");
    return 0;
}

/* ---- interfaces ---- */

/* The interface to bind to, and its index; 0: it isn't there, or none has the address. */
static unsigned find_device(const struct web_listener *listener, char name[IF_NAMESIZE])
{
    static const struct ip any = {.is_v6 = false};

    if (ip_equal(&listener->ip, &any))
        snprintf(name, IF_NAMESIZE, "%s", listener->text);
    else if (!netdevice_find(&listener->ip, name))
        return 0;
    return if_nametoindex(name);
}

static void tell_missing(struct web_listener *listener, const char *why)
{
    if (!listener->is_missed)
        log_warning("web", "not listening on %s%s now: %s; tried again every few seconds", listener->text,
                    family_words(listener), why);
    listener->is_missed = true;
}

/* 0, also when there is nothing to open yet. */
static int look_after(struct web_listener *listener, struct err *err)
{
    char name[IF_NAMESIZE];
    unsigned device = find_device(listener, name);

    if (listener->fd >= 0 && device == listener->device)
        return 0;
    close_socket(listener);
    listener->device = device;
    if (device == 0) {
        tell_missing(listener, "no interface has it");
        return 0;
    }
    if (open_socket(listener, name, err) != 0)
        return -1;
    listener->is_missed = false;
    return 0;
}

static void look_again(void *ctx, int64_t now_ns)
{
    struct web *web = ctx;
    struct err err;

    for (size_t i = 0; i < web->listener_count; i++) {
        if (!web->listeners[i].is_loopback && look_after(&web->listeners[i], &err) != 0)
            tell_missing(&web->listeners[i], err.text);
    }
    loop_timer_start(web->look_again, now_ns + LOOK_NS);
}

/* ---- start and stop ---- */

static int listen_on(struct web *web, const char *text, int family, struct err *err)
{
    struct web_listener *listener = &web->listeners[web->listener_count++];

    *listener =
        (struct web_listener){.web = web, .text = text, .family = family, .fd = -1, .ip = ip_of_text(text)};
    listener->is_loopback = ip_is_loopback(&listener->ip);
    listener->is_tls = web_tls_is_on(web->config, listener->is_loopback);
    if (listener->is_loopback)
        return open_socket(listener, NULL, err);
    return look_after(listener, err);
}

/* What config_check_listen() lets pass; again, as nothing of this may ever come in by another way. */
static int check_text(const char *text, struct err *err)
{
    struct ip ip;

    if (ip_read(text, &ip) ? ip_is_loopback(&ip) || (ip_is_private(&ip) && !ip.is_v6)
                           : text[0] != '\0' && strlen(text) < IF_NAMESIZE)
        return 0;
    return err_set(err, "neither a network interface nor an address of the house");
}

static int listen_on_item(struct web *web, const char *text, struct err *err)
{
    struct ip ip;
    bool is_address = ip_read(text, &ip) || web_listen_is_loopback(text);

    if (check_text(text, err) != 0)
        return -1;
    if (listen_on(web, text, is_address && ip_of_text(text).is_v6 ? AF_INET6 : AF_INET, err) != 0)
        return -1;
    return !is_address && web->config->ipv6 ? listen_on(web, text, AF_INET6, err) : 0;
}

static int add_hosts(struct web *web, struct err *err)
{
    char hostname[128], name[sizeof(hostname) + sizeof(".local")];
    bool fits = true;

    if (gethostname(hostname, sizeof(hostname)) == 0) {
        hostname[sizeof(hostname) - 1] = '\0';
        hostname[strcspn(hostname, ".")] = '\0';
        snprintf(name, sizeof(name), "%s.local", hostname);
        fits = web_hosts_add(&web->hosts, name, web->port);
    }
    for (size_t i = 0; i < web->config->hosts.count; i++)
        fits = fits && web_hosts_add(&web->hosts, web->config->hosts.items[i], web->port);
    return fits ? 0 : err_set(err, "web.hosts: too many or too long");
}

/* By a proxy of the owner's the house is called as he named it, at the usual port or none. */
static void add_proxied(const struct config_list *names, struct web_hosts *hosts)
{
    for (size_t i = 0; i < names->count; i++)
        web_hosts_add(hosts, names->items[i], PORT_HTTPS);
}

/* Its own address as the client reached it: one that DHCP changes is right at once. */
void web_listen_hosts(const struct web_connection *connection, struct web_hosts *hosts)
{
    struct address address = {.len = sizeof(address.at)};
    char text[IP_TEXT];
    struct ip ip;

    *hosts = connection->web->hosts;
    if (connection->is_loopback)
        web_hosts_add(hosts, "localhost", connection->web->port);
    if (getsockname(connection->fd, &address.at.any, &address.len) != 0)
        return;
    ip = address.at.any.sa_family == AF_INET6 ? ip_of_v6(&address.at.v6.sin6_addr)
                                              : ip_of_v4(&address.at.v4.sin_addr);
    ip_print(&ip, text);
    web_hosts_add(hosts, text, connection->web->port);
    if (connection->is_proxy)
        add_proxied(&connection->web->config->hosts, hosts);
}

int web_listen_start(struct web *web, struct err *err)
{
    web->port = web->config->port;
    web->look_again = loop_timer_new(web->loop, look_again, web);
    if (web->look_again == NULL)
        return err_set(err, "out of memory");
    for (size_t i = 0; i < web->config->listen.count; i++) {
        const char *text = web->config->listen.items[i];

        if (listen_on_item(web, text, err) != 0)
            return err_prefix(err, "web.listen: %s, port %d: ", text, web->port);
    }
    if (web->listener_count == 0)
        return err_set(err, "web.listen: no address");
    for (size_t i = 0; i < web->listener_count; i++) {
        if (!web->listeners[i].is_loopback)
            loop_timer_start(web->look_again, clock_boot_ns() + LOOK_NS);
    }
    if (web_listen_is_plain(web))
        log_warning("web", "web.tls is off: passwords and all that is shown pass through the house in clear");
    return add_hosts(web, err);
}

void web_listen_stop(struct web *web)
{
    for (size_t i = 0; i < web->listener_count; i++)
        close_socket(&web->listeners[i]);
    web->listener_count = 0;
    loop_timer_free(web->look_again);
    web->look_again = NULL;
}
