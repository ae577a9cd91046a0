/* The SLCAN adapter as its owner sees it, over real pseudo terminals and loopback TCP, with the simulator in
 * the same loop. */
#include "../simulator/server.h"
#include "adapter/adapter.h"
#include "bus/isotp.h"
#include "util/clock.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

struct bench {
    struct loop *loop;
    struct sim_program_options *options; /* large; the server keeps texts of them */
    struct sim_server *server;
    struct adapter *adapter;
    struct isotp *isotp;
    char path[64]; /* of the pseudo terminal */
    char where[64], port[64];
    unsigned ups, downs, readies, broadcasts, answers;
    size_t answer_len;
    char reason[200];
};

/* An owner's part that an ELM327 would do itself: first frames are answered. */
static void on_frame(void *ctx, const struct frame *frame)
{
    struct bench *bench = ctx;
    struct isotp_outcome outcome;
    struct frame flow;
    struct err err;
    if (frame->id < 0x700) {
        bench->broadcasts++;
        return;
    }
    isotp_take(bench->isotp, frame, 0, &outcome);
    if (outcome.flow_wanted) {
        isotp_flow_build(&outcome.flow, 0x79B, &flow);
        assert_int_equal(adapter_send(bench->adapter, &flow, 0x7BB, &err), 0);
    }
    if (outcome.result == ISOTP_COMPLETE) {
        bench->answers++;
        bench->answer_len = outcome.message.len;
    }
}

static void on_link(void *ctx, enum adapter_link link, const char *reason)
{
    struct bench *bench = ctx;
    bench->ups += link == ADAPTER_LINK_UP;
    bench->downs += link == ADAPTER_LINK_DOWN;
    assert_true((reason[0] == '\0') == (link == ADAPTER_LINK_UP));
    snprintf(bench->reason, sizeof(bench->reason), "%s", reason);
}

static void on_ready(void *ctx)
{
    ((struct bench *)ctx)->readies++;
}

static const struct adapter_events EVENTS = {.frame = on_frame, .link = on_link, .ready = on_ready};

