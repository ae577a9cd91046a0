/* The hub of garaged-car with a recording for a dongle: what the home is told, and what its coming and going
 * do. */
#include "probe.h"

#include "adapter/adapter.h"
#include "car/signal.h"
#include "link/counters.h"
#include "link/link.h"

#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#define RECORDING "tests/recordings/fixtures/bus.log"
#define TURNS_MAX 20000

struct fixture {
    struct loop *loop;
    struct err err;
    struct config_car car;
    struct probe *probe;
    struct link *home;
    int home_fd;
    int listen_fd;
    struct sockaddr_un address;
    /* what the home was told */
    struct record hello, link, presence, counters;
    unsigned hellos, signals, arrays, frames, texts, downs;
    struct record_signal values[SIGNAL_VOCABULARY_COUNT];
};

static void take_signal(struct fixture *fixture, const struct record_signal *signal)
{
    fixture->signals++;
    if (signal->signal < SIGNAL_VOCABULARY_COUNT)
        fixture->values[signal->signal] = *signal;
}

static void took_record(void *ctx, const struct record *record)
{
    struct fixture *fixture = ctx;

    fixture->hellos += record->kind == RECORD_HELLO;
    fixture->arrays += record->kind == RECORD_ARRAY;
    fixture->frames += record->kind == RECORD_FRAME;
    fixture->texts += record->kind == RECORD_TEXT;
    if (record->kind == RECORD_HELLO)
        fixture->hello = *record;
    if (record->kind == RECORD_LINK)
        fixture->link = *record;
    if (record->kind == RECORD_CAR)
        fixture->presence = *record;
    if (record->kind == RECORD_COUNTERS)
        fixture->counters = *record;
    if (record->kind == RECORD_SIGNAL)
        take_signal(fixture, &record->signal);
}

static void went_down(void *ctx, const char *reason)
{
    struct fixture *fixture = ctx;

    (void)reason;
    fixture->downs++;
    link_free(fixture->home);
    fixture->home = NULL;
}

static int set_up(void **state)
{
    struct fixture *fixture = test_calloc(1, sizeof(*fixture));

    fixture->loop = loop_new(&fixture->err);
    assert_non_null(fixture->loop);
    fixture->listen_fd = -1;
    fixture->car = (struct config_car){.id = "leaf",
                                       .vehicle = "nissan-leaf",
                                       .generation = "auto",
                                       .adapter = CONFIG_ADAPTER_REPLAY,
                                       .port = RECORDING,
                                       .poll = true};
    *state = fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;

    probe_free(fixture->probe);
    link_free(fixture->home);
    if (fixture->address.sun_path[0])
        unlink(fixture->address.sun_path);
    loop_free(fixture->loop);
    test_free(fixture);
    return 0;
}

static void open_home(struct fixture *fixture, int fd)
{
    static const struct link_events events = {took_record, NULL, went_down};

    fixture->home = link_new(fixture->loop, fd, LINK_END_HOME, &events, fixture, &fixture->err);
    assert_non_null(fixture->home);
}

static void open_probe(struct fixture *fixture, int link_fd)
{
    struct probe_settings settings = {.car = &fixture->car,
                                      .data_dir = "config",
                                      .state_dir = "/nonexistent",
                                      .replay_speed = 0,
                                      .link_fd = link_fd,
                                      .listen_fd = fixture->listen_fd};

    fixture->probe = probe_new(fixture->loop, &settings, &fixture->err);
    if (!fixture->probe)
        fail_msg("%s", fixture->err.text);
}

static void open_pair(struct fixture *fixture)
{
    int ends[2];

    assert_int_equal(link_pair(ends, &fixture->err), 0);
    open_home(fixture, ends[1]);
    open_probe(fixture, ends[0]);
}

static void turn(struct fixture *fixture)
{
    assert_int_equal(loop_turn(fixture->loop, 3000, &fixture->err), 0);
}

/* Until the recording has ended and the home knows it. */
static void turn_to_the_end(struct fixture *fixture)
{
    for (int i = 0; i < TURNS_MAX && !strstr(fixture->link.link.reason, "ended"); i++)
        turn(fixture);
    assert_string_equal(fixture->link.link.reason, "the recording has ended");
}

