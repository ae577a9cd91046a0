/* PATCH /api/v1/charges/N and outings/N (CONTRACT 7): what a person types, answered when it is on the card
 * with the item as GET gives it. The diary of a car that is gone from the configuration is only read. */
#include "export/json_diary.h"
#include "export/json_typed.h"
#include "export/json_value.h"
#include "export/web_ask.h"
#include "export/web_private.h"

#include <stdio.h>
#include <stdlib.h>

typedef int typed_read_fn(const char *text, size_t len, struct diary_typed *typed, struct err *err);

/* The edit under way; freed when it is answered or its client is gone, which undoes nothing. */
struct typed_question {
    struct web_connection *connection;
    struct web_ask ask;
};

static void late(struct web_connection *connection)
{
    web_reply_error(connection, 503, "busy", "the diary is too slow now; whether this is kept shows later");
}

static void reply_item(struct web_connection *connection, const struct diary_entry *entry)
{
    if (entry->kind == DIARY_CHARGE) {
        web_charge_get(connection);
        return;
    }
    json_t *item = json_diary_outing(&entry->outing, connection->web->zone);
    web_reply_begin(connection, 200, "no-store");
    web_reply_json(connection, json_dumps(item, JSON_VALUE_FLAGS));
    json_decref(item);
}

static void reply(struct web_connection *connection, const struct web_ask *ask,
                  const struct store_answer *answer)
{
    const char *mistake = web_ask_judge(ask, answer);

    if (answer->failed)
        web_reply_error(connection, 503, "busy", "the diary can't be written to now");
    else if (mistake != NULL)
        web_store_refuse(connection, mistake);
    else if (answer->count == 0)
        web_reply_error(connection, 404, "not_found", "the diary of this car has nothing of that number");
    else if (ask->car == NULL)
        web_reply_error(connection, 409, "conflict", "this car is gone: its diary is only read");
    else
        reply_item(connection, answer->items);
}

static void answered(void *ctx, const struct store_answer *answer)
{
    struct typed_question *question = ctx;

    web_store_end(question->connection);
    reply(question->connection, &question->ask, answer);
    free(question);
}

/* What was typed is the store's from here on. */
static int ask_store(struct typed_question *question, enum store_subject subject,
                     const struct diary_typed *typed)
{
    struct store_edit edit = {
        .subject = subject,
        .id = question->ask.question.id,
        .typed = malloc(sizeof(*typed)),
        .only_looks = question->ask.car == NULL,
    };

    if (edit.typed == NULL)
        return -1;
    *edit.typed = *typed;
    snprintf(edit.car, sizeof(edit.car), "%s", question->ask.question.car);
    return store_edit(question->connection->web->store, &edit, answered, question);
}

static void patch(struct web_connection *connection, enum store_subject subject, typed_read_fn *read)
{
    struct typed_question *question = calloc(1, sizeof(*question));
    struct diary_typed typed;
    struct err err;

    if (question == NULL) {
        web_reply_error(connection, 503, "busy", "out of memory");
        return;
    }
    question->connection = connection;
    const char *mistake =
        web_ask_charge(&question->ask, connection->path, connection->query, connection->web->view);
    if (mistake == NULL &&
        read(connection->body == NULL ? "" : connection->body, connection->body_len, &typed, &err) != 0)
        mistake = err.text;
    if (mistake == NULL && ask_store(question, subject, &typed) == 0) {
        web_store_wait(connection, question);
        connection->late = late;
        return;
    }
    web_store_refuse(connection, mistake);
    free(question);
}

void web_charge_patch(struct web_connection *connection)
{
    patch(connection, STORE_ASK_CHARGE, json_typed_read_charge);
}

void web_outing_patch(struct web_connection *connection)
{
    patch(connection, STORE_ASK_OUTINGS, json_typed_read_outing);
}
