/* All of the coupling to libwebsockets' loop: its context, the vhost for adopted sockets, and a second vhost
 * whose one member is our epoll descriptor as a RAW file, so that lws_service() drives both (STYLE 5.3).
 * libwebsockets opens no listen socket. Its callbacks are handed to the files that know what they mean. */
#include "export/web_private.h"
#include "util/log.h"

#include <errno.h>
#include <libwebsockets.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define HEADER_BYTES      8192 /* of one request's head */
#define DESCRIPTORS_SPARE 32   /* the loop, libwebsockets' own pipe, connections that are being closed */
/* A client that speaks plain HTTP to it is told so, and nothing else. */
#define TLS_OPTIONS                                                                                          \
    (LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT | LWS_SERVER_OPTION_CREATE_VHOST_SSL_CTX |                         \
     LWS_SERVER_OPTION_ALLOW_NON_SSL_ON_SSL_PORT | LWS_SERVER_OPTION_ALLOW_HTTP_ON_HTTPS_LISTENER)
#define MESSAGE_BYTES     1024
#define READ_BYTES        (20 * 1024) /* more than a TLS record: none is left over inside of OpenSSL */
#define PING_S            20
#define SILENT_S          35 /* a client that answers no ping is gone */
#define BACKUP_TIMEOUT_S  20 /* ours are shorter */

static int http_callback(struct web_connection *connection, enum lws_callback_reasons reason, void *in,
                         size_t len)
{
    switch ((int)reason) {
    case LWS_CALLBACK_HTTP:
        lws_set_timeout(connection->wsi, NO_PENDING_TIMEOUT, 0);
        return web_request_begin(connection);
    case LWS_CALLBACK_HTTP_BODY:
        web_request_take_body(connection, in, len);
        return 0;
    case LWS_CALLBACK_HTTP_BODY_COMPLETION:
        return web_request_end_body(connection);
    case LWS_CALLBACK_HTTP_WRITEABLE:
        return web_reply_write(connection);
    case LWS_CALLBACK_HTTP_CONFIRM_UPGRADE:
        return web_request_upgrade(connection);
    default:
        return 0;
    }
}

static int live_callback(struct web_connection *connection, enum lws_callback_reasons reason, size_t len)
{
    switch ((int)reason) {
    case LWS_CALLBACK_ESTABLISHED:
        web_live_begin(connection);
        return 0;
    case LWS_CALLBACK_SERVER_WRITEABLE:
        return web_live_write(connection);
    case LWS_CALLBACK_RECEIVE:
        web_live_take(connection, len, lws_is_first_fragment(connection->wsi) != 0);
        return 0;
    case LWS_CALLBACK_RECEIVE_PONG:
        web_live_alive(connection);
        return 0;
    default:
        return 0;
    }
}

static int connection_callback(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in,
                               size_t len)
{
    struct web_connection *connection;

    switch ((int)reason) {
    case LWS_CALLBACK_SERVER_NEW_CLIENT_INSTANTIATED:
        connection = lws_get_opaque_user_data(wsi);
        connection->wsi = wsi;
        return 0;
    case LWS_CALLBACK_HTTP:
    case LWS_CALLBACK_HTTP_BODY:
    case LWS_CALLBACK_HTTP_BODY_COMPLETION:
    case LWS_CALLBACK_HTTP_WRITEABLE:
    case LWS_CALLBACK_HTTP_CONFIRM_UPGRADE:
        return http_callback(lws_get_opaque_user_data(wsi), reason, in, len);
    case LWS_CALLBACK_ESTABLISHED:
    case LWS_CALLBACK_SERVER_WRITEABLE:
    case LWS_CALLBACK_RECEIVE:
    case LWS_CALLBACK_RECEIVE_PONG:
        return live_callback(lws_get_opaque_user_data(wsi), reason, len);
    case LWS_CALLBACK_OPENSSL_LOAD_EXTRA_SERVER_VERIFY_CERTS:
        return web_tls_prepare(lws_context_user(lws_get_context(wsi)), user);
    case LWS_CALLBACK_WSI_DESTROY:
        connection = lws_get_opaque_user_data(wsi);
        if (connection != NULL)
            web_connection_free(connection);
        return 0;
    default:
        return 0;
    }
}

static int loop_callback(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in, size_t len)
{
    struct web *web = lws_context_user(lws_get_context(wsi));
    struct err err;

    (void)user;
    (void)in;
    (void)len;
    if (reason == LWS_CALLBACK_RAW_RX_FILE && loop_turn(web->loop, 0, &err) != 0)
        log_error("web", "%s", err.text);
    return 0;
}

/* Mistakes of clients, mostly: nothing the owner has to see. */
static void log_library(int level, const char *line)
{
    (void)level;
    log_debug("web", "libwebsockets: %.*s", (int)strcspn(line, "\n"), line);
}

