/* One recvmmsg() for a batch, and its control messages: time stamps and the count of losses. Knows nothing of
 * what the frames say. */
#include "adapter/socketcan_receive.h"

#include "util/core/time.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#define CONTROL_MAX 128

static void receive_read_control(struct msghdr *message, struct socketcan_receipt *receipt)
{
    for (struct cmsghdr *control = CMSG_FIRSTHDR(message); control; control = CMSG_NXTHDR(message, control)) {
        struct timespec stamp;
        if (control->cmsg_level != SOL_SOCKET) {
            continue;
        }
        if (control->cmsg_type == SCM_TIMESTAMPNS && control->cmsg_len >= CMSG_LEN(sizeof(stamp))) {
            memcpy(&stamp, CMSG_DATA(control), sizeof(stamp));
            receipt->stamp_utc_ns = (int64_t)stamp.tv_sec * NS_PER_S + stamp.tv_nsec;
        } else if (control->cmsg_type == SO_RXQ_OVFL) {
            memcpy(&receipt->lost, CMSG_DATA(control), sizeof(receipt->lost));
            receipt->has_lost = true;
        }
    }
}

int socketcan_receive(int fd, struct socketcan_receipt receipts[SOCKETCAN_BATCH])
{
    struct iovec pieces[SOCKETCAN_BATCH];
    struct mmsghdr messages[SOCKETCAN_BATCH];
    _Alignas(struct cmsghdr) char control[SOCKETCAN_BATCH][CONTROL_MAX];
    memset(messages, 0, sizeof(messages));
    for (size_t i = 0; i < SOCKETCAN_BATCH; i++) {
        receipts[i] = (struct socketcan_receipt){.stamp_utc_ns = TIME_NONE};
        pieces[i] = (struct iovec){.iov_base = &receipts[i].frame, .iov_len = sizeof(receipts[i].frame)};
        messages[i].msg_hdr.msg_iov = &pieces[i];
        messages[i].msg_hdr.msg_iovlen = 1;
        messages[i].msg_hdr.msg_control = control[i];
        messages[i].msg_hdr.msg_controllen = CONTROL_MAX;
    }
    int count = recvmmsg(fd, messages, SOCKETCAN_BATCH, MSG_DONTWAIT, NULL);
    if (count < 0) {
        return errno == EAGAIN || errno == EINTR ? 0 : -1;
    }
    for (int i = 0; i < count; i++) {
        receipts[i].is_whole = messages[i].msg_len == sizeof(receipts[i].frame);
        receive_read_control(&messages[i].msg_hdr, &receipts[i]);
    }
    return count;
}
