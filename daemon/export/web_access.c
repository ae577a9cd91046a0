/* Users, sessions and tokens (CONTRACT 7): lists, and what may be done with them from the page. Users are
 * made with garagectl only. */
#include "access/manage.h"
#include "export/json_access.h"
#include "export/json_request.h"
#include "export/web_private.h"

#include <stdlib.h>
#include <string.h>

#define NAME_TEXT     64
#define PASSWORD_TEXT 1024

/* ---- answers ---- */

static void reply_object(struct web_connection *connection, int status, json_t *object)
{
    char *text = object == NULL ? NULL : json_dumps(object, JSON_VALUE_FLAGS);

    json_decref(object);
    web_reply_begin(connection, status, "no-store");
    web_reply_json(connection, text);
}

static void reply_done(struct web_connection *connection, const struct access_answer *answer)
{
    if (connection->route->handler == web_tokens_post)
        reply_object(connection, 201, json_pack("{s:s}", "token", answer->identifier));
    else
        reply_object(connection, 200, json_object());
}

static void take_answer(void *ctx, uint64_t request, const struct access_answer *answer)
{
    struct web_connection *connection = web_connection_find(ctx, request);

    if (connection == NULL)
        return;
    if (answer->result == ACCESS_OK)
        reply_done(connection, answer);
    else if (answer->result == ACCESS_UNKNOWN)
        web_reply_error(connection, 404, "not_found", answer->text);
    else if (answer->result == ACCESS_WRONG) /* who asks is known: no 401 */
        web_reply_error(connection, 403, "forbidden", "the password is wrong");
    else
        web_session_refuse(connection, answer);
}

static struct access_asker wait_for_answer(struct web_connection *connection)
{
    web_request_wait(connection, WEB_ANSWER_NS, NULL, NULL, NULL);
    return (struct access_asker){take_answer, connection->web, connection->request, connection->grant.user,
                                 connection->from};
}

static int64_t id_of(const struct web_connection *connection)
{
    return strtoll(strrchr(connection->path, '/') + 1, NULL, 10);
}

/* ---- lists ---- */

void web_users_get(struct web_connection *connection)
{
    const struct access *access = connection->web->access;

    reply_object(connection, 200, json_users(access_users(access), access_sessions(access)));
}

/* An admin sees everybody's, others their own; a token has none. */
void web_sessions_get(struct web_connection *connection)
{
    const struct access *access = connection->web->access;
    const struct json_moment now = web_now(connection->web);
    bool is_admin = connection->grant.role == ACCESS_ROLE_ADMIN;
    const char *own = connection->grant.token != 0 ? "" : connection->grant.user;
    const struct json_sessions wanted = {access_users(access), access_sessions(access), is_admin ? NULL : own,
                                         connection->grant.session};

    reply_object(connection, 200, json_sessions(&wanted, &now));
}

void web_tokens_get(struct web_connection *connection)
{
    const struct json_moment now = web_now(connection->web);

    reply_object(connection, 200, json_tokens(access_tokens(connection->web->access), &now));
}

/* ---- writes ---- */

/* Whose a session is decides; to others it is not there. */
static bool may_end(const struct web_connection *connection, int64_t id)
{
    const struct access *access = connection->web->access;
    const struct session *own = sessions_get_const(access_sessions(access), connection->grant.session);
    const struct session *wanted = sessions_get_const(access_sessions(access), id);

    if (wanted == NULL)
        return false;
    return connection->grant.role == ACCESS_ROLE_ADMIN || (own != NULL && own->user == wanted->user);
}

void web_session_delete(struct web_connection *connection)
{
    int64_t id = id_of(connection);

    if (!may_end(connection, id)) {
        web_reply_error(connection, 404, "not_found", "there is no such session");
        return;
    }
    const struct access_asker asker = wait_for_answer(connection);
    access_session_end(connection->web->access, &asker, id);
}

void web_token_delete(struct web_connection *connection)
{
    const struct access_asker asker = wait_for_answer(connection);

    access_token_remove(connection->web->access, &asker, id_of(connection));
}

/* {"name","role","scope","days","password"}: the admin's own password again. */
void web_tokens_post(struct web_connection *connection)
{
    char name[NAME_TEXT], role[NAME_TEXT], scope[NAME_TEXT], password[PASSWORD_TEXT];
    struct access_token_wish wish = {.name = name, .role = role, .scope = scope};
    struct json_request_member members[] = {
        {.name = "name", .text = name, .size = sizeof(name)},
        {.name = "role", .text = role, .size = sizeof(role)},
        {.name = "password", .text = password, .size = sizeof(password)},
        {.name = "scope", .text = scope, .size = sizeof(scope)},
        {.name = "days", .number = &wish.days, .least = 0, .most = TOKEN_DAYS_MAX}};
    struct err err;

    if (json_request_read(connection->body == NULL ? "" : connection->body, connection->body_len, members, 5,
                          &err) != 0) {
        web_reply_error(connection, 400, "bad_request", err.text);
    } else if (!members[0].is_there || !members[1].is_there || !members[2].is_there) {
        web_reply_error(connection, 400, "bad_request", "name, role and password are needed");
    } else {
        const struct access_asker asker = wait_for_answer(connection);
        const struct access_again again = {connection->grant.user, password, connection->source};
        access_token_add(connection->web->access, &asker, &wish, &again);
    }
    secret_wipe(password, sizeof(password));
}
