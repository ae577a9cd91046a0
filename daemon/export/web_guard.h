/* What a request says about itself, and whether it may be heard at all: before any session, route or body.
 * Pure. */
#ifndef EXPORT_WEB_GUARD_H
#define EXPORT_WEB_GUARD_H

#include <stdbool.h>
#include <stddef.h>

#define WEB_HOST_BYTES   272 /* of one Host: 253 for a name, a port, and room to see that it is too long */
#define WEB_HOSTS_MAX    56
#define WEB_PATH_BYTES   256
#define WEB_QUERY_BYTES  512
#define WEB_COOKIE_BYTES 4096
#define WEB_TOKEN_BYTES  160
#define WEB_ACCEPT_BYTES 768 /* Prometheus 3 names six formats */

enum web_method {
    WEB_METHOD_OTHER, /* known to libwebsockets, not to us */
    WEB_METHOD_GET,
    WEB_METHOD_HEAD,
    WEB_METHOD_POST,
    WEB_METHOD_PUT,
    WEB_METHOD_PATCH,
    WEB_METHOD_DELETE,
};

/* "GET", ... */
const char *web_method_name(enum web_method method);

/* A header's state: absent, there, or too long for its buffer (then the text is ""). */
enum web_header { WEB_HEADER_ABSENT, WEB_HEADER_THERE, WEB_HEADER_TOO_LONG };

struct web_head {
    enum web_method method;
    char path[WEB_PATH_BYTES];   /* decoded and without . and .. by libwebsockets; its beginning, when it is
                                    longer */
    char query[WEB_QUERY_BYTES]; /* decoded */
    bool is_tls;
    bool is_http_1_1;
    bool has_transfer_encoding;
    bool has_proxy_header; /* X-Forwarded-For, Forwarded, ...: somebody relays us who was not declared */
    bool is_proxied;       /* by a proxy of the owner's: its browsers may speak TLS where we don't */
    bool wants_upgrade;
    enum web_header path_state, query_state, host_state, origin_state, length_state, cookie_state,
        authorization_state;
    char host[WEB_HOST_BYTES];
    char origin[WEB_HOST_BYTES + 16];
    char length[24]; /* Content-Length */
    char cookie[WEB_COOKIE_BYTES];
    char authorization[WEB_TOKEN_BYTES];
    char upgrade[16];
    char subprotocols[WEB_TOKEN_BYTES];
    char content_type[WEB_TOKEN_BYTES];
    char csrf[WEB_TOKEN_BYTES];
    char fetch_site[24];
    char accept_encoding[WEB_TOKEN_BYTES];
    char accept[WEB_ACCEPT_BYTES]; /* "" when it is longer: then anything will do */
    char none_match[WEB_TOKEN_BYTES];
};

/* The exact values of Host that are ours. */
struct web_hosts {
    char names[WEB_HOSTS_MAX][WEB_HOST_BYTES];
    size_t count;
};

/* Adds NAME:PORT, and NAME alone where the port is HTTP's or HTTPS's own; a name with a port of its own stands as it is.
 * An IPv6 address is put into brackets. False when the table is full or the name too long. */
bool web_hosts_add(struct web_hosts *hosts, const char *name, int port);

/* Whether a Host header's text is one of them: any case, one trailing dot of the name ignored. */
bool web_hosts_know(const struct web_hosts *hosts, const char *host);

/* Whether an Origin is http://HOST of one of them, with TLS https://HOST. "null" never is. */
bool web_hosts_know_origin(const struct web_hosts *hosts, bool is_tls, const char *origin);

/* A refusal; status 0: none. */
struct web_refusal {
    int status;
    const char *code, *message; /* code NULL: an empty body */
    bool skips_body;            /* where it ends can't be told */
};

/* Host first, then what could be a smuggled or relayed request, then Origin. */
struct web_refusal web_guard_judge(const struct web_head *head, const struct web_hosts *hosts);

/* Whether the path needs a session unless its route says otherwise: /api, below /api/, and /metrics. */
bool web_path_is_protected(const char *path);

/* Digits only, below 2^31. */
bool web_length_read(const char *text, size_t *length);

/* The value of the one cookie of that name. False when there is none, several, or it is too long. */
bool web_cookie_find(const char *header, const char *name, char *value, size_t size);

/* Whether a comma-separated list names the token (any case), whatever its parameters are. "gzip;q=0" does
 * not. */
bool web_list_has(const char *list, const char *token);

/* application/json, with or without a charset. */
bool web_type_is_json(const char *content_type);

#endif
