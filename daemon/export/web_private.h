/* Shared by the files export/web_*.c only. */
#ifndef EXPORT_WEB_PRIVATE_H
#define EXPORT_WEB_PRIVATE_H

#include "access/access.h"
#include "export/json.h"
#include "export/web.h"
#include "export/web_guard.h"
#include "export/web_peer.h"
#include "export/web_rate.h"
#include "util/log.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

#define WEB_BODY_MAX    ((size_t)16 * 1024)
#define WEB_SWALLOW_MAX ((size_t)1024 * 1024) /* of a refused body, so that the refusal can be read */
#define WEB_HEAD_BYTES  2048                  /* of a reply */
#define WEB_SEND_BYTES  (16 * 1024) /* the kernel's send buffer: a stalled client holds no stale minutes */
/* Written at once: fits whole whenever the buffer takes anything. */
#define WEB_CHUNK_BYTES ((size_t)8 * 1024)
#define WEB_EVENTS_MAX  8 /* waiting for one websocket */
#define WEB_WAIT_MAX_S  30
#define WEB_HEADER_NS   (5 * NS_PER_S) /* from accept to a whole request head */
#define WEB_BODY_NS     (10 * NS_PER_S)
#define WEB_ANSWER_NS   (60 * NS_PER_S) /* for a handler that answers later */
#define WEB_SEND_NS     (10 * NS_PER_S) /* without progress */
#define WEB_LINGER_NS   NS_PER_S
#define WEB_LOOK_NS     (60 * NS_PER_S) /* between two looks at the certificate */

struct lws;
struct lws_context;
struct lws_vhost;
struct web_connection;
struct web_assets;

typedef void web_handler_fn(struct web_connection *connection);

/* A handler that was to answer later need not any more. */
typedef void web_gone_fn(void *ctx, struct web_connection *connection);

struct web_route {
    enum web_method method;
    const char *path; /* ending with a star: all below it that need no session; with #: an id, with @: a recording's name */
    enum access_role role;
    web_handler_fn *handler;
    const char *what; /* for the audit; NULL: it only looks, or access tells of it itself */
};

enum web_phase {
    WEB_PHASE_IDLE,    /* for a request head */
    WEB_PHASE_BODY,    /* for a request's body */
    WEB_PHASE_ANSWER,  /* for its handler */
    WEB_PHASE_SEND,    /* until the reply is written */
    WEB_PHASE_LINGER,  /* the reply is written, the client may read it before we close */
    WEB_PHASE_LIVE,    /* a websocket */
    WEB_PHASE_EVICTED, /* libwebsockets closes it when the kernel has taken what it still keeps */
};

/* A row without a role does not compile: the macro needs four arguments, and the third must end the name of
 * an enum access_role. */
#define WEB_ROUTE(METHOD, PATH, ROLE, HANDLER)                                                               \
    {                                                                                                        \
        .method = WEB_METHOD_##METHOD, .path = (PATH), .role = ACCESS_ROLE_##ROLE, .handler = (HANDLER)      \
    }

/* The same for what changes something. */
#define WEB_WRITE(METHOD, PATH, ROLE, HANDLER, WHAT)                                                         \
    {                                                                                                        \
        .method = WEB_METHOD_##METHOD, .path = (PATH), .role = ACCESS_ROLE_##ROLE, .handler = (HANDLER),     \
        .what = (WHAT)                                                                                       \
    }

struct web_reply {
    char head[WEB_HEAD_BYTES];
    size_t head_len;
    const char *body;
    size_t body_len;
    bool is_file; /* the body is what `file` holds, and that is ours */
    int file;
    char *owned_body; /* NULL: the body is somebody else's and outlives the reply */
    size_t sent;      /* of head and body together */
    bool is_cut;      /* the head did not fit: a programmer's error, answered 500 */
};

struct web_live {
    uint64_t sequence; /* what the client knows */
    int64_t sent_ns;   /* the last message; TIME_NONE: nothing yet */
    int64_t heard_ns;  /* signals heard up to then were sent with their ages */
    char *events[WEB_EVENTS_MAX];
    size_t event_count;
    size_t received; /* of the message that is arriving */
    unsigned pieces; /* received since counted_ns */
    int64_t counted_ns;
    int close_code; /* 0: none */
};

