/* The web server as HTTP clients meet it, honest and otherwise. */
#include "web_client.h"

static void serves_the_page_to_anybody(void **state)
{
    struct house *house = *state;
    struct reply reply = client_get(house, "/", "");

    assert_int_equal(reply.status, 200);
    assert_string_equal(reply.body, "<!doctype html><title>plain</title>");
    assert_true(reply_has(&reply, "Content-Type: text/html; charset=utf-8"));
    assert_true(reply_has(&reply, "Cache-Control: no-cache"));
    assert_true(reply_has(&reply, "Vary: Accept-Encoding"));
    assert_true(reply_has(&reply, "X-Content-Type-Options: nosniff"));
    assert_true(reply_has(&reply, "Referrer-Policy: no-referrer"));
    assert_true(reply_has(
        &reply, "Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self'; img-src "
                "'self' data:; connect-src 'self'; font-src 'self'; manifest-src 'self'; worker-src 'self'; "
                "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"));
    assert_null(strcasestr(reply.head, "libwebsockets"));
    assert_null(strcasestr(reply.head, "Access-Control"));
    reply_free(&reply);
    reply = client_get(house, "/index.html", "Accept-Encoding: gzip, br\r\n");
    assert_string_equal(reply.body, "packed");
    assert_true(reply_has(&reply, "Content-Encoding: gzip"));
    reply_free(&reply);
    reply = client_get(house, "/assets/main.0123ABCD.css", "");
    assert_true(reply_has(&reply, "Cache-Control: public, max-age=31536000, immutable"));
    assert_true(reply_has(&reply, "Content-Type: text/css; charset=utf-8"));
    reply_free(&reply);
    reply = client_get(house, "/assets/big.ABCDEF01.js", "");
    assert_int_equal(reply.body_len, 60000);
    assert_int_equal(strspn(reply.body, "x"), 60000);
    reply_free(&reply);
}

static void knows_what_the_browser_has_already(void **state)
{
    struct house *house = *state;
    struct reply reply = client_get(house, "/", "");
    char etag[32], header[64];

    assert_int_equal(sscanf(strstr(reply.head, "ETag: "), "ETag: %31s", etag), 1);
    reply_free(&reply);
    snprintf(header, sizeof(header), "If-None-Match: %s\r\n", etag);
    reply = client_get(house, "/", header);
    assert_int_equal(reply.status, 304);
    assert_int_equal(reply.body_len, 0);
    reply_free(&reply);
    assert_status(client_get(house, "/", "If-None-Match: \"0000000000000000\"\r\n"), 200);
}

static void answers_head_without_a_body(void **state)
{
    struct house *house = *state;
    struct reply reply = client_ask(house, "HEAD / HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n\r\n", house->port);

    assert_int_equal(reply.status, 200);
    assert_non_null(strstr(reply.head, "Content-Length: 35\r\n"));
    reply_free(&reply);
}

static void never_leaves_the_page_folder(void **state)
{
    struct house *house = *state;
    static const char *const paths[] = {"/../secret",
                                        "/assets/../../secret",
                                        "/%2e%2e/secret",
                                        "/%2e%2e%2fsecret",
                                        "/%252e%252e/secret",
                                        "/..\\secret",
                                        "/link",
                                        "/root/etc/passwd",
                                        "/assets/%2e%2e/%2e%2e/secret",
                                        "/.hidden",
                                        "/assets",
                                        "/assets/",
                                        "/nothing.html",
                                        "//etc/passwd"};

    for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
        struct reply reply = client_get(house, paths[i], "");

        if (reply.status == 200)
            fail_msg("%s was served", paths[i]);
        reply_free(&reply);
    }
    assert_status(client_get(house, "/assets/../index.html", ""), 200);
    struct reply reply = client_get(house, "/index.html%00.js", "");
    assert_int_not_equal(reply.status, 200);
    reply_free(&reply);
}

