/* export/mqtt against brokers that are none, or not well: each gets its reason, and the client goes on. */
#include "export/mqtt.h"
#include "util/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <arpa/inet.h>
#include <dlfcn.h>
#include <netdb.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define WAIT_NS (60 * NS_PER_S)

/* ---- what brokers may do: each lives in a process of its own ---- */

static int accept_client(int listener)
{
    unsigned char connect[256];
    int client = accept(listener, NULL, NULL);

    return client >= 0 && recv(client, connect, sizeof(connect), 0) > 0 ? client : -1;
}

static void say_bytes(int client, const char *bytes, size_t len)
{
    if (send(client, bytes, len, MSG_NOSIGNAL) < 0)
        return; /* it hung up, as it may */
}

static void never_answers(int listener)
{
    accept_client(listener);
    pause();
}

static void hangs_up(int listener)
{
    close(accept_client(listener));
}

static void speaks_http(int listener)
{
    static const char answer[] =
        "HTTP/1.1 400 Bad Request\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n"
        "<html><body><h1>400 Bad Request</h1></body></html>\r\n";

    say_bytes(accept_client(listener), answer, sizeof(answer) - 1);
    usleep(200000);
}

static void refuses(int listener)
{
    say_bytes(accept_client(listener), "\x20\x02\x00\x05", 4);
    usleep(200000);
}

/* Takes the connection and what is published, but never acknowledges it. */
static void is_deaf(int listener)
{
    unsigned char bytes[4096];
    int client = accept_client(listener);

    say_bytes(client, "\x20\x02\x00\x00", 4);
    while (recv(client, bytes, sizeof(bytes), 0) > 0)
        continue;
}

/* A message of 256 MB. */
static void sends_a_giant(int listener)
{
    static const char zeros[16384];
    int client = accept_client(listener);

    say_bytes(client, "\x20\x02\x00\x00\x30\xff\xff\xff\x7f\x00\x01t", 12);
    for (int i = 0; i < 1000; i++, usleep(1000))
        say_bytes(client, zeros, sizeof(zeros));
}

/* Nobody accepts, and the queue of those who wait is full: the kernel drops what comes. */
static void is_a_black_hole(int listener)
{
    struct sockaddr_in address;
    socklen_t len = sizeof(address);

    getsockname(listener, (struct sockaddr *)&address, &len);
    for (int i = 0; i < 2; i++)
        if (connect(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), (struct sockaddr *)&address, len) == 0)
            continue;
    pause();
}

/* A name server that does not answer, in front of the real look-up. */
int getaddrinfo(const char *node, const char *service, const struct addrinfo *hints, struct addrinfo **found)
{
    typedef int real_fn(const char *, const char *, const struct addrinfo *, struct addrinfo **);
    real_fn *real = (real_fn *)(uintptr_t)dlsym(RTLD_NEXT, "getaddrinfo");

    if (node && strcmp(node, "slow.test") == 0) {
        sleep(20);
        return EAI_AGAIN;
    }
    return real(node, service, hints, found);
}

struct fault {
    const char *name;
    void (*serve)(int listener); /* one client */
    const char *reason;
    /* of the test */
    struct config_mqtt settings;
    struct mqtt *mqtt;
    pid_t pid;
    int listener;
    char said[ERR_TEXT_MAX], heard[100];
    unsigned downs;
};

static int listen_somewhere(int *port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof(address);
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    assert_int_equal(bind(fd, (struct sockaddr *)&address, len), 0);
    assert_int_equal(listen(fd, 0), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &len), 0);
    *port = ntohs(address.sin_port);
    return fd;
}

static void begin_fault(struct fault *fault)
{
    fault->listener = listen_somewhere(&fault->settings.port);
    strcpy(fault->settings.host, "127.0.0.1");
    strcpy(fault->settings.base, "garaged");
    fault->pid = fork();
    if (fault->pid != 0)
        return;
    prctl(PR_SET_PDEATHSIG, SIGKILL); /* a test that fails leaves none behind */
    for (;;)
        fault->serve(fault->listener);
}

