/* What every handler needs that asks the store and answers later. What is asked is theirs. */
#include "export/web_private.h"

#include <stdlib.h>
#include <string.h>

#define ANSWER_LIMIT_NS (30 * NS_PER_S)

static void client_gone(void *question, struct web_connection *connection)
{
    store_forget(connection->web->store, question);
    free(question);
}

/* The request is cleared before its reply is: client_gone then forgets the question. */
static void late(struct web_connection *connection)
{
    web_reply_error(connection, 503, "busy", "the diary is too slow now");
}

void web_store_wait(struct web_connection *connection, void *question)
{
    web_request_wait(connection, ANSWER_LIMIT_NS, late, client_gone, question);
}

void web_store_end(struct web_connection *connection)
{
    connection->gone = NULL;
}

void web_store_refuse(struct web_connection *connection, const char *mistake)
{
    if (mistake != NULL)
        web_reply_error(connection, 400, "bad_request", mistake);
    else if (strcmp(connection->web->view->diary_state, "opening") == 0)
        web_reply_error(connection, 503, "diary_opening", "the diary is being opened");
    else
        web_reply_error(connection, 503, "busy", "the diary can't be read now");
}