static void turn_until(struct bench *bench, const unsigned *value, unsigned wanted)
{
    struct err err;
    int64_t end_ns = clock_boot_ns() + 30 * NS_PER_S;
    while (*value < wanted) {
        assert_true(clock_boot_ns() < end_ns);
        assert_int_equal(loop_turn(bench->loop, 100, &err), 0);
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

static void begin_simulator(struct bench *bench, const char *fault)
{
    struct err err = {""};
    int code = 0;
    const char *words[] = {"garaged-sim", bench->path[0] ? "--pty" : "--listen",
                           bench->where,  "--protocol",
                           "slcan",       fault ? "--fault" : NULL,
                           fault};
    char *argv[8] = {NULL};
    memcpy(argv, words, sizeof(words));
    assert_int_equal(sim_options_parse(bench->options, fault ? 7 : 5, argv, &err), 0);
    bench->server = sim_server_new(bench->loop, bench->options, &code, &err);
    assert_non_null(bench->server);
}

static struct bench *bench_new(bool pty)
{
    struct err err;
    struct bench *bench = calloc(1, sizeof(*bench));
    assert_non_null(bench);
    bench->loop = loop_new(&err);
    bench->isotp = isotp_new(0, 0);
    bench->options = calloc(1, sizeof(*bench->options));
    if (pty) {
        snprintf(bench->path, sizeof(bench->path), "/tmp/garaged-test-slcan-%d", (int)getpid());
        memcpy(bench->where, bench->path, sizeof(bench->where));
        memcpy(bench->port, bench->path, sizeof(bench->port));
    } else {
        int number = free_port();
        snprintf(bench->where, sizeof(bench->where), "127.0.0.1:%d", number);
        snprintf(bench->port, sizeof(bench->port), "tcp://127.0.0.1:%d", number);
    }
    return bench;
}

static void plug_in(struct bench *bench, bool listen_only)
{
    struct err err;
    struct adapter_settings settings = {
        .kind = "slcan", .port = bench->port, .interface = "", .listen_only = listen_only};
    bench->adapter = adapter_new(bench->loop, &settings, &EVENTS, bench, &err);
    assert_non_null(bench->adapter);
    assert_int_equal(bench->ups + bench->downs, 0);
}

static void bench_free(struct bench *bench)
{
    adapter_free(bench->adapter);
    sim_server_free(bench->server);
    free(bench->options);
    loop_free(bench->loop);
    isotp_free(bench->isotp);
    if (bench->path[0]) {
        unlink(bench->path);
    }
    free(bench);
}

static void live(bool pty)
{
    static const struct frame QUESTION = {.id = 0x79B, .len = 8, .data = {2, 0x21, 1}};
    struct err err;
    struct bench *bench = bench_new(pty);
    begin_simulator(bench, NULL);
    plug_in(bench, false);
    turn_until(bench, &bench->ups, 1);
    assert_string_equal(adapter_description(bench->adapter), "SLCAN V1013");
    assert_string_equal(adapter_limits(bench->adapter), "");
    assert_int_equal(adapter_capabilities(bench->adapter),
                     ADAPTER_CAN_SEND | ADAPTER_HEARS_ALL | ADAPTER_LISTENS);
    turn_until(bench, &bench->broadcasts, 200);
    assert_int_equal(adapter_send(bench->adapter, &QUESTION, 0x7BB, &err), 0);
    turn_until(bench, &bench->answers, 1);
    assert_int_equal(bench->answer_len, 43);
    assert_int_equal(adapter_counter(bench->adapter, ADAPTER_FRAMES_OUT), 2); /* flow control is ours */
    assert_int_equal(adapter_counter(bench->adapter, ADAPTER_GARBAGE), 0);
    assert_true(adapter_bytes(bench->adapter) > 4000);
    adapter_pause(bench->adapter);
    assert_non_null(strstr(bench->reason, "paused"));
    adapter_resume(bench->adapter);
    turn_until(bench, &bench->ups, 2);
    bench_free(bench);
}

static void over_tcp(void **state)
{
    (void)state;
    live(false);
}

static void over_a_serial_line(void **state)
{
    (void)state;
    live(true);
}

static void only_listening(void **state)
{
    (void)state;
    static const struct frame QUESTION = {.id = 0x79B, .len = 8, .data = {2, 0x21, 1}};
    struct err err;
    struct bench *bench = bench_new(false);
    begin_simulator(bench, NULL);
    plug_in(bench, true);
    turn_until(bench, &bench->broadcasts, 100);
    assert_int_equal(adapter_capabilities(bench->adapter), ADAPTER_HEARS_ALL | ADAPTER_LISTENS);
    assert_int_equal(adapter_send(bench->adapter, &QUESTION, 0x7BB, &err), -1);
    assert_int_equal(adapter_counter(bench->adapter, ADAPTER_FRAMES_OUT), 0);
    bench_free(bench);
}

/* Nobody there; then it is plugged in, pulled for a second in the middle of everything, and there again. */
static void comes_and_goes(void **state)
{
    (void)state;
    struct bench *bench = bench_new(false);
    plug_in(bench, false);
    turn_until(bench, &bench->downs, 1);
    assert_non_null(strstr(bench->reason, "connection refused"));
    begin_simulator(bench, "unplug@4+1");
    turn_until(bench, &bench->ups, 1);
    turn_until(bench, &bench->downs, 2);
    turn_until(bench, &bench->ups, 2);
    unsigned heard = bench->broadcasts;
    turn_until(bench, &bench->broadcasts, heard + 1);
    bench_free(bench);
}

static void an_elm327_at_this_port_is_named(void **state)
{
    (void)state;
    struct err err = {""};
    int code = 0;
    struct bench *bench = bench_new(false);
    const char *words[] = {"garaged-sim", "--listen", bench->where};
    char *argv[4] = {NULL};
    memcpy(argv, words, sizeof(words));
    assert_int_equal(sim_options_parse(bench->options, 3, argv, &err), 0);
    bench->server = sim_server_new(bench->loop, bench->options, &code, &err);
    plug_in(bench, false);
    turn_until(bench, &bench->downs, 1);
    assert_string_equal(bench->reason, "it answers like an ELM327: set adapter = \"elm327\"");
    bench_free(bench);
}

static void settings_that_cannot_be_right(void **state)
{
    (void)state;
    struct err err;
    struct loop *loop = loop_new(&err);
    struct adapter_settings settings = {.kind = "slcan", .port = "tcp://8.8.8.8:1", .interface = ""};
    assert_null(adapter_new(loop, &settings, &EVENTS, NULL, &err));
    settings.port = "/dev/ttyUSB0";
    settings.baud = 99;
    assert_null(adapter_new(loop, &settings, &EVENTS, NULL, &err));
    loop_free(loop);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(over_tcp),
        cmocka_unit_test(over_a_serial_line),
        cmocka_unit_test(only_listening),
        cmocka_unit_test(comes_and_goes),
        cmocka_unit_test(an_elm327_at_this_port_is_named),
        cmocka_unit_test(settings_that_cannot_be_right),
    };
    signal(SIGPIPE, SIG_IGN); /* as the simulator's program does: the adapter may hang up while it speaks */
    return cmocka_run_group_tests(tests, NULL, NULL);
}
