/* IP addresses and networks: which are a house's own, which network holds which. An IPv4 address in IPv6's
 * clothes (::ffff:10.0.0.1) is an IPv4 address. Opens nothing and looks no name up. */
#ifndef UTIL_IP_H
#define UTIL_IP_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define IP_TEXT INET6_ADDRSTRLEN

struct ip {
    bool is_v6;
    uint8_t bytes[16]; /* an IPv4 address: the first four, and zeros */
};

struct ip_network {
    struct ip ip;
    unsigned bits;
};

/* From a socket's address. */
struct ip ip_of_v4(const struct in_addr *address);
/* The same; IPv4 where it is that. */
struct ip ip_of_v6(const struct in6_addr *address);

/* A numeric address and nothing else: no name, no port, no interface. */
bool ip_read(const char *text, struct ip *ip);
void ip_print(const struct ip *ip, char text[IP_TEXT]);

/* The same address, of the same family. */
bool ip_equal(const struct ip *a, const struct ip *b);

/* This machine's: 127/8, ::1. */
bool ip_is_loopback(const struct ip *ip);

/* A house's: 10/8, 172.16/12, 192.168/16, fc00::/7, and link-local: 169.254/16, fe80::/10. Loopback is not.
 */
bool ip_is_private(const struct ip *ip);

/* "ADDRESS" or "ADDRESS/BITS". */
bool ip_network_read(const char *text, struct ip_network *network);
bool ip_network_has(const struct ip_network *network, const struct ip *ip);

#endif
