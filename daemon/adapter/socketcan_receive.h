/* Reads frames from a CAN socket, many at once, with what the kernel knows of each. */
#ifndef ADAPTER_SOCKETCAN_RECEIVE_H
#define ADAPTER_SOCKETCAN_RECEIVE_H

#include <linux/can.h>
#include <stdbool.h>
#include <stdint.h>

#define SOCKETCAN_BATCH 32

struct socketcan_receipt {
    struct can_frame frame;
    int64_t stamp_utc_ns; /* TIME_NONE */
    uint32_t lost;        /* frames that this socket had no room for, since it was opened */
    bool has_lost;
    bool is_whole; /* a classic frame, as long as one is */
};

/* Returns how many, 0 when none are left, -1 with errno when the socket failed. */
int socketcan_receive(int fd, struct socketcan_receipt receipts[SOCKETCAN_BATCH]);

#endif