static void keep_reason(void *ctx, bool is_up, const char *reason)
{
    struct fault *fault = ctx;

    if (is_up)
        return;
    fault->downs++;
    snprintf(fault->said, sizeof(fault->said), "%s", reason);
}

static bool all_have_said(const struct fault *faults, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (faults[i].downs == 0)
            return false;
    return true;
}

static void each_fault_has_its_reason(void **state)
{
    (void)state;
    static const struct mqtt_events events = {.state = keep_reason};
    struct fault faults[] = {
        {.name = "never answers", .serve = never_answers, .reason = "127.0.0.1: no answer"},
        {.name = "hangs up", .serve = hangs_up, .reason = "127.0.0.1: it closed the connection"},
        {.name = "speaks HTTP", .serve = speaks_http, .reason = "127.0.0.1: it does not speak MQTT"},
        {.name = "speaks no TLS",
         .serve = speaks_http,
         .settings = {.tls = true},
         .reason = "127.0.0.1: TLS failed: is this its TLS port, and its certificate known here?"},
        {.name = "refuses", .serve = refuses, .reason = "127.0.0.1: Connection Refused: not authorised."},
        {.name = "is deaf", .serve = is_deaf, .reason = "127.0.0.1: no answer"},
        {.name = "sends a giant",
         .serve = sends_a_giant,
         .reason = "127.0.0.1: it sends a packet of more than 1 MiB"},
        {.name = "is a black hole", .serve = is_a_black_hole, .reason = "127.0.0.1: no answer"},
    };
    const size_t count = sizeof(faults) / sizeof(faults[0]);
    int64_t deadline_ns = clock_monotonic_ns() + WAIT_NS;
    struct err err;
    struct loop *loop = loop_new(&err);

    for (size_t i = 0; i < count; i++)
        begin_fault(&faults[i]);
    usleep(200000); /* the black hole's queue is full */
    for (size_t i = 0; i < count; i++) {
        faults[i].mqtt = mqtt_new(loop, &faults[i].settings, "", &events, &faults[i], &err);
        assert_non_null(faults[i].mqtt);
        mqtt_publish(faults[i].mqtt, "garaged/status", "online");
    }
    while (!all_have_said(faults, count) && clock_monotonic_ns() < deadline_ns)
        loop_turn(loop, 100, &err);
    for (size_t i = 0; i < count; i++) {
        kill(faults[i].pid, SIGKILL);
        waitpid(faults[i].pid, NULL, 0);
        close(faults[i].listener);
        mqtt_free(faults[i].mqtt);
        if (strcmp(faults[i].said, faults[i].reason) != 0)
            fail_msg("a broker that %s: \"%s\"", faults[i].name, faults[i].said);
    }
    loop_free(loop);
}

/* Retries go on, but the reason is told once as long as it is the same. */
static void the_same_reason_is_told_once(void **state)
{
    (void)state;
    static const struct mqtt_events events = {.state = keep_reason};
    struct fault fault = {.serve = hangs_up};
    int64_t until_ns = clock_monotonic_ns() + 4 * NS_PER_S;
    struct err err;
    struct loop *loop = loop_new(&err);

    begin_fault(&fault);
    fault.mqtt = mqtt_new(loop, &fault.settings, "", &events, &fault, &err);
    while (clock_monotonic_ns() < until_ns)
        loop_turn(loop, 100, &err);
    assert_int_equal(fault.downs, 1);
    mqtt_free(fault.mqtt);
    kill(fault.pid, SIGKILL);
    waitpid(fault.pid, NULL, 0);
    close(fault.listener);
    loop_free(loop);
}

/* Takes everybody, and no longer when the next one comes with the same name. */
static void throws_out(int listener)
{
    int client = accept_client(listener);

    say_bytes(client, "\x20\x02\x00\x00", 4);
    usleep(50000);
    close(client);
}

