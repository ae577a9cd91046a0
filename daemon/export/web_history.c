/* GET /api/v1/history (CONTRACT 5): asks the store, which answers later. */
#include "export/json_history.h"
#include "export/web_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define POINTS_DEFAULT 500
#define POINTS_MIN     2
#define ANSWER_LIMIT   (30 * NS_PER_S)

/* The question under way; freed when it is answered or its client is gone. */
struct history_question {
    struct web_connection *connection;
    struct store_history_request request;
    const struct signal *signal;
};

static const struct view_car *find_car(const struct web_connection *connection, char *id, size_t size)
{
    const struct view *view = connection->web->view;

    if (!web_query_find(connection->query, "car", id, size))
        return view->car_count == 1 ? &view->cars[0] : NULL;
    return view_find_car(view, id);
}

static const struct signal *find_signal(const struct view_car *car, const char *name)
{
    size_t count = definition_signal_count(car->definition);

    for (size_t i = 0; i < count; i++) {
        const struct signal *signal = definition_signal(car->definition, i);
        if (strcmp(signal->name, name) == 0)
            return signal->kind == SIGNAL_KIND_TEXT || signal->kind == SIGNAL_KIND_ARRAY ? NULL : signal;
    }
    return NULL;
}

static bool read_time(const struct web_connection *connection, const char *name, int64_t *utc_ns)
{
    char text[64];

    return web_query_find(connection->query, name, text, sizeof(text)) && zone_time_parse(text, utc_ns);
}

static bool read_points(const struct web_connection *connection, unsigned *points)
{
    char text[8];

    *points = POINTS_DEFAULT;
    if (!web_query_find(connection->query, "points", text, sizeof(text)))
        return true;
    if (text[0] == '\0' || strspn(text, "0123456789") != strlen(text))
        return false;
    *points = (unsigned)strtoul(text, NULL, 10);
    return *points >= POINTS_MIN && *points <= STORE_POINTS_MAX;
}

/* NULL when everything is there and right, else what is wrong with the query. */
static const char *read_question(struct history_question *question)
{
    struct store_history_request *request = &question->request;
    const struct view_car *car = find_car(question->connection, request->car, sizeof(request->car));

    if (!car)
        return "car: which of the configured ones?";
    snprintf(request->car, sizeof(request->car), "%s", car->id);
    if (!web_query_find(question->connection->query, "signal", request->signal, sizeof(request->signal)))
        return "signal: a name of the vocabulary";
    question->signal = find_signal(car, request->signal);
    if (!question->signal)
        return "signal: none of that name is kept";
    if (!read_time(question->connection, "from", &request->from_utc_ns) ||
        !read_time(question->connection, "to", &request->to_utc_ns) ||
        request->from_utc_ns >= request->to_utc_ns)
        return "from, to: RFC 3339 times, from before to";
    if (!read_points(question->connection, &request->points))
        return "points: 2 to 2000";
    return NULL;
}

static void answered(void *ctx, const struct store_history *history)
{
    struct history_question *question = ctx;
    struct web_connection *connection = question->connection;

    connection->gone = NULL; /* the question ends here */
    if (history->failed) {
        web_reply_error(connection, 503, "busy", "the diary can't be read now");
    } else {
        web_reply_begin(connection, 200, "no-store");
        web_reply_json(connection,
                       json_history(&question->request, history, question->signal, connection->web->zone));
    }
    free(question);
}

static void client_gone(void *ctx, struct web_connection *connection)
{
    store_forget(connection->web->store, ctx);
    free(ctx);
}

/* The request is cleared before its reply is: client_gone then forgets the question. */
static void late(struct web_connection *connection)
{
    web_reply_error(connection, 503, "busy", "the diary is too slow now");
}

void web_history_get(struct web_connection *connection)
{
    struct history_question *question = calloc(1, sizeof(*question));

    if (!question) {
        web_reply_error(connection, 503, "busy", "out of memory");
        return;
    }
    question->connection = connection;
    const char *mistake = read_question(question);
    if (!mistake && store_ask_history(connection->web->store, &question->request, answered, question) == 0) {
        web_request_wait(connection, ANSWER_LIMIT, late, client_gone, question);
        return;
    }
    if (mistake)
        web_reply_error(connection, 400, "bad_request", mistake);
    else if (strcmp(connection->web->view->diary_state, "opening") == 0)
        web_reply_error(connection, 503, "diary_opening", "the diary is being opened");
    else
        web_reply_error(connection, 503, "busy", "the diary can't be read now");
    free(question);
}
