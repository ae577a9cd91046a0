/* TCP connections to Wi-Fi dongles. Resolves no names, and connects to nothing that is not on a private
 * network: a dongle is in the house. */
#include "adapter/port.h"
#include "adapter/port_private.h"
#include "util/core/time.h"

#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define OPEN_NS      (3 * NS_PER_S)
#define UNACKED_MS   5000 /* bytes that nobody acknowledges for so long end the connection */
#define HOST_MAX     64
#define KEEP_IDLE_S  15 /* a silent link is asked by the kernel, too */
#define KEEP_PROBES  3
#define KEEP_EVERY_S 5

struct network {
    uint32_t address, mask;
};

/* 10/8, 172.16/12, 192.168/16, 169.254/16, 127/8 */
static const struct network PRIVATE[] = {
    {0x0A000000, 0xFF000000}, {0xAC100000, 0xFFF00000}, {0xC0A80000, 0xFFFF0000},
    {0xA9FE0000, 0xFFFF0000}, {0x7F000000, 0xFF000000},
};

static bool tcp_is_private4(struct in_addr address)
{
    uint32_t value = ntohl(address.s_addr);
    for (size_t i = 0; i < sizeof(PRIVATE) / sizeof(PRIVATE[0]); i++) {
        if ((value & PRIVATE[i].mask) == PRIVATE[i].address) {
            return true;
        }
    }
    return false;
}

static bool tcp_is_private6(const struct in6_addr *address)
{
    bool unique_local = (address->s6_addr[0] & 0xFE) == 0xFC;
    return unique_local || IN6_IS_ADDR_LINKLOCAL(address) || IN6_IS_ADDR_LOOPBACK(address);
}

static int tcp_parse_port(const char *text, in_port_t *port)
{
    char *end = NULL;
    unsigned long value = strtoul(text, &end, 10);
    if (text[0] < '0' || text[0] > '9' || *end != '\0' || value < 1 || value > 65535) {
        return -1;
    }
    *port = htons((uint16_t)value);
    return 0;
}

/* Splits "ADDRESS:PORT" or "[ADDRESS]:PORT" at its last colon. */
static int tcp_split(const char *text, char *host, in_port_t *port)
{
    const char *colon = strrchr(text, ':');
    size_t len = colon ? (size_t)(colon - text) : 0;
    if (len == 0 || len >= HOST_MAX || tcp_parse_port(colon + 1, port)) {
        return -1;
    }
    if (text[0] == '[' && text[len - 1] == ']') {
        text++;
        len -= 2;
    }
    memcpy(host, text, len);
    host[len] = '\0';
    return 0;
}

static int tcp_explain(const struct port_target *target, int error, struct err *err)
{
    switch (error) {
    case EACCES:
    case EPERM:
        return err_set(err, "permission denied");
    case ENODEV:
    case ENXIO:
        return err_set(err, "there is no network interface %s", target->interface);
    case ECONNREFUSED:
        return err_set(err, "connection refused: nothing listens there, or " PORT_BUSY_WORDS " is connected");
    case ECONNRESET:
    case EPIPE:
        return err_set(err, "the adapter closed the connection");
    case ETIMEDOUT:
    case EINPROGRESS:
        return err_set(err, "timed out: the adapter is not reachable");
    case EHOSTUNREACH:
    case ENETUNREACH:
    case ENETDOWN:
        return target->interface[0]
                   ? err_set(err, "not reachable: is its network there?")
                   : err_set(err, "not reachable without a router, which is not passed: join "
                                  "its network, or name the interface");
    default:
        return err_set(err, "%s", strerror(error));
    }
}

static int tcp_parse(struct port_target *target, struct err *err)
{
    char host[HOST_MAX];
    in_port_t port = 0;
    struct sockaddr_in v4 = {.sin_family = AF_INET};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6};
    if (tcp_split(target->name + strlen(port_tcp.prefix), host, &port)) {
        return err_set(err, "%s: not tcp://ADDRESS:PORT", target->name);
    }
    v4.sin_port = port;
    v6.sin6_port = port;
    if (inet_pton(AF_INET, host, &v4.sin_addr) == 1 && tcp_is_private4(v4.sin_addr)) {
        memcpy(&target->address, &v4, sizeof(v4));
        target->address_len = sizeof(v4);
        return 0;
    }
    if (inet_pton(AF_INET6, host, &v6.sin6_addr) == 1 && tcp_is_private6(&v6.sin6_addr)) {
        memcpy(&target->address, &v6, sizeof(v6));
        target->address_len = sizeof(v6);
        return 0;
    }
    return err_set(err, "%s: not a numeric address of a private network", target->name);
}

/* A dongle is a neighbour. IPv4 refuses a route through a router at once; IPv6 knows no such option, so there
 * the first router drops what is sent. With an interface of its own the owner has said where it is. */
static void tcp_stay_near(int fd)
{
    const int on = 1;
    setsockopt(fd, SOL_SOCKET, SO_DONTROUTE, &on, sizeof(on));
    setsockopt(fd, IPPROTO_IPV6, IPV6_UNICAST_HOPS, &on, sizeof(on));
}

static int tcp_set_up(const struct port_target *target, int fd, struct err *err)
{
    const int on = 1;
    const unsigned unacked_ms = UNACKED_MS;
    const int idle_s = KEEP_IDLE_S;
    const int every_s = KEEP_EVERY_S;
    const int probes = KEEP_PROBES;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &unacked_ms, sizeof(unacked_ms));
    setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on));
    setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle_s, sizeof(idle_s));
    setsockopt(fd, IPPROTO_TCP, TCP_KEEPINTVL, &every_s, sizeof(every_s));
    setsockopt(fd, IPPROTO_TCP, TCP_KEEPCNT, &probes, sizeof(probes));
    const char *interface = target->interface;
    if (interface[0] == '\0') {
        tcp_stay_near(fd);
        return 0;
    }
    if (setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, interface, (socklen_t)strlen(interface))) {
        return tcp_explain(target, errno, err);
    }
    return 0;
}

static int tcp_open(const struct port_target *target, struct err *err)
{
    struct sockaddr_storage address = target->address;
    int fd = socket(address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        return tcp_explain(target, errno, err);
    }
    if (address.ss_family == AF_INET6 && target->interface[0]) {
        struct sockaddr_in6 v6;
        memcpy(&v6, &address, sizeof(v6));
        v6.sin6_scope_id = if_nametoindex(target->interface);
        memcpy(&address, &v6, sizeof(v6));
    }
    if (tcp_set_up(target, fd, err)) {
        close(fd);
        return -1;
    }
    if (connect(fd, (const struct sockaddr *)&address, target->address_len) && errno != EINPROGRESS) {
        tcp_explain(target, errno, err);
        close(fd);
        return -1;
    }
    return fd;
}

static int tcp_finish(const struct port_target *target, int fd, struct err *err)
{
    int error = port_connect_error(fd);
    return error ? tcp_explain(target, error, err) : 0;
}

const struct port_kind port_tcp = {
    .prefix = "tcp://",
    .open_ns = OPEN_NS,
    .parse = tcp_parse,
    .open = tcp_open,
    .finish = tcp_finish,
    .explain = tcp_explain,
};