static void the_home_is_told_everything(void **state)
{
    struct fixture *fixture = *state;

    open_pair(fixture);
    turn_to_the_end(fixture);
    assert_string_equal(fixture->hello.hello.car, "leaf");
    assert_string_equal(fixture->hello.hello.adapter, "a recording");
    assert_true(fixture->hello.hello.definition_hash != 0);
    assert_int_equal(fixture->link.link.state, ADAPTER_LINK_DOWN);
    assert_true(fixture->signals > 10);
    assert_true(fixture->values[SIGNAL_SOC].known);
    assert_int_equal(fixture->counters.counters.count, COUNTER_COUNT);
    assert_int_equal(fixture->counters.counters.values[COUNTER_FRAMES_SENT], 0);
}

static void a_refresh_says_it_all_again(void **state)
{
    struct fixture *fixture = *state;
    struct record refresh = {.kind = RECORD_REFRESH};

    open_pair(fixture);
    turn_to_the_end(fixture);
    fixture->hellos = 0;
    fixture->values[SIGNAL_SOC].known = false;
    assert_true(link_send(fixture->home, &refresh));
    for (int i = 0; i < TURNS_MAX && !fixture->values[SIGNAL_SOC].known; i++)
        turn(fixture);
    assert_true(fixture->values[SIGNAL_SOC].known);
    assert_int_equal(fixture->hellos, 1);
}

static void frames_are_sent_while_watched(void **state)
{
    struct fixture *fixture = *state;
    struct record watch = {.kind = RECORD_WATCH, .watch = {.seconds = 60}};

    open_pair(fixture);
    assert_true(link_send(fixture->home, &watch));
    turn_to_the_end(fixture);
    assert_true(fixture->frames > 10);
}

static void a_command_is_answered_in_words(void **state)
{
    struct fixture *fixture = *state;
    struct record command = {.kind = RECORD_COMMAND, .command = {.id = 1, .name = "climate_on"}};

    open_pair(fixture);
    assert_true(link_send(fixture->home, &command));
    for (int i = 0; i < TURNS_MAX && fixture->texts == 0; i++)
        turn(fixture);
    assert_true(fixture->texts > 0);
}

static void pausing_gives_the_dongle_away(void **state)
{
    struct fixture *fixture = *state;
    struct record paused = {.kind = RECORD_PAUSE, .pause = {.seconds = 600}};
    struct record back = {.kind = RECORD_PAUSE};

    open_pair(fixture);
    assert_true(link_send(fixture->home, &paused));
    for (int i = 0; i < TURNS_MAX && !strstr(fixture->link.link.reason, "paused"); i++)
        turn(fixture);
    assert_int_equal(fixture->link.link.state, RECORD_LINK_LENT);
    assert_true(link_send(fixture->home, &back));
    turn_to_the_end(fixture);
}

/* In the foreground the home starts us again: we end with it. */
static void without_its_home_it_stops(void **state)
{
    struct fixture *fixture = *state;

    open_pair(fixture);
    turn(fixture);
    link_free(fixture->home);
    fixture->home = NULL;
    assert_int_equal(loop_run(fixture->loop, &fixture->err), 0);
}

static void listen_here(struct fixture *fixture)
{
    fixture->address.sun_family = AF_UNIX;
    snprintf(fixture->address.sun_path, sizeof(fixture->address.sun_path), "/tmp/test_probe.%d.sock",
             (int)getpid());
    unlink(fixture->address.sun_path);
    fixture->listen_fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
    assert_int_equal(
        bind(fixture->listen_fd, (const struct sockaddr *)&fixture->address, sizeof(fixture->address)), 0);
    assert_int_equal(listen(fixture->listen_fd, 4), 0);
}

static int connect_here(const struct fixture *fixture)
{
    int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

    assert_int_equal(connect(fd, (const struct sockaddr *)&fixture->address, sizeof(fixture->address)), 0);
    return fd;
}

