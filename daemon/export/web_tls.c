/* Who speaks TLS, with which certificate and for which names, and what that changes in a cookie. Encryption
 * itself is libwebsockets' and OpenSSL's, keys and certificates are access/certificate*.c's. */
#include "export/web_private.h"
#include "util/clock.h"
#include "util/netdevice.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

bool web_tls_is_on(const struct config_web *config, bool is_loopback)
{
    return config->tls == CONFIG_TLS_ON || (config->tls == CONFIG_TLS_AUTO && !is_loopback);
}

const char *web_tls_cookie(bool is_tls)
{
    return is_tls ? "__Host-garaged" : "garaged";
}

const char *web_tls_cookie_attributes(bool is_tls)
{
    return is_tls ? "Secure; HttpOnly; SameSite=Strict; Path=/" : "HttpOnly; SameSite=Strict; Path=/";
}

/* ---- the names ---- */

/* The address that an interface has at the moment. Of IPv4 only: one of IPv6 is used up in a day, and each
 * new name is a new certificate. */
static void add_address(struct certificate_names *names, const char *interface)
{
    char text[IP_TEXT];
    struct ip ip;

    if (!netdevice_address(interface, &ip))
        return;
    ip_print(&ip, text);
    certificate_names_add(names, text);
}

static void add_hostname(struct certificate_names *names)
{
    char hostname[128], name[sizeof(hostname) + sizeof(".local")];

    if (gethostname(hostname, sizeof(hostname)) != 0)
        return;
    hostname[sizeof(hostname) - 1] = '\0';
    hostname[strcspn(hostname, ".")] = '\0';
    snprintf(name, sizeof(name), "%s.local", hostname);
    certificate_names_add(names, name);
}

/* How browsers may call us. */
static void find_names(const struct config_web *config, struct certificate_names *names)
{
    names->count = 0;
    add_hostname(names);
    for (size_t i = 0; i < config->hosts.count; i++)
        certificate_names_add(names, config->hosts.items[i]);
    for (size_t i = 0; i < config->listen.count; i++) {
        const char *text = config->listen.items[i];
        struct ip ip;

        if (web_listen_is_loopback(text))
            certificate_names_add(names, "localhost");
        if (ip_read(text, &ip))
            certificate_names_add(names, text);
        else
            add_address(names, text);
    }
}

/* ---- the certificate ---- */

static struct certificate_time time_of(const struct web *web, int64_t utc_ns)
{
    return (struct certificate_time){.now_s = utc_ns / NS_PER_S,
                                     .built_s = CLOCK_EARLIEST_NS / NS_PER_S,
                                     .is_right = web->view->clock_right};
}

static void say_which(const struct web *web)
{
    char key[CERTIFICATE_TEXT];

    certificate_key_print(*certificate_files_in_force(web->certificates), key);
    log_info("web", "certificate %s, SHA-256 of its key %s", certificate_files_paths(web->certificates)->cert,
             key);
}

static bool is_needed(const struct config_web *config)
{
    for (size_t i = 0; i < config->listen.count; i++) {
        if (web_tls_is_on(config, web_listen_is_loopback(config->listen.items[i])))
            return true;
    }
    return false;
}

int web_tls_start(struct web *web, struct err *err)
{
    const struct config_web *config = web->config;
    struct certificate_time time = time_of(web, clock_utc_ns());
    struct certificate_paths paths, spare;
    struct certificate_names names;

    if (!is_needed(config))
        return 0;
    if (certificate_paths_find(&paths, web->state_dir, config->cert_file, config->key_file, err) != 0 ||
        certificate_paths_find(&spare, web->state_dir, "", "", err) != 0)
        return -1;
    find_names(config, &names);
    web->certificates = certificate_files_new(&paths, &spare, &names, &time, err);
    if (web->certificates == NULL)
        return -1;
    say_which(web);
    return 0;
}

void web_tls_stop(struct web *web)
{
    certificate_files_free(web->certificates);
    web->certificates = NULL;
}

int web_tls_prepare(struct web *web, void *context)
{
    struct err err;

    if (certificate_serve(context, certificate_files_in_force(web->certificates), &err) == 0)
        return 0;
    log_error("web", "%s", err.text);
    return -1;
}

void web_advance(struct web *web, int64_t now_ns, int64_t utc_ns)
{
    struct certificate_time time = time_of(web, utc_ns);
    struct certificate_names names;
    struct err err;
    int status;

    if (web->certificates == NULL || now_ns - web->looked_ns < WEB_LOOK_NS)
        return;
    web->looked_ns = now_ns;
    find_names(web->config, &names);
    status = certificate_files_look(web->certificates, &names, &time, &err);
    if (status > 0)
        say_which(web);
    else if (status < 0)
        log_error("web", "the certificate stays the old one: %s", err.text);
}

const struct certificate_files *web_certificate(const struct web *web)
{
    return web->certificates;
}
