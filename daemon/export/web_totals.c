/* GET /api/v1/totals (CONTRACT 6): the sums since the last charge, since a day, or from one day to another.
 */
#include "export/json_preferences.h"
#include "export/json_totals.h"
#include "export/web_ask.h"
#include "export/web_private.h"

#include <stdlib.h>

/* The question under way; freed when it is answered or its client is gone. */
struct totals_question {
    struct web_connection *connection;
    struct web_ask ask;
};

static void reply_totals(struct totals_question *question, const struct store_answer *answer)
{
    struct web_connection *connection = question->connection;
    const struct store_question *asked = &question->ask.question;
    const struct json_totals totals = {
        .car = asked->car,
        .zone = connection->web->zone,
        .all = answer->items,
        .unattributed = &answer->unattributed,
        .since_charge = asked->since_charge,
        .since_ms = answer->since_ms,
        .from_day = asked->from_day,
        .to_day = asked->to_day,
        .co2_g_per_kwh = connection->web->preferences->co2_g_per_kwh,
    };

    web_reply_begin(connection, 200, "no-store");
    web_reply_json(connection, json_totals_text(&totals));
}

static void answered(void *ctx, const struct store_answer *answer)
{
    struct totals_question *question = ctx;
    const char *mistake = web_ask_judge(&question->ask, answer);

    web_store_end(question->connection);
    if (answer->failed || mistake != NULL)
        web_store_refuse(question->connection, answer->failed ? NULL : mistake);
    else
        reply_totals(question, answer);
    free(question);
}

void web_totals_get(struct web_connection *connection)
{
    struct totals_question *question = calloc(1, sizeof(*question));
    const struct web *web = connection->web;

    if (!question) {
        web_reply_error(connection, 503, "busy", "out of memory");
        return;
    }
    question->connection = connection;
    const char *mistake = web_ask_totals(&question->ask, connection->query, web->view, web->zone);
    if (!mistake && store_ask(web->store, &question->ask.question, answered, question) == 0) {
        web_store_wait(connection, question);
        return;
    }
    web_store_refuse(connection, mistake);
    free(question);
}
