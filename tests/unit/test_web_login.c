/* Coming in, going out, and what strangers are told. */
#include "web_client.h"

static void tells_strangers_nothing_of_what_there_is(void **state)
{
    struct house *house = *state;
    static const char *const paths[] = {
        "/api/v1/state",   "/api/v1/live", "/api/v1/session",
        "/api/v1/nothing", "/api/",        "/api/v1/commands/climate?on=1&vin=SJNFAAZE0U6000000",
        "/metrics"};
    static const char *const methods[] = {"GET", "POST", "DELETE", "PATCH", "PUT"};
    char first[4096] = "";

    for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
        for (size_t j = 0; j < sizeof(methods) / sizeof(methods[0]); j++) {
            struct reply reply =
                client_ask(house, "%s %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nContent-Length: 0\r\n\r\n",
                           methods[j], paths[i], house->port);

            if (reply.status != 401)
                fail_msg("%s %s: %d", methods[j], paths[i], reply.status);
            assert_string_equal(reply.body,
                                "{\"error\":{\"code\":\"unauthorized\",\"message\":\"log in first\"}}");
            if (first[0] == '\0')
                strcpy(first, reply.head);
            assert_string_equal(reply.head, first);
            reply_free(&reply);
        }
    }
    assert_status(client_get(house, "/api/v1/login", ""), 405);
}

static void lets_in_by_the_code_and_out_by_logout(void **state)
{
    struct house *house = *state;
    char header[128];
    struct reply reply;

    client_log_in(house);
    reply = client_get(house, "/api/v1/session", "");
    assert_int_equal(reply.status, 200);
    assert_non_null(strstr(reply.body, "\"user\":\"demo\",\"role\":\"admin\",\"csrf\":\""));
    assert_non_null(strstr(reply.body, house->csrf));
    assert_true(reply_has(&reply, "Cache-Control: no-store"));
    reply_free(&reply);
    assert_status(client_get(house, "/api/v1/nothing", ""), 404);
    reply = client_get(house, "/metrics", "");
    assert_int_equal(reply.status, 200);
    assert_true(reply_has(&reply, "Content-Type: text/plain; version=0.0.4; charset=utf-8"));
    reply_free(&reply);
    reply = client_get(house, "/metrics", "Accept: application/openmetrics-text;version=1.0.0;q=0.5,*/*;q=0.1\r\n");
    assert_true(reply_has(&reply, "Content-Type: application/openmetrics-text; version=1.0.0; charset=utf-8"));
    assert_string_equal(reply.body + reply.body_len - 6, "# EOF\n");
    reply_free(&reply);
    reply = client_get(house, "/api/v1/logout", "");
    assert_int_equal(reply.status, 405);
    assert_true(reply_has(&reply, "Allow: POST"));
    reply_free(&reply);
    assert_status(client_post(house, "/api/v1/logout", "", "{}"), 403); /* no CSRF value */
    assert_status(client_post(house, "/api/v1/logout", "X-CSRF-Token: 0\r\n", "{}"), 403);
    assert_status(client_get(house, "/api/v1/session", ""), 200);
    snprintf(header, sizeof(header), "X-CSRF-Token: %s\r\n", house->csrf);
    reply = client_post(house, "/api/v1/logout", header, "{}");
    assert_int_equal(reply.status, 200);
    assert_non_null(strstr(reply.head, "Set-Cookie: garaged=;"));
    reply_free(&reply);
    assert_status(client_get(house, "/api/v1/session", ""), 401);
}

static void sets_the_cookie_so_that_pages_cannot_read_it(void **state)
{
    struct house *house = *state;
    char body[64];
    struct reply reply;
    const char *cookie;

    snprintf(body, sizeof(body), "{\"code\":\"%s\"}", house->code);
    reply = client_post(house, "/api/v1/pair", "", body);
    cookie = strstr(reply.head, "Set-Cookie: garaged=");
    assert_non_null(cookie);
    assert_memory_equal(cookie + 20 + 64, "; HttpOnly; SameSite=Strict; Path=/", 35);
    reply_free(&reply);
}

/* The page says what the server says. */
static void says_what_is_wrong(void **state)
{
    struct house *house = *state;
    struct reply reply =
        client_post(house, "/api/v1/login", "", "{\"user\":\"kari\",\"password\":\"a green bicycle\"}");

    assert_non_null(strstr(reply.body, "name or password is wrong"));
    reply_free(&reply);
    reply = client_post(house, "/api/v1/pair", "",
                        "{\"code\":\"0\",\"user\":\"kari\",\"password\":\"a green bicycle\"}");
    assert_non_null(strstr(reply.body, "the code is wrong or used up"));
    reply_free(&reply);
}

