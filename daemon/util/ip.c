/* IP addresses as bytes. What is private is one table; whoever asks decides what that means. */
#include "util/ip.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#define V4_BITS 32
#define V6_BITS 128

struct ip ip_of_v4(const struct in_addr *address)
{
    struct ip ip = {.is_v6 = false};

    memcpy(ip.bytes, address, sizeof(*address));
    return ip;
}

struct ip ip_of_v6(const struct in6_addr *address)
{
    struct ip ip = {.is_v6 = !IN6_IS_ADDR_V4MAPPED(address)};

    if (ip.is_v6)
        memcpy(ip.bytes, address->s6_addr, sizeof(ip.bytes));
    else
        memcpy(ip.bytes, address->s6_addr + 12, 4);
    return ip;
}

bool ip_read(const char *text, struct ip *ip)
{
    struct in_addr v4;
    struct in6_addr v6;

    if (inet_pton(AF_INET, text, &v4) == 1)
        *ip = ip_of_v4(&v4);
    else if (inet_pton(AF_INET6, text, &v6) == 1)
        *ip = ip_of_v6(&v6);
    else
        return false;
    return true;
}

void ip_print(const struct ip *ip, char text[IP_TEXT])
{
    inet_ntop(ip->is_v6 ? AF_INET6 : AF_INET, ip->bytes, text, IP_TEXT);
}

bool ip_equal(const struct ip *a, const struct ip *b)
{
    return a->is_v6 == b->is_v6 && memcmp(a->bytes, b->bytes, sizeof(a->bytes)) == 0;
}

bool ip_is_loopback(const struct ip *ip)
{
    static const struct ip one = {.is_v6 = true, .bytes = {[15] = 1}};

    return ip->is_v6 ? ip_equal(ip, &one) : ip->bytes[0] == 127;
}

bool ip_is_private(const struct ip *ip)
{
    static const struct ip_network networks[] = {
        {{false, {10}}, 8},        {{false, {172, 16}}, 12}, {{false, {192, 168}}, 16},
        {{false, {169, 254}}, 16}, {{true, {0xFC}}, 7},      {{true, {0xFE, 0x80}}, 10},
    };

    for (size_t i = 0; i < sizeof(networks) / sizeof(networks[0]); i++) {
        if (ip_network_has(&networks[i], ip))
            return true;
    }
    return false;
}

/* Behind the slash. */
static bool read_bits(const char *text, unsigned most, unsigned *bits)
{
    size_t len = strlen(text);

    if (len == 0 || len > 3 || strspn(text, "0123456789") != len)
        return false;
    *bits = (unsigned)strtoul(text, NULL, 10);
    return *bits <= most;
}

bool ip_network_read(const char *text, struct ip_network *network)
{
    char address[IP_TEXT];
    const char *slash = strchr(text, '/');
    size_t len = slash == NULL ? strlen(text) : (size_t)(slash - text);
    unsigned most;

    if (len >= sizeof(address))
        return false;
    memcpy(address, text, len);
    address[len] = '\0';
    if (!ip_read(address, &network->ip))
        return false;
    most = network->ip.is_v6 ? V6_BITS : V4_BITS;
    network->bits = most;
    return slash == NULL || read_bits(slash + 1, most, &network->bits);
}

bool ip_network_has(const struct ip_network *network, const struct ip *ip)
{
    unsigned bytes = network->bits / 8;
    unsigned rest = network->bits % 8;
    unsigned mask = 0xFFU & ~(0xFFU >> rest);

    if (network->ip.is_v6 != ip->is_v6 || memcmp(network->ip.bytes, ip->bytes, bytes) != 0)
        return false;
    return rest == 0 || (network->ip.bytes[bytes] & mask) == (ip->bytes[bytes] & mask);
}
