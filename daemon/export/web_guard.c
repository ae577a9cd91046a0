/* The front door's rules as pure functions. The attacks they answer: DNS rebinding (Host), foreign pages
 * (Origin, Sec-Fetch-Site), request smuggling (lengths), an undeclared relay (proxy headers). */
#include "export/web_guard.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define PORT_HTTP   80
#define PORT_HTTPS  443
#define LENGTH_MAX  10 /* digits */
#define BLANKS      " \t"
#define COOKIE_ENDS "; \t"

const char *web_method_name(enum web_method method)
{
    static const char *const names[] = {
        [WEB_METHOD_OTHER] = "?",      [WEB_METHOD_GET] = "GET", [WEB_METHOD_HEAD] = "HEAD",
        [WEB_METHOD_POST] = "POST",    [WEB_METHOD_PUT] = "PUT", [WEB_METHOD_PATCH] = "PATCH",
        [WEB_METHOD_DELETE] = "DELETE"};

    return names[method];
}

static bool add_exact(struct web_hosts *hosts, const char *name, const char *suffix)
{
    char *place = hosts->names[hosts->count];
    int len;

    if (hosts->count == WEB_HOSTS_MAX)
        return false;
    len = snprintf(place, WEB_HOST_BYTES, "%s%s", name, suffix);
    if (len < 0 || len >= WEB_HOST_BYTES)
        return false;
    hosts->count++;
    return true;
}

bool web_hosts_add(struct web_hosts *hosts, const char *name, int port)
{
    char literal[WEB_HOST_BYTES];
    char suffix[8];
    const char *colon = strchr(name, ':');
    bool is_ipv6 = colon != NULL && strchr(colon + 1, ':') != NULL;

    if (is_ipv6 && name[0] != '[') {
        snprintf(literal, sizeof(literal), "[%.*s]", 60, name);
        name = literal;
    } else if (colon != NULL && !is_ipv6) {
        return add_exact(hosts, name, "");
    }
    snprintf(suffix, sizeof(suffix), ":%d", port);
    if ((port == PORT_HTTP || port == PORT_HTTPS) && !add_exact(hosts, name, ""))
        return false;
    return add_exact(hosts, name, suffix);
}

/* "Name.:80" and "name:80" are one host. */
static void drop_trailing_dot(const char *host, char plain[WEB_HOST_BYTES])
{
    const char *port = host[0] == '[' ? NULL : strchr(host, ':');
    size_t len = port == NULL ? strlen(host) : (size_t)(port - host);
    size_t kept = len > 1 && host[len - 1] == '.' ? len - 1 : len;

    snprintf(plain, WEB_HOST_BYTES, "%.*s%s", (int)kept, host, host + len);
}

bool web_hosts_know(const struct web_hosts *hosts, const char *host)
{
    char plain[WEB_HOST_BYTES];

    if (host[0] == '\0' || strlen(host) >= WEB_HOST_BYTES)
        return false;
    drop_trailing_dot(host, plain);
    for (size_t i = 0; i < hosts->count; i++) {
        if (strcasecmp(hosts->names[i], plain) == 0)
            return true;
    }
    return false;
}

bool web_hosts_know_origin(const struct web_hosts *hosts, bool is_tls, const char *origin)
{
    const char *scheme = is_tls ? "https://" : "http://";

    if (strncasecmp(origin, scheme, strlen(scheme)) != 0)
        return false;
    return web_hosts_know(hosts, origin + strlen(scheme));
}

static struct web_refusal refuse(int status, const char *code, const char *message)
{
    return (struct web_refusal){.status = status, .code = code, .message = message};
}

static struct web_refusal refuse_frame(const char *message)
{
    return (struct web_refusal){.status = 400, .code = "bad_request", .message = message, .skips_body = true};
}

static struct web_refusal judge_frame(const struct web_head *head)
{
    size_t length = 0;

    if (head->path_state != WEB_HEADER_THERE)
        return refuse_frame("the path can't be read");
    if (!head->is_http_1_1)
        return refuse_frame("only HTTP/1.1 is spoken here");
    if (head->has_transfer_encoding)
        return refuse_frame("a body comes with Content-Length and no Transfer-Encoding");
    if (head->length_state != WEB_HEADER_ABSENT && !web_length_read(head->length, &length))
        return refuse_frame("Content-Length is not one number");
    if ((head->method == WEB_METHOD_GET || head->method == WEB_METHOD_HEAD || head->wants_upgrade) &&
        head->length_state != WEB_HEADER_ABSENT && length > 0)
        return refuse_frame("such a request has no body");
    if (head->query_state == WEB_HEADER_TOO_LONG)
        return refuse_frame("the query is too long");
    if (head->cookie_state == WEB_HEADER_TOO_LONG && web_path_is_protected(head->path))
        return refuse_frame("the cookies of this host are too long: other services on it fill them");
    return refuse(0, NULL, NULL);
}

