/* The pure parts of the SocketCAN adapter, and what it says where there is no CAN.
 * tests/system/test_can_uml.sh tries it on a real (virtual) bus. */
#include "adapter/adapter.h"
#include "adapter/socketcan_frame.h"
#include "adapter/socketcan_link.h"
#include "util/core/time.h"

#include <linux/can/error.h>
#include <linux/can/netlink.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void test_frames_both_ways(void **state)
{
    (void)state;
    struct frame frame = {.id = 0x79B, .len = 8, .data = {2, 0x21, 1, 0, 0, 0, 0, 0xFF}};
    struct frame back = {0};
    struct can_frame kernel;
    socketcan_to_kernel(&frame, &kernel);
    assert_int_equal(kernel.can_id, 0x79B);
    assert_int_equal(kernel.can_dlc, 8);
    assert_true(socketcan_from_kernel(&kernel, &back));
    assert_int_equal(back.id, frame.id);
    assert_int_equal(back.len, 8);
    assert_memory_equal(back.data, frame.data, 8);
}

/* C14 */
static void test_frames_that_are_not_used(void **state)
{
    (void)state;
    struct frame frame;
    static const struct can_frame BAD[] = {
        {.can_id = 0x5B3 | CAN_EFF_FLAG, .can_dlc = 8},
        {.can_id = 0x5B3 | CAN_RTR_FLAG, .can_dlc = 0},
        {.can_id = CAN_ERR_FLAG | CAN_ERR_BUSOFF, .can_dlc = 8},
        {.can_id = 0x5B3, .can_dlc = 9},
    };
    for (size_t i = 0; i < sizeof(BAD) / sizeof(BAD[0]); i++) {
        assert_false(socketcan_from_kernel(&BAD[i], &frame));
    }
    struct can_frame empty = {.can_id = 0};
    assert_true(socketcan_from_kernel(&empty, &frame));
    assert_int_equal(frame.len, 0);
}

static void test_filters(void **state)
{
    (void)state;
    static const uint16_t IDS[] = {0x5B3, 0x7BB};
    struct can_filter filters[2];
    socketcan_filters(IDS, 2, filters);
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(filters[i].can_id, IDS[i]);
        assert_true((IDS[i] & filters[i].can_mask) == filters[i].can_id);
        assert_false(((IDS[i] | CAN_EFF_FLAG) & filters[i].can_mask) == filters[i].can_id);
        assert_false(((IDS[i] | CAN_RTR_FLAG) & filters[i].can_mask) == filters[i].can_id);
        assert_false((0x5B2 & filters[i].can_mask) == filters[i].can_id);
    }
}

static void test_stamps(void **state)
{
    (void)state;
    const int64_t utc_ns = 1700000000 * NS_PER_S;
    const int64_t boot_ns = 500 * NS_PER_S;
    assert_true(socketcan_boot_ns(utc_ns - 3 * NS_PER_MS, utc_ns, boot_ns) == boot_ns - 3 * NS_PER_MS);
    assert_true(socketcan_boot_ns(utc_ns, utc_ns, boot_ns) == boot_ns);
    assert_true(socketcan_boot_ns(utc_ns + 1, utc_ns, boot_ns) == boot_ns);        /* from the future */
    assert_true(socketcan_boot_ns(utc_ns - NS_PER_H, utc_ns, boot_ns) == boot_ns); /* the clock was set */
}

