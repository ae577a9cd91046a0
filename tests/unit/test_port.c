/* Ports over real pseudo terminals and loopback TCP: opening, bytes both ways, exclusive use, hang-up,
 * refusal, and words for the owner. No time-out is waited for. */
#include "adapter/port.h"
#include "adapter/port_private.h"
#include "util/clock.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pty.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <cmocka.h>

struct seen {
    unsigned opened, closed;
    char bytes[8192];
    size_t len;
    char reason[ERR_TEXT_MAX];
};

static void on_opened(void *ctx)
{
    ((struct seen *)ctx)->opened++;
}

static void on_bytes(void *ctx, const uint8_t *bytes, size_t len)
{
    struct seen *seen = ctx;
    assert_true(len <= sizeof(seen->bytes) - seen->len);
    memcpy(seen->bytes + seen->len, bytes, len);
    seen->len += len;
}

static void on_closed(void *ctx, const char *reason)
{
    struct seen *seen = ctx;
    seen->closed++;
    snprintf(seen->reason, sizeof(seen->reason), "%s", reason);
}

static const struct port_events EVENTS = {.opened = on_opened, .bytes = on_bytes, .closed = on_closed};

/* Turns the loop until *value is at least `wanted`; ten seconds at most. */
static void turn_until(struct loop *loop, const unsigned *value, unsigned wanted)
{
    struct err err;
    int64_t end_ns = clock_boot_ns() + 10 * NS_PER_S;
    while (*value < wanted) {
        assert_true(clock_boot_ns() < end_ns);
        assert_int_equal(loop_turn(loop, 100, &err), 0);
    }
}

static void turn_until_bytes(struct loop *loop, const struct seen *seen, size_t wanted)
{
    struct err err;
    int64_t end_ns = clock_boot_ns() + 10 * NS_PER_S;
    while (seen->len < wanted) {
        assert_true(clock_boot_ns() < end_ns);
        assert_int_equal(loop_turn(loop, 100, &err), 0);
    }
}

static int listener(char *name, size_t size)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {.s_addr = htonl(INADDR_LOOPBACK)}};
    socklen_t len = sizeof(address);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
    assert_int_equal(listen(fd, 1), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &len), 0);
    snprintf(name, size, "tcp://127.0.0.1:%d", ntohs(address.sin_port));
    return fd;
}

static void test_tcp(void **state)
{
    (void)state;
    struct err err;
    struct seen seen = {0};
    char name[64];
    char answer[16] = "";
    int server = listener(name, sizeof(name));
    struct loop *loop = loop_new(&err);
    struct port *port = port_new(loop, name, "", &EVENTS, &seen, &err);
    assert_non_null(port);
    assert_false(port_is_serial(port));
    port_write(port, "ATZ\r", 4); /* not open: nothing happens */
    assert_int_equal(port_open(port, 0, &err), 0);
    assert_int_equal(seen.opened, 0); /* never inside */
    turn_until(loop, &seen.opened, 1);
    int peer = accept(server, NULL, NULL);
    port_write(port, "ATI\r", 4);
    assert_int_equal(recv(peer, answer, 4, MSG_WAITALL), 4);
    assert_string_equal(answer, "ATI\r");
    assert_int_equal(write(peer, "ELM327 v1.5\r\r>", 14), 14);
    turn_until_bytes(loop, &seen, 14);
    assert_memory_equal(seen.bytes, "ELM327 v1.5\r\r>", 14);
    assert_int_equal(write(peer, "7BB", 3), 3); /* what came before the end is still delivered */
    close(peer);
    turn_until(loop, &seen.closed, 1);
    assert_int_equal(seen.len, 17);
    assert_non_null(strstr(seen.reason, "the adapter closed the connection"));
    port_free(port);
    loop_free(loop);
    close(server);
}

