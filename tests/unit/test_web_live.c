/* The live websocket, as clients meet it. */
#include "web_socket.h"

static void says_hello_with_the_whole_state(void **state)
{
    struct house *house = *state;
    struct step step = {.soc = 54.1};
    int fd, other;

    client_log_in(house);
    fd = open_live(house, "Sec-WebSocket-Protocol: garaged.v1\r\n");
    expect_message(fd, "state", "\"cars\":{\"leaf\":{\"name\":\"leaf\"");
    other = open_live(house, ""); /* no subprotocol is fine too */
    expect_message(other, "state", "\"charge\":null");
    house_do(house, set_soc, &step);
    expect_message(fd, "change", "\"soc\":{\"value\":54.1");
    expect_message(other, "change", "\"soc\":{\"value\":54.1");
    close(fd);
    close(other);
}

static void agrees_on_the_subprotocol(void **state)
{
    struct house *house = *state;
    char headers[200];
    struct reply reply;
    int fd;

    client_log_in(house);
    snprintf(headers, sizeof(headers),
             "Upgrade: websocket\r\nOrigin: http://127.0.0.1:%d\r\nSec-WebSocket-Protocol: garaged.v1\r\n",
             house->port);
    fd = client_connect(house);
    reply = upgrade(house, fd, "/api/v1/live", headers);
    assert_int_equal(reply.status, 101);
    assert_true(reply_has(&reply, "Sec-WebSocket-Protocol: garaged.v1"));
    assert_null(strcasestr(reply.head, "Sec-WebSocket-Extensions"));
    reply_free(&reply);
    close(fd);
    fd = client_connect(house);
    snprintf(headers, sizeof(headers),
             "Upgrade: websocket\r\nOrigin: http://127.0.0.1:%d\r\nSec-WebSocket-Protocol: loop\r\n",
             house->port);
    assert_status(upgrade(house, fd, "/api/v1/live", headers), 400);
    close(fd);
}

static void gives_foreign_pages_no_websocket(void **state)
{
    struct house *house = *state;
    static const char *const headers[] = {"Upgrade: websocket\r\n",
                                          "Upgrade: websocket\r\nOrigin: null\r\n",
                                          "Upgrade: websocket\r\nOrigin: http://evil.example\r\n",
                                          "Upgrade: websocket\r\nOrigin: http://127.0.0.1\r\n",
                                          "Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n",
                                          "Upgrade: xyzzy\r\n",
                                          "Upgrade: websocket, h2c\r\n",
                                          "Upgrade: \r\n"};

    client_log_in(house);
    for (size_t i = 0; i < sizeof(headers) / sizeof(headers[0]); i++) {
        int fd = client_connect(house);
        struct reply reply = upgrade(house, fd, "/api/v1/live", headers[i]);

        if (reply.status / 100 != 4 && reply.status != 0)
            fail_msg("%s: %d", headers[i], reply.status);
        reply_free(&reply);
        close(fd);
    }
}

static void gives_strangers_no_websocket(void **state)
{
    struct house *house = *state;
    char headers[128];
    int fd = client_connect(house);

    snprintf(headers, sizeof(headers), "Upgrade: websocket\r\nOrigin: http://127.0.0.1:%d\r\n", house->port);
    assert_status(upgrade(house, fd, "/api/v1/live", headers), 401);
    close(fd);
    fd = client_connect(house);
    assert_status(upgrade(house, fd, "/api/v1/live?ticket=0123456789abcdef", headers), 401);
    close(fd);
    client_log_in(house);
    fd = client_connect(house);
    assert_status(upgrade(house, fd, "/api/v1/state", headers), 400);
    close(fd);
    fd = client_connect(house);
    assert_status(upgrade(house, fd, "/", headers), 400);
    close(fd);
    assert_status(client_get(house, "/api/v1/live", ""), 400);
}

