/* From libwebsockets' header table to struct web_head. Repeated headers come joined, so that no exact
 * comparison accepts them. Judges nothing. */
#include "export/web_private.h"

#include <libwebsockets.h>
#include <string.h>

/* libwebsockets cuts a query at each & and keeps repeated headers apart; it joins them differently in each
 * version. */
static char joint_of(enum lws_token_indexes token)
{
    if (token == WSI_TOKEN_HTTP_URI_ARGS)
        return '&';
    return token == WSI_TOKEN_HTTP_COOKIE ? ';' : ',';
}

/* Copies all parts of a header; one with a NUL inside counts as too long. */
static enum web_header copy_header(struct lws *wsi, enum lws_token_indexes token, char *text, size_t size)
{
    size_t len = 0;

    text[0] = '\0';
    if (lws_hdr_total_length(wsi, token) <= 0)
        return WEB_HEADER_ABSENT;
    for (int part = 0; lws_hdr_fragment_length(wsi, token, part) > 0; part++) {
        if (part > 0 && len + 1 < size)
            text[len++] = joint_of(token);
        int copied = lws_hdr_copy_fragment(wsi, text + len, (int)(size - len), token, part);
        if (copied < 0 || memchr(text + len, '\0', (size_t)copied) != NULL) {
            text[0] = '\0';
            return WEB_HEADER_TOO_LONG;
        }
        len += (size_t)copied;
    }
    return WEB_HEADER_THERE;
}

/* `name` in lower case with its colon. */
static enum web_header copy_custom(struct lws *wsi, const char *name, char *text, size_t size)
{
    int name_len = (int)strlen(name);
    int len = lws_hdr_custom_length(wsi, name, name_len);

    text[0] = '\0';
    if (len < 0)
        return WEB_HEADER_ABSENT;
    if (lws_hdr_custom_copy(wsi, text, (int)size, name, name_len) < 0) {
        text[0] = '\0';
        return WEB_HEADER_TOO_LONG;
    }
    return WEB_HEADER_THERE;
}

static enum web_method read_method(int lws_method)
{
    switch (lws_method) {
    case LWSHUMETH_GET:
        return WEB_METHOD_GET;
    case LWSHUMETH_HEAD:
        return WEB_METHOD_HEAD;
    case LWSHUMETH_POST:
        return WEB_METHOD_POST;
    case LWSHUMETH_PUT:
        return WEB_METHOD_PUT;
    case LWSHUMETH_PATCH:
        return WEB_METHOD_PATCH;
    case LWSHUMETH_DELETE:
        return WEB_METHOD_DELETE;
    default: /* an int of the library's, not an enumeration of ours */
        return WEB_METHOD_OTHER;
    }
}

static void read_target(struct lws *wsi, struct web_head *head)
{
    char *path = NULL;
    int len = 0;

    head->method = read_method(lws_http_get_uri_and_method(wsi, &path, &len));
    head->path_state = WEB_HEADER_ABSENT;
    if (path == NULL || len <= 0 || memchr(path, '\0', (size_t)len) != NULL)
        return;
    if ((size_t)len >= sizeof(head->path))
        len = (int)sizeof(head->path) - 1; /* no route and no file is as long */
    memcpy(head->path, path, (size_t)len);
    head->path_state = WEB_HEADER_THERE;
}

static bool has_any(struct lws *wsi, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (lws_hdr_custom_length(wsi, names[i], (int)strlen(names[i])) >= 0)
            return true;
    }
    return false;
}

static bool is_relayed(struct lws *wsi)
{
    static const char *const names[] = {
        "forwarded:", "x-forwarded-host:", "x-forwarded-proto:", "cf-connecting-ip:"};

    return lws_hdr_total_length(wsi, WSI_TOKEN_X_FORWARDED_FOR) > 0 ||
           lws_hdr_total_length(wsi, WSI_TOKEN_HTTP_X_REAL_IP) > 0 ||
           lws_hdr_total_length(wsi, WSI_TOKEN_HTTP_VIA) > 0 ||
           has_any(wsi, names, sizeof(names) / sizeof(names[0]));
}

/* Also with a blank before or behind its name: to libwebsockets another header, to a relay perhaps the same. */
static bool has_coding(struct lws *wsi)
{
    static const char *const disguises[] = {
        " transfer-encoding:", "\ttransfer-encoding:", "transfer-encoding :", "transfer-encoding\t:",
        " content-length:",    "\tcontent-length:",    "content-length :",    "content-length\t:"};

    return lws_hdr_total_length(wsi, WSI_TOKEN_HTTP_TRANSFER_ENCODING) > 0 ||
           has_any(wsi, disguises, sizeof(disguises) / sizeof(disguises[0]));
}

void web_head_read(struct lws *wsi, struct web_head *head)
{
    char version[16];

    memset(head, 0, sizeof(*head));
    read_target(wsi, head);
    copy_header(wsi, WSI_TOKEN_HTTP, version, sizeof(version));
    head->is_http_1_1 = strcmp(version, "HTTP/1.1") == 0;
    head->has_transfer_encoding = has_coding(wsi);
    head->has_proxy_header = is_relayed(wsi);
    head->wants_upgrade =
        copy_header(wsi, WSI_TOKEN_UPGRADE, head->upgrade, sizeof(head->upgrade)) != WEB_HEADER_ABSENT;
    head->query_state = copy_header(wsi, WSI_TOKEN_HTTP_URI_ARGS, head->query, sizeof(head->query));
    head->host_state = copy_header(wsi, WSI_TOKEN_HOST, head->host, sizeof(head->host));
    head->origin_state = copy_header(wsi, WSI_TOKEN_ORIGIN, head->origin, sizeof(head->origin));
    head->length_state = copy_header(wsi, WSI_TOKEN_HTTP_CONTENT_LENGTH, head->length, sizeof(head->length));
    head->cookie_state = copy_header(wsi, WSI_TOKEN_HTTP_COOKIE, head->cookie, sizeof(head->cookie));
    head->authorization_state =
        copy_header(wsi, WSI_TOKEN_HTTP_AUTHORIZATION, head->authorization, sizeof(head->authorization));
    copy_header(wsi, WSI_TOKEN_PROTOCOL, head->subprotocols, sizeof(head->subprotocols));
    copy_header(wsi, WSI_TOKEN_HTTP_CONTENT_TYPE, head->content_type, sizeof(head->content_type));
    copy_header(wsi, WSI_TOKEN_HTTP_ACCEPT_ENCODING, head->accept_encoding, sizeof(head->accept_encoding));
    copy_header(wsi, WSI_TOKEN_HTTP_ACCEPT, head->accept, sizeof(head->accept));
    copy_header(wsi, WSI_TOKEN_HTTP_IF_NONE_MATCH, head->none_match, sizeof(head->none_match));
    copy_custom(wsi, "x-csrf-token:", head->csrf, sizeof(head->csrf));
    copy_custom(wsi, "sec-fetch-site:", head->fetch_site, sizeof(head->fetch_site));
}