static void test_error_frames(void **state)
{
    (void)state;
    struct can_frame kernel = {.can_id = 0x5B3, .can_dlc = 8};
    assert_int_equal(socketcan_trouble(&kernel), SOCKETCAN_NO_TROUBLE);
    kernel.can_id = CAN_ERR_FLAG | CAN_ERR_BUSOFF;
    assert_int_equal(socketcan_trouble(&kernel), SOCKETCAN_BUS_OFF);
    kernel.can_id = CAN_ERR_FLAG | CAN_ERR_RESTARTED;
    assert_int_equal(socketcan_trouble(&kernel), SOCKETCAN_RESTARTED);
    kernel.can_id = CAN_ERR_FLAG | CAN_ERR_BUSERROR;
    assert_int_equal(socketcan_trouble(&kernel), SOCKETCAN_BUS_ERROR);
    static const struct {
        uint8_t state;
        enum socketcan_trouble trouble;
    } ROWS[] = {
        {CAN_ERR_CRTL_UNSPEC, SOCKETCAN_BUS_ERROR},
        {CAN_ERR_CRTL_ACTIVE, SOCKETCAN_RESTARTED},
        {CAN_ERR_CRTL_RX_OVERFLOW, SOCKETCAN_OVERFLOW},
        {CAN_ERR_CRTL_TX_WARNING, SOCKETCAN_WARNING},
        {CAN_ERR_CRTL_RX_WARNING, SOCKETCAN_WARNING},
        {CAN_ERR_CRTL_RX_PASSIVE, SOCKETCAN_UNREADABLE},
        {CAN_ERR_CRTL_TX_PASSIVE | CAN_ERR_CRTL_RX_WARNING, SOCKETCAN_UNACKNOWLEDGED},
    };
    for (size_t i = 0; i < sizeof(ROWS) / sizeof(ROWS[0]); i++) {
        kernel.can_id = CAN_ERR_FLAG | CAN_ERR_CRTL;
        kernel.data[1] = ROWS[i].state;
        assert_int_equal(socketcan_trouble(&kernel), ROWS[i].trouble);
    }
}

/* ---- what the kernel says of an interface ---- */

struct answer {
    _Alignas(struct nlmsghdr) char bytes[512];
    size_t len;
};

static struct rtattr *add(struct answer *answer, unsigned short type, const void *data, size_t len)
{
    struct rtattr *attribute = (struct rtattr *)(void *)(answer->bytes + answer->len);
    *attribute = (struct rtattr){.rta_len = (unsigned short)RTA_LENGTH(len), .rta_type = type};
    if (len > 0) {
        memcpy(RTA_DATA(attribute), data, len);
    }
    answer->len += RTA_SPACE(len);
    return attribute;
}

static void end(const struct answer *answer, struct rtattr *nest)
{
    nest->rta_len = (unsigned short)(answer->bytes + answer->len - (const char *)nest);
}

static void answer_build(struct answer *answer, const char *kind, uint32_t state, uint32_t bitrate,
                         uint32_t flags)
{
    const struct can_bittiming timing = {.bitrate = bitrate};
    const struct can_ctrlmode mode = {.mask = flags, .flags = flags};
    struct nlmsghdr *header = (struct nlmsghdr *)(void *)answer->bytes;
    memset(answer, 0, sizeof(*answer));
    answer->len = NLMSG_SPACE(sizeof(struct ifinfomsg));
    add(answer, IFLA_IFNAME, "can0", 5);
    struct rtattr *info = add(answer, IFLA_LINKINFO, NULL, 0);
    add(answer, IFLA_INFO_KIND, kind, strlen(kind) + 1);
    struct rtattr *data = add(answer, IFLA_INFO_DATA, NULL, 0);
    add(answer, IFLA_CAN_STATE, &state, sizeof(state));
    add(answer, IFLA_CAN_BITTIMING, &timing, sizeof(timing));
    add(answer, IFLA_CAN_CTRLMODE, &mode, sizeof(mode));
    end(answer, data);
    end(answer, info);
    header->nlmsg_len = (uint32_t)answer->len;
    header->nlmsg_type = RTM_NEWLINK;
}

static void test_what_the_kernel_says(void **state)
{
    (void)state;
    struct answer answer;
    struct socketcan_link link;
    answer_build(&answer, "can", CAN_STATE_ERROR_PASSIVE, 250000,
                 CAN_CTRLMODE_LISTENONLY | CAN_CTRLMODE_ONE_SHOT);
    socketcan_link_parse(answer.bytes, answer.len, &link);
    assert_int_equal(link.state, SOCKETCAN_PASSIVE);
    assert_int_equal(link.bitrate, 250000);
    assert_true(link.listen_only);
    answer_build(&answer, "can", CAN_STATE_ERROR_WARNING, 500000, CAN_CTRLMODE_BERR_REPORTING);
    socketcan_link_parse(answer.bytes, answer.len, &link);
    assert_int_equal(link.state, SOCKETCAN_WORKS);
    assert_false(link.listen_only);
    answer_build(&answer, "vxcan", CAN_STATE_BUS_OFF, 1, CAN_CTRLMODE_LISTENONLY);
    socketcan_link_parse(answer.bytes, answer.len, &link);
    assert_int_equal(link.state, SOCKETCAN_UNKNOWN);
    assert_int_equal(link.bitrate, 0);
}