struct web_connection {
    LIST_ENTRY(web_connection) entry;
    struct web *web;
    struct lws *wsi;
    int fd;
    bool is_tls;
    bool is_loopback; /* of this machine */
    bool is_proxy;    /* of one that the owner named */
    struct ip peer;
    struct penalty_source source;
    enum web_phase phase;
    int64_t since_ns;    /* of the phase */
    int64_t deadline_ns; /* TIME_NONE: none */
    /* the request in work */
    uint64_t request;
    enum web_method method;
    char path[WEB_PATH_BYTES];
    char query[WEB_QUERY_BYTES];
    char none_match[WEB_TOKEN_BYTES];
    bool takes_gzip;
    bool takes_openmetrics;
    bool lingers; /* bytes of the client may be unread when the reply is out */
    const struct web_route *route;
    bool is_untold; /* its handler was called, and the audit doesn't know what came of it */
    struct access_grant grant;
    char from[AUDIT_FROM_MAX]; /* the source, for the audit */
    struct web_refusal refusal; /* to be sent when the body is swallowed */
    char *body;
    size_t body_len, body_size;
    web_handler_fn *late; /* called when the handler's time is over; NULL: the connection is closed */
    web_gone_fn *gone;
    void *gone_ctx;
    uint64_t after;           /* GET state: answer when the view's sequence is another one */
    struct loop_watch *watch; /* while held */
    struct web_reply reply;
    struct web_live live;
};

LIST_HEAD(web_connections, web_connection);

/* One socket that listens, or will when its interface is there. */
struct web_listener {
    struct web *web;
    const char *text; /* as the configuration names it */
    int family;
    int fd; /* -1: not open */
    bool is_loopback, is_tls;
    bool is_missed;  /* that it isn't there was said */
    struct ip ip;    /* to bind to; on an interface: zeros, any of its own */
    unsigned device; /* its index; 0: loopback's, bound to none */
    struct loop_watch *watch;
};

/* Requests that came by a proxy that the owner has not named. */
struct web_exposure {
    uint64_t count;
    int64_t since_ns;
    struct log_repeat repeat;
};

/* The last change message made, for the next client that needs the same; libwebsockets' head room stands
 * before the text. */
struct web_change {
    unsigned char *bytes;
    size_t len;
    uint64_t since, sequence;
    int64_t second;
};

struct web {
    struct loop *loop;
    const struct config_web *config;
    const struct config *settings; /* all of it, for the diagnostics; may be NULL */
    struct logbook *logbook;       /* may be NULL */
    const struct view *view;
    const struct zone *zone;
    struct access *access;
    struct store *store;
    struct preferences *preferences;
    const struct orders *orders;
    struct preferences saving; /* on their way to the card */
    uint64_t saving_request;
    bool is_saving;
    struct web_hosts hosts; /* the names for every connection; each has its own address too */
    struct web_peers peers;
    struct web_rates rates;
    struct web_assets *assets;
    int port;
    struct web_listener listeners[2 * CONFIG_LIST_MAX]; /* an interface may have two */
    size_t listener_count;
    struct loop_timer *look_again;   /* at the interfaces */
    struct loop_timer *accept_again; /* after the process ran out of descriptors */
    struct log_repeat full;          /* the same */
    struct log_repeat stranger;
    uint64_t refused_peers;
    struct web_exposure exposure;
    struct loop_timer *deadlines;
    struct loop_timer *live_timer;
    struct lws_context *context;
    struct lws_vhost *vhost;
    struct lws_vhost *tls_vhost;            /* NULL: no TLS anywhere */
    struct certificate_files *certificates; /* the same */
    const char *state_dir;
    int64_t looked_ns;
    struct web_connections connections;
    uint64_t last_request;
    int64_t started_ns;
    unsigned char *scratch; /* one chunk on its way to libwebsockets */
    struct web_change change;
};

