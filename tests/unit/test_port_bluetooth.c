/* Bluetooth without Bluetooth: the socket calls of this program are replaced by fakes that give a pair of
 * connected sockets for AF_BLUETOOTH and remember in which order they were called. What a real adapter does
 * is not shown here. */
#include "adapter/port.h"
#include "adapter/port_private.h"
#include "util/clock.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cmocka.h>

#define NAME     "bt://00:1D:A5:68:98:8A"
#define RFCOMM   3
#define LEVEL    274
#define SECURITY 4

static const uint8_t DEVICE[] = {0x8A, 0x98, 0x68, 0xA5, 0x1D, 0x00};

struct fake {
    int socket_error, connect_error, finish_error; /* errno; 0 for none */
    int secure_error;
    uint8_t peer[6];
    uint8_t level;   /* what the link turns out to have */
    int fd, other;   /* -1: none */
    int asked_level; /* by setsockopt; 0: not asked */
    int asked_level_at_connect;
    uint8_t connected[10];
};

static struct fake fake; /* a fake has no argument to take its state from */

int socket(int domain, int type, int protocol)
{
    int pair[2];
    if (domain != AF_BLUETOOTH) {
        return (int)syscall(SYS_socket, domain, type, protocol);
    }
    assert_int_equal(protocol, RFCOMM);
    if (fake.socket_error) {
        errno = fake.socket_error;
        return -1;
    }
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair)) {
        return -1;
    }
    fake.fd = pair[0];
    fake.other = pair[1];
    return pair[0];
}

int setsockopt(int fd, int level, int option, const void *value, socklen_t len)
{
    if (level != LEVEL) {
        return (int)syscall(SYS_setsockopt, fd, level, option, value, len);
    }
    assert_int_equal(option, SECURITY);
    if (fake.secure_error) {
        errno = fake.secure_error;
        return -1;
    }
    fake.asked_level = *(const uint8_t *)value;
    return 0;
}

int connect(int fd, const struct sockaddr *address, socklen_t len)
{
    assert_int_equal(fd, fake.fd);
    assert_int_equal(len, sizeof(fake.connected));
    memcpy(fake.connected, address, len);
    fake.asked_level_at_connect = fake.asked_level;
    errno = fake.connect_error ? fake.connect_error : EINPROGRESS;
    return -1;
}

int getsockopt(int fd, int level, int option, void *value, socklen_t *len)
{
    if (level == LEVEL) {
        *(uint8_t *)value = fake.level;
        return 0;
    }
    if (fd == fake.fd && level == SOL_SOCKET && option == SO_ERROR) {
        memcpy(value, &fake.finish_error, sizeof(fake.finish_error));
        return 0;
    }
    return (int)syscall(SYS_getsockopt, fd, level, option, value, len);
}

int getpeername(int fd, struct sockaddr *address, socklen_t *len)
{
    assert_int_equal(fd, fake.fd);
    memcpy((char *)address + sizeof(sa_family_t), fake.peer, sizeof(fake.peer));
    *len = sizeof(fake.connected);
    return 0;
}

struct seen {
    unsigned opened, closed;
    size_t len;
    char reason[ERR_TEXT_MAX];
};

static void on_opened(void *ctx)
{
    ((struct seen *)ctx)->opened++;
}

static void on_bytes(void *ctx, const uint8_t *bytes, size_t len)
{
    (void)bytes;
    ((struct seen *)ctx)->len += len;
}

static void on_closed(void *ctx, const char *reason)
{
    struct seen *seen = ctx;
    seen->closed++;
    snprintf(seen->reason, sizeof(seen->reason), "%s", reason);
}

static const struct port_events EVENTS = {.opened = on_opened, .bytes = on_bytes, .closed = on_closed};

static int set_up(void **state)
{
    (void)state;
    fake = (struct fake){.level = 2, .fd = -1, .other = -1};
    memcpy(fake.peer, DEVICE, sizeof(DEVICE));
    return 0;
}