static void answers_wrong_hosts_with_421_and_nothing(void **state)
{
    struct house *house = *state;
    static const char *const hosts[] = {"",
                                        "Host: \r\n",
                                        "Host: evil.example\r\n",
                                        "Host: 127.0.0.1\r\n",
                                        "Host: 127.0.0.1:1\r\n",
                                        "Host: rebind.test:8080\r\nOrigin: http://evil.test\r\n"};

    for (size_t i = 0; i < sizeof(hosts) / sizeof(hosts[0]); i++) {
        struct reply reply = client_ask(house, "GET / HTTP/1.1\r\n%s\r\n", hosts[i]);

        if (reply.status != 421 || reply.body_len != 0)
            fail_msg("%s: %d", hosts[i], reply.status);
        reply_free(&reply);
    }
    assert_status(client_ask(house, "GET / HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nHost: 127.0.0.1:%d\r\n\r\n",
                             house->port, house->port),
                  421);
    assert_status(client_ask(house, "GET / HTTP/1.1\r\nHost: LocalHost.:%d\r\n\r\n", house->port), 200);
    struct reply reply =
        client_ask(house, "GET http://evil.example/ HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n\r\n", house->port);
    assert_int_not_equal(reply.status, 200);
    reply_free(&reply);
}

static void refuses_other_origins_after_the_host(void **state)
{
    struct house *house = *state;
    char own[64];

    client_log_in(house);
    assert_status(client_get(house, "/api/v1/state", "Origin: http://evil.example\r\n"), 403);
    assert_status(client_get(house, "/api/v1/state", "Origin: null\r\n"), 403);
    assert_status(client_get(house, "/", "Origin: null\r\n"), 403);
    assert_status(client_get(house, "/api/v1/state", "Sec-Fetch-Site: cross-site\r\n"), 403);
    assert_status(client_get(house, "/api/v1/state", "X-Forwarded-For: 1.2.3.4\r\n"), 403);
    assert_status(client_get(house, "/api/v1/state", "Forwarded: for=1.2.3.4\r\n"), 403);
    snprintf(own, sizeof(own), "Origin: http://127.0.0.1:%d\r\n", house->port);
    assert_status(client_get(house, "/api/v1/state", own), 200);
    assert_status(client_ask(house, "GET / HTTP/1.1\r\nHost: x\r\nOrigin: http://evil.example\r\n\r\n"), 421);
}

/* What comes behind such a request must not be taken for a next one. */
static void ends_the_connection_after_a_doubtful_length(void **state)
{
    struct house *house = *state;
    static const char *const lengths[] = {"Transfer-Encoding: chunked\r\n",
                                          "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
                                          "Content-Length: 5\r\nContent-Length: 6\r\n",
                                          "Content-Length: -5\r\n",
                                          "Content-Length: 18446744073709551616\r\n",
                                          "Content-Length: 5, 5\r\n",
                                          "Content-Length: 5 \x0b\r\n",
                                          "Content-Length : 5\r\n",
                                          "Content-Length\t: 5\r\n",
                                          "Transfer-Encoding : chunked\r\n",
                                          "Transfer-Encoding\t: chunked\r\n",
                                          "Transfer-Encoding:\tchunked\r\n",
                                          "X-Any: y\r\n Transfer-Encoding: chunked\r\n",
                                          "X-Any: y\r\n\tContent-Length: 5\r\n",
                                          "X-Any: y\n Content-Length: 5\r\n",
                                          "Content-Length: 0x5\r\n"};
    static const char *const methods[] = {"POST", "GET", "DELETE"};

    for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
        for (size_t j = 0; j < 3; j++) {
            int fd = client_connect(house);
            char request[512];
            struct reply reply;

            snprintf(
                request, sizeof(request),
                "%s /api/v1/pair HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n%s\r\n0\r\n\r\nGET / HTTP/1.1\r\nHost: "
                "127.0.0.1:%d\r\n\r\n",
                methods[j], house->port, lengths[i], house->port);
            client_send(fd, request, strlen(request));
            reply = client_read(fd, true);
            if (reply.status != 400 && reply.status != 0)
                fail_msg("%s: %d", lengths[i], reply.status);
            reply_free(&reply);
            assert_true(client_is_closed(fd));
            close(fd);
        }
    }
}