/* Writing into a connection that the other end has reset ends the port, not the program. */
static void test_tcp_that_was_reset(void **state)
{
    (void)state;
    struct err err;
    struct seen seen = {0};
    char name[64];
    const struct linger at_once = {.l_onoff = 1, .l_linger = 0};
    int server = listener(name, sizeof(name));
    struct loop *loop = loop_new(&err);
    struct port *port = port_new(loop, name, "", &EVENTS, &seen, &err);
    assert_int_equal(port_open(port, 0, &err), 0);
    turn_until(loop, &seen.opened, 1);
    int peer = accept(server, NULL, NULL);
    setsockopt(peer, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
    close(peer);
    port_write(port, "ATZ\r", 4);
    port_write(port, "ATZ\r", 4);
    turn_until(loop, &seen.closed, 1);
    assert_non_null(strstr(seen.reason, "the adapter closed the connection"));
    port_free(port);
    loop_free(loop);
    close(server);
}

static void test_tcp_refused_then_there(void **state)
{
    (void)state;
    struct err err;
    struct seen seen = {0};
    char name[64];
    int server = listener(name, sizeof(name));
    struct loop *loop = loop_new(&err);
    struct port *port = port_new(loop, name, "", &EVENTS, &seen, &err);
    close(server);
    if (port_open(port, 0, &err) == 0) {
        turn_until(loop, &seen.closed, 1);
    } else {
        snprintf(seen.reason, sizeof(seen.reason), "%s", err.text);
    }
    assert_non_null(strstr(seen.reason, "connection refused"));
    assert_non_null(strstr(seen.reason, name));
    port_free(port);
    loop_free(loop);
}

/* A dongle that reads nothing: the queue is bounded and the port ends. */
static void test_tcp_that_reads_nothing(void **state)
{
    (void)state;
    struct err err;
    struct seen seen = {0};
    char name[64];
    char block[200];
    int server = listener(name, sizeof(name));
    struct loop *loop = loop_new(&err);
    struct port *port = port_new(loop, name, "", &EVENTS, &seen, &err);
    memset(block, 'A', sizeof(block));
    assert_int_equal(port_open(port, 0, &err), 0);
    turn_until(loop, &seen.opened, 1);
    for (int i = 0; i < 100000; i++) {
        port_write(port, block, sizeof(block));
    }
    turn_until(loop, &seen.closed, 1);
    port_free(port);
    loop_free(loop);
    close(server);
}

struct terminal {
    int master;
    int slave; /* kept open, so that the master doesn't hang up between two openings */
    char name[64];
};

static struct terminal terminal_new(void)
{
    struct terminal terminal = {0};
    assert_int_equal(openpty(&terminal.master, &terminal.slave, terminal.name, NULL, NULL), 0);
    return terminal;
}

static void test_serial(void **state)
{
    (void)state;
    struct err err;
    struct seen seen = {0};
    struct termios settings;
    char bytes[16] = "";
    struct terminal terminal = terminal_new();
    struct loop *loop = loop_new(&err);
    struct port *port = port_new(loop, terminal.name, "", &EVENTS, &seen, &err);
    assert_non_null(port);
    assert_true(port_is_serial(port));
    assert_int_equal(port_open(port, 115200, &err), 0);
    turn_until(loop, &seen.opened, 1);
    assert_int_equal(tcgetattr(terminal.slave, &settings), 0);
    assert_int_equal(cfgetospeed(&settings), B115200);
    assert_int_equal(settings.c_lflag & (ICANON | ECHO | ISIG), 0);
    assert_int_equal(settings.c_cflag & (CSIZE | PARENB | CLOCAL), CS8 | CLOCAL);
    port_write(port, "ATRV\r", 5);
    assert_int_equal(read(terminal.master, bytes, sizeof(bytes)), 5);
    assert_string_equal(bytes, "ATRV\r");
    assert_int_equal(write(terminal.master, "12.4V\r\r>\0", 9), 9);
    turn_until_bytes(loop, &seen, 9);
    assert_memory_equal(seen.bytes, "12.4V\r\r>\0", 9);
    close(terminal.slave);
    close(terminal.master); /* unplugged */
    turn_until(loop, &seen.closed, 1);
    assert_non_null(strstr(seen.reason, "unplugged"));
    assert_int_equal(port_open(port, 115200, &err), -1); /* its file is gone, too */
    assert_non_null(strstr(err.text, "no such file: is the adapter plugged in?"));
    port_free(port);
    loop_free(loop);
}

/* E14: a second program on the same line. */
static void test_serial_is_exclusive(void **state)
{
    (void)state;
    struct err err;
    struct seen seen = {0};
    struct terminal terminal = terminal_new();
    struct loop *loop = loop_new(&err);
    struct port *port = port_new(loop, terminal.name, "", &EVENTS, &seen, &err);
    assert_int_equal(flock(terminal.slave, LOCK_EX | LOCK_NB), 0);
    assert_int_equal(port_open(port, 38400, &err), -1);
    assert_non_null(strstr(err.text, "busy: another program uses it"));
    assert_int_equal(flock(terminal.slave, LOCK_UN), 0);
    assert_int_equal(port_open(port, 38400, &err), 0);
    turn_until(loop, &seen.opened, 1);
    int exclusive = 0;
    assert_int_equal(ioctl(terminal.slave, TIOCGEXCL, &exclusive), 0);
    assert_int_equal(exclusive, 1);
    assert_int_equal(flock(terminal.slave, LOCK_EX | LOCK_NB), -1);
    port_free(port);
    assert_int_equal(ioctl(terminal.slave, TIOCGEXCL, &exclusive), 0);
    assert_int_equal(exclusive, 0); /* or nobody but root could open it again */
    loop_free(loop);
    close(terminal.slave);
    close(terminal.master);
}

/* E13: what is no serial line of ours is not opened, and the reason is said. */
static void assert_refused(const char *path, const char *words)
{
    struct err err;
    struct port_target target = {.name = path, .interface = "", .baud = 38400};
    assert_int_equal(port_serial.open(&target, &err), -1);
    assert_string_equal(err.text, words);
}

static void test_not_a_serial_line(void **state)
{
    (void)state;
    char folder[] = "/tmp/garaged-port-XXXXXX";
    char path[64];
    char link[64];
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof(path), "%s/it", folder);
    snprintf(link, sizeof(link), "%s/link", folder);
    assert_int_equal(symlink(path, link), 0);
    assert_refused(link, "no such file: is the adapter plugged in?");
    assert_refused(folder, "not a serial line but a folder");
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_refused(link, "not a serial line but a named pipe");
    unlink(path);
    close(open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
    assert_refused(link, "not a serial line but a regular file");
    unlink(path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
    assert_int_equal(bind(fd, (const struct sockaddr *)&address, sizeof(address)), 0);
    assert_refused(link, "not a serial line but a socket");
    close(fd);
    unlink(path);
    unlink(link);
    rmdir(folder);
    assert_refused("/dev/null", "not a serial line");
    assert_refused("/dev/tty", "this machine's console: no dongle is there");
}

/* A link to a disk and a terminal of another user cannot be had without root: their status is made up. */
static void test_what_only_root_could_make(void **state)
{
    (void)state;
    struct err err;
    struct stat disk = {.st_mode = S_IFBLK | 0660, .st_rdev = makedev(8, 0)};
    struct stat terminal = {.st_mode = S_IFCHR | 0620, .st_rdev = makedev(136, 3), .st_uid = geteuid() + 1};
    struct stat screen = {.st_mode = S_IFCHR | 0620, .st_rdev = makedev(4, 1), .st_uid = geteuid()};
    struct stat usb = {.st_mode = S_IFCHR | 0660, .st_rdev = makedev(188, 0), .st_uid = geteuid() + 1};
    assert_int_equal(port_serial_check(&disk, &err), -1);
    assert_string_equal(err.text, "not a serial line but a disk");
    assert_int_equal(port_serial_check(&terminal, &err), -1);
    assert_string_equal(err.text, "a pseudo terminal of another user");
    terminal.st_uid = geteuid();
    assert_int_equal(port_serial_check(&terminal, &err), 0);
    assert_int_equal(port_serial_check(&screen, &err), -1);
    assert_string_equal(err.text, "this machine's console: no dongle is there");
    assert_int_equal(port_serial_check(&usb, &err), 0);
}

/* The terminal that the program was started from: its own keyboard would be the dongle. */
static void test_own_terminal(void **state)
{
    (void)state;
    struct terminal terminal = terminal_new();
    pid_t child = fork();
    if (child == 0) {
        struct err err = {""};
        struct port_target target = {.name = terminal.name, .interface = "", .baud = 38400};
        bool took = setsid() > 0 && ioctl(terminal.slave, TIOCSCTTY, 0) == 0;
        bool refused = port_serial.open(&target, &err) < 0;
        _exit(took && refused && strcmp(err.text, "the terminal that this program was started from") == 0
                  ? 0
                  : 1);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    close(terminal.slave);
    close(terminal.master);
}

static bool is_name(const char *name)
{
    static const struct port_events events = {0};
    struct err err;
    struct loop *loop = loop_new(&err);
    struct port *port = port_new(loop, name, "", &events, NULL, &err);
    bool is_one = port != NULL;

    port_free(port);
    loop_free(loop);
    return is_one;
}

static void test_names(void **state)
{
    (void)state;
    static const char *const GOOD[] = {"/dev/ttyUSB0",
                                       "tcp://192.168.0.10:35000",
                                       "tcp://10.1.2.3:1",
                                       "tcp://172.31.255.255:65535",
                                       "tcp://127.0.0.1:3333",
                                       "tcp://169.254.1.1:23",
                                       "tcp://[fe80::1]:35000",
                                       "tcp://[fd00::1]:35000",
                                       "tcp://[::1]:35000",
                                       "bt://00:1D:A5:68:98:8A",
                                       "bt://00:1d:a5:68:98:8a/30"};
    static const char *const BAD[] = {
        "",
        "COM3",
        "ttyUSB0",
        "tcp://",
        "tcp://192.168.0.10",
        "tcp://192.168.0.10:",
        "tcp://192.168.0.10:0",
        "tcp://192.168.0.10:65536",
        "tcp://192.168.0.10:99999999999999999999",
        "tcp://192.168.0.10:35000x",
        "tcp://8.8.8.8:35000",
        "tcp://172.32.0.1:35000",
        "tcp://dongle.local:35000",
        "tcp://localhost:35000",
        "tcp://[2001:db8::1]:35000",
        "tcp://0.0.0.0:35000",
        "tcp://1:35000",
        "tcp://192.168.0.10:+35000",
        "http://192.168.0.10:80",
        "tcp://:35000",
        "can0",
        "bt://",
        "bt://00:1D:A5:68:98",
        "bt://00:1D:A5:68:98:8A:00",
        "bt://00-1D-A5-68-98-8A",
        "bt://00:1D:A5:68:98:8G",
        "bt://00:1D:A5:68:98:8A/",
        "bt://00:1D:A5:68:98:8A/0",
        "bt://00:1D:A5:68:98:8A/31",
        "bt://00:1D:A5:68:98:8A/1x",
        "bt://00:1D:A5:68:98:8A/257",
        "ble://00:1D:A5:68:98:8A",
    };
    for (size_t i = 0; i < sizeof(GOOD) / sizeof(GOOD[0]); i++) {
        assert_true(is_name(GOOD[i]));
    }
    for (size_t i = 0; i < sizeof(BAD) / sizeof(BAD[0]); i++) {
        assert_false(is_name(BAD[i]));
    }
    assert_true(port_knows_baud(38400));
    assert_true(port_knows_baud(2000000));
    assert_false(port_knows_baud(0));
    assert_false(port_knows_baud(12345));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tcp),
        cmocka_unit_test(test_tcp_that_was_reset),
        cmocka_unit_test(test_tcp_refused_then_there),
        cmocka_unit_test(test_tcp_that_reads_nothing),
        cmocka_unit_test(test_serial),
        cmocka_unit_test(test_serial_is_exclusive),
        cmocka_unit_test(test_not_a_serial_line),
        cmocka_unit_test(test_what_only_root_could_make),
        cmocka_unit_test(test_own_terminal),
        cmocka_unit_test(test_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
