/* The lists of the diary (CONTRACT 6): days, months, years, charges, outings, battery, traffic. One handler
 * for all of them; what tells them apart is web_ask's table. */
#include "export/web_ask.h"
#include "export/web_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The question under way; freed when it is answered or its client is gone. */
struct list_question {
    struct web_connection *connection;
    const struct web_list *list;
    struct web_ask ask;
};

/* A table has no place for `next`: it stands in the head, as it would in JSON. */
static void add_next(struct web_connection *connection, const struct json_page *page)
{
    json_t *next = json_page_next(page);
    char *text = json_dumps(next, JSON_ENCODE_ANY);

    if (text != NULL)
        web_reply_header(connection, "X-Next", text);
    free(text);
    json_decref(next);
}

static void reply_csv(struct web_connection *connection, const struct json_page *page)
{
    char disposition[64];

    snprintf(disposition, sizeof(disposition), "attachment; filename=\"%s.csv\"",
             strrchr(connection->path, '/') + 1);
    web_reply_begin(connection, 200, "no-store");
    web_reply_header(connection, "Content-Disposition", disposition);
    add_next(connection, page);
    web_reply_text(connection, "text/csv; charset=utf-8; header=present", json_page_csv(page));
}

static void reply_page(struct list_question *question, const struct store_answer *answer)
{
    struct web_connection *connection = question->connection;
    const struct json_page page =
        web_ask_page(&question->ask, question->list, connection->web->zone, answer);

    if (question->ask.as_csv) {
        reply_csv(connection, &page);
        return;
    }
    web_reply_begin(connection, 200, "no-store");
    web_reply_json(connection, json_page_text(&page));
}

static void answered(void *ctx, const struct store_answer *answer)
{
    struct list_question *question = ctx;
    const char *mistake = web_ask_judge(&question->ask, answer);

    web_store_end(question->connection);
    if (answer->failed || mistake != NULL)
        web_store_refuse(question->connection, answer->failed ? NULL : mistake);
    else
        reply_page(question, answer);
    free(question);
}

void web_diary_get(struct web_connection *connection)
{
    struct list_question *question = calloc(1, sizeof(*question));
    const struct web *web = connection->web;

    if (!question) {
        web_reply_error(connection, 503, "busy", "out of memory");
        return;
    }
    question->connection = connection;
    question->list = web_ask_list(connection->path);
    const char *mistake =
        web_ask_read(&question->ask, question->list, connection->query, web->view, web->zone);
    if (!mistake && store_ask(web->store, &question->ask.question, answered, question) == 0) {
        web_store_wait(connection, question);
        return;
    }
    web_store_refuse(connection, mistake);
    free(question);
}
