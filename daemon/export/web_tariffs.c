/* GET|PUT /api/v1/tariffs (CONTRACT 7): what stands on the card, and nothing else. A PUT replaces all of it;
 * what that changes in the diary comes later. */
#include "export/json_tariffs.h"
#include "export/web_private.h"

#include <stdlib.h>
#include <string.h>

/* A question or an edit under way; freed when it is answered or its client is gone, which undoes nothing. */
struct tariffs_question {
    struct web_connection *connection;
    char text[]; /* of a PUT, as it is kept */
};

static void reply_text(struct web_connection *connection, char *text)
{
    web_reply_begin(connection, 200, "no-store");
    web_reply_json(connection, text);
}

/* ---- GET ---- */

static void take_tariffs(void *ctx, const struct store_answer *answer)
{
    static const struct tariffs none;
    struct tariffs_question *question = ctx;
    struct web_connection *connection = question->connection;

    web_store_end(connection);
    free(question);
    if (answer->failed)
        web_store_refuse(connection, NULL);
    else
        reply_text(connection, answer->count > 0 ? strdup(answer->items) : json_tariffs(&none));
}

void web_tariffs_get(struct web_connection *connection)
{
    const struct store_question what = {.subject = STORE_ASK_TARIFFS, .limit = 1};
    struct tariffs_question *question = calloc(1, sizeof(*question));

    if (question == NULL) {
        web_reply_error(connection, 503, "busy", "out of memory");
        return;
    }
    question->connection = connection;
    if (store_ask(connection->web->store, &what, take_tariffs, question) == 0) {
        web_store_wait(connection, question);
        return;
    }
    free(question);
    web_store_refuse(connection, NULL);
}

/* ---- PUT ---- */

static void late(struct web_connection *connection)
{
    web_reply_error(connection, 503, "busy", "the diary is too slow now; whether this is kept shows later");
}

static void kept(void *ctx, const struct store_answer *answer)
{
    struct tariffs_question *question = ctx;
    struct web_connection *connection = question->connection;

    web_store_end(connection);
    if (answer->failed)
        web_reply_error(connection, 503, "busy", "the diary can't be written to now");
    else
        reply_text(connection, strdup(question->text));
    free(question);
}

/* The edit's text is the store's from here on. */
static void keep(struct web_connection *connection, char *text)
{
    const struct store_edit edit = {.subject = STORE_ASK_TARIFFS, .text = text};
    struct tariffs_question *question = malloc(sizeof(*question) + strlen(text) + 1);

    if (question == NULL) {
        free(text);
        web_reply_error(connection, 503, "busy", "out of memory");
        return;
    }
    question->connection = connection;
    strcpy(question->text, text);
    if (store_edit(connection->web->store, &edit, kept, question) == 0) {
        web_store_wait(connection, question);
        connection->late = late;
        return;
    }
    free(question);
    web_store_refuse(connection, NULL);
}

/* What is kept is what was understood, in our own writing. */
void web_tariffs_put(struct web_connection *connection)
{
    const char *body = connection->body == NULL ? "" : connection->body;
    struct tariffs *tariffs = malloc(sizeof(*tariffs));
    struct err err;

    if (tariffs == NULL) {
        web_reply_error(connection, 503, "busy", "out of memory");
        return;
    }
    int status = json_tariffs_read(body, connection->body_len, tariffs, &err);
    char *text = status == 0 ? json_tariffs(tariffs) : NULL;
    free(tariffs);
    if (status != 0)
        web_reply_error(connection, 400, "bad_request", err.text);
    else if (text == NULL)
        web_reply_error(connection, 503, "busy", "out of memory");
    else
        keep(connection, text);
}
