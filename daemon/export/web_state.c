/* GET /api/v1/state (CONTRACT 4): at once, or when something changed after the sequence number that the
 * client knows. */
#include "export/web_private.h"
#include "export/web_query.h"
#include "util/clock.h"

struct json_moment web_now(const struct web *web)
{
    return (struct json_moment){.boot_ns = clock_boot_ns(), .utc_ns = clock_utc_ns(), .zone = web->zone};
}

static void reply_state(struct web_connection *connection)
{
    const struct web *web = connection->web;
    struct json_moment now = web_now(web);
    const struct view_car *car = NULL;
    char id[32];

    if (web_query_text(connection->query, "car", id, sizeof(id)) != WEB_QUERY_ABSENT) {
        car = view_find_car(web->view, id);
        if (car == NULL) {
            web_reply_error(connection, 404, "not_found", "no such car");
            return;
        }
    }
    web_reply_begin(connection, 200, "no-store");
    web_reply_json(connection, json_state(web->view, car, &now));
}

void web_state_get(struct web_connection *connection)
{
    const char *query = connection->query;
    int64_t wait_s = 0, after = -1;

    if (!web_query_number(query, "wait", 0, WEB_WAIT_MAX_S, &wait_s)) {
        web_reply_error(connection, 400, "bad_request", "wait: 0 to 30 seconds");
        return;
    }
    if (!web_query_number(query, "after", 0, INT64_MAX, &after)) {
        web_reply_error(connection, 400, "bad_request", "after: a sequence number");
        return;
    }
    connection->after = (uint64_t)after;
    if (wait_s > 0 && connection->after == connection->web->view->sequence)
        web_request_wait(connection, wait_s * NS_PER_S, reply_state, NULL, NULL);
    else
        reply_state(connection);
}

void web_state_changed(struct web_connection *connection)
{
    if (connection->after != connection->web->view->sequence)
        reply_state(connection);
}

void web_state_ended(struct web_connection *connection)
{
    web_reply_error(connection, 401, "unauthorized", "log in first");
}
