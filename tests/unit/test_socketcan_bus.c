/* The SocketCAN adapter on a virtual bus, with another socket as the rest of the car. Needs the interface
 * vcan0 and the right to change it, as in user-mode-linux (tests/system/test_can_uml.sh); skipped elsewhere.
 */
#include "adapter/adapter.h"
#include "util/clock.h"

#include <linux/can.h>
#include <linux/can/error.h>
#include <linux/can/raw.h>
#include <net/if.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#define INTERFACE "vcan0"

static const uint16_t LISTEN[] = {0x5B3, 0x79B};

struct bench {
    struct loop *loop;
    struct adapter *adapter;
    int peer;
    unsigned ups, downs, frames, readies;
    struct frame last;
    char reason[200];
};

static void on_frame(void *ctx, const struct frame *frame)
{
    struct bench *bench = ctx;
    bench->last = *frame;
    bench->frames++;
}

static void on_link(void *ctx, enum adapter_link link, const char *reason)
{
    struct bench *bench = ctx;
    bench->ups += link == ADAPTER_LINK_UP;
    bench->downs += link == ADAPTER_LINK_DOWN;
    snprintf(bench->reason, sizeof(bench->reason), "%s", reason);
}

static void on_ready(void *ctx)
{
    ((struct bench *)ctx)->readies++;
}

static const struct adapter_events EVENTS = {.frame = on_frame, .link = on_link, .ready = on_ready};

