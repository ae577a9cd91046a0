/* Who may connect at all: decided by address, before a byte is read. Being let in here permits nothing by
 * itself: everything below /api/ needs a session still. Pure. */
#ifndef EXPORT_WEB_PEER_H
#define EXPORT_WEB_PEER_H

#include "config.h"
#include "util/core/err.h"
#include "util/ip.h"

#include <stdbool.h>
#include <stddef.h>

struct web_peers {
    struct ip_network allowed[CONFIG_LIST_MAX]; /* none: every private address */
    size_t allowed_count;
    struct ip proxies[CONFIG_LIST_MAX]; /* who may relay */
    size_t proxy_count;
};

/* From web.allow and web.proxies. */
int web_peers_read(const struct config_web *config, struct web_peers *peers, struct err *err);

/* On loopback: this machine, whatever web.allow says. Elsewhere: the networks of web.allow when it names any
 * (a public one only by that), else private addresses; never loopback's. */
bool web_peer_is_served(const struct web_peers *peers, const struct ip *peer, bool is_loopback);

/* Whether the owner has named it as a proxy. */
bool web_peer_is_proxy(const struct web_peers *peers, const struct ip *peer);

#endif