/* A hundred changes in half a second make five or six messages; the last one has the last value. */
static void sends_at_most_ten_messages_a_second(void **state)
{
    struct house *house = *state;
    struct step step = {.soc = 0};
    int fd, messages = 0;
    bool has_last = false;
    int64_t start_ns;

    client_log_in(house);
    fd = open_live(house, "");
    expect_message(fd, "state", "");
    start_ns = clock_boot_ns();
    for (int i = 1; i <= 100; i++) {
        step.soc = i / 2.0;
        house_do(house, set_soc, &step);
        usleep(5000);
    }
    while (!has_last) {
        struct piece piece = read_frame(fd);

        assert_int_equal(piece.opcode, 1);
        messages++;
        has_last = strstr(piece.text, "\"value\":50.0,") != NULL;
        free(piece.text);
    }
    assert_in_range(messages, 2, (clock_boot_ns() - start_ns) / (100 * NS_PER_MS) + 1);
    assert_false(has_bytes(fd, 150)); /* and then there is nothing more to say */
    close(fd);
}

/* The car becomes a LEAF of which everything was heard. */
static void hear_everything(struct house *house, void *arg)
{
    struct view_car *car = &house->sample.cars[0];
    size_t count = definition_signal_count(arg);

    free(car->values);
    car->definition = arg;
    car->values = calloc(count, sizeof(car->values[0]));
    for (size_t i = 0; i < count; i++)
        sample_take(&house->sample, 0, i, 1, clock_boot_ns());
    web_changed(house->web);
}

/* Longer than libwebsockets writes at once. */
static void sends_long_messages_whole(void **state)
{
    struct house *house = *state;
    struct err err;
    struct definition *leaf = definition_find("config/vehicles", "nissan-leaf", &err);

    struct piece piece;
    int fd;

    assert_non_null(leaf);
    house->sample.other = leaf; /* freed with the rest */
    client_log_in(house);
    fd = open_live(house, "");
    expect_message(fd, "state", "");
    house_do(house, hear_everything, leaf);
    piece = read_frame(fd);
    assert_int_equal(piece.opcode, 1);
    assert_in_range(piece.len, 12000, 200000);
    assert_string_equal(piece.text + piece.len - 3, "}}}");
    print_message("a change of everything: %zu bytes\n", piece.len);
    free(piece.text);
    struct step step = {.soc = 77};
    house_do(house, set_soc, &step);
    expect_message(fd, "change", "\"soc\":{\"value\":77.0");
    close(fd);
}

static int compare_ns(const void *a, const void *b)
{
    int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;

    return left < right ? -1 : left > right;
}

static void tells_a_change_at_once_after_silence(void **state)
{
    struct house *house = *state;
    int64_t took_ns[15];
    int fd;

    client_log_in(house);
    fd = open_live(house, "");
    expect_message(fd, "state", "");
    for (int i = 0; i < 15; i++) {
        struct step step = {.soc = i + 1};

        usleep(120000);
        house_do(house, set_soc, &step);
        expect_message(fd, "change", "\"soc\"");
        took_ns[i] = clock_boot_ns() - step.at_ns;
    }
    qsort(took_ns, 15, sizeof(took_ns[0]), compare_ns);
    print_message("change to message: median %lld us, worst of 15 %lld us\n",
                  (long long)(took_ns[7] / NS_PER_US), (long long)(took_ns[14] / NS_PER_US));
    assert_true(took_ns[7] < 50 * NS_PER_MS); /* far below the pace, whatever the machine does meanwhile */
    close(fd);
}

static void tells_events_in_order(void **state)
{
    struct house *house = *state;
    int fd;

    client_log_in(house);
    fd = open_live(house, "");
    expect_message(fd, "state", "");
    house_do(house, tell_event, "charge_started");
    house_do(house, tell_event, "charge_ended");
    expect_message(fd, "event", "\"car\":\"leaf\",\"event\":\"charge_started\",\"data\":{\"n\":1}}");
    expect_message(fd, "event", "\"event\":\"charge_ended\"");
    close(fd);
}