/* Topics that no broker may send: 65,535 bytes, wildcards, nothing but levels; at last one with a NUL. */
static void sends_strange_topics(int listener)
{
    static char giant[6 + 65535 + 1] = "\x30\x82\x80\x04\xff\xff";
    int client = accept_client(listener);

    memset(giant + 6, 'x', 65535);
    say_bytes(client, "\x20\x02\x00\x00", 4);
    say_bytes(client, giant, sizeof(giant));
    say_bytes(client, "\x30\x0c\x00\x09garaged/+1", 14);
    say_bytes(client, "\x30\x05\x00\x02//1", 7);
    say_bytes(client, "\x30\x07\x00\x04$SYS1", 9);
    say_bytes(client, "\x30\x08\x00\x05in\0ab1", 10);
    usleep(200000);
}

static void keep_topic(void *ctx, const char *topic, const char *payload, size_t len, bool is_retained)
{
    struct fault *fault = ctx;
    size_t used = strlen(fault->heard);

    (void)payload;
    (void)is_retained;
    assert_int_equal(len, 1);
    snprintf(fault->heard + used, sizeof(fault->heard) - used, "%.40s ", topic);
}

static void strange_topics_are_nobodys(void **state)
{
    (void)state;
    static const struct mqtt_events events = {.state = keep_reason, .message = keep_topic};
    struct fault fault = {.serve = sends_strange_topics};
    int64_t deadline_ns = clock_monotonic_ns() + WAIT_NS;
    struct err err;
    struct loop *loop = loop_new(&err);

    begin_fault(&fault);
    fault.mqtt = mqtt_new(loop, &fault.settings, "", &events, &fault, &err);
    while (fault.downs == 0 && clock_monotonic_ns() < deadline_ns)
        loop_turn(loop, 100, &err);
    assert_string_equal(fault.heard, "garaged/+ // $SYS "); /* as they are: they match nothing of ours */
    assert_int_equal(mqtt_dropped(fault.mqtt), 1);
    assert_non_null(strstr(fault.said, "127.0.0.1: "));
    mqtt_free(fault.mqtt);
    kill(fault.pid, SIGKILL);
    waitpid(fault.pid, NULL, 0);
    close(fault.listener);
    loop_free(loop);
}

static void who_is_thrown_out_three_times_is_told_why(void **state)
{
    (void)state;
    static const struct mqtt_events events = {.state = keep_reason};
    struct fault fault = {.serve = throws_out};
    int64_t deadline_ns = clock_monotonic_ns() + WAIT_NS;
    struct err err;
    struct loop *loop = loop_new(&err);
    unsigned downs = 0;

    begin_fault(&fault);
    fault.mqtt = mqtt_new(loop, &fault.settings, "", &events, &fault, &err);
    while (!strstr(fault.said, "does another client take our place?") && clock_monotonic_ns() < deadline_ns) {
        downs = fault.downs;
        loop_turn(loop, 100, &err);
    }
    assert_string_equal(fault.said, "127.0.0.1: it closed the connection; each time soon after it took us: does another "
                                    "client take our place?");
    assert_int_equal(downs, 2);
    mqtt_free(fault.mqtt);
    kill(fault.pid, SIGKILL);
    waitpid(fault.pid, NULL, 0);
    close(fault.listener);
    loop_free(loop);
}

/* The end does not wait for a name server; what the thread still uses is left to the end of the process. */
static void ends_while_a_name_is_looked_up(void **state)
{
    (void)state;
    static const struct mqtt_events events = {.state = keep_reason};
    struct fault fault = {.settings = {.host = "slow.test", .port = 1883, .base = "garaged"}};
    char password[] = "secret";
    struct err err;
    struct loop *loop = loop_new(&err);

    fault.mqtt = mqtt_new(loop, &fault.settings, password, &events, &fault, &err);
    usleep(200000);
    int64_t began_ns = clock_monotonic_ns();
    mqtt_free(fault.mqtt);
    assert_true(clock_monotonic_ns() - began_ns < 15 * NS_PER_S);
    memset(&fault, 0xff, sizeof(fault));
    memset(password, 0xff, sizeof(password));
    loop_free(loop);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_fault_has_its_reason),
        cmocka_unit_test(the_same_reason_is_told_once),
        cmocka_unit_test(strange_topics_are_nobodys),
        cmocka_unit_test(who_is_thrown_out_three_times_is_told_why),
        cmocka_unit_test(ends_while_a_name_is_looked_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
