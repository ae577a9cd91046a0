/* The web server: page, JSON and live websocket (CONTRACT 4, 7, 8) on own listen sockets, by libwebsockets.
 * It drives the main loop: the loop's one descriptor is watched by libwebsockets. */
#ifndef EXPORT_WEB_H
#define EXPORT_WEB_H

#include "access/access.h"
#include "access/certificate_files.h"
#include "config.h"
#include "diary/store/store.h"
#include "export/json_preferences.h"
#include "export/orders.h"
#include "export/view.h"
#include "util/core/err.h"
#include "util/core/zone.h"
#include "util/loop.h"

struct web;
struct logbook;

/* All of it outlives the server. */
struct web_parts {
    struct loop *loop;
    const struct config_web *config; /* port 0: any free one */
    const struct view *view;
    const struct zone *zone;
    struct access *access;
    struct store *store;
    struct preferences *preferences; /* what the owner wishes; changed when he does */
    const struct orders *orders;     /* what the page may ask of the house */
    const struct config *settings;   /* all of it; may be NULL */
    struct logbook *logbook;         /* the last lines of the log; may be NULL */
    const char *page_dir;            /* the built page; a folder that isn't there is served as 404 */
    const char *state_dir;           /* of our own certificate */
};

/* Listens; an interface that is not there yet is waited for. NULL with err. */
struct web *web_new(const struct web_parts *parts, struct err *err);
void web_free(struct web *web);

/* Waits for the next thing to do, in the loop or on the net, and does it. The main loop is a row of turns.
 * Not to be called inside a callback of the loop. */
int web_turn(struct web *web, struct err *err);

/* To be called now and then: reads or renews the certificate. */
void web_advance(struct web *web, int64_t now_ns, int64_t utc_ns);

/* What TLS connections are shown, and where it lies; NULL when there is no TLS. */
const struct certificate_files *web_certificate(const struct web *web);

/* view->sequence rose. */
void web_changed(struct web *web);

/* Tells every websocket; `data` is a JSON object as text, or NULL. */
void web_event(struct web *web, const char *car, const char *event, const char *data);

/* The port that is listened on. */
int web_port(const struct web *web);

#endif
