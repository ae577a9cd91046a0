/* The ELM327 adapter as its owner sees it, over real pseudo terminals and loopback TCP, with the simulator in
 * the same loop. */
#include "../simulator/server.h"
#include "adapter/adapter.h"
#include "bus/isotp.h"
#include "util/clock.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pty.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <termios.h>
#include <unistd.h>

#include <cmocka.h>

static const uint16_t LISTEN[] = {0x355, 0x5B3, 0x5BC, 0x5C5, 0x60D};

struct seen {
    struct isotp *isotp;
    unsigned ups, downs, readies, broadcasts, answers, voltages;
    enum adapter_link link;
    char reason[200];
    size_t answer_len;
};

static void on_frame(void *ctx, const struct frame *frame)
{
    struct seen *seen = ctx;
    struct isotp_outcome outcome;
    if (frame->id < 0x700) {
        seen->broadcasts++;
        return;
    }
    isotp_take(seen->isotp, frame, 0, &outcome);
    if (outcome.result == ISOTP_COMPLETE) {
        seen->answers++;
        seen->answer_len = outcome.message.len;
    }
}

static void on_link(void *ctx, enum adapter_link link, const char *reason)
{
    struct seen *seen = ctx;
    seen->link = link;
    seen->ups += link == ADAPTER_LINK_UP;
    seen->downs += link == ADAPTER_LINK_DOWN;
    assert_true((reason[0] == '\0') == (link == ADAPTER_LINK_UP));
    snprintf(seen->reason, sizeof(seen->reason), "%s", reason);
}

static void on_voltage(void *ctx, double volts, int64_t boot_ns)
{
    assert_true(volts > 11 && volts < 15 && boot_ns > 0);
    ((struct seen *)ctx)->voltages++;
}

static void on_ready(void *ctx)
{
    ((struct seen *)ctx)->readies++;
}

static bool on_may_send(void *ctx, const struct frame *frame)
{
    (void)ctx;
    return frame->id == 0x79B && frame->data[0] == 0x30;
}

static const struct adapter_events EVENTS = {
    .frame = on_frame,
    .link = on_link,
    .voltage = on_voltage,
    .ready = on_ready,
    .may_send = on_may_send,
};

static void turn_until(struct loop *loop, const unsigned *value, unsigned wanted)
{
    struct err err;
    int64_t end_ns = clock_boot_ns() + 30 * NS_PER_S;
    while (*value < wanted) {
        assert_true(clock_boot_ns() < end_ns);
        assert_int_equal(loop_turn(loop, 100, &err), 0);
    }
}

static int free_port(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {.s_addr = htonl(INADDR_LOOPBACK)}};
    socklen_t len = sizeof(address);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &len), 0);
    close(fd);
    return ntohs(address.sin_port);
}

/* `options` are large and must live as long as the server, which keeps texts of them. */
static struct sim_server *simulator(struct loop *loop, struct sim_program_options *options,
                                    const char *const *words, int count)
{
    struct err err = {""};
    int code = 0;
    char *argv[8] = {NULL};
    for (int i = 0; i < count; i++) {
        argv[i] = (char *)(uintptr_t)words[i];
    }
    assert_int_equal(sim_options_parse(options, count, argv, &err), 0);
    struct sim_server *server = sim_server_new(loop, options, &code, &err);
    assert_non_null(server);
    return server;
}

static struct adapter *elm327(struct loop *loop, const char *port, int baud, struct seen *seen)
{
    struct err err;
    struct adapter_settings settings = {.kind = "elm327",
                                        .port = port,
                                        .interface = "",
                                        .baud = baud,
                                        .listen_ids = LISTEN,
                                        .listen_count = sizeof(LISTEN) / sizeof(LISTEN[0])};
    struct adapter *adapter = adapter_new(loop, &settings, &EVENTS, seen, &err);
    assert_non_null(adapter);
    assert_int_equal(seen->ups + seen->downs, 0);
    return adapter;
}