static void makes_users_and_logs_them_in(void **state)
{
    struct house *house = *state;
    char body[160];

    assert_status(
        client_post(house, "/api/v1/login", "", "{\"user\":\"kari\",\"password\":\"a green bicycle\"}"), 401);
    snprintf(body, sizeof(body), "{\"code\":\"%s\",\"user\":\"kari\",\"password\":\"short\"}", house->code);
    assert_status(client_post(house, "/api/v1/pair", "", body), 400);
    snprintf(body, sizeof(body), "{\"code\":\"%s\",\"user\":\"kari\",\"password\":\"a green bicycle\"}",
             house->code);
    assert_status(client_post(house, "/api/v1/pair", "", body), 201);
    assert_status(
        client_post(house, "/api/v1/login", "", "{\"user\":\"kari\",\"password\":\"a green bicycle\"}"), 200);
    assert_status(client_post(house, "/api/v1/login", "", "{\"user\":\"kari\"}"), 400);
    assert_status(client_post(house, "/api/v1/pair", "", "{}"), 400);
    assert_status(client_post(house, "/api/v1/pair", "", ""), 400);
    struct reply reply = {.status = 401};
    for (int i = 0; i < 8 && reply.status == 401; i++) {
        reply = client_post(house, "/api/v1/pair", "", "{\"code\":\"x\"}");
        if (reply.status == 429)
            assert_non_null(strstr(reply.head, "\r\nRetry-After: "));
        reply_free(&reply);
    }
    assert_int_equal(reply.status, 429);
}

static void takes_json_bodies_of_bounded_length_only(void **state)
{
    struct house *house = *state;
    char *big = malloc(17000);

    memset(big, ' ', 17000);
    big[16999] = '\0';
    assert_status(client_post(house, "/api/v1/pair", "", big), 413);
    big[16 * 1024] = '\0';
    assert_status(client_post(house, "/api/v1/pair", "", big), 400);
    free(big);
    assert_status(
        client_ask(house,
                   "POST /api/v1/pair HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nContent-Type: text/plain\r\n"
                   "Content-Length: 19\r\n\r\n{\"code\":\"12345678\"}",
                   house->port),
        415);
    assert_status(
        client_ask(house,
                   "POST /api/v1/pair HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nContent-Length: 900000000\r\n\r\n",
                   house->port),
        413);
    assert_status(client_ask(house, "POST /api/v1/pair HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n\r\n", house->port),
                  400);
}

/* Deep, many, doubled, no JSON at all: each is a 400 in words, and none counts as a try. */
static void takes_no_json_that_is_more_than_it_seems(void **state)
{
    struct house *house = *state;
    static const char *const bodies[] = {"{\"user\":\"a\",\"user\":\"b\",\"password\":\"c\"}",
                                         "{\"user\":1e400,\"password\":\"c\"}",
                                         "{\"user\":\"a\",\"password\":NaN}",
                                         "{\"user\":\"a\\u0000b\",\"password\":\"c\"}",
                                         "{\"user\":\"\\ud800\",\"password\":\"c\"}",
                                         "{\"user\":\"\\udc00\\ud800\",\"password\":\"c\"}",
                                         "{\"user\":\"\xff\xfe\",\"password\":\"c\"}",
                                         "{\"user\":\"a\",\"password\":\"c\"}{}",
                                         "{\"user\":\"a\",\"password\":\"c\"} x",
                                         "{\"user\":\"a\",\"password\":\"c\",\"role\":\"admin\"}",
                                         "{\"user\":[\"a\"],\"password\":{}}",
                                         "[\"user\",\"password\"]",
                                         "\"user\"",
                                         "null"};
    char *deep = malloc(16001), *many = malloc(16001);
    size_t len = 0;

    for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++)
        assert_status(client_post(house, "/api/v1/login", "", bodies[i]), 400);
    memset(deep, '[', 16000);
    deep[16000] = '\0';
    assert_status(client_post(house, "/api/v1/login", "", deep), 400);
    len = (size_t)sprintf(many, "{\"a\":1");
    for (int i = 0; len < 15900; i++)
        len += (size_t)sprintf(many + len, ",\"k%d\":1", i);
    strcpy(many + len, "}");
    assert_status(client_post(house, "/api/v1/login", "", many), 400);
    free(deep);
    free(many);
    assert_status(client_post(house, "/api/v1/login", "", "{\"user\":\"a\",\"password\":\"c\"}"), 401);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        HOUSE_TEST(tells_strangers_nothing_of_what_there_is),
        HOUSE_TEST(lets_in_by_the_code_and_out_by_logout),
        HOUSE_TEST(sets_the_cookie_so_that_pages_cannot_read_it),
        HOUSE_TEST(says_what_is_wrong),
        HOUSE_TEST(makes_users_and_logs_them_in),
        HOUSE_TEST(takes_json_bodies_of_bounded_length_only),
        HOUSE_TEST(takes_no_json_that_is_more_than_it_seems),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
