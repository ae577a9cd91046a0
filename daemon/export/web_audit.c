/* GET /api/v1/audit (CONTRACT 7), and what requests leave in it. An admin sees all, and may have the chain
 * verified; others see what they did themselves and the orders to the car, which are listed alone, too. */
#include "access/manage.h"
#include "export/json_audit.h"
#include "export/web_private.h"
#include "export/web_query.h"

#include <stdio.h>

#define LIMIT_USUAL  100
#define LIMIT_OTHERS 10

static void print_who(const struct access_grant *grant, char who[AUDIT_WHO_MAX])
{
    snprintf(who, AUDIT_WHO_MAX, "%s%s", grant->token != 0 ? "token:" : "", grant->user);
}

void web_audit_tell(struct web_connection *connection, int status)
{
    char who[AUDIT_WHO_MAX], detail[AUDIT_DETAIL_MAX];

    connection->is_untold = false;
    if (connection->route == NULL || connection->route->what == NULL)
        return;
    print_who(&connection->grant, who);
    int len = snprintf(detail, sizeof(detail), "%s %.90s", web_method_name(connection->method), connection->path);
    if (status == 0)
        snprintf(detail + len, sizeof(detail) - (size_t)len, ", did not wait");
    else
        snprintf(detail + len, sizeof(detail) - (size_t)len, ": %d", status);
    access_audit(
        connection->web->access,
        &(struct audit_event){who, connection->from, connection->route->what, detail, status >= 400});
}

static void take_list(void *ctx, uint64_t request, const struct access_answer *answer)
{
    struct web *web = ctx;
    struct web_connection *connection = web_connection_find(web, request);
    const struct json_moment now = web_now(web);

    if (connection == NULL)
        return;
    if (answer->result != ACCESS_OK) {
        web_session_refuse(connection, answer);
        return;
    }
    json_t *object = json_audit(answer->audit, &now);
    char *text = json_dumps(object, JSON_VALUE_FLAGS);
    json_decref(object);
    web_reply_begin(connection, 200, "no-store");
    web_reply_json(connection, text);
}

static void take_verdict(void *ctx, uint64_t request, const struct access_answer *answer)
{
    struct web_connection *connection = web_connection_find(ctx, request);

    if (connection == NULL)
        return;
    if (answer->result != ACCESS_OK) {
        web_session_refuse(connection, answer);
        return;
    }
    json_t *object = json_audit_verdict(answer->verdict);
    char *text = json_dumps(object, JSON_VALUE_FLAGS);
    json_decref(object);
    web_reply_begin(connection, 200, "no-store");
    web_reply_json(connection, text);
}

struct wanted {
    int64_t limit, before, orders, verify;
};

static void list(struct web_connection *connection, const struct wanted *wanted)
{
    const struct access_asker asker = {take_list, connection->web, connection->request, "", ""};
    char who[AUDIT_WHO_MAX] = "";

    if (wanted->orders)
        snprintf(who, sizeof(who), "%s", AUDIT_ORDERS);
    else if (connection->grant.role != ACCESS_ROLE_ADMIN)
        print_who(&connection->grant, who);
    web_request_wait(connection, WEB_ANSWER_NS, NULL, NULL, NULL);
    access_audit_list(connection->web->access, &asker, wanted->before, who, (size_t)wanted->limit);
}

static void verify(struct web_connection *connection)
{
    const struct access_asker asker = {take_verdict, connection->web, connection->request, "", ""};

    if (connection->grant.role != ACCESS_ROLE_ADMIN) {
        web_reply_error(connection, 403, "forbidden", "only an admin may have all rows read");
        return;
    }
    web_request_wait(connection, WEB_ANSWER_NS, NULL, NULL, NULL);
    access_audit_verify(connection->web->access, &asker);
}

void web_audit_get(struct web_connection *connection)
{
    bool is_admin = connection->grant.role == ACCESS_ROLE_ADMIN;
    struct wanted wanted = {.limit = is_admin ? LIMIT_USUAL : LIMIT_OTHERS};
    const char *query = connection->query;

    if (!web_query_number(query, "limit", 1, AUDIT_LIST_MAX, &wanted.limit) ||
        !web_query_number(query, "before", 1, INT64_MAX, &wanted.before) ||
        !web_query_number(query, "orders", 0, 1, &wanted.orders) ||
        !web_query_number(query, "verify", 0, 1, &wanted.verify))
        web_reply_error(connection, 400, "bad_request", "limit: 1 to 1000; before: an id; orders, verify: 1");
    else if (wanted.verify)
        verify(connection);
    else
        list(connection, &wanted);
}
