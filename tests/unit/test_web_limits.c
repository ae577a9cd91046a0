/* What one client, or very many, can't take from the others. */
#include "export/web_private.h"
#include "web_socket.h"

#include <fcntl.h>
#include <sys/resource.h>

static int connect_from(const struct house *house, const char *source)
{
    struct sockaddr_in from = {.sin_family = AF_INET};
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)house->port)};
    struct timeval wait = {.tv_sec = CLIENT_WAIT_S};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    inet_pton(AF_INET, source, &from.sin_addr);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait));
    assert_int_equal(bind(fd, (struct sockaddr *)&from, sizeof(from)), 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof(to)), 0);
    return fd;
}

static int ask_from(const struct house *house, const char *source, const char *path, const char *headers)
{
    char request[512];
    int fd = connect_from(house, source);
    struct reply reply;
    int status;

    snprintf(request, sizeof(request), "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n%s\r\n", path, house->port,
             headers);
    client_send(fd, request, strlen(request));
    reply = client_read(fd, true);
    status = reply.status;
    reply_free(&reply);
    close(fd);
    return status;
}

static int count_open(const int *fds, int count)
{
    int open_ones = 0;

    for (int i = 0; i < count; i++) {
        char byte;

        open_ones += recv(fds[i], &byte, 1, MSG_DONTWAIT) < 0 && errno == EAGAIN;
    }
    return open_ones;
}

static void count_fn(struct house *house, void *arg)
{
    struct web_connection *connection;
    int *count = arg;

    LIST_FOREACH(connection, &house->web->connections, entry)
    {
        *count += 1;
    }
}

static int count_connections_of(struct house *house)
{
    int count = 0;

    house_do(house, count_fn, &count);
    return count;
}

/* W14: half of them silent, half with half a head. */
static void three_hundred_of_one_peer_starve_no_other(void **state)
{
    struct house *house = *state;
    int fds[300];

    for (int i = 0; i < 300; i++) {
        fds[i] = connect_from(house, "127.0.0.2");
        if (i % 2)
            client_send(fds[i], "GET / HTTP/1.1\r\nHo", 18);
        if (i % 30 == 29)
            assert_int_equal(ask_from(house, "127.0.0.3", "/", ""), 200);
    }
    assert_int_equal(ask_from(house, "127.0.0.3", "/", ""), 200);
    assert_in_range(count_open(fds, 300), 1, 12);
    for (int i = 0; i < 300; i++) {
        assert_true(client_is_closed(fds[i])); /* the last ones when their time is over */
        close(fds[i]);
    }
}

/* The rate is of requests without a session, and of one source. */
/* The peer's own next one, and another's. */
static void bodies_that_never_come_hold_no_place(void **state)
{
    static const char half[] = "POST /api/v1/login HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\n"
                               "Content-Length: 100\r\n\r\n";
    struct house *house = *state;
    char host[32], head[256];
    int fds[36];

    snprintf(host, sizeof(host), "127.0.0.1:%d", house->port);
    int len = snprintf(head, sizeof(head), half, host);
    for (int i = 0; i < 36; i++) {
        fds[i] = connect_from(house, i < 12 ? "127.0.0.2" : i < 24 ? "127.0.0.4" : "127.0.0.5");
        client_send(fds[i], head, (size_t)len);
        if (i % 12 == 11)
            assert_int_equal(ask_from(house, "127.0.0.3", "/", ""), 200);
    }
    assert_int_equal(ask_from(house, "127.0.0.5", "/", ""), 200);
    for (int i = 0; i < 36; i++)
        close(fds[i]);
}

static void too_many_requests_of_a_stranger_are_refused(void **state)
{
    struct house *house = *state;
    char cookie[128];
    int refused = 0;

    client_log_in(house);
    snprintf(cookie, sizeof(cookie), "Cookie: garaged=%s\r\n", house->cookie);
    for (int i = 0; i < 2000 && refused < 5; i++) {
        int status = ask_from(house, "127.0.0.2", "/", "");

        assert_true(status == 200 || status == 429);
        refused += status == 429;
    }
    assert_int_equal(refused, 5);
    assert_int_equal(ask_from(house, "127.0.0.3", "/", ""), 200);
    assert_int_equal(ask_from(house, "127.0.0.2", "/api/v1/state", ""), 401);
    for (int i = 0; i < 20; i++)
        assert_int_equal(ask_from(house, "127.0.0.2", "/api/v1/state", cookie), 200);
}