/* No browser sends this by itself, and a cookie comes from one. */
static bool is_program(const struct web_head *head)
{
    return head->authorization_state == WEB_HEADER_THERE && head->cookie_state == WEB_HEADER_ABSENT;
}

static bool is_own_page(const struct web_head *head, const struct web_hosts *hosts)
{
    return web_hosts_know_origin(hosts, head->is_tls, head->origin) ||
           (head->is_proxied && web_hosts_know_origin(hosts, true, head->origin));
}

static struct web_refusal judge_sender(const struct web_head *head, const struct web_hosts *hosts)
{
    if (head->has_proxy_header)
        return refuse(403, "forbidden",
                      "this request came through a proxy that the configuration does not name");
    if (head->origin_state != WEB_HEADER_ABSENT && !is_own_page(head, hosts))
        return refuse(403, "forbidden", "this page belongs to another origin");
    if (web_path_is_protected(head->path) && strcasecmp(head->fetch_site, "cross-site") == 0)
        return refuse(403, "forbidden", "this request came from another site");
    if (head->wants_upgrade && strcasecmp(head->upgrade, "websocket") != 0)
        return refuse_frame("only an upgrade to websocket is known");
    if (head->wants_upgrade && head->origin_state == WEB_HEADER_ABSENT && !is_program(head))
        return refuse(403, "forbidden", "a websocket needs an Origin");
    return refuse(0, NULL, NULL);
}

struct web_refusal web_guard_judge(const struct web_head *head, const struct web_hosts *hosts)
{
    struct web_refusal refusal = judge_frame(head);
    bool is_ours = head->host_state == WEB_HEADER_THERE && web_hosts_know(hosts, head->host);

    if (!is_ours)
        return (struct web_refusal){.status = 421, .skips_body = true};
    if (refusal.status != 0)
        return refusal;
    return judge_sender(head, hosts);
}

bool web_path_is_protected(const char *path)
{
    return strcmp(path, "/api") == 0 || strncmp(path, "/api/", 5) == 0 || strcmp(path, "/metrics") == 0;
}

bool web_length_read(const char *text, size_t *length)
{
    size_t digits = strspn(text, "0123456789");
    unsigned long value;

    if (digits == 0 || digits > LENGTH_MAX || text[digits] != '\0')
        return false;
    value = strtoul(text, NULL, 10);
    if (value > 0x7FFFFFFFUL)
        return false;
    *length = value;
    return true;
}

/* Copies `len` bytes as a text if they fit. */
static bool copy_value(const char *from, size_t len, char *value, size_t size)
{
    if (len >= size)
        return false;
    memcpy(value, from, len);
    value[len] = '\0';
    return true;
}

bool web_cookie_find(const char *header, const char *name, char *value, size_t size)
{
    size_t name_len = strlen(name);
    const char *at = header;
    bool found = false;

    while (*at != '\0') {
        size_t len;

        at += strspn(at, COOKIE_ENDS);
        len = strcspn(at, ";");
        if (len > name_len && strncmp(at, name, name_len) == 0 && at[name_len] == '=') {
            size_t value_len = strcspn(at + name_len + 1, COOKIE_ENDS);

            if (found || !copy_value(at + name_len + 1, value_len, value, size))
                return false;
            found = true;
        }
        at += len;
    }
    return found;
}

/* Whether the parameters of a list's element are ";q=0" or the like. */
static bool is_refused(const char *parameters, size_t len)
{
    char text[32];
    const char *q;

    if (!copy_value(parameters, len, text, sizeof(text)))
        return false;
    q = strstr(text, "q=");
    return q != NULL && strtod(q + 2, NULL) <= 0;
}

bool web_list_has(const char *list, const char *token)
{
    size_t token_len = strlen(token);
    const char *at = list;

    while (*at != '\0') {
        size_t len, word;

        at += strspn(at, ", \t");
        len = strcspn(at, ",");
        word = strcspn(at, ",; \t");
        if (word == token_len && strncasecmp(at, token, word) == 0)
            return !is_refused(at + word, len - word);
        at += len;
    }
    return false;
}

bool web_type_is_json(const char *content_type)
{
    static const char json[] = "application/json";
    const char *rest = content_type + sizeof(json) - 1;

    if (strncasecmp(content_type, json, sizeof(json) - 1) != 0)
        return false;
    rest += strspn(rest, BLANKS);
    return *rest == '\0' || *rest == ';';
}
