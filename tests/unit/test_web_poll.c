/* The long poll, and requests that wait while their client does as it likes. */
#include "web_socket.h"

/* A loop that spins turns 10,000 times and more in the time that is looked at, also under sanitizers. */
#define SPINNING 2000

static struct reply poll_state(struct house *house, const char *query)
{
    char path[128];

    snprintf(path, sizeof(path), "/api/v1/state%s", query);
    return client_get(house, path, "");
}

static void answers_the_long_poll_when_something_changed(void **state)
{
    struct house *house = *state;
    struct step step = {.soc = 12.5};
    char query[64], request[256];
    int fd = client_connect(house);
    struct reply reply;

    client_log_in(house);
    snprintf(query, sizeof(query), "?wait=30&after=%llu", (unsigned long long)house->sample.view.sequence);
    snprintf(request, sizeof(request),
             "GET /api/v1/state%s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nCookie: garaged=%s\r\n\r\n", query,
             house->port, house->cookie);
    client_send(fd, request, strlen(request));
    assert_false(has_bytes(fd, 100));
    house_do(house, set_soc, &step);
    reply = client_read(fd, true);
    assert_int_equal(reply.status, 200);
    assert_non_null(strstr(reply.body, "\"value\":12.5"));
    assert_null(strstr(reply.body, "\"type\""));
    reply_free(&reply);
    assert_status(poll_state(house, query), 200); /* now `after` is an old one: at once */
    close(fd);
}

static void answers_the_long_poll_at_its_end(void **state)
{
    struct house *house = *state;
    char query[64];
    int64_t start_ns = clock_boot_ns();
    struct step step = {.soc = 20};

    client_log_in(house);
    house_do(house, set_soc, &step);
    snprintf(query, sizeof(query), "?wait=1&after=%llu", (unsigned long long)house->sample.view.sequence);
    assert_status(poll_state(house, query), 200);
    assert_true(clock_boot_ns() - start_ns >= NS_PER_S);
    start_ns = clock_boot_ns();
    assert_status(poll_state(house, "?wait=30&after=999999"), 200); /* another, also a higher one: at once */
    assert_status(poll_state(house, "?wait=30"), 200);
    assert_status(poll_state(house, "?after=1"), 200);
    assert_true(clock_boot_ns() - start_ns < 10 * NS_PER_S);
}

static void refuses_odd_polls(void **state)
{
    struct house *house = *state;

    client_log_in(house);
    assert_status(poll_state(house, "?wait=31&after=1"), 400);
    assert_status(poll_state(house, "?wait=-1"), 400);
    assert_status(poll_state(house, "?wait=x"), 400);
    assert_status(poll_state(house, "?wait=1&after=-1"), 400);
    assert_status(poll_state(house, "?wait=1&after=99999999999999999999"), 400);
    assert_status(poll_state(house, "?car=nobody"), 404);
    assert_status(poll_state(house, "?car=leaf"), 200);
}

/* Bytes behind a waiting request, in the same packet or in a later one, don't keep the server busy:
 * libwebsockets 4.1.6 polls for them without reading them. */
static void sleeps_over_bytes_behind_a_poll(void **state)
{
    struct house *house = *state;
    char request[512];

    client_log_in(house);
    for (int i = 0; i < 3; i++) {
        struct step step = {.soc = i + 1};
        int fd = client_connect(house);
        uint64_t before;

        snprintf(request, sizeof(request),
                 "GET /api/v1/state?wait=30&after=%llu HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nCookie: "
                 "garaged=%s\r\n\r\n",
                 (unsigned long long)house->sample.view.sequence, house->port, house->cookie);
        client_send(fd, request, strlen(request));
        assert_false(has_bytes(fd, i == 0 ? 0 : 50));
        client_send(fd, i < 2 ? request : "\xff garbage\r\n\r\n", i < 2 ? strlen(request) : 13);
        usleep(20000);
        before = wakeups_of(house);
        assert_false(has_bytes(fd, 300));
        assert_in_range(wakeups_of(house) - before, 0, SPINNING);
        house_do(house, set_soc, &step);
        assert_status(client_read(fd, true), 200);
        assert_true(client_is_closed(fd));
        close(fd);
    }
    assert_status(client_get(house, "/", ""), 200);
}

/* What came, 0 at the end. */
static size_t read_some(int fd, char *bytes, size_t size)
{
    ssize_t got = recv(fd, bytes, size, 0);

    return got > 0 ? (size_t)got : 0;
}

/* A client that pipelines and does not read a long reply does not keep the server busy either.
 */
static void sleeps_while_a_reply_is_not_read(void **state)
{
    struct house *house = *state;
    int fd = client_connect(house);
    char request[256], bytes[4096];
    uint64_t before;
    size_t total = 0;

    snprintf(request, sizeof(request), "GET /assets/big.ABCDEF01.js HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n\r\n",
             house->port);
    for (int i = 0; i < 100; i++)
        client_send(fd, request, strlen(request));
    usleep(300000);
    before = wakeups_of(house);
    usleep(300000);
    assert_in_range(wakeups_of(house) - before, 0, SPINNING);
    for (size_t got = 1; got > 0; total += got)
        got = read_some(fd, bytes, sizeof(bytes));
    assert_true(total > 60000);
    close(fd);
}

static void frees_pollers_that_go_away(void **state)
{
    struct house *house = *state;
    struct step step = {.soc = 33};
    char request[512];

    client_log_in(house);
    for (int i = 0; i < 40; i++) {
        int fd = client_connect(house);

        snprintf(request, sizeof(request),
                 "GET /api/v1/state?wait=30&after=%llu HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nCookie: "
                 "garaged=%s\r\n\r\n",
                 (unsigned long long)house->sample.view.sequence, house->port, house->cookie);
        client_send(fd, request, strlen(request));
        assert_false(has_bytes(fd, 5));
        close(fd);
    }
    house_do(house, set_soc, &step);
    assert_status(client_get(house, "/", ""), 200);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        HOUSE_TEST(answers_the_long_poll_when_something_changed),
        HOUSE_TEST(answers_the_long_poll_at_its_end),
        HOUSE_TEST(refuses_odd_polls),
        HOUSE_TEST(sleeps_over_bytes_behind_a_poll),
        HOUSE_TEST(sleeps_while_a_reply_is_not_read),
        HOUSE_TEST(frees_pollers_that_go_away),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