/* W26 */
static void two_hundred_dashboards_find_a_polite_end(void **state)
{
    struct house *house = *state;
    struct step step = {.soc = 7};
    int fds[24], served = 0, refused = 0;

    client_log_in(house);
    for (int i = 0; i < 200; i++) {
        char headers[128], source[16];
        struct reply reply;
        int fd;

        snprintf(source, sizeof(source), "127.0.1.%d", i + 1);
        snprintf(headers, sizeof(headers), "Upgrade: websocket\r\nOrigin: http://127.0.0.1:%d\r\n",
                 house->port);
        fd = connect_from(house, source);
        reply = upgrade(house, fd, "/api/v1/live", headers);
        if (reply.status == 101)
            fds[served++] = fd;
        else
            close(fd);
        refused += reply.status == 503 && reply_has(&reply, "Retry-After: 1");
        reply_free(&reply);
        assert_in_range(served, 0, 24);
    }
    assert_int_equal(served, 24);
    assert_int_equal(refused, 176);
    for (int i = 0; i < served; i++)
        expect_message(fds[i], "state", "");
    house_do(house, set_soc, &step);
    for (int i = 0; i < served; i++) {
        expect_message(fds[i], "change", "\"soc\":{\"value\":7");
        close(fds[i]);
    }
}

/* W15: as slow as TCP allows, a few bytes a second, which the kernel does not even tell us of. */
static void a_reply_that_is_not_read_is_given_up(void **state)
{
    struct house *house = *state;
    int small = 2048, fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)house->port)};
    char request[128], byte;
    int read_bytes = 0;

    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small));
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof(to)), 0);
    snprintf(request, sizeof(request), "GET /assets/big.ABCDEF01.js HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n\r\n",
             house->port);
    client_send(fd, request, strlen(request));
    for (int i = 0; i < 60 && count_connections_of(house) > 0; i++) {
        read_bytes += recv(fd, &byte, 1, MSG_DONTWAIT) == 1;
        usleep(500000);
    }
    assert_int_equal(count_connections_of(house), 0);
    assert_in_range(read_bytes, 1, 60);
    close(fd);
}

/* W17: each ends its websocket, and nothing else. */
#define AT_ONCE 5 /* some end when their time is over: they wait together */

static void assert_ends(int fd, const char *what)
{
    char bytes[4096];
    ssize_t got;

    while ((got = recv(fd, bytes, sizeof(bytes), 0)) > 0)
        continue;
    if (got < 0 && errno == EAGAIN)
        fail_msg("%s: still open", what);
    close(fd);
}

static void malformed_frames_end_their_websocket(void **state)
{
    struct house *house = *state;
    static const struct {
        const char *what, *bytes;
        size_t len;
    } rows[] = {
#define ROW(what, bytes) {what, bytes, sizeof(bytes) - 1}
        ROW("RSV1", "\xC1\x82\0\0\0\0hi"),
        ROW("RSV2", "\xA1\x82\0\0\0\0hi"),
        ROW("RSV3", "\x91\x82\0\0\0\0hi"),
        ROW("opcode 3", "\x83\x82\0\0\0\0hi"),
        ROW("opcode B", "\x8B\x82\0\0\0\0hi"),
        ROW("a long ping", "\x89\xFE\x00\x7E\0\0\0\0"),
        ROW("a split ping", "\x09\x82\0\0\0\0hi"),
        ROW("a length of 2^63", "\x82\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\0\0\0\0"),
        ROW("no UTF-8", "\x81\x82\0\0\0\0\xC3\x28"),
        ROW("a continuation of nothing", "\x80\x82\0\0\0\0hi"),
#undef ROW
    };

    client_log_in(house);
    for (size_t first = 0; first < sizeof(rows) / sizeof(rows[0]); first += AT_ONCE) {
        int fds[AT_ONCE];

        for (size_t i = 0; i < AT_ONCE; i++) {
            fds[i] = open_live(house, "");
            client_send(fds[i], rows[first + i].bytes, rows[first + i].len);
        }
        for (size_t i = 0; i < AT_ONCE; i++)
            assert_ends(fds[i], rows[first + i].what);
    }
    assert_status(client_get(house, "/api/v1/state", ""), 200);
}