static void ask_2101(struct loop *loop, struct adapter *adapter, struct seen *seen)
{
    struct err err;
    struct frame frame = {.id = 0x79B, .len = 8, .data = {2, 0x21, 1}};
    unsigned readies = seen->readies;
    seen->answer_len = 0;
    assert_true(adapter_is_ready(adapter));
    assert_int_equal(adapter_send(adapter, &frame, 0x7BB, &err), 0);
    assert_false(adapter_is_ready(adapter));
    assert_int_equal(adapter_send(adapter, &frame, 0x7BB, &err), -1);
    turn_until(loop, &seen->readies, readies + 1);
    adapter_done(adapter);
}

static void live(const char *how, const char *where, const char *port)
{
    struct err err;
    struct seen seen = {.isotp = isotp_new(0, 0)};
    struct loop *loop = loop_new(&err);
    const char *const words[] = {"garaged-sim", how, where};
    struct sim_program_options *options = calloc(1, sizeof(*options));
    struct sim_server *server = simulator(loop, options, words, 3);
    struct adapter *adapter = elm327(loop, port, 0, &seen);
    assert_string_equal(adapter_description(adapter), "");
    turn_until(loop, &seen.ups, 1);
    assert_string_equal(adapter_description(adapter), "ELM327 v1.5, OBDII to RS232 Interpreter");
    assert_string_equal(adapter_limits(adapter), "");
    assert_int_equal(adapter_capabilities(adapter),
                     ADAPTER_CAN_SEND | ADAPTER_SENDS_FLOW_CONTROL | ADAPTER_HAS_VOLTMETER | ADAPTER_LISTENS);
    turn_until(loop, &seen.broadcasts, 20);
    ask_2101(loop, adapter, &seen);
    assert_int_equal(seen.answer_len, 43);
    assert_true(seen.voltages > 0);
    assert_true(adapter_bytes(adapter) > 500);
    assert_int_equal(adapter_counter(adapter, ADAPTER_FRAMES_OUT), 1);
    assert_int_equal(adapter_counter(adapter, ADAPTER_GARBAGE), 0);
    adapter_pause(adapter);
    assert_int_equal(seen.link, ADAPTER_LINK_DOWN);
    assert_non_null(strstr(seen.reason, "paused"));
    assert_true(adapter_is_lent(adapter));
    adapter_resume(adapter);
    turn_until(loop, &seen.ups, 2);
    adapter_free(adapter);
    sim_server_free(server);
    free(options);
    loop_free(loop);
    isotp_free(seen.isotp);
}

static void test_tcp(void **state)
{
    (void)state;
    char listen[64];
    char port[64];
    int number = free_port();
    snprintf(listen, sizeof(listen), "127.0.0.1:%d", number);
    snprintf(port, sizeof(port), "tcp://127.0.0.1:%d", number);
    live("--listen", listen, port);
}

static void test_pty(void **state)
{
    (void)state;
    char path[64];
    snprintf(path, sizeof(path), "/tmp/garaged-test-pty-%d", (int)getpid());
    live("--pty", path, path);
    unlink(path);
}

/* Nobody there; then the dongle is plugged in, pulled for a second in the middle of everything, and there
 * again. */
static void test_comes_and_goes(void **state)
{
    (void)state;
    struct err err;
    char listen[64];
    char port[64];
    int number = free_port();
    snprintf(listen, sizeof(listen), "127.0.0.1:%d", number);
    snprintf(port, sizeof(port), "tcp://127.0.0.1:%d", number);
    struct seen seen = {.isotp = isotp_new(0, 0)};
    struct loop *loop = loop_new(&err);
    struct adapter *adapter = elm327(loop, port, 0, &seen);
    turn_until(loop, &seen.downs, 1);
    assert_non_null(strstr(seen.reason, "connection refused"));
    const char *const words[] = {"garaged-sim", "--listen", listen, "--fault", "unplug@4+1"};
    struct sim_program_options *options = calloc(1, sizeof(*options));
    struct sim_server *server = simulator(loop, options, words, 5);
    turn_until(loop, &seen.ups, 1);
    turn_until(loop, &seen.downs, 2);
    assert_true(strlen(seen.reason) > 0);
    turn_until(loop, &seen.ups, 2);
    assert_true(adapter_counter(adapter, ADAPTER_REOPENS) >= 1);
    adapter_free(adapter);
    sim_server_free(server);
    free(options);
    loop_free(loop);
    isotp_free(seen.isotp);
}

