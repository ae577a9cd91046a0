/* GET /api/v1/charges/N (CONTRACT 6): the charge, then its curve from the readings of its time, one question
 * to the store after the other. A charge that nobody watched has an empty curve. */
#include "export/json_curve.h"
#include "export/web_ask.h"
#include "export/web_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What is asked for, in this order. The charger's power stands in on cars that don't tell the battery's. */
static const enum signal_id curve_signals[] = {SIGNAL_SOC, SIGNAL_PACK_POWER, SIGNAL_CHARGER_POWER};

#define CURVE_SIGNALS (sizeof(curve_signals) / sizeof(curve_signals[0]))

/* The questions under way; freed when all are answered or the client is gone. */
struct charge_question {
    struct web_connection *connection;
    struct web_ask ask;
    struct diary_charge charge;
    size_t step; /* of curve_signals */
    struct json_curve soc, kw;
};

static void take_history(void *ctx, const struct store_history *history);

static void refuse(struct charge_question *question)
{
    web_store_end(question->connection);
    web_store_refuse(question->connection, NULL);
    free(question);
}

static void reply_charge(struct charge_question *question)
{
    struct web_connection *connection = question->connection;

    web_store_end(connection);
    web_reply_begin(connection, 200, "no-store");
    web_reply_json(connection,
                   json_curve_text(&question->charge, &question->soc, &question->kw, connection->web->zone));
    free(question);
}

static void ask_history(struct charge_question *question)
{
    const struct diary_charge *charge = &question->charge;
    struct store_history_request request = {
        .from_utc_ns = charge->from_ms * NS_PER_MS,
        .to_utc_ns = (charge->to_ms + 1) * NS_PER_MS,
        .points = JSON_CURVE_POINTS_MAX,
        .wants_last = true,
    };

    snprintf(request.car, sizeof(request.car), "%s", question->ask.question.car);
    snprintf(request.signal, sizeof(request.signal), "%s", vocabulary[curve_signals[question->step]].name);
    if (store_ask_history(question->connection->web->store, &request, take_history, question) != 0)
        refuse(question);
}

static void take_history(void *ctx, const struct store_history *history)
{
    struct charge_question *question = ctx;
    struct json_curve *curve = question->step == 0 ? &question->soc : &question->kw;

    if (history->failed) {
        refuse(question);
        return;
    }
    curve->count = history->count < JSON_CURVE_POINTS_MAX ? history->count : JSON_CURVE_POINTS_MAX;
    if (curve->count > 0)
        memcpy(curve->points, history->points, curve->count * sizeof(curve->points[0]));
    question->step++;
    if (question->step == CURVE_SIGNALS || question->kw.count > 0)
        reply_charge(question);
    else
        ask_history(question);
}

static bool has_curve(const struct diary_charge *charge)
{
    return charge->how != DIARY_INFERRED && charge->from_ms > 0 && charge->to_ms >= charge->from_ms &&
           charge->to_ms < INT64_MAX / NS_PER_MS;
}

/* The store keeps an open charge as it began; how it stands is the view's. */
static void take_charge(void *ctx, const struct store_answer *answer)
{
    struct charge_question *question = ctx;
    struct web_connection *connection = question->connection;
    const struct view_car *car = question->ask.car;

    if (answer->failed) {
        refuse(question);
    } else if (answer->count == 0) {
        const char *mistake = web_ask_judge(&question->ask, answer);

        web_store_end(connection);
        if (mistake != NULL)
            web_store_refuse(connection, mistake);
        else
            web_reply_error(connection, 404, "not_found", "no such charge");
        free(question);
    } else {
        question->charge = *(const struct diary_charge *)answer->items;
        if (car != NULL && car->has_charge && car->charge.id == question->charge.id)
            question->charge = car->charge;
        if (has_curve(&question->charge))
            ask_history(question);
        else
            reply_charge(question);
    }
}

void web_charge_get(struct web_connection *connection)
{
    struct charge_question *question = calloc(1, sizeof(*question));
    const struct web *web = connection->web;

    if (!question) {
        web_reply_error(connection, 503, "busy", "out of memory");
        return;
    }
    question->connection = connection;
    const char *mistake = web_ask_charge(&question->ask, connection->path, connection->query, web->view);
    if (!mistake && store_ask(web->store, &question->ask.question, take_charge, question) == 0) {
        web_store_wait(connection, question);
        return;
    }
    web_store_refuse(connection, mistake);
    free(question);
}