/* Opens the port, lets `bytes` come in, and says what was seen. */
static struct seen run(const char *name)
{
    struct err err = {""};
    struct seen seen = {0};
    struct loop *loop = loop_new(&err);
    struct port *port = port_new(loop, name, "", &EVENTS, &seen, &err);
    assert_non_null(port);
    assert_false(port_is_serial(port));
    if (port_open(port, 0, &err)) {
        snprintf(seen.reason, sizeof(seen.reason), "%s", err.text);
    }
    for (int i = 0; i < 3; i++) {
        assert_int_equal(loop_turn(loop, 0, &err), 0);
    }
    if (seen.opened) {
        char answer[4] = "";
        port_write(port, "ATI\r", 4);
        assert_int_equal(read(fake.other, answer, 4), 4);
        assert_int_equal(write(fake.other, "ELM327", 6), 6);
        assert_int_equal(loop_turn(loop, 0, &err), 0);
        assert_int_equal(seen.len, 6);
    }
    port_free(port);
    loop_free(loop);
    if (fake.other >= 0) {
        close(fake.other);
    }
    return seen;
}

/* E19: connects to the configured address only, and only after a secure link was asked for. */
static void test_bound_to_address_and_key(void **state)
{
    (void)state;
    struct seen seen = run(NAME "/7");
    assert_int_equal(seen.opened, 1);
    assert_int_equal(fake.asked_level_at_connect, 2);
    assert_memory_equal(fake.connected + 2, DEVICE, sizeof(DEVICE));
    assert_int_equal(fake.connected[8], 7);
    seen = (struct seen){0};
    set_up(NULL);
    run(NAME);
    assert_int_equal(fake.connected[8], 1); /* where nearly all dongles have it */
}

static void test_strangers_are_not_spoken_to(void **state)
{
    (void)state;
    fake.peer[0]++;
    struct seen seen = run(NAME);
    assert_int_equal(seen.opened, 0);
    assert_string_equal(seen.reason, NAME ": another device answered: it is not spoken to");
    set_up(NULL);
    fake.level = 1;
    seen = run(NAME);
    assert_int_equal(seen.opened, 0);
    assert_string_equal(seen.reason, NAME ": the link is not encrypted: it is not used");
    set_up(NULL);
    fake.secure_error = EINVAL;
    seen = run(NAME);
    assert_int_equal(seen.opened, 0);
    assert_non_null(strstr(seen.reason, "no secure link can be asked for"));
}

/* E12: what can go wrong is told apart. */
static void test_words(void **state)
{
    (void)state;
    static const struct {
        int error;
        bool adapters;
        const char *words;
    } ROWS[] = {
        {EAFNOSUPPORT, false, "this kernel has no Bluetooth serial port (modprobe rfcomm)"},
        {EHOSTUNREACH, false, "no Bluetooth adapter on this machine"},
        {EHOSTUNREACH, true, "Bluetooth is switched off: bluetoothctl power on"},
        {EHOSTDOWN, true, "out of reach: the dongle is switched off, or too far away"},
        {ETIMEDOUT, true, "out of reach: the dongle is switched off, or too far away"},
        {EINPROGRESS, true, "does not let us in: not paired? bluetoothctl pair 00:1D:A5:68:98:8A"},
        {EACCES, true, "not paired: bluetoothctl pair 00:1D:A5:68:98:8A"},
        {EBADE, true, "pairing lost: bluetoothctl remove 00:1D:A5:68:98:8A, then pair it again"},
        {EBUSY, true, "busy: another program or telephone uses the dongle"},
        {ECONNRESET, true, "the dongle closed the connection"},
        {ECONNREFUSED, true,
         "refused: not paired (bluetoothctl pair 00:1D:A5:68:98:8A), or its serial port is on another "
         "channel "
         "(bt://.../2)"},
    };
    struct port_target target = {.name = NAME "/3"};
    for (size_t i = 0; i < sizeof(ROWS) / sizeof(ROWS[0]); i++) {
        struct err err;
        assert_int_equal(port_bluetooth_explain(&target, ROWS[i].error, ROWS[i].adapters, &err), -1);
        assert_string_equal(err.text, ROWS[i].words);
    }
}

static void test_errors_at_each_step(void **state)
{
    (void)state;
    fake.socket_error = EAFNOSUPPORT;
    assert_non_null(strstr(run(NAME).reason, "modprobe rfcomm"));
    set_up(NULL);
    fake.connect_error = EHOSTDOWN;
    assert_non_null(strstr(run(NAME).reason, "out of reach"));
    set_up(NULL);
    fake.finish_error = EBADE;
    struct seen seen = run(NAME);
    assert_int_equal(seen.closed, 1);
    assert_non_null(strstr(seen.reason, "pairing lost"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_bound_to_address_and_key, set_up),
        cmocka_unit_test_setup(test_strangers_are_not_spoken_to, set_up),
        cmocka_unit_test_setup(test_words, set_up),
        cmocka_unit_test_setup(test_errors_at_each_step, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