/* E02: a dongle on USB is pulled, and after two tries in vain plugged in again as another node: no third try
 * is waited for. Then once more, so fast that nobody saw it missing. */
static void test_plugged_in_again(void **state)
{
    (void)state;
    struct err err;
    char link[64];
    char first[64] = "";
    char second[64] = "";
    struct seen seen = {.isotp = isotp_new(0, 0)};
    struct loop *loop = loop_new(&err);
    struct sim_program_options *options = calloc(2, sizeof(*options));
    const char *const words[] = {"garaged-sim", "--pty", link};
    snprintf(link, sizeof(link), "/tmp/garaged-test-link-%d", (int)getpid());
    struct sim_server *server = simulator(loop, &options[0], words, 3);
    struct adapter *adapter = elm327(loop, link, 0, &seen);
    turn_until(loop, &seen.ups, 1);
    assert_true(readlink(link, first, sizeof(first) - 1) > 0);
    sim_server_free(server);
    turn_until(loop, &seen.downs, 1);
    assert_non_null(strstr(seen.reason, "unplugged"));
    while (adapter_counter(adapter, ADAPTER_REOPENS) < 1) {
        assert_int_equal(loop_turn(loop, 100, &err), 0);
    }
    assert_non_null(strstr(seen.reason, "is the adapter plugged in?"));
    int taken = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC); /* the number that the node had */
    server = simulator(loop, &options[1], words, 3);
    assert_true(readlink(link, second, sizeof(second) - 1) > 0);
    assert_string_not_equal(first, second);
    turn_until(loop, &seen.ups, 2);
    assert_int_equal(adapter_counter(adapter, ADAPTER_REOPENS), 1);
    sim_server_free(server);
    server = simulator(loop, &options[0], words, 3);
    turn_until(loop, &seen.ups, 3);
    assert_int_equal(adapter_counter(adapter, ADAPTER_REOPENS), 1);
    adapter_free(adapter);
    sim_server_free(server);
    close(taken);
    free(options);
    loop_free(loop);
    isotp_free(seen.isotp);
}

/* While the owner has paused it, another app may unplug and plug as it likes. */
static void test_plugged_in_while_paused(void **state)
{
    (void)state;
    struct err err;
    char link[64];
    struct seen seen = {.isotp = isotp_new(0, 0)};
    struct loop *loop = loop_new(&err);
    struct sim_program_options *options = calloc(1, sizeof(*options));
    const char *const words[] = {"garaged-sim", "--pty", link};
    snprintf(link, sizeof(link), "/tmp/garaged-test-link-%d", (int)getpid());
    struct adapter *adapter = elm327(loop, link, 0, &seen);
    turn_until(loop, &seen.downs, 1);
    adapter_pause(adapter);
    struct sim_server *server = simulator(loop, options, words, 3);
    for (int i = 0; i < 5; i++) {
        assert_int_equal(loop_turn(loop, 100, &err), 0);
    }
    assert_int_equal(seen.ups, 0);
    assert_int_equal(adapter_bytes(adapter), 0);
    adapter_resume(adapter);
    turn_until(loop, &seen.ups, 1);
    adapter_free(adapter);
    sim_server_free(server);
    free(options);
    loop_free(loop);
    isotp_free(seen.isotp);
}

/* A line that answers at 115,200 only: found without being told. */
struct listener {
    int master;
    char line[64];
    size_t len;
};

static const char *reply_to(const char *line)
{
    if (strcmp(line, "ATI") == 0 || strcmp(line, "ATZ") == 0) {
        return "ELM327 v1.5\r\r>";
    }
    if (strcmp(line, "ATRV") == 0) {
        return "12.6V\r\r>";
    }
    bool known = strncmp(line, "AT", 2) == 0 && strcmp(line, "ATDPN") != 0 && strcmp(line, "AT@1") != 0;
    return known ? "OK\r\r>" : "?\r\r>";
}

