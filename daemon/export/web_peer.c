/* Two lists out of the configuration, and what they say of an address. Knows no socket. */
#include "export/web_peer.h"

int web_peers_read(const struct config_web *config, struct web_peers *peers, struct err *err)
{
    *peers = (struct web_peers){.allowed_count = config->allow.count, .proxy_count = config->proxies.count};
    for (size_t i = 0; i < config->allow.count; i++) {
        if (!ip_network_read(config->allow.items[i], &peers->allowed[i]))
            return err_set(err, "web.allow: %s: not a network", config->allow.items[i]);
    }
    for (size_t i = 0; i < config->proxies.count; i++) {
        if (!ip_read(config->proxies.items[i], &peers->proxies[i]))
            return err_set(err, "web.proxies: %s: not an address", config->proxies.items[i]);
    }
    return 0;
}

bool web_peer_is_served(const struct web_peers *peers, const struct ip *peer, bool is_loopback)
{
    if (is_loopback || ip_is_loopback(peer))
        return is_loopback && ip_is_loopback(peer);
    if (peers->allowed_count == 0)
        return ip_is_private(peer);
    for (size_t i = 0; i < peers->allowed_count; i++) {
        if (ip_network_has(&peers->allowed[i], peer))
            return true;
    }
    return false;
}

bool web_peer_is_proxy(const struct web_peers *peers, const struct ip *peer)
{
    for (size_t i = 0; i < peers->proxy_count; i++) {
        if (ip_equal(&peers->proxies[i], peer))
            return true;
    }
    return false;
}