static int make_context(struct web *web, struct err *err)
{
    struct lws_context_creation_info info;

    memset(&info, 0, sizeof(info));
    lws_set_log_level(LLL_ERR | LLL_WARN, log_library);
    info.port = CONTEXT_PORT_NO_LISTEN;
    info.options = LWS_SERVER_OPTION_EXPLICIT_VHOSTS | LWS_SERVER_OPTION_DISABLE_IPV6 |
                   LWS_SERVER_OPTION_VALIDATE_UTF8;
    if (web->certificates != NULL)
        info.options |= LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT;
    info.pt_serv_buf_size = READ_BYTES;
    info.gid = (__typeof__(info.gid))-1;
    info.uid = (__typeof__(info.uid))-1;
    info.user = web;
    info.max_http_header_data = HEADER_BYTES;
    info.max_http_header_pool = (unsigned short)(web->config->clients + DESCRIPTORS_SPARE);
    info.fd_limit_per_thread = (unsigned)(web->config->clients + DESCRIPTORS_SPARE);
    info.timeout_secs = BACKUP_TIMEOUT_S;
    web->context = lws_create_context(&info);
    return web->context == NULL ? err_set(err, "libwebsockets: no context") : 0;
}

static struct lws_vhost *make_vhost(struct web *web, const char *name, const struct lws_protocols *protocols,
                                    uint64_t options)
{
    static const lws_retry_bo_t pings = {.secs_since_valid_ping = PING_S,
                                         .secs_since_valid_hangup = SILENT_S};
    struct lws_context_creation_info info;

    memset(&info, 0, sizeof(info));
    info.port = CONTEXT_PORT_NO_LISTEN_SERVER;
    info.vhost_name = name;
    info.options = options;
    info.alpn = "http/1.1";
    info.protocols = protocols;
    info.retry_and_idle_policy = &pings;
    info.keepalive_timeout = BACKUP_TIMEOUT_S;
    info.timeout_secs = BACKUP_TIMEOUT_S;
    return lws_create_vhost(web->context, &info);
}

/* libwebsockets owns and closes its copy of the descriptor. */
static int adopt_loop(struct web *web, struct lws_vhost *vhost, struct err *err)
{
    lws_sock_file_fd_type fd = {.filefd = dup(loop_fd(web->loop))};

    if (fd.filefd < 0)
        return err_set(err, "dup: %s", strerror(errno));
    if (lws_adopt_descriptor_vhost(vhost, LWS_ADOPT_RAW_FILE_DESC, fd, "loop", NULL) == NULL) {
        close(fd.filefd);
        return err_set(err, "libwebsockets: can't watch the loop");
    }
    return 0;
}

int web_server_start(struct web *web, struct err *err)
{
    static const struct lws_protocols connections[] = {{.name = "garaged.v1",
                                                        .callback = connection_callback,
                                                        .rx_buffer_size = MESSAGE_BYTES,
                                                        .tx_packet_size = WEB_CHUNK_BYTES},
                                                       {.name = NULL}};
    static const struct lws_protocols loop[] = {{.name = "loop", .callback = loop_callback}, {.name = NULL}};
    struct lws_vhost *loop_vhost;

    web->scratch = malloc(LWS_PRE + WEB_CHUNK_BYTES);
    if (web->scratch == NULL)
        return err_set(err, "out of memory");
    if (make_context(web, err) != 0)
        return -1;
    web->vhost = make_vhost(web, "web", connections, 0);
    loop_vhost = make_vhost(web, "loop", loop, 0);
    if (web->certificates != NULL)
        web->tls_vhost = make_vhost(web, "web-tls", connections, TLS_OPTIONS);
    if (web->vhost == NULL || loop_vhost == NULL || (web->certificates != NULL && web->tls_vhost == NULL))
        return err_set(err, "libwebsockets: no vhost");
    return adopt_loop(web, loop_vhost, err);
}

void web_server_stop(struct web *web)
{
    if (web->context != NULL)
        lws_context_destroy(web->context);
    web->context = NULL;
    free(web->scratch);
    web->scratch = NULL;
}

static bool is_listed(const struct web *web, const struct web_connection *wanted)
{
    const struct web_connection *connection;

    LIST_FOREACH(connection, &web->connections, entry)
    {
        if (connection == wanted)
            return true;
    }
    return false;
}

/* When adoption fails the socket is closed already; whether our side was told depends on how far it came. */
void web_server_adopt(struct web_connection *connection)
{
    struct web *web = connection->web;
    lws_adopt_desc_t info;

    memset(&info, 0, sizeof(info));
    info.vh = connection->is_tls ? web->tls_vhost : web->vhost;
    info.type = LWS_ADOPT_SOCKET | LWS_ADOPT_HTTP | LWS_ADOPT_ALLOW_SSL;
    info.fd.sockfd = connection->fd;
    info.opaque = connection;
    if (lws_adopt_descriptor_vhost_via_info(&info) == NULL && is_listed(web, connection))
        web_connection_free(connection);
}

/* Neither by shutdown() nor by a time-out: while libwebsockets 4.3.5 holds bytes that we don't take, a
 * hang-up only makes it spin and put the time-out off. With TLS the first call only says goodbye. */
void web_server_close(struct web_connection *connection)
{
    const struct web *web = connection->web;

    lws_set_timeout(connection->wsi, PENDING_TIMEOUT_USER_OK, LWS_TO_KILL_SYNC);
    if (is_listed(web, connection))
        lws_set_timeout(connection->wsi, PENDING_TIMEOUT_USER_OK, LWS_TO_KILL_SYNC);
}

bool web_server_is_encrypted(const struct web_connection *connection)
{
    return lws_is_ssl(connection->wsi) != 0;
}

int web_turn(struct web *web, struct err *err)
{
    if (lws_service(web->context, 0) < 0)
        return err_set(err, "libwebsockets: service failed");
    return 0;
}