static void on_master(void *ctx, uint32_t events)
{
    struct listener *listener = ctx;
    struct termios settings;
    char byte;
    (void)events;
    if (read(listener->master, &byte, 1) != 1 || byte == ' ' || tcgetattr(listener->master, &settings)) {
        return;
    }
    if (byte != '\r') {
        listener->line[listener->len++ % (sizeof(listener->line) - 1)] = byte;
        return;
    }
    listener->line[listener->len] = '\0';
    listener->len = 0;
    const char *reply = cfgetospeed(&settings) == B115200 ? reply_to(listener->line) : "\xF0\x80";
    assert_true(write(listener->master, reply, strlen(reply)) > 0);
}

static void test_speed_is_found(void **state)
{
    (void)state;
    struct err err;
    struct seen seen = {0};
    struct listener listener = {0};
    int slave = -1;
    char name[64];
    assert_int_equal(openpty(&listener.master, &slave, name, NULL, NULL), 0);
    struct loop *loop = loop_new(&err);
    struct loop_watch *watch = loop_watch_new(loop, listener.master, EPOLLIN, on_master, &listener, &err);
    struct adapter *adapter = elm327(loop, name, 0, &seen);
    turn_until(loop, &seen.ups, 1);
    assert_int_equal(seen.downs, 1);
    adapter_free(adapter);
    loop_watch_free(watch);
    close(listener.master);
    close(slave);
    loop_free(loop);
}

/* E12: a wrong speed and a line that is open and dead (half-open Bluetooth, a dongle without power behind its
 * USB chip) are told apart, and neither is called up. Both at once, because each takes its time. */
static void test_wrong_speed_and_dead_line(void **state)
{
    (void)state;
    struct err err;
    struct seen seen[2] = {{0}};
    struct listener listeners[2] = {{0}};
    struct adapter *adapters[2];
    int slaves[2];
    char names[2][64];
    struct loop *loop = loop_new(&err);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(openpty(&listeners[i].master, &slaves[i], names[i], NULL, NULL), 0);
        adapters[i] = elm327(loop, names[i], 9600, &seen[i]);
    }
    struct loop_watch *watch =
        loop_watch_new(loop, listeners[0].master, EPOLLIN, on_master, &listeners[0], &err);
    turn_until(loop, &seen[0].downs, 1);
    turn_until(loop, &seen[1].downs, 1);
    assert_int_equal(seen[0].ups + seen[1].ups, 0);
    assert_string_equal(seen[0].reason, "what answers is no ELM327, or it uses another speed");
    assert_string_equal(seen[1].reason, "the adapter does not answer");
    loop_watch_free(watch);
    for (int i = 0; i < 2; i++) {
        adapter_free(adapters[i]);
        close(listeners[i].master);
        close(slaves[i]);
    }
    loop_free(loop);
}

static void test_settings_that_cannot_be_right(void **state)
{
    (void)state;
    struct err err;
    uint16_t many[200] = {0};
    struct loop *loop = loop_new(&err);
    struct adapter_settings settings = {.kind = "elm327", .port = "tcp://8.8.8.8:1", .interface = ""};
    assert_null(adapter_new(loop, &settings, &EVENTS, NULL, &err));
    settings.port = "/dev/ttyUSB0";
    settings.baud = 99;
    assert_null(adapter_new(loop, &settings, &EVENTS, NULL, &err));
    settings.baud = 0;
    settings.listen_ids = many;
    settings.listen_count = 200;
    assert_null(adapter_new(loop, &settings, &EVENTS, NULL, &err));
    settings.kind = "elm328";
    assert_null(adapter_new(loop, &settings, &EVENTS, NULL, &err));
    adapter_free(NULL);
    loop_free(loop);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tcp),
        cmocka_unit_test(test_pty),
        cmocka_unit_test(test_comes_and_goes),
        cmocka_unit_test(test_plugged_in_again),
        cmocka_unit_test(test_plugged_in_while_paused),
        cmocka_unit_test(test_speed_is_found),
        cmocka_unit_test(test_wrong_speed_and_dead_line),
        cmocka_unit_test(test_settings_that_cannot_be_right),
    };
    signal(SIGPIPE, SIG_IGN); /* as the simulator's program does: the adapter may hang up while it speaks */
    return cmocka_run_group_tests(tests, NULL, NULL);
}