static void closes_on_long_or_many_messages(void **state)
{
    struct house *house = *state;
    char big[1200];
    int fd;

    client_log_in(house);
    memset(big, 'a', sizeof(big));
    fd = open_live(house, "");
    send_frame(fd, 0x81, big, 1024);
    send_frame(fd, 0x81, big, 1025);
    assert_int_equal(read_close(fd), 1009);
    close(fd);
    fd = open_live(house, "");
    for (int i = 0; i < 20; i++)
        send_frame(fd, i == 0 ? 0x01 : 0x00, big, 100); /* never ends */
    assert_int_equal(read_close(fd), 1009);
    close(fd);
    fd = open_live(house, "");
    for (int i = 0; i < 200; i++)
        send_frame(fd, 0x81, "x", 1);
    assert_int_equal(read_close(fd), 1008);
    close(fd);
    assert_status(client_get(house, "/api/v1/session", ""), 200);
}

/* What no browser sends. */
static void closes_on_frames_that_are_none(void **state)
{
    struct house *house = *state;
    static const struct {
        const char *what, *bytes;
        size_t len;
    } frames[] = {{"RSV1", "\xc1\x80\0\0\0\0", 6},
                  {"RSV3", "\x91\x80\0\0\0\0", 6},
                  {"opcode 3", "\x83\x80\0\0\0\0", 6},
                  {"opcode 11", "\x8b\x80\0\0\0\0", 6},
                  {"a ping in pieces", "\x09\x80\0\0\0\0", 6},
                  {"no UTF-8", "\x81\x82\0\0\0\0\xff\xfe", 8},
                  {"goes on with nothing", "\x80\x81\0\0\0\0x", 7},
                  {"a message in a message", "\x01\x81\0\0\0\0x\x81\x81\0\0\0\0x", 14}};

    client_log_in(house);
    for (size_t i = 0; i < sizeof(frames) / sizeof(frames[0]); i++) {
        int fd = open_live(house, ""), code;

        client_send(fd, frames[i].bytes, frames[i].len);
        code = read_close(fd);
        if (code != 1002 && code != 1007)
            fail_msg("%s: %d", frames[i].what, code);
        close(fd);
    }
    assert_status(client_get(house, "/api/v1/session", ""), 200);
}

/* Its end is told with the next message, or the next ping of our own. */
static void closes_on_a_flood_of_pings(void **state)
{
    struct house *house = *state;
    struct step step = {.soc = 5};
    char pings[7 * 1000];
    int fd;

    client_log_in(house);
    for (size_t i = 0; i < 1000; i++)
        memcpy(pings + 7 * i, "\x89\x81\0\0\0\0p", 7);
    fd = open_live(house, "");
    expect_message(fd, "state", "");
    for (int i = 0; i < 20; i++) /* 140 kB */
        client_send(fd, pings, sizeof(pings));
    house_do(house, set_soc, &step);
    assert_int_equal(read_close(fd), 1008);
    close(fd);
    assert_status(client_get(house, "/api/v1/session", ""), 200);
}

static void closes_4401_when_the_session_ends(void **state)
{
    struct house *house = *state;
    char header[128], path[80];
    uint64_t sequence = house->sample.view.sequence;
    int fd, poller;

    client_log_in(house);
    fd = open_live(house, "");
    expect_message(fd, "state", "");
    poller = client_connect(house);
    snprintf(path, sizeof(path), "/api/v1/state?wait=30&after=%llu", (unsigned long long)sequence);
    char request[256];
    snprintf(request, sizeof(request), "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nCookie: garaged=%s\r\n\r\n",
             path, house->port, house->cookie);
    client_send(poller, request, strlen(request));
    assert_false(has_bytes(poller, 100));
    snprintf(header, sizeof(header), "X-CSRF-Token: %s\r\n", house->csrf);
    assert_status(client_post(house, "/api/v1/logout", header, "{}"), 200);
    assert_int_equal(read_close(fd), 4401);
    assert_status(client_read(poller, true), 401);
    close(fd);
    close(poller);
}