static int peer_open(void)
{
    struct sockaddr_can address = {.can_family = AF_CAN, .can_ifindex = (int)if_nametoindex(INTERFACE)};
    int fd = socket(AF_CAN, SOCK_RAW | SOCK_CLOEXEC, CAN_RAW);
    assert_true(fd >= 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
    return fd;
}

static void peer_send(const struct bench *bench, canid_t id, const char *bytes)
{
    struct can_frame frame = {.can_id = id, .can_dlc = 8};
    memcpy(frame.data, bytes, 8);
    assert_int_equal(write(bench->peer, &frame, sizeof(frame)), sizeof(frame));
}

static void turn_until(struct bench *bench, const unsigned *value, unsigned wanted)
{
    struct err err;
    int64_t end_ns = clock_boot_ns() + 20 * NS_PER_S;
    while (*value < wanted) {
        assert_true(clock_boot_ns() < end_ns);
        assert_int_equal(loop_turn(bench->loop, 100, &err), 0);
    }
}

static void set_up(bool up)
{
    struct ifreq request = {0};
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    snprintf(request.ifr_name, sizeof(request.ifr_name), INTERFACE);
    assert_int_equal(ioctl(fd, SIOCGIFFLAGS, &request), 0);
    request.ifr_flags = (short)(up ? request.ifr_flags | IFF_UP : request.ifr_flags & ~IFF_UP);
    assert_int_equal(ioctl(fd, SIOCSIFFLAGS, &request), 0);
    close(fd);
}

static struct bench *bench_open(bool listen_only)
{
    struct err err;
    struct adapter_settings settings = {.kind = "socketcan",
                                        .port = INTERFACE,
                                        .interface = "",
                                        .listen_only = listen_only,
                                        .listen_ids = LISTEN,
                                        .listen_count = 2};
    struct bench *bench = calloc(1, sizeof(*bench));
    assert_non_null(bench);
    bench->loop = loop_new(&err);
    bench->adapter = adapter_new(bench->loop, &settings, &EVENTS, bench, &err);
    assert_non_null(bench->adapter);
    bench->peer = peer_open();
    return bench;
}

static struct bench *bench_new(void)
{
    struct bench *bench = bench_open(false);
    turn_until(bench, &bench->ups, 1);
    assert_int_equal(bench->readies, 1);
    return bench;
}

static void bench_free(struct bench *bench)
{
    adapter_free(bench->adapter);
    loop_free(bench->loop);
    close(bench->peer);
    free(bench);
}

static void test_hears_what_it_listens_to(void **state)
{
    (void)state;
    struct bench *bench = bench_new();
    peer_send(bench, 0x5B4, "not for");
    peer_send(bench, 0x5B3 | CAN_EFF_FLAG, "us, one");
    peer_send(bench, 0x5B3 | CAN_RTR_FLAG, "of them");
    peer_send(bench, 0x5B3, "\x5C\x01\x02\x03\x04\x05\x06\x07");
    int64_t sent_ns = clock_boot_ns();
    turn_until(bench, &bench->frames, 1);
    assert_int_equal(bench->last.id, 0x5B3);
    assert_memory_equal(bench->last.data, "\x5C\x01\x02\x03\x04\x05\x06\x07", 8);
    assert_true(bench->last.time_ns <= sent_ns + NS_PER_MS && bench->last.time_ns > sent_ns - NS_PER_S);
    bench_free(bench);
}

/* Its own frames do not come back, though it listens to their identifier, and the filter learns where the
 * answer comes. */
static void test_question_and_answer(void **state)
{
    (void)state;
    struct err err;
    struct bench *bench = bench_new();
    struct can_frame heard;
    struct frame frame = {.id = 0x79B, .len = 8, .data = {2, 0x21, 1}};
    assert_true(adapter_is_ready(bench->adapter));
    assert_int_equal(adapter_send(bench->adapter, &frame, 0x7BB, &err), 0);
    assert_int_equal(read(bench->peer, &heard, sizeof(heard)), sizeof(heard));
    assert_int_equal(heard.can_id, 0x79B);
    assert_int_equal(heard.can_dlc, 8);
    assert_memory_equal(heard.data, "\x02\x21\x01\0\0\0\0\0", 8);
    peer_send(bench, 0x7BB, "\x10\x29\x61\x01\xFF\xFF\xF8\xF8");
    turn_until(bench, &bench->frames, 1);
    assert_int_equal(bench->last.id, 0x7BB);
    assert_int_equal(adapter_counter(bench->adapter, ADAPTER_FRAMES_OUT), 1);
    bench_free(bench);
}

static void test_down_and_up(void **state)
{
    (void)state;
    struct err err;
    struct bench *bench = bench_new();
    struct frame frame = {.id = 0x79B, .len = 8, .data = {2, 0x21, 1}};
    set_up(false);
    turn_until(bench, &bench->downs, 1);
    assert_string_equal(bench->reason, INTERFACE ": the interface is down (ip link set up)");
    assert_int_equal(adapter_send(bench->adapter, &frame, 0x7BB, &err), -1);
    set_up(true);
    turn_until(bench, &bench->ups, 2);
    close(bench->peer); /* it was told, too */
    bench->peer = peer_open();
    peer_send(bench, 0x5B3, "12345678");
    turn_until(bench, &bench->frames, 1);
    bench_free(bench);
}

static void test_gone_and_back(void **state)
{
    (void)state;
    struct bench *bench = bench_new();
    assert_int_equal(system("ip link del " INTERFACE), 0);
    turn_until(bench, &bench->downs, 1);
    while (strcmp(bench->reason, INTERFACE ": no such interface") != 0) {
        turn_until(bench, &bench->downs, bench->downs + 1); /* down first, gone after that */
    }
    assert_int_equal(system("ip link add " INTERFACE " type vcan && ip link set " INTERFACE " up"), 0);
    turn_until(bench, &bench->ups, 2);
    close(bench->peer);
    bench->peer = peer_open();
    peer_send(bench, 0x5B3, "12345678");
    turn_until(bench, &bench->frames, 1);
    bench_free(bench);
}

/* When the waits between tries have grown long, an interface that comes back is found before the next one. */
static void test_news_are_not_waited_for(void **state)
{
    (void)state;
    struct err err;
    struct bench *bench = bench_new();
    set_up(false);
    turn_until(bench, &bench->downs, 1);
    int64_t down_ns = clock_boot_ns();
    while (clock_boot_ns() < down_ns + 4 * NS_PER_S) { /* tries after 1, 3 and 7 s */
        assert_int_equal(loop_turn(bench->loop, 100, &err), 0);
    }
    set_up(true);
    turn_until(bench, &bench->ups, 2);
    assert_true(clock_boot_ns() < down_ns + 6 * NS_PER_S);
    bench_free(bench);
}

static void test_losses_are_counted(void **state)
{
    (void)state;
    const unsigned sent = 20000;
    struct bench *bench = bench_new();
    for (unsigned i = 0; i < sent; i++) {
        peer_send(bench, 0x5B3, "12345678");
    }
    unsigned before = 0;
    do {
        struct err err;
        before = bench->frames;
        assert_int_equal(loop_turn(bench->loop, 200, &err), 0);
    } while (bench->frames > before);
    assert_true(bench->frames > 1000);   /* the default buffer holds 278 */
    peer_send(bench, 0x5B3, "12345678"); /* the kernel tells of losses with the next frame */
    turn_until(bench, &bench->frames, bench->frames + 1);
    assert_int_equal(bench->frames + adapter_counter(bench->adapter, ADAPTER_OVERFLOWS), sent + 1);
    printf("# %u of %u frames fitted into the socket's buffer\n", bench->frames, sent);
    bench_free(bench);
}

static void test_bus_off(void **state)
{
    (void)state;
    struct bench *bench = bench_new();
    peer_send(bench, CAN_ERR_FLAG | CAN_ERR_BUSOFF, "\0\0\0\0\0\0\0\0");
    turn_until(bench, &bench->downs, 1);
    assert_non_null(strstr(bench->reason, "bus off"));
    turn_until(bench, &bench->ups, 2); /* the interface is running: the kernel has restarted it */
    bench_free(bench);
}

/* C15: the warning level ends sending, not hearing; error-passive takes the link down, until a frame is
 * heard. */
static void test_error_states(void **state)
{
    (void)state;
    static const struct {
        const char *data, *words;
    } ROWS[] = {
        {"\0\x10\0\0\0\0\0\0", "can't be read"},
        {"\0\x20\0\0\0\0\0\0", "nobody acknowledges"},
    };
    struct err err;
    struct frame frame = {.id = 0x79B, .len = 8, .data = {2, 0x21, 1}};
    struct bench *bench = bench_new();
    peer_send(bench, CAN_ERR_FLAG | CAN_ERR_CRTL, "\0\x08\0\0\0\0\0\0");
    peer_send(bench, 0x5B3, "12345678");
    turn_until(bench, &bench->frames, 1);
    assert_int_equal(bench->downs, 0);
    assert_false(adapter_is_ready(bench->adapter));
    assert_int_equal(adapter_send(bench->adapter, &frame, 0x7BB, &err), -1);
    for (unsigned i = 0; i < 2; i++) {
        unsigned ups = bench->ups;
        peer_send(bench, CAN_ERR_FLAG | CAN_ERR_CRTL, ROWS[i].data);
        turn_until(bench, &bench->downs, i + 1);
        assert_non_null(strstr(bench->reason, ROWS[i].words));
        peer_send(bench, 0x5B3, "12345678");
        turn_until(bench, &bench->ups, ups + 1);
        assert_false(adapter_is_ready(bench->adapter));
    }
    assert_int_equal(adapter_counter(bench->adapter, ADAPTER_BUS_ERRORS), 3);
    assert_int_equal(adapter_counter(bench->adapter, ADAPTER_FRAMES_OUT), 0);
    bench_free(bench);
}

static void test_listening_only_never_writes(void **state)
{
    (void)state;
    struct err err;
    struct frame frame = {.id = 0x79B, .len = 8, .data = {2, 0x21, 1}};
    struct bench *bench = bench_open(true);
    turn_until(bench, &bench->ups, 1);
    assert_int_equal(adapter_capabilities(bench->adapter), ADAPTER_LISTENS | ADAPTER_HEARS_ALL);
    assert_int_equal(adapter_send(bench->adapter, &frame, 0x7BB, &err), -1);
    assert_int_equal(bench->readies, 0);
    bench_free(bench);
}

/* C14: what the filters refuse never reaches us, so that a flood of it costs nothing; nothing is sent for
 * any. */
static void test_floods_are_filtered(void **state)
{
    (void)state;
    struct err err;
    struct bench *bench = bench_new();
    uint64_t turns = loop_wakeups(bench->loop);
    for (unsigned i = 0; i < 20000; i++) {
        peer_send(bench, 0x000, "12345678");
        peer_send(bench, 0x1FFFF5B3 | CAN_EFF_FLAG, "12345678");
        peer_send(bench, 0x5B3 | CAN_RTR_FLAG, "\0\0\0\0\0\0\0");
    }
    assert_int_equal(loop_turn(bench->loop, 50, &err), 0);
    assert_int_equal(bench->frames, 0);
    assert_true(loop_wakeups(bench->loop) - turns <= 2);
    assert_int_equal(adapter_counter(bench->adapter, ADAPTER_GARBAGE), 0);
    peer_send(bench, 0x5B3, "12345678");
    turn_until(bench, &bench->frames, 1);
    assert_int_equal(adapter_counter(bench->adapter, ADAPTER_FRAMES_OUT), 0);
    assert_int_equal(adapter_counter(bench->adapter, ADAPTER_OVERFLOWS), 0);
    bench_free(bench);
}

/* What is ours on a lively bus is read some frames at a time: a wake-up for each would cost more than they
 * do. */
static void test_frames_are_read_together(void **state)
{
    (void)state;
    struct err err;
    struct bench *bench = bench_new();
    unsigned reads = 0;
    for (unsigned i = 0; i < 500; i++) {
        unsigned before = bench->frames;
        peer_send(bench, 0x5B3, "12345678");
        assert_int_equal(loop_turn(bench->loop, 0, &err), 0);
        reads += bench->frames > before;
    }
    turn_until(bench, &bench->frames, 500);
    assert_true(reads < 250);
    bench_free(bench);
}

static void peer_send_fd(const struct bench *bench)
{
    const int on = 1;
    struct canfd_frame frame = {.can_id = 0x5B3, .len = 64};
    assert_int_equal(setsockopt(bench->peer, SOL_CAN_RAW, CAN_RAW_FD_FRAMES, &on, sizeof(on)), 0);
    assert_int_equal(write(bench->peer, &frame, sizeof(frame)), sizeof(frame));
}

static void test_can_fd_is_not_ours(void **state)
{
    (void)state;
    set_up(false);
    assert_int_equal(system("ip link set " INTERFACE " mtu 72"), 0);
    set_up(true);
    struct bench *bench = bench_new();
    peer_send_fd(bench);
    peer_send(bench, 0x5B3, "12345678");
    turn_until(bench, &bench->frames, 1);
    assert_memory_equal(bench->last.data, "12345678", 8);
    bench_free(bench);
}

static void test_pause_and_resume(void **state)
{
    (void)state;
    struct bench *bench = bench_new();
    adapter_pause(bench->adapter);
    peer_send(bench, 0x5B3, "12345678");
    adapter_resume(bench->adapter);
    turn_until(bench, &bench->ups, 2);
    assert_int_equal(bench->frames, 0);
    peer_send(bench, 0x5B3, "12345678");
    turn_until(bench, &bench->frames, 1);
    bench_free(bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_hears_what_it_listens_to),
        cmocka_unit_test(test_question_and_answer),
        cmocka_unit_test(test_down_and_up),
        cmocka_unit_test(test_gone_and_back),
        cmocka_unit_test(test_news_are_not_waited_for),
        cmocka_unit_test(test_losses_are_counted),
        cmocka_unit_test(test_bus_off),
        cmocka_unit_test(test_error_states),
        cmocka_unit_test(test_listening_only_never_writes),
        cmocka_unit_test(test_floods_are_filtered),
        cmocka_unit_test(test_frames_are_read_together),
        cmocka_unit_test(test_can_fd_is_not_ours),
        cmocka_unit_test(test_pause_and_resume),
    };
    if (if_nametoindex(INTERFACE) == 0) {
        printf("skip socketcan_bus: no interface " INTERFACE
               " here (tests/system/test_can_uml.sh has one)\n");
        return 0;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