/* web_listen.c: the sockets that listen. */
int web_listen_start(struct web *web, struct err *err);
void web_listen_stop(struct web *web);
/* Whether an item of web.listen is of this machine only. */
bool web_listen_is_loopback(const char *text);
/* The Hosts by which this very connection may call us. */
void web_listen_hosts(const struct web_connection *connection, struct web_hosts *hosts);
/* Whether any listens off loopback without TLS. */
bool web_listen_is_plain(const struct web *web);

/* web_accept.c: who connects, and how many. */
int web_accept_start(struct web *web, struct err *err);
void web_accept_stop(struct web *web);
/* A loop_watch_fn of a struct web_listener. */
void web_accept_ready(void *listener, uint32_t events);
/* Whether one more may keep its connection for as long as it likes; some are always left for the others. */
bool web_accept_has_room(const struct web_connection *connection);

/* web_tls.c: what lies between the certificate and libwebsockets. */
/* Whether a listen socket of ours speaks TLS. */
bool web_tls_is_on(const struct config_web *config, bool is_loopback);
/* Gets the certificate if any listen socket may need it. */
int web_tls_start(struct web *web, struct err *err);
void web_tls_stop(struct web *web);
/* Of libwebsockets' new TLS context. 0 or -1. */
int web_tls_prepare(struct web *web, void *context);
/* The name of the session's cookie, and what stands behind its value. */
const char *web_tls_cookie(bool is_tls);
const char *web_tls_cookie_attributes(bool is_tls);

/* web_connection.c: the table and the time limits. */
struct web_connection *web_connection_new(const struct web_listener *listener, int fd, const struct ip *peer,
                                          const struct penalty_source *source);
void web_connection_free(struct web_connection *connection);
void web_connection_set_phase(struct web_connection *connection, enum web_phase phase, int64_t limit_ns);
/* Has it closed and, as a rule, freed before this returns: not inside libwebsockets' callback for the same
 * connection. */
void web_connection_evict(struct web_connection *connection);
void web_connection_check_deadlines(void *web, int64_t now_ns);
struct web_connection *web_connection_find(struct web *web, uint64_t request);

/* web_server.c */
int web_server_start(struct web *web, struct err *err);
void web_server_stop(struct web *web);
/* Gives the socket to libwebsockets, which owns it then. */
void web_server_adopt(struct web_connection *connection);
/* At once, whatever state libwebsockets has it in. */
void web_server_close(struct web_connection *connection);
/* False on a TLS socket where the client did not speak TLS. */
bool web_server_is_encrypted(const struct web_connection *connection);

/* web_flow.c */
/* Takes no bytes from the client until release. In phase SEND the reply is written on meanwhile; in any other
 * the connection ends when the client leaves. */
void web_flow_hold(struct web_connection *connection);
void web_flow_release(struct web_connection *connection);
/* The connection is about to go. */
void web_flow_end(struct web_connection *connection);

/* web_request.c: one request's life. Each returns 0, or -1 to have the connection closed. */
int web_request_begin(struct web_connection *connection);
void web_request_take_body(struct web_connection *connection, const char *bytes, size_t len);
int web_request_end_body(struct web_connection *connection);
int web_request_upgrade(struct web_connection *connection);
void web_request_clear(struct web_connection *connection);
void web_request_end_wait(struct web_connection *connection);

/* The handler answers later, with any web_reply_ of below. After `limit_ns` `late` is called to answer in its
 * place (NULL: the connection is closed). When the wait ends otherwise than by the handler, `gone` (may be
 * NULL) is told. */
void web_request_wait(struct web_connection *connection, int64_t limit_ns, web_handler_fn *late,
                      web_gone_fn *gone, void *gone_ctx);

/* web_principal.c */
/* Fills connection->grant; false: nobody. `action`: more than looking. */
bool web_principal_find(struct web_connection *connection, const struct web_head *head, bool action);
bool web_principal_may(const struct access_grant *grant, const struct web_route *route);
/* Whether a request that changes something was sent by the page that the session is open in, or by a token's
 * holder. */
bool web_principal_meant_it(const struct access_grant *grant, const struct web_head *head);

/* web_head.c: copies out of libwebsockets what a request says. */
void web_head_read(struct lws *wsi, struct web_head *head);

