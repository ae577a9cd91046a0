/* GET|PUT /api/v1/preferences (CONTRACT 7). Shows and applies only what the diary has on the card. One change
 * at a time, because each is one of what the house has now. */
#include "export/json_preferences.h"
#include "export/web_private.h"

#define KEEP_LIMIT_NS (30 * NS_PER_S)

static void reply_preferences(struct web_connection *connection)
{
    web_reply_begin(connection, 200, "no-store");
    web_reply_json(connection, json_preferences(connection->web->preferences));
}

void web_preferences_get(struct web_connection *connection)
{
    if (connection->web->preferences->is_known)
        reply_preferences(connection);
    else
        web_store_refuse(connection, NULL);
}

/* Whoever asked may be gone: what is on the card holds all the same. */
static void kept(void *ctx, const struct store_answer *answer)
{
    struct web *web = ctx;
    struct web_connection *connection = web_connection_find(web, web->saving_request);

    web->is_saving = false;
    if (!answer->failed)
        *web->preferences = web->saving;
    if (connection == NULL)
        return;
    if (answer->failed)
        web_reply_error(connection, 503, "busy", "the diary can't be written to now");
    else
        reply_preferences(connection);
}

static void late(struct web_connection *connection)
{
    web_reply_error(connection, 503, "busy", "the diary is too slow now; whether this is kept shows later");
}

/* The edit's text is the store's from here on, unless it refuses it. */
static int keep(struct web *web)
{
    struct store_edit edit = {.subject = STORE_ASK_PREFERENCES, .text = json_preferences(&web->saving)};

    return edit.text == NULL ? -1 : store_edit(web->store, &edit, kept, web);
}

void web_preferences_put(struct web_connection *connection)
{
    struct web *web = connection->web;
    struct preferences changed = *web->preferences;
    struct err err;

    if (!changed.is_known) {
        web_store_refuse(connection, NULL);
        return;
    }
    if (json_preferences_read(connection->body == NULL ? "" : connection->body, connection->body_len,
                              &changed, &err) != 0) {
        web_reply_error(connection, 400, "bad_request", err.text);
        return;
    }
    if (web->is_saving) {
        web_reply_error(connection, 503, "busy", "another change is being kept");
        return;
    }
    web->saving = changed;
    web->saving_request = connection->request;
    web_request_wait(connection, KEEP_LIMIT_NS, late, NULL, NULL);
    web->is_saving = keep(web) == 0;
    if (!web->is_saving)
        web_store_refuse(connection, NULL);
}
