/* POST /api/v1/backup: a copy of the diary and of access.db now, beside those of the nights. */
#include "export/json_request.h"
#include "export/web_private.h"

#include <jansson.h>

static void copied(void *ctx, uint64_t request, const struct orders_copy *copy)
{
    struct web_connection *connection = web_connection_find(ctx, request);

    if (connection == NULL)
        return;
    if (copy->why != NULL) {
        web_reply_error(connection, 503, "busy", copy->why);
        return;
    }
    json_t *object = json_pack("{s:s, s:I}", "name", copy->name, "bytes", (json_int_t)copy->bytes);
    char *text = json_dumps(object, JSON_VALUE_FLAGS);
    json_decref(object);
    web_reply_begin(connection, 200, "no-store");
    web_reply_json(connection, text);
}

/* It goes on all the same. */
static void late(struct web_connection *connection)
{
    web_reply_error(connection, 503, "busy", "the copy takes longer: look again in a few minutes");
}

void web_backup_post(struct web_connection *connection)
{
    const struct orders *orders = connection->web->orders;
    struct err err;

    if (connection->body_len > 0 &&
        json_request_read(connection->body, connection->body_len, NULL, 0, &err) != 0) {
        web_reply_error(connection, 400, "bad_request", err.text);
        return;
    }
    web_request_wait(connection, WEB_ANSWER_NS, late, NULL, NULL);
    if (orders->backup(orders->ctx, copied, connection->web, connection->request, &err) != 0)
        web_reply_error(connection, 409, "conflict", err.text);
}