/* What comes behind a request, in the same packet or later, is never answered. */
static void answers_one_request_a_connection(void **state)
{
    struct house *house = *state;
    char request[512], body[64];

    snprintf(body, sizeof(body), "{\"code\":\"%s\"}", house->code);
    for (int i = 0; i < 4; i++) {
        int fd = client_connect(house);
        struct reply reply;

        snprintf(request, sizeof(request),
                 i < 2 ? "GET /%s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n\r\n"
                       : "POST /api/v1/pair%s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nContent-Type: "
                         "application/json\r\nContent-Length: 19\r\n\r\n",
                 "", house->port);
        if (i >= 2)
            strcat(request, body);
        if (i % 2)
            memmove(request + strlen(request), request, strlen(request) + 1);
        client_send(fd, request, strlen(request));
        reply = client_read(fd, true);
        if (i % 2 == 0 || reply.status != 0) { /* libwebsockets 4.3.5 may hang up on who sends more */
            assert_int_equal(reply.status, i < 2 ? 200 : 201);
            assert_true(reply_has(&reply, "Connection: close"));
        }
        reply_free(&reply);
        assert_true(client_is_closed(fd));
        close(fd);
    }
}

/* Writes `text` with our Host header in the place of @. */
static void expand(const struct house *house, const char *text, char *request, size_t size)
{
    size_t len = strcspn(text, "@");

    snprintf(request, size, "%.*sHost: 127.0.0.1:%d%s", (int)len, text, house->port,
             text[len] ? text + len + 1 : "");
    if (text[len] == '\0')
        snprintf(request, size, "%s", text);
}

static void speaks_http_1_1_only(void **state)
{
    struct house *house = *state;
    static const char *const requests[] = {"GET / HTTP/1.0\r\n@\r\n\r\n",
                                           "GET / HTTP/2.0\r\n@\r\n\r\n",
                                           "GET /\r\n\r\n",
                                           "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
                                           "TRACE / HTTP/1.1\r\n@\r\n\r\n",
                                           "CONNECT 127.0.0.1:1 HTTP/1.1\r\n@\r\n\r\n",
                                           "PROPFIND / HTTP/1.1\r\n@\r\n\r\n",
                                           "OPTIONS * HTTP/1.1\r\n@\r\n\r\n",
                                           "\x16\x03\x01\x02\x01\x01\x01\x01\xfc\x03\x03",
                                           "\r\n\r\n",
                                           "\xff\xfe\xfd\x01\x02garbage\r\n\r\n"};

    for (size_t i = 0; i < sizeof(requests) / sizeof(requests[0]); i++) {
        char request[256];
        struct reply reply;
        int fd = client_connect(house);

        expand(house, requests[i], request, sizeof(request));
        client_send(fd, request, strlen(request));
        shutdown(fd, SHUT_WR);
        reply = client_read(fd, true);
        if (reply.status != 0 && (reply.status < 400 || reply.status > 499))
            fail_msg("%s: %d", requests[i], reply.status);
        reply_free(&reply);
        close(fd);
    }
    assert_status(client_ask(house, "OPTIONS / HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n\r\n", house->port), 405);
    assert_status(client_get(house, "/", ""), 200);
}

static void survives_heads_of_any_size(void **state)
{
    struct house *house = *state;
    char *request = malloc(80000);
    size_t len = (size_t)sprintf(request, "GET / HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nX-Long: ", house->port);
    struct reply reply;

    memset(request + len, 'a', 70000);
    memcpy(request + len + 70000, "\r\n\r\n", 4);
    reply = client_ask_bytes(house, request, len + 70004);
    assert_refused(reply);
    len = (size_t)sprintf(request, "GET / HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n", house->port);
    for (int i = 0; i < 1000; i++)
        len += (size_t)sprintf(request + len, "X-%d: %d\r\n", i, i);
    len += (size_t)sprintf(request + len, "\r\n");
    reply = client_ask_bytes(house, request, len);
    assert_true(reply.status == 0 || reply.status == 200 || reply.status / 100 == 4);
    reply_free(&reply);
    memset(request, 'a', 79999);
    memcpy(request, "GET /", 5);
    reply = client_ask_bytes(house, request, 79999);
    assert_refused(reply);
    free(request);
    assert_status(client_get(house, "/", ""), 200);
}

