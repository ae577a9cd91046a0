/* POST /api/v1/pause, POST /api/v1/record (CONTRACT 7): what the page asks of the house for a car. Answers
 * what has become of it at once; how it goes on shows in the state. */
#include "export/json_recordings.h"
#include "export/json_request.h"
#include "export/recordings.h"
#include "export/web_private.h"
#include "link/record.h"

#include <stdio.h>
#include <string.h>

#define CAR_TEXT 17

struct order {
    char car[CAR_TEXT];
    int64_t number;
    size_t index; /* of the car */
};

static int find_car(const struct view *view, struct order *order, bool is_named, struct err *err)
{
    const struct view_car *car = is_named               ? view_find_car(view, order->car)
                                 : view->car_count == 1 ? &view->cars[0]
                                                        : NULL;

    if (car == NULL)
        return err_set(err, "car: which of those there are?");
    order->index = (size_t)(car - view->cars);
    return 0;
}

/* {"car":"leaf","NAME":N} from 0 or 1 on. False: it was answered 400. */
static bool read_order(struct web_connection *connection, const char *name, int64_t least, int64_t most,
                       struct order *order)
{
    struct json_request_member members[] = {
        {.name = "car", .text = order->car, .size = sizeof(order->car)},
        {.name = name, .number = &order->number, .least = least, .most = most}};
    struct err err;

    if (json_request_read(connection->body == NULL ? "" : connection->body, connection->body_len, members, 2,
                          &err) != 0 ||
        find_car(connection->web->view, order, members[0].is_there, &err) != 0) {
        web_reply_error(connection, 400, "bad_request", err.text);
        return false;
    }
    if (members[1].is_there)
        return true;
    err_set(&err, "%s: from %lld to %lld", name, (long long)least, (long long)most);
    web_reply_error(connection, 400, "bad_request", err.text);
    return false;
}

static void reply_until(struct web_connection *connection, int status, const struct order *order,
                        const char *name, int64_t until_boot_ns)
{
    const struct web *web = connection->web;
    const struct json_moment now = web_now(web);
    char id[CAR_TEXT];

    snprintf(id, sizeof(id), "%s", web->view->cars[order->index].id);
    web_reply_begin(connection, status, "no-store");
    web_reply_json(connection, json_order(web->view, id, name, until_boot_ns, &now));
}

void web_pause_post(struct web_connection *connection)
{
    const struct web *web = connection->web;
    struct order order;
    struct err err;

    if (!read_order(connection, "minutes", 0, RECORD_PAUSE_MAX_S / 60, &order))
        return;
    if (web->orders->pause(web->orders->ctx, order.index, order.number * 60, &err) != 0) {
        web_reply_error(connection, 409, "conflict", err.text);
        return;
    }
    reply_until(connection, 200, &order, "paused_until", web->view->cars[order.index].paused_until_boot_ns);
}

void web_record_post(struct web_connection *connection)
{
    const struct web *web = connection->web;
    struct order order;
    struct err err;

    if (!read_order(connection, "seconds", 1, RECORDING_SECONDS_MAX, &order))
        return;
    if (web->orders->record_file(web->orders->ctx, order.index, order.number, &err) != 0) {
        web_reply_error(connection, 409, "conflict", err.text);
        return;
    }
    reply_until(connection, 202, &order, "recording_until",
                web->view->cars[order.index].recording_until_boot_ns);
}
