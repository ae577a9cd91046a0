/* GET /api/v1/state (CONTRACT 4): at once, or when something changed after the sequence number that the
 * client knows. */
#include "export/web_private.h"
#include "util/clock.h"

#include <stdlib.h>
#include <string.h>

struct json_moment web_now(const struct web *web)
{
    return (struct json_moment){.boot_ns = clock_boot_ns(), .utc_ns = clock_utc_ns(), .zone = web->zone};
}

/* A value that is too long counts as one that is wrong. */
static bool read_number(const char *query, const char *name, uint64_t *number, bool *is_there)
{
    char text[24];
    char *end;

    *is_there = web_query_find(query, name, text, sizeof(text));
    if (!*is_there)
        return true;
    if (strspn(text, "0123456789") != strlen(text) || text[0] == '\0' || strlen(text) > 19)
        return false;
    *number = strtoull(text, &end, 10);
    return true;
}

static void reply_state(struct web_connection *connection)
{
    const struct web *web = connection->web;
    struct json_moment now = web_now(web);
    const struct view_car *car = NULL;
    char id[32];

    if (web_query_find(connection->query, "car", id, sizeof(id))) {
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
    uint64_t wait_s = 0;
    bool has_wait, has_after;

    connection->after = 0;
    if (!read_number(connection->query, "wait", &wait_s, &has_wait) || wait_s > WEB_WAIT_MAX_S) {
        web_reply_error(connection, 400, "bad_request", "wait: 0 to 30 seconds");
        return;
    }
    if (!read_number(connection->query, "after", &connection->after, &has_after)) {
        web_reply_error(connection, 400, "bad_request", "after: a sequence number");
        return;
    }
    if (wait_s > 0 && has_after && connection->after == connection->web->view->sequence)
        web_request_wait(connection, (int64_t)wait_s * NS_PER_S, reply_state, NULL, NULL);
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