/* web_reply.c: begin, headers, end, in this order. */
void web_reply_begin(struct web_connection *connection, int status, const char *cache_control);
void web_reply_header(struct web_connection *connection, const char *name, const char *value);
void web_reply_end(struct web_connection *connection, const char *type, const char *body, size_t len);
/* The same with a body of `len` bytes out of a file, which it takes over and reads as they leave. */
void web_reply_file(struct web_connection *connection, const char *type, int fd, size_t len);
/* A text, which is freed afterwards; NULL: out of memory, 503. */
void web_reply_text(struct web_connection *connection, const char *type, char *text);
void web_reply_json(struct web_connection *connection, char *text);
void web_reply_error(struct web_connection *connection, int status, const char *code, const char *message);
void web_reply_refusal(struct web_connection *connection, const struct web_refusal *refusal);
/* Writes what fits. 0, or -1 when the connection is to be closed. */
int web_reply_write(struct web_connection *connection);
void web_reply_clear(struct web_reply *reply);

/* web_routes.c */
const struct web_route *web_routes_find(enum web_method method, const char *path);
/* Whether the path has any row; then `allow` lists its methods. */
bool web_routes_know(const char *path, char *allow, size_t size);
/* Whether the path has a row that needs no session. */
bool web_routes_open(const char *path);

/* web_assets.c */
struct web_assets *web_assets_new(const char *folder, struct err *err);
void web_assets_free(struct web_assets *assets);
web_handler_fn web_assets_get;

/* web_session.c */
web_handler_fn web_session_get, web_login_post, web_pair_post, web_logout_post;
/* Any answer of access but OK. */
void web_session_refuse(struct web_connection *connection, const struct access_answer *answer);
void web_session_answer(void *web, uint64_t request, const struct access_answer *answer);

/* web_state.c */
web_handler_fn web_state_get;
void web_state_changed(struct web_connection *connection);
void web_state_ended(struct web_connection *connection);
struct json_moment web_now(const struct web *web);

/* web_store.c: a question to the store on behalf of a connection. */
/* The store was asked with `question` as its ctx. When the client goes or the store is too slow the store is
 * told to forget it, and it is freed. */
void web_store_wait(struct web_connection *connection, void *question);
/* The answer came: the question is the caller's again. */
void web_store_end(struct web_connection *connection);
/* 400 with the mistake in the query; when there is none, 503: the store is opening, can't be read, or too
 * busy. */
void web_store_refuse(struct web_connection *connection, const char *mistake);

/* web_history.c, web_diary.c, web_charge.c, web_system.c */
web_handler_fn web_history_get, web_diary_get, web_totals_get, web_charge_get, web_system_get;

/* web_typed.c */
web_handler_fn web_charge_patch, web_outing_patch;

/* web_audit.c */
web_handler_fn web_audit_get;
/* What the connection's principal did, or was refused, for the audit. */
void web_audit_tell(struct web_connection *connection, int status);

/* web_access.c */
web_handler_fn web_users_get, web_sessions_get, web_session_delete, web_tokens_get, web_tokens_post,
    web_token_delete;

/* web_metrics.c */
web_handler_fn web_metrics_get;

/* web_order.c, web_record.c */
web_handler_fn web_pause_post, web_record_post, web_recordings_get, web_recording_get;

/* web_backup.c, web_diagnostics.c */
web_handler_fn web_backup_post, web_diagnostics_get;

/* web_log.c */
web_handler_fn web_log_get;
/* The lines that it answers with. */
struct json_t *web_log_items(const struct web *web);

/* web_preferences.c */
web_handler_fn web_preferences_get, web_preferences_put;

/* web_tariffs.c */
web_handler_fn web_tariffs_get, web_tariffs_put;

/* web_live.c */
web_handler_fn web_live_get;
void web_live_begin(struct web_connection *connection);
void web_live_ended(void *web, int64_t session, int64_t token);
/* Has every client written to whose time has come, and sets the timer for the others. */
void web_live_check(void *web, int64_t now_ns);
int web_live_write(struct web_connection *connection);
void web_live_take(struct web_connection *connection, size_t len, bool is_first);
void web_live_alive(struct web_connection *connection);
void web_live_clear(struct web_live *live);

#endif
