/* GET /api/v1/history (CONTRACT 5): asks the store, which answers later. */
#include "export/json_history.h"
#include "export/web_private.h"
#include "export/web_query.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define POINTS_DEFAULT 500
#define POINTS_MIN     2

#define WRONG_SIGNAL "signal: none of that name is kept"

/* The question under way; freed when it is answered or its client is gone. */
struct history_question {
    struct web_connection *connection;
    bool is_configured; /* the car */
    struct store_history_request request;
    const struct signal *signal;
};

/* Of a car gone from the configuration (NULL) nobody knows more signals than the vocabulary's. */
static const struct signal *find_signal(const struct view_car *car, const char *name)
{
    size_t count = car ? definition_signal_count(car->definition) : SIGNAL_VOCABULARY_COUNT;

    for (size_t i = 0; i < count; i++) {
        const struct signal *signal = car ? definition_signal(car->definition, i) : &vocabulary[i];
        if (strcmp(signal->name, name) == 0)
            return signal->kind == SIGNAL_KIND_TEXT || signal->kind == SIGNAL_KIND_ARRAY ? NULL : signal;
    }
    return NULL;
}

/* NULL when everything is there and right, else what is wrong with the query. */
static const char *read_question(struct history_question *question)
{
    struct store_history_request *request = &question->request;
    const char *query = question->connection->query;
    const struct view_car *car = web_query_car(query, question->connection->web->view);
    int64_t points = POINTS_DEFAULT;

    question->is_configured = car != NULL;
    if (car)
        snprintf(request->car, sizeof(request->car), "%s", car->id);
    else if (web_query_text(query, "car", request->car, sizeof(request->car)) != WEB_QUERY_THERE)
        return "car: which of those there are?";
    web_query_text(query, "signal", request->signal, sizeof(request->signal));
    question->signal = find_signal(car, request->signal);
    if (!question->signal)
        return WRONG_SIGNAL;
    request->from_utc_ns = request->to_utc_ns = TIME_NONE;
    if (!web_query_time(query, "from", &request->from_utc_ns) || request->from_utc_ns == TIME_NONE ||
        !web_query_time(query, "to", &request->to_utc_ns) || request->from_utc_ns >= request->to_utc_ns)
        return "from, to: RFC 3339 times, from before to";
    if (!web_query_number(query, "points", POINTS_MIN, STORE_POINTS_MAX, &points))
        return "points: 2 to 2000";
    request->points = (unsigned)points;
    return NULL;
}

static void answered(void *ctx, const struct store_history *history)
{
    struct history_question *question = ctx;
    struct web_connection *connection = question->connection;

    web_store_end(connection);
    if (history->failed) {
        web_store_refuse(connection, NULL);
    } else if (!question->is_configured && !history->is_kept) {
        web_store_refuse(connection, WRONG_SIGNAL);
    } else {
        web_reply_begin(connection, 200, "no-store");
        web_reply_json(connection,
                       json_history(&question->request, history, question->signal, connection->web->zone));
    }
    free(question);
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
        web_store_wait(connection, question);
        return;
    }
    web_store_refuse(connection, mistake);
    free(question);
}