/* Nothing that a page says is looked at: a frame without a mask, which libwebsockets lets pass, is like any
 * other. Pings are answered one at a time. */
static void frames_without_a_mask_and_floods_of_pings_do_nothing(void **state)
{
    struct house *house = *state;
    struct step step = {.soc = 9};
    char pings[10000 * 6];
    int fd, other;

    client_log_in(house);
    fd = open_live(house, "");
    other = open_live(house, "");
    expect_message(other, "state", "");
    client_send(fd, "\x81\x02hi", 4);
    for (size_t i = 0; i < sizeof(pings); i += 6)
        memcpy(pings + i, "\x89\x80\0\0\0\0", 6);
    client_send(fd, pings, sizeof(pings));
    house_do(house, set_soc, &step);
    expect_message(other, "change", "\"soc\":{\"value\":9");
    assert_status(client_get(house, "/api/v1/state", ""), 200);
    close(fd);
    close(other);
}

/* W18 */
static void compression_is_not_negotiated(void **state)
{
    struct house *house = *state;
    char headers[256];
    struct reply reply;
    int fd = client_connect(house);

    client_log_in(house);
    snprintf(
        headers, sizeof(headers),
        "Upgrade: websocket\r\nOrigin: http://127.0.0.1:%d\r\nSec-WebSocket-Extensions: permessage-deflate; "
        "client_max_window_bits, x-webkit-deflate-frame\r\n",
        house->port);
    reply = upgrade(house, fd, "/api/v1/live", headers);
    assert_int_equal(reply.status, 101);
    assert_null(strcasestr(reply.head, "Sec-WebSocket-Extensions"));
    reply_free(&reply);
    close(fd);
}

/* W27: with whatever Host, and for whoever has a session too. */
static void relayed_requests_are_refused_and_told(void **state)
{
    struct house *house = *state;
    static const char *const headers[] = {
        "X-Forwarded-For: 1.2.3.4\r\n",  "Forwarded: for=1.2.3.4\r\n",   "Via: 1.1 proxy\r\n",
        "CF-Connecting-IP: 1.2.3.4\r\n", "X-Forwarded-Proto: https\r\n", "X-Forwarded-Host: evil.example\r\n",
        "X-Real-IP: 1.2.3.4\r\n",
    };
    struct reply reply;

    client_log_in(house);
    for (size_t i = 0; i < sizeof(headers) / sizeof(headers[0]); i++) {
        reply = client_get(house, "/api/v1/state", headers[i]);
        if (reply.status != 403 || strstr(reply.body, "soc") != NULL)
            fail_msg("%s%d", headers[i], reply.status);
        reply_free(&reply);
        assert_status(client_get(house, "/", headers[i]), 403);
    }
    assert_status(client_ask(house, "GET / HTTP/1.1\r\nHost: evil.example\r\nVia: 1.1 x\r\n\r\n"), 421);
    reply = client_get(house, "/api/v1/system", "");
    assert_non_null(strstr(reply.body, "\"exposed\":{\"since\":"));
    assert_non_null(strstr(reply.body, "\"count\":15}"));
    reply_free(&reply);
}

static void name_a_proxy(struct house *house)
{
    strcpy(house->config.proxies.items[house->config.proxies.count++], "127.0.0.1");
    strcpy(house->config.hosts.items[house->config.hosts.count++], "home.example");
}

static int set_up_with_proxy(void **state)
{
    return house_set_up_with(state, NULL, name_a_proxy);
}

/* As nginx and Caddy pass on what came to https://home.example/: no port in the Host, and a page of TLS. */
static void a_named_proxy_may_speak_tls(void **state)
{
    static const char *const origins[] = {"https://home.example", "https://home.example:443"};
    struct house *house = *state;

    for (size_t i = 0; i < sizeof(origins) / sizeof(origins[0]); i++)
        assert_status(client_ask(house, "GET / HTTP/1.1\r\nHost: home.example\r\nOrigin: %s\r\n\r\n", origins[i]),
                      200);
    assert_status(
        client_ask(house, "GET / HTTP/1.1\r\nHost: home.example\r\nOrigin: https://a.example\r\n\r\n"), 403);
    assert_status(client_ask(house, "GET / HTTP/1.1\r\nHost: a.example\r\n\r\n"), 421);
}

