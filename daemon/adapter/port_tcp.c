/* TCP connections to Wi-Fi dongles. Resolves no names, and connects to nothing that is not on a private
 * network: a dongle is in the house. */
#include "adapter/port_private.h"

#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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

int port_tcp_parse(const char *name, struct sockaddr_storage *address, socklen_t *len, struct err *err)
{
    char host[HOST_MAX];
    in_port_t port = 0;
    struct sockaddr_in v4 = {.sin_family = AF_INET};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6};
    memset(address, 0, sizeof(*address));
    if (strncmp(name, "tcp://", 6) != 0 || tcp_split(name + 6, host, &port)) {
        return err_set(err, "%s: not tcp://ADDRESS:PORT", name);
    }
    v4.sin_port = port;
    v6.sin6_port = port;
    if (inet_pton(AF_INET, host, &v4.sin_addr) == 1 && tcp_is_private4(v4.sin_addr)) {
        memcpy(address, &v4, sizeof(v4));
        *len = sizeof(v4);
        return 0;
    }
    if (inet_pton(AF_INET6, host, &v6.sin6_addr) == 1 && tcp_is_private6(&v6.sin6_addr)) {
        memcpy(address, &v6, sizeof(v6));
        *len = sizeof(v6);
        return 0;
    }
    return err_set(err, "%s: not a numeric address of a private network", name);
}

static int tcp_set_up(int fd, const char *interface, struct err *err)
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
    if (interface[0] == '\0') {
        return 0;
    }
    if (setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, interface, (socklen_t)strlen(interface))) {
        return err_set(err, "interface %s: %s", interface, port_words(errno, false));
    }
    return 0;
}

int port_tcp_open(const struct sockaddr_storage *address, socklen_t len, const char *interface,
                  struct err *err)
{
    struct sockaddr_storage target = *address;
    int fd = socket(target.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        return err_set(err, "%s", port_words(errno, false));
    }
    if (target.ss_family == AF_INET6 && interface[0]) {
        struct sockaddr_in6 v6;
        memcpy(&v6, &target, sizeof(v6));
        v6.sin6_scope_id = if_nametoindex(interface);
        memcpy(&target, &v6, sizeof(v6));
    }
    if (tcp_set_up(fd, interface, err)) {
        close(fd);
        return -1;
    }
    if (connect(fd, (const struct sockaddr *)&target, len) && errno != EINPROGRESS) {
        err_set(err, "%s", port_words(errno, false));
        close(fd);
        return -1;
    }
    return fd;
}

int port_tcp_finish(int fd, struct err *err)
{
    int error = 0;
    socklen_t len = sizeof(error);
    if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len)) {
        error = errno;
    }
    return error ? err_set(err, "%s", port_words(error, false)) : 0;
}
