/* One RTM_GETLINK for one interface, and the few attributes of its answer that matter. Changes no setting:
 * that is root's. */
#include "adapter/socketcan_link.h"

#include <errno.h>
#include <linux/can/netlink.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define ANSWER_MAX 16384

/* The payload of an attribute among others, at least `least` bytes long; NULL when it isn't there. */
static const struct rtattr *link_find(const struct rtattr *first, size_t len, unsigned type, size_t least)
{
    unsigned left = (unsigned)len;
    for (const struct rtattr *each = first; RTA_OK(each, left); each = RTA_NEXT(each, left)) {
        if ((each->rta_type & NLA_TYPE_MASK) == type) {
            return RTA_PAYLOAD(each) >= least ? each : NULL;
        }
    }
    return NULL;
}

static enum socketcan_state link_state(uint32_t state)
{
    switch (state) {
    case CAN_STATE_ERROR_ACTIVE:
    case CAN_STATE_ERROR_WARNING:
        return SOCKETCAN_WORKS;
    case CAN_STATE_ERROR_PASSIVE:
        return SOCKETCAN_PASSIVE;
    case CAN_STATE_BUS_OFF:
        return SOCKETCAN_OFF;
    default:
        return SOCKETCAN_UNKNOWN; /* stopped or asleep: the interface is down, and that is said elsewhere */
    }
}

static void link_take_can(const struct rtattr *data, struct socketcan_link *link)
{
    struct can_bittiming timing;
    struct can_ctrlmode mode;
    uint32_t state;
    const struct rtattr *first = RTA_DATA(data);
    const struct rtattr *found = link_find(first, RTA_PAYLOAD(data), IFLA_CAN_BITTIMING, sizeof(timing));
    if (found) {
        memcpy(&timing, RTA_DATA(found), sizeof(timing));
        link->bitrate = timing.bitrate;
    }
    found = link_find(first, RTA_PAYLOAD(data), IFLA_CAN_CTRLMODE, sizeof(mode));
    if (found) {
        memcpy(&mode, RTA_DATA(found), sizeof(mode));
        link->listen_only = mode.flags & CAN_CTRLMODE_LISTENONLY;
    }
    found = link_find(first, RTA_PAYLOAD(data), IFLA_CAN_STATE, sizeof(state));
    if (found) {
        memcpy(&state, RTA_DATA(found), sizeof(state));
        link->state = link_state(state);
    }
}

void socketcan_link_parse(const void *bytes, size_t len, struct socketcan_link *link)
{
    const struct nlmsghdr *header = bytes;
    *link = (struct socketcan_link){.state = SOCKETCAN_UNKNOWN};
    if (len < NLMSG_SPACE(sizeof(struct ifinfomsg)) || !NLMSG_OK(header, len) ||
        header->nlmsg_type != RTM_NEWLINK || header->nlmsg_len < NLMSG_SPACE(sizeof(struct ifinfomsg))) {
        return;
    }
    const struct ifinfomsg *info = NLMSG_DATA(header);
    const struct rtattr *more = link_find(IFLA_RTA(info), IFLA_PAYLOAD(header), IFLA_LINKINFO, 1);
    if (!more) {
        return;
    }
    const struct rtattr *kind = link_find(RTA_DATA(more), RTA_PAYLOAD(more), IFLA_INFO_KIND, sizeof("can"));
    const struct rtattr *data = link_find(RTA_DATA(more), RTA_PAYLOAD(more), IFLA_INFO_DATA, 1);
    if (kind && data && memcmp(RTA_DATA(kind), "can", sizeof("can")) == 0) {
        link_take_can(data, link);
    }
}

void socketcan_link_read(unsigned index, struct socketcan_link *link)
{
    struct {
        struct nlmsghdr header;
        struct ifinfomsg info;
    } request = {
        .header = {.nlmsg_len = sizeof(request), .nlmsg_type = RTM_GETLINK, .nlmsg_flags = NLM_F_REQUEST},
        .info = {.ifi_family = AF_UNSPEC, .ifi_index = (int)index},
    };
    _Alignas(struct nlmsghdr) char answer[ANSWER_MAX];
    *link = (struct socketcan_link){.state = SOCKETCAN_UNKNOWN};
    int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
    if (fd < 0) {
        return;
    }
    /* The kernel answers inside send(), so that nothing is waited for. */
    ssize_t len = -1;
    if (send(fd, &request, sizeof(request), 0) == (ssize_t)sizeof(request)) {
        len = recv(fd, answer, sizeof(answer), MSG_DONTWAIT);
    }
    if (len > 0) {
        socketcan_link_parse(answer, (size_t)len, link);
    }
    close(fd);
}

int socketcan_link_watch(void)
{
    struct sockaddr_nl address = {.nl_family = AF_NETLINK, .nl_groups = RTMGRP_LINK};
    int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE);
    if (fd >= 0 && bind(fd, (const struct sockaddr *)&address, sizeof(address))) {
        close(fd);
        return -1;
    }
    return fd;
}

/* An overrun (ENOBUFS) is one of many changes, too. */
void socketcan_link_drain(int fd)
{
    char news[64]; /* what they say is asked for anew */
    while (recv(fd, news, sizeof(news), MSG_DONTWAIT) >= 0 || errno == ENOBUFS) {
    }
}