/* Who is no proxy has to name the port, and no page of TLS is ours where we speak none. */
static void who_is_no_proxy_may_not(void **state)
{
    struct house *house = *state;

    assert_status(client_ask(house, "GET / HTTP/1.1\r\nHost: home.example\r\n\r\n"), 421);
    assert_status(client_get(house, "/", "Origin: https://home.example\r\n"), 403);
}

static void name_a_host(struct house *house)
{
    strcpy(house->config.hosts.items[house->config.hosts.count++], "home.example");
}

static int set_up_with_host(void **state)
{
    return house_set_up_with(state, NULL, name_a_host);
}

/* From the one that is named they are served; what the header says is nobody's address still. */
static void a_named_proxy_is_served_and_not_believed(void **state)
{
    struct house *house = *state;
    struct reply reply;
    int status = 0;

    client_log_in(house);
    assert_status(client_get(house, "/api/v1/state", "X-Forwarded-For: 1.2.3.4\r\n"), 200);
    assert_status(client_get(house, "/api/v1/state", "Forwarded: for=127.0.0.1\r\nVia: 1.1 x\r\n"), 200);
    assert_int_equal(ask_from(house, "127.0.0.2", "/", "X-Forwarded-For: 127.0.0.1\r\n"), 403);
    for (int i = 0; i < 2000 && status != 429; i++) {
        char header[64];

        snprintf(header, sizeof(header), "X-Forwarded-For: 10.0.%d.%d\r\n", i / 256, i % 256);
        status = ask_from(house, "127.0.0.1", "/", header);
    }
    assert_int_equal(status, 429); /* one source, whatever it says */
    reply = client_get(house, "/api/v1/system", "");
    assert_non_null(strstr(reply.body, "\"count\":1}"));
    reply_free(&reply);
}

/* S08: the last descriptors are not for visitors. */
static void the_last_descriptors_are_kept(void **state)
{
    struct house *house = *state;
    struct rlimit limit, few;
    int fds[256], spare[8];
    int count = 0;

    assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
    few = (struct rlimit){.rlim_cur = 128, .rlim_max = limit.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
    do {
        fds[count] = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 0);
    } while (fds[count] < 128 - 20 && ++count < 256);
    for (int i = 0; i < 10; i++) {
        struct reply reply = client_get(house, "/", "");

        assert_true(reply.status == 0 || reply.status == 200);
        reply_free(&reply);
        spare[i % 8] = i < 8 ? fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 0) : spare[i % 8];
    }
    assert_status(client_get(house, "/", ""), 0);
    for (int i = 0; i < 8; i++) {
        assert_true(spare[i] >= 0); /* for everybody else there still are some */
        close(spare[i]);
    }
    while (count >= 0)
        close(fds[count--]);
    assert_status(client_get(house, "/", ""), 200);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        HOUSE_TEST(three_hundred_of_one_peer_starve_no_other),
        HOUSE_TEST(bodies_that_never_come_hold_no_place),
        HOUSE_TEST(too_many_requests_of_a_stranger_are_refused),
        HOUSE_TEST(two_hundred_dashboards_find_a_polite_end),
        HOUSE_TEST(a_reply_that_is_not_read_is_given_up),
        HOUSE_TEST(malformed_frames_end_their_websocket),
        HOUSE_TEST(frames_without_a_mask_and_floods_of_pings_do_nothing),
        HOUSE_TEST(compression_is_not_negotiated),
        HOUSE_TEST(relayed_requests_are_refused_and_told),
        cmocka_unit_test_setup_teardown(a_named_proxy_may_speak_tls, set_up_with_proxy, house_tear_down),
        cmocka_unit_test_setup_teardown(who_is_no_proxy_may_not, set_up_with_host, house_tear_down),
        cmocka_unit_test_setup_teardown(a_named_proxy_is_served_and_not_believed, set_up_with_proxy,
                                        house_tear_down),
        HOUSE_TEST(the_last_descriptors_are_kept),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