/* Cut at any byte, nothing behind the end is read (the sanitizer looks), and half an answer says nothing. */
static void test_half_an_answer(void **state)
{
    (void)state;
    struct answer answer;
    struct socketcan_link link;
    answer_build(&answer, "can", CAN_STATE_BUS_OFF, 500000, CAN_CTRLMODE_LISTENONLY);
    for (size_t len = 0; len < answer.len; len++) {
        char *copy = malloc(len + 1);
        assert_non_null(copy);
        memcpy(copy, answer.bytes, len);
        socketcan_link_parse(copy, len, &link);
        assert_int_equal(link.state, SOCKETCAN_UNKNOWN);
        free(copy);
    }
    socketcan_link_read(1, &link); /* the loopback interface is no CAN */
    assert_int_equal(link.state, SOCKETCAN_UNKNOWN);
    socketcan_link_read(UINT16_MAX, &link);
    assert_int_equal(link.state, SOCKETCAN_UNKNOWN);
}

struct seen {
    unsigned downs;
    char reason[200];
};

static void on_link(void *ctx, enum adapter_link link, const char *reason)
{
    struct seen *seen = ctx;
    assert_int_equal(link, ADAPTER_LINK_DOWN);
    seen->downs++;
    snprintf(seen->reason, sizeof(seen->reason), "%s", reason);
}

static void test_without_the_interface(void **state)
{
    (void)state;
    struct err err;
    struct seen seen = {0};
    const struct adapter_events events = {.link = on_link};
    struct adapter_settings settings = {.kind = "socketcan", .port = "nocan7", .interface = ""};
    struct loop *loop = loop_new(&err);
    struct adapter *adapter = adapter_new(loop, &settings, &events, &seen, &err);
    assert_non_null(adapter);
    assert_int_equal(seen.downs, 0); /* never inside adapter_new */
    while (seen.downs == 0) {
        assert_int_equal(loop_turn(loop, 5000, &err), 0);
    }
    assert_true(strncmp(seen.reason, "nocan7: ", 8) == 0);
    assert_false(adapter_is_ready(adapter));
    assert_int_equal(adapter_capabilities(adapter), ADAPTER_CAN_SEND | ADAPTER_LISTENS | ADAPTER_HEARS_ALL);
    struct frame frame = {.id = 0x79B, .len = 8, .data = {2, 0x21, 1}};
    assert_int_equal(adapter_send(adapter, &frame, 0x7BB, &err), -1);
    adapter_pause(adapter);
    assert_non_null(strstr(seen.reason, "paused"));
    adapter_resume(adapter);
    adapter_free(adapter);
    loop_free(loop);
}

static void test_names(void **state)
{
    (void)state;
    static const char *const BAD[] = {"", "/dev/ttyUSB0", "tcp://127.0.0.1:1", "a name", "sixteenletters16"};
    struct err err;
    struct loop *loop = loop_new(&err);
    for (size_t i = 0; i < sizeof(BAD) / sizeof(BAD[0]); i++) {
        const struct adapter_events events = {.link = on_link};
        struct adapter_settings settings = {.kind = "socketcan", .port = BAD[i], .interface = ""};
        assert_null(adapter_new(loop, &settings, &events, NULL, &err));
    }
    loop_free(loop);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_frames_both_ways),
        cmocka_unit_test(test_frames_that_are_not_used),
        cmocka_unit_test(test_filters),
        cmocka_unit_test(test_stamps),
        cmocka_unit_test(test_error_frames),
        cmocka_unit_test(test_what_the_kernel_says),
        cmocka_unit_test(test_half_an_answer),
        cmocka_unit_test(test_without_the_interface),
        cmocka_unit_test(test_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