static void answers_one_byte_at_a_time(void **state)
{
    struct house *house = *state;
    char request[256];
    int fd = client_connect(house);

    snprintf(request, sizeof(request),
             "POST /api/v1/pair HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nContent-Type: "
             "application/json\r\nContent-Length: "
             "19\r\n\r\n{\"code\":\"%s\"}",
             house->port, house->code);
    for (const char *at = request; *at != '\0'; at++)
        client_send(fd, at, 1);
    assert_status(client_read(fd, true), 201);
    close(fd);
}

static void is_starved_by_no_half_open_connections(void **state)
{
    struct house *house = *state;
    int fds[100];
    int64_t start_ns = clock_boot_ns();
    int open_ones = 0;

    for (int i = 0; i < 100; i++) {
        fds[i] = client_connect(house);
        if (i % 2)
            client_send(fds[i], "GET / HTTP/1.1\r\nHo", 18);
    }
    assert_status(client_get(house, "/", ""), 200);
    assert_true(clock_boot_ns() - start_ns < 3 * NS_PER_S);
    for (int i = 0; i < 100; i++) {
        char byte;

        open_ones += recv(fds[i], &byte, 1, MSG_DONTWAIT) < 0 && errno == EAGAIN;
        close(fds[i]);
    }
    assert_in_range(open_ones, 0, 12);
}

static void listens_on_loopback_only(void **state)
{
    struct house *house = *state;
    char wanted[32], line[256];
    FILE *file = fopen("/proc/net/tcp", "r");
    int found = 0;

    snprintf(wanted, sizeof(wanted), ":%04X 00000000:0000 0A", (unsigned)house->port);
    while (fgets(line, sizeof(line), file) != NULL) {
        if (strstr(line, wanted) != NULL) {
            assert_non_null(strstr(line, "0100007F:"));
            found++;
        }
    }
    fclose(file);
    assert_int_equal(found, 1);
    file = fopen("/proc/net/tcp6", "r");
    snprintf(wanted, sizeof(wanted), ":%04X 0000", (unsigned)house->port);
    while (file != NULL && fgets(line, sizeof(line), file) != NULL)
        assert_null(strstr(line, wanted));
    if (file != NULL)
        fclose(file);
}

static void refuses_to_listen_anywhere_else(void **state)
{
    struct house *house = *state;
    static const char *const addresses[] = {"0.0.0.0", "::", "8.8.8.8", "127.0.0.1.example", "", "fd00::1"};
    struct loop *loop;
    struct err err;

    loop = loop_new(&err);
    for (size_t i = 0; i < sizeof(addresses) / sizeof(addresses[0]); i++) {
        struct config_web config = house->config;
        struct web_parts parts = {.loop = loop,
                                  .config = &config,
                                  .view = &house->sample.view,
                                  .zone = &house->zone,
                                  .access = house->access,
                                  .page_dir = house->page,
                                  .state_dir = house->folder};

        strcpy(config.listen.items[0], addresses[i]);
        if (web_new(&parts, &err) != NULL)
            fail_msg("listens on %s", addresses[i]);
        assert_non_null(strstr(err.text, "neither a network interface nor an address of the house"));
    }
    loop_free(loop);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        HOUSE_TEST(serves_the_page_to_anybody),
        HOUSE_TEST(knows_what_the_browser_has_already),
        HOUSE_TEST(answers_head_without_a_body),
        HOUSE_TEST(never_leaves_the_page_folder),
        HOUSE_TEST(answers_wrong_hosts_with_421_and_nothing),
        HOUSE_TEST(refuses_other_origins_after_the_host),
        HOUSE_TEST(ends_the_connection_after_a_doubtful_length),
        HOUSE_TEST(answers_one_request_a_connection),
        HOUSE_TEST(speaks_http_1_1_only),
        HOUSE_TEST(survives_heads_of_any_size),
        HOUSE_TEST(answers_one_byte_at_a_time),
        HOUSE_TEST(is_starved_by_no_half_open_connections),
        HOUSE_TEST(listens_on_loopback_only),
        HOUSE_TEST(refuses_to_listen_anywhere_else),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