/* Thirty-two are served, twelve of one peer; the thirteenth is closed while all are at work. */
/* Of twelve connections a quarter is kept for requests: the tenth page is told so, and the others live on. */
static void refuses_more_dashboards_than_it_serves(void **state)
{
    struct house *house = *state;
    char headers[128];
    int fds[9];

    client_log_in(house);
    for (int i = 0; i < 9; i++) {
        fds[i] = open_live(house, "");
        expect_message(fds[i], "state", "");
    }
    snprintf(headers, sizeof(headers), "Upgrade: websocket\r\nOrigin: http://127.0.0.1:%d\r\n", house->port);
    for (int i = 0; i < 20; i++) {
        int late = client_connect(house);
        struct reply reply = upgrade(house, late, "/api/v1/live", headers);

        assert_int_equal(reply.status, 503);
        assert_true(reply_has(&reply, "Retry-After: 1"));
        reply_free(&reply);
        close(late);
    }
    assert_status(client_get(house, "/", ""), 200);
    assert_status(client_get(house, "/api/v1/state", ""), 200);
    struct step step = {.soc = 3};
    house_do(house, set_soc, &step);
    for (int i = 0; i < 9; i++) {
        expect_message(fds[i], "change", "");
        close(fds[i]);
    }
}

/* A client that reads nothing costs the others nothing, and is given the present when it reads again. */
static void skips_what_a_slow_client_missed(void **state)
{
    struct house *house = *state;
    int slow, quick, messages = 0;
    bool has_last = false;

    client_log_in(house);
    slow = open_live(house, "");
    quick = open_live(house, "");
    expect_message(quick, "state", "");
    for (int i = 1; i <= 12; i++) {
        struct step step = {.soc = i};

        house_do(house, set_soc, &step);
        usleep(105000);
        expect_message(quick, "change", "");
    }
    while (!has_last) {
        struct piece piece = read_frame(slow);

        assert_int_equal(piece.opcode, 1);
        messages++;
        has_last = strstr(piece.text, "\"value\":12.0") != NULL;
        free(piece.text);
    }
    assert_in_range(messages, 1, 14);
    close(slow);
    close(quick);
}

static void sleeps_while_nothing_happens(void **state)
{
    struct house *house = *state;
    uint64_t before;
    int fd;

    client_log_in(house);
    fd = open_live(house, "");
    expect_message(fd, "state", "");
    usleep(200000);
    before = wakeups_of(house);
    usleep(1500000);
    assert_in_range(wakeups_of(house) - before, 0, 5); /* the question wakes it, too */
    close(fd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        HOUSE_TEST(says_hello_with_the_whole_state),
        HOUSE_TEST(agrees_on_the_subprotocol),
        HOUSE_TEST(gives_foreign_pages_no_websocket),
        HOUSE_TEST(gives_strangers_no_websocket),
        HOUSE_TEST(sends_at_most_ten_messages_a_second),
        HOUSE_TEST(tells_a_change_at_once_after_silence),
        HOUSE_TEST(sends_long_messages_whole),
        HOUSE_TEST(tells_events_in_order),
        HOUSE_TEST(closes_on_long_or_many_messages),
        HOUSE_TEST(closes_on_frames_that_are_none),
        HOUSE_TEST(closes_on_a_flood_of_pings),
        HOUSE_TEST(closes_4401_when_the_session_ends),
        HOUSE_TEST(refuses_more_dashboards_than_it_serves),
        HOUSE_TEST(skips_what_a_slow_client_missed),
        HOUSE_TEST(sleeps_while_nothing_happens),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
