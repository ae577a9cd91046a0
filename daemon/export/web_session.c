/* login, pair, logout, session (CONTRACT 7, 8): from JSON to access and back. Who may come in is access's. */
#include "export/json_request.h"
#include "export/web_private.h"

#include <stdio.h>
#include <string.h>

#define USER_TEXT     256 /* longer than any that is right, so that access can say why */
#define PASSWORD_TEXT 1024

static void reply_grant(struct web_connection *connection, int status, const struct access_grant *grant,
                        const char *identifier)
{
    char cookie[160];

    web_reply_begin(connection, status, "no-store");
    if (identifier != NULL) {
        snprintf(cookie, sizeof(cookie), "%s=%s; %s; Max-Age=%d", web_tls_cookie(connection->is_tls),
                 identifier, web_tls_cookie_attributes(connection->is_tls), 400 * 24 * 3600);
        web_reply_header(connection, "Set-Cookie", cookie);
    }
    web_reply_json(connection, json_session(grant->user, access_role_name(grant->role), grant->csrf,
                                            !connection->is_tls && !connection->is_loopback));
}

void web_session_get(struct web_connection *connection)
{
    reply_grant(connection, 200, &connection->grant, NULL);
}

/* Waits for access, which may have answered before this returns. */
static void wait_for_access(struct web_connection *connection)
{
    web_request_wait(connection, WEB_ANSWER_NS, NULL, NULL, NULL);
}

static const char *body_of(const struct web_connection *connection)
{
    return connection->body == NULL ? "" : connection->body;
}

void web_login_post(struct web_connection *connection)
{
    char user[USER_TEXT], password[PASSWORD_TEXT];
    struct json_request_member members[] = {{.name = "user", .text = user, .size = sizeof(user)},
                                          {.name = "password", .text = password, .size = sizeof(password)}};
    struct err err;

    if (json_request_read(body_of(connection), connection->body_len, members, 2, &err) != 0) {
        web_reply_error(connection, 400, "bad_request", err.text);
    } else if (!members[0].is_there || !members[1].is_there) {
        web_reply_error(connection, 400, "bad_request", "user and password are needed");
    } else {
        wait_for_access(connection);
        access_login(connection->web->access, connection->request, &connection->source, user, password);
    }
    secret_wipe(password, sizeof(password));
}

void web_pair_post(struct web_connection *connection)
{
    char code[32], user[USER_TEXT], password[PASSWORD_TEXT];
    struct json_request_member members[] = {{.name = "code", .text = code, .size = sizeof(code)},
                                          {.name = "user", .text = user, .size = sizeof(user)},
                                          {.name = "password", .text = password, .size = sizeof(password)}};
    struct err err;

    if (json_request_read(body_of(connection), connection->body_len, members, 3, &err) != 0) {
        web_reply_error(connection, 400, "bad_request", err.text);
    } else if (!members[0].is_there) {
        web_reply_error(connection, 400, "bad_request", "a code is needed");
    } else {
        wait_for_access(connection);
        access_pair(connection->web->access, connection->request, &connection->source, code,
                    members[1].is_there ? user : NULL, members[2].is_there ? password : NULL);
    }
    secret_wipe(password, sizeof(password));
}

void web_logout_post(struct web_connection *connection)
{
    wait_for_access(connection);
    access_logout(connection->web->access, connection->request, connection->grant.session);
}

static void reply_ok(struct web_connection *connection, const struct access_answer *answer)
{
    char cookie[160];

    if (connection->route->handler != web_logout_post) {
        reply_grant(connection, connection->route->handler == web_pair_post ? 201 : 200, &answer->grant,
                    answer->identifier);
        return;
    }
    web_reply_begin(connection, 200, "no-store");
    snprintf(cookie, sizeof(cookie), "%s=; %s; Max-Age=0", web_tls_cookie(connection->is_tls),
             web_tls_cookie_attributes(connection->is_tls));
    web_reply_header(connection, "Set-Cookie", cookie);
    web_reply_end(connection, "application/json", "{}", 2);
}

static void reply_later(struct web_connection *connection, int retry_s)
{
    char seconds[16];

    snprintf(seconds, sizeof(seconds), "%d", retry_s);
    web_reply_begin(connection, 429, "no-store");
    web_reply_header(connection, "Retry-After", seconds);
    web_reply_json(connection, json_error("too_many_requests", "too many tries"));
}

/* Which of the given things is wrong isn't said. */
static const char *wrong_words(const struct web_connection *connection)
{
    return connection->route->handler == web_pair_post ? "the code is wrong or used up"
                                                       : "name or password is wrong";
}

static const char *failure_words(const struct access *access)
{
    const char *trouble = access_trouble(access);

    return trouble != NULL ? trouble : "access.db can't be written at the moment";
}

void web_session_answer(void *ctx, uint64_t request, const struct access_answer *answer)
{
    struct web *web = ctx;
    struct web_connection *connection = web_connection_find(web, request);

    if (connection == NULL) {
        if (answer->result == ACCESS_OK && answer->grant.session != 0)
            access_logout(web->access, 0, answer->grant.session); /* nobody has its cookie */
        return;
    }
    if (answer->result == ACCESS_OK)
        reply_ok(connection, answer);
    else
        web_session_refuse(connection, answer);
}

void web_session_refuse(struct web_connection *connection, const struct access_answer *answer)
{
    switch (answer->result) {
    case ACCESS_OK:
        break;
    case ACCESS_INVALID:
    case ACCESS_UNKNOWN:
        web_reply_error(connection, 400, "bad_request", answer->text);
        break;
    case ACCESS_WRONG:
        web_reply_error(connection, 401, "unauthorized", wrong_words(connection));
        break;
    case ACCESS_TOO_MANY:
        reply_later(connection, answer->retry_s);
        break;
    case ACCESS_OPENING:
    case ACCESS_FAILED:
        web_reply_error(connection, 503, "busy", failure_words(connection->web->access));
        break;
    }
}