/* Under the service manager the home comes and goes, and the car is heard meanwhile. */
static void the_home_may_come_and_go(void **state)
{
    struct fixture *fixture = *state;

    listen_here(fixture);
    open_probe(fixture, -1);
    for (int round = 0; round < 2; round++) {
        open_home(fixture, connect_here(fixture));
        turn_to_the_end(fixture);
        assert_true(fixture->values[SIGNAL_SOC].known);
        link_free(fixture->home);
        fixture->home = NULL;
        memset(&fixture->link, 0, sizeof(fixture->link));
        memset(&fixture->values, 0, sizeof(fixture->values));
    }
    assert_int_equal(fixture->hellos, 2);
}

/* A dongle that is only a port; returns the socket that listens there. */
static int make_dongle(struct fixture *fixture)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof(address);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

    assert_int_equal(bind(fd, (const struct sockaddr *)&address, len), 0);
    assert_int_equal(listen(fd, 4), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &len), 0);
    fixture->car.adapter = CONFIG_ADAPTER_ELM327;
    snprintf(fixture->car.port, sizeof(fixture->car.port), "tcp://127.0.0.1:%d", ntohs(address.sin_port));
    return fd;
}

/* A half that systemd starts again during a pause: its port stays closed from the first moment. */
static void a_pause_is_heard_before_the_port_is_opened(void **state)
{
    struct fixture *fixture = *state;
    struct record paused = {.kind = RECORD_PAUSE, .pause = {.seconds = 600}};
    int dongle = make_dongle(fixture);

    listen_here(fixture);
    open_home(fixture, connect_here(fixture));
    assert_true(link_send(fixture->home, &paused));
    open_probe(fixture, -1);
    for (int i = 0; i < 50; i++)
        assert_int_equal(loop_turn(fixture->loop, 5, &fixture->err), 0);
    assert_int_equal(fixture->link.link.state, RECORD_LINK_LENT);
    assert_int_equal(accept(dongle, NULL, NULL), -1);
    close(dongle);
}

static void only_one_is_served(void **state)
{
    struct fixture *fixture = *state;
    uint8_t bytes[RECORD_BYTES_MAX];

    listen_here(fixture);
    open_probe(fixture, -1);
    open_home(fixture, connect_here(fixture));
    turn_to_the_end(fixture);
    int second = connect_here(fixture);
    ssize_t got = -1;
    for (int i = 0; i < TURNS_MAX && got < 0; i++) {
        turn(fixture);
        got = recv(second, bytes, sizeof(bytes), MSG_DONTWAIT);
    }
    assert_int_equal(got, 0); /* closed, and told nothing */
    close(second);
    assert_int_equal(fixture->downs, 0);
}

static void mistakes_are_named(void **state)
{
    struct fixture *fixture = *state;
    struct probe_settings settings = {
        .car = &fixture->car, .data_dir = "config", .link_fd = -1, .listen_fd = -1};

    snprintf(fixture->car.generation, sizeof(fixture->car.generation), "ZE9");
    assert_null(probe_new(fixture->loop, &settings, &fixture->err));
    assert_string_equal(fixture->err.text, "ZE9: nissan-leaf has no such generation");
    snprintf(fixture->car.vehicle, sizeof(fixture->car.vehicle), "no-such-car");
    assert_null(probe_new(fixture->loop, &settings, &fixture->err));
    assert_non_null(strstr(fixture->err.text, "no-such-car"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_home_is_told_everything, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_refresh_says_it_all_again, set_up, tear_down),
        cmocka_unit_test_setup_teardown(frames_are_sent_while_watched, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_command_is_answered_in_words, set_up, tear_down),
        cmocka_unit_test_setup_teardown(pausing_gives_the_dongle_away, set_up, tear_down),
        cmocka_unit_test_setup_teardown(without_its_home_it_stops, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_home_may_come_and_go, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_pause_is_heard_before_the_port_is_opened, set_up, tear_down),
        cmocka_unit_test_setup_teardown(only_one_is_served, set_up, tear_down),
        cmocka_unit_test_setup_teardown(mistakes_are_named, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
