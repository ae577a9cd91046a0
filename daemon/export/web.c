/* The server's parts put together, and what the hub tells it. */
#include "export/web.h"
#include "export/web_private.h"
#include "util/clock.h"
#include "util/log.h"

#include <stdlib.h>
#include <string.h>

static int start(struct web *web, const char *page_dir, struct err *err)
{
    web->assets = web_assets_new(page_dir, err);
    if (web->assets == NULL)
        return -1;
    web->deadlines = loop_timer_new(web->loop, web_connection_check_deadlines, web);
    web->live_timer = loop_timer_new(web->loop, web_live_check, web);
    if (web->deadlines == NULL || web->live_timer == NULL)
        return err_set(err, "out of memory");
    if (web_tls_start(web, err) != 0 || web_server_start(web, err) != 0)
        return -1;
    return web_accept_start(web, err) != 0 ? -1 : web_listen_start(web, err);
}

struct web *web_new(const struct web_parts *parts, struct err *err)
{
    struct web *web = calloc(1, sizeof(*web));

    if (web == NULL) {
        err_set(err, "out of memory");
        return NULL;
    }
    web->loop = parts->loop;
    web->config = parts->config;
    web->settings = parts->settings;
    web->logbook = parts->logbook;
    web->view = parts->view;
    web->zone = parts->zone;
    web->access = parts->access;
    web->store = parts->store;
    web->started_ns = clock_boot_ns();
    web->preferences = parts->preferences;
    web->orders = parts->orders;
    web->state_dir = parts->state_dir;
    LIST_INIT(&web->connections);
    access_listen(web->access, web_session_answer, web_live_ended, web);
    if (start(web, parts->page_dir, err) != 0) {
        err_prefix(err, "web: ");
        web_free(web);
        return NULL;
    }
    return web;
}

void web_free(struct web *web)
{
    if (web == NULL)
        return;
    access_listen(web->access, NULL, NULL, NULL);
    if (web->is_saving)
        store_forget(web->store, web);
    web_listen_stop(web);
    web_accept_stop(web);
    web_server_stop(web);
    web_tls_stop(web);
    loop_timer_free(web->deadlines);
    loop_timer_free(web->live_timer);
    web_assets_free(web->assets);
    free(web->change.bytes);
    free(web);
}

int web_port(const struct web *web)
{
    return web->port;
}

void web_changed(struct web *web)
{
    struct web_connection *connection;

    LIST_FOREACH(connection, &web->connections, entry)
    {
        if (connection->phase == WEB_PHASE_ANSWER && connection->late != NULL &&
            connection->route->handler == web_state_get)
            web_state_changed(connection);
    }
    web_live_check(web, clock_boot_ns());
}
